"""What a planner is asked, and what it answers. Arrays and plain numbers; no I/O."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
NONE = -1  # the choice of a camera that shows nothing


class Impossible(ValueError):
    """No plan meets the demand. least: the money that is needed at least, None where it is not money that is short."""

    def __init__(self, message: str, least: int | None = None) -> None:
        super().__init__(message)
        self.least = least


@dataclass(frozen=True)
class Problem:
    """Which way each camera may look, what it sees then, and what is wanted.

    Over k ways to look ("options") of n cameras or sites, and p points:
    camera (k,): whose way it is, 0 ≤ camera < n.      cost (k,): money, whole and not negative.
    allowed (k,): False where a window would be seen.   starts (k + 1,), points (m,), levels (m,): the points that
    option i sees are points[starts[i]:starts[i + 1]], each once, with a density class in `levels` (higher is denser).
    weight (p,): how much a point counts, whole and above 0.   need (p,): the least density class that counts there.
    views (p,): from how many cameras it is to be seen, 1 or more.
    idle (n,): money for having camera i show nothing; 0 at a site where nothing stands yet.

    Either `budget` (the most that may be spent; None: no limit) or `target` (the least weight that is to be seen, as
    cheaply as possible) is the aim.

    Raises:
        ValueError: arrays that do not fit together, or numbers outside what is said above.
    """

    camera: Numbers
    cost: Numbers
    allowed: Numbers
    starts: Numbers
    points: Numbers
    levels: Numbers
    weight: Numbers
    need: Numbers
    views: Numbers
    idle: Numbers
    budget: int | None = None
    target: int | None = None

    def __post_init__(self) -> None:
        k, m, p, n = len(self.camera), len(self.points), len(self.weight), len(self.idle)
        lengths = [len(self.cost) == k, len(self.allowed) == k, len(self.starts) == k + 1, len(self.levels) == m]
        lengths += [len(self.need) == p, len(self.views) == p]
        if not all(lengths):
            raise ValueError("the arrays do not belong together")
        if k and (self.camera.min() < 0 or self.camera.max() >= n):
            raise ValueError("an option belongs to a camera that is not there")
        if self.starts[0] != 0 or self.starts[-1] != m or (np.diff(self.starts) < 0).any():
            raise ValueError("`starts` does not cut `points` into options")
        if m and (self.points.min() < 0 or self.points.max() >= p):
            raise ValueError("an option sees a point that is not there")
        if (np.r_[self.weight, self.views] < 1).any() or (np.r_[self.cost, self.idle] < 0).any():
            raise ValueError("weights and views are 1 or more, money is 0 or more")
        if self.budget is not None and self.target is not None:
            raise ValueError("either a budget or a target, not both")

    @property
    def total(self) -> int:
        """The weight of all points."""
        return int(self.weight.sum())


@dataclass(frozen=True)
class Moment:
    """How things stood after so many seconds. bound: None while nothing is proved."""

    seconds: float
    best: int
    bound: int | None


@dataclass(frozen=True)
class Plan:
    """An answer.

    choice (n,): the option of each camera, or NONE.  value: the weight seen well enough.  cost: the money.
    bound: no plan is better than this: a weight where there is a budget, money where there is a target.
    reached: the target is met (always true with a budget).  optimal: nothing better exists.
    """

    choice: Numbers
    value: int
    cost: int
    bound: int
    reached: bool
    optimal: bool
    seconds: float
    history: tuple[Moment, ...] = field(default=())
    aims_at_money: bool = False

    @property
    def gap(self) -> float:
        """How much better a plan could be at most, as a share of this one: 0.012 is 1.2 %. Infinite where this plan is
        worth nothing, or does not reach its target."""
        if self.optimal:
            return 0.0
        best, bound = (self.cost, self.bound) if self.aims_at_money else (self.value, self.bound)
        if not self.reached or (best == 0 and bound != 0):
            return inf
        return abs(bound - best) / best if best else 0.0


Progress = Callable[[Moment], None]


def judge(problem: Problem, choice: Numbers) -> tuple[int, int]:
    """(value, cost) of a choice, counted from the problem itself and nothing derived from it.

    Raises:
        ValueError: an option that is not allowed, or belongs to another camera.
    """
    seen = np.zeros(len(problem.weight), dtype=np.int64)
    cost = 0
    for camera, option in enumerate(choice):
        if option == NONE:
            cost += int(problem.idle[camera])
            continue
        if problem.camera[option] != camera or not problem.allowed[option]:
            raise ValueError("a plan may choose only allowed ways to look of the camera itself")
        cost += int(problem.cost[option])
        span = slice(problem.starts[option], problem.starts[option + 1])
        points = problem.points[span]
        seen[points[problem.levels[span] >= problem.need[points]]] += 1
    return int(problem.weight[seen >= problem.views].sum()), cost
