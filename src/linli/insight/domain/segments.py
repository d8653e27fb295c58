"""Counting rows into periods that may overlap, in one statement: first into the stretches between their ends."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from django.db.models import Case as Choose
from django.db.models import IntegerField, Q, Value, When
from django.utils import timezone

from linli.insight.domain.periods import DAY, Period


@dataclass(frozen=True)
class Segments:
    """The stretches of days into which these periods cut time. Stretch 0 lies before them all."""

    periods: Sequence[Period]

    @cached_property
    def cuts(self) -> list[date]:
        """The first day of each stretch but stretch 0; the last cut is the day after the last period."""
        days = {period.first for period in self.periods} | {period.until + DAY for period in self.periods}
        return sorted(days)

    def within(self, column: str) -> Q:
        """What lies in some of the stretches. column: an instant, which is counted on its local day."""
        return Q(**{f"{column}__gte": _midnight(self.cuts[0]), f"{column}__lt": _midnight(self.cuts[-1])})

    def of_instant(self, column: str) -> Choose:
        """The number of the stretch, for a database to reckon."""
        later = [When(**{f"{column}__lt": _midnight(cut)}, then=Value(n)) for n, cut in enumerate(self.cuts)]
        return Choose(*later, default=Value(len(self.cuts)), output_field=IntegerField())

    def of_day(self, day: date) -> int:
        return bisect_right(self.cuts, day)

    def collect(self, rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> dict[Period, dict[str, float]]:
        """Each period's sums of these columns, over rows that carry the number of their stretch as `stretch`."""
        found = {period: dict.fromkeys(names, 0.0) for period in self.periods}
        reach = {period: (self.of_day(period.first), self.of_day(period.until)) for period in self.periods}
        for row in rows:
            for period, (first, last) in reach.items():
                if first <= row["stretch"] <= last:
                    for name in names:
                        found[period][name] += row[name] or 0
        return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
