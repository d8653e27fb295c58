"""A report by telephone or at the window: one short form, with what is open nearby beside it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from linli.cases.domain.desk import CaseRow, nearby_open
from linli.cases.domain.further import join_report
from linli.cases.domain.heaps import RECENT
from linli.cases.domain.queries import case_for, classes
from linli.cases.domain.report import report_case
from linli.cases.domain.whereabouts import Meant
from linli.cases.forms_desk import PhoneForm
from linli.cases.forms_staff import places_found
from linli.cases.views.desk import Line, lines
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.kept import tree


@dataclass(frozen=True)
class Near:
    """An open case close by that the caller may mean."""

    line: Line
    reporters: int


@needs("cases.desk")
@never_cache
def phone(request: Request) -> HttpResponse:
    """Ask; with `join` add the caller to an open case, otherwise open a new one. Either way there is a code to tell."""
    asked = request.POST if request.method == "POST" else request.GET
    below = request.viewer.posts[0].place.path
    found = places_found(asked.get("words", ""), asked.get("place", ""), below)
    sends = request.method == "POST" and "look" not in request.POST
    initial = {name: asked.get(name, "") for name in ("text", "klass", "words", "place", "contact") if name in asked}
    initial.setdefault("place", found[0][0].path if found else "")
    form = PhoneForm(request.POST if sends else None, initial=initial, classes=classes(), found=found)
    if sends and form.is_valid():
        try:
            return _join(request, form) if request.POST.get("join") else _report(request, form)
        except Invalid as told:
            carry_over(told, form)
        except Conflict as told:
            form.add_error(None, str(told.message))
    return _page(request, form, found)


def _page(request: Request, form: PhoneForm, found: list[Meant]) -> HttpResponse:
    place = tree().by_path.get(str(form["place"].value() or ""))
    klass = next((one for one in classes() if one.code == form["klass"].value()), None)
    rows: list[CaseRow] = nearby_open(request.viewer, place=place, klass=klass) if place else []
    near = [Near(line, row.supporters + 1) for line, row in zip(lines(rows), rows, strict=True)]
    context = {"form": form, "found": found, "near": near, "place": place}
    return render(request, "cases/staff/phone.html", context, status=422 if form.errors else 200)


def _report(request: Request, form: PhoneForm) -> HttpResponse:
    given, at = form.cleaned_data, timezone.now()
    place = tree().by_path.get(given["place"])
    made = report_case(
        text=given["text"],
        source=given["source"],
        by=request.by,
        at=at,
        action=given["action"],
        klass=next((one for one in classes() if one.code == given["klass"]), None),
        place=place,
        where=given["words"],
        contact=given["contact"],
    )
    return _told(request, made.case.procedure.number, made.claim_code, joined=False)


def _join(request: Request, form: PhoneForm) -> HttpResponse:
    given = form.cleaned_data
    case = case_for(request.POST["join"], request.viewer)
    made = join_report(
        case=case, text=given["text"], contact=given["contact"], source=given["source"], by=request.by,
        at=timezone.now(), action=given["action"],
    )  # fmt: skip
    return _told(request, case.procedure.number, made.claim_code, joined=True)


def _told(request: Request, number: str, code: str, *, joined: bool) -> HttpResponse:
    """Number and code, to be told to the caller. Shown on this answer alone, and kept nowhere."""
    RECENT.forget()
    context: dict[str, Any] = {
        "number": number,
        "code": code,
        "joined": joined,
        "title": _("Added to the case") if joined else _("Taken down"),
        "address": request.build_absolute_uri(reverse("cases:follow", args=[number])),
    }
    return render(request, "cases/staff/phoned.html", context)
