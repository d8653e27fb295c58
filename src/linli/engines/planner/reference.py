"""The planner as short as it can be said: look at every plan there is. For a dozen options, and to hold the others to.

A plan chooses for each camera one allowed way to look, or none. Its value is the weight of the points that are seen
from enough cameras, each densely enough. With a budget the best plan has the greatest value among those that can be
paid; with a target it has the least cost among those that reach it.
"""

from itertools import product

from linli.engines.planner.problem import NONE, Problem


def every_plan(problem: Problem) -> list[tuple[int, int, tuple[int, ...]]]:
    """(value, cost, choice) of each plan."""
    ways: list[list[int]] = [[NONE] for _ in problem.idle]
    for option, camera in enumerate(problem.camera):
        if problem.allowed[option]:
            ways[camera].append(option)
    return [(_value(problem, choice), _cost(problem, choice), choice) for choice in product(*ways)]


def best(problem: Problem) -> int | None:
    """The value of the best plan with a budget, its cost with a target; None where no plan meets the demand."""
    plans = every_plan(problem)
    if problem.target is not None:
        return min((cost for value, cost, _ in plans if value >= problem.target), default=None)
    return max((value for value, cost, _ in plans if problem.budget is None or cost <= problem.budget), default=None)


def _value(problem: Problem, choice: tuple[int, ...]) -> int:
    return sum(
        int(problem.weight[point])
        for point in range(len(problem.weight))
        if sum(_sees(problem, option, point) for option in choice if option != NONE) >= problem.views[point]
    )


def _sees(problem: Problem, option: int, point: int) -> bool:
    span = range(problem.starts[option], problem.starts[option + 1])
    return any(problem.points[i] == point and problem.levels[i] >= problem.need[point] for i in span)


def _cost(problem: Problem, choice: tuple[int, ...]) -> int:
    return sum(
        int(problem.idle[camera] if option == NONE else problem.cost[option]) for camera, option in enumerate(choice)
    )
