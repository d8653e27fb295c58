"""What a camera would see each way it may look, held to the coverage engine's own picture on the ground."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.coverage import Obstacles, Sensors
from linli.engines.coverage.density import pixel_density
from linli.engines.coverage.reference import cover_25d
from linli.engines.planner import NONE, Gathering, Lens, facade_density, ground_density, smallest_turn, solve_instantly


@given(
    st.floats(1, 8), st.floats(-10, 89), st.floats(10, 360), st.floats(10, 170), st.floats(0, 5), st.floats(6, 50),
    st.floats(0, 359), st.integers(0, 2**20),
)  # fmt: skip
@settings(deadline=None)
def test_a_point_is_in_the_picture_where_the_coverage_engine_puts_it(
    height, tilt, fov, vertical, near, reach, bearing, seed
):
    lens = Lens(height, tilt, fov, vertical, near, reach, 1920)
    points = np.random.default_rng(seed).uniform(-reach, reach, (200, 2))
    sensors = Sensors(
        x=np.zeros(1), y=np.zeros(1), height=height, bearing=bearing, fov=fov, tilt=tilt, vertical_fov=vertical,
        near=near, range=reach,
    )  # fmt: skip
    (shape,) = cover_25d(sensors, Obstacles.of(), arc=0.1)

    seen = ground_density(lens, points, np.array([bearing]))[0] > 0

    at = shapely.points(points)
    with np.errstate(all="ignore"):  # GEOS leaves flags behind where points lie on one line with an edge
        clear = shapely.distance(shapely.boundary(shape), at) > 0.01 if not shape.is_empty else np.ones(200, dtype=bool)
    assert seen[clear].tolist() == shapely.contains(shape, at)[clear].tolist()


def test_density_falls_with_the_distance_ahead_as_the_standard_reckons_it():
    lens = Lens(height=3, tilt=10, fov=90, vertical_fov=60, near=0, range=40, pixels=1920)
    points = np.array([[0.0, 10.0], [0.0, 20.0], [5.0, 20.0], [0.0, -10.0]])

    (north, east) = ground_density(lens, points, np.array([0, 90]))

    expected = pixel_density([10, 20, 20], 90, 1920).tolist()
    assert north.tolist() == [*expected, 0.0]
    assert east.tolist() == [0.0, 0.0, 0.0, 0.0]


def test_a_blacked_out_sector_turns_with_the_camera():
    lens = Lens(height=3, tilt=10, fov=90, vertical_fov=60, near=0, range=40, pixels=1920, masks=((10, 45),))
    point = np.array([[5.0, 10.0]])  # 26.6° from north

    seen = ground_density(lens, point, np.array([0, 20, 60]))[:, 0] > 0

    assert seen.tolist() == [False, True, True]


def test_a_window_is_sharp_from_before_it_and_nothing_from_along_or_behind_it():
    lens = Lens(height=3, tilt=0, fov=90, vertical_fov=60, near=0, range=40, pixels=2000)
    window = np.array([[0.0, 10.0]])
    towards, along, behind = (np.array([out]) for out in ([0.0, -1.0], [1.0, 0.0], [0.0, 1.0]))
    low, high = np.array([2.0]), np.array([4.0])

    found = [
        facade_density(lens, window, out, low, high, np.array([0, 30, 90]))[:, 0].tolist()
        for out in (towards, along, behind)
    ]

    assert found[1:] == [[0, 0, 0], [0, 0, 0]]
    assert found[0][0] == pytest.approx(100)  # 2000 pixels on the 20 m that it sees there
    assert found[0][1] == pytest.approx(1000 * 10 / (10 * np.cos(np.radians(30))) ** 2)
    assert found[0][2] == 0


def test_a_window_above_the_picture_is_not_in_it():
    lens = Lens(height=3, tilt=20, fov=90, vertical_fov=40, near=0, range=40, pixels=2000)
    window, out = np.array([[0.0, 10.0]]), np.array([[0.0, -1.0]])

    ground, fourth = (
        facade_density(lens, window, out, np.array([low]), np.array([low + 1.5]), np.array([0]))[0, 0]
        for low in (1.0, 10.0)
    )

    assert ground > 0
    assert fourth == 0


def test_cameras_are_gathered_into_a_problem():
    lens = Lens(height=3, tilt=10, fov=90, vertical_fov=60, near=0, range=40, pixels=1920)
    gathering, bearings = Gathering(), np.array([0.0, 90.0])
    north, east = [0.0, 10.0], [10.0, 0.0]
    for idle, here in ((50, [north, east]), (0, [east])):
        density = ground_density(lens, np.array(here), bearings)
        gathering.add(
            idle=idle, bearings=bearings, cost=np.array([0, 200]), allowed=np.array([True, idle == 50]),
            density=density, points=np.arange(len(here)) + (idle == 0),
        )  # fmt: skip

    asked = gathering.problem(weight=[1, 4], need=[62.5, 125], views=[1, 1])

    assert asked.camera.tolist() == [0, 0, 1, 1]
    assert (asked.starts.tolist(), asked.points.tolist(), asked.levels.tolist()) == (
        [0, 1, 2, 2, 3],
        [0, 1, 1],
        [96] * 3,
    )
    assert asked.need.tolist() == [63, 125]
    assert asked.idle.tolist() == [50, 0]
    assert gathering.bearing == [0, 90, 0, 90]
    assert solve_instantly(asked).choice.tolist() == [0, NONE]  # 96 is not sharp enough in the east


@pytest.mark.parametrize(("before", "after", "turn"), [(350, 20, 30), (20, 350, -30), (0, 180, 180), (90, 90, 0)])
def test_a_turn_goes_the_short_way_round(before, after, turn):
    assert smallest_turn(before, after) == turn
