"""The page of the mini fire station: today's call-outs, how many were on the scene in time, and who is on duty."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.core.access import needs
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.sensing.domain.calls import arrival_limit
from linli.station.domain.call_outs import leave
from linli.station.domain.queries import call_outs_on, is_in_time
from linli.station.domain.roster import roster
from linli.station.enums import CallOutStatus
from linli.station.models import CallOut

TONES = {
    CallOutStatus.CALLED: "new", CallOutStatus.GOING: "active", CallOutStatus.ON_SCENE: "active",
    CallOutStatus.LEFT: "done",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A call-out as its list shows it. seconds: until they were there, none where they are not."""

    call: CallOut
    title: str
    where: str
    tone: str
    seconds: int | None
    in_time: bool
    can_leave: bool


@needs("station.calls")
def calls(request: Request) -> HttpResponse:
    """Call-outs of a day, and the roster round the clock."""
    now, post = timezone.now(), request.viewer.posts[0]
    day = _asked(request.GET.get("day", ""), timezone.localdate(now))
    found = call_outs_on(day, request.viewer, now=now)
    context = {
        "day": day,
        "day_starts": timezone.make_aware(datetime.combine(day, datetime.min.time())),
        "today": timezone.localdate(now),
        "before": day - timedelta(days=1),
        "next": day + timedelta(days=1) if day < timezone.localdate(now) else None,
        "lines": [_line(call, request) for call in found.calls],
        "found": found,
        "minutes": int(arrival_limit().total_seconds() // 60),
        "roster": roster(post.place, at=now),
        "now": now,
    }
    return render(request, "station/calls.html", context)


def _asked(text: str, today: date) -> date:
    """The day that was asked for; today where it is none, or lies ahead."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return min(day, today) if day and day.year > 1970 else today


def _line(call: CallOut, request: Request) -> Line:
    case, post = call.case, request.viewer.posts[0]
    took = call.on_scene_at - call.called_at if call.on_scene_at else None
    open_now = call.status in (CallOutStatus.GOING, CallOutStatus.ON_SCENE)
    place: Any = case.procedure.place
    return Line(
        call=call,
        title=case.klass.title if case.klass else "",
        where=" ".join(part for part in (full_title(place) if place else "", case.where) if part),
        tone=TONES[CallOutStatus(call.status)],
        seconds=round(took.total_seconds()) if took else None,
        in_time=is_in_time(call),
        can_leave=open_now and post.organisation_id == call.post.organisation_id,
    )


@needs("station.calls")
@require_POST
def back(request: Request, pk: int) -> HttpResponse:
    """Back at the station."""
    call = get_object_or_404(CallOut.objects.select_related("post", "case"), pk=pk)
    leave(call=call, note=request.POST.get("note", ""), by=request.by, at=timezone.now())
    messages.success(request, _("Written down. You are back."))
    return redirect("station:calls")
