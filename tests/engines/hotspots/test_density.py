"""Kernel density: held to the sum of Gaussians, the kernel held to the plain binning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.hotspots import density, kernel_density

LATTICE = {"west": -20.0, "south": -30.0, "cell": 10.0, "width": 31, "height": 27, "bandwidth": 50.0}
places = st.lists(st.tuples(st.floats(-200, 400), st.floats(-200, 400)), max_size=40)


def split(points: list[tuple[float, float]]) -> dict[str, list[float]]:
    return {"x": [x for x, _y in points], "y": [y for _x, y in points]}


@given(places)
def test_the_kernel_gives_what_the_plain_binning_gives(points):
    plain = density.density(**split(points), **LATTICE)

    assert np.allclose(kernel_density.density(**split(points), **LATTICE), plain, rtol=1e-9, atol=1e-15)


def test_it_is_the_sum_of_gaussians_but_for_half_a_percent_of_the_peak():
    chance = np.random.default_rng(7)
    x, y = chance.normal(120, 60, (2, 400))
    lattice = LATTICE | {"west": -400.0, "south": -400.0, "width": 100, "height": 100}
    found, truth = density.density(x=x, y=y, **lattice), density.exact(x=x, y=y, **lattice)

    assert np.abs(found - truth).max() < 0.005 * truth.max()


def test_the_whole_sums_to_the_number_of_points():
    x, y = np.random.default_rng(1).uniform(400, 600, (2, 250))
    lattice = {"west": 0.0, "south": 0.0, "cell": 10.0, "width": 100, "height": 100, "bandwidth": 40.0}

    assert density.density(x=x, y=y, **lattice).sum() * 100 == pytest.approx(250, rel=1e-6)


def test_nothing_is_nowhere_dense_and_points_at_one_place_are_dense_there():
    assert not density.density(x=[], y=[], **LATTICE).any()
    found = density.density(x=[105.0] * 9, y=[95.0] * 9, **LATTICE)
    assert np.unravel_index(found.argmax(), found.shape) == (12, 12)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"x": [np.nan]}, "point 0 has no number for x"),
        ({"y": [1.0, 2.0]}, "not of one length"),
        ({"bandwidth": 0.0}, "bandwidth must be above 0"),
        ({"cell": float("inf")}, "cell must be above 0"),
        ({"width": 0}, "a lattice has between 1 and"),
    ],
)
@pytest.mark.parametrize("engine", [density.density, kernel_density.density])
def test_what_does_not_fit_is_said(engine, changed, words):
    with pytest.raises(ValueError, match=words):
        engine(**{"x": [1.0], "y": [1.0], **LATTICE, **changed})
