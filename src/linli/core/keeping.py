"""What a phone may keep for the staircase without signal. Nothing, unless a view says so.

The service worker asks for a copy with the header below; the view answers with the same header, saying whose copy it is
(`request.keeper`: account and post), where the page may be kept. A page asked for so leaves out what must not be kept,
carries no message that was meant for once, and says itself that it is a copy.
"""

from typing import TypeVar

from django.http import HttpRequest, HttpResponse

KEEP = "X-Linli-Keep"

Answer = TypeVar("Answer", bound=HttpResponse)


def is_copy(request: HttpRequest) -> bool:
    """Whether this page is asked for to be kept, not to be read now."""
    return KEEP in request.headers


def keeper(request: HttpRequest) -> str:
    """For whom a phone keeps pages and acts: account and post, or nobody."""
    return str(getattr(request, "keeper", ""))


def may_keep(request: HttpRequest, response: Answer) -> Answer:
    """Let a phone keep this answer, if it asked to."""
    if is_copy(request) and keeper(request):
        response[KEEP] = keeper(request)
    return response


def never_keep(response: Answer) -> Answer:
    """Let nothing keep this answer: no copy of ours, and none of the browser's own."""
    response["Cache-Control"] = "no-store"
    return response
