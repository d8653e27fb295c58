"""A browser asks to be told, and asks to be told no more."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from linli.core import limits
from linli.core import push as subscriptions
from linli.core.access import signed_in
from linli.core.json_in import read_json


@signed_in
@require_http_methods(["GET", "POST"])
def push(request: HttpRequest) -> HttpResponse:
    """GET: the key to subscribe with. POST: a subscription as JSON; answers with the address to take it back."""
    if request.method == "GET":
        return JsonResponse({"key": subscriptions.public_key()})
    limits.limit(request, "push")
    given = read_json(request.body)
    row = subscriptions.subscribe(account=request.user, subscription=given, at=timezone.now())
    return JsonResponse({"url": f"/push/{row.uuid}/"}, status=201)


@signed_in
@require_http_methods(["DELETE"])
def subscription(request: HttpRequest, uuid: UUID) -> HttpResponse:
    subscriptions.unsubscribe(account=request.user, uuid=uuid)
    return HttpResponse(status=204)


@signed_in
@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """What one wants to be told; a box that is not ticked is not sent. Asked on the page that one came from."""
    if request.method == "POST":
        named = ("work", "overdue", "quiet")
        subscriptions.change_wishes(account=request.user, **{name: name in request.POST for name in named})
    after = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return redirect(after if own else "/")
