"""The scan statistic: the kernel held to the plain loops, the ratio to published analyses, p to chance itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.hotspots import kernel_scan
from linli.engines.hotspots.scan import likelihood_ratio, scan, windows

TABLES = st.integers(1, 6).flatmap(
    lambda steps: st.lists(st.lists(st.integers(0, 5), min_size=steps, max_size=steps), min_size=1, max_size=7)
)


@given(
    TABLES, st.sampled_from(["poisson", "permutation"]), st.booleans(), st.sampled_from([2.0, np.inf]),
    st.integers(0, 9),
)  # fmt: skip
def test_the_kernel_gives_what_the_plain_loops_give(counts, model, prospective, radius, seed):
    chance = np.random.default_rng(seed)
    places = len(counts)
    asked = {
        "counts": counts, "x": chance.integers(0, 4, places), "y": chance.integers(0, 4, places), "model": model,
        "expected": chance.uniform(0.1, 3, np.shape(counts)), "prospective": prospective, "radius": radius,
        "permutations": 9, "seed": seed,
    }  # fmt: skip
    slow, fast = scan(**asked), kernel_scan.scan(**asked)

    assert len(fast["cylinders"]) == len(slow["cylinders"])
    for ours, theirs in zip(fast["cylinders"], slow["cylinders"], strict=True):
        assert ours.pop("places") == theirs.pop("places")
        assert ours == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("where", "observed", "expected", "ratio"),
    [
        ("New York and Philadelphia", 24_044, 23_040, 35.7), ("Buffalo", 1_416, 1_280, 7.1),
        ("Washington", 712, 618, 6.9), ("Boston", 5_966, 5_726, 5.5),
    ],
)  # fmt: skip
def test_the_ratio_is_that_of_the_published_analysis_of_the_north_east(where, observed, expected, ratio):
    """Kulldorff, Feuer, Miller and Freedman 1997 (Am. J. Epidemiol. 146, 161), with SaTScan: 58,943 deaths in all."""
    assert round(likelihood_ratio(observed, expected, 58_943), 1) == ratio


def test_a_planted_cylinder_is_found_whole_with_its_place_and_time():
    chance = np.random.default_rng(11)
    x, y = (100.0 * each.ravel() for each in np.meshgrid(np.arange(8), np.arange(8)))
    counts = chance.poisson(1.0, (64, 20))
    planted = [27, 26, 28, 19, 35]  # a middle and the four around it
    counts[planted, 12:15] += 5
    found = kernel_scan.scan(counts=counts, x=x, y=y, longest=6, permutations=199, seed=3)["cylinders"][0]

    assert (set(found["places"]), found["first"], found["last"]) == (set(planted), 12, 14)
    assert found["p"] == 1 / 200
    assert found["observed"] == counts[found["places"], 12:15].sum()


@pytest.mark.parametrize("model", ["poisson", "permutation"])
def test_of_nothing_but_chance_p_is_uniform(model):
    x, y = np.random.default_rng(0).uniform(0, 500, (2, 12))
    shares = []
    for seed in range(200):
        counts = np.random.default_rng(seed + 50).poisson(1.5, (12, 6))
        found = kernel_scan.scan(
            counts=counts, x=x, y=y, expected=np.ones((12, 6)), model=model, permutations=39, seed=seed
        )
        shares.append(found["cylinders"][0]["p"])

    heights = np.histogram(shares, bins=4, range=(0, 1))[0]
    assert heights.min() > 30, heights
    assert np.mean(np.array(shares) <= 0.05) <= 0.09


def test_the_same_seed_gives_the_same_and_another_does_not():
    counts = np.random.default_rng(2).poisson(2, (10, 8))
    asked = {"counts": counts, "x": np.arange(10.0), "y": np.zeros(10), "permutations": 99}

    assert kernel_scan.scan(**asked, seed=1) == kernel_scan.scan(**asked, seed=1)
    assert kernel_scan.scan(**asked, seed=1) != kernel_scan.scan(**asked, seed=2)


def test_a_busy_place_and_a_busy_week_are_no_finding_of_the_permutation_model():
    counts = np.outer([40, 4, 4, 4], [1, 1, 6, 1])
    found = kernel_scan.scan(counts=counts, x=[0, 9, 18, 27], y=[0] * 4, permutations=99, seed=1)

    assert all(each["p"] > 0.2 for each in found["cylinders"])


def test_a_circle_does_not_end_between_places_equally_far_away():
    found = windows(x=[0, 1, -1, 5], y=[0, 0, 0, 0], weight=[1, 1, 1, 1], share=1.0)

    assert list(found["ends"][0]) == [True, False, True, True]
    assert list(windows(x=[0, 1], y=[0, 0], weight=[1, 1], share=0.5)["sizes"]) == [1, 1]


@pytest.mark.parametrize("engine", [scan, kernel_scan.scan])
def test_where_nothing_can_be_found_nothing_is(engine):
    for counts in (np.zeros((0, 5)), np.zeros((3, 4)), [[1, 0]], np.zeros((2, 0))):
        counts = np.asarray(counts)
        found = engine(counts=counts, x=np.zeros(len(counts)), y=np.zeros(len(counts)), permutations=9)
        assert found == {"cylinders": [], "tables": 9}


@pytest.mark.parametrize("engine", [scan, kernel_scan.scan])
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"counts": [[-1, 2], [1, 1]]}, "whole numbers"), ({"counts": [1, 2]}, "a table of places"),
        ({"x": [1.0]}, "a position for each"), ({"x": [np.nan, 1]}, "no number for x"), ({"model": "cox"}, "a model"),
        ({"longest": 3}, "a cylinder lasts"), ({"model": "poisson", "expected": [[1.0]]}, "expected is a table"),
        ({"model": "poisson", "expected": [[0, 1], [1, 1]]}, "nothing can be expected"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(engine, changed, words):
    with pytest.raises(ValueError, match=words):
        engine(**{"counts": [[3, 2], [1, 1]], "x": [0.0, 1.0], "y": [0.0, 1.0], "permutations": 9, **changed})
