"""The duty roster: a week at a time, one duty or a whole pattern."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.access import needs
from linli.people.domain import duty
from linli.people.forms import DutyForm, PlanForm
from linli.people.middleware import Request
from linli.people.models import Duty
from linli.people.views.asking import ask, reach

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Day:
    """A day of the roster and what runs in it, also what began the evening before."""

    starts: datetime
    duties: list[Duty]
    today: bool


@needs("people.roster")
def roster(request: Request) -> HttpResponse:
    now = timezone.localtime()
    monday = _monday(request.GET.get("week", ""), now.date())
    starts = _midnight(monday)
    duties = duty.duties_between(starts=starts, ends=_midnight(monday + WEEK), within=reach(request))
    context = {
        "days": [_day(monday + timedelta(days=n), duties, now) for n in range(7)],
        "starts": starts,
        "ends": _midnight(monday + timedelta(days=6)),
        "earlier": monday - WEEK,
        "later": monday + WEEK,
        "on_duty": [each for each in duties if each.starts <= now < each.ends],
        "now": now,
    }
    return render(request, "people/roster.html", context)


@needs("people.roster")
def new_duty(request: Request) -> HttpResponse:
    form = DutyForm(request.POST or None, within=reach(request))

    def act(given: Mapping[str, Any]) -> None:
        duty.set_duty(by=request.by, at=timezone.now(), **given)

    return ask(request, form, act, heading=_("Put a post on duty"), button=_("Save"), back=reverse("people:roster"))


@needs("people.roster")
def plan(request: Request) -> HttpResponse:
    """Fill a span of days from a pattern."""
    form = PlanForm(request.POST or None, within=reach(request), initial={"first": timezone.localdate()})

    def act(given: Mapping[str, Any]) -> None:
        duty.plan_duty(
            posts=list(given["posts"]),
            shifts=duty.PATTERNS[given["pattern"]],
            first=given["first"],
            days=given["days"],
            by=request.by,
            at=timezone.now(),
        )

    return ask(
        request, form, act, heading=_("Plan duties from a pattern"), button=_("Plan"), back=reverse("people:roster")
    )


@needs("people.roster")
def remove_duty(request: Request, pk: int) -> HttpResponse:
    place = reach(request)
    found = get_object_or_404(
        Duty.objects.select_related("post__place", "post__organisation"),
        pk=pk,
        post__place__path__gte=place.path,
        post__place__path__lt=place.path + "~",
    )

    def act(_given: Mapping[str, Any]) -> None:
        duty.remove_duty(duty=found, by=request.by, at=timezone.now())

    return ask(
        request,
        forms.Form(request.POST or None),
        act,
        heading=_("Take “%(post)s” off the roster?") % {"post": found.post.title},
        lead=duty.span(found),
        button=_("Take off"),
        back=reverse("people:roster"),
        grave=True,
    )


def _monday(asked: str, today: date) -> date:
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = today
    day = min(max(day, today - timedelta(days=3650)), today + timedelta(days=3650))
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _day(day: date, duties: list[Duty], now: datetime) -> Day:
    starts, ends = _midnight(day), _midnight(day + timedelta(days=1))
    return Day(starts, [each for each in duties if each.starts < ends and each.ends > starts], now.date() == day)
