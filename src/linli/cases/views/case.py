"""The page of one case for staff, and what can be done there beside its moves."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from linli.cases.clauses import clauses_for
from linli.cases.domain.closing import may_be_public, release_case
from linli.cases.domain.contact import open_contact
from linli.cases.domain.desk import CaseRow
from linli.cases.domain.dossier import Dossier, read_dossier, with_assignments
from linli.cases.domain.duplicates import Same, perhaps_the_same, reasons
from linli.cases.domain.handling import note_on_case
from linli.cases.domain.promises import promises_of
from linli.cases.domain.queries import case_for
from linli.cases.domain.routing import why_text
from linli.cases.forms_desk import PromiseForm
from linli.cases.forms_staff import ContactForm, NoteForm
from linli.cases.models import Case
from linli.cases.panels import panels_of
from linli.cases.sentences import STATES, TONES, photos_by_role, tell_story
from linli.cases.views.move_table import FIRST, STEPS, Asked, step_of
from linli.cases.views.moves import keep_or_not, names_of, on_a_phone
from linli.core.access import needs
from linli.core.keeping import is_copy
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.places.models import ESTATE_PATH
from linli.procedures.domain.assignments import STANDING
from linli.procedures.domain.late import as_it_happened, happened
from linli.procedures.domain.referrals import destinations
from linli.procedures.enums import Part
from linli.procedures.models import Clock
from linli.procedures.sentences import clock_name, explain


@dataclass(frozen=True)
class ClockRow:
    """A clock as its badge and its explanation need it."""

    name: str
    due: Any
    amber: Any
    state: str
    ended: Any
    provisional: bool
    sentence: str


@needs("cases.case")
def case(request: Request, number: str) -> HttpResponse:
    """Everything about one case, and what can be done next."""
    return show(request, read_dossier(number, viewer=request.viewer, by=request.by))


def show(request: Request, dossier: Dossier, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**page_of(request, dossier), **on_a_phone(request, dossier.case), **more}
    return keep_or_not(request, dossier.case, render(request, "cases/staff/case.html", context, status=status))


def page_of(request: Request, dossier: Dossier) -> dict[str, Any]:
    """All that the page of a case shows; the desk's preview shows a part of it."""
    case, names = dossier.case, names_of(dossier)
    procedure = case.procedure
    rows = [_clock_row(clock) for clock in dossier.clocks]
    first = _first(request, dossier)
    step = step_of(first, case) if first else None
    open_moves = {move.name for move in dossier.moves}
    beside = [name for name in STEPS if name in open_moves and name != first]
    return {
        "dossier": dossier,
        "case": case,
        "number": procedure.number,
        "title": case.klass.title if case.klass else "",
        "state": STATES[procedure.state],
        "tone": TONES[procedure.state],
        "place": full_title(procedure.place) if procedure.place else "",
        "acting": ", ".join(row.post.title for row in dossier.acting if row.part not in STANDING),
        "running": [row for row in rows if row.ended is None],
        "ended": [row for row in rows if row.ended is not None],
        "story": tell_story(dossier.lines, names),
        "photos": photos_by_role(dossier.lines, dossier.files),
        "first": first,
        "step": step,
        "form": step.form(Asked(case, request)) if step else None,
        "others": [(name, STEPS[name]) for name in beside if not STEPS[name].rare],
        "further": [(name, STEPS[name]) for name in beside if STEPS[name].rare],
        "handed_on": bool(destinations(procedure, request.by)),
        "helping": [row.post.title for row in dossier.acting if row.part == Part.HELPER],
        "owner": next((row.post.title for row in dossier.acting if row.part == Part.OWNER), ""),
        # A copy for a phone names no other case: one of them may be sealed.
        "family": [
            (label, [_relative(row) for row in rows]) for label, rows in dossier.family if rows and not is_copy(request)
        ],
        "why": why_text(case.proposed_why) if first not in ("file", "dispatch") else "",
        "closing": case.klass.closing_text if case.klass else "",
        "desk": request.user.has_perm("cases.desk"),
        "may_be_public": may_be_public(case),
        "has_contact": dossier.reporter is not None and dossier.reporter.contact_sealed is not None,
        "places_url": _places_around(case),
        "features_url": reverse("cases:point", args=[procedure.number]) if _point(case) else "",
        "same": _same(request, case) if "merge" in open_moves else [],
        "wrong": None,
        "note_form": NoteForm(),
        "promise_form": PromiseForm(),
        "promises": promises_of(case) if any(line.kind == "promise" for line in dossier.lines) else [],
        "contact_form": ContactForm(),
        "panels": panels_of(case, request.by),
        "clauses": clauses_for(klass=case.klass.code, on=timezone.localdate()) if case.klass else [],
    }


