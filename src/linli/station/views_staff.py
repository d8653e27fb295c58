"""The station's pages for staff: the five desks with their roster and handover log, checks, drills, promises."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import needs, public
from linli.core.errors import Invalid
from linli.core.forms import posted
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.sensing.domain.calls import arrival_limit
from linli.station.domain.commitments import end, may_publish, promises, publish
from linli.station.domain.desks import desk_named, kept_at, kept_by
from linli.station.domain.drills import drills, is_in_time, record_drill
from linli.station.domain.equipment import check_equipment, due_items, is_of_fire_station, last_check, months, titles
from linli.station.domain.handover import hand_over, handovers, may_hand_over, may_sign, sign_off, unsigned
from linli.station.domain.queries import call_outs_on
from linli.station.enums import Outcome
from linli.station.forms import CheckForm, DrillForm, EndForm, HandoverForm, PromiseForm
from linli.station.models import Commitment, DeskHandover

MONTH_TONES = {"done": "done", "due": "new", "soon": "waiting", "missed": "late"}


@needs("station.see")
def home(request: Request) -> HttpResponse:
    """The five desks at a glance, and what is missing."""
    at = timezone.now()
    context = {
        "kept": kept_at(at),
        "unsigned": [(one, desk_named(one.desk)) for one in unsigned(at)],
        "months": months(at),
        "drills": drills(at),
        "today": call_outs_on(timezone.localdate(at), request.viewer, now=at),
        "promises": promises(at),
        "now": at,
    }
    return render(request, "station/home.html", context)


@needs("station.see")
def desk(request: Request, code: str) -> HttpResponse:
    """One desk: its roster of the week, its handover log, and the word to the next."""
    at, found = timezone.now(), desk_named(code)
    form = HandoverForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            hand_over(
                desk=found, open_work=given["open_work"], told=given["told"], by=request.by, at=at,
                action=given["action"],
            )  # fmt: skip
        except Invalid as told:
            carry_over(told, form)
        else:
            messages.success(request, _("Handed over. The next signs that they have read it."))
            return redirect("station:desk", code)
    log = [(one, one.taken_at is None and may_sign(one, by=request.by, at=at)) for one in handovers(found)]
    context = {
        "kept": kept_by(found, at),
        "form": form,
        "may": may_hand_over(found, by=request.by, at=at),
        "ours": found.has(request.viewer.posts[0], at),
        "log": log,
        "now": at,
    }
    return render(request, "station/desk.html", context, status=422 if form.is_bound and form.errors else 200)


@needs("station.see")
@require_POST
def sign(request: Request, pk: int) -> HttpResponse:
    """The next signs a handover."""
    found = get_object_or_404(DeskHandover, pk=pk)
    sign_off(handover=found, by=request.by, at=timezone.now())
    messages.success(request, _("Signed. You have taken over."))
    return redirect("station:desk", found.desk)


@needs("station.see")
def equipment(request: Request) -> HttpResponse:
    """The months and their checks, the last one thing by thing, and the drills with their times."""
    at, known = timezone.now(), titles()
    check, held = last_check(), drills(at)
    findings = check.findings.all() if check else ()
    context = {
        "months": [(month, MONTH_TONES[month.state]) for month in months(at)],
        "check": check,
        "findings": [(known[one.item], one) for one in findings if one.item in known],
        "items": list(known.values()),
        "drills": [(drill, is_in_time(drill)) for drill in held.drills],
        "held": held,
        "minutes": int(arrival_limit().total_seconds() // 60),
        "ours": is_of_fire_station(request.by, at),
        "fault": Outcome.FAULT,
    }
    return render(request, "station/equipment.html", context)


@needs("station.see")
def check(request: Request) -> HttpResponse:
    """The monthly look at everything. A fault opens a case."""
    at = timezone.now()
    form = CheckForm(posted(request), items=due_items(at))
    if request.method == "POST" and form.is_valid():
        try:
            done = check_equipment(found=form.found(), by=request.by, at=at, action=form.cleaned_data["action"])
        except Invalid as told:
            _beside(told, form)
        else:
            faults = done.findings.exclude(case=None).count()
            messages.success(request, _("The check is written down. Cases opened: %(n)d.") % {"n": faults})
            return redirect("station:equipment")
    context = {"form": form, "ours": is_of_fire_station(request.by, at), "now": at}
    return render(request, "station/check.html", context, status=422 if form.is_bound and form.errors else 200)


def _beside(told: Invalid, form: CheckForm) -> None:
    """What is wrong with a fault stands beside its description."""
    for code, message in told.fields.items():
        form.add_error(f"{code}-note", message)


@needs("station.see")
def drill(request: Request) -> HttpResponse:
    """Write down a drill with its times."""
    at = timezone.now()
    form = DrillForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            record_drill(**form.cleaned_data, by=request.by, at=at)
        except Invalid as told:
            carry_over(told, form)
        else:
            messages.success(request, _("The drill is written down."))
            return redirect("station:equipment")
    context = {"form": form, "ours": is_of_fire_station(request.by, at)}
    return render(request, "station/drill.html", context, status=422 if form.is_bound and form.errors else 200)


@needs("station.see")
def commitments(request: Request) -> HttpResponse:
    """The promises, how often each is kept, and a new one."""
    at = timezone.now()
    form = PromiseForm(posted(request), today=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            publish(**{**given, "desk": desk_named(given["desk"])}, by=request.by, at=at)
        except Invalid as told:
            carry_over(told, form)
        else:
            messages.success(request, _("Published. Anybody can read it, and how often it is kept."))
            return redirect("station:commitments")
    context = _promised(at) | {"form": form, "may": may_publish(request.by)}
    return render(request, "station/commitments.html", context, status=422 if form.is_bound and form.errors else 200)


@needs("station.see")
def end_commitment(request: Request, pk: int) -> HttpResponse:
    """Ask until which day a promise holds."""
    at = timezone.now()
    found = get_object_or_404(Commitment, pk=pk)
    form = EndForm(posted(request), initial={"until": timezone.localdate(at)})
    if request.method == "POST" and form.is_valid():
        try:
            end(commitment=found, until=form.cleaned_data["until"], by=request.by, at=at)
        except Invalid as told:
            carry_over(told, form)
        else:
            messages.success(request, _("The promise ends on that day. It stays readable."))
            return redirect("station:commitments")
    context = {"form": form, "commitment": found, "may": may_publish(request.by)}
    return render(request, "station/end_commitment.html", context, status=422 if form.is_bound and form.errors else 200)


@public
@require_safe
def promised(request: Request) -> HttpResponse:
    """What the desks promise, for everybody, and how often it is kept."""
    return render(request, "station/help/promises.html", _promised(timezone.now()))


def _promised(at: Any) -> dict[str, Any]:
    return {"promises": promises(at), "ended": promises(at, ended=True), "today": timezone.localdate(at), "now": at}
