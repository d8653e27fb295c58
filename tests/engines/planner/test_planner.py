"""The planner against every plan there is, and on problems whose answer can be seen."""

import numpy as np
import pytest
from hypothesis import given, settings

from linli.engines.planner import NONE, Impossible, Problem, solve_instantly
from linli.engines.planner.exact import solve
from linli.engines.planner.problem import Plan
from linli.engines.planner.reducing import reduce
from linli.engines.planner.reference import best, every_plan
from tests.engines.planner.problems import problem, problems

LONG = 1e9  # timing decides nothing here


def exact(asked: Problem) -> Plan | None:
    try:
        return solve(asked, seconds=60)
    except Impossible:
        return None


@given(problems())
@settings(deadline=None)
def test_the_exact_answer_is_the_best_of_all_plans(asked):
    plan = exact(asked)

    found = None if plan is None else plan.cost if asked.target is not None else plan.value
    assert found == best(asked)
    if plan is not None:
        assert (plan.optimal, plan.gap, plan.bound) == (True, 0, found)
        keeps_its_word(plan, asked)


@given(problems())
@settings(deadline=None)
def test_nothing_is_better_than_the_bound_of_the_instant_answer(asked):
    least = min(cost for _, cost, _ in every_plan(asked))
    if asked.budget is not None and least > asked.budget:
        with pytest.raises(Impossible) as told:
            solve_instantly(asked)
        assert told.value.least == least
        return

    plan = solve_instantly(asked, seconds=LONG, rounds=5)

    keeps_its_word(plan, asked)
    top = best(asked)
    if top is not None:
        assert plan.bound <= top if asked.target is not None else plan.bound >= top


def keeps_its_word(plan: Plan, asked: Problem) -> None:
    """Only ways that are allowed, of the camera itself, within the budget; value and cost are counted as said."""
    known = {choice: (value, cost) for value, cost, choice in every_plan(asked)}
    assert (plan.value, plan.cost) == known[tuple(plan.choice)]
    assert asked.budget is None or plan.cost <= asked.budget
    assert plan.reached == (asked.target is None or plan.value >= asked.target)


@given(problems())
@settings(deadline=None)
def test_the_smaller_problem_has_the_same_best_plan(asked):
    """Held to the reference alone: no solver stands between."""
    small = reduce(asked)
    kept = np.isin(np.arange(len(asked.camera)), small.option)

    left = Problem(**{**vars(asked), "allowed": kept})

    assert best(left) == best(asked)
    assert small.weight.sum() <= asked.total


CROSSING = [
    # Camera 0 sees the lane to the west or the gate; camera 1 the gate only with a window in its picture.
    (0, 0, True, {0: 2, 1: 2}),
    (0, 4, True, {2: 2}),
    (1, 0, False, {2: 2, 3: 2}),
    (1, 4, True, {3: 2}),
    (1, 4, True, {0: 1}),
    # A pole where nothing stands yet.
    (2, 20, True, {2: 2, 3: 1}),
]


def test_a_camera_is_never_turned_to_a_window_though_it_would_see_most_there():
    asked = problem(CROSSING, weight=[1, 1, 5, 1], idle=[9, 9, 0], budget=4)

    plan = solve(asked)

    assert plan.choice.tolist() == [0, 3, NONE]
    assert (plan.value, plan.cost, plan.optimal) == (3, 4, True)


def test_with_more_money_something_is_added():
    asked = problem(CROSSING, weight=[1, 1, 5, 1], idle=[9, 9, 0], budget=24)

    plan = solve(asked)

    assert (plan.value, plan.cost) == (8, 24)
    assert plan.choice.tolist() == [0, 3, 5]


