"""Hotspots: what is asked, the answer with its map and list, the cases behind each finding, and charts."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from linli.cases.domain.catalogue import catalogue
from linli.cases.views.desk import lines
from linli.core.access import needs
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.procedures.models import Procedure
from linli.procedures.registry import kind_of
from linli.riskmap.chart_svg import control_svg
from linli.riskmap.domain import hotspot_queries as queries
from linli.riskmap.domain import hotspot_words as words
from linli.riskmap.domain.hazard import code_title
from linli.riskmap.domain.hotspot_looking import FEWEST
from linli.riskmap.domain.hotspot_queries import Seen
from linli.riskmap.domain.hotspot_questions import Question, ask, find, question_of
from linli.riskmap.domain.sources import source_named
from linli.riskmap.enums_hotspots import ChartMethod, Method, RunKind, RunStatus, Step, Unit
from linli.riskmap.forms_hotspots import ChartForm, HotspotsForm
from linli.riskmap.models import HotspotRun

UNITS_SHOWN = 100
FRESH = timedelta(days=15)
Asking = HotspotsForm | ChartForm


@dataclass(frozen=True)
class Shown:
    """A finding as its page and list say it."""

    seen: Seen
    title: str
    said: words.Said

    @property
    def url(self) -> str:
        return reverse("riskmap:hotspot", args=[self.seen.finding.pk])


@needs("riskmap.hotspots")
@require_safe
def hotspots(request: Request) -> HttpResponse:
    """A question and, where it is worked out, its answer."""
    form = HotspotsForm(request.GET)
    question = form.question(timezone.localdate())
    scope = queries.scope_of(request.viewer)
    run = find(question, scope)
    context = {
        "form": form.shown(question),
        "run": run,
        "scope": words.place_title(scope),
        "days": words.days(question.first, question.last),
        "method": Method(question.method).label,
        "what": [source_named(name).title for name in question.sources],
        "klass": class_title(question.code),
        "not_said": words.not_said(question.method),
        "ask": {"url": reverse("riskmap:ask_hotspots"), "fields": fields(request.GET)},
    }
    if run is not None and run.status == RunStatus.DONE:
        context |= _answer(run, question, request, scope)
    return render(request, "riskmap/hotspots/hotspots.html", context)


def _answer(run: HotspotRun, question: Question, request: Request, scope: str) -> dict[str, Any]:
    seen, hidden = queries.findings(run, request.viewer)
    sees_all = queries.sees_all(request.viewer, scope)
    return {
        "findings": [shown(each, question, run.facts) for each in seen],
        "hidden": hidden,
        "nothing": words.nothing_found(question, run.facts),
        "units": units_shown(run) if sees_all else [],
        "surface": run.facts.get("surface") if sees_all else None,
        "surface_first": question.method == Method.DENSITY,
        "by_cell": question.unit == Unit.CELL,
        "unplaced": max(0, run.facts.get("events", 0) - run.facts.get("placed", 0)),
        "sees_all": sees_all,
    }


def shown(seen: Seen, question: Question, facts: dict[str, Any]) -> Shown:
    return Shown(seen, words.title(seen, question.unit), words.said(seen, question, facts))


def units_shown(run: HotspotRun) -> list[tuple[str, int]]:
    """The buildings or cells with five at least, the most first."""
    rows = sorted(run.facts.get("units", []), key=lambda row: (-row[1], row[0]))
    return [(words.place_title(path), number) for path, number in rows[:UNITS_SHOWN] if number >= FEWEST]


def class_title(code: str) -> str:
    klass = catalogue().named(code) if code else None
    return klass.title if klass else ""


def fields(given: QueryDict) -> list[tuple[str, str]]:
    """The pairs of an address, for a form that sends them on."""
    return [(name, value) for name, values in given.lists() for value in values if name in KNOWN]


KNOWN = ("sources", "code", "window", "first", "last", "method", "unit", "step")


@needs("riskmap.hotspots")
@require_POST
def ask_hotspots(request: Request) -> HttpResponse:
    """Have a question worked out."""
    return _ask(request, HotspotsForm(request.POST), "riskmap:hotspots")


@needs("riskmap.hotspots")
@require_POST
def ask_chart(request: Request) -> HttpResponse:
    return _ask(request, ChartForm(request.POST), "riskmap:chart")


def _ask(request: Request, form: Asking, page: str) -> HttpResponse:
    question = form.question(timezone.localdate())
    ask(question, queries.scope_of(request.viewer), at=timezone.now())
    return redirect(f"{reverse(page)}?{urlencode(fields(request.POST))}")


# --- what lies behind a finding


@needs("riskmap.hotspots")
@require_safe
def hotspot(request: Request, pk: int) -> HttpResponse:
    """One finding: what it means, and just the cases and alarms that it counts."""
    seen = queries.finding_seen(pk, request.viewer)
    question = question_of(seen.finding.run)
    page = queries.cases_of(seen.finding, request.viewer, after=request.GET.get("after"))
    context = {
        "seen": seen,
        "finding": seen.finding,
        "lines": lines(page.rows),
        "page": page,
        "alarms": queries.alarms_of(seen.finding, request.viewer) if seen.alarms else [],
        "hazards": [_hazard(each) for each in queries.hazards_of(seen.finding, request.viewer)] if seen.hazards else [],
        "days": words.days(seen.finding.first, seen.finding.last),
        **TOLD[RunKind(question.kind)](seen, question),
    }
    return render(request, "riskmap/hotspots/hotspot.html", context)


def _hazard(procedure: Procedure) -> dict[str, Any]:
    kind = kind_of(procedure.kind)
    return {"title": kind.title(procedure), "url": kind.url(procedure), "state": kind.states[procedure.state],
            "place": full_title(procedure.place) if procedure.place else "", "opened": procedure.opened}  # fmt: skip


def _told_hotspot(seen: Seen, question: Question) -> dict[str, Any]:
    units = [(words.place_title(path), words.small(number)) for path, number in seen.finding.facts.get("units", [])]
    return {
        "title": words.title(seen, question.unit), "said": words.said(seen, question, seen.finding.run.facts),
        "not_said": words.not_said(question.method), "units": units, "back": hotspots_url(question),
        "klass": class_title(question.code), "mark": seen.finding.place_path,
    }  # fmt: skip


def _told_chart(seen: Seen, question: Question) -> dict[str, Any]:
    meaning = words.chart_said(seen, question, seen.finding.run.facts)
    return {
        "title": f"{class_title(question.code) or words.place_title(seen.finding.place_path)}",
        "said": words.Said(meaning, ""), "klass": class_title(question.code), "back": chart_url(question),
    }  # fmt: skip


def _told_hazard(seen: Seen, question: Question) -> dict[str, Any]:
    return {
        "title": words.place_title(seen.finding.place_path), "said": words.Said("", ""),
        "back": reverse("riskmap:hazards"), "parts": parts_shown(seen), "points": seen.finding.facts["points"],
    }  # fmt: skip


TOLD = {RunKind.HOTSPOTS: _told_hotspot, RunKind.CHART: _told_chart, RunKind.HAZARD: _told_hazard}


def parts_shown(seen: Seen) -> list[dict[str, Any]]:
    """The sum of a building, laid open."""
    return [
        {"title": code_title(source, code), "number": number, "weight": weight, "points": number * weight}
        for source, code, number, weight in seen.finding.facts["parts"]
    ]


def hotspots_url(question: Question) -> str:
    asked = [("sources", question.sources[0] if len(question.sources) == 1 else "all")]
    asked += [("window", "free"), ("first", question.first.isoformat()), ("last", question.last.isoformat())]
    asked += [("method", question.method), ("unit", question.unit), ("code", question.code)]
    return f"{reverse('riskmap:hotspots')}?{urlencode([pair for pair in asked if pair[1]])}"


# --- the map


@needs("riskmap.hotspots")
@require_safe
def marks(request: Request, pk: int) -> HttpResponse:
    """A mark for each finding that the viewer sees."""
    run, _scope = _answered(request, pk)
    seen, _hidden = queries.findings(run, request.viewer)
    question = question_of(run)
    found = [
        mark(each.finding.place_path, str(each.finding.pk), words.title(each, question.unit), each) for each in seen
    ]
    return collection(found)


def _answered(request: Request, pk: int) -> tuple[HotspotRun, str]:
    """An answer about hotspots of the viewer's own scope, and that scope. Charts and levels have no such map."""
    scope = queries.scope_of(request.viewer)
    found = HotspotRun.objects.filter(pk=pk, scope=scope, kind=RunKind.HOTSPOTS, status=RunStatus.DONE)
    return get_object_or_404(found), scope


