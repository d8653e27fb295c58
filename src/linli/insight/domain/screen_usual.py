"""Today against usual: the same weekday of the last eight weeks, up to the same hour, as an interval.

One busy Thursday says nothing about Thursdays: with six weeks or more the lowest and the highest are left out. Holidays
are counted like other days; the page says what the interval is made of.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from django.db.models import Min, Q
from django.utils import timezone

from linli.core.kept import Watched
from linli.insight.domain.screen_rows import calls_on_screen, on_screen, start_of_day
from linli.procedures.models import Entry, Procedure
from linli.sensing.models import Episode

WEEKS, FEWEST_WEEKS, TRIMMED_FROM = 8, 4, 6
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
MINUTES = 24 * 60
HOURS = range(25)
KINDS = ("came", "closed", "called")

Minutes = Sequence[int]
"""When things happened on one day, as minutes since its midnight, in order."""


@dataclass(frozen=True)
class Today:
    """How many there were since midnight, and between which numbers that usually lies at this hour.

    weeks: how many earlier weeks are behind it; `low` and `high` are none where they are too few.
    course: the number at each full hour so far, and last at this minute.  band: low and high at each of 25 hours.
    """

    number: int
    low: int | None
    high: int | None
    weeks: int
    course: Sequence[int]
    band: Sequence[tuple[int, int]]

    @property
    def standing(self) -> str:
        """more, fewer or usual; empty where nobody can say."""
        if self.low is None or self.high is None:
            return ""
        return "more" if self.number > self.high else "fewer" if self.number < self.low else "usual"


def today(path: str, at: datetime) -> Mapping[str, Today]:
    """Reports, closed cases and device calls of today beside what is usual. Three statements, four more each hour."""
    midnight = start_of_day(at)
    minute = int((at - midnight).total_seconds() // 60)
    earlier = PAST.of(path, at)
    return {
        kind: against([_minute(each, midnight) for each in _instants(kind, path, [(midnight, at)])], minute, past)
        for kind, past in earlier.items()
    }


def against(so_far: Sequence[int], minute: int, past: Sequence[Minutes]) -> Today:
    """What there was of one day until this minute, beside the same of earlier days."""
    so_far = sorted(so_far)
    course = [bisect_right(so_far, hour * 60) for hour in HOURS if hour * 60 < minute] + [len(so_far)]
    low, high = interval([bisect_right(day, minute) for day in past]) or (None, None)
    band = [interval([bisect_right(day, hour * 60) for day in past]) for hour in HOURS]
    return Today(len(so_far), low, high, len(past), course, [each for each in band if each])


def interval(numbers: Sequence[int]) -> tuple[int, int] | None:
    """Between which numbers these usually lie; none below four, and from six on without the lowest and the highest."""
    if len(numbers) < FEWEST_WEEKS:
        return None
    cut = 1 if len(numbers) >= TRIMMED_FROM else 0
    ordered = sorted(numbers)
    return ordered[cut], ordered[-1 - cut]


def _minute(instant: datetime, midnight: datetime) -> int:
    return int((instant - midnight).total_seconds() // 60)


Span = tuple[datetime, datetime]


def _instants(kind: str, path: str, spans: Sequence[Span]) -> list[datetime]:
    """When things of a kind happened within these spans. One statement."""
    seen = Procedure.objects.filter(on_screen(path))
    if kind == "came":
        return list(seen.filter(_in("opened", spans)).values_list("opened", flat=True))
    if kind == "closed":
        ended = Entry.objects.filter(_in("at", spans), kind="close")
        found = seen.filter(_in("closed", spans), state="closed", pk__in=ended.values("procedure"))
        return [each for each in found.values_list("closed", flat=True) if each]
    return list(
        Episode.objects.filter(calls_on_screen(path), _in("opened_at", spans)).values_list("opened_at", flat=True)
    )


def _in(field: str, spans: Sequence[Span]) -> Q:
    found = Q(pk__in=[])
    for first, last in spans:
        found |= Q(**{f"{field}__gte": first, f"{field}__lte": last})
    return found


class _Past(Watched):
    """The earlier days of each place, read once an hour: what happened then changes only by what is handed in late."""

    def __init__(self) -> None:
        super().__init__("screen-past")
        self._lock = Lock()
        self._held: dict[str, tuple[datetime, Mapping[str, Sequence[Minutes]]]] = {}

    def forget(self) -> None:
        super().forget()
        self._held = {}

    def of(self, path: str, at: datetime) -> Mapping[str, Sequence[Minutes]]:
        """The same weekday of the last weeks, by kind: one row of minutes for each week in which there was an office
        that counted, though there may have been nothing to count."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        held = self._held.get(path)
        if held is not None and held[0] == hour:
            return held[1]
        found = self._read(path, at)
        with self._lock:
            self._held = {**self._held, path: (hour, found)}
        return found

    def _read(self, path: str, at: datetime) -> Mapping[str, Sequence[Minutes]]:
        first = Procedure.objects.filter(on_screen(path)).aggregate(first=Min("opened"))["first"]
        days = [_days_back(at, weeks * WEEK) for weeks in range(1, WEEKS + 1)]
        days = [day for day in days if first is not None and day[0] >= start_of_day(first)]
        found: dict[str, Any] = {}
        for kind in KINDS:
            instants = _instants(kind, path, days) if days else []
            found[kind] = [
                sorted(_minute(each, midnight) for each in instants if midnight <= each < ends)
                for midnight, ends in days
            ]
        return found


def _days_back(at: datetime, back: timedelta) -> Span:
    """The whole local day so long ago."""
    midnight = start_of_day(at)
    zone = timezone.get_default_timezone()
    day = (midnight - back).date()
    first = datetime(day.year, day.month, day.day, tzinfo=zone)
    return first, first + DAY


PAST = _Past()
