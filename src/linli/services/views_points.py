"""The directory of service points and the programme of the week: for everybody, on paper and in a calendar too."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.core import dates
from linli.core.access import needs, public
from linli.core.errors import Invalid
from linli.people.actors import Actor
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.services.domain import points as domain
from linli.services.domain.booking_queries import today
from linli.services.domain.ical import Event, calendar_file
from linli.services.forms_bookings import ShutForm, monday_of, week_text
from linli.services.models_points import HappeningKind, PointKind
from linli.services.views_bookings import calendar_answer, hours_words

WEEKS = 8  # of the programme, that a calendar is given


def now_words(shown: domain.PointShown) -> tuple[str, str]:
    """Whether it is open now, and what comes next; the words and their tone."""
    now = shown.now
    if now.open and now.until:
        return _("open now, until %(hour)s") % {"hour": dates.deadline(now.until).split(" ")[-1]}, "done"
    if now.opens is None:
        return _("shut"), "off"
    return _("shut, opens %(when)s") % {"when": dates.when(now.opens)}, "off"


def _row(shown: domain.PointShown) -> dict[str, Any]:
    words, tone = now_words(shown)
    return {
        "point": shown.point, "words": words, "tone": tone, "hours": week_text(shown.hours), "shut": shown.shut,
        "kind": PointKind(shown.point.kind).label,
    }  # fmt: skip


@public
@require_safe
def points(request: Request) -> HttpResponse:
    """Where what is done, and what is open now."""
    rows = [_row(each) for each in domain.points(timezone.now())]
    return render(request, "services/points/points.html", {"rows": rows})


@public
@require_safe
def point(request: Request, code: str) -> HttpResponse:
    """One point: hours, what happens there this week, and what can be booked."""
    at = timezone.now()
    shown = domain.point_of(code, at)
    happens = [
        (day, [line for line in lines if line.point == shown.point]) for day, lines in domain.programme(today(at))
    ]
    context = _row(shown) | {
        "days": [(day, _lines(lines)) for day, lines in happens if lines],
        "resources": shown.point.resources.filter(retired_at=None).order_by("kind", "code"),
        "may_shut": request.user.is_authenticated and request.post is not None
        and domain.keeps_point(Actor(post=request.post), shown.point),
        "form": ShutForm(),
    }  # fmt: skip
    return render(request, "services/points/point.html", context)


@public
@require_safe
def map_points(_request: Request) -> HttpResponse:
    """The points for a map, as GeoJSON in WGS-84."""
    features = []
    for shown in domain.points(timezone.now()):
        each = shown.point
        if each.lon is not None and each.lat is not None:
            properties = {
                "id": each.code, "title": each.title, "href": reverse("bookings:point", args=[each.code]),
                "tone": "done" if shown.now.open else "off",
            }  # fmt: skip
            geometry = {"type": "Point", "coordinates": [each.lon, each.lat]}
            features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return JsonResponse({"type": "FeatureCollection", "features": features})


@public
@require_safe
def programme(request: Request) -> HttpResponse:
    """What happens this week, or another one: doctor's days, market days, courses."""
    now = today(timezone.now())
    monday = monday_of(_day(request.GET.get("week")) or now)
    wanted = request.GET.get("kind", "")
    days = [
        {"day": day, "today": day == now, "lines": _lines([line for line in lines if wanted in ("", line.kind)])}
        for day, lines in domain.programme(monday)
    ]
    context = {
        "days": days, "monday": monday, "sunday": monday + timedelta(days=6), "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7), "kinds": HappeningKind.choices, "wanted": wanted,
        "feed": request.build_absolute_uri(reverse("bookings:programme_feed")),
        "any": any(each["lines"] for each in days),
    }  # fmt: skip
    return render(request, "services/points/programme.html", context)


def _lines(lines: list[domain.Line]) -> list[dict[str, Any]]:
    return [
        {
            "line": line,
            "hours": hours_words(line.span.start, line.span.end),
        }
        for line in lines
    ]


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 < found.year < 2200 else None


@public
@require_safe
def programme_feed(request: Request) -> HttpResponse:
    """The programme of the coming weeks, to subscribe to."""
    at, wanted = timezone.now(), request.GET.get("kind", "")
    lines = [line for _day_of, rows in domain.programme(today(at), WEEKS * 7) for line in rows]
    events = [
        Event(
            uid=f"{line.uid}@linli", start=line.span.start, end=line.span.end, summary=line.title,
            location=f"{line.point.title} {line.point.where}".strip() if line.point else "",
            description=line.cancelled, cancelled=bool(line.cancelled),
        )
        for line in lines
        if wanted in ("", line.kind)
    ]  # fmt: skip
    return calendar_answer(calendar_file(_("What happens in the neighbourhood"), events, at=at), "programme")


@needs("services.bookings")
@require_POST
def shut(request: Request, code: str) -> HttpResponse:
    """For the posts that keep the point: say that it stays shut on a day."""
    shown, form = domain.point_of(code, timezone.now()), ShutForm(request.POST)
    if form.is_valid():
        try:
            domain.shut_point(point=shown.point, by=request.by, at=timezone.now(), **form.cleaned_data)
        except Invalid as wrong:
            carry_over(wrong, form)
    if form.errors:
        messages.warning(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
    else:
        messages.success(request, _("Everybody reads now that it stays shut on that day."))
    return redirect("bookings:point", code)