def test_what_is_too_coarse_does_not_count():
    wide, close = (0, 0, True, {0: 1, 1: 1, 2: 1}), (0, 4, True, {0: 2})
    ways = [wide, close]

    coarse = solve_instantly(problem(ways, weight=[1, 1, 1], need=[1, 1, 1], idle=[0]), seconds=LONG)
    fine = solve_instantly(problem(ways, weight=[1, 1, 1], need=[2, 2, 2], idle=[0]), seconds=LONG)

    assert (coarse.choice.tolist(), coarse.value, coarse.cost) == ([0], 3, 0)
    assert (fine.choice.tolist(), fine.value, fine.cost) == ([1], 1, 4)


def test_least_cost_turns_before_it_adds():
    plan = solve(problem(CROSSING, weight=[1, 1, 5, 1], idle=[9, 9, 0], target=5))

    assert plan.choice.tolist() == [1, 3, NONE]
    assert (plan.value, plan.cost, plan.reached, plan.optimal) == (6, 8, True, True)


def test_two_views_are_honoured_and_cost_one_camera_elsewhere():
    ways = [(0, 0, True, {0: 1}), (0, 0, True, {1: 1}), (1, 0, True, {0: 1}), (1, 0, True, {2: 1})]
    once = problem(ways, weight=[3, 2, 2], idle=[0, 0])
    twice = problem(ways, weight=[9, 2, 2], views=[2, 1, 1], idle=[0, 0])

    assert solve(once).value == 5
    assert solve(twice).choice.tolist() == solve_instantly(twice).choice.tolist() == [0, 2]
    assert solve(twice).value == 9


def test_two_views_of_one_camera_are_one():
    asked = problem([(0, 0, True, {0: 1}), (0, 1, True, {0: 1})], weight=[3], views=[2], idle=[0])

    assert solve(asked).value == 0


def test_a_target_nobody_can_reach_is_said_to_be_out_of_reach():
    asked = problem(CROSSING, weight=[1, 1, 5, 1], idle=[9, 9, 0], target=9)

    assert not solve_instantly(asked, seconds=LONG).reached
    with pytest.raises(Impossible):
        solve(asked)


def test_a_budget_that_does_not_pay_for_turning_away_says_how_much_would():
    asked = problem(CROSSING, weight=[1, 1, 5, 1], idle=[9, 9, 0], budget=3)

    for answer in (solve_instantly, solve):
        with pytest.raises(Impossible) as told:
            answer(asked)
        assert told.value.least == 4


def test_no_cameras_no_points_no_ways():
    nothing = problem([], weight=[], idle=[])
    dark = problem([(0, 1, False, {0: 1})], weight=[2], idle=[3])

    assert (solve(nothing).value, solve_instantly(nothing).value) == (0, 0)
    assert (solve(dark).choice.tolist(), solve(dark).cost, solve_instantly(dark).bound) == ([NONE], 3, 0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"weight": [0]}, "1 or more"),
        ({"idle": []}, "not there"),
        ({"budget": 1, "target": 1}, "not both"),
        ({"need": [1, 1]}, "belong together"),
    ],
)
def test_numbers_that_cannot_be_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        problem([(0, 1, True, {0: 1})], **{"weight": [2], "idle": [3], **wrong})


def test_progress_is_told_and_may_end_the_work():
    asked = problem(CROSSING, weight=[1, 1, 5, 1], idle=[9, 9, 0], budget=24)
    told = []

    def stop(moment):
        told.append(moment)
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        solve(asked, progress=stop)
    assert len(told) == 1


def test_equal_seeds_give_equal_answers():
    random = np.random.default_rng(5)
    ways = [
        (camera, 0, True, {int(point): 1 for point in random.choice(60, 9, replace=False)})
        for camera in range(12)
        for _ in range(6)
    ]
    asked = problem(ways, weight=[1] * 60, idle=[0] * 12)

    first, second = (solve_instantly(asked, seconds=LONG, rounds=60, seed=3) for _ in range(2))

    assert first.choice.tolist() == second.choice.tolist()
    assert first.value <= solve(asked, seconds=60).value
