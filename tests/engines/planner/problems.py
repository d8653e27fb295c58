"""Problems to try the planner on: small ones drawn by hypothesis, and one whose best plan is known."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from linli.engines.planner import Problem


def problem(options: list[tuple[int, int, bool, dict[int, int]]], **more: Any) -> Problem:
    """options: (camera, cost, allowed, {point: density class}).  more: weight, need, views, idle, budget, target."""
    points = [point for *_, seen in options for point in seen]
    levels = [level for *_, seen in options for level in seen.values()]
    number = len(more["weight"])
    return Problem(
        camera=np.array([each[0] for each in options], dtype=int),
        cost=np.array([each[1] for each in options], dtype=int),
        allowed=np.array([each[2] for each in options], dtype=bool),
        starts=np.cumsum([0, *(len(each[3]) for each in options)]),
        points=np.array(points, dtype=int),
        levels=np.array(levels, dtype=int),
        weight=np.array(more["weight"]),
        need=np.array(more.get("need", [0] * number)),
        views=np.array(more.get("views", [1] * number)),
        idle=np.array(more["idle"]),
        budget=more.get("budget"),
        target=more.get("target"),
    )


@st.composite
def problems(draw: Any) -> Problem:
    """Up to three cameras, nine ways and seven points: every plan can be looked at."""
    cameras, number = draw(st.integers(1, 3)), draw(st.integers(1, 7))
    point = st.integers(0, number - 1)
    seen = st.dictionaries(point, st.integers(0, 2), max_size=number)
    option = st.tuples(st.integers(0, cameras - 1), st.integers(0, 5), st.sampled_from([True, True, False]), seen)
    options = draw(st.lists(option, max_size=9))
    aim = draw(st.sampled_from(["most", "budget", "target"]))
    return problem(
        options,
        weight=draw(st.lists(st.integers(1, 5), min_size=number, max_size=number)),
        need=draw(st.lists(st.integers(0, 2), min_size=number, max_size=number)),
        views=draw(st.lists(st.sampled_from([1, 1, 2]), min_size=number, max_size=number)),
        idle=draw(st.lists(st.integers(0, 3), min_size=cameras, max_size=cameras)),
        budget=draw(st.integers(0, 12)) if aim == "budget" else None,
        target=draw(st.integers(0, 15)) if aim == "target" else None,
    )
