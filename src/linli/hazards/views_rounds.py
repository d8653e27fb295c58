"""Inspections on the phone: which list and where, the list itself, and what a round found."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access import needs
from linli.core.errors import Invalid, NotFound, Refused, TooLarge
from linli.hazards.domain.checklists import checklists
from linli.hazards.domain.inspecting import Round, record_inspection
from linli.hazards.domain.queries import seen_hazards, seen_inspections, seen_premises
from linli.hazards.enums import Ticked
from linli.hazards.forms_premises import BeginForm, RoundForm
from linli.hazards.kind import STATES, TONES
from linli.hazards.models import Inspection, Premises
from linli.hazards.storing import store_photos
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title, governed_path
from linli.places.models import Place

ROWS = 100


@needs("hazards.inspect")
@require_safe
def inspections(request: Request) -> HttpResponse:
    """The last rounds, the newest first."""
    known = checklists()
    rows = [
        {
            "inspection": each, "place": full_title(each.place),
            "list": known[each.list].title if each.list in known else each.list,
        }
        for each in seen_inspections(request.viewer)[:ROWS]
    ]  # fmt: skip
    return render(request, "hazards/inspections.html", {"rows": rows, "tab": "inspections"})


@needs("hazards.inspect")
@require_safe
def begin(request: Request) -> HttpResponse:
    """Which list and where; the answers go with the address of the list."""
    form = BeginForm(request.GET if "list" in request.GET else None)
    if form.is_bound and form.is_valid():
        address = reverse("hazards:round", args=[form.cleaned_data["list"]])
        return redirect(f"{address}?{urlencode({'place': form.cleaned_data['place'].path})}")
    status = 422 if form.is_bound else 200
    return render(request, "hazards/begin.html", {"form": form, "tab": ""}, status=status)


@needs("hazards.inspect")
@never_cache
@require_http_methods(["GET", "POST"])
def go_round(request: Request, code: str) -> HttpResponse:
    """The list: each line ticked, what is bad described, photographed, and made a hazard."""
    known = checklists()
    place, premises = _where(request)
    if code not in known or place is None:
        raise NotFound
    initial = {"where": premises.where} if premises else {}
    form = RoundForm(request.POST or None, request.FILES or None, checklist=known[code], initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _recorded(request, form, place, premises)
        except (Invalid, TooLarge) as wrong:
            _beside(wrong, form)
        except Refused:
            form.add_error(None, _("This place is not your post's. Choose one that is."))
    context = {
        "form": form, "list": known[code], "place": full_title(place), "path": place.path, "premises": premises,
        "tab": "",
    }  # fmt: skip
    return render(request, "hazards/round.html", context, status=422 if form.is_bound and form.errors else 200)


def _where(request: Request) -> tuple[Place | None, Premises | None]:
    premises = None
    if number := request.GET.get("premises", ""):
        premises = seen_premises(request.viewer).filter(number=number).first()
        return (premises.place if premises else None), premises
    place = tree().by_path.get(request.GET.get("place", ""))
    return (place if place and place.path.startswith(governed_path()) else None), None


def _recorded(request: Request, form: RoundForm, place: Place, premises: Premises | None) -> HttpResponse:
    now = timezone.now()
    done = Round(
        checklist=form.checklist, place=place, where=form.cleaned_data["where"], premises=premises,
        ticks=form.ticks(lambda uploads: store_photos(uploads, now)),
    )  # fmt: skip
    kept = record_inspection(done=done, by=request.by, at=now, action=form.cleaned_data["action"])
    opened = kept.hazards.count()
    said = ngettext("Round kept. %(n)d hazard opened.", "Round kept. %(n)d hazards opened.", opened) % {"n": opened}
    messages.success(request, said)
    return redirect("hazards:inspection", kept.uuid)


def _beside(wrong: Invalid | TooLarge, form: RoundForm) -> None:
    fields = wrong.fields if isinstance(wrong, Invalid) else {}
    for code, said in fields.items():
        form.add_error(f"note_{code}" if f"note_{code}" in form.fields else None, str(said))
    if not fields:
        form.add_error(None, str(wrong.message))


@needs("hazards.inspect")
@require_safe
def inspection(request: Request, uuid: UUID) -> HttpResponse:
    """What a round found, and what became of it."""
    found = seen_inspections(request.viewer).filter(pk=uuid).first()
    if found is None:
        raise NotFound
    opened = {hazard.line: hazard for hazard in seen_hazards(request.viewer).filter(inspection=found)}
    context = {
        "inspection": found, "place": full_title(found.place), "list": _title(found), "lines": _lines(found, opened),
        "tab": "",
    }  # fmt: skip
    return render(request, "hazards/inspection.html", context)


def _title(found: Inspection) -> str:
    known = checklists().get(found.list)
    return known.title if known else found.list


MARKS = {Ticked.GOOD: "done", Ticked.BAD: "late", Ticked.ABSENT: "off"}


def _lines(found: Inspection, opened: dict[str, Any]) -> list[dict[str, Any]]:
    known = checklists().get(found.list)
    titles = {line.code: line.title for line in known.lines} if known else {}
    rows = []
    for code, ticked in found.ticks.items():
        hazard = opened.get(f"{found.list}.{code}")
        rows.append(
            {
                "title": titles.get(code, code), "ticked": Ticked(ticked).label, "tone": MARKS[Ticked(ticked)],
                "hazard": hazard,
                "state": STATES[hazard.procedure.state] if hazard else "",
                "state_tone": TONES[hazard.procedure.state] if hazard else "",
            }
        )  # fmt: skip
    return rows
