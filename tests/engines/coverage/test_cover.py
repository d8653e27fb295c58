"""What a sensor sees of the plane and of the ground: the kernels against the plain reference, and by hand."""

import re
import subprocess
import sys

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from linli.engines.coverage import (
    Obstacles,
    Sensors,
    calls,
    cover,
    cover_25d,
    fast,
    inside,
    polygons,
    reference,
    relief,
)
from linli.engines.coverage.frame import frames, sector
from tests.engines.coverage.scenes import alike, camera, hidden, house, in_picture, lookers, made, scenes

FINE = 0.2  # degrees: arcs so fine that the same disc is meant wherever their vertices lie
OPEN_FIELD = Obstacles.of()


def area(rings: list[np.ndarray]) -> float:
    return round(float(shapely.area(polygons(rings)).sum()), 6)


@settings(deadline=None)
@given(scenes(), lookers())
def test_the_kernel_sees_what_the_reference_sees(scene, sensors):
    obstacles = made(scene)

    found, plain = fast.cover(sensors, obstacles, FINE), reference.cover(sensors, obstacles, FINE)

    for one, other in zip(polygons(found), polygons(plain), strict=True):
        assert shapely.is_valid(one)
        assert alike(one, other) >= 0.99999


@settings(deadline=None)
@given(scenes(), lookers(1))
def test_one_sensor_alone_sees_the_same_as_among_many(scene, sensor):
    obstacles = made(scene)
    many = sensor[np.zeros(fast.ALONE + 1, int)]

    alone = fast.cover_one(sensor, obstacles)

    for one in fast.cover(many, obstacles):
        assert np.array_equal(one, alone)
    assert np.array_equal(calls.cover_reference(sensor.arrays(), obstacles.arrays())[0], cover(sensor, obstacles)[0])


@settings(deadline=None)
@given(scenes(), lookers())
def test_over_low_walls_the_fast_way_sees_what_the_reference_sees(scene, sensors):
    obstacles = made(scene)

    found, plain = relief.cover_25d(sensors, obstacles, FINE), reference.cover_25d(sensors, obstacles, FINE)

    for one, other in zip(found, plain, strict=True):
        assert shapely.is_valid(one)
        # Crumbs under a square centimetre are left out on both sides, each its own.
        assert alike(one, other) >= 0.99999 or shapely.area(shapely.symmetric_difference(one, other)) < 1e-3


@settings(deadline=None)
@given(scenes(), lookers(1))
def test_over_low_walls_each_point_is_seen_exactly_where_a_straight_line_reaches_it(scene, sensor):
    obstacles = made(scene)
    if inside(sensor, obstacles)[0] or sensor.fov[0] >= 150 or sensor.vertical_fov[0] >= 150 or not sensor.range[0]:
        return
    seen = reference.cover_25d(sensor, obstacles, FINE)[0]
    moved = reference.placed(sensor, obstacles)[0]
    grid = np.random.default_rng(1).uniform(-1, 1, (60, 2)) * sensor.range[0] + (moved.x[0], moved.y[0])

    for point in grid:
        clear = shapely.distance(shapely.boundary(seen), shapely.Point(point)) > 0.05 if seen.area else True
        # A thin strip of light has two borders within the slack; only what is well inside or outside is asked.
        if clear:
            lit = in_picture(moved, point) and not hidden(moved, point, scene)
            assert lit == bool(shapely.contains(seen, shapely.Point(point)))


def test_in_the_open_a_sensor_sees_its_slice_of_the_disc():
    sensors = Sensors(np.array([0.0, 0.0]), np.array([0.0, 0.0]), fov=np.array([90.0, 360.0]), range=10.0)

    quarter, whole = fast.cover(sensors, OPEN_FIELD, FINE)

    assert area([quarter]) == pytest.approx(np.pi * 25, rel=1e-5)
    assert area([whole]) == pytest.approx(np.pi * 100, rel=1e-5)
    assert shapely.Polygon(quarter).bounds == pytest.approx((-(50**0.5), 0, 50**0.5, 10))


def test_an_arc_of_two_degrees_loses_a_part_in_five_thousand():
    ring = fast.cover_one(camera(fov=90, range=10), OPEN_FIELD)

    assert len(ring) == 47
    assert 1 - area([ring]) / (np.pi * 25) == pytest.approx(2e-4, rel=0.05)


def test_a_wall_hides_what_is_behind_it():
    wall = Obstacles.of([house(-2, 5, 4, 1)])

    ring = fast.cover_one(camera(fov=2 * np.degrees(np.arctan(0.4)), range=100), wall)

    assert ring.round(9).tolist() == [[2.0, 5.0], [-2.0, 5.0], [0.0, 0.0]]


def test_a_ray_that_ends_at_a_wall_names_it():
    walls = Obstacles.of([house(-2, 5, 4, 1)], lines=[[(-30, 20), (30, 20)]])
    found = fast.outlines(camera(fov=90, range=25), walls)
    named = {int(walls.edge_sources[edge]) for edge in found.along if edge >= 0}

    assert named == {0, 1}
    assert set(found.along[found.along < 0]) == {-1, -2, -3}


