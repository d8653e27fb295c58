"""The synthetic neighbourhood has the published totals exactly, and everything in it lies where it should."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from linli.places.domain.draft import PlaceDraft
from linli.places.domain.grid import check_cells
from linli.places.models import Place
from linli.world import layout
from linli.world.neighbourhood import CENTRE, neighbourhood
from linli.world.places import build_places
from tests.places.conftest import SEEDED

AS_OF = date(2026, 11, 23)
SEEDS = st.integers(0, 10_000)


@cache
def drawn(seed: int = 2018, scale: int = 1) -> PlaceDraft:
    return neighbourhood(as_of=AS_OF, seed=seed, scale=scale)


def walk(draft: PlaceDraft, kind: str) -> Iterator[PlaceDraft]:
    if draft.kind == kind:
        yield draft
    for child in draft.children:
        yield from walk(child, kind)


def area(draft: PlaceDraft) -> PlaceDraft:
    return next(found for found in walk(draft, "area") if found.name == "乐山片区")


def metres(draft: PlaceDraft):
    return CENTRE.project(shape(draft.geometry))


def total(drafts: Iterator[PlaceDraft], name: str) -> Decimal:
    return sum(figure.value for draft in drafts for figure in draft.figures if figure.name == name)


def test_names_and_totals_are_the_published_ones():
    leshan = area(drawn())

    assert [committee.name for committee in leshan.children] == [
        "乐山四五村", "乐山二三村", "乐山六七村", "乐山八九村", "虹二",
    ]  # fmt: skip
    assert len(list(walk(leshan, "estate"))) == 8
    assert {figure.name: (figure.value, figure.verified) for figure in leshan.figures} == {
        "households": (Decimal(6458), False),
        "floor_area": (Decimal(290_000), False),
        "aged_65": (Decimal(30), False),
        "disabled": (Decimal(700), False),
        "hardship": (Decimal(197), False),
    }


@settings(max_examples=12)
@given(SEEDS)
def test_households_and_floor_area_add_up_for_every_seed(seed):
    leshan = area(drawn(seed))

    for kind in ("estate", "building"):
        assert total(walk(leshan, kind), "households") == 6458
        assert total(walk(leshan, kind), "floor_area") == 290_000


def test_the_flats_can_be_drawn_up_one_by_one():
    leshan = area(neighbourhood(as_of=AS_OF, units=True))

    assert len(list(walk(leshan, "unit"))) == 6458
    for entrance in walk(leshan, "entrance"):
        names = [unit.name for unit in entrance.children]
        assert len(names) == len(set(names)) in {11, 12, 17, 18}


def test_the_same_seed_draws_the_same_and_another_one_does_not():
    assert neighbourhood(as_of=AS_OF, seed=7) == neighbourhood(as_of=AS_OF, seed=7)
    assert neighbourhood(as_of=AS_OF, seed=7) != neighbourhood(as_of=AS_OF, seed=8)


@settings(max_examples=8)
@given(SEEDS)
def test_everything_lies_in_what_holds_it_and_nothing_in_its_neighbour(seed):
    def check(draft: PlaceDraft) -> None:
        holder = metres(draft)
        for child in draft.children:
            if child.geometry:
                assert holder.buffer(0.02).contains(metres(child)), (draft.name, child.name)
                check(child)
        solid = [metres(child) for child in draft.children if child.kind not in {"cell", "lane", "entrance", "unit"}]
        for one, other in combinations(solid, 2):
            assert shapely.intersection(one, other).area < 0.01

    check(drawn(seed))


@settings(max_examples=8)
@given(SEEDS)
def test_cells_cover_their_committee_exactly_and_cut_no_building(seed):
    for committee in walk(drawn(seed), "committee"):
        cells = [shape(cell.geometry) for cell in walk(committee, "cell")]
        whole = shape(committee.geometry)
        buildings = [metres(building) for building in walk(committee, "building")]

        # Corners are shared exactly, so the sum is exact too: no tolerance but that of floats.
        assert sum(cell.area for cell in cells) == pytest.approx(whole.area, rel=1e-9)
        assert shapely.union_all(cells).symmetric_difference(whole).area == pytest.approx(0, abs=1e-16)
        assert all(shapely.intersection(a, b).area < 1e-16 for a, b in combinations(cells, 2))
        for building in buildings:
            assert sum(metres(cell).contains(building) for cell in walk(committee, "cell")) == 1


def test_cells_are_of_about_ten_thousand_square_metres_and_numbered_by_the_standard():
    for committee in walk(drawn(), "committee"):
        cells = list(walk(committee, "cell"))

        assert [cell.code for cell in cells] == [f"{committee.code}{number:03}" for number in range(1, len(cells) + 1)]
        assert all(5_000 < metres(cell).area < 15_000 for cell in cells)
    assert {committee.code for committee in walk(drawn(), "committee")} == {
        "310104014001", "310104014002", "310104014003", "310104014004", "310104014005", "310104900001",
    }  # fmt: skip


@settings(max_examples=8)
@given(SEEDS)
def test_slabs_stand_in_rows_with_the_sun_between_them(seed):
    for estate in walk(drawn(seed), "estate"):
        slabs = [metres(building) for building in walk(estate, "building")]

        for one, other in combinations(slabs, 2):
            assert one.distance(other) > 4.9
        for lane in walk(estate, "lane"):
            assert all(metres(lane).distance(slab) > 1.5 for slab in slabs)


def test_buildings_are_numbered_and_have_two_to_four_doors():
    for estate in walk(drawn(), "estate"):
        buildings = list(walk(estate, "building"))

        assert [building.name for building in buildings] == [f"{n}号楼" for n in range(1, len(buildings) + 1)]
        assert {len(building.children) for building in buildings} <= {3, 4}


def test_everything_has_an_english_name():
    def names(draft: PlaceDraft) -> Iterator[str]:
        yield draft.name_en
        for child in draft.children:
            yield from names(child)

    assert all(name and name.isascii() for name in names(drawn()))


def test_the_street_next_door_lies_beside_and_has_one_small_estate():
    ours, theirs = drawn().children

    assert [office.name for office in (ours, theirs)] == ["徐家汇街道", "邻街街道"]
    assert [estate.name for estate in walk(theirs, "estate")] == ["邻街小区"]
    assert metres(ours).intersection(metres(theirs)).area == pytest.approx(0, abs=1e-3)
    assert total(walk(theirs, "estate"), "households") == 240


def test_a_larger_scale_is_more_areas_side_by_side():
    areas = list(walk(drawn(scale=3), "area"))[:3]

    assert [found.name for found in areas] == ["乐山片区", "乐山片区·2", "乐山片区·3"]
    assert total((estate for found in areas for estate in walk(found, "estate")), "households") == 3 * 6458
    assert all(shapely.intersection(metres(a), metres(b)).area < 0.01 for a, b in combinations(areas, 2))
    codes = Counter(cell.code for cell in walk(drawn(scale=3), "cell"))
    assert set(codes.values()) == {1}


@pytest.mark.parametrize("scale", [0, -1, 191])
def test_a_scale_beyond_the_numbers_is_refused(scale):
    with pytest.raises(ValueError, match="scale"):
        neighbourhood(as_of=AS_OF, scale=scale)


@given(st.integers(20, 300), SEEDS)
def test_any_number_of_flats_can_be_built_in_slabs(columns, seed):
    from random import Random

    rows = layout.rows(columns, 4.5, Random(seed))

    assert sum(entrances * flats for row in rows for entrances, flats in row) == columns


def test_a_box_has_a_point_where_a_neighbour_touches_it():
    ring = layout.with_junctions((0.0, 0.0, 4.0, 2.0), frozenset({(2.0, 0.0), (4.0, 1.0), (9.0, 9.0), (1.0, 1.0)}))

    assert ring == [(0.0, 0.0), (2.0, 0.0), (4.0, 0.0), (4.0, 1.0), (4.0, 2.0), (0.0, 2.0), (0.0, 0.0)]


def test_the_neighbourhood_goes_into_the_tree_and_passes_every_check(db):
    places = build_places(at=SEEDED)

    assert Counter(place.kind for place in places.values()) == Counter(Place.objects.values_list("kind", flat=True))
    assert [check_cells(place) for place in places.values() if place.kind == "committee"] == [[]] * 6
    assert places["乐山六村12号楼1号门"].parent.name == "12号楼"
    assert places["乐山六村"].parent == places["乐山六七村"]
