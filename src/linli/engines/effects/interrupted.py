"""One series interrupted by an action: what came after it, over what the time before lets expect.

Quasi-Poisson regression on trend, season, a step at the action and, where there are points enough for it, a turn of
the trend. Source: Bernal, Cummins & Gasparrini, Interrupted time series regression for the evaluation of public health
interventions, Int J Epidemiol 2017;46:348-355.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.engines.effects import cautions, season
from linli.engines.effects.cautions import LAST, Caution
from linli.engines.effects.glm import Fit, Floats, fit, spread
from linli.engines.effects.ratio import LEVEL, Ratio, ratio_of
from linli.engines.effects.season import Step, waves_for

LEAST_BEFORE, LEAST_AFTER, LEAST_COUNTED, LEAST_DOF = 8, 3, 10, 5
TURN_BEFORE, TURN_AFTER = 24, 12  # points from which a turn of the trend is fitted beside the step


class NotEnough(ValueError):
    """There is too little for any honest answer. before, after: points; counted: before the action."""

    def __init__(self, *, before: int, after: int, counted: float) -> None:
        self.before, self.after, self.counted = before, after, counted
        super().__init__(
            f"{before} points before ({LEAST_BEFORE} needed), {after} after ({LEAST_AFTER} needed), "
            f"{counted:.0f} counted before ({LEAST_COUNTED} needed)"
        )


@dataclass(frozen=True)
class Interrupted:
    """What an action did to a series.

    ratio: over the whole time after.  step: at once.  turn: of the trend, by each point; none where it was not fitted.
    without_peak: the ratio without the points right before the action, where these were extreme.
    fitted, expected (without the action), low, high (of expected): (n,) counts.
    """

    ratio: Ratio
    step: Ratio
    turn: Ratio | None
    without_peak: Ratio | None
    fitted: Floats
    expected: Floats
    low: Floats
    high: Floats
    dispersion: float
    memory: float
    dof: int
    names: tuple[str, ...]
    cautions: tuple[Caution, ...]


@dataclass(frozen=True)
class Design:
    """The columns of the regression, and what they would be without the action."""

    with_action: Floats
    without: Floats
    names: tuple[str, ...]
    waves: int


def interrupted(
    counts: Sequence[float] | Floats,
    begins: int,
    *,
    step: Step = Step.MONTH,
    weekday: int = 0,
    size: Sequence[float] | Floats | None = None,
    expected: int = -1,
) -> Interrupted:
    """Compare a series after an action with what its past lets expect.

    counts: (n,) ≥ 0, equally spaced, without gaps.  begins: index of the first point after the action.  weekday: of the
    first point, 0 to 6, where points are days.  size: (n,) > 0, what the counts are proportional to (days of the month,
    or a denominator).  expected: -1 where they should fall, 1 where they should rise.

    Raises:
        NotEnough: too few points or counts.  ValueError: a count below nought, or nothing after that fixes an estimate.
    """
    y = np.asarray(counts, float)
    sizes = np.ones(len(y)) if size is None else np.asarray(size, float)
    _check(y, sizes, begins)
    design = _design(len(y), begins, step, weekday)
    fitted = fit(design.with_action, y, sizes)
    told = [
        *cautions.of_numbers(y, begins, step, design.waves),
        *cautions.earlier_trend(y, sizes, begins, _season(design)),
        *(peak := cautions.after_extreme(y, sizes, begins, expected)),
        *cautions.memory_of(fitted),
    ]
    line, low, high = _expected(fitted, design, sizes)
    return Interrupted(
        ratio=_whole(fitted, design, sizes, begins),
        step=_one(fitted, design, "step"),
        turn=_one(fitted, design, "turn", scale=1 / len(y)) if "turn" in design.names else None,
        without_peak=_without(y, sizes, begins, design) if peak else None,
        fitted=fitted.mean, expected=line, low=low, high=high,
        dispersion=fitted.dispersion, memory=fitted.memory, dof=fitted.dof, names=design.names, cautions=tuple(told),
    )  # fmt: skip


def _check(y: Floats, size: Floats, begins: int) -> None:
    if not np.all(np.isfinite(y)) or np.any(y < 0) or not np.all(size > 0):
        raise ValueError("counts must be numbers from nought on, sizes above nought")
    before, after = begins, len(y) - begins
    counted = float(y[: max(begins, 0)].sum())
    if before < LEAST_BEFORE or after < LEAST_AFTER or counted < LEAST_COUNTED:
        raise NotEnough(before=before, after=after, counted=counted)


def _design(n: int, begins: int, step: Step, weekday: int) -> Design:
    after = (np.arange(n) >= begins).astype(float)
    line = season.trend(n, begins)
    waves = waves_for(step, begins)
    told_apart = weekday if begins >= season.WEEKDAYS_FROM else None
    columns, names = season.calendar(step, n, waves, weekday=told_apart)
    common = np.column_stack([np.ones(n), line, columns])
    acts, said = [after], ["step"]
    if begins >= TURN_BEFORE and n - begins >= TURN_AFTER:
        acts, said = [after, after * line], ["step", "turn"]
    with_action = np.column_stack([common, *acts])
    without = np.column_stack([common, *(np.zeros(n) for _ in acts)])
    return Design(with_action, without, ("level", "trend", *names, *said), waves)


def _season(design: Design) -> Floats:
    return design.with_action[:, 2 : len(design.names) - sum(name in ("step", "turn") for name in design.names)]


def _one(fitted: Fit, design: Design, name: str, scale: float = 1.0) -> Ratio:
    contrast = np.zeros(len(design.names))
    contrast[design.names.index(name)] = scale
    return ratio_of(float(contrast @ fitted.beta), spread(fitted, contrast), fitted.dof)


def _whole(fitted: Fit, design: Design, size: Floats, begins: int) -> Ratio:
    """All that came after over all that was to be expected, with its interval by the delta method."""
    with_, without = design.with_action[begins:], design.without[begins:]
    came, would = (size[begins:] * np.exp(x @ fitted.beta) for x in (with_, without))
    contrast = came @ with_ / came.sum() - would @ without / would.sum()
    return ratio_of(float(np.log(came.sum() / would.sum())), spread(fitted, contrast), fitted.dof)


def _expected(fitted: Fit, design: Design, size: Floats) -> tuple[Floats, Floats, Floats]:
    """The line without the action, and between what it lies."""
    from scipy.stats import t

    eta = design.without @ fitted.beta
    far = float(t.ppf((1 + LEVEL) / 2, fitted.dof)) * np.array([spread(fitted, row) for row in design.without])
    line, low, high = (size * np.exp(np.clip(part, -30, 30)) for part in (eta, eta - far, eta + far))
    return line, low, high


def _without(y: Floats, size: Floats, begins: int, design: Design) -> Ratio | None:
    """The same answer without the extreme points right before the action; none where that fixes no estimate."""
    keep = np.r_[0 : begins - LAST, begins : len(y)]
    rest = Design(design.with_action[keep], design.without[keep], design.names, design.waves)
    try:
        return _whole(fit(rest.with_action, y[keep], size[keep]), rest, size[keep], begins - LAST)
    except ValueError:
        return None
