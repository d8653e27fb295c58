"""What is usual: a level, the weekday and the month, so that a Monday in December is compared with such Mondays."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from linli.engines.hotspots.points import Reals, Whole

ROUNDS, CLOSE = 200, 1e-10
LEAST_SEEN = 2  # full turns of a season before it can be told from chance


@dataclass(frozen=True)
class Usual:
    """expected: (n,) counts by level and season.  spread: variance over mean, 1 for pure chance and never less.
    seasons: which of weekday and month were taken into account; the others had too few turns."""

    expected: Reals
    spread: float
    seasons: tuple[str, ...]


def usual(counts: Any, exposure: Any, days: Any, *, step: str, baseline: Any) -> Usual:
    """Expected counts from the points of the baseline alone.

    counts, exposure: (n,).  days: (n,) datetime64[D], the first of each step.  step: day, week or month.
    baseline: (n,) bool.  The means are those of a Poisson regression with a factor for each weekday and month (found by
    proportional fitting, which gives the same); the spread is Pearson's chi-squared over its degrees of freedom.
    """
    counts, exposure = np.asarray(counts, np.float64), np.asarray(exposure, np.float64)
    factors = _factors(np.asarray(days, "datetime64[D]"), step, np.asarray(baseline, bool))
    seen, base = counts[baseline], exposure[baseline]
    level = seen.sum() / base.sum() if base.sum() > 0 else 0.0
    effects = {name: np.ones(int(of.max()) + 1) for name, of in factors.items()}
    for _ in range(ROUNDS if level > 0 else 0):
        moved = 0.0
        for name, of in factors.items():
            wanted = np.bincount(of[baseline], seen, minlength=len(effects[name]))
            have = np.bincount(
                of[baseline], (_means(level, exposure, factors, effects))[baseline], minlength=len(effects[name])
            )
            by = np.where(have > 0, wanted / np.where(have > 0, have, 1), 1.0)
            effects[name] = effects[name] * by
            moved = max(moved, float(np.abs(by - 1).max()))
        if moved < CLOSE:
            break
    expected = _means(level, exposure, factors, effects)
    parameters = 1 + sum(len(np.unique(of[baseline])) - 1 for of in factors.values())
    return Usual(expected, _spread(seen, expected[baseline], parameters), tuple(factors))


def _means(level: float, exposure: Reals, factors: dict[str, Whole], effects: dict[str, Reals]) -> Reals:
    found = level * exposure
    for name, of in factors.items():
        found = found * effects[name][of]
    return found


def _factors(days: Any, step: str, baseline: Any) -> dict[str, Whole]:
    """The seasons that the baseline holds at least twice around."""
    found: dict[str, Whole] = {}
    if step == "day" and baseline.sum() >= 7 * LEAST_SEEN:
        found["weekday"] = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    months = days.astype("datetime64[M]").astype(np.int64)
    if len(np.unique(months[baseline])) >= 12 * LEAST_SEEN:
        found["month"] = months % 12
    return found


def _spread(seen: Reals, expected: Reals, parameters: int) -> float:
    free = len(seen) - parameters
    told = expected > 0
    if free < 1 or not told.any():
        return 1.0
    return max(1.0, float(((seen[told] - expected[told]) ** 2 / expected[told]).sum() / free))
