"""How often a public promise was kept: its source's matters, each held to the promise's time or to its own clock.

The figure is that of a desk or office, never of a person; under five matters none is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.core.templatetags.kit import FEWEST
from linli.engines.clocks import Kind, Limit, due
from linli.procedures.domain.limits import calendar
from linli.procedures.promise_sources import Counted, Source, sources
from linli.station.models import Commitment

UNITS = (Kind.MINUTE, Kind.NATURAL_HOUR, Kind.WORKING_HOUR, Kind.WORKING_DAY, Kind.NATURAL_DAY)
PERIODS = (30, 90, 180, 365)  # days


@dataclass(frozen=True)
class Rate:
    """How often a promise was kept: `kept` of `n` whose time is over or which were answered. Below five: not shown."""

    kept: int
    n: int

    @property
    def few(self) -> bool:
        return self.n < FEWEST

    @property
    def percent(self) -> int:
        """Rounded down: 99.6 is not all."""
        return 100 * self.kept // self.n if self.n else 0


@dataclass(frozen=True)
class Judged:
    """A matter that counts, until when it had to be done, and whether it was."""

    one: Counted
    due: datetime
    kept: bool


def source_of(commitment: Commitment) -> Source | None:
    """What it is measured by; none where the app that counted it is not there any more."""
    return sources().get(commitment.measure)


def rate_of(commitment: Commitment, at: datetime) -> Rate:
    """How often it was kept since it holds, in its period."""
    return rate(judged(commitment, at))


def rate(found: Sequence[Judged]) -> Rate:
    return Rate(sum(each.kept for each in found), len(found))


def judged(commitment: Commitment, at: datetime) -> list[Judged]:
    """The matters that count, the newest first: begun under the promise, in its period, and done or out of time."""
    source, days = source_of(commitment), calendar()
    if source is None:
        return []
    since = max(at - timedelta(days=commitment.period), _midnight(commitment.since))
    until = at
    if commitment.until is not None:
        until = min(at, _midnight(commitment.until + timedelta(days=1)))
    limit = None if commitment.amount is None else Limit(commitment.amount, Kind(commitment.unit))
    found = []
    for one in source.read(since, until):
        ends = one.due if limit is None else due(limit, one.began, days).at
        if ends is None or (one.ended is None and at < ends):
            continue  # nobody knows yet
        found.append(Judged(one, ends, one.ended is not None and one.ended < ends))
    return sorted(found, key=lambda each: each.one.began, reverse=True)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), calendar().tz)
