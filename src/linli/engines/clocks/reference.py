"""What is true, day by day and minute by minute: short and slow. Tests hold the fast arithmetic to it.

Instants are on whole minutes. Only `Calendar.is_working`, its zone and its office hours are used.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from linli.engines.clocks.calendar import Calendar
from linli.engines.clocks.terms import BY_DAY, Kind, Limit, Span

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def due(
    limit: Limit, start: datetime, calendar: Calendar, pauses: Sequence[Span] = (), extension: int = 0
) -> tuple[datetime | None, datetime | None]:
    """When the limit ends, and when it would without the rest day; None while paused until further notice."""
    if limit.kind in BY_DAY:
        return _due_by_day(limit, start, calendar, pauses, limit.amount + extension)
    minutes = (limit.amount + extension) * (1 if limit.kind == Kind.MINUTE else 60)
    at = minutes_run(limit, start, calendar, pauses, minutes)
    return at, at


def minutes_run(
    limit: Limit, start: datetime, calendar: Calendar, pauses: Sequence[Span], minutes: int
) -> datetime | None:
    """When so many minutes have been counted."""
    now = start.astimezone(UTC)
    while minutes:
        if any(span.end is None and span.start <= now for span in pauses):
            return None
        running = not any(span.start <= now < (span.end or now) for span in pauses)
        if running and (limit.kind != Kind.WORKING_HOUR or _in_office(now, calendar)):
            minutes -= 1
        now += MINUTE
    return now


def latest_before(limit: Limit, event: datetime, calendar: Calendar) -> datetime:
    """The last instant from which a limit backwards, in hours or minutes, is kept."""
    minutes = limit.amount * (1 if limit.kind == Kind.MINUTE else 60)
    now = event.astimezone(UTC)
    while minutes:
        now -= MINUTE
        if limit.kind != Kind.WORKING_HOUR or _in_office(now, calendar):
            minutes -= 1
    return now


def _in_office(now: datetime, calendar: Calendar) -> bool:
    local = now.astimezone(calendar.tz)
    hours = calendar.office_hours if calendar.is_working(local.date()) else ()
    return any(opens <= local.time() < closes for opens, closes in hours)


def _due_by_day(
    limit: Limit, start: datetime, calendar: Calendar, pauses: Sequence[Span], units: int
) -> tuple[datetime | None, datetime | None]:
    def end(day: date) -> datetime:
        closing = datetime.combine(day, calendar.office_hours[-1][1], calendar.tz)
        midnight = datetime.combine(day + DAY, time(0), calendar.tz)
        return (closing if limit.close_of_business else midnight).astimezone(UTC)

    def runs(day: date) -> bool:
        return not any(span.start < end(day) and (span.end is None or end(day) <= span.end) for span in pauses)

    def stands_for_good(day: date) -> bool:
        return any(span.start < end(day) and span.end is None for span in pauses)

    first = start.astimezone(calendar.tz).date()
    left = _days(limit, first, units)
    day = first + DAY
    if left == 0:
        left = 1
        day = first if end(first) > start else first + DAY
    while True:
        if stands_for_good(day):
            return None, None
        left -= runs(day) and (limit.kind != Kind.WORKING_DAY or calendar.is_working(day))
        if left == 0:
            break
        day += DAY
    raw = end(day)
    while limit.roll and not (calendar.is_working(day) and runs(day)):
        day += DAY
        if stands_for_good(day):
            return None, raw
    return end(day), raw


def _days(limit: Limit, first: date, units: int) -> int:
    """Days from the first to the corresponding one, or to the last of its month."""
    months = {Kind.MONTH: units, Kind.YEAR: 12 * units}.get(limit.kind)
    if months is None:
        return units
    month = first.replace(day=1)
    for _ in range(months):
        month = (month + 31 * DAY).replace(day=1)
    following = (month + 31 * DAY).replace(day=1)
    return (min(month + (first.day - 1) * DAY, following - DAY) - first).days
