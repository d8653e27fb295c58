import orjson
import pytest
from django.utils import translation

from linli.core.errors import Invalid, TooLarge
from linli.places.domain import gcj02, intake
from linli.places.domain.export import export_places
from linli.places.domain.intake import Taken, read_places, take_places
from linli.places.domain.tree import create_place, retire_place
from linli.places.models import Place
from tests.neighbourhood import square
from tests.places.conftest import SEEDED

WHOLE = square(121.430, 31.190, 121.432, 31.191)
BUILT = square(121.4302, 31.1904, 121.4306, 31.1905)
CODE = "310104014001"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def area(db: None) -> Place:
    district = create_place(parent=None, kind="district", name="区", code="310104")
    street = create_place(parent=district, kind="subdistrict", name="街道")
    return create_place(parent=street, kind="area", name="片区", code="310104014")


def feature(ref: str, kind: str, name: str, parent: str | None, geometry: object = None, **more: object) -> dict:
    properties = {"kind": kind, "name": name, "parent": parent, **more}
    return {"type": "Feature", "id": ref, "properties": properties, "geometry": geometry}


def file(*features: object) -> bytes:
    return orjson.dumps({"type": "FeatureCollection", "features": list(features)})


def quarter(area: Place) -> list[dict]:
    """A committee with two cells, an estate and a building with a door."""
    return [
        feature("c", "committee", "居委", area.path, WHOLE, code=CODE),
        feature("g1", "cell", "格1", "c", square(121.430, 31.190, 121.431, 31.191), code=f"{CODE}001"),
        feature("g2", "cell", "格2", "c", square(121.431, 31.190, 121.432, 31.191), code=f"{CODE}002"),
        feature("e", "estate", "小区", "c", WHOLE, name_en="Estate", aliases=["老小区"]),
        feature("b", "building", "1号楼", "e", BUILT),
        feature("d", "entrance", "1号门", "b", {"type": "Point", "coordinates": [121.4303, 31.1905]}),
    ]


def faults(data: bytes) -> dict[int, str]:
    return {bad.number: bad.fault for bad in read_places(data).bad}


def test_a_good_file_is_previewed_and_then_taken(area):
    reading = read_places(file(*quarter(area)))
    assert (len(reading.new), reading.bad, reading.changed, reading.same) == (6, [], [], 0)
    assert not Place.objects.below(area.path).exclude(pk=area.pk).exists()

    assert take_places(reading) == Taken(created=6, changed=0, same=0, left=0)

    rows = Place.objects.below(area.path).order_by("path").values_list("kind", "name", "path")
    start = area.path + "0001"
    assert list(rows)[1:] == [
        ("committee", "居委", start),
        ("cell", "格1", start + "0001"),
        ("cell", "格2", start + "0002"),
        ("estate", "小区", start + "0003"),
        ("building", "1号楼", start + "00030001"),
        ("entrance", "1号门", start + "000300010001"),
    ]


def test_the_order_of_the_features_does_not_matter(area):
    reading = read_places(file(*reversed(quarter(area))))

    assert take_places(reading).created == 6


def test_a_parent_may_be_named_by_its_code_in_the_tree(area):
    assert faults(file(feature("c", "committee", "居委", "310104014"))) == {}


def test_the_same_file_twice_changes_nothing(area):
    data = file(*quarter(area))
    take_places(read_places(data))

    assert take_places(read_places(data)) == Taken(created=0, changed=0, same=6, left=0)


def test_what_the_file_says_otherwise_is_changed_and_what_it_leaves_out_stays(area):
    take_places(read_places(file(*quarter(area))))
    moved = square(121.4302, 31.1906, 121.4306, 31.1907)
    features = quarter(area)
    features[3] = feature("e", "estate", "小区", "c", aliases=["新小区"])
    features[4] = feature("b", "building", "1号楼", "e", moved)

    assert take_places(read_places(file(*features[:5]))) == Taken(created=0, changed=2, same=3, left=0)

    estate, building = Place.objects.get(kind="estate"), Place.objects.get(kind="building")
    assert (estate.aliases, estate.name_en, estate.geometry) == (["新小区"], "Estate", WHOLE)
    assert (building.geometry, building.lat) == (moved, 31.19065)


