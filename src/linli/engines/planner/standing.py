"""A plan in the making: which way each camera looks for now, and what another way would add."""

import numpy as np

from linli.engines.planner.problem import NONE, Numbers
from linli.engines.planner.reducing import Reduced

Key = tuple[int, int, int]


class Ways:
    """What stays the same during a search: the ways of each camera, laid out for quick sums.

    spans: the rows of each column.  flat: per camera the rows of its ways one after the other, and whose they are.
    cheapest (n,): the least money each camera costs, whatever it shows.  near: cameras that share rows with it.
    price: how much weight a unit of money is worth, about.
    """

    def __init__(self, small: Reduced) -> None:
        n = len(small.idle)
        order = np.argsort(small.camera, kind="stable")
        cuts = np.searchsorted(small.camera[order], np.arange(n + 1))
        self.small = small
        self.of = [order[cuts[camera] : cuts[camera + 1]] for camera in range(n)]
        self.cameras = [camera for camera in range(n) if len(self.of[camera])]
        self.spans = [small.sees(column) for column in range(len(small.camera))]
        self.flat = [self._flat(camera) for camera in range(n)]
        self.near = [self._near(camera) for camera in range(n)]
        self.cheapest = small.idle.astype(np.int64)
        np.minimum.at(self.cheapest, small.camera, small.cost)
        self.extra = small.cost - self.cheapest[small.camera]
        self.share = small.weight / small.views
        dearest = max(int(small.cost.max(initial=0)), int(small.idle.max(initial=0)), 1)
        self.price = float(small.weight.sum()) / max(n, 1) / dearest

    def _flat(self, camera: int) -> tuple[Numbers, Numbers]:
        spans = [self.spans[column] for column in self.of[camera]]
        rows = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
        return rows, np.repeat(np.arange(len(spans)), [len(span) for span in spans])

    def _near(self, camera: int) -> Numbers:
        rows = np.unique(self.flat[camera][0])
        columns = [self.small.seen_by(row) for row in rows]
        return np.unique(self.small.camera[np.concatenate(columns)]) if columns else np.zeros(0, dtype=np.int64)


class Standing:
    """The column of each camera, how often each row is seen, and what that is worth and costs."""

    def __init__(self, ways: Ways) -> None:
        self.ways, self.small = ways, ways.small
        self.choice = np.full(len(self.small.idle), NONE)
        self.times = np.zeros(len(self.small.weight), dtype=np.int64)
        self.cost, self.value = int(self.small.idle.sum()), 0

    @property
    def key(self) -> Key:
        """Less is better: what is missing of the demand, then the aim, then what is nice besides."""
        if self.small.target is not None:
            return max(0, self.small.target - self.value), self.cost, -self.value
        over = max(0, self.cost - self.small.budget) if self.small.budget is not None else 0
        return over, -self.value, self.cost

    @property
    def best(self) -> int:
        return self.cost if self.small.target is not None else self.value

    def put(self, camera: int, column: int) -> None:
        """Have a camera look that way, or nowhere."""
        small, old = self.small, int(self.choice[camera])
        self.cost -= int(small.idle[camera] if old == NONE else small.cost[old])
        self.cost += int(small.idle[camera] if column == NONE else small.cost[column])
        if old != NONE:
            rows = self.ways.spans[old]
            self.value -= int(small.weight[rows[self.times[rows] == small.views[rows]]].sum())
            self.times[rows] -= 1
        if column != NONE:
            rows = self.ways.spans[column]
            self.times[rows] += 1
            self.value += int(small.weight[rows[self.times[rows] == small.views[rows]]].sum())
        self.choice[camera] = column

    def adds(self, camera: int) -> tuple[Numbers, Numbers]:
        """(weight, weight with a first of two views counted half) that each way of a camera that shows nothing adds."""
        rows, owner = self.ways.flat[camera]
        times, views, number = self.times[rows], self.small.views[rows], len(self.ways.of[camera])
        whole = np.bincount(owner, weights=self.small.weight[rows] * (times == views - 1), minlength=number)
        parts = np.bincount(owner, weights=self.ways.share[rows] * (times < views), minlength=number)
        return whole, parts

    def kept(self) -> tuple[Numbers, Numbers, int, int]:
        return self.choice.copy(), self.times.copy(), self.cost, self.value

    def back(self, kept: tuple[Numbers, Numbers, int, int]) -> None:
        self.choice, self.times, self.cost, self.value = kept[0].copy(), kept[1].copy(), kept[2], kept[3]
