"""The best plan, by mixed integer programming (HiGHS), with what is proved while it works.

One binary x for each way to look that is left, one y for each row of like points:

    most     sum of weight · y                                    with a budget
    least    sum of (cost − idle) · x, and idle of every camera   with a target
    subject  to   one way at most per camera;  views · y ≤ sum of x that see the row;  the budget or the target

The cover rows are linear sums, not implications: their relaxation is tight, and the gap is small from the start. The
instant answer is handed over as the first solution. highspy is loaded by whoever calls `solve`, not by an import.
"""

from math import ceil, floor, inf, isfinite
from threading import Thread
from time import perf_counter
from typing import Any

import numpy as np

from linli.engines.planner.instant import ROUNDS, SECONDS, finish, search, settle
from linli.engines.planner.problem import NONE, Impossible, Moment, Numbers, Plan, Problem, Progress
from linli.engines.planner.reducing import Reduced, reduce
from linli.engines.planner.standing import Standing

POLL = 0.25  # seconds between two looks at how it goes
INFINITE = 1e29  # the solver says 1e30
FEASIBLE = 2  # kSolutionStatusFeasible
ROUND = 1e-5  # a bound this near to a whole number is that number


def solve(
    problem: Problem, *, seconds: float = 10.0, threads: int = 1, progress: Progress | None = None, seed: int = 0
) -> Plan:
    """The best plan, or after about `seconds` the best so far with its bound.

    progress: told now and then how it goes, in the caller's thread; what it raises ends the work.
    Raises:
        Impossible: the budget does not pay for what must be, or no plan reaches the target, which is proved.
    """
    began = perf_counter()
    small = reduce(problem)
    standing, history = search(small, began=began, seconds=min(SECONDS, seconds / 4), rounds=ROUNDS, seed=seed)
    run = _Run(small, standing, history, began)
    if len(small.option):
        run.work(seconds, threads, progress)
    else:  # nothing is left to choose
        run.impossible, run.dual = not run.reaches, float(standing.best)
    if run.impossible:
        raise Impossible("no plan sees as much as is wanted")
    return finish(problem, small, run.standing, bound=run.bound, began=began, history=history)