BAD_FEATURES = [
    ("nonsense", "This is not a GeoJSON Feature."),
    (None, "This is not a GeoJSON Feature."),
    ({"type": "Feature"}, "The feature has no properties."),
    (feature("x", "castle", "塔", "e"), "“castle” is no kind of place."),
    ({"type": "Feature", "properties": {"name": "塔"}}, "“None” is no kind of place."),
    (feature("x", "building", "", "e"), "The name is missing."),
    (feature("x", "building", None, "e"), "The name is missing."),
    (feature("x", "building", "名" * 81, "e"), f"“{'名' * 80}” is not a text of at most 80 characters on one line."),
    (feature("x", "building", "塔", "e", aliases="塔楼"), "The other names are a list."),
    (feature("x", "building", "塔", "nobody"), "Its parent “nobody” is neither in the file nor in the tree."),
    (feature("x", "building", "塔", None), "A place of the kind “building” lies in: estate."),
    (feature("x", "building", "塔", "c"), "A place of the kind “building” lies in: estate."),
    (feature("x", "building", "塔", "x"), "A place of the kind “building” lies in: estate."),
    (feature("b", "building", "塔", "e"), "Another feature of the file has this id already."),
    (feature("x", "building", "1号楼", "e"), "The file holds this kind and name twice under one parent."),
    (feature("x", "building", "塔", "e", {"type": "Point", "coordinates": [121.43, 31.19]}),
     "This kind of place is drawn as MultiPolygon / Polygon, not as Point."),
    (feature("x", "building", "塔", "e", {"type": "Polygon", "coordinates": [[[121.4302, 31.1904], [121.4306, 31.1904],
                                                                             [121.4306, 31.1905]]]}),
     "The outline is not closed: its last point must be its first."),
    (feature("x", "building", "塔", "e", {"type": "Polygon", "coordinates": [[[121.4302, 31.1904], [121.4306, 31.1908],
                                         [121.4306, 31.1904], [121.4302, 31.1908], [121.4302, 31.1904]]]}),
     "The outline crosses or touches itself near 121.4304 31.1906."),
    (feature("x", "building", "塔", "e", square(31.1904, 121.4302, 31.1905, 121.4306)),
     "31.1904, 121.4302 is no place on earth. The longitude stands first, such as 121.433, 31.193."),
    (feature("x", "building", "塔", "e", square(121.4402, 31.1904, 121.4406, 31.1905)),
     "Its middle lies outside Estate."),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "words"), BAD_FEATURES, ids=range(len(BAD_FEATURES)))
def test_each_bad_feature_is_named_with_what_is_wrong_and_the_rest_is_taken(area, bad, words):
    reading = read_places(file(*quarter(area), bad))

    assert [(candidate.number, candidate.fault) for candidate in reading.bad] == [(7, words)]
    with pytest.raises(Invalid):
        take_places(reading)
    assert not Place.objects.filter(kind="committee").exists()
    assert take_places(reading, rest=True) == Taken(created=6, changed=0, same=0, left=1)


def test_what_lies_in_a_bad_place_is_left_out_with_it(area):
    features = quarter(area)
    features[3]["properties"]["name"] = ""

    assert faults(file(*features)) == {
        4: "The name is missing.",
        5: "The place that it lies in cannot be taken.",
        6: "The place that it lies in cannot be taken.",
    }


def test_a_grid_with_a_gap_is_left_out_whole(area):
    features = quarter(area)
    features[2]["geometry"] = square(121.431, 31.190, 121.4315, 31.191)

    words = "居委: the cells leave 5283.9 m² uncovered."
    assert faults(file(*features)) == {2: words, 3: words}


def test_a_cell_that_cannot_be_read_takes_its_grid_along(area):
    features = quarter(area)
    features[2]["geometry"] = None

    found = faults(file(*features))

    assert set(found) == {2, 3}
    assert found[3] == "A grid cell needs an outline."


def test_a_building_that_stored_cells_would_cut_is_left_out_with_its_doors(area):
    take_places(read_places(file(*quarter(area)[:4])))
    across = square(121.4308, 31.1904, 121.4312, 31.1905)
    committee = Place.objects.get(kind="committee")
    estate = Place.objects.get(kind="estate")
    door = {"type": "Point", "coordinates": [121.4309, 31.1905]}

    found = faults(
        file(feature("b", "building", "1号楼", estate.path, across), feature("d", "entrance", "1号门", "b", door))
    )

    assert committee.path in estate.path
    assert found == {
        1: "格1 / 1号楼: the boundary of the cell cuts the building.",
        2: "The place that it lies in cannot be taken.",
    }


