"""A limit put on its scale: so much to count from a point, outside the pauses."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from linli.engines.clocks.calendar import Calendar, date_of
from linli.engines.clocks.scales import (
    FOREVER,
    MICROSECOND,
    OfficeTime,
    Pauses,
    Scale,
    Straight,
    merge,
    micros,
)
from linli.engines.clocks.terms import BY_DAY, WORKING, Kind, Limit, Span

MINUTE = timedelta(minutes=1) // MICROSECOND
UNITS = {
    Kind.MINUTE: MINUTE,
    Kind.NATURAL_HOUR: 60 * MINUTE,
    Kind.URGENT_HOUR: 60 * MINUTE,
    Kind.WORKING_HOUR: 60 * MINUTE,
}
MONTHS = {Kind.MONTH: 1, Kind.YEAR: 12}
STRAIGHT = Straight()


class Course(NamedTuple):
    """What `reach` needs to know of a limit. The amount is in days or microseconds of the scale."""

    scale: Scale
    origin: int
    amount: int
    pauses: Pauses = ()


def course_of(limit: Limit, start: datetime, calendar: Calendar, pauses: Sequence[Span], extension: int) -> Course:
    """The course of a limit counted forwards.

    Raises:
        ValueError: naive instants, or a pause that ends before it begins.
    """
    refuse_naive(start)
    units = limit.amount + extension
    if limit.kind not in BY_DAY:
        scale = OfficeTime(calendar) if limit.kind in WORKING else STRAIGHT
        course = Course(scale, micros(start), units * UNITS[limit.kind])
    elif units:
        course = course_from_day(limit, calendar.day_of(start), units, calendar)
    else:  # the starting day itself or, where its business is over, the next
        course = Course(_scale_of_days(limit, calendar), point_of(limit, start, calendar), 1)
    return course._replace(pauses=_paused(limit, course.origin, calendar, pauses)) if pauses else course


def course_from_day(limit: Limit, day: int, units: int, calendar: Calendar) -> Course:
    """The course of so many days, months or years from a day."""
    days = corresponding_day(day, units * MONTHS[limit.kind]) - day if limit.kind in MONTHS else units
    return Course(_scale_of_days(limit, calendar), day, days)


def _scale_of_days(limit: Limit, calendar: Calendar) -> Scale:
    return calendar if limit.kind in WORKING else STRAIGHT


def _paused(limit: Limit, origin: int, calendar: Calendar, pauses: Sequence[Span]) -> Pauses:
    """Of days, a pause covers those that end in it: after its beginning and no later than its end."""
    spans = []
    for span in pauses:
        began = point_of(limit, span.start, calendar)
        ended = FOREVER if span.end is None else point_of(limit, span.end, calendar)
        if span.end is not None and span.end < span.start:
            raise ValueError(f"A pause ends before it begins: {span}")
        spans.append((began, ended))
    return merge(spans, origin)


def point_of(limit: Limit, moment: datetime, calendar: Calendar) -> int:
    """An instant on the limit's scale: itself or, for days, the last day that has ended by then."""
    refuse_naive(moment)
    if limit.kind not in BY_DAY:
        return micros(moment)
    day = calendar.day_of(moment)
    return day if end_of_day(limit, day, calendar) <= moment else day - 1


def end_of_day(limit: Limit, day: int, calendar: Calendar) -> datetime:
    """The next midnight, or close of business where the limit says so; in UTC."""
    return calendar.closing(day) if limit.close_of_business else calendar.midnight(day + 1)


def corresponding_day(day: int, months: int) -> int:
    """The day of the same number so many months on, or the last day of a month that has none (Civil Code 202)."""
    start = date_of(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def refuse_naive(moment: datetime) -> None:
    """Raise ValueError for an instant without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"An instant needs its zone: {moment}")
