"""A browser asks to be told, and asks to be told no more."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
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
