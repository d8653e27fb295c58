"""Hazard levels with their arithmetic, where to look first, the weights; and what everybody may read of hotspots."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import needs, public
from linli.core.errors import Invalid
from linli.people.middleware import Request
from linli.places.domain.queries import governed_path
from linli.riskmap.domain import hotspot_queries as queries
from linli.riskmap.domain import hotspot_words as words
from linli.riskmap.domain.hazard import LEVELS, OURS, change_weight, level_of, weights
from linli.riskmap.domain.hotspot_questions import PUBLIC_MONTHS, ask, find, hazard
from linli.riskmap.domain.hotspot_questions import public as public_question
from linli.riskmap.enums_hotspots import RunStatus
from linli.riskmap.forms_hotspots import WeightForm
from linli.riskmap.views_hotspots import collection, outlines, parts_shown

SUGGESTED = 5
TONES = {"high": "late", "raised": "waiting", "low": "new"}

SHORT, FIRST = 7, 5  # cells that everybody's list shows whole, and of a longer one at once


@needs("riskmap.hotspots")
@require_safe
def hazards(request: Request) -> HttpResponse:
    """The hazard level of each building, its sum laid open, and where to look first."""
    scope = queries.scope_of(request.viewer)
    question = hazard(timezone.localdate() - timedelta(days=1))
    run = find(question, scope)
    held = weights()
    context: dict[str, Any] = {
        "run": run,
        "scope": words.place_title(scope),
        "days": words.days(question.first, question.last),
        "weights": held,
        "levels": [(words.level_title(name), least) for name, least in LEVELS],
        "may_weigh": request.user.has_perm("riskmap.hazard_weights"),
    }
    if run is not None and run.status == RunStatus.DONE:
        rows = [_building(each) for each in queries.findings(run, request.viewer)[0]]
        now = [[each.source, each.code, each.weight] for each in held]
        context |= {"rows": rows, "suggested": rows[:SUGGESTED], "stale": run.facts.get("weights") != now}
    return render(request, "riskmap/hotspots/hazards.html", context)


def _building(seen: queries.Seen) -> dict[str, Any]:
    facts = seen.finding.facts
    level = level_of(facts["points"])
    return {
        "seen": seen, "title": words.place_title(seen.finding.place_path), "points": facts["points"],
        "level": words.level_title(level), "tone": TONES[level], "parts": parts_shown(seen),
        "why": words.reason(facts["parts"]), "url": reverse("riskmap:hotspot", args=[seen.finding.pk]),
    }  # fmt: skip


@needs("riskmap.hotspots")
@require_POST
def ask_hazards(request: Request) -> HttpResponse:
    question = hazard(timezone.localdate() - timedelta(days=1))
    ask(question, queries.scope_of(request.viewer), at=timezone.now())
    return redirect("riskmap:hazards")


@needs("riskmap.hazard_weights")
def weight(request: Request, source: str, code: str) -> HttpResponse:
    """Change what one case or alarm weighs."""
    held = next((each for each in weights() if (each.source, each.code) == (source, code)), None)
    if held is None:
        raise Http404
    form = WeightForm(request.POST or None, initial={"weight": held.weight, "reason": held.reason})
    if request.method == "POST" and form.is_valid():
        try:
            change_weight(
                source=source, code=code, weight=form.cleaned_data["weight"], reason=form.cleaned_data["reason"],
                by=request.by, at=timezone.now(),
            )  # fmt: skip
        except Invalid as told:
            form.add_error(None, str(told.message))
        else:
            messages.success(request, _("The weight is changed. Work the levels out anew to see what follows."))
            return redirect("riskmap:hazards")
    context = {"form": form, "held": held, "ours": OURS[source, code], "back_url": reverse("riskmap:hazards")}
    return render(request, "riskmap/hotspots/weight.html", context, status=422 if form.errors else 200)


# --- what everybody may read


@public
@require_safe
def public_hotspots(request: Request) -> HttpResponse:
    """One month that is over, by grid cell, from five cases on."""
    months = _months()
    month = next((each for each in months if each.isoformat() == request.GET.get("month")), months[0])
    run = queries.public_run(public_question(month), governed_path())
    units = sorted(run.facts["units"], key=lambda row: (-row[1], row[0])) if run else []
    rows = [
        {"key": path, "title": words.place_title(path), "number": number, "hot": hot, "q": q}
        for path, number, hot, q in units
    ]
    first = FIRST if len(rows) > SHORT else len(rows)
    context = {
        "month": month, "title": words.month(month), "rows": rows, "run": run,
        "first": f":{first}", "rest": f"{first}:", "more": len(rows) - first,
        "months": [(each.isoformat(), words.month(each)) for each in months],
    }  # fmt: skip
    return render(request, "riskmap/hotspots/public.html", context)


@public
@require_safe
def public_areas(request: Request) -> HttpResponse:
    month = next((each for each in _months() if each.isoformat() == request.GET.get("month")), None)
    run = queries.public_run(public_question(month), governed_path()) if month else None
    return collection(outlines([(row[0], row[1]) for row in run.facts["units"]]) if run else [])


def _months() -> list[Any]:
    """The first days of the months that are over, the newest first."""
    first = timezone.localdate().replace(day=1)
    found = []
    for _number in range(PUBLIC_MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found
