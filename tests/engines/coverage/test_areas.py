"""Union, overlap, blind stretches, pixel densities and the plane, with answers known beforehand."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.coverage import (
    EDITIONS,
    Edition,
    bands,
    blind,
    blind_areas,
    calls,
    density_class,
    distance_for,
    overlap,
    pixel_density,
    polygons,
    union,
    views,
)
from linli.engines.coverage.plane import to_lonlat, to_plane
from tests.engines.coverage.scenes import camera, house

# Three squares of 4 by 4 in a row, each two metres on, and one that sees nothing.
ROW = [house(0, 0, 4, 4), house(2, 0, 4, 4), house(4, 0, 4, 4), np.empty((0, 2))]


def test_what_at_least_so_many_see():
    assert union(ROW).area == 32
    assert [overlap(ROW, number).area for number in (1, 2, 3)] == [32, 16, 0]
    assert overlap([ROW[0]] * 3, 3).area == 16
    assert overlap([], 2).is_empty
    assert union([np.empty((0, 2))]).is_empty
    with pytest.raises(ValueError, match="At least one view"):
        overlap(ROW, 0)


def test_how_many_see_a_point():
    assert views([(1, 1), (3, 1), (5, 1), (7, 1), (9, 1)], ROW).tolist() == [1, 2, 2, 1, 0]
    assert views(np.empty((0, 2)), ROW).tolist() == []


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 5), st.integers(1, 5)), max_size=7))
def test_overlaps_agree_with_counting_squares(boxes):
    squares = [house(*box) for box in boxes]
    centres = np.stack(np.meshgrid(np.arange(12), np.arange(12)), axis=-1).reshape(-1, 2) + 0.5
    counted = views(centres, squares)

    for number in (1, 2, 3, 4):
        assert overlap(squares, number).area == pytest.approx((counted >= number).sum())


def test_the_blind_stretches_of_a_lane():
    seen = union([house(2, -1, 3, 2), house(8, -1, 2, 2)])
    lane, outside, within = blind([[(0, 0), (10, 0)], [(0, 5), (10, 5)], [(3, 0), (4, 0)]], seen)

    assert (lane.whole, lane.unseen, lane.share) == (10, 5, 0.5)
    assert [part.tolist() for part in lane.parts] == [[[0, 0], [2, 0]], [[5, 0], [8, 0]]]
    assert (outside.unseen, outside.share, len(outside.parts)) == (10, 1, 1)
    assert (within.unseen, within.share, within.parts) == (0, 0, ())


def test_the_blind_stretches_of_a_lane_with_a_bend_stay_one():
    (lane,) = blind([[(0, 0), (5, 0), (5, 5)]], union([house(0, -1, 2, 2)]))

    assert (lane.unseen, [part.tolist() for part in lane.parts]) == (8, [[[2, 0], [5, 0], [5, 5]]])


def test_the_blind_part_of_an_entrance_and_of_a_shed():
    entrance, shed = blind_areas([house(0, 0, 4, 2), house(20, 0, 3, 3)], union([house(0, 0, 3, 9)]))

    assert (entrance.whole, entrance.unseen, entrance.share) == (8, 2, 0.25)
    assert (shed.whole, shed.unseen, shed.share) == (9, 9, 1)
    assert shapely.equals(entrance.parts[0], shapely.box(3, 0, 4, 2))


def test_pixels_on_a_metre():
    # 90 degrees 10 m away is a picture 20 m wide; all round at 10 m it is 20 pi.
    assert pixel_density(10, 90, 1920) == pytest.approx(96)
    assert pixel_density(10, 360, 6283) == pytest.approx(99.99707, rel=1e-6)
    assert pixel_density([0, 20], 90, 1920).tolist() == pytest.approx([math.inf, 48])
    assert distance_for([96, 48], 90, 1920).tolist() == pytest.approx([10, 20])
    with pytest.raises(ValueError, match="distance of at least 0"):
        pixel_density(-1, 90, 1920)
    with pytest.raises(ValueError, match="must be above 0"):
        distance_for(0, 90, 1920)


def test_the_levels_of_both_editions_begin_at_their_figures():
    first = {"monitor": 12.5, "detect": 25, "observe": 62.5, "recognise": 125, "identify": 250, "inspect": 1000}
    second = {"overview": 20, "outline": 40, "discern": 80, "perceive": 125, "characterise": 250, "validate": 500,
              "scrutinise": 1500}  # fmt: skip

    for year, levels in (("2014", first), ("2025", second)):
        assert dict(EDITIONS[year].levels) == levels
        assert density_class([*levels.values()], year).tolist() == list(levels)
        assert density_class([value - 0.01 for value in levels.values()], year).tolist() == ["", *list(levels)[:-1]]
    assert EDITIONS["2014"].verified
    assert not EDITIONS["2025"].verified


def test_another_edition_can_be_given_and_an_unknown_one_is_refused():
    own = Edition("2030", (("seen", 10.0), ("clear", 100.0)), "our own", verified=False)

    assert density_class([9, 10, 100], own).tolist() == ["", "seen", "clear"]
    with pytest.raises(ValueError, match="only 2014 and 2025"):
        density_class(1, "1999")


def test_a_level_ends_at_a_line_across_the_axis_and_for_a_dome_at_an_arc():
    flat, dome = camera(bearing=90, fov=90, range=100), camera(fov=360, range=100, pixels=6283.185307)
    square, disc = [shapely.box(-200, -200, 200, 200)], [shapely.box(-200, -200, 200, 200)]
    ahead = shapely.Polygon([(0, 0), (50, 50), (50, -50)])

    within = bands(flat, [ahead])
    assert {name: found[0].area for name, found in within.items()} == pytest.approx({
        "monitor": 50**2, "detect": 38.4**2, "observe": 15.36**2, "recognise": 7.68**2, "identify": 3.84**2,
        "inspect": 0.96**2,
    })  # fmt: skip
    assert within["detect"][0].bounds == pytest.approx((0, -38.4, 38.4, 38.4))
    assert bands(dome, disc)["identify"][0].area == pytest.approx(np.pi * 16, rel=1e-3)
    assert bands(flat, square)["inspect"][0].bounds[2] == pytest.approx(0.96)


def test_rings_for_the_map_close_and_come_back_as_the_same_shape():
    holed = shapely.Polygon(house(0, 0, 9, 9), [house(2, 2, 2, 2)])
    several = shapely.MultiPolygon([holed, shapely.Polygon(house(20, 0, 1, 1))])

    for shape in (holed, several):
        rings = calls.rings(shape)
        assert all((ring[0] == ring[-1]).all() for part in rings for ring in part)
        assert shapely.equals(calls.shape(rings), shape)
    assert calls.rings(shapely.Polygon()) == []
    assert polygons([np.empty((0, 2))])[0].is_empty


def test_degrees_come_back_from_metres():
    origin = (121.4365, 31.1885)
    there = np.array([[121.44, 31.19], [121.43, 31.18]])

    assert to_lonlat(to_plane(there, origin), origin) == pytest.approx(there, abs=1e-12)
    with pytest.raises(ValueError, match="in pairs"):
        to_plane([1, 2, 3], origin)
    with pytest.raises(ValueError, match="origin"):
        to_plane([1, 2], (0, 90))


@pytest.mark.parametrize(("metres", "error"), [(300, 0.01), (1000, 0.1), (2000, 0.41)])
def test_the_plane_errs_by_no_more_than_is_written_down(metres, error):
    origin = (121.4365, 31.1885)
    worst = 0.0
    for bearing in np.arange(0, 360, 15):
        xy = metres * np.array([math.sin(math.radians(bearing)), math.cos(math.radians(bearing))])
        worst = max(worst, float(np.hypot(*(tangent(to_lonlat(xy, origin), origin) - xy))))

    assert worst <= error


def tangent(lonlat: np.ndarray, origin: tuple[float, float]) -> np.ndarray:
    """East and north on the plane that touches the ellipsoid, by way of its centre."""

    def cartesian(at: tuple[float, float] | np.ndarray) -> np.ndarray:
        longitude, latitude = np.radians(at)
        radius = 6378137 / math.sqrt(1 - 0.00669437999014 * math.sin(latitude) ** 2)
        flat = radius * math.cos(latitude)
        return np.array([flat * math.cos(longitude), flat * math.sin(longitude),
                         radius * (1 - 0.00669437999014) * math.sin(latitude)])  # fmt: skip

    longitude, latitude = np.radians(origin)
    across = np.array([-math.sin(longitude), math.cos(longitude), 0])
    along = np.array([-math.sin(latitude) * math.cos(longitude), -math.sin(latitude) * math.sin(longitude),
                      math.cos(latitude)])  # fmt: skip
    away = cartesian(lonlat) - cartesian(origin)
    return np.array([away @ across, away @ along])
