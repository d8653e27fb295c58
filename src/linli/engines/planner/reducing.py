"""A smaller problem with the same best plans: no forbidden ways, no dominated ones, like points taken together.

Three things are left out that no best plan needs. A way to look that is forbidden. A way that sees nothing which
another way of the same camera does not see as well, at no greater cost. And points that differ in nothing, being seen
by the very same ways from as many cameras: they become one row with their common weight.
"""

from dataclasses import dataclass

import numpy as np

from linli.engines.planner.problem import Numbers, Problem


@dataclass(frozen=True)
class Reduced:
    """The rows and columns that are left. Over K options and R rows:

    option (K,): number in the problem.  camera, cost (K,).  starts (K + 1,), rows: the rows that each option sees.
    back_starts (R + 1,), back: the options that see each row.  weight, views (R,).
    idle (n,), budget, target: as in the problem.
    """

    option: Numbers
    camera: Numbers
    cost: Numbers
    starts: Numbers
    rows: Numbers
    back_starts: Numbers
    back: Numbers
    weight: Numbers
    views: Numbers
    idle: Numbers
    budget: int | None
    target: int | None

    def sees(self, column: int) -> Numbers:
        return self.rows[self.starts[column] : self.starts[column + 1]]

    def seen_by(self, row: int) -> Numbers:
        return self.back[self.back_starts[row] : self.back_starts[row + 1]]


def reduce(problem: Problem) -> Reduced:
    """Leave out what no best plan needs."""
    owner = np.repeat(np.arange(len(problem.camera)), np.diff(problem.starts))
    counts = problem.allowed[owner] & (problem.levels >= problem.need[problem.points])
    owner, points = owner[counts], problem.points[counts]
    reachable = _reachable(problem, owner, points)
    owner, points = owner[reachable[points]], points[reachable[points]]
    kept = np.flatnonzero(_undominated(problem, owner, points))
    place = np.full(len(problem.camera), -1)
    place[kept] = np.arange(len(kept))
    columns = place[owner]
    columns, points = columns[columns >= 0], points[columns >= 0]
    rows, weight, views = _merge(problem, columns, points)
    return _reduced(problem, kept, columns, rows[points], weight, views)


def _reachable(problem: Problem, owner: Numbers, points: Numbers) -> Numbers:
    """(p,): whether enough different cameras can see the point at all."""
    n = len(problem.idle)
    pairs = np.unique(points.astype(np.int64) * max(n, 1) + problem.camera[owner])
    return np.bincount(pairs // max(n, 1), minlength=len(problem.weight)) >= problem.views


def _undominated(problem: Problem, owner: Numbers, points: Numbers) -> Numbers:
    """(k,): the options that are left. Showing nothing, at the price of `idle`, is one of the ways of a camera."""
    kept = np.zeros(len(problem.camera), dtype=bool)
    order = np.argsort(problem.camera, kind="stable")
    cuts = np.searchsorted(problem.camera[order], np.arange(len(problem.idle) + 1))
    first = np.searchsorted(owner, np.arange(len(problem.camera) + 1))
    for camera in range(len(problem.idle)):
        options = order[cuts[camera] : cuts[camera + 1]]
        options = options[problem.allowed[options]]
        if len(options):
            seen = [points[first[option] : first[option + 1]] for option in options]
            kept[options] = _best_of(seen, problem.cost[options], int(problem.idle[camera]))
    return kept


def _best_of(seen: list[Numbers], cost: Numbers, idle: int) -> Numbers:
    """Which ways of one camera are neither worse than another, nor equal to an earlier one."""
    union, columns = np.unique(np.concatenate(seen), return_inverse=True)
    table = np.zeros((len(seen) + 1, len(union)), dtype=np.float32)  # the last row: nothing is seen
    sizes = np.array([len(each) for each in seen])
    table[np.repeat(np.arange(len(seen)), sizes), columns] = 1
    cost, sizes = np.r_[cost, idle], np.r_[sizes, 0]
    within = (table @ table.T >= sizes[:, None] - 0.5) & (cost[None, :] <= cost[:, None])  # [i, j]: j does for i
    same = within & within.T
    number = np.arange(len(sizes))
    first = np.where(number == len(seen), -1, number)  # showing nothing goes before its equals
    worse = within & (~same | (first[None, :] < first[:, None]))
    return ~worse.any(axis=1)[:-1]


def _merge(problem: Problem, columns: Numbers, points: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """(row of each point or -1, weight, views): points that the same options see are one row."""
    order = np.lexsort((columns, points))
    columns, points = columns[order].astype(np.int32), points[order]
    cuts = np.searchsorted(points, np.arange(len(problem.weight) + 1))
    number: dict[tuple[int, bytes], int] = {}
    rows = np.full(len(problem.weight), -1)
    for point in np.unique(points):
        key = (int(problem.views[point]), columns[cuts[point] : cuts[point + 1]].tobytes())
        rows[point] = number.setdefault(key, len(number))
    weight = np.bincount(rows[rows >= 0], weights=problem.weight[rows >= 0], minlength=len(number)).astype(np.int64)
    return rows, weight, np.array([views for views, _ in number], dtype=np.int64)


def _reduced(
    problem: Problem, kept: Numbers, columns: Numbers, rows: Numbers, weight: Numbers, views: Numbers
) -> Reduced:
    pairs = np.unique(columns.astype(np.int64) * max(len(weight), 1) + rows)
    columns, rows = pairs // max(len(weight), 1), pairs % max(len(weight), 1)
    turned = np.argsort(rows, kind="stable")
    return Reduced(
        option=kept, camera=problem.camera[kept], cost=problem.cost[kept],
        starts=np.searchsorted(columns, np.arange(len(kept) + 1)), rows=rows,
        back_starts=np.searchsorted(rows[turned], np.arange(len(weight) + 1)), back=columns[turned],
        weight=weight, views=views, idle=problem.idle, budget=problem.budget, target=problem.target,
    )  # fmt: skip
