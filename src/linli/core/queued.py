"""Acts that a phone kept and sends by script: answered in a word where a page would send the browser on.

A script cannot see where it is led, so what would lead on is said as JSON. Every other answer stays the page that it
is: it says in the reader's language what is wrong.
"""

from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from linli.core.keeping import keeper, queued_forms

QUEUED, WHO = "X-Linli-Queued", "X-Linli-Who"
LATER = "later"  # sent in the background: nobody waits for the page that follows
SIGN_IN = "/sign-in/"


class QueuedActs:
    """Refuses an act that was kept for another account or post, or whose form may not wait on a phone; says in JSON
    where an answer leads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if QUEUED not in request.headers:
            return self.get_response(request)
        if request.headers.get(WHO, "") != keeper(request):
            return JsonResponse({"code": "other"}, status=401)
        response = self.get_response(request)
        if not 300 <= response.status_code < 400:
            return response
        leads_to = response.headers["Location"]
        if leads_to.startswith(SIGN_IN):
            return JsonResponse({"code": "signed-out"}, status=401)
        if request.headers[QUEUED] == LATER:
            list(get_messages(request))  # said by the phone itself; the next page is not to say it again
        return JsonResponse({"url": leads_to})

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if QUEUED in request.headers and name not in queued_forms():
            return JsonResponse({"code": "not-queued"}, status=403)
        return None
