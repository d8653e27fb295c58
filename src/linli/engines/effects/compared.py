"""Difference in differences: estates with the action beside estates without it, in the same periods.

A quasi-Poisson regression with an effect of each estate and each period. Its estimate of the action is the ratio of
ratios of sums, `(T after / C after) / (T before / C before)`, whatever the estates' own levels. Given what came in a
period altogether, the part of the treated estates is quasi-binomial: so weather, season and hotline habits, which all
estates share, drop out, and the interval allows for what a period passes on to the next. Where several estates are on
both sides, they are left out one after the other as well (a jackknife of clusters, MacKinnon, Nielsen & Webb 2023), and
the wider of the two intervals is given: few estates are no proof, and one is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.engines.effects import cautions
from linli.engines.effects.cautions import Caution
from linli.engines.effects.glm import BINOMIAL, Bools, Floats, fit, spread
from linli.engines.effects.interrupted import LEAST_AFTER, LEAST_BEFORE, LEAST_COUNTED, NotEnough
from linli.engines.effects.ratio import Ratio, ratio_of

FEWEST = 2  # estates on each side from which they are left out one by one


@dataclass(frozen=True)
class Compared:
    """What an action did to the estates with it, beside those without.

    placebos: the same ratio for each estate without the action, as if it had been there; moved: how many of them are
    as far from 1 as the ratio itself.  by_estates: whether the spread between estates gave the wider interval.
    """

    ratio: Ratio
    placebos: tuple[float, ...]
    moved: int
    by_estates: bool
    cautions: tuple[Caution, ...]


def did(counts: Sequence[Sequence[float]] | Floats, treated: Sequence[bool] | Bools, begins: int) -> Compared:
    """Compare estates with an action and without it.

    counts: (units, periods) ≥ 0, equally spaced.  treated: (units,), some true and some false.  begins: index of the
    first period after the action.

    Raises:
        NotEnough: too few periods, or too little counted on one side.
        ValueError: no estate on one side, or nought on one side before or after, so that there is no ratio.
    """
    y, chosen = np.asarray(counts, float), np.asarray(treated, bool)
    if y.ndim != 2 or len(chosen) != len(y) or not chosen.any() or chosen.all():
        raise ValueError("some estates must have the action and some must not")
    _check(y, chosen, begins)
    log = _log_ratio(y, chosen, begins)
    by_time, dof = _by_time(y, chosen, begins)
    by_unit = _by_unit(y, chosen, begins)
    told = cautions.earlier_parting(y[chosen].sum(0), y.sum(0), begins)
    if min(chosen.sum(), (~chosen).sum()) < FEWEST:
        told.append(Caution("one_estate", {"treated": int(chosen.sum()), "untreated": int((~chosen).sum())}))
    ratio = ratio_of(log, by_time, dof)
    wider = ratio_of(log, by_unit, len(y) - 2) if by_unit else ratio
    is_wider = wider.high / wider.low > ratio.high / ratio.low
    placebos = _placebos(y, chosen, begins)
    moved = sum(abs(np.log(each)) >= abs(log) for each in placebos)
    return Compared(wider if is_wider else ratio, placebos, int(moved), is_wider, tuple(told))


def _check(y: Floats, treated: Bools, begins: int) -> None:
    if not np.all(np.isfinite(y)) or np.any(y < 0):
        raise ValueError("counts must be numbers from nought on")
    before, after = begins, y.shape[1] - begins
    counted = float(min(y[treated, : max(begins, 0)].sum(), y[~treated, : max(begins, 0)].sum()))
    if before < LEAST_BEFORE or after < LEAST_AFTER or counted < LEAST_COUNTED:
        raise NotEnough(before=before, after=after, counted=counted)


def _log_ratio(y: Floats, treated: Bools, begins: int) -> float:
    """The estimate of the regression with an effect of each unit and period, in closed form."""
    sums = [y[side][:, part].sum() for side in (treated, ~treated) for part in (slice(begins, None), slice(begins))]
    if min(sums) == 0:
        raise ValueError("nothing was counted on one side, so there is no ratio")
    return float(np.log(sums[0] * sums[3] / (sums[1] * sums[2])))


def _by_time(y: Floats, treated: Bools, begins: int) -> tuple[float, int]:
    """The standard error from period to period, and its degrees of freedom."""
    ours, all_ = y[treated].sum(0), y.sum(0)
    keep = all_ > 0
    after = (np.arange(y.shape[1]) >= begins)[keep]
    fitted = fit(np.column_stack([np.ones(keep.sum()), after.astype(float)]), ours[keep], all_[keep], BINOMIAL)
    return spread(fitted, np.array([0.0, 1.0])), fitted.dof


def _by_unit(y: Floats, treated: Bools, begins: int) -> float:
    """The standard error from leaving out one unit after another; nought where there are too few."""
    if min(treated.sum(), (~treated).sum()) < FEWEST:
        return 0.0
    whole, n, found = _log_ratio(y, treated, begins), len(y), []
    for unit in range(n):
        keep = np.arange(n) != unit
        try:
            found.append(_log_ratio(y[keep], treated[keep], begins))
        except ValueError:
            return 0.0
    return float(np.sqrt((n - 1) / n * np.sum((np.array(found) - whole) ** 2)))


def _placebos(y: Floats, treated: Bools, begins: int) -> tuple[float, ...]:
    """The ratio of each untreated unit among the untreated, where it has one."""
    rest = y[~treated]
    if len(rest) < FEWEST:
        return ()
    found = []
    for unit in range(len(rest)):
        try:
            found.append(float(np.exp(_log_ratio(rest, np.arange(len(rest)) == unit, begins))))
        except ValueError:
            continue
    return tuple(found)