def test_a_sensor_on_a_wall_hangs_just_before_it():
    block = Obstacles.of([house(0, 0, 10, 10)])
    on_it, in_front = camera(5, 0, bearing=180, fov=180), camera(5, -0.02, bearing=180, fov=180)

    assert area(fast.cover(on_it, block)) == area(fast.cover(in_front, block)) == area(cover(on_it, block))
    assert area(fast.cover(on_it, block)) == pytest.approx(np.pi * 450, rel=1e-3)


def test_at_a_mere_line_it_hangs_on_the_side_to_which_it_looks():
    fence = Obstacles.of(lines=[[(-50, 0), (50, 0)]])
    north, south = camera(bearing=0, fov=360, range=10), camera(bearing=180, fov=360, range=10)

    assert polygons(fast.cover(north, fence))[0].centroid.y > 4
    assert polygons(fast.cover(south, fence))[0].centroid.y < -4


def test_in_a_corner_it_moves_away_from_both_sides():
    corner = Obstacles.of([[(0, 0), (10, 0), (10, 10), (5, 10), (5, 5), (0, 5)]])

    assert area(fast.cover(camera(5, 5, fov=360, range=2), corner, FINE)) == pytest.approx(np.pi, rel=0.05)


def test_inside_a_building_it_sees_nothing_and_that_can_be_asked():
    block = Obstacles.of([house(0, 0, 10, 10)], [6.0])
    sensors = Sensors(np.array([5.0, 20.0]), np.array([5.0, 5.0]), height=np.array([3.0, 3.0]), fov=360.0)

    assert inside(sensors, block).tolist() == [True, False]
    assert [len(ring) > 0 for ring in fast.cover(sensors, block)] == [False, True]
    assert [len(ring) > 0 for ring in cover(sensors, block)] == [False, True]
    assert relief.cover_25d(sensors, block)[0].is_empty


def test_above_a_roof_it_looks_over_the_edge():
    roof = Obstacles.of([house(-5, -5, 10, 10)], [6.0])
    above = camera(height=12, fov=360, range=40)

    # The edge of the roof, 5 m away and 6 m below, hides the ground up to 10 m.
    assert relief.cover_25d(above, roof, FINE)[0].area == pytest.approx(np.pi * 1600 - 400, rel=1e-5)
    assert inside(above, roof, over=True).tolist() == [False]


def test_no_range_is_nothing_seen():
    assert [len(ring) for ring in fast.cover(camera(range=0), OPEN_FIELD)] == [0]
    assert [len(ring) for ring in cover(camera(range=0), OPEN_FIELD)] == [0]
    assert fast.cover_one(camera(range=0), OPEN_FIELD).shape == (0, 2)
    assert relief.cover_25d(camera(range=0), OPEN_FIELD)[0].is_empty
    assert fast.cover(camera()[np.zeros(1, bool)], OPEN_FIELD) == []


def test_touching_and_crossing_footprints_become_one_outline():
    apart = Obstacles.of([house(0, 0, 2, 2), house(2, 0, 2, 2), house(1, 1, 2, 2)], [5.0, 5.0, 5.0])

    assert shapely.area(apart.solids).tolist() == [10.0]
    assert set(apart.edge_sources) == {0, 1, 2}


def test_a_higher_building_takes_its_ground_from_a_lower():
    tower = Obstacles.of([house(0, 0, 10, 10), house(4, 4, 2, 2)], [3.0, 20.0])

    assert {
        float(height): float(size) for height, size in zip(tower.heights, shapely.area(tower.solids), strict=True)
    } == {
        3.0: 96.0,
        20.0: 4.0,
    }


def test_the_ground_in_the_picture_is_a_trapezium_with_its_far_end_at_the_range():
    # Axis 45 degrees down, 53.13 high: from 4 m cot(71.565) = 4/3 to 4 m cot(18.435) = 12, half as wide as it is far.
    steep = camera(
        height=4, tilt=45, vertical_fov=2 * np.degrees(np.arctan(0.5)), fov=2 * np.degrees(np.arctan(0.5)), range=50
    )
    corners = frames(steep).shapes[0]

    depth = (np.array([4 / 3, 12]) + 4) / 2**0.5
    assert relief.cover_25d(steep, OPEN_FIELD)[0].area == pytest.approx((12 - 4 / 3) * depth.sum() / 2, rel=1e-6)
    assert corners.bounds == pytest.approx((-depth[1] / 2, 4 / 3, depth[1] / 2, 12))


def test_a_dome_sees_a_ring_between_two_distances():
    dome = camera(height=5, fov=360, tilt=45, vertical_fov=40, range=60)

    near, far = 5 / np.tan(np.radians(65)), 5 / np.tan(np.radians(25))
    assert relief.cover_25d(dome, OPEN_FIELD, FINE)[0].area == pytest.approx(np.pi * (far**2 - near**2), rel=1e-5)


