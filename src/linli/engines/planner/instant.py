"""An answer at once: greedy, then local search. Good, never proved best; its bound is quick and loose.

Greedy takes, again and again, the way to look that adds most beyond its price. The search then lets single cameras
choose anew, and tears out a few neighbouring cameras and fills them in again, keeping what is no worse. A point that is
to be seen from two cameras counts half when one sees it: else no first camera would ever begin.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from time import perf_counter

import numpy as np

from linli.engines.planner.problem import NONE, Impossible, Moment, Numbers, Plan, Problem, judge
from linli.engines.planner.reducing import Reduced, reduce
from linli.engines.planner.standing import Standing, Ways

ROUNDS = 400  # of tearing out and filling in
SECONDS = 0.5
TORN = 6  # cameras at once
PRICES = (0.0, 0.25, 1.0, 4.0)  # with which greedy begins, in units of `Ways.price`


def solve_instantly(problem: Problem, *, seconds: float = SECONDS, rounds: int = ROUNDS, seed: int = 0) -> Plan:
    """A good plan within about `seconds`, the same for the same seed where time does not cut it short.

    Raises:
        Impossible: the budget does not pay for what has to be turned away from windows.
    """
    began = perf_counter()
    small = reduce(problem)
    found, history = search(small, began=began, seconds=seconds, rounds=rounds, seed=seed)
    return finish(problem, small, found, bound=quick_bound(found), began=began, history=history)


def search(small: Reduced, *, began: float, seconds: float, rounds: int, seed: int) -> tuple[Standing, list[Moment]]:
    """What greedy and local search find, and how it went. began: of `perf_counter`."""
    ways = Ways(small)
    least = int(ways.cheapest.sum())
    if small.budget is not None and least > small.budget:
        raise Impossible("the budget does not pay for turning cameras away from windows", least)
    standing = _begin(ways)
    history = [Moment(perf_counter() - began, standing.best, None)]
    random = np.random.default_rng(seed)
    for _ in range(rounds if len(ways.cameras) > 1 else 0):
        if perf_counter() - began > seconds:
            break
        before = standing.best
        _tear(standing, random)
        if standing.best != before:
            history.append(Moment(perf_counter() - began, standing.best, None))
    settle(standing)
    return standing, history


def finish(
    problem: Problem, small: Reduced, standing: Standing, *, bound: int, began: float, history: Sequence[Moment]
) -> Plan:
    """The plan in the words of the problem, counted anew from the problem itself."""
    choice = np.where(standing.choice == NONE, NONE, np.r_[small.option, NONE][standing.choice])
    value, cost = judge(problem, choice)
    money = problem.target is not None
    reached = problem.target is None or value >= problem.target
    bound = min(bound, cost) if money else max(bound, value)
    seconds = perf_counter() - began
    best = cost if money else value
    return Plan(
        choice=choice, value=value, cost=cost, bound=bound, reached=reached, optimal=reached and bound == best,
        seconds=seconds, history=(*history, Moment(seconds, best, bound)), aims_at_money=money,
    )  # fmt: skip


def quick_bound(standing: Standing) -> int:
    """A bound without solving anything.

    With a budget: what is seen, a half view counted half, and from each camera the most that any way of it could add;
    no plan adds more, for the gains only shrink as others are added (Nemhauser, Wolsey and Fisher 1978, eq. 4). Never
    more than all that can be reached. With a target: what every plan costs.
    """
    ways, small = standing.ways, standing.small
    if small.target is not None:
        return int(ways.cheapest.sum())
    seen = float((ways.share * np.minimum(standing.times, small.views)).sum())
    more = sum(float(standing.adds(camera)[1].max(initial=0.0)) for camera in ways.cameras)
    return int(min(np.floor(seen + more + 1e-6), small.weight.sum()))


def _begin(ways: Ways) -> Standing:
    """Greedy with several prices of money; the best of them, with each camera content."""
    money = ways.small.budget is not None or ways.small.target is not None
    found = []
    for factor in PRICES if money else PRICES[:1]:
        standing = Standing(ways)
        fill(standing, range(len(ways.small.idle)), factor * ways.price)
        settle(standing)
        found.append(standing)
    return min(found, key=lambda each: each.key)


def fill(standing: Standing, cameras: Sequence[int] | Numbers, price: float) -> None:
    """Empty these cameras and choose for them anew, the greatest gain first. price: weight that a unit of money buys.

    Gains only shrink while others are chosen, so the heap may hold old ones: what is on top still after it was
    reckoned again is the greatest (Minoux 1978).
    """
    ways, small = standing.ways, standing.small
    for camera in cameras:
        standing.put(camera, NONE)
    held = int(sum(ways.cheapest[camera] - small.idle[camera] for camera in cameras))  # of those not chosen yet

    def look(camera: int) -> tuple[float, int]:
        """(best score, its column) among the ways that can be paid."""
        columns = ways.of[camera]
        score = standing.adds(camera)[1] - price * ways.extra[columns]
        if small.budget is not None:
            score = np.where(ways.extra[columns] <= small.budget - standing.cost - held, score, -np.inf)
        best = int(np.argmax(score))
        return float(score[best]), int(columns[best])

    heap = [(-look(camera)[0], int(camera)) for camera in cameras if len(ways.of[camera])]
    heapify(heap)
    left = {int(camera) for camera in cameras}
    while heap:
        _, camera = heappop(heap)
        score, column = look(camera)
        if score <= 0:
            continue
        if heap and score < -heap[0][0]:
            heappush(heap, (-score, camera))
            continue
        left.discard(camera)
        held -= int(ways.cheapest[camera] - small.idle[camera])
        standing.put(camera, column)
    for camera in left:
        _cheaply(standing, camera)


def _cheaply(standing: Standing, camera: int) -> None:
    """What a camera does that adds nothing worth its money: the cheapest, which is mostly to stay as it is."""
    columns = standing.ways.of[camera]
    same = columns[standing.small.cost[columns] == standing.ways.cheapest[camera]]
    standing.put(camera, int(same[0]) if len(same) else NONE)


def settle(standing: Standing, cameras: Sequence[int] | Numbers | None = None) -> None:
    """Let each camera choose what is best while the others stay, until all are content."""
    while _choose_anew(standing, range(len(standing.small.idle)) if cameras is None else cameras):
        pass


def _choose_anew(standing: Standing, cameras: Sequence[int] | Numbers) -> bool:
    """One round. True where a camera found something better."""
    before = standing.key
    for camera in cameras:
        if not len(standing.ways.of[camera]):
            continue
        old = int(standing.choice[camera])
        standing.put(camera, NONE)
        columns = np.r_[standing.ways.of[camera], NONE]
        whole, parts = standing.adds(camera)
        keys = _keys(standing, camera, columns, np.r_[whole, 0.0])
        order = np.lexsort((columns != old, -np.r_[parts, 0.0], *keys[::-1]))
        standing.put(camera, int(columns[order[0]]))
    return standing.key < before


def _keys(standing: Standing, camera: int, columns: Numbers, whole: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """`Standing.key` for each way of a camera that shows nothing now."""
    small = standing.small
    value = standing.value + whole
    own = np.where(columns == NONE, small.idle[camera], np.r_[small.cost, 0][columns])
    cost = standing.cost - small.idle[camera] + own
    if small.target is not None:
        return np.maximum(0, small.target - value), cost, -value
    over = np.zeros(len(columns)) if small.budget is None else np.maximum(0, cost - small.budget)
    return over, -value, cost


def _tear(standing: Standing, random: np.random.Generator) -> None:
    """Tear out a camera and some that share ground with it, fill them in again, and keep what is no worse."""
    ways = standing.ways
    near = ways.near[random.choice(ways.cameras)]
    torn = random.choice(near, size=min(TORN, len(near)), replace=False)
    kept, before = standing.kept(), standing.key
    price = ways.price * 10 ** random.uniform(-1.5, 1) if random.random() < 0.7 else 0.0
    fill(standing, torn, price if standing.small.budget is not None or standing.small.target is not None else 0.0)
    settle(standing, torn)
    if standing.key > before:
        standing.back(kept)
