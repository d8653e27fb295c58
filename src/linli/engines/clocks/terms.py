"""The words clocks are spoken of in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What a limit is counted in. `urgent_hour` is the city-management name of an hour round the clock."""

    MINUTE = "minute"
    NATURAL_HOUR = "natural_hour"
    URGENT_HOUR = "urgent_hour"
    WORKING_HOUR = "working_hour"
    NATURAL_DAY = "natural_day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"


BY_DAY = frozenset({Kind.NATURAL_DAY, Kind.WORKING_DAY, Kind.MONTH, Kind.YEAR})
WORKING = frozenset({Kind.WORKING_HOUR, Kind.WORKING_DAY})


@dataclass(frozen=True, slots=True)
class Limit:
    """So many units of one kind. `roll` concerns days, months and years; 0 days are the starting day itself."""

    amount: int
    kind: Kind
    roll: bool = True
    close_of_business: bool = False
    backwards: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        if self.amount < 0:
            raise ValueError(f"A limit has no negative amount: {self.amount}")
        if self.close_of_business and self.kind not in BY_DAY:
            raise ValueError(f"Only days, months and years end at close of business, not {self.kind}")


class Span(NamedTuple):
    """A time in which a clock stood still: from `start` up to `end`, or until further notice."""

    start: datetime
    end: datetime | None = None


class Why(StrEnum):
    """The kinds of step that lead to a due date."""

    FROM = "from"  # amount, kind, start: counted from this day (of days, months, years) or instant
    BEFORE = "before"  # amount, kind, event: counted back from this day or instant
    EXTENDED = "extended"  # amount, kind: added to the limit
    MONTH_END = "month_end"  # day: the month has no corresponding day, so its last day
    SKIPPED = "skipped"  # rest_days: how many the count passed over
    PAUSED = "paused"  # days or minutes: counted time in which the clock stood still
    ROLLED = "rolled"  # raw, day: a last day that is a rest day, and the working day it moved to
    ASSUMED = "assumed"  # years, rest_days: years the calendar does not know, and weekends taken for rest days there
    STANDING = "standing"  # since: paused until further notice


class Step(NamedTuple):
    """One step to a due date. Values are numbers, ISO texts (days local, instants UTC) and tuples of them."""

    why: Why
    values: Mapping[str, Any]


class Due(NamedTuple):
    """When a limit ends, and why.

    at: the instant from which it is missed; None while it cannot be known, the clock being paused until further notice.
    raw: the same before a rest day moved it.
    day: the last day on which one is in time, for limits of days, months and years.
    """

    at: datetime | None
    raw: datetime | None
    day: date | None
    rolled: bool
    provisional: bool
    steps: tuple[Step, ...]

    def missed(self, now: datetime) -> bool:
        """Whether the limit has ended by `now`."""
        return self.at is not None and now >= self.at


class Counted(NamedTuple):
    """How much of a limit has run: `run` of `of`, in minutes (of office time for working hours) or whole days."""

    run: int
    of: int
    unit: Kind

    @property
    def left(self) -> int:
        """What remains; 0 once the limit is over."""
        return max(self.of - self.run, 0)
