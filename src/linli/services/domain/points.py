"""Service points: which are open now, what is where, and the programme of a week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.errors import Invalid, NotFound, Refused
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.places.models import Place
from linli.procedures.domain.limits import calendar
from linli.services.domain.booking import KEEPERS, rules_of
from linli.services.domain.opening_hours import Hours, Now, Span, is_holiday, now_open, spans
from linli.services.domain.resource_rules import check_hours
from linli.services.models_bookings import Resource, ResourceKind
from linli.services.models_points import Happening, HappeningKind, PointClosure, PointHours, ServicePoint

DAY = timedelta(days=1)
WEEK = 7
IN_PROGRAMME = {
    ResourceKind.CLINIC: HappeningKind.DOCTOR,
    ResourceKind.STALL: HappeningKind.MARKET,
}  # what can be booked and stands in the programme by itself


@dataclass(frozen=True)
class PointDraft:
    """A service point as content describes it; lon, lat in WGS-84."""

    code: str
    kind: str
    name: str
    name_en: str
    about: str
    about_en: str
    address: str
    address_en: str
    telephone: str
    lon: float | None
    lat: float | None
    step_free: bool
    hours: tuple[Hours, ...]
    keeps_holidays: bool = True


def create_point(*, draft: PointDraft, place: Place) -> ServicePoint:
    """Lay down a point with its hours, from content. One that is there already stays as it is. Raises Invalid."""
    known = ServicePoint.objects.filter(code=draft.code).first()
    if known is not None:
        return known
    check_hours(draft.hours)
    point = ServicePoint(
        code=draft.code, kind=draft.kind, name=draft.name, name_en=draft.name_en, about=draft.about,
        about_en=draft.about_en, address=draft.address, address_en=draft.address_en, telephone=draft.telephone,
        place=place, lon=draft.lon, lat=draft.lat, step_free=draft.step_free,
        keeps_holidays=draft.keeps_holidays,
    )  # fmt: skip
    with transaction.atomic():
        point.save(force_insert=True)
        PointHours.objects.bulk_create(
            PointHours(point=point, weekday=weekday, opens=opens, closes=closes)
            for weekday, opens, closes in draft.hours
        )
    return point


def create_happening(
    *, code: str, point: ServicePoint, kind: str, name: str, name_en: str, hours: Hours, first: date
) -> Happening:
    """Lay down a line of the programme, from content, from a day on. Raises Invalid."""
    check_hours([hours])
    weekday, opens, closes = hours
    made, _fresh = Happening.objects.get_or_create(
        code=code,
        defaults={
            "point": point, "kind": kind, "name": name, "name_en": name_en, "weekday": weekday, "opens": opens,
            "closes": closes, "first": first,
        },
    )  # fmt: skip
    return made


def keeps_point(by: Actor, point: ServicePoint) -> bool:
    return by.has_role(*KEEPERS) and by.post is not None and point.place.path.startswith(by.post.place.path)


def shut_point(*, point: ServicePoint, day: date, why: str, why_en: str = "", by: Actor, at: datetime) -> PointClosure:
    """Say that a point stays shut on a day, and why. What is booked there is closed on the page of each resource.

    Raises:
        Refused: this post does not keep it.  Invalid: no reason, or a day that is over.
    """
    if not keeps_point(by, point):
        raise Refused
    if not why.strip():
        raise Invalid(fields={"why": _("Write why it is shut. Everybody reads it.")})
    if day < at.astimezone(calendar().tz).date():
        raise Invalid(fields={"day": _("This day is over.")})
    with transaction.atomic():
        closure, _fresh = PointClosure.objects.update_or_create(
            point=point, day=day, defaults={"why": why.strip()[:80], "why_en": why_en.strip()[:120]}
        )
        acts.record("point_shut", target=point.code, detail=f"{day} {why.strip()}", by=by, at=at)
    return closure


# --- reading


@dataclass(frozen=True)
class PointShown:
    """A point with how it stands now, and why it is shut today where that is another day's."""

    point: ServicePoint
    now: Now
    hours: tuple[Hours, ...]
    shut: str


