"""Plans as staff use them: begun in three steps, answered, compared, accepted, and worked off."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.places.models import Kind
from linli.riskmap import plan_words as words
from linli.riskmap.domain import plan_queries as queries
from linli.riskmap.domain.plan_map import drawn, marks
from linli.riskmap.domain.plan_points import ground_of
from linli.riskmap.domain.plan_wishes import Want, Wishes
from linli.riskmap.domain.plan_work import accept_plan, give_out, said, tick
from linli.riskmap.domain.plans import begin_plan, drop_plan, plan_named, work_out, write_wishes
from linli.riskmap.enums_plans import Act, AnswerKind, AnswerState, ItemStatus, PlanStatus
from linli.riskmap.forms_plans import TITLES, AcceptForm, BeginForm, DoneForm, MeansForm, WhatForm
from linli.riskmap.models import Plan, PlanItem
from linli.sensing.views_devices import reach

GEOJSON = "application/geo+json"
TICKED = gettext_lazy("Done. The register of cameras says so now.")
SETTLED = (PlanStatus.ACCEPTED, PlanStatus.DROPPED)


@needs("riskmap.plans")
@require_safe
def plans(request: Request) -> HttpResponse:
    """The plans with what each came to, so that they can be laid side by side."""
    rows = [(plan, words.STATES[PlanStatus(plan.status)], _best(plan)) for plan in queries.plan_list(reach(request))]
    may = request.user.has_perm("riskmap.plan")
    compare = sum(best is not None for _plan, _tone, best in rows) > 1
    return render(request, "riskmap/plans/list.html", {"rows": rows, "may_write": may, "may_compare": compare})


def _best(plan: Plan) -> words.Shown | None:
    answer = words.best_of(list(plan.answers.all()))
    return words.shown(plan, answer) if answer else None


@needs("riskmap.plans")
@require_safe
def compare(request: Request) -> HttpResponse:
    """Up to four plans side by side."""
    chosen = [key for key in request.GET.getlist("plan") if _is_uuid(key)]
    columns = [(plan, best) for plan in queries.compared(reach(request), chosen) if (best := _best(plan))]
    kinds = [kind for kind in TITLES if any(kind in {f.kind for f in best.figures} for _plan, best in columns)]
    lines = [
        (TITLES[kind], [next((f for f in best.figures if f.kind == kind), None) for _plan, best in columns])
        for kind in kinds
    ]
    context = {"columns": columns, "lines": lines, "asked": [words.asked_words(plan) for plan, _best in columns]}
    return render(request, "riskmap/plans/compare.html", context)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


# --- three steps


@needs("riskmap.plan")
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """First: which area, and a name."""
    form = BeginForm(request.POST or None, places=_places(reach(request)))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            plan = begin_plan(
                place=given["place"], name=given["name"], by=request.by, at=timezone.now(), action=given["action"]
            )
            return redirect("riskmap:plan_what", plan.uuid)
        except Invalid as wrong:
            carry_over(wrong, form)
    context = {"form": form, "back_url": reverse("riskmap:plans")}
    return render(request, "riskmap/plans/new.html", context, status=422 if form.errors else 200)


def _places(below: str) -> list[tuple[str, str]]:
    kinds = (Kind.AREA, Kind.COMMITTEE, Kind.ESTATE)
    found = [place for kind in kinds for place in tree().of_kind(kind, below=below)]
    return [(place.path, full_title(place)) for place in sorted(found, key=lambda place: place.path)]


@needs("riskmap.plan")
@never_cache
@require_http_methods(["GET", "POST"])
def what(request: Request, uuid: UUID) -> HttpResponse:
    """Second: what is to be seen, how sharply, from how many sides."""
    plan = _open_plan(request, uuid)
    wishes = Wishes.from_json(plan.wishes)
    form = WhatForm(request.POST or None, initial={"version": plan.version, **WhatForm.initial_of(wishes)})
    status = 200
    if request.method == "POST" and form.is_valid():
        kinds = {kind: Want(**want) for kind, want in form.wants().items()}
        asked = replace(wishes, kinds=kinds, points=form.cleaned_data["points"])
        try:
            _write(request, plan, form.cleaned_data["version"], asked, plan.aim)
            return redirect("riskmap:plan_means", plan.uuid)
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict:
            status = 409
    return _step(request, plan, form, "what", status)


@needs("riskmap.plan")
@never_cache
@require_http_methods(["GET", "POST"])
def means(request: Request, uuid: UUID) -> HttpResponse:
    """Third: with which means; then it is worked out, and the next page shows the instant answer."""
    plan = _open_plan(request, uuid)
    wishes = Wishes.from_json(plan.wishes)
    initial = {"version": plan.version, **MeansForm.initial_of(wishes, plan.aim)}
    form = MeansForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            plan = _write(request, plan, version, form.wishes(wishes), form.cleaned_data["aim"])
            work_out(plan=plan, version=plan.version, by=request.by, at=timezone.now())
            return redirect("riskmap:plan", plan.uuid)
        except Invalid as wrong:
            carry_over(wrong, form)
            form = _with_version(form, request, plan)
        except Conflict:
            status = 409
    return _step(request, plan, form, "means", status)


def _write(request: Request, plan: Plan, version: int, asked: Wishes, aim: str) -> Plan:
    """Keep what was asked. One transaction; where nothing differs, nothing is written."""
    if (
        plan.version == version
        and plan.status == PlanStatus.DRAFT
        and plan.wishes
        and (Wishes.from_json(plan.wishes) == asked and plan.aim == aim)
    ):
        return plan
    return write_wishes(plan=plan, version=version, wishes=asked, aim=aim, by=request.by, at=timezone.now())


def _with_version(form: Any, request: Request, plan: Plan) -> Any:
    """The same form with the version as it is now: what was typed is kept, and may have been written already."""
    form.data = request.POST.copy()
    form.data["version"] = str(Plan.objects.values_list("version", flat=True).get(pk=plan.pk))
    return form


def _step(request: Request, plan: Plan, form: Any, step: str, status: int) -> HttpResponse:
    if status == 409:
        form = _with_version(form, request, plan)
    context = {
        "form": form, "plan": plan, "told": status == 409, "places_url": _map_of(plan), "lon": plan.place.lon,
        "lat": plan.place.lat, "around_url": _around(plan),
        "back_url": reverse("riskmap:plan" if step == "what" else "riskmap:plan_what", args=[plan.uuid]),
    }  # fmt: skip
    return render(request, f"riskmap/plans/{step}.html", context, status=422 if form.errors else status)


def _map_of(plan: Plan) -> str:
    return f"{reverse('places:map')}?kinds=estate,building,lane&below={plan.place.path}"


def _around(plan: Plan) -> str:
    """What stands on the ground of a plan, for the map on which points are tapped."""
    ground = ground_of(plan.place)
    box = ",".join(f"{each:.6f}" for each in ground.bounds)
    return "" if ground.is_empty else f"{reverse('riskmap:surroundings')}?box={box}"


def _open_plan(request: Request, uuid: UUID) -> Plan:
    plan = plan_named(uuid, below=reach(request))
    if plan.status in SETTLED:
        raise NotFound(_("This plan is settled. Begin a new one."))
    return plan


# --- the answer


@needs("riskmap.plans")
@never_cache
@require_safe
def plan(request: Request, uuid: UUID) -> HttpResponse:
    """One plan: what it asks, its answers side by side, the map before and after, and the moves."""
    found = plan_named(uuid, below=reach(request))
    answers = sorted(found.answers.all(), key=lambda each: each.kind != AnswerKind.INSTANT)
    best = words.best_of(answers)
    chosen = next((each for each in answers if each.kind == found.accepted_kind), best)
    context = {
        "plan": found, "tone": words.STATES[PlanStatus(found.status)], "asked": words.asked_words(found),
        "place": full_title(found.place), "answers": [words.shown(found, each) for each in answers],
        "best": words.shown(found, chosen) if chosen else None, "titles": TITLES,
        "waiting": any(each.state in (AnswerState.WAITING, AnswerState.WORKING) for each in answers),
        "may_write": request.user.has_perm("riskmap.plan"), "places_url": _map_of(found),
        "settled": found.status in SETTLED,
    }  # fmt: skip
    return render(request, "riskmap/plans/plan.html", context)


@needs("riskmap.plans")
@require_safe
def geojson(request: Request, uuid: UUID, kind: str, which: str) -> HttpResponse:
    """The map of one answer: before, after, or its moves."""
    found = plan_named(uuid, below=reach(request))
    answer = found.answers.filter(kind=kind).first()
    if answer is None or not answer.after or which not in ("before", "after", "moves"):
        raise NotFound
    shown = (
        marks(words.shown(found, answer).moves, words.MARKS)
        if which == "moves"
        else drawn(found, answer, after=which == "after")
    )
    return HttpResponse(orjson.dumps(shown), content_type=GEOJSON)


@needs("riskmap.plan")
@never_cache
@require_http_methods(["GET", "POST"])
def accept(request: Request, uuid: UUID, kind: str) -> HttpResponse:
    """The question before an answer becomes work."""
    found = plan_named(uuid, below=reach(request))
    answer = found.answers.filter(kind=kind).first()
    if answer is None:
        raise NotFound
    form = AcceptForm(request.POST or None, initial={"version": found.version, "kind": kind})
    if request.method == "POST" and form.is_valid():
        try:
            accept_plan(plan=found, version=form.cleaned_data["version"], kind=kind, by=request.by, at=timezone.now())
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            messages.success(request, _("Accepted. Here is the work, in walking order."))
            return redirect("riskmap:plan_work", found.uuid)
    context = {
        "form": form, "plan": found, "best": words.shown(found, answer),
        "back_url": reverse("riskmap:plan", args=[found.uuid]),
    }  # fmt: skip
    return render(request, "riskmap/plans/accept.html", context, status=422 if form.errors else 200)


@needs("riskmap.plan")
@never_cache
@require_http_methods(["GET", "POST"])
def drop(request: Request, uuid: UUID) -> HttpResponse:
    found = _open_plan(request, uuid)
    form = AcceptForm(request.POST or None, initial={"version": found.version, "kind": "drop"})
    if request.method == "POST" and form.is_valid():
        drop_plan(plan=found, version=form.cleaned_data["version"], by=request.by, at=timezone.now())
        messages.success(request, _("The plan is put aside."))
        return redirect("riskmap:plans")
    context = {"form": form, "plan": found, "grave": True, "back_url": reverse("riskmap:plan", args=[found.uuid])}
    return render(request, "riskmap/plans/drop.html", context)


# --- the work


@needs("riskmap.plans")
@never_cache
@require_safe
def work(request: Request, uuid: UUID) -> HttpResponse:
    """The work of an accepted plan, in walking order; on paper it is the list to walk with."""
    found = plan_named(uuid, below=reach(request))
    if found.status != PlanStatus.ACCEPTED:
        raise NotFound(_("Only an accepted plan has work."))
    rows = queries.work_of(found)
    context = {
        "plan": found, "place": full_title(found.place), "work": rows, "how_far": words.work_words(rows.items),
        "rows": [
            (item, said(item), full_title(item.place) if item.place else "", words.WORK[ItemStatus(item.status)])
            for item in rows.items
        ],
        "may_write": request.user.has_perm("riskmap.plan"), "address": request.build_absolute_uri(),
    }  # fmt: skip
    return render(request, "riskmap/plans/work.html", context)


def _item(request: Request, uuid: UUID, number: int) -> PlanItem:
    found = plan_named(uuid, below=reach(request))
    rows = PlanItem.objects.select_related("plan__place", "device", "place", "case__procedure")
    item = rows.filter(plan=found, number=number).first()
    if item is None:
        raise NotFound
    return item


@needs("riskmap.plan")
@require_POST
def make_case(request: Request, uuid: UUID, number: int) -> HttpResponse:
    """One tap: the piece of work goes to whoever answers for cameras there."""
    item = _item(request, uuid, number)
    case = give_out(item=item, by=request.by, at=timezone.now(), action=_action_of(request))
    messages.success(request, _("It is case %(number)s now.") % {"number": case.procedure.number})
    return redirect("riskmap:plan_work", uuid)


def _action_of(request: Request) -> UUID:
    given = request.POST.get("action", "")
    return UUID(given) if _is_uuid(given) else uuid4()


@needs("riskmap.plan")
@never_cache
@require_http_methods(["GET", "POST"])
def done(request: Request, uuid: UUID, number: int) -> HttpResponse:
    """One tap says that a camera was turned; of one that was added its code is asked."""
    item = _item(request, uuid, number)
    asks = item.act == Act.ADD and item.device is None
    if not asks:
        if request.method == "POST":
            tick(item=item, by=request.by, at=timezone.now(), action=_action_of(request))
            messages.success(request, TICKED)
        return redirect("riskmap:plan_work", uuid)
    form = DoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            tick(item=item, code=given["code"], by=request.by, at=timezone.now(), action=given["action"])
            messages.success(request, TICKED)
            return redirect("riskmap:plan_work", uuid)
        except Invalid as wrong:
            carry_over(wrong, form)
    context = {"form": form, "item": item, "said": said(item), "back_url": reverse("riskmap:plan_work", args=[uuid])}
    return render(request, "riskmap/plans/done.html", context, status=422 if form.errors else 200)
