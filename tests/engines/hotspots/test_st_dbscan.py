"""ST-DBSCAN: the kernel held to the plain pairs, these to scikit-learn, both to clusters that were planted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.hotspots import kernel_st_dbscan
from linli.engines.hotspots.st_dbscan import st_dbscan

# Whole numbers, so that many pairs lie exactly on the edge and many points in one place.
rough = st.lists(st.tuples(st.integers(-6, 9), st.integers(-6, 9), st.integers(0, 8)), max_size=60)
fine = st.lists(st.tuples(*[st.floats(-50, 50, allow_subnormal=False)] * 3), max_size=40)


def asked(points, **more):
    x, y, t = np.array(points, float).reshape(-1, 3).T
    return {"x": x, "y": y, "t": t, **more}


def same(one, other) -> bool:
    return list(one["labels"]) == list(other["labels"]) and list(one["core"]) == list(other["core"])


@given(rough, st.integers(1, 6), st.integers(1, 4), st.integers(1, 6))
def test_the_kernel_gives_what_the_pairs_give_on_every_edge(points, radius, days, least):
    given = asked(points, radius=radius, days=days, least=least)

    assert same(kernel_st_dbscan.st_dbscan(**given), st_dbscan(**given))


@given(fine, st.floats(0.5, 60), st.floats(0.5, 60), st.integers(1, 5))
def test_the_kernel_gives_what_the_pairs_give_anywhere(points, radius, days, least):
    given = asked(points, radius=radius, days=days, least=least)

    assert same(kernel_st_dbscan.st_dbscan(**given), st_dbscan(**given))


def test_cores_and_their_clusters_are_those_of_scikit_learn():
    from sklearn.cluster import DBSCAN

    chance = np.random.default_rng(5)
    middles = chance.uniform(0, 900, (12, 3)) * [1, 1, 0.1]
    points = np.vstack([chance.normal(each, [25, 25, 2], (40, 3)) for each in middles])
    points = np.vstack([points, chance.uniform(0, [900, 900, 90], (600, 3))])

    def apart(a, b):
        """At most 1 exactly where two points are neighbours in space and in time."""
        return max(np.hypot(a[0] - b[0], a[1] - b[1]) / 40, abs(a[2] - b[2]) / 3)

    theirs = DBSCAN(eps=1, min_samples=8, metric=apart, algorithm="brute").fit(points)
    ours = kernel_st_dbscan.st_dbscan(**asked(points, radius=40, days=3, least=8))

    assert list(np.flatnonzero(ours["core"])) == list(theirs.core_sample_indices_)
    assert list(ours["labels"][ours["core"]]) == list(theirs.labels_[ours["core"]])
    assert list(ours["labels"] < 0) == list(theirs.labels_ < 0)


def test_planted_clusters_are_found_and_chance_is_none():
    chance = np.random.default_rng(8)
    one = chance.normal([100, 100, 20], [8, 8, 1], (30, 3))
    same_place_later = chance.normal([100, 100, 60], [8, 8, 1], (30, 3))
    noise = chance.uniform(0, [2000, 2000, 90], (200, 3))
    found = kernel_st_dbscan.st_dbscan(**asked(np.vstack([one, same_place_later, noise]), radius=40, days=3, least=6))

    assert [set(found["labels"][part]) for part in (slice(0, 30), slice(30, 60))] == [{0}, {1}]
    assert (found["labels"][60:] < 0).mean() > 0.95


@pytest.mark.parametrize("engine", [st_dbscan, kernel_st_dbscan.st_dbscan])
def test_no_point_one_point_and_all_at_one_place(engine):
    assert list(engine(**asked([], radius=1, days=1, least=2))["labels"]) == []
    assert list(engine(**asked([(1, 1, 1)], radius=1, days=1, least=2))["labels"]) == [-1]
    assert list(engine(**asked([(1, 1, 1)] * 5, radius=1, days=1, least=5))["labels"]) == [0] * 5


@pytest.mark.parametrize("engine", [st_dbscan, kernel_st_dbscan.st_dbscan])
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"x": [np.nan]}, "no number for x"), ({"t": [np.inf]}, "no number for t"), ({"radius": 0}, "radius must be"),
        ({"days": -1}, "days must be"), ({"least": 0}, "1 point at least"), ({"y": [1, 2]}, "one length"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(engine, changed, words):
    with pytest.raises(ValueError, match=words):
        engine(**{"x": [1], "y": [1], "t": [1], "radius": 1, "days": 1, "least": 1, **changed})