def divided_at(lon: float, area: Place) -> list[dict]:
    """The committee and its two cells with their boundary at another longitude."""
    committee, west, east = quarter(area)[:3]
    west["geometry"], east["geometry"] = square(121.430, 31.190, lon, 31.191), square(lon, 31.190, 121.432, 31.191)
    return [committee, west, east]


@pytest.mark.parametrize(
    ("built", "cut"),
    [
        (square(121.4312, 31.1904, 121.4316, 31.1905), True),  # clear of the stored boundary, cut by that of the file
        (square(121.4308, 31.1904, 121.4312, 31.1905), False),  # the other way round
    ],
)
def test_a_building_in_a_stored_estate_is_held_to_the_cells_of_the_same_file(area, built, cut):
    take_places(read_places(file(*quarter(area)[:4])))
    estate = Place.objects.get(kind="estate")

    found = faults(file(*divided_at(121.4314, area), feature("b", "building", "1号楼", estate.path, built)))

    words = "格1 / 1号楼: the boundary of the cell cuts the building."
    assert found == ({2: words, 3: words} if cut else {})


def test_one_cell_cannot_be_moved_alone(area):
    take_places(read_places(file(*quarter(area))))
    committee = Place.objects.get(kind="committee")
    wider = square(121.430, 31.190, 121.4312, 31.191)

    found = faults(file(feature("g1", "cell", "格1", committee.path, wider, code=f"{CODE}001")))

    assert found == {1: "格2 / 格1: the cells overlap by 2113.5 m²."}


def test_a_place_that_is_no_longer_in_use_is_not_brought_back(area):
    take_places(read_places(file(*quarter(area))))
    retire_place(place=Place.objects.get(kind="estate"), at=SEEDED)

    found = faults(file(*quarter(area)))

    assert found[4] == "Estate is no longer in use."


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", Invalid),
        (b"\x00\xff\xfe", Invalid),
        (b"{", Invalid),
        (b"[" * 100_000, Invalid),
        (b"[]", Invalid),
        (b'{"type":"FeatureCollection"}', Invalid),
        (b'{"type":"FeatureCollection","features":{}}', Invalid),
        (b'{"type":"Feature","features":[]}', Invalid),
        (b"<html></html>", Invalid),
        (b" " * (intake.MOST_BYTES + 1), TooLarge),
        (b'{"type":"FeatureCollection","features":[' + b"0," * intake.MOST_FEATURES + b"0]}", TooLarge),
    ],
    ids=range(11),
)
def test_a_file_that_is_none_is_refused_as_a_whole(db, data, error):
    with pytest.raises(error):
        read_places(data)


def test_an_empty_collection_does_nothing(db):
    assert take_places(read_places(file())) == Taken(created=0, changed=0, same=0, left=0)


def test_coordinates_of_web_maps_are_converted(area):
    features = quarter(area)
    for shifted in features:
        shifted["geometry"] = _shifted(shifted["geometry"])

    reading = read_places(file(*features), from_gcj02=True)
    take_places(reading)

    assert Place.objects.get(kind="building").geometry == BUILT
    assert len(read_places(file(*features)).changed) == 6  # only its sender knows which datum a file is in


def _shifted(geometry: dict) -> dict:
    def shift(part):
        return list(gcj02.from_wgs84(*part)) if isinstance(part[0], float) else [shift(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": shift(geometry["coordinates"])}


def test_the_whole_tree_goes_out_and_comes_back_equal(leshan, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):  # the places, and what people call them
        exported = b"".join(export_places())
    assert len(orjson.loads(exported)["features"]) == len(leshan)
    for kind in ("lane", "cell", "entrance", "building", "estate", "committee", "area", "subdistrict", "district"):
        Place.objects.filter(kind=kind).delete()

    taken = take_places(read_places(exported))

    assert taken == Taken(created=len(leshan), changed=0, same=0, left=0)
    assert b"".join(export_places()) == exported


def test_reading_a_file_takes_few_statements_however_large_it_is(leshan, django_assert_max_num_queries):
    exported = b"".join(export_places())

    with django_assert_max_num_queries(2 + 2 * 6):  # the tree and its names, and the grid of each committee
        reading = read_places(exported)

    assert reading.same == len(leshan)
