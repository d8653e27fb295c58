"""Inspections on the phone: which list and where, the list itself, and what a round found."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access import needs
from linli.core.errors import Invalid, NotFound, Refused, TooLarge
from linli.core.keeping import is_copy, may_keep, never_keep
from linli.hazards.domain.checklists import checklists
from linli.hazards.domain.inspecting import Round, own_path, record_inspection
from linli.hazards.domain.opening import DECIDES
from linli.hazards.domain.queries import seen_hazards, seen_inspections, seen_premises, to_do
from linli.hazards.enums import Ticked
from linli.hazards.forms_premises import RoundForm
from linli.hazards.kind import STATES, TONES
from linli.hazards.models import Hazard, Inspection, Premises
from linli.hazards.offline import pages_to_keep, rounds
from linli.hazards.shown import what
from linli.hazards.storing import store_photos
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title, governed_path
from linli.places.models import Place
from linli.procedures.domain.late import happened

ROWS = 100


@needs("hazards.inspect")
@require_safe
def inspections(request: Request) -> HttpResponse:
    """Today's inspections: the hazards to go to, the lists to go round with; and the last rounds, the newest first.

    A phone keeps this page with all that it leads to, but no rounds of the past.
    """
    known, copy = checklists(), is_copy(request)
    seen = [] if copy else seen_inspections(request.viewer)[:ROWS]
    rows = [
        {
            "inspection": each, "place": full_title(each.place),
            "list": known[each.list].title if each.list in known else each.list,
        }
        for each in seen
    ]  # fmt: skip
    work = [_to_go_to(hazard) for hazard in to_do(request.viewer)]
    finds = [reverse("hazards:new")] if request.user.has_perm("hazards.find") else []
    context = {
        "rows": rows, "tab": "inspections", "copy": copy, "work": [row for row in work if row["keep"] or not copy],
        "lists": [(each, reverse("hazards:round", args=[each.code])) for each in known.values()],
        "keep": " ".join([request.path, *finds, *rounds(), *(row["keep"] for row in work)]),
    }  # fmt: skip
    return may_keep(request, render(request, "hazards/inspections.html", context))


def _to_go_to(hazard: Hazard) -> dict[str, Any]:
    procedure = hazard.procedure
    pages = pages_to_keep(procedure, "")
    return {
        "hazard": hazard, "place": full_title(procedure.place) if procedure.place else "", "what": what(hazard),
        "state": STATES[procedure.state], "tone": TONES[procedure.state], "procedure": procedure,
        "keep": " ".join(f"{page}#{procedure.version}" for page in pages),
    }  # fmt: skip


@needs("hazards.inspect")
@never_cache
@require_http_methods(["GET", "POST"])
def go_round(request: Request, code: str) -> HttpResponse:
    """The list: where, each line ticked, what is bad described, photographed, made a hazard, and signed for.

    Where the address names no place, it is chosen here: so one page of each list serves a phone without signal.
    """
    known = checklists()
    place, premises = _where(request)
    named = bool(request.GET.get("place") or request.GET.get("premises"))
    if code not in known or (named and place is None) or request.post is None:
        raise NotFound
    form = RoundForm(
        request.POST or None, request.FILES or None, checklist=known[code], fixed=named,
        serves=request.post.role in DECIDES, below=own_path(request.post),
        initial={"where": premises.where} if premises else {},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            return _recorded(request, form, place or form.cleaned_data["place"], premises)
        except (Invalid, TooLarge) as wrong:
            _beside(wrong, form)
        except Refused:
            form.add_error(None, _("This place is not your post's. Choose one that is."))
    context = {
        "form": form, "list": known[code], "place": full_title(place) if place else "", "premises": premises,
        "address": request.get_full_path(), "kept": "" if premises else request.get_full_path(), "tab": "",
    }  # fmt: skip
    response = render(request, "hazards/round.html", context, status=422 if form.is_bound and form.errors else 200)
    return never_keep(response) if premises else may_keep(request, response)


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
        checklist=form.checklist, place=place, where=form.cleaned_data["where"], premises=premises, there=form.there,
        ticks=form.ticks(lambda uploads: store_photos(uploads, now)),
    )  # fmt: skip
    at = happened(request.POST.get("ago", ""), procedure=None, now=now)
    kept = record_inspection(done=done, by=request.by, at=at, now=now, action=form.cleaned_data["action"])
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
