"""`locate` held to a slow truth: every outline asked, one after the other, without a tree or a frame kept ready."""

from datetime import UTC, datetime
from math import inf, nan
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from linli.core.errors import Invalid
from linli.places.domain.frame import Frame
from linli.places.domain.geometry import AREAS
from linli.places.domain.locate import BESIDE, Located, locate
from linli.places.domain.tree import change_place, create_place, retire_place
from linli.places.models import Kind, Place
from tests.neighbourhood import square

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FRAME = Frame(121.433, 31.193)
HOLDING = [Kind.DISTRICT, Kind.SUBDISTRICT, Kind.AREA, Kind.COMMITTEE, Kind.ESTATE, Kind.CELL]


def truth(lon: float, lat: float, outlines: list[tuple[Place, object]]) -> Located:
    """The same answer, worked out from the definition. outlines: in metres, in the order of the paths."""
    point = Point(*FRAME.metres(lon, lat))
    at: dict[str, Place] = {}
    for place, drawn in outlines:
        committee = at.get(Kind.COMMITTEE)
        belongs = place.kind not in {Kind.ESTATE, Kind.CELL} or (committee and committee.contains(place))
        if place.kind in HOLDING and place.kind not in at and belongs and drawn.intersects(point):
            at[place.kind] = place
    committee, area = at.get(Kind.COMMITTEE), at.get(Kind.AREA)
    if committee is None:
        way = min(drawn.distance(point) for place, drawn in outlines if place.kind == Kind.COMMITTEE)
        wide = area or at.get(Kind.SUBDISTRICT) or at.get(Kind.DISTRICT)
        return Located(None, None, None, None, area, wide, inside=False, distance_m=way)
    within = at.get(Kind.ESTATE) or committee
    ways = [(d.distance(point), p) for p, d in outlines if p.kind == Kind.BUILDING and within.contains(p)]
    distance, building = min(ways, key=lambda way: (way[0], way[1].path))
    if distance > BESIDE:
        distance, building = 0.0, None
    estate = next((p for p, _ in outlines if building and p.path == building.path[:-4]), at.get(Kind.ESTATE))
    place = building or estate or committee
    return Located(at.get(Kind.CELL), building, estate, committee, area, place, inside=True, distance_m=distance)


@pytest.fixture
def outlines(leshan: dict[str, Place]) -> list[tuple[Place, object]]:
    """Every outline of the synthetic neighbourhood, in metres."""
    places = Place.objects.order_by("path")
    return [(p, FRAME.project(shape(p.geometry))) for p in places if p.geometry and p.geometry["type"] in AREAS]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(-400, 900), st.floats(-700, 700))
def test_every_point_lies_where_a_slow_search_finds_it(outlines, x, y):
    lon, lat = FRAME.degrees(x, y)

    found, true = locate(lon, lat), truth(lon, lat, outlines)

    assert found.distance_m == pytest.approx(true.distance_m, rel=2e-3, abs=0.02)
    if abs(true.distance_m - BESIDE) > 0.05:
        assert found._replace(distance_m=0) == true._replace(distance_m=0)


@pytest.fixture
def corner(db: None) -> dict[str, Place]:
    """Two committees side by side; a building 4 m from their boundary, in the west."""
    made: dict[str, Place] = {}
    around = square(121.42, 31.18, 121.45, 31.2)
    made["district"] = create_place(parent=None, kind="district", name="区", geometry=around)
    made["street"] = create_place(parent=made["district"], kind="subdistrict", name="街道")
    made["area"] = create_place(parent=made["street"], kind="area", name="片区")
    for name, west, east in (("west", 121.430, 121.431), ("east", 121.431, 121.432)):
        whole = square(west, 31.19, east, 31.191)
        made[name] = create_place(parent=made["area"], kind="committee", name=name, geometry=whole)
        made[f"{name} cell"] = create_place(parent=made[name], kind="cell", name=name, geometry=whole)
    made["estate"] = create_place(parent=made["west"], kind="estate", name="小区")
    drawn = square(121.43080, 31.1904, 121.43096, 31.1905)
    made["building"] = create_place(parent=made["estate"], kind="building", name="1号楼", geometry=drawn)
    return made


def test_a_point_on_the_lane_means_the_building_beside_it(corner):
    beside, away = locate(121.43080 - 10 / FRAME.east, 31.19045), locate(121.43080 - 16 / FRAME.east, 31.19045)

    assert (beside.building, beside.place, beside.estate) == (corner["building"], corner["building"], corner["estate"])
    assert beside.distance_m == pytest.approx(10, abs=0.05)
    assert (away.building, away.place, away.distance_m) == (None, corner["west"], 0.0)


def test_a_building_across_the_boundary_is_another_committees(corner):
    found = locate(121.43102, 31.19045)

    assert (found.committee, found.cell, found.building) == (corner["east"], corner["east cell"], None)


def test_a_point_on_a_boundary_belongs_to_the_first_of_both(corner):
    found = locate(121.431, 31.1901)

    assert (found.committee, found.cell) == (corner["west"], corner["west cell"])


def test_a_point_outside_knows_how_far_it_is(corner):
    found = locate(121.429, 31.1905)

    assert (found.inside, found.committee, found.cell, found.place) == (False, None, None, corner["district"])
    assert found.distance_m == pytest.approx(0.001 * FRAME.east, abs=0.2)
    assert locate(0.0, 0.0).place is None


@pytest.mark.parametrize("point", [(nan, 31.19), (121.43, inf), (31.19, 121.43), (-181.0, 0.0)])
def test_what_is_no_place_on_earth_is_refused(corner, point):
    with pytest.raises(Invalid):
        locate(*point)


def test_an_empty_tree_holds_nothing(db):
    assert locate(121.43, 31.19) == Located(None, None, None, None, None, None, inside=False, distance_m=inf)


def test_a_change_is_seen_at_once(corner):
    assert locate(121.4309, 31.19045).building == corner["building"]

    change_place(place=corner["building"], geometry=square(121.43020, 31.1904, 121.43036, 31.1905))
    assert locate(121.4309, 31.19045).building is None
    assert locate(121.4303, 31.19045).building == corner["building"]

    retire_place(place=corner["estate"], at=NOW)
    assert locate(121.4303, 31.19045).place == corner["west"]


def test_after_the_first_no_statement_is_needed(corner, django_assert_num_queries):
    locate(121.4309, 31.19045)

    with django_assert_num_queries(0):
        for step in range(100):
            locate(121.43 + step * 1e-5, 31.1905)


def test_many_threads_read_one_tree(corner):
    wanted = locate(121.4309, 31.19045)
    found: list[Located] = []
    threads = [Thread(target=lambda: found.extend(locate(121.4309, 31.19045) for _ in range(200))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [wanted] * 1_600
