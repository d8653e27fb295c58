"""ST-DBSCAN: points that lie close both in space and in time, and those that only lie near them.

Birant and Kut 2007, without their third measure.  Two points are neighbours within `radius` metres and `days` days of
each other, both included; a point is a neighbour of itself.  A point with `least` neighbours is a core; cores that are
neighbours are one cluster.  Any other point joins the cluster of the neighbouring core that is nearest (in space, then
in time, then by its place in the input), so that the answer does not hang on the order of reading, as DBSCAN's does.
"""

from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from linli.engines.hotspots.points import Reals, Whole, columns, positive

NOISE = -1


class Clusters(TypedDict):
    """labels: the number of each point's cluster, -1 for none.  core: whether it is a core.

    Clusters are numbered in the order of their first cores in the input.
    """

    labels: Whole
    core: NDArray[np.bool_]


def st_dbscan(*, x: Any, y: Any, t: Any, radius: float, days: float, least: int) -> Clusters:
    """The clusters of points; x, y: (n,) metres, t: (n,) days.

    By all pairs of neighbours: plain, and as heavy as there are pairs.

    Raises:
        ValueError: a coordinate is no number, radius or days is not above 0, or least is below 1.
    """
    x, y, t = check(x, y, t, radius, days, least)
    of, to = _pairs(x, y, t, radius, days)
    core = np.bincount(of, minlength=len(x)) >= least
    return Clusters(labels=_labels(x, y, t, core, of, to), core=core)


def check(x: Any, y: Any, t: Any, radius: float, days: float, least: int) -> list[Reals]:
    positive(radius=radius, days=days)
    if least < 1:
        raise ValueError(f"a cluster needs 1 point at least, not {least}")
    return columns(x, y, t)


def _pairs(x: Reals, y: Reals, t: Reals, radius: float, days: float) -> tuple[Whole, Whole]:
    """All pairs of neighbours, both ways, and each point with itself."""
    from scipy.spatial import cKDTree

    own = np.arange(len(x))
    if not len(x):
        return own, own
    # A hair wider than the radius: what lies on the edge is decided below, as the kernel decides it.
    near = cKDTree(np.column_stack([x, y])).query_pairs(radius * (1 + 1e-9), output_type="ndarray").astype(np.int64)
    a, b = near[:, 0], near[:, 1]
    close = ((x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2 <= radius * radius) & (np.abs(t[a] - t[b]) <= days)
    a, b = a[close], b[close]
    return np.concatenate([a, b, own]), np.concatenate([b, a, own])


def _labels(x: Reals, y: Reals, t: Reals, core: NDArray[np.bool_], of: Whole, to: Whole) -> Whole:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    labels = np.full(len(x), NOISE, np.int64)
    if not core.any():
        return labels
    cores = np.flatnonzero(core)
    place = np.cumsum(core) - 1
    linked = core[of] & core[to]
    graph = coo_array((np.ones(linked.sum()), (place[of[linked]], place[to[linked]])), shape=(len(cores), len(cores)))
    found = connected_components(graph, directed=False)[1].astype(np.int64)
    _, first = np.unique(found, return_index=True)
    labels[cores] = np.argsort(np.argsort(first))[found]
    edge = ~core[of] & core[to]
    a, b = of[edge], to[edge]
    near = np.lexsort((b, np.abs(t[a] - t[b]), (x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2, a))
    a, b = a[near], b[near]
    joined, first = np.unique(a, return_index=True)
    labels[joined] = labels[b[first]]
    return labels