class _Run:
    """One run of the solver, in a thread of its own beside the caller's."""

    def __init__(self, small: Reduced, standing: Standing, history: list[Moment], began: float) -> None:
        self.small, self.standing, self.history, self.began = small, standing, history, began
        self.least = small.target is not None
        self.reaches = not self.least or standing.value >= int(small.target or 0)
        self.primal, self.dual = float(standing.best), -inf if self.least else inf
        self.stop = self.impossible = False

    @property
    def bound(self) -> int:
        """What is proved, as a whole number; where nothing is, what is plain to see."""
        if not isfinite(self.dual):
            return int(self.standing.ways.cheapest.sum()) if self.least else int(self.small.weight.sum())
        return ceil(self.dual - ROUND) if self.least else floor(self.dual + ROUND)

    def work(self, seconds: float, threads: int, progress: Progress | None) -> None:
        solver = build(self.small)
        solver.setOptionValue("threads", threads)
        solver.setOptionValue("time_limit", max(0.05, seconds - (perf_counter() - self.began)))
        if self.reaches:
            _hand_over(solver, self.standing)
        solver.cbMipLogging.subscribe(self._hear)
        solver.cbMipInterrupt.subscribe(self._hear)
        thread = Thread(target=solver.run, name="linli-planner", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(POLL)
                if progress is not None:
                    progress(self._moment())
        finally:
            self.stop = True
            thread.join()
        self._take(solver)

    def _hear(self, event: Any) -> None:
        """In the solver's thread: note what is proved, and stop where the caller has gone."""
        heard = event.data_out
        if abs(heard.mip_dual_bound) < INFINITE:
            self.dual = heard.mip_dual_bound
        if abs(heard.mip_primal_bound) < INFINITE:
            self.primal = heard.mip_primal_bound
        if self.stop:
            event.interrupt()

    def _moment(self) -> Moment:
        """How it stands; kept in the history where it has changed."""
        best = round(self.primal)
        now = Moment(perf_counter() - self.began, best, self.bound)
        if (self.history[-1].best, self.history[-1].bound) != (now.best, now.bound):
            self.history.append(now)
        return now

    def _take(self, solver: Any) -> None:
        """The solver's last word. Where a camera's way is of no use in it, choosing anew puts that right."""
        import highspy

        status, info = solver.getModelStatus(), solver.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            self.impossible = True
            return
        if abs(info.mip_dual_bound) < INFINITE:
            self.dual = info.mip_dual_bound
        if info.primal_solution_status != FEASIBLE:
            return
        values = np.array(solver.getSolution().col_value)[: len(self.small.option)]
        found = Standing(self.standing.ways)
        for column in np.flatnonzero(values > 0.5):
            found.put(int(self.small.camera[column]), int(column))
        settle(found)
        if found.key < self.standing.key:
            self.standing = found


def build(small: Reduced) -> Any:
    """The solver with the model in it. Columns: x of each way, then y of each row."""
    import highspy

    ways, rows = len(small.option), len(small.weight)
    starts, index, value, lower, upper = _matrix(small)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = ways + rows, len(lower)
    money = (small.cost - small.idle[small.camera]).astype(float)
    least = small.target is not None
    lp.col_cost_ = np.r_[money, np.zeros(rows)] if least else np.r_[np.zeros(ways), small.weight.astype(float)]
    lp.offset_ = float(small.idle.sum()) if least else 0.0
    lp.sense_ = highspy.ObjSense.kMinimize if least else highspy.ObjSense.kMaximize
    lp.col_lower_, lp.col_upper_ = np.zeros(ways + rows), np.ones(ways + rows)
    lp.row_lower_, lp.row_upper_ = lower, upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, index, value
    whole = np.r_[np.ones(ways, dtype=bool), small.views > 1]  # y of one view is whole of itself
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(each)] for each in whole]
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.99)  # all figures are whole
    solver.passModel(lp)
    return solver


def _matrix(small: Reduced) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    """(starts, index, value, lower, upper) of the rows: cameras, cover, and the budget or target."""
    ways, rows = len(small.option), len(small.weight)
    by_camera = np.argsort(small.camera, kind="stable")
    sizes = np.bincount(small.camera, minlength=len(small.idle))
    sizes = sizes[sizes > 0]
    cover = np.insert(small.back, small.back_starts[1:], ways + np.arange(rows))
    factors = np.insert(np.ones(len(small.back)), small.back_starts[1:], -small.views.astype(float))
    parts: list[tuple[Any, Any, Any, Any, Any]] = [  # index, value, lengths, lower, upper
        (by_camera, np.ones(ways), sizes, np.full(len(sizes), -inf), np.ones(len(sizes))),
        (cover, factors, np.diff(small.back_starts) + 1, np.zeros(rows), np.full(rows, inf)),
    ]
    if small.target is not None:
        parts.append((ways + np.arange(rows), small.weight.astype(float), [rows], [float(small.target)], [inf]))
    elif small.budget is not None:
        money = (small.cost - small.idle[small.camera]).astype(float)
        parts.append((np.arange(ways), money, [ways], [-inf], [float(small.budget - small.idle.sum())]))
    index, value, lengths, lower, upper = (np.concatenate(each) for each in zip(*parts, strict=True))
    return np.r_[0, np.cumsum(lengths)].astype(np.int32), index.astype(np.int32), value, lower, upper


def _hand_over(solver: Any, standing: Standing) -> None:
    import highspy

    small = standing.small
    chosen = np.zeros(len(small.option))
    chosen[standing.choice[standing.choice != NONE]] = 1.0
    first = highspy.HighsSolution()
    first.col_value = np.r_[chosen, (standing.times >= small.views).astype(float)].tolist()
    first.value_valid = True
    solver.setSolution(first)
