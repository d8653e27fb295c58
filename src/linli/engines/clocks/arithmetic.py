"""When a limit ends, when it turns amber, and how much of it has run."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from math import ceil
from types import MappingProxyType
from typing import Any

from linli.engines.clocks.calendar import Calendar, date_of
from linli.engines.clocks.course import (
    MINUTE,
    MONTHS,
    UNITS,
    Course,
    corresponding_day,
    course_from_day,
    course_of,
    end_of_day,
    point_of,
    refuse_naive,
)
from linli.engines.clocks.scales import MICROSECOND, OfficeTime, Pauses, instant, merge, micros, reach
from linli.engines.clocks.terms import BY_DAY, WORKING, Counted, Due, Kind, Limit, Span, Step, Why


def due(limit: Limit, start: datetime, calendar: Calendar, pauses: Sequence[Span] = (), extension: int = 0) -> Due:
    """When a limit ends, and why.

    start: the aware instant it is counted from; for a limit backwards, the event it is counted back from.
    pauses: in any order; they may overlap, and one may have no end.
    extension: so many more units of the limit's own kind, counted from the same start.

    Raises:
        ValueError: naive instants, a pause that ends before it begins, or a limit backwards paused or extended.

    Source: Civil Code 201-203, 1259.
    """
    if limit.backwards:
        if pauses or extension:
            raise ValueError("A limit backwards can be neither paused nor extended")
        refuse_naive(start)
        return _day_before(limit, start, calendar) if limit.kind in BY_DAY else _instant_before(limit, start, calendar)
    if limit.kind in BY_DAY and limit.amount and not pauses:
        refuse_naive(start)
        return due_from_day(limit, calendar.day_of(start), extension, calendar)
    course = course_of(limit, start, calendar, pauses, extension)
    if limit.kind in BY_DAY:
        return _by_day(limit, calendar.day_of(start), extension, course, calendar, pauses)
    return _by_time(limit, start, extension, course, calendar, pauses)


def amber(
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    pauses: Sequence[Span] = (),
    extension: int = 0,
    share: Fraction = Fraction(3, 4),
) -> datetime | None:
    """The instant by which `share` of a limit's counted time has run, 0 < share ≤ 1. Raises as `due` does.

    A natural day runs from midnight to its end, a working day through its office hours. What a rest period adds at the
    end is no counted time. None while the clock is paused until further notice, and for a limit backwards, whose
    counted time has no beginning.
    """
    if limit.backwards:
        return None
    course = course_of(limit, start, calendar, pauses, extension)
    part = course.amount * share
    whole = ceil(part)
    reached = reach(course.scale, course.origin, whole, course.pauses)
    if reached is None:
        return None
    point, _ = reached
    if limit.kind not in BY_DAY:
        return instant(point)
    at = max(start, _within_day(limit, point, part - whole + 1, calendar))
    for span in sorted(pauses, key=lambda span: span.start):
        if span.end is not None and span.start <= at < span.end:
            at = span.end
    return at.astimezone(UTC)


def counted(
    limit: Limit, start: datetime, now: datetime, calendar: Calendar, pauses: Sequence[Span] = (), extension: int = 0
) -> Counted:
    """How much of a limit has run by `now`; months and years are told in days. Raises as `due` does.

    Raises:
        ValueError: also for a limit backwards, whose counted time has no beginning.
    """
    if limit.backwards:
        raise ValueError("A limit backwards has no counted time")
    course = course_of(limit, start, calendar, pauses, extension)
    upto = max(point_of(limit, now, calendar), course.origin)
    stood = sum(course.scale.measure(began, min(ended, upto)) for began, ended in course.pauses if began < upto)
    run = course.scale.measure(course.origin, upto) - stood
    if limit.kind in BY_DAY:
        return Counted(run, course.amount, Kind.NATURAL_DAY if limit.kind in MONTHS else limit.kind)
    return Counted(run // MINUTE, course.amount // MINUTE, Kind.MINUTE)


def _within_day(limit: Limit, day: int, part: Fraction, calendar: Calendar) -> datetime:
    """When so much of a counted day has run."""
    if limit.kind in WORKING:
        return calendar.office_instant(day, _share(calendar.office_day, part))
    begin = calendar.midnight(day)
    return begin + _share(end_of_day(limit, day, calendar) - begin, part)


def _share(time: timedelta, part: Fraction) -> timedelta:
    return ceil(time // MICROSECOND * part) * MICROSECOND


# Forwards


def _by_time(
    limit: Limit, start: datetime, extension: int, course: Course, calendar: Calendar, pauses: Sequence[Span]
) -> Due:
    steps = _opening(limit, start.astimezone(UTC).isoformat(), extension)
    reached = reach(*course)
    if reached is None:
        return _standing(steps, pauses)
    point, made_up = reached
    at = instant(point)
    if made_up:
        steps.append(_step(Why.PAUSED, minutes=made_up // MINUTE))
    if limit.kind not in WORKING:
        return Due(at, at, None, False, False, tuple(steps))
    first, last = calendar.day_of(start), calendar.day_of(at)
    steps += _skipped(last - first - calendar.measure(first, last))
    assumed = _assumed(calendar, first, last)
    return Due(at, at, None, False, bool(assumed), (*steps, *assumed))


@lru_cache(maxsize=4096)  # many clocks start on the same few days
def due_from_day(limit: Limit, day: int, extension: int, calendar: Calendar) -> Due:
    return _by_day(limit, day, extension, course_from_day(limit, day, limit.amount + extension, calendar), calendar, ())


def _by_day(
    limit: Limit, first: int, extension: int, course: Course, calendar: Calendar, pauses: Sequence[Span]
) -> Due:
    steps = _opening(limit, _text(first), extension)
    if limit.kind in MONTHS and limit.amount + extension:
        steps += _month_end(first, first + course.amount)
    reached = reach(*course)
    if reached is None:
        return _standing(steps, pauses)
    last, made_up = reached
    raw = end_of_day(limit, last, calendar)
    if made_up:
        steps.append(_step(Why.PAUSED, days=made_up))
    if limit.kind in WORKING:
        steps += _skipped(last - course.origin - course.amount - made_up)
        assumed = _assumed(calendar, course.origin + 1, last)
        return Due(raw, raw, date_of(last), False, bool(assumed), (*steps, *assumed))
    if not limit.roll:
        return Due(raw, raw, date_of(last), False, False, tuple(steps))
    working = _next_working_day(last, calendar, course.pauses)
    if working is None:
        return _standing(steps, pauses, raw)
    steps += _rolled(last, working)
    assumed = _assumed(calendar, last, working)
    at = end_of_day(limit, working, calendar)
    return Due(at, raw, date_of(working), working != last, bool(assumed), (*steps, *assumed))


def _next_working_day(day: int, calendar: Calendar, pauses: Pauses) -> int | None:
    """`day`, at whose end the clock runs, if it is a working day; else the next one at whose end the clock runs."""
    if calendar.is_working(date_of(day)):
        return day
    reached = reach(calendar, day, 1, merge(pauses, day))
    return None if reached is None else reached[0]


# Backwards


def _instant_before(limit: Limit, event: datetime, calendar: Calendar) -> Due:
    amount = limit.amount * UNITS[limit.kind]
    steps = [_before(limit, event.astimezone(UTC).isoformat())]
    if limit.kind not in WORKING:
        at = instant(micros(event) - amount)
        return Due(at, at, None, False, False, tuple(steps))
    at = instant(OfficeTime(calendar).retreat(micros(event), amount))
    first, last = calendar.day_of(at), calendar.day_of(event)
    steps += _skipped(last - first - calendar.measure(first - 1, last - 1))
    assumed = _assumed(calendar, first, last)
    return Due(at, at, None, False, bool(assumed), (*steps, *assumed))


def _day_before(limit: Limit, event: datetime, calendar: Calendar) -> Due:
    day = calendar.day_of(event)
    last, steps = _counted_back(limit, day, calendar)
    steps.insert(0, _before(limit, _text(day)))
    working, assumed = last, _assumed(calendar, last, day - 1) if limit.kind in WORKING else []
    if limit.roll and limit.kind not in WORKING:
        working = calendar.retreat(last + 1, 1)
        steps += _rolled(last, working)
        assumed = _assumed(calendar, working, last)
    event = event.astimezone(UTC)
    at, raw = (min(event, end_of_day(limit, day, calendar)) for day in (working, last))
    return Due(at, raw, date_of(working), working != last, bool(assumed), (*steps, *assumed))


def _counted_back(limit: Limit, day: int, calendar: Calendar) -> tuple[int, list[Step]]:
    """The last day before a day so far off, and what there is to tell of it."""
    if limit.kind in MONTHS:
        last = corresponding_day(day, -limit.amount * MONTHS[limit.kind])
        return last, _month_end(day, last)
    if limit.kind in WORKING and limit.amount:
        last = calendar.retreat(day, limit.amount)
        return last, _skipped(day - last - limit.amount)
    return day - limit.amount, []


# Steps


def _step(why: Why, **values: Any) -> Step:
    return Step(why, MappingProxyType(values))


def _opening(limit: Limit, start: str, extension: int) -> list[Step]:
    steps = [_step(Why.FROM, amount=limit.amount, kind=limit.kind.value, start=start)]
    if extension:
        steps.append(_step(Why.EXTENDED, amount=extension, kind=limit.kind.value))
    return steps


def _before(limit: Limit, event: str) -> Step:
    return _step(Why.BEFORE, amount=limit.amount, kind=limit.kind.value, event=event)


def _month_end(start: int, last: int) -> list[Step]:
    return [_step(Why.MONTH_END, day=_text(last))] if date_of(last).day < date_of(start).day else []


def _skipped(rest_days: int) -> list[Step]:
    return [_step(Why.SKIPPED, rest_days=rest_days)] if rest_days else []


def _rolled(last: int, working: int) -> list[Step]:
    return [_step(Why.ROLLED, raw=_text(last), day=_text(working))] if last != working else []


def _assumed(calendar: Calendar, first: int, last: int) -> list[Step]:
    years = calendar.unknown_years(first, last)
    if not years:
        return []
    days = (day for day in map(date_of, range(first, last + 1)) if day.year in years)
    rest = tuple(day.isoformat() for day in days if not calendar.is_working(day))
    return [_step(Why.ASSUMED, years=tuple(years), rest_days=rest)]


def _standing(steps: list[Step], pauses: Sequence[Span], raw: datetime | None = None) -> Due:
    since = min(span.start for span in pauses if span.end is None).astimezone(UTC).isoformat()
    return Due(None, raw, None, False, False, (*steps, _step(Why.STANDING, since=since)))


def _text(day: int) -> str:
    return date_of(day).isoformat()
