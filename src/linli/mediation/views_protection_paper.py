"""The application for a protection order on paper: opened for that purpose, kept nowhere, for its helpers alone."""

from importlib.resources import files as resources
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from linli.core.access import needs
from linli.core.errors import NotFound
from linli.core.typeset import PDF, can_typeset, typeset
from linli.mediation.domain.protection_queries import orders_of, own_file
from linli.mediation.domain.protection_sealed import open_parts
from linli.mediation.enums_protection import Applicant
from linli.mediation.views_help import traceless
from linli.people.middleware import Request


@needs("protection.files")
@require_POST
@traceless
def application(request: Request, number: str) -> HttpResponse:
    """The application for a protection order, to be printed, signed and taken to the court."""
    found = own_file(number, request.viewer)
    shown = open_parts(
        procedure=found, parts=("order", "contact"), purpose="order", by=request.by, at=timezone.now()
    )  # fmt: skip
    order = next(iter(reversed(orders_of(found))), None)
    if shown.details is None or order is None:
        raise NotFound
    name = (shown.contact or {}).get("name", "")
    by_committee = order.applicant == Applicant.COMMITTEE
    today = timezone.localdate()
    if request.POST.get("as") == "pdf":
        date = f"{today.year}年{today.month}月{today.day}日"
        return _pdf({**shown.details, "name": name, "by_committee": by_committee, "date": date})
    context = {
        "details": shown.details, "name": name, "order": order, "by_committee": by_committee, "today": today,
        "back_url": reverse("protection:file", args=[number]), "pdf": can_typeset(),
    }  # fmt: skip
    return render(request, "mediation/protection/application.html", context)


def _pdf(data: dict[str, Any]) -> HttpResponse:
    """Neither the name of the file nor the document's says what it is, or whose: both stand in lists of a device."""
    source = resources("linli.mediation").joinpath("data/application.typ").read_bytes()
    answer = HttpResponse(typeset(source, {**data, "lang": "zh"}), content_type=PDF)
    answer["Content-Disposition"] = 'inline; filename="paper.pdf"'
    return answer
