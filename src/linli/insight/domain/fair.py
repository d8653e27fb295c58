"""Comparing two periods fairly: as many days, as many working days, and whether chance alone would do as much."""

from dataclasses import dataclass
from math import sqrt

from linli.insight.domain.figures import Form
from linli.insight.domain.indicators import Point
from linli.insight.domain.periods import DAY, Period
from linli.procedures.domain.limits import calendar

SURE = 1.96  # standard deviations that chance alone passes once in twenty times


@dataclass(frozen=True)
class Fair:
    """How a number differs from an earlier one.

    difference: now less then; of a share of 1, or minutes, or a count.  share: of a count, by what part of the earlier
    one; none where that was nought.  per_day, per_working_day: the same for each day, where the two periods have not as
    many.  assumed: the calendar does not know all of these days yet.  chance: a difference such as this comes about by
    chance more than once in twenty times; none where that cannot be told.
    """

    difference: float
    share: float | None
    per_day: float | None
    per_working_day: float | None
    days: tuple[int, int]
    working: tuple[int, int]
    assumed: bool
    chance: bool | None


def compare(form: Form, now: Point, then: Point) -> Fair | None:
    """None where either has no number, or one that is not shown, or where only one of the two is cut short."""
    if now.value is None or then.value is None:
        return None
    days = now.period.days, then.period.days
    (now_work, now_known), (then_work, then_known) = working_days(now.period), working_days(then.period)
    counted = form == Form.COUNT
    more_days, more_work = counted and days[0] != days[1], counted and now_work != then_work
    return Fair(
        difference=now.value - then.value,
        share=_share(now.value, then.value, 1, 1) if counted else None,
        per_day=_share(now.value, then.value, *days) if more_days else None,
        per_working_day=_share(now.value, then.value, now_work, then_work) if more_work else None,
        days=days,
        working=(now_work, then_work),
        assumed=not (now_known and then_known),
        chance=CHANCES[form](now, then),
    )  # fmt: skip


def _share(now: float, then: float, now_days: int, then_days: int) -> float | None:
    if not then or not now_days or not then_days:
        return None
    return (now / now_days) / (then / then_days) - 1


def working_days(period: Period) -> tuple[int, bool]:
    """How many working days are counted of a period, by the calendar in force, and whether it knows all its years."""
    days = calendar()
    before, until = (period.first - DAY).toordinal(), period.until.toordinal()
    return days.measure(before, until), not days.unknown_years(period.first.toordinal(), until)


def _chance_of_counts(now: Point, then: Point) -> bool | None:
    """Two counts over their days, as of things that happen independently (Poisson): normal approximation."""
    a, b = now.value or 0.0, then.value or 0.0
    if not a + b:
        return None
    d, e = now.period.days, then.period.days
    return abs(a / d - b / e) < SURE * sqrt(a / d**2 + b / e**2)


def _chance_of_shares(now: Point, then: Point) -> bool | None:
    """Two shares with a common one (two-proportion z test). None where a source did not say what they stand on."""
    if not now.n or not then.n or now.value is None or then.value is None:
        return None
    common = (now.value * now.n + then.value * then.n) / (now.n + then.n)
    return abs(now.value - then.value) <= SURE * sqrt(common * (1 - common) * (1 / now.n + 1 / then.n))


CHANCES = {Form.COUNT: _chance_of_counts, Form.RATE: _chance_of_shares, Form.MEAN: lambda _now, _then: None}


def interval(form: Form, point: Point) -> tuple[float, float] | None:
    """Between what and what the true value lies, 19 times out of 20. None where it cannot be told.

    Shares: Wilson 1927. Counts: Byar's approximation to Poisson limits (Breslow and Day 1987, vol. II, 2.13).
    """
    if point.value is None:
        return None
    if form == Form.RATE and point.n:
        return _wilson(point.value, point.n)
    if form == Form.COUNT:
        return _byar(point.value)
    return None


def _wilson(share: float, n: int) -> tuple[float, float]:
    middle = share + SURE**2 / (2 * n)
    reach = SURE * sqrt(share * (1 - share) / n + SURE**2 / (4 * n**2))
    scale = 1 + SURE**2 / n
    low, high = (middle - reach) / scale, (middle + reach) / scale
    return max(0.0, min(low, share)), min(1.0, max(high, share))  # at 0 and 1 rounding may pass the share itself


def _byar(count: float) -> tuple[float, float]:
    low = count * (1 - 1 / (9 * count) - SURE / (3 * sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return max(0.0, low), more * (1 - 1 / (9 * more) + SURE / (3 * sqrt(more))) ** 3
