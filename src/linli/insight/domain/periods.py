"""Periods: whole days of the place's calendar, and the earlier ones that they are fairly compared with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from linli.insight.domain.rollups import next_month
from linli.insight.enums import Grain, Span

DAY, WEEK = timedelta(days=1), timedelta(days=7)
YEAR_OF_WEEKS = timedelta(days=364)  # a year back on the same weekday
LONGEST = 3660  # days of a free period
FIRST_YEAR, LAST_YEAR = 2000, 2999
MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}
TREND = {Span.DAY: 14, Span.WEEK: 12, Span.MONTH: 12, Span.QUARTER: 8, Span.HALF: 6, Span.YEAR: 3}
SHORT = 62  # days up to which a free period is drawn by day


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included; `until` is the day up to which there is anything to count."""

    kind: Span
    first: date
    last: date
    until: date

    @property
    def is_partial(self) -> bool:
        """It is not over yet; its last day, today, is not over either."""
        return self.until < self.last

    @property
    def days(self) -> int:
        return (self.until - self.first).days + 1


def period_of(kind: Span, on: date, today: date, *, last: date | None = None) -> Period:
    """The period of this kind in which a day lies; a free one runs from that day to `last`.

    A day in the future counts as today.
    """
    on = min(max(on, date(FIRST_YEAR, 1, 1)), today)
    first, end = _bounds(kind, on, last or on)
    return Period(kind, first, end, min(end, today))


def _bounds(kind: Span, on: date, last: date) -> tuple[date, date]:
    if kind in MONTHS:
        size = MONTHS[kind]
        first = date(on.year, (on.month - 1) // size * size + 1, 1)
        return first, months_on(first, size) - DAY
    if kind == Span.WEEK:
        monday = on - timedelta(days=on.weekday())
        return monday, monday + WEEK - DAY
    if kind == Span.FREE:
        return on, min(max(last, on), on + timedelta(days=LONGEST))
    return on, on


def last_whole(kind: Span, today: date) -> Period:
    """The last period of this kind that is over."""
    return period_of(kind, period_of(kind, today, today).first - DAY, today)


def before(period: Period) -> Period:
    """The period before it. Of one that is not over, as many days from its beginning as have run."""
    if period.kind in MONTHS:
        first = months_on(period.first, -MONTHS[period.kind])
    else:
        first = period.first - ((period.last - period.first) + DAY)
    return _as_long(period, first, period.first - DAY)


def year_before(period: Period) -> Period:
    """The same period a year earlier; days and weeks on the same weekdays."""
    if period.kind in (Span.DAY, Span.WEEK):
        return _as_long(period, period.first - YEAR_OF_WEEKS, period.last - YEAR_OF_WEEKS)
    if period.kind == Span.FREE:
        return _as_long(period, _year_back(period.first), _year_back(period.last))
    first = months_on(period.first, -12)
    return _as_long(period, first, months_on(first, MONTHS[period.kind]) - DAY)


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _as_long(period: Period, first: date, last: date) -> Period:
    """The earlier period, cut to as many days where the later one is not over."""
    until = min(last, first + (period.until - period.first)) if period.is_partial else last
    return Period(period.kind, first, last, until)


def trend(period: Period, today: date) -> list[Period]:
    """The periods whose course is drawn, the oldest first; the last one is the period itself, or its last part."""
    if period.kind == Span.FREE:
        kind = Span.DAY if period.days <= SHORT else Span.MONTH
        found = [_inside(period, period_of(kind, period.first, today))]
        while found[-1].last < period.until:
            found.append(_inside(period, period_of(kind, found[-1].last + DAY, today)))
        return found
    found = [period]
    while len(found) < TREND[period.kind]:
        found.insert(0, _whole(before(found[0])))
    return found


def _inside(period: Period, part: Period) -> Period:
    """So much of the part as lies in the period."""
    last = min(part.last, period.until)
    return Period(part.kind, max(part.first, period.first), last, last)


def _whole(period: Period) -> Period:
    return Period(period.kind, period.first, period.last, period.last)


def months_on(first: date, number: int) -> date:
    """The first of the month so many months after the first of this one."""
    month = first.year * 12 + first.month - 1 + number
    return date(month // 12, month % 12 + 1, 1)


Part = tuple[str, date, date]  # grain, first and last day


def parts(period: Period, today: date) -> list[Part]:
    """The period as whole months that are over, and the days at its ends."""
    found: list[Part] = []
    day = period.first
    while day <= period.until:
        end = next_month(day) - DAY
        if day.day == 1 and end <= period.until and end < today:
            found.append((Grain.MONTH.value, day, day))
            day = end + DAY
        else:
            last = min(end, period.until)
            found.append((Grain.DAY.value, day, last))
            day = last + DAY
    return found


def joined(periods: Iterable[Period], today: date) -> list[Part]:
    """All that these periods need, each day and month once, in as few ranges as there can be."""
    found: list[Part] = []
    for grain, first, last in sorted(part for period in periods for part in parts(period, today)):
        if found and found[-1][0] == grain and first <= _next(grain, found[-1][2]):
            found[-1] = (grain, found[-1][1], max(found[-1][2], last))
        else:
            found.append((grain, first, last))
    return found


def _next(grain: str, day: date) -> date:
    return next_month(day) if grain == Grain.MONTH.value else day + DAY


def whole_months(today: date, number: int) -> Sequence[Period]:
    """The last months that are over, the newest first."""
    first = today.replace(day=1)
    return [period_of(Span.MONTH, months_on(first, -back), today) for back in range(1, number + 1)]
