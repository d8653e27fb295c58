from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

import pytest

from linli.core.errors import Conflict, Invalid
from linli.places.domain.draft import FigureDraft, PlaceDraft
from linli.places.domain.figures import set_figure
from linli.places.domain.tree import _paths, change_place, create_place, create_places, retire_place
from linli.places.models import PARENT_KINDS, STEP, Kind, Place, PlaceFigure
from tests.neighbourhood import square

HERE = square(121.4330, 31.1920, 121.4350, 31.1930)
LATER = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def estate(db: None) -> Place:
    place = None
    for kind in (Kind.DISTRICT, Kind.SUBDISTRICT, Kind.AREA, Kind.COMMITTEE, Kind.ESTATE):
        place = create_place(parent=place, kind=kind, name=f"某{kind.label}")
    assert place is not None
    return place


def test_a_path_is_the_parents_and_four_characters_in_the_order_of_creation(estate):
    buildings = [create_place(parent=estate, kind=Kind.BUILDING, name=f"{n}号楼") for n in (1, 2)]

    assert estate.path == "0001" * 5
    assert [place.path for place in buildings] == [estate.path + "0001", estate.path + "0002"]
    assert list(Place.objects.below(estate.path).order_by("path")) == [estate, *buildings]
    assert [place.kind for place in Place.objects.above(buildings[0].path)] == [
        "district", "subdistrict", "area", "committee", "estate", "building",
    ]  # fmt: skip


def test_whoever_changes_a_place_leaves_what_others_did_to_it_meanwhile(estate):
    seen = Place.objects.get(pk=estate.pk)
    change_place(place=estate, code="310104014001", aliases=["老小区"])
    retire_place(place=estate, at=LATER)

    changed = change_place(place=seen, name="新名")

    stored = Place.objects.get(pk=estate.pk)
    assert (stored.name, stored.code, stored.aliases, stored.retired_at) == ("新名", "310104014001", ["老小区"], LATER)
    assert (changed.code, changed.retired_at) == ("310104014001", LATER)


def test_paths_count_in_base_36_and_end_where_there_is_no_room():
    assert list(islice(_paths("", after=34), 3)) == ["000z", "0010", "0011"]
    assert list(islice(_paths("0001", after=36**STEP - 2), 1)) == ["0001zzzz"]
    with pytest.raises(Conflict) as told:
        list(_paths("", after=36**STEP - 1))
    assert told.value.code == "no-room"


def test_the_path_of_a_retired_place_is_never_given_again(estate):
    first = create_place(parent=estate, kind=Kind.BUILDING, name="1号楼")
    retire_place(place=first, at=LATER)

    assert create_place(parent=estate, kind=Kind.BUILDING, name="2号楼").path == estate.path + "0002"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("above", [None, *Kind])
def test_each_kind_lies_in_one_other_and_in_no_more(db, kind, above):
    holder = None
    if above is not None:
        holder = Place.objects.create(kind=above, path="0001", name="上级")
    geometry = HERE if kind == Kind.CELL else None

    if PARENT_KINDS.get(kind) == above:
        assert create_place(parent=holder, kind=kind, name="某处", geometry=geometry).parent == holder
    else:
        with pytest.raises(Invalid) as told:
            create_place(parent=holder, kind=kind, name="某处", geometry=geometry)
        assert told.value.code == "wrong-parent"


def test_a_branch_is_created_at_once_with_its_figures_and_outlines(estate):
    figure = FigureDraft("storeys", Decimal(6), "storeys", "图纸", LATER.date())
    doors = tuple(PlaceDraft("entrance", f"{n}号门") for n in (1, 2))
    draft = PlaceDraft("building", "1号楼", "Building 1", geometry=HERE, figures=(figure,), children=doors)

    building, *entrances = create_places(parent=estate, drafts=[draft])

    assert [place.path for place in entrances] == [building.path + "0001", building.path + "0002"]
    assert (building.lon, building.lat) == (121.434, 31.1925)
    assert list(PlaceFigure.objects.values_list("place", "name", "value", "verified")) == [
        (building.pk, "storeys", Decimal(6), False)
    ]


