"""What weakens an answer. Each has a code and the facts that a page puts into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from linli.engines.effects.glm import BINOMIAL, Fit, Floats, fit, spread
from linli.engines.effects.season import Step, trend

FEW_BEFORE, FEW_AFTER, FEW_COUNTED = 24, 6, 50
LAST = 3  # points right before the action that are looked at for an extreme
TWO_SIDED = 0.975
STRONG_MEMORY = 0.5


@dataclass(frozen=True)
class Caution:
    """code: few_points, few_counted, earlier_trend, after_extreme, season_unknown, zeros, memory, one_estate."""

    code: str
    facts: Mapping[str, float] = field(default_factory=dict)


def of_numbers(y: Floats, begins: int, step: Step, waves: int) -> list[Caution]:
    """What can be seen from the counts alone."""
    found = []
    before, after = begins, len(y) - begins
    if before < FEW_BEFORE or after < FEW_AFTER:
        found.append(Caution("few_points", {"before": before, "after": after}))
    if y.sum() < FEW_COUNTED:
        found.append(Caution("few_counted", {"counted": float(y.sum())}))
    if not waves:
        found.append(Caution("season_unknown", {"needed": float(np.ceil(step.per_year)), "before": before}))
    share = float(np.mean(y == 0))
    if share > 0.5:
        found.append(Caution("zeros", {"share": share}))
    return found


def earlier_trend(y: Floats, size: Floats, begins: int, season: Floats) -> list[Caution]:
    """The numbers rose or fell before the action already. The trend is in the model, and is drawn on beyond it."""
    x = np.column_stack([np.ones(begins), trend(begins, 0), season[:begins]])
    if begins - x.shape[1] < 5:
        return []
    try:
        fitted = fit(x, y[:begins], size[:begins])
    except ValueError:
        return []
    return _leaning(fitted, begins)


def earlier_parting(treated: Floats, both: Floats, begins: int) -> list[Caution]:
    """The estates with the action and those without went apart before it already."""
    keep = np.flatnonzero(both[:begins] > 0)
    if len(keep) < 8:
        return []
    x = np.column_stack([np.ones(len(keep)), keep / max(begins, 1)])
    try:
        fitted = fit(x, treated[keep], both[keep], BINOMIAL)
    except ValueError:
        return []
    return _leaning(fitted, begins)


def _leaning(fitted: Fit, points: int) -> list[Caution]:
    """The second column of a fit is its trend over `points`; is it more than chance?"""
    from scipy.stats import t

    contrast = np.zeros(len(fitted.beta))
    contrast[1] = 1
    lean, error = float(fitted.beta[1]), spread(fitted, contrast)
    if error == 0 or abs(lean) / error <= float(t.ppf(TWO_SIDED, fitted.dof)):
        return []
    return [Caution("earlier_trend", {"ratio": float(np.exp(lean)), "points": points})]


def after_extreme(y: Floats, size: Floats, begins: int, expected: int) -> list[Caution]:
    """The action came after unusually many (or few): the next numbers would have been nearer the mean by themselves.

    expected: -1 where the count should fall, 1 where it should rise.
    """
    from scipy.stats import t

    if begins < 2 * LAST + 2:
        return []
    rate = y[:begins] / size[:begins]
    rest, last = rate[:-LAST], rate[-LAST:]
    # Never less than chance alone: a quiet stretch would make an extreme of anything.
    variance = max(float(np.var(rest, ddof=1)), float(np.mean(rest)) / float(np.mean(size[:begins])))
    spread_ = np.sqrt(variance * (1 / LAST + 1 / len(rest)))
    if spread_ == 0:
        return []
    far = (float(np.mean(last)) - float(np.mean(rest))) / spread_
    if -expected * far <= float(t.ppf(TWO_SIDED, len(rest) - 1)):
        return []
    return [Caution("after_extreme", {"ratio": float(np.mean(last)) / max(float(np.mean(rest)), 1e-9), "points": LAST})]


def memory_of(fitted: Fit) -> list[Caution]:
    return [Caution("memory", {"share": fitted.memory})] if fitted.memory > STRONG_MEMORY else []
