"""Getis-Ord Gi*: where counts are high, or low, together with those around them.

Neighbours come as in a sparse matrix of ones: those of unit i are `indices[indptr[i]:indptr[i + 1]]`, itself among them
(that is the star).  Ord and Getis 1995; the permutations are conditional as in Anselin 1995: unit i keeps its own count
and is given those of others, drawn without replacement.
"""

from typing import Any, TypedDict

import numpy as np

from linli.engines.hotspots.points import Reals, Whole, columns

ROUNDING = 1e-9


class Hot(TypedDict):
    """z: the statistic in standard deviations.  hot, cold: the shares of permutations with a sum as high, as low."""

    z: Reals
    hot: Reals
    cold: Reals


def within(*, x: Any, y: Any, radius: float) -> tuple[Whole, Whole]:
    """Neighbours: all units within `radius` metres, and the unit itself. (indptr, indices), indices ascending."""
    from scipy.spatial import cKDTree

    x, y = columns(x, y)
    if not len(x):
        return np.zeros(1, np.int64), np.zeros(0, np.int64)
    pairs = cKDTree(np.column_stack([x, y])).query_pairs(radius, output_type="ndarray").astype(np.int64)
    own = np.arange(len(x))
    of = np.concatenate([pairs[:, 0], pairs[:, 1], own])
    to = np.concatenate([pairs[:, 1], pairs[:, 0], own])
    order = np.lexsort((to, of))
    return np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(x)))]), to[order]


def gi_star(*, values: Any, indptr: Any, indices: Any, permutations: int = 999, seed: int = 0) -> Hot:
    """The statistic of each unit, and how often chance gives as much.

    values: (n,) counts or rates.  Where all are equal, or there is one unit, z is 0 and both shares are 1.

    All units share their draws (as esda's do): each permutation is a row of distinct units, of which unit i takes as
    many as it has neighbours, itself left out. So the sums over the first k of each row are sorted once for each k, and
    a unit looks up its place among them; only the few rows that name the unit itself are put right.

    Raises:
        ValueError: a value is no number, or the neighbours do not fit or leave a unit out of its own.
    """
    values, indptr, indices = checked(values, indptr, indices)
    number = len(values)
    z = statistic(values, indptr, indices)
    others = np.diff(indptr) - 1
    if number < 2 or permutations < 1 or np.ptp(values) == 0:
        return Hot(z=z, hot=np.ones(number), cold=np.ones(number))
    rows = draws(number, int(others.max(initial=0)), permutations, seed)
    sums = np.concatenate([np.zeros((1, permutations)), np.cumsum(values[rows.T], axis=0)])
    seen = np.add.reduceat(values[indices], indptr[:-1]) - values  # what the neighbours really have
    slack = ROUNDING * max(1.0, float(np.abs(values).max()))
    high, low = np.zeros(number, np.int64), np.zeros(number, np.int64)
    for size in np.unique(others):
        of = np.flatnonzero(others == size)
        ranked = np.sort(sums[size])
        high[of] = permutations - np.searchsorted(ranked, seen[of] - slack, "left")
        low[of] = np.searchsorted(ranked, seen[of] + slack, "right")
    _put_right(rows, sums, values, others, seen, slack, high, low)
    return Hot(z=z, hot=(high + 1) / (permutations + 1), cold=(low + 1) / (permutations + 1))


def _put_right(
    rows: Whole, sums: Reals, values: Reals, others: Whole, seen: Reals, slack: float, high: Whole, low: Whole
) -> None:
    """Where a row names the unit among the first k, the unit takes the first k + 1 without itself."""
    row, place = np.divmod(np.arange(rows.size), rows.shape[1])
    unit = rows.ravel()
    named = place < others[unit]
    row, unit = row[named], unit[named]
    wrong = sums[others[unit], row]
    right = sums[others[unit] + 1, row] - values[unit]
    for counts, was, now in (
        (high, wrong >= seen[unit] - slack, right >= seen[unit] - slack),
        (low, wrong <= seen[unit] + slack, right <= seen[unit] + slack),
    ):
        counts += np.bincount(unit, now, minlength=len(values)).astype(np.int64)
        counts -= np.bincount(unit, was, minlength=len(values)).astype(np.int64)


def plain(*, values: Any, indptr: Any, indices: Any, permutations: int = 999, seed: int = 0) -> Hot:
    """The same, one unit and one permutation after the other: what tests hold `gi_star` to."""
    values, indptr, indices = checked(values, indptr, indices)
    number = len(values)
    hot, cold = np.ones(number), np.ones(number)
    if number > 1 and permutations >= 1 and np.ptp(values) > 0:
        rows = draws(number, int(np.diff(indptr).max() - 1), permutations, seed)
        slack = ROUNDING * max(1.0, float(np.abs(values).max()))
        for i in range(number):
            around = indices[indptr[i] : indptr[i + 1]]
            seen = values[around].sum()
            drawn = [values[i] + values[[unit for unit in row if unit != i][: len(around) - 1]].sum() for row in rows]
            hot[i] = (1 + sum(each >= seen - slack for each in drawn)) / (permutations + 1)
            cold[i] = (1 + sum(each <= seen + slack for each in drawn)) / (permutations + 1)
    return Hot(z=statistic(values, indptr, indices), hot=hot, cold=cold)


def statistic(values: Reals, indptr: Whole, indices: Whole) -> Reals:
    """Gi* in standard deviations, by the formula of Ord and Getis 1995 (14) with weights of one."""
    number = len(values)
    spread = values.std() if number else 0.0
    around = np.diff(indptr)
    sums = np.add.reduceat(values[indices], indptr[:-1]) if number else values
    found = np.zeros(number)
    scale = spread * np.sqrt(np.maximum(number * around - around**2, 0) / max(number - 1, 1))
    told = scale > ROUNDING * max(1.0, float(np.abs(values).max(initial=0)))
    found[told] = (sums - values.mean() * around)[told] / scale[told] if told.any() else 0
    return found


def draws(number: int, most: int, permutations: int, seed: int) -> Whole:
    """(permutations, most + 1) distinct units in each row, every order as likely; all units where they are no more."""
    chance = np.random.default_rng(seed)
    width = min(most + 1, number)
    if width * width * 4 > number:
        return np.argsort(chance.random((permutations, number)), axis=1)[:, :width]
    rows = chance.integers(0, number, (permutations, width))
    while True:
        twice = np.flatnonzero((np.diff(np.sort(rows, axis=1), axis=1) == 0).any(axis=1))
        if not len(twice):
            return rows
        rows[twice] = chance.integers(0, number, (len(twice), width))


def checked(values: Any, indptr: Any, indices: Any) -> tuple[Reals, Whole, Whole]:
    (values,) = columns(values, names=("value",))
    indptr, indices = np.asarray(indptr, np.int64), np.asarray(indices, np.int64)
    number = len(values)
    if len(indptr) != number + 1 or indptr[0] != 0 or indptr[-1] != len(indices) or (np.diff(indptr) < 0).any():
        raise ValueError("the neighbours do not fit the values")
    if len(indices) and (indices.min() < 0 or indices.max() >= number):
        raise ValueError("a neighbour is no unit")
    of = np.repeat(np.arange(number), np.diff(indptr))
    if (np.bincount(of[of == indices], minlength=number) != 1).any():
        raise ValueError("each unit is among its own neighbours, once")
    return values, indptr, indices