def test_many_places_are_written_in_few_statements(estate, django_assert_max_num_queries):
    drafts = [PlaceDraft("building", f"{n}号楼") for n in range(150)]

    with django_assert_max_num_queries(10):
        assert len(create_places(parent=estate, drafts=drafts)) == 150


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "no-name"),
        ({"name": "  "}, "no-name"),
        ({"name": "名" * 81}, "not-a-text"),
        ({"name": "两\n行"}, "not-a-text"),
        ({"name": "空\0字"}, "not-a-text"),
        ({"name": 12}, "not-a-text"),
        ({"code": "1" * 33}, "not-a-text"),
        ({"aliases": [None]}, "not-a-text"),
        ({"kind": "castle"}, "wrong-kind"),
        ({"kind": "unit"}, "wrong-parent"),
        ({"geometry": {"type": "Point", "coordinates": [121.4, 31.2]}}, "wrong-type"),
        ({"kind": "lane", "geometry": HERE}, "wrong-type"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(estate, change, code):
    with pytest.raises(Invalid) as told:
        create_place(**{"parent": estate, "kind": Kind.BUILDING, "name": "1号楼", **change})

    assert told.value.code == code
    assert not estate.children.exists()


def test_a_name_stands_once_for_each_kind_under_one_parent(estate):
    create_place(parent=estate, kind=Kind.BUILDING, name="1号")
    create_place(parent=estate, kind=Kind.LANE, name="1号")

    with pytest.raises(Conflict) as told:
        create_place(parent=estate, kind=Kind.BUILDING, name="1号")

    assert told.value.code == "name-taken"


def test_a_change_leaves_what_it_does_not_name(estate):
    building = create_place(parent=estate, kind=Kind.BUILDING, name="1号楼", name_en="Building 1", geometry=HERE)

    changed = change_place(place=building, name="甲楼", aliases=["1号楼"])

    stored = Place.objects.get(pk=building.pk)
    assert changed == stored
    assert (stored.path, stored.kind, stored.parent_id) == (building.path, "building", estate.pk)
    assert (stored.name, stored.name_en, stored.aliases, stored.geometry) == ("甲楼", "Building 1", ["1号楼"], HERE)


def test_a_change_to_a_name_that_is_taken_is_a_conflict(estate):
    first, second = (create_place(parent=estate, kind=Kind.BUILDING, name=f"{n}号楼") for n in (1, 2))

    with pytest.raises(Conflict):
        change_place(place=second, name=first.name)

    assert Place.objects.get(pk=second.pk).name == "2号楼"


def test_a_place_retires_with_all_beneath_it_and_takes_nothing_new(estate):
    building = create_place(parent=estate, kind=Kind.BUILDING, name="1号楼")
    create_place(parent=building, kind=Kind.ENTRANCE, name="1号门")

    assert retire_place(place=building, at=LATER) == 2
    assert retire_place(place=building, at=LATER) == 0
    building.refresh_from_db()
    with pytest.raises(Invalid) as told:
        create_place(parent=building, kind=Kind.ENTRANCE, name="2号门")
    assert told.value.code == "retired"
    estate.refresh_from_db()
    assert estate.retired_at is None


def test_a_figure_of_a_date_is_replaced_and_one_of_another_date_is_not(estate):
    set_figure(place=estate, name="households", value=Decimal(700), unit="households", source="a", as_of=LATER.date())
    set_figure(place=estate, name="households", value=Decimal(719), unit="households", source="b", as_of=LATER.date())
    earlier = LATER.date().replace(year=2022)
    set_figure(place=estate, name="households", value=Decimal(690), unit="households", source="c", as_of=earlier)

    assert list(estate.sourced_figures.order_by("as_of").values_list("value", "source")) == [
        (Decimal(690), "c"),
        (Decimal(719), "b"),
    ]
