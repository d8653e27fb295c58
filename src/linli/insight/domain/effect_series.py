"""The series that an action's effect is read from: cases, alarms or an indicator, period by period.

Counted are countable cases alone (not sealed, open to all who look after the place, of a class that may be shown in
numbers), so that whoever reads an answer reads the same; alarms without the care check; indicators by the month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from django.db.models import Min, Sum
from django.utils import timezone

from linli.cases.domain.catalogue import catalogue
from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.engines.effects import Step
from linli.insight.domain import indicators
from linli.insight.domain.figures import Form
from linli.insight.domain.indicators import Point
from linli.insight.domain.periods import DAY
from linli.insight.domain.queries import below
from linli.insight.domain.rollups import next_month
from linli.insight.enums import Grain, Span
from linli.insight.models import Action, Rollup
from linli.insight.models_actions import Counted
from linli.people.actors import Viewer
from linli.places.domain.queries import governed_path
from linli.places.models import STEP, Place
from linli.sensing.models import Episode

Floats = npt.NDArray[np.float64]
WEEK, FOUR_WEEKS = 7, 28
LONG = 2 * 365  # days before the action from which periods are four weeks long
MOST_BACK = 8 * 365  # days before the action that are looked at
MOST_AFTER = 3 * 365


@dataclass(frozen=True)
class Series:
    """by_place: (estates, periods) for those with the action and those without; size: (periods,)."""

    step: Step
    periods: Sequence[tuple[date, date]]
    begins: int
    treated: Floats
    untreated: Floats
    size: Floats | None = None


def series_of(
    action: Action, estates: Sequence[Place], others: Sequence[Place], today: date, whose: Viewer | None
) -> Series:
    """Read what an action is held to, for the estates that it reaches and for the others, until yesterday."""
    if action.counted == Counted.INDICATOR:
        return _indicator(action, today, whose)
    return _counted(action, estates, others, today)


# --- cases and alarms


def _counted(action: Action, estates: Sequence[Place], others: Sequence[Place], today: date) -> Series:
    reading = _cases if action.counted == Counted.CASES else _alarms
    since, by_day = reading(action)
    periods, begins, step = cut(action.day, since, today - DAY)
    rows = [*estates, *others]
    found = np.zeros((len(rows), len(periods)))
    number = {each.path: row for row, each in enumerate(rows)}
    size = periods[0][1] - periods[0][0] + DAY if periods else timedelta(days=WEEK)
    for (place, day), count in by_day.items():
        row = next((number[place[:end]] for end in range(len(place), 0, -STEP) if place[:end] in number), None)
        column = (day - periods[0][0]) // size if periods else -1
        if row is not None and 0 <= column < len(periods):
            found[row, column] += count
    return Series(step, periods, begins, found[: len(estates)], found[len(estates) :])


def cut(day: date, since: date, until: date) -> tuple[list[tuple[date, date]], int, Step]:
    """The whole periods of 7 or 28 days from `since` to `until`, cut so that `day` begins one; where it lies; which.

    Every period has as many days and each weekday as often as every other.
    """
    since = max(since, day - timedelta(days=MOST_BACK))
    until = min(until, day + timedelta(days=MOST_AFTER))
    step, days = (Step.FOUR_WEEKS, FOUR_WEEKS) if (day - since).days >= LONG else (Step.WEEK, WEEK)
    before = max((day - since).days // days, 0)
    after = max(((until - day).days + 1) // days, 0)
    starts = [day + timedelta(days=days * number) for number in range(-before, after)]
    return [(start, start + timedelta(days=days - 1)) for start in starts], before, step


def _cases(action: Action) -> tuple[date, dict[tuple[str, date], int]]:
    """The first day of which anything is known, and reports by place and day. Three statements."""
    kept = Rollup.objects.filter(below(governed_path()), grain=Grain.DAY, reported__gt=0)
    since = kept.aggregate(first=Min("day"))["first"] or action.day
    rows = kept.filter(klass__in=shown_classes(action.code)).order_by().values("place", "day")
    found = {(row["place"], row["day"]): row["n"] for row in rows.annotate(n=Sum("reported"))}
    return since, found


def shown_classes(code: str) -> list[int]:
    """The keys of a class and of what it replaced, or of all that may be shown in numbers."""
    if code:
        codes = [old for old, new in catalogue().replaced.items() if new == code]
        return list(CaseClass.objects.filter(code__in=[code, *codes]).values_list("pk", flat=True))
    return [0, *CaseClass.objects.exclude(publicity=Publicity.NEVER).values_list("pk", flat=True)]


def _alarms(action: Action) -> tuple[date, dict[tuple[str, date], int]]:
    rows = Episode.objects.filter(care=False)
    first = rows.aggregate(first=Min("opened_at"))["first"]
    found: dict[tuple[str, date], int] = {}
    for path, at in rows.filter(rule__code=action.code).values_list("place_path", "opened_at"):
        key = (path, timezone.localdate(at))
        found[key] = found.get(key, 0) + 1
    return (timezone.localdate(first) if first else action.day), found


# --- indicators


def _indicator(action: Action, today: date, whose: Viewer | None) -> Series:
    """Whole months; the action's own month counts as after it where the action came in its first half."""
    first = action.day - timedelta(days=MOST_BACK)
    last = min(today.replace(day=1) - DAY, action.day + timedelta(days=MOST_AFTER))
    points = indicators.course(action.code, whose, first, last, Span.MONTH, today=today)
    kept = _unbroken([point for point in points if point.period.last < today])
    turning = action.day.replace(day=1) if action.day.day <= 15 else next_month(action.day.replace(day=1))
    begins = sum(point.period.first < turning for point in kept)
    is_share = indicators.known(today)[action.code].form == Form.RATE
    counts = np.array([[_above(point, is_share) for point in kept]], float).reshape(1, len(kept))
    size = np.array([float(point.n or 1) if is_share else float(point.period.days) for point in kept])
    return Series(
        Step.MONTH,
        [(point.period.first, point.period.last) for point in kept],
        begins,
        counts,
        np.empty((0, len(kept))),
        size,
    )


def _unbroken(points: Sequence[Point]) -> list[Point]:
    """The longest stretch to the end without a month of which nothing is known."""
    found: list[Point] = []
    for point in reversed(points):
        if point.value is None or point.partial:
            if found:
                break
            continue
        found.insert(0, point)
    return found


def _above(point: Point, is_share: bool) -> float:
    if point.above is not None:
        return float(point.above)
    return float(point.value or 0) * ((point.n or 1) if is_share else 1)
