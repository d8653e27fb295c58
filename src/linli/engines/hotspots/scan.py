"""The space-time scan statistic: which cylinder (places around a middle, days in a row) holds too much to be chance.

Kulldorff 1997 and 2001; the space-time permutation model by Kulldorff and others 2005.  `counts` and `expected` are
(places, steps): what was counted, and what was to be expected there and then, with the same sum. All middles, radii and
runs of steps are tried; the one with the greatest likelihood ratio is compared with the greatest of as many tables
made by chance, so that p answers for having looked everywhere.

Two models say what chance is: under "poisson" each of the cases falls into a place and step by what is expected there;
under "permutation" the cases keep their places and are dealt the steps of others, so that neither a busy place nor a
busy week is a finding, only what both together do not explain.
"""

import math
from collections.abc import Iterator
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from linli.engines.hotspots.points import Reals, Whole, columns

POISSON, PERMUTATION = "poisson", "permutation"
FEWEST = 2  # cases in a cylinder worth naming
TIE = 1e-12
BATCH = 64  # tables of chance at a time
MOST = 20  # cylinders told


class Windows(TypedDict):
    """Which cylinders are tried.  order: (n, n) places from each middle outwards.  ends: (n, n) whether a circle may
    end there: not between places equally far away.  sizes: (n,) how many are taken at most."""

    order: NDArray[np.int32]
    ends: NDArray[np.bool_]
    sizes: Whole


class Cylinder(TypedDict):
    """places: indices of its places.  first, last: its steps, both included.  p: of the scan as a whole."""

    middle: int
    places: list[int]
    first: int
    last: int
    observed: float
    expected: float
    ratio: float
    p: float


class Scan(TypedDict):
    """cylinders: the best of each, without common places, the best first.  tables: how many were made by chance."""

    cylinders: list[Cylinder]
    tables: int


def likelihood_ratio(observed: float, expected: float, total: float) -> float:
    """log of the Poisson likelihood ratio of more inside than out; 0 where there is no more than expected.

    Source: Kulldorff 1997, as SaTScan prints it.
    """
    if observed <= expected or observed < FEWEST:
        return 0.0
    found = observed * math.log(observed / expected)
    if total > observed:
        found += (total - observed) * math.log((total - observed) / (total - expected))
    return found


def windows(*, x: Any, y: Any, weight: Any, share: float = 0.5, radius: float = math.inf) -> Windows:
    """The circles around each place: up to this share of all weight, and to this radius in metres."""
    x, y, weight = columns(x, y, weight, names=("x", "y", "weight"))
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    order = np.argsort(apart, axis=1, kind="stable").astype(np.int32)
    far = np.take_along_axis(apart, order, 1)
    ends = np.ones(far.shape, np.bool_)
    ends[:, :-1] = far[:, 1:] > far[:, :-1] * (1 + TIE) + TIE
    fits = (np.cumsum(weight[order], axis=1) <= share * weight.sum() * (1 + TIE)) & (far <= radius)
    return Windows(order=order, ends=ends, sizes=np.cumprod(fits, axis=1).sum(axis=1).astype(np.int64))


def scan(
    *,
    counts: Any,
    x: Any,
    y: Any,
    expected: Any = None,
    model: str = PERMUTATION,
    longest: int | None = None,
    prospective: bool = False,
    share: float = 0.5,
    radius: float = math.inf,
    permutations: int = 999,
    seed: int = 0,
) -> Scan:
    """The cylinders that hold the most beyond what is expected, with a Monte Carlo p each.

    counts: (places, steps) whole numbers.  expected: the same shape, any scale, for "poisson"; "permutation" works it
    out.  longest: steps of a cylinder at most, half of all by default.  prospective: only those that last to the end.
    share, radius: how large a circle grows.  The same seed gives the same answer, also on any number of threads.

    Raises:
        ValueError: a shape, count or choice that does not fit.
    """
    asked = prepared(counts, x, y, expected, model, longest, prospective, share, radius)
    if asked is None:
        return Scan(cylinders=[], tables=permutations)
    return told(asked, best_of_each(asked), maxima(asked, model, permutations, seed), permutations)


class Asked(TypedDict):
    """A question that fits, with all that it needs."""

    counts: Whole
    expected: Reals
    windows: Windows
    longest: int
    prospective: bool


