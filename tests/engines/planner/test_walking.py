"""The order of a walk from spot to spot."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.planner.walking import _nearest_first, length, walking_order

METRES = st.integers(-100, 100)
SPOTS = st.lists(st.tuples(METRES, METRES), max_size=6)


@given(SPOTS)
def test_each_spot_is_walked_to_once_and_never_a_longer_way_than_nearest_first(spots):
    order = walking_order(np.array(spots, float))

    assert sorted(order) == list(range(len(spots)))
    if len(spots) > 2:
        given_spots = np.array(spots, float)
        apart = np.hypot(*(given_spots[:, None] - given_spots[None]).transpose(2, 0, 1))
        assert length(given_spots, order) <= length(given_spots, _nearest_first(given_spots, apart)) + 1e-6


def test_a_crossing_is_undone():
    spots = np.array([(0, 10), (10, 9), (9, 0), (1, 1), (20, 5)], float)

    order = walking_order(spots)

    shortest = min(length(spots, [0, *rest]) for rest in permutations(range(1, 5)))
    assert order[0] == 0
    assert length(spots, order) <= shortest * 1.2


def test_one_spot_and_none():
    assert walking_order(np.zeros((0, 2))) == []
    assert walking_order(np.array([(3, 4)])) == [0]
