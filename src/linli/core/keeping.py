"""What a phone may keep for the staircase without signal. Nothing, unless a view says so.

The service worker asks for a copy with the header below; the view answers with the same header, saying whose copy it is
(`request.keeper`: account and post), where the page may be kept. A page asked for so leaves out what must not be kept,
carries no message that was meant for once, and says itself that it is a copy.

Only what an app registered by the name of its address may be kept, and only such forms are taken from a phone's queue:
whatever is sealed is on neither list, and cannot get there by a slip in a view or a template.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse

KEEP = "X-Linli-Keep"

Answer = TypeVar("Answer", bound=HttpResponse)

_pages: set[str] = set()
_forms: set[str] = set()


def register(*, pages: Iterable[str] = (), forms: Iterable[str] = ()) -> None:
    """Say once, where an app begins, which pages a phone may keep and which forms it may send later; `app:name`."""
    _pages.update(pages)
    _forms.update(forms)


def kept_pages() -> frozenset[str]:
    return frozenset(_pages)


def queued_forms() -> frozenset[str]:
    return frozenset(_forms)


def is_copy(request: HttpRequest) -> bool:
    """Whether this page is asked for to be kept, not to be read now."""
    return KEEP in request.headers


def keeper(request: HttpRequest) -> str:
    """For whom a phone keeps pages and acts: account and post, or nobody."""
    return str(getattr(request, "keeper", ""))


def may_keep(request: HttpRequest, response: Answer) -> Answer:
    """Let a phone keep this answer, if it asked to.

    Raises:
        LookupError: the address of this page is not registered.
    """
    if is_copy(request) and keeper(request):
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name not in _pages:
            raise LookupError(f"{name} is not registered as a page that a phone may keep")
        response[KEEP] = keeper(request)
    return response


def never_keep(response: Answer) -> Answer:
    """Let nothing keep this answer: no copy of ours, and none of the browser's own."""
    response["Cache-Control"] = "no-store"
    return response
