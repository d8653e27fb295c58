"""Gi*: held to the plain loops, to esda, and to what must come of chance and of a planted hotspot."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.hotspots.discovery import false_discovery
from linli.engines.hotspots.getis import draws, gi_star, plain, within

SIDE = 12


@pytest.fixture(scope="module")
def square():
    """The middles of a square of units, ten metres apart, and their neighbours: eight around and the unit itself."""
    x, y = (10.0 * each.ravel() for each in np.meshgrid(np.arange(SIDE), np.arange(SIDE)))
    return within(x=x, y=y, radius=14.2)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=25))
def test_it_gives_what_the_plain_loops_give(units):
    values, x, y = (np.array(column, float) for column in zip(*units, strict=True))
    indptr, indices = within(x=x, y=y, radius=20)
    given = {"values": values, "indptr": indptr, "indices": indices, "permutations": 39, "seed": 5}

    fast, slow = gi_star(**given), plain(**given)

    assert {name: list(column) for name, column in fast.items()} == {name: list(slow[name]) for name in fast}


@given(st.integers(2, 400), st.integers(0, 8), st.integers(0, 99))
def test_no_draw_names_a_unit_twice(number, most, seed):
    rows = draws(number, most, 50, seed)

    assert rows.shape[1] >= min(most + 1, number)
    assert all(len(set(row)) == len(row) for row in rows)
    assert rows.min() >= 0
    assert rows.max() < number


ESDA = """
import json, sys, warnings
warnings.simplefilter("ignore")
import esda.crand, numpy as np
from esda.getisord import G_Local
from libpysal.weights import W
esda.crand.boolean = bool  # it names numba's own, which NumPy does not take
values, around = json.load(sys.stdin)
weights = W({i: each for i, each in enumerate(around)}, silence_warnings=True)
found = G_Local(np.array(values), weights, transform="B", star=True, permutations=999, seed=1, n_jobs=1)
json.dump([found.Zs.tolist(), found.p_sim.tolist()], sys.stdout)
"""


def test_statistic_and_shares_are_those_of_esda(square):
    indptr, indices = square
    values = np.random.default_rng(3).poisson(4, SIDE**2).astype(float)
    around = [[int(j) for j in indices[indptr[i] : indptr[i + 1]] if j != i] for i in range(len(values))]  # it adds i
    # In a process of its own, where what it compiles for a minute is run as it stands.
    said = subprocess.run(
        [sys.executable, "-c", ESDA], input=json.dumps([values.tolist(), around]), capture_output=True, text=True,
        check=True, env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    z, shares = json.loads(said.stdout)
    ours = gi_star(values=values, indptr=indptr, indices=indices, permutations=9999, seed=1)

    assert np.allclose(ours["z"], z, atol=1e-9)
    assert np.abs(np.minimum(ours["hot"], 1 - ours["hot"]) - shares).max() < 0.05
    assert np.corrcoef(np.minimum(ours["hot"], 1 - ours["hot"]), shares)[0, 1] > 0.99


def test_of_nothing_but_chance_the_shares_are_uniform_and_nothing_is_found(square):
    shares, findings = [], 0
    for seed in range(40):
        values = np.random.default_rng(seed).normal(0, 1, SIDE**2)
        found = gi_star(values=values, indptr=square[0], indices=square[1], permutations=499, seed=seed + 1000)
        shares.append(found["hot"])
        findings += (false_discovery(found["hot"]) <= 0.05).any()

    heights, _edges = np.histogram(np.concatenate(shares), bins=10, range=(0, 1))
    assert np.abs(heights / heights.sum() - 0.1).max() < 0.015
    assert findings <= 6


def test_a_planted_hotspot_is_found_and_nothing_far_from_it(square):
    values = np.random.default_rng(9).poisson(3, (SIDE, SIDE)).astype(float)
    values[4:7, 4:7] += 9
    found = gi_star(values=values.ravel(), indptr=square[0], indices=square[1], permutations=9999, seed=2)
    hot = (false_discovery(found["hot"]) <= 0.05).reshape(SIDE, SIDE)

    assert (hot[5, 4:7].all(), hot[4:7, 5].all()) == (True, True)
    hot[3:8, 3:8] = False
    assert not hot.any()


def test_where_all_is_alike_or_alone_nothing_is_said():
    for values in ([5.0], [3.0] * 4, [0.0, 0.0, 0.0]):
        number = len(values)
        found = gi_star(values=values, indptr=np.arange(number + 1), indices=np.arange(number))
        assert {name: list(column) for name, column in found.items()} == {
            "z": [0.0] * number, "hot": [1.0] * number, "cold": [1.0] * number,
        }  # fmt: skip
    assert list(gi_star(values=[], indptr=[0], indices=[])["hot"]) == []


def test_a_unit_without_neighbours_is_compared_with_nothing():
    found = gi_star(values=[9.0, 1.0, 2.0], indptr=[0, 1, 3, 5], indices=[0, 1, 2, 1, 2])

    assert (found["hot"][0], found["cold"][0]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("values", "indptr", "indices", "words"),
    [
        ([1.0, np.nan], [0, 1, 2], [0, 1], "no number for value"),
        ([1.0, 2.0], [0, 2], [0, 1], "do not fit"),
        ([1.0, 2.0], [0, 1, 2], [0, 7], "no unit"),
        ([1.0, 2.0], [0, 1, 2], [0, 0], "its own neighbours"),
    ],
)
def test_neighbours_that_do_not_fit_are_refused(values, indptr, indices, words):
    with pytest.raises(ValueError, match=words):
        gi_star(values=values, indptr=indptr, indices=indices)


def test_false_discovery_is_that_of_scipy():
    from scipy.stats import false_discovery_control

    shares = np.random.default_rng(4).uniform(0, 1, 200) ** 3

    assert np.allclose(false_discovery(shares), false_discovery_control(shares))
    assert list(false_discovery([])) == []
    with pytest.raises(ValueError, match="between 0 and 1"):
        false_discovery([1.5])
