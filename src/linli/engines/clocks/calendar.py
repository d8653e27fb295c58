"""Working days, rest days and office hours of one place, for the years that are known."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = timedelta(days=1)


@lru_cache(maxsize=8192)
def date_of(day: int) -> date:
    """The date of an ordinal."""
    return date.fromordinal(day)


@dataclass(frozen=True)
class Year:
    """What sets a year apart from plain weeks: rest days on weekdays, and working days on weekends (调休)."""

    rest: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()


@dataclass(frozen=True, eq=False)  # a calendar is its own key; two are compared by their data
class Calendar:
    """The calendar of one place.

    version: names the published data.  zone: IANA name.  years: those whose rest days are known.
    office_hours: (open, close) of each working day in order, the break between them left out.

    A calendar is itself the scale of working days (see scales.py): a day there is its proleptic ordinal, for speed.

    Raises:
        ValueError: unknown zone, office hours missing or out of order, a day in the wrong year or said to be both.
    """

    version: str
    zone: str
    years: Mapping[int, Year]
    office_hours: tuple[tuple[time, time], ...]
    _working: dict[int, list[int]] = field(default_factory=dict, init=False, repr=False)
    _midnights: dict[int, datetime] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        times = list(chain.from_iterable(self.office_hours))
        if not times or any(earlier >= later for earlier, later in pairwise(times)):
            raise ValueError(f"Office hours must be there and in order: {self.office_hours}")
        for number, year in self.years.items():
            if stray := {day for day in year.rest | year.work if day.year != number}:
                raise ValueError(f"Days of another year under {number}: {sorted(stray)}")
            if both := year.rest & year.work:
                raise ValueError(f"Both rest and working days: {sorted(both)}")
        try:
            self.tz  # noqa: B018  found now rather than at the first limit
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise ValueError(f"Unknown time zone: {self.zone}") from unknown

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.zone)

    # As plain data, for keeping

    def as_data(self) -> dict[str, Any]:
        """The calendar as JSON knows it; `from_data` reads it back."""
        return {
            "version": self.version,
            "zone": self.zone,
            "office_hours": [[t.isoformat() for t in hours] for hours in self.office_hours],
            "years": {
                str(number): {"rest": _texts(year.rest), "work": _texts(year.work)}
                for number, year in sorted(self.years.items())
            },
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError or KeyError where `data` is not of the form of `as_data`."""
        return cls(
            version=data["version"],
            zone=data["zone"],
            office_hours=tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in data["office_hours"]),
            years={
                int(number): Year(rest=_dates(year["rest"]), work=_dates(year["work"]))
                for number, year in data["years"].items()
            },
        )

    # Days

    def is_working(self, day: date) -> bool:
        """Whether people work on this day."""
        year = self.years.get(day.year, PLAIN)
        return day in year.work or (day.weekday() < 5 and day not in year.rest)

    def advance(self, origin: int, amount: int) -> int:
        """The working day so many working days after the day `origin`, amount ≥ 1."""
        year = date_of(origin).year
        days = self._working_days(year)
        place = bisect_right(days, origin) + amount - 1
        while place >= len(days):
            place -= len(days)
            year += 1
            days = self._working_days(year)
        return days[place]

    def retreat(self, event: int, amount: int) -> int:
        """The working day so many working days before the day `event`, amount ≥ 1."""
        year = date_of(event).year
        days = self._working_days(year)
        place = bisect_left(days, event) - amount
        while place < 0:
            year -= 1
            days = self._working_days(year)
            place += len(days)
        return days[place]

    def measure(self, after: int, upto: int) -> int:
        """Working days later than `after`, no later than `upto`."""
        first, last = date_of(after).year, date_of(upto).year
        passed = sum(len(self._working_days(year)) for year in range(first, last))
        return passed + bisect_right(self._working_days(last), upto) - bisect_right(self._working_days(first), after)

    def unknown_years(self, first: int, last: int) -> list[int]:
        """Years from `first` to `last`, two days, that this calendar does not know."""
        begin, end = date_of(first).year, date_of(last).year
        if begin == end and begin in self.years:
            return []
        return [year for year in range(begin, end + 1) if year not in self.years]

    def _working_days(self, year: int) -> list[int]:
        days = self._working.get(year)
        if days is None:
            first = date(year, 1, 1)
            whole = (first + n * DAY for n in range((date(year, 12, 31) - first).days + 1))
            days = self._working[year] = [day.toordinal() for day in whole if self.is_working(day)]
        return days

    # Instants

    def day_of(self, instant: datetime) -> int:
        """The local day of an instant."""
        return instant.astimezone(self.tz).toordinal()

    def midnight(self, day: int) -> datetime:
        """When a day begins, in UTC."""
        instant = self._midnights.get(day)
        if instant is None:
            instant = self._midnights[day] = self.instant(day, timedelta(0))
        return instant

    def closing(self, day: int) -> datetime:
        """Close of business on a day, in UTC."""
        return self.instant(day, _since_midnight(self.office_hours[-1][1]))

    def instant(self, day: int, clock: timedelta) -> datetime:
        """The instant, in UTC, at which a clock on the wall shows `clock` past midnight on a day."""
        return (datetime.fromordinal(day) + clock).replace(tzinfo=self.tz).astimezone(UTC)

    # Office time

    @cached_property
    def office_day(self) -> timedelta:
        """Office time of one working day."""
        return sum((closes - opens for opens, closes in self._office), timedelta(0))

    def office_time_before(self, instant: datetime) -> timedelta:
        """Office time of the instant's own day that has passed by then; none on a rest day."""
        local = instant.astimezone(self.tz)
        if not self.is_working(local.date()):
            return timedelta(0)
        clock = _since_midnight(local.time())
        return sum((min(clock, closes) - opens for opens, closes in self._office if clock > opens), timedelta(0))

    def office_instant(self, day: int, passed: timedelta, *, late: bool = False) -> datetime:
        """The first instant of a working day by which so much office time has passed; the last such one where `late`.

        The two differ only where a break begins: the office closes for lunch at the one and opens again at the other.
        """
        clocks = []
        before = timedelta(0)
        for opens, closes in self._office:
            if before <= passed <= before + closes - opens:
                clocks.append(opens + passed - before)
            before += closes - opens
        return self.instant(day, clocks[-1 if late else 0])

    @cached_property
    def _office(self) -> list[tuple[timedelta, timedelta]]:
        return [(_since_midnight(opens), _since_midnight(closes)) for opens, closes in self.office_hours]


PLAIN = Year()


def _since_midnight(t: time) -> timedelta:
    return timedelta(hours=t.hour, minutes=t.minute, seconds=t.second, microseconds=t.microsecond)


def _texts(days: frozenset[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]


def _dates(texts: list[str]) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, texts))
