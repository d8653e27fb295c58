"""What the pages of a report share: how one is shown, where the next one is, and what the draft's answers stand for."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.danger import danger_in
from linli.cases.domain.report import Spot, find_spot
from linli.cases.draft import Draft
from linli.cases.models import CaseClass
from linli.core.forms import KitForm
from linli.core.steps import show_question
from linli.people.middleware import Request
from linli.places.models import Place

STEPS = {"what": 1, "where": 2, "nearby": 2, "text": 3, "photos": 4, "reach": 5, "check": 6}


def page(
    request: Request, draft: Draft, name: str, form: KitForm | None, *, back: str, step: str = "", **more: Any
) -> HttpResponse:
    """A page of the report. back: a URL name or an address; once all was reviewed, back leads to the overview."""
    if draft.reviewed and name != "check" and "in" not in request.GET:
        back = "cases:report_check"
    klass = klass_of(draft.klass)
    return show_question(
        request, f"cases/report/{name}.html", form, step=STEPS[step or name], step_count=len(set(STEPS.values())),
        back=back if back.startswith("/") else reverse(back), draft=draft,
        danger=klass if klass and klass.danger else None,
        heard=danger_in(draft.text) if draft.text and name != "text" else None, **more,
    )  # fmt: skip


def on(request: Request, draft: Draft, page: str) -> HttpResponse:
    """Keep the answer and go on: to the next question, or back to the overview that it was changed from."""
    draft.keep(request.session)
    return redirect("cases:report_check" if draft.reviewed and not draft.missing() else page)


def klass_of(code: str) -> CaseClass | None:
    return catalogue().named(code)


def place_of(path: str) -> Place | None:
    return Place.objects.select_related("parent").filter(path=path, retired_at=None).first() if path else None


def spot_of(draft: Draft) -> Spot:
    return find_spot(place_of(draft.place), draft.lon, draft.lat)
