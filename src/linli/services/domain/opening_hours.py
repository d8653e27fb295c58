"""When something that keeps weekly hours is open: pure arithmetic on days and wall-clock minutes.

Hours are `(weekday, opens, closes)` in minutes since local midnight, 24:00 included; wall-clock time is turned into
instants in the zone, so that a day with another length would keep its hours.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from linli.engines.clocks import Calendar

MIDNIGHT = 24 * 60
Hours = tuple[int, int, int]  # weekday (0 is Monday), opens, closes


@dataclass(frozen=True, order=True)
class Span:
    """From `start` up to, not including, `end`; aware instants."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)

    def holds(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


def at_minute(day: date, minute: int, tz: tzinfo) -> datetime:
    """The instant of a wall-clock minute of a day; 1440 is the next midnight."""
    return datetime.combine(day + timedelta(days=minute // MIDNIGHT), time(minute % MIDNIGHT // 60, minute % 60), tz)


def is_holiday(day: date, calendar: Calendar) -> bool:
    """Whether a weekday is a public holiday. Of a year that the calendar does not know, no weekday is."""
    return day.weekday() < 5 and not calendar.is_working(day)


def spans_on(day: date, hours: Iterable[Hours], tz: tzinfo) -> list[Span]:
    """The openings of one day, in order."""
    return sorted(
        Span(at_minute(day, opens, tz), at_minute(day, closes, tz))
        for weekday, opens, closes in hours
        if weekday == day.weekday()
    )


def spans(first: date, last: date, hours: Sequence[Hours], tz: tzinfo, shut: Collection[date] = ()) -> list[Span]:
    """The openings from one day to another, both included; what goes on over midnight is one.

    shut: days on which it does not open. An opening until 24:00 joins one that begins at 0:00.
    """
    found: list[Span] = []
    day = first
    while day <= last:
        for span in spans_on(day, hours, tz) if day not in shut else ():
            if found and found[-1].end == span.start:
                found[-1] = Span(found[-1].start, span.end)
            else:
                found.append(span)
        day += timedelta(days=1)
    return found


@dataclass(frozen=True)
class Now:
    """Whether something is open at an instant, until when, and when it opens next; none within two weeks: unknown."""

    open: bool
    until: datetime | None
    opens: datetime | None


def now_open(at: datetime, hours: Sequence[Hours], tz: tzinfo, shut: Collection[date] = ()) -> Now:
    """Open from the first minute on, shut from the closing minute on."""
    today = at.astimezone(tz).date()
    ahead = spans(today - timedelta(days=1), today + timedelta(days=14), hours, tz, shut)
    current = next((span for span in ahead if span.start <= at < span.end), None)
    later = next((span.start for span in ahead if span.start > at), None)
    return Now(current is not None, current.end if current else None, later)