def mark(path: str, key: str, title: str, seen: Seen) -> dict[str, Any]:
    place = tree().by_path.get(path)
    point = {"type": "Point", "coordinates": [place.lon, place.lat]} if place and place.lon is not None else None
    href = reverse("riskmap:hotspot", args=[seen.finding.pk])
    words_of = f"{title}: {seen.number}"
    return feature(point, {"id": key, "title": words_of, "href": href, "tone": "late"})


def feature(geometry: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(found: list[dict[str, Any]]) -> JsonResponse:
    kept = [each for each in found if each["geometry"] is not None]
    return JsonResponse({"type": "FeatureCollection", "features": kept}, content_type="application/geo+json")


@needs("riskmap.hotspots")
@require_safe
def areas(request: Request, pk: int) -> HttpResponse:
    """The outlines of what holds five events at least, each with its number and its share of the most."""
    run, scope = _answered(request, pk)
    if not queries.sees_all(request.viewer, scope):
        return collection([])
    return collection(outlines([(path, number) for path, number in run.facts.get("units", [])]))


@needs("riskmap.hotspots")
@require_safe
def surface(request: Request, pk: int) -> HttpResponse:
    """The bands of the surface, from thin to the densest; nothing where fewer than five lie near."""
    run, scope = _answered(request, pk)
    drawn = run.facts.get("surface") if queries.sees_all(request.viewer, scope) else None
    return collection([feature(each["geometry"], {"band": each["band"]}) for each in (drawn or {}).get("bands", [])])


def outlines(units: list[tuple[str, int]]) -> list[dict[str, Any]]:
    kept = [(path, number) for path, number in units if number >= FEWEST]
    most = max((number for _path, number in kept), default=1)
    found = []
    for path, number in kept:
        place = tree().by_path.get(path)
        if place is not None:
            found.append(feature(place.geometry, {"number": number, "share": round(number / most, 3)}))
    return found


# --- charts


@dataclass(frozen=True)
class ChartLine:
    """One chart at a glance."""

    title: str
    url: str
    step: str
    events: int
    thin: bool
    unusual: int
    newest: str


@needs("riskmap.hotspots")
@require_safe
def charts(request: Request) -> HttpResponse:
    """All charts that are worked out for this place, those with unusual points first; for whom all of it is open."""
    scope = queries.scope_of(request.viewer)
    sees_all = queries.sees_all(request.viewer, scope)
    runs = queries.charts_of(scope, timezone.localdate() - 3 * FRESH) if sees_all else []
    found = sorted((_chart_line(run) for run in runs), key=lambda each: (each.thin, -each.unusual, -each.events))
    context = {
        "scope": words.place_title(scope), "sees_all": sees_all, "lines": [each for each in found if not each.thin],
        "thin": [each.title for each in found if each.thin], "form": ChartForm(request.GET),
    }  # fmt: skip
    return render(request, "riskmap/hotspots/charts.html", context)


def _chart_line(run: HotspotRun) -> ChartLine:
    question = question_of(run)
    newest = run.facts["points"][-1][0] if not run.facts.get("thin") else ""
    return ChartLine(
        title=class_title(question.code) or str(words.ALL), url=chart_url(question),
        step=str(Step(question.unit).label),
        events=run.facts.get("events", 0), thin=bool(run.facts.get("thin")), unusual=run.unusual,  # type: ignore[attr-defined]
        newest=words.days(date.fromisoformat(newest), question.last) if newest else "",
    )  # fmt: skip


def chart_url(question: Question) -> str:
    asked = {"code": question.code, "step": question.unit, "method": question.method}
    return f"{reverse('riskmap:chart')}?{urlencode({name: value for name, value in asked.items() if value})}"


@needs("riskmap.hotspots")
@require_safe
def chart(request: Request) -> HttpResponse:
    """One chart with its unusual points explained."""
    form = ChartForm(request.GET)
    question = form.question(timezone.localdate())
    scope = queries.scope_of(request.viewer)
    if not queries.sees_all(request.viewer, scope):
        raise Http404
    run = find(question, scope)
    context: dict[str, Any] = {
        "form": ChartForm({"code": question.code, "step": question.unit, "method": question.method}),
        "run": run,
        "scope": words.place_title(scope),
        "klass": class_title(question.code) or words.ALL,
        "method": ChartMethod(question.method).label,
        "explained": words.chart_explained(question),
        "ask": {"url": reverse("riskmap:ask_chart"), "fields": fields(request.GET)},
    }
    if run is not None and run.status == RunStatus.DONE and not run.facts.get("thin"):
        seen, _hidden = queries.findings(run, request.viewer)
        facts = run.facts
        context |= {
            "drawing": control_svg(facts["points"], question.method, facts["baseline"]),
            "findings": [(each, words.chart_said(each, question, facts)) for each in seen],
            "rows": words.chart_rows(facts["points"], question),
            "usual": words.usual_words(facts, question),
        }
    return render(request, "riskmap/hotspots/chart.html", context)
