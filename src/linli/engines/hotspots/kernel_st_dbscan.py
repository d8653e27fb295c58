"""`st_dbscan` in machine code, without making the pairs.

Points are sorted into square columns whose diagonal is the radius, and by time within each. So all points of a column
within the days of each other are neighbours without measuring; the neighbours of a point lie in 25 columns, in each of
them side by side; and what is looked through moves on with the time and never back. Cores of one column that follow
each other within the days are one run: runs are joined, not points, and a run that is joined already is passed over.
"""

from typing import Any

import numpy as np
from numba import njit, prange

from linli.engines.hotspots.points import Reals, Whole
from linli.engines.hotspots.st_dbscan import NOISE, Clusters, check

SIDE = 0.7071067  # of the radius: a hair below the square root of a half
WIDE = 1 << 31
SLACK = 1e-6  # days: `t - days` is rounded; what lies on the edge is decided by the difference, as in the reference
# The columns that can hold a point within the radius: two away each way; the corners for that hair.
AROUND = np.array([(a, b) for a in range(-2, 3) for b in range(-2, 3)], np.int64)


def st_dbscan(*, x: Any, y: Any, t: Any, radius: float, days: float, least: int) -> Clusters:
    """See `linli.engines.hotspots.st_dbscan.st_dbscan`."""
    x, y, t = check(x, y, t, radius, days, least)
    if not len(x):
        return Clusters(labels=np.zeros(0, np.int64), core=np.zeros(0, np.bool_))
    order, starts, beside = _sorted_into_columns(x, y, t, radius * SIDE)
    x, y, t = x[order], y[order], t[order]
    radius, days = float(radius), float(days)
    core = _cores(x, y, t, starts, beside, radius * radius, days, least)
    runs, ends = _runs(t, core, starts, days)
    root = _join(x, y, t, core, starts, beside, runs, ends, radius * radius, days)
    nearest = _nearest_core(x, y, t, core, starts, beside, radius * radius, days, order)
    return _as_given(order, core, runs, root, nearest)


def warm() -> None:
    st_dbscan(x=[0.0, 1.0, 9.0], y=[0.0, 1.0, 9.0], t=[0.0, 1.0, 9.0], radius=3.0, days=3.0, least=2)


def _sorted_into_columns(x: Reals, y: Reals, t: Reals, side: float) -> tuple[Whole, Whole, Whole]:
    """The order of points, where each column begins in it, and for each column those around it (-1 for none)."""
    across, up = np.floor((x - x.min()) / side), np.floor((y - y.min()) / side)
    if max(across.max(), up.max()) >= WIDE:
        raise ValueError("the points lie too far apart for so small a radius")
    key = across.astype(np.int64) * WIDE + up.astype(np.int64)
    order = np.argsort(t, kind="stable")
    order = order[np.argsort(key[order], kind="stable")]
    sorted_key = key[order]
    starts = np.concatenate([[0], np.flatnonzero(np.diff(sorted_key)) + 1, [len(x)]])
    keys = sorted_key[starts[:-1]]
    wanted = keys[:, None] + (AROUND[:, 0] * WIDE + AROUND[:, 1])[None, :]
    # A column at the lower edge has none below: its key less one is the top of the strip before, which is far away, and
    # measuring finds nothing there.
    found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return order, starts, np.where(keys[found] == wanted, found, -1)


@njit(cache=True, nogil=True)
def _begins(starts, around):  # type: ignore[no-untyped-def]
    """Where each of the columns around begins; 0 for none."""
    found = np.zeros(len(around), np.int64)
    for k in range(len(around)):
        if around[k] >= 0:
            found[k] = starts[around[k]]
    return found


@njit(cache=True, nogil=True)
def _since(t, j, stop, first):  # type: ignore[no-untyped-def]
    """The first place from j on that is not before this time."""
    while j < stop and t[j] < first:
        j += 1
    return j


