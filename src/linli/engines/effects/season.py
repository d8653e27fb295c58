"""What the calendar does to a count: the trend, the time of year, the day of the week."""

from enum import StrEnum

import numpy as np

from linli.engines.effects.glm import Floats

YEAR = 365.25  # days


class Step(StrEnum):
    """How long one point of a series is."""

    DAY = "day"
    WEEK = "week"
    FOUR_WEEKS = "four weeks"
    MONTH = "month"

    @property
    def per_year(self) -> float:
        return {Step.DAY: YEAR, Step.WEEK: YEAR / 7, Step.FOUR_WEEKS: YEAR / 28, Step.MONTH: 12.0}[self]


WEEKDAYS_FROM = 28  # points before the action from which weekdays are told apart


def waves_for(step: Step, before: int) -> int:
    """How many waves of the year are fitted: none below one whole year before the action, two from two years on."""
    years = before / step.per_year
    return 0 if years < 1 else 1 if years < 2 else 2


def calendar(step: Step, n: int, waves: int, *, weekday: int | None) -> tuple[Floats, list[str]]:
    """Columns of the season and their names: a sine and a cosine for each wave, wherever in the year the series begins.

    weekday: of the first point, 0 to 6, where days of the week are told apart.
    """
    at = np.arange(n)
    columns, names = [], []
    for wave in range(1, waves + 1):
        angle = 2 * np.pi * wave * at / step.per_year
        columns += [np.sin(angle), np.cos(angle)]
        names += [f"sin{wave}", f"cos{wave}"]
    if weekday is not None and step == Step.DAY:
        columns += [((weekday + at) % 7 == day).astype(float) for day in range(1, 7)]
        names += [f"weekday{day}" for day in range(1, 7)]
    return np.column_stack(columns) if columns else np.empty((n, 0)), names


def trend(n: int, begins: int) -> Floats:
    """Time over the length of the series, nought where the action begins, so that the step is read there. (n,)."""
    found: Floats = (np.arange(n) - begins) / max(n, 1)
    return found
