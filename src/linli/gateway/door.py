"""HTTP for devices: POST /api/v1/devices/readings with `Authorization: Bearer <key>`.

A plain view, for a device's message is no form and no schema of ours to describe: it goes to the door as it came. The
answer is written after the disk has the readings.
"""

from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from linli.core.access import public
from linli.core.errors_pages import answer
from linli.sensing.domain.accept import accept_message, count_refusal
from linli.sensing.domain.refusals import WORDS, Accepted, Reason, Refusal
from linli.sensing.domain.schema import BODY_MOST
from linli.sensing.domain.sender import Sender, device_sender

SCHEME = "bearer "


@public
@csrf_exempt  # a device has a key of its own, and no session that another site could borrow
@require_POST
def readings(request: HttpRequest) -> HttpResponse:
    """Take one message of a device, or a list of them."""
    received = timezone.now()
    sender = device_sender(bearer(request), received)
    if sender is None:
        count_refusal(Reason.KEY, sender=Sender.device(""))
        response = answer(request, Refusal(0, Reason.KEY).error())
        response["WWW-Authenticate"] = "Bearer"
        return response
    body = _body(request)
    if body is None:
        count_refusal(Reason.SIZE, sender=sender)
        return answer(request, Refusal(0, Reason.SIZE).error())
    told = accept_message(body, sender=sender, received=received)
    if told.refused and not len(told.ids) and not told.doubled:
        return answer(request, told.refused[0].error())
    return HttpResponse(orjson.dumps(_said(told)), content_type="application/json")


def bearer(request: HttpRequest) -> str:
    """The key that the request shows; empty where it shows none."""
    said = request.headers.get("Authorization", "")
    return said[len(SCHEME) :].strip() if said[: len(SCHEME)].lower() == SCHEME else ""


def _body(request: HttpRequest) -> bytes | None:
    """The body; None where it is larger than anything that is taken. Nothing is read then."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_MOST:
        return None
    try:
        return request.body
    except RequestDataTooBig:
        return None


def _said(told: Accepted) -> dict[str, Any]:
    refused = [
        {"index": each.index, "code": each.reason.value, "where": each.where, "detail": str(WORDS[each.reason])}
        for each in told.refused
    ]
    return {"ids": told.ids.tolist(), "doubled": told.doubled, "refused": refused}
