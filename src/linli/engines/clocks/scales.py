"""What limits are measured on. A point on a scale is a whole number: a day by its ordinal, an instant in microseconds.

`measure(a, b)` is what counts between two points, a ≤ b; `advance(a, amount)` is the first point by which `amount` has
been counted from `a`. Instants count from a to before b, days from after a to b.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from sys import maxsize
from typing import NamedTuple, Protocol

from linli.engines.clocks.calendar import Calendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FOREVER = maxsize


class Scale(Protocol):
    """A way of counting. Of working days it is the calendar itself."""

    def advance(self, origin: int, amount: int) -> int: ...

    def measure(self, after: int, upto: int) -> int: ...


class Straight:
    """Everything counts: natural days, hours round the clock."""

    def advance(self, origin: int, amount: int) -> int:
        return origin + amount

    def measure(self, after: int, upto: int) -> int:
        return upto - after


class OfficeTime(NamedTuple):
    """Office hours of working days count, in microseconds."""

    calendar: Calendar

    def advance(self, origin: int, amount: int) -> int:
        if amount == 0:
            return origin
        start = instant(origin)
        total = timedelta(microseconds=amount) + self.calendar.office_time_before(start)
        days, passed = _split(total, self.calendar.office_day)
        day = self.calendar.advance(self.calendar.day_of(start) - 1, days + 1)
        return micros(self.calendar.office_instant(day, passed))

    def measure(self, after: int, upto: int) -> int:
        start, end = instant(after), instant(upto)
        days = self.calendar.measure(self.calendar.day_of(start) - 1, self.calendar.day_of(end) - 1)
        time = days * self.calendar.office_day
        return (time + self.calendar.office_time_before(end) - self.calendar.office_time_before(start)) // MICROSECOND

    def retreat(self, event: int, amount: int) -> int:
        """The last point from which `amount` is counted up to `event`."""
        if amount == 0:
            return event
        end = instant(event)
        left = self.calendar.office_time_before(end) - timedelta(microseconds=amount)
        if left >= timedelta(0):
            return micros(self.calendar.office_instant(self.calendar.day_of(end), left, late=True))
        days, taken = _split(-left, self.calendar.office_day)
        day = self.calendar.retreat(self.calendar.day_of(end), days + 1)
        return micros(self.calendar.office_instant(day, self.calendar.office_day - taken, late=True))


def _split(time: timedelta, day: timedelta) -> tuple[int, timedelta]:
    """Whole days and a rest that is never nothing: a day fully used ends at its own close, not at the next opening."""
    days, rest = divmod(time - MICROSECOND, day)
    return days, rest + MICROSECOND


Pauses = Sequence[tuple[int, int]]


def reach(scale: Scale, origin: int, amount: int, pauses: Pauses) -> tuple[int, int] | None:
    """The first point by which `amount` has been counted outside the pauses, and what had to be made up for them.

    None where a pause without end is in the way.  pauses: as `merge` gives them, none from before `origin`.
    """
    made_up = 0
    point = scale.advance(origin, amount)
    for began, ended in pauses:
        if began >= point:
            break
        if ended == FOREVER:
            return None
        made_up += scale.measure(began, ended)
        point = scale.advance(origin, amount + made_up)
    return point, made_up


def merge(spans: Iterable[tuple[int, int]], origin: int) -> Pauses:
    """Spans from point to point (or FOREVER), made disjoint and sorted, without what lies before `origin`."""
    merged: list[tuple[int, int]] = []
    for began, ended in sorted((max(began, origin), ended) for began, ended in spans if ended > origin):
        if merged and began <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ended, merged[-1][1]))
        else:
            merged.append((began, ended))
    return merged


def micros(moment: datetime) -> int:
    """An aware instant as a point."""
    return (moment - EPOCH) // MICROSECOND


def instant(point: int) -> datetime:
    """A point as an instant in UTC."""
    return EPOCH + timedelta(microseconds=point)