def points(at: datetime) -> list[PointShown]:
    """Every point, the open ones first. Three statements."""
    found = ServicePoint.objects.filter(retired_at=None).prefetch_related("hours", "closures").order_by("kind", "code")
    shown = [_shown(point, at) for point in found]
    return sorted(shown, key=lambda each: not each.now.open)


def point_of(code: str, at: datetime) -> PointShown:
    """Raises NotFound."""
    found = ServicePoint.objects.filter(code=code, retired_at=None).prefetch_related("hours", "closures")
    point = found.select_related("place").first()
    if point is None:
        raise NotFound
    return _shown(point, at)


HOLIDAY = gettext_lazy("public holiday")


def _shown(point: ServicePoint, at: datetime) -> PointShown:
    days = calendar()
    today = at.astimezone(days.tz).date()
    closures = {closure.day: closure.because for closure in point.closures.all()}
    shut = set(closures) | (_holidays(today - DAY, today + 15 * DAY) if point.keeps_holidays else set())
    hours = tuple(sorted((each.weekday, each.opens, each.closes) for each in point.hours.all()))
    why = closures.get(today) or (str(HOLIDAY) if today in shut else "")
    return PointShown(point, now_open(at, hours, days.tz, shut), hours, why)


def _holidays(first: date, last: date) -> set[date]:
    days = calendar()
    return {day for n in range((last - first).days + 1) if is_holiday(day := first + n * DAY, days)}


@dataclass(frozen=True)
class Line:
    """One line of the programme on a day. `resource` where it can be booked."""

    uid: str
    kind: str
    title: str
    point: ServicePoint | None
    span: Span
    resource: Resource | None = None
    cancelled: str = ""

    @property
    def kind_title(self) -> Any:
        return HappeningKind(self.kind).label


def programme(first: date, days: int = WEEK) -> list[tuple[date, list[Line]]]:
    """Day by day what happens; a day without anything is there too. Statements: two, and three for each resource."""
    last = first + (days - 1) * DAY
    lines = [*_happenings(first, last), *_bookable(first, last)]
    tz = calendar().tz
    by_day: dict[date, list[Line]] = {first + n * DAY: [] for n in range(days)}
    for line in sorted(lines, key=lambda each: (each.span.start, each.title)):
        day = line.span.start.astimezone(tz).date()
        if day in by_day:
            by_day[day].append(line)
    return list(by_day.items())


def _happenings(first: date, last: date) -> Iterable[Line]:
    tz = calendar().tz
    rows = Happening.objects.select_related("point").filter(first__lte=last, point__retired_at=None)
    closed = {
        (closure.point_id, closure.day): closure.because
        for closure in PointClosure.objects.filter(day__range=(first, last))
    }
    for row in rows:
        shut = _holidays(first, last) if row.point.keeps_holidays else set()
        until = min(last, row.last) if row.last else last
        hours: Sequence[Hours] = [(row.weekday, row.opens, row.closes)]
        for span in spans(max(first, row.first), until, hours, tz, shut):
            day = span.start.astimezone(tz).date()
            yield Line(
                f"{row.code}-{day}", row.kind, row.title, row.point, span, cancelled=closed.get((row.point_id, day), "")
            )


def _bookable(first: date, last: date) -> Iterable[Line]:
    kinds = list(IN_PROGRAMME)
    for resource in Resource.objects.filter(kind__in=kinds, retired_at=None).select_related("point"):
        rules = rules_of(resource, first, last)
        for span in spans(first, last, rules.hours, rules.tz, rules.shut):
            day = span.start.astimezone(rules.tz).date()
            uid = f"{resource.code}-{day}-{span.start.astimezone(rules.tz):%H%M}"
            yield Line(uid, IN_PROGRAMME[ResourceKind(resource.kind)], resource.title, resource.point, span, resource)