def _relative(row: CaseRow) -> dict[str, Any]:
    return {
        "url": reverse("cases:case", args=[row.number]),
        "number": row.number,
        "title": row.title,
        "state": STATES[row.state],
        "tone": TONES[row.state],
    }


@dataclass(frozen=True)
class SameRow:
    """A case that is perhaps the same, as its panel shows it."""

    same: Same
    state: str
    tone: str
    why: str
    url: str


def _same(request: Request, case: Case) -> list[SameRow]:
    """What whoever may join a case with another may want to join it with."""
    return [
        SameRow(one, STATES[one.state], TONES[one.state], reasons(one), same_url(case, one))
        for one in perhaps_the_same(case, request.viewer)
    ]


def same_url(case: Case, other: Same) -> str:
    """Where a case that is perhaps the same leads: to joining the two."""
    merge = reverse("cases:move", args=[case.procedure.number, "merge"])
    return f"{merge}?{urlencode({'into': other.number})}"


def _first(request: Request, dossier: Dossier) -> str:
    """The move whose form stands open: what the reader's post is expected to do. Whose turn it is not only may."""
    if request.viewer.posts[0].pk not in {row.post_id for row in dossier.acting}:
        return ""
    return next((name for name in FIRST if any(move.name == name for move in dossier.moves)), "")


def _point(case: Case) -> tuple[float, float] | None:
    """The point that was given, or else that of the place."""
    place = case.procedure.place
    if case.lon is not None and case.lat is not None:
        return case.lon, case.lat
    if place is not None and place.lon is not None and place.lat is not None:
        return place.lon, place.lat
    return None


def _places_around(case: Case) -> str:
    """What the map of a case shows: its estate, or where that is not known what the post's place holds."""
    below = {"kinds": "estate,building,lane", "below": case.procedure.place_path[:ESTATE_PATH]}
    return f"{reverse('places:map')}?{urlencode(below)}"


def _clock_row(clock: Clock) -> ClockRow:
    return ClockRow(
        name=clock_name(clock.rule),
        due=clock.due,
        amber=clock.amber,
        state=clock.state,
        ended=clock.ended,
        provisional=clock.provisional,
        sentence=explain(clock),
    )


@needs("cases.case")
@require_POST
def contact(request: Request, number: str) -> HttpResponse:
    """Open the sealed contact of the reporter: shown once, on this answer alone, and written down."""
    form = ContactForm(request.POST)
    found = case_for(number, request.viewer)
    if not form.is_valid():
        return _again(request, number, contact_form=form, wrong=form)
    opened = open_contact(case=found, reason=form.cleaned_data["reason"], by=request.by, at=timezone.now())
    response = show(request, read_dossier(number, viewer=request.viewer, by=request.by), contact=opened)
    response["Cache-Control"] = "no-store"
    return response


@needs("cases.case")
@require_POST
def note(request: Request, number: str) -> HttpResponse:
    """Write into the story, for staff or for the reporter too."""
    form = NoteForm(request.POST)
    found = with_assignments(case_for(number, request.viewer))
    if not form.is_valid():
        return _again(request, number, note_form=form, wrong=form)
    now = timezone.now()
    as_it_happened(
        note_on_case,
        case=found,
        text=form.cleaned_data["text"],
        to_reporter=form.cleaned_data["reader"] == "reporter",
        by=request.by,
        at=happened(request.POST.get("ago", ""), procedure=found.procedure, now=now),
        now=now,
        action=form.cleaned_data["action"],
    )
    return redirect("cases:case", found.procedure.number)


@needs("cases.case")
@require_POST
def release(request: Request, number: str) -> HttpResponse:
    """Let the public read text and photographs, or take that back."""
    found = with_assignments(case_for(number, request.viewer))
    release_case(case=found, released=request.POST.get("released") == "1", by=request.by, at=timezone.now())
    return redirect("cases:case", found.procedure.number)


@needs("cases.case")
def point(request: Request, number: str) -> JsonResponse:
    """Where the case is, for its map: the point that was given, or that of the place."""
    found = case_for(number, request.viewer)
    state = found.procedure.state
    properties = {"id": found.procedure.number, "title": str(found.klass or STATES[state]), "tone": TONES[state]}
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": spot}, "properties": properties}
        for spot in [_point(found)]
        if spot
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _again(request: Request, number: str, **more: Any) -> HttpResponse:
    return show(request, read_dossier(number, viewer=request.viewer, by=request.by), status=422, **more)
