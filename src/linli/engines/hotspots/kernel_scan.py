"""`scan` in machine code: each middle, radius and run of steps in nested loops, the tables of chance on all threads."""

import math
from typing import Any

import numpy as np
from numba import njit, prange

from linli.engines.hotspots.points import Reals
from linli.engines.hotspots.scan import FEWEST, PERMUTATION, TIE, Asked, Best, Scan, prepared, tables, told


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
    """See `linli.engines.hotspots.scan.scan`."""
    asked = prepared(counts, x, y, expected, model, longest, prospective, share, radius)
    if asked is None:
        return Scan(cylinders=[], tables=permutations)
    own: Any = _best(*_arrays(asked), asked["counts"])  # type: ignore[call-arg]
    best: list[Best] = [
        (float(row[0]), middle, int(row[1]), int(row[2]), int(row[3])) for middle, row in enumerate(own) if row[0]
    ]
    return told(asked, best, maxima(asked, model, permutations, seed), permutations)


def maxima(asked: Asked, model: str, permutations: int, seed: int) -> Reals:
    """The greatest ratio in each table of chance."""
    found: list[Any] = [
        _maxima(*_arrays(asked), some)  # type: ignore[call-arg]
        for some in tables(asked, model, permutations, seed)
    ]
    return np.concatenate(found) if found else np.zeros(0)


def warm() -> None:
    scan(counts=[[1, 2, 0], [0, 1, 3]], x=[0.0, 1.0], y=[0.0, 1.0], permutations=3)


def _arrays(asked: Asked) -> tuple[Any, ...]:
    circles = asked["windows"]
    return (asked["expected"], circles["order"], circles["ends"], circles["sizes"], asked["longest"],
            asked["prospective"])  # fmt: skip


@njit(cache=True, nogil=True)
def _best_span(many, awaited, longest, prospective, total, places, best):  # type: ignore[no-untyped-def]
    """The same over the runs of steps of one circle. many, awaited: sums up to each step."""
    steps = len(many) - 1
    for first in range(max(0, steps - longest) if prospective else 0, steps):
        for end in range(steps if prospective else first + 1, min(steps, first + longest) + 1):
            inside, due = many[end] - many[first], awaited[end] - awaited[first]
            if inside <= due or inside < FEWEST:
                continue
            # log a ≤ a - 1 bounds the ratio from above, without a logarithm: hardly any cylinder passes.
            if (inside - due) ** 2 * total <= best[0] * due * (total - due):
                continue
            ratio = inside * math.log(inside / due)
            if total > inside:
                ratio += (total - inside) * math.log((total - inside) / (total - due))
            if ratio > best[0] + TIE:
                best[0], best[1], best[2], best[3] = ratio, places, first, end


@njit(cache=True, nogil=True)
def _best_around(middle, expected, order, ends, size, longest, prospective, counts, total, best):  # type: ignore[no-untyped-def]
    """Write what beats `best` into it."""
    steps = counts.shape[1]
    seen, wanted = np.zeros(steps), np.zeros(steps)
    many, awaited = np.zeros(steps + 1), np.zeros(steps + 1)
    for place in range(size):
        of = order[middle, place]
        for step in range(steps):
            seen[step] += counts[of, step]
            wanted[step] += expected[of, step]
        if not ends[middle, place]:
            continue
        for step in range(steps):
            many[step + 1] = many[step] + seen[step]
            awaited[step + 1] = awaited[step] + wanted[step]
        _best_span(many, awaited, longest, prospective, total, place + 1, best)


@njit(parallel=True, cache=True, nogil=True)
def _best(expected, order, ends, sizes, longest, prospective, counts):  # type: ignore[no-untyped-def]
    found = np.zeros((len(counts), 4))
    total = float(counts.sum())
    for middle in prange(len(counts)):
        _best_around(middle, expected, order, ends, sizes[middle], longest, prospective, counts, total, found[middle])
    return found


@njit(parallel=True, cache=True, nogil=True)
def _maxima(expected, order, ends, sizes, longest, prospective, some):  # type: ignore[no-untyped-def]
    found = np.zeros(len(some))
    for table in prange(len(some)):
        total = float(some[table].sum())
        best = np.zeros(4)
        for middle in range(some.shape[1]):
            _best_around(middle, expected, order, ends, sizes[middle], longest, prospective, some[table], total, best)
        found[table] = best[0]
    return found