@njit(cache=True, nogil=True)
def _counted(x, y, t, i, j, stop, square, days, number, least):  # type: ignore[no-untyped-def]
    """How many neighbours with those of one more column; no further than `least`."""
    while j < stop and number < least and t[j] - t[i] <= days:
        if (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 <= square and t[i] - t[j] <= days:
            number += 1
        j += 1
    return number


@njit(parallel=True, cache=True, nogil=True)
def _cores(x, y, t, starts, beside, square, days, least):  # type: ignore[no-untyped-def]
    core = np.zeros(len(x), np.bool_)
    for own in prange(len(starts) - 1):
        low = _begins(starts, beside[own])
        begin, end = starts[own], starts[own]
        for i in range(starts[own], starts[own + 1]):
            while t[i] - t[begin] > days:
                begin += 1
            while end < starts[own + 1] and t[end] - t[i] <= days:
                end += 1
            number = end - begin
            for k in range(beside.shape[1]):
                other = beside[own, k]
                if number >= least:
                    break
                if other >= 0 and other != own:
                    low[k] = _since(t, low[k], starts[other + 1], t[i] - days - SLACK)
                    number = _counted(x, y, t, i, low[k], starts[other + 1], square, days, number, least)
            core[i] = number >= least
    return core


@njit(cache=True, nogil=True)
def _runs(t, core, starts, days):  # type: ignore[no-untyped-def]
    """Of each core its run, and of each run the place after its last core."""
    runs = np.full(len(t), -1, np.int64)
    ends = np.empty(len(t), np.int64)
    number = -1
    for own in range(len(starts) - 1):
        before = -1
        for i in range(starts[own], starts[own + 1]):
            if core[i]:
                if before < 0 or t[i] - t[before] > days:
                    number += 1
                runs[i] = number
                ends[number] = i + 1
                before = i
    return runs, ends[: number + 1]


@njit(cache=True, nogil=True)
def _root(parents, run):  # type: ignore[no-untyped-def]
    while parents[run] != run:
        parents[run] = parents[parents[run]]
        run = parents[run]
    return run


@njit(cache=True, nogil=True)
def _meet(x, y, t, core, runs, ends, parents, i, j, stop, square, days):  # type: ignore[no-untyped-def]
    """Join the run of core i with the runs of one column that have a core near it."""
    mine = _root(parents, runs[i])
    while j < stop and t[j] - t[i] <= days:
        if core[j]:
            theirs = _root(parents, runs[j])
            near = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 <= square and t[i] - t[j] <= days
            if near and theirs != mine:
                parents[max(mine, theirs)] = min(mine, theirs)
                mine = min(mine, theirs)
            if near or theirs == mine:
                j = ends[runs[j]] - 1
        j += 1


@njit(cache=True, nogil=True)
def _join(x, y, t, core, starts, beside, runs, ends, square, days):  # type: ignore[no-untyped-def]
    parents = np.arange(len(ends))
    for own in range(len(starts) - 1):
        low = _begins(starts, beside[own])
        for i in range(starts[own], starts[own + 1]):
            if not core[i]:
                continue
            for k in range(beside.shape[1]):
                other = beside[own, k]
                if other > own:  # each pair of columns once
                    low[k] = _since(t, low[k], starts[other + 1], t[i] - days - SLACK)
                    _meet(x, y, t, core, runs, ends, parents, i, low[k], starts[other + 1], square, days)
    for run in range(len(parents)):
        parents[run] = _root(parents, run)
    return parents


@njit(cache=True, nogil=True)
def _nearer(x, y, t, core, order, i, j, stop, square, days, best):  # type: ignore[no-untyped-def]
    """The nearest core to i: `best`, or one of this column."""
    while j < stop and t[j] - t[i] <= days:
        if core[j] and t[i] - t[j] <= days:
            far = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2
            if far <= square and (best < 0 or _before(x, y, t, order, i, j, best, far)):
                best = j
        j += 1
    return best


@njit(cache=True, nogil=True)
def _before(x, y, t, order, i, j, best, far):  # type: ignore[no-untyped-def]
    """Whether core j is nearer to i than `best`: in space, then in time, then by its place in the input."""
    held = (x[i] - x[best]) ** 2 + (y[i] - y[best]) ** 2
    if far != held:
        return far < held
    wait, waited = abs(t[i] - t[j]), abs(t[i] - t[best])
    return wait < waited or (wait == waited and order[j] < order[best])


@njit(parallel=True, cache=True, nogil=True)
def _nearest_core(x, y, t, core, starts, beside, square, days, order):  # type: ignore[no-untyped-def]
    """Of each point that is no core the nearest core that is its neighbour, or -1."""
    found = np.full(len(x), -1, np.int64)
    for own in prange(len(starts) - 1):
        low = _begins(starts, beside[own])
        for i in range(starts[own], starts[own + 1]):
            if core[i]:
                continue
            for k in range(beside.shape[1]):
                other = beside[own, k]
                if other >= 0:
                    low[k] = _since(t, low[k], starts[other + 1], t[i] - days - SLACK)
                    found[i] = _nearer(x, y, t, core, order, i, low[k], starts[other + 1], square, days, found[i])
    return found


def _as_given(order: Whole, core: Any, runs: Whole, root: Whole, nearest: Whole) -> Clusters:
    """The answer in the order of the input, clusters numbered by their first cores."""
    mark = np.full(len(order), NOISE, np.int64)
    mark[core] = root[runs[core]]
    joined = nearest >= 0
    mark[joined] = root[runs[nearest[joined]]]
    labels, cores = np.empty_like(mark), np.empty_like(core)
    labels[order], cores[order] = mark, core
    marks, first = np.unique(labels[cores], return_index=True)
    if len(marks):
        number = np.full(int(marks.max()) + 1, NOISE, np.int64)
        number[marks] = np.argsort(np.argsort(first))
        labels[labels >= 0] = number[labels[labels >= 0]]
    return Clusters(labels=labels, core=cores)