def test_what_looks_up_sees_no_ground():
    assert relief.cover_25d(camera(tilt=-40, vertical_fov=60), OPEN_FIELD)[0].is_empty
    assert cover_25d(camera(tilt=-40, vertical_fov=60), OPEN_FIELD)[0].is_empty


def test_behind_a_low_wall_the_ground_is_seen_again():
    # A wall of 2 m, 6 m away, from 3 m: hidden from 6 to 18 m.
    wall = Obstacles.of(lines=[[(-100, 6), (100, 6)]], line_heights=[2.0])
    seen = relief.cover_25d(camera(height=3, fov=60, range=30), wall, FINE)[0]

    along = shapely.intersection(seen, shapely.LineString([(0, 0), (0, 30)]))
    assert [part.bounds[1::2] for part in shapely.get_parts(along)] == [pytest.approx((0, 6)), pytest.approx((18, 30))]
    assert cover_25d(camera(height=3, fov=60, range=30), wall, FINE)[0].area == pytest.approx(seen.area, rel=1e-6)


def test_a_shed_hides_its_ground_and_a_strip_behind_it():
    # A shed of 1.5 m from 4 to 6 m away, seen from 3 m: hidden up to twice its far side.
    shed = Obstacles.of([house(-1, 4, 2, 2)], [1.5])
    seen = relief.cover_25d(camera(height=3, fov=90, range=30), shed, FINE)[0]

    along = shapely.intersection(seen, shapely.LineString([(0, 0), (0, 30)]))
    assert [part.bounds[1::2] for part in shapely.get_parts(along)] == [pytest.approx((0, 4)), pytest.approx((12, 30))]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"fov": 0}, "Sensor 1: The field of view must be above 0 and at most 360 degrees, not 0."),
        ({"fov": 361}, "Sensor 1: The field of view must be above 0 and at most 360 degrees, not 361."),
        ({"x": float("nan")}, "Sensor 1: The position must be in metres near the origin, not nan."),
        ({"bearing": float("inf")}, "Sensor 1: The bearing must be in degrees, not inf."),
        ({"range": -1}, "Sensor 1: The range must be from 0 to 5,000 m, not -1."),
        ({"tilt": 91}, "Sensor 1: The tilt must be from -90 (up) to 90 (down) degrees, not 91."),
        ({"height": [3, 4]}, "There are 1 sensors, but 2 values of height."),
    ],
)
def test_what_cannot_be_a_sensor_is_refused_in_words(given, told):
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        Sensors.of({"x": 0.0, "y": 0.0, **given})


@pytest.mark.parametrize(
    ("polygons", "lines", "heights", "told"),
    [
        ([[(0, 0), (1, 0), (float("nan"), 1)]], [], None, "Footprint 1: a coordinate is not a number."),
        ([[(0, 0), (1, 0), (1, 1)]], [[(0, 0), (float("inf"), 1)]], None, "Line 1: a coordinate is not a number."),
        ([[0, 1, 2]], [], None, "Footprint 1: a list of points with two coordinates each is needed."),
        ([[(0, 0), (1, 0), (1, 1)]], [], [1, 2], "There are 1 footprints, but 2 heights."),
    ],
)
def test_what_cannot_be_an_obstacle_is_refused_in_words(polygons, lines, heights, told):
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        Obstacles.of(polygons, heights, lines)


def test_footprints_without_area_are_left_out_and_crossed_ones_repaired():
    odd = Obstacles.of([[(0, 0), (1, 1)], [(0, 0), (4, 0), (4, 0)], [(0, 0), (2, 2), (2, 0), (0, 2)]])

    assert float(shapely.area(odd.solids).sum()) == 2.0


@settings(deadline=None)
@given(scenes(), lookers(1))
def test_what_is_near_is_enough(scene, sensor):
    obstacles = made(scene)
    near = Obstacles.from_arrays(obstacles.near(sensor.x[0], sensor.y[0], sensor.range[0] + 0.1).arrays())

    assert np.allclose(fast.cover_one(sensor, near), fast.cover_one(sensor, obstacles))


def test_a_slice_of_a_disc_has_its_vertices_on_the_disc():
    slice_ = sector(1, 2, 0, 90, 10, 30)

    assert np.hypot(*(shapely.get_coordinates(slice_)[1:-1] - (1, 2)).T).tolist() == pytest.approx([10] * 4)
    assert sector(0, 0, 0, 90, 0).is_empty


def test_numba_is_not_imported_before_a_kernel_is_called():
    said = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)

    assert said.stdout == "False\nTrue\n"


WITHOUT = """
import sys
from linli.engines import coverage
from linli.engines.coverage import calls, exposure, kernels, plane
one = {"x": [0.0], "y": [0.0]}
calls.cover_reference(one, coverage.Obstacles.of().arrays())
calls.exposure_reference(one, coverage.Obstacles.of().arrays())
print("numba" in sys.modules)
kernels.cover_one(one, coverage.Obstacles.of().arrays())
print("numba" in sys.modules)
"""