def prepared(
    counts: Any, x: Any, y: Any, expected: Any, model: str, longest: int | None, prospective: bool, share: float,
    radius: float,
) -> Asked | None:  # fmt: skip
    """None where nothing can be found: no place, no step, or fewer cases than a finding has."""
    counts = np.asarray(counts)
    if counts.ndim != 2 or len(counts) != len(np.ravel(x)):
        raise ValueError("counts are a table of places and steps, with a position for each place")
    if counts.size and ((counts < 0).any() or (counts != np.floor(counts)).any()):
        raise ValueError("counts are whole numbers, 0 or more")
    if model not in (POISSON, PERMUTATION):
        raise ValueError(f"a model is {POISSON} or {PERMUTATION}, not {model}")
    counts = counts.astype(np.int64)
    total = counts.sum()
    if not counts.size or total < FEWEST:
        return None
    if model == PERMUTATION:
        expected = np.outer(counts.sum(1), counts.sum(0)) / total
    expected = np.asarray(expected, np.float64)
    if expected.shape != counts.shape or not (np.isfinite(expected) & (expected >= 0)).all() or not expected.sum():
        raise ValueError("expected is a table like counts, with numbers of 0 or more")
    if (counts[expected == 0] > 0).any():
        raise ValueError("something was counted where nothing can be expected")
    expected = expected * (total / expected.sum())
    steps = counts.shape[1]
    longest = max(1, steps // 2) if longest is None else longest
    if not 1 <= longest <= steps:
        raise ValueError(f"a cylinder lasts 1 to {steps} steps, not {longest}")
    circles = windows(x=x, y=y, weight=expected.sum(1), share=share, radius=radius)
    return Asked(counts=counts, expected=expected, windows=circles, longest=longest, prospective=prospective)


def tables(asked: Asked, model: str, permutations: int, seed: int) -> Iterator[Whole]:
    """Tables as chance makes them, some at a time: (some, places, steps). Drawn by one thread, so that the number of
    threads that look through them makes no difference."""
    chance = np.random.default_rng(seed)
    shape = asked["counts"].shape
    total = int(asked["counts"].sum())
    places, steps = np.nonzero(asked["counts"])
    often = asked["counts"][places, steps]
    place, step = np.repeat(places, often), np.repeat(steps, often)
    shares = (asked["expected"] / asked["expected"].sum()).ravel()
    for begun in range(0, permutations, BATCH):
        number = min(BATCH, permutations - begun)
        if model == PERMUTATION:
            dealt = chance.permuted(np.tile(step, (number, 1)), axis=1)
            at = place[None, :] * shape[1] + dealt
        else:
            at = np.searchsorted(np.cumsum(shares), chance.random((number, total)), "right")
            at = np.minimum(at, np.flatnonzero(shares)[-1])
        at += np.arange(number)[:, None] * (shape[0] * shape[1])
        yield np.bincount(at.ravel(), minlength=number * shape[0] * shape[1]).reshape(number, *shape)


def maxima(asked: Asked, model: str, permutations: int, seed: int) -> Reals:
    """The greatest ratio in each table of chance."""
    found = []
    for some in tables(asked, model, permutations, seed):
        for table in some:
            dealt = Asked(
                counts=table, expected=asked["expected"], windows=asked["windows"], longest=asked["longest"],
                prospective=asked["prospective"],
            )  # fmt: skip
            found.append(max((ratio for ratio, *_where in best_of_each(dealt)), default=0.0))
    return np.array(found)


Best = tuple[float, int, int, int, int]
"""ratio, middle, number of places, first step, step after the last."""


def best_of_each(asked: Asked) -> list[Best]:
    """The best cylinder around each middle that has one; of equals the first, going outwards and then on in time."""
    counts, expected = asked["counts"].astype(np.float64), asked["expected"]
    order, ends, sizes = asked["windows"]["order"], asked["windows"]["ends"], asked["windows"]["sizes"]
    total = float(counts.sum())
    first, end = spans(counts.shape[1], asked["longest"], asked["prospective"])
    found: list[Best] = []
    for middle in range(len(counts)):
        circles = np.flatnonzero(ends[middle, : sizes[middle]])
        if not len(circles):
            continue
        inside = order[middle, : sizes[middle]]
        many, awaited = (_up_to_each_step(table[inside])[circles] for table in (counts, expected))
        ratios = _ratios(many[:, end] - many[:, first], awaited[:, end] - awaited[:, first], total).ravel()
        best = int(np.flatnonzero(ratios >= ratios.max() - TIE)[0])
        circle, span = divmod(best, len(first))
        if ratios[best] > TIE:
            found.append((float(ratios[best]), middle, int(circles[circle]) + 1, int(first[span]), int(end[span])))
    return found


def _up_to_each_step(table: Reals) -> Reals:
    """Sums over the first places and the steps before each: (places, steps + 1)."""
    found = np.zeros((table.shape[0], table.shape[1] + 1))
    found[:, 1:] = np.cumsum(np.cumsum(table, axis=0), axis=1)
    return found


def _ratios(observed: Reals, expected: Reals, total: float) -> Reals:
    """`likelihood_ratio` of each."""
    more = (observed > expected) & (observed >= FEWEST)
    inside, due = np.where(more, observed, 1), np.where(more, expected, 1)
    rest, left = np.where(more, total - observed, 1), np.where(more, total - expected, 1)
    outside = np.where(rest > 0, rest * np.log(np.where(rest > 0, rest / np.where(left > 0, left, 1), 1)), 0)
    return np.where(more, inside * np.log(inside / due) + outside, 0)


def spans(steps: int, longest: int, prospective: bool) -> tuple[Whole, Whole]:
    """The runs of steps that are tried: the first of each, and the one after the last."""
    first, end = (each.ravel() for each in np.meshgrid(np.arange(steps), np.arange(1, steps + 1), indexing="ij"))
    tried = (end > first) & (end - first <= longest) & ((end == steps) | (not prospective))
    return first[tried], end[tried]


def told(asked: Asked, best: list[Best], chance: Reals, permutations: int) -> Scan:
    """The cylinders without common places, the best first, and how often chance does as well."""
    counts, expected = asked["counts"], asked["expected"]
    taken: set[int] = set()
    cylinders: list[Cylinder] = []
    for ratio, middle, size, first, end in sorted(best, key=lambda each: (-each[0], each[1])):
        places = [int(place) for place in asked["windows"]["order"][middle, :size]]
        if taken & set(places) or len(cylinders) == MOST:
            continue
        taken |= set(places)
        cylinders.append(
            Cylinder(
                middle=middle,
                places=places,
                first=first,
                last=end - 1,
                observed=float(counts[places, first:end].sum()),
                expected=float(expected[places, first:end].sum()),
                ratio=ratio,
                p=float(1 + (chance >= ratio - TIE).sum()) / (permutations + 1),
            )
        )
    return Scan(cylinders=cylinders, tables=permutations)
