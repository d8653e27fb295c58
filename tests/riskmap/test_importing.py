"""Files of surroundings and cameras: what is read, what is named as bad, and that a file taken twice is there once."""

import json
import os
from math import isclose
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from linli.core.errors import Invalid
from linli.people.models import AdminAct
from linli.riskmap import command
from linli.riskmap.domain.importing import Bad, Camera, read_file, take_cameras, take_shapes
from linli.riskmap.domain.surroundings import obstacles
from linli.riskmap.models import Obstacle, Optics, Zone
from linli.site import cli
from tests.riskmap.dirt import BARRIERS, BUILDINGS, CAMERAS, ROADS, box, collection, point, way


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_buildings_are_read_with_heights_storeys_or_an_assumption_and_bad_rows_are_named() -> None:
    reading = read_file(BUILDINGS, what="buildings")

    assert [(shape.reference, shape.high, shape.assumed) for shape in reading.shapes] == [
        ("w1", 18.0, False), ("w2", 45.58, False), ("w3", 11.89, False), ("w4", 9.0, True), ("w5", 9.0, True),
        ("w8", 9.0, True),
    ]  # fmt: skip
    assert reading.left_out == 2
    assert reading.bad == [
        Bad(9, "9", "height: “tall” is no length in metres."),
        Bad(10, "10", "It has no geometry."),
        Bad(11, "11", "It is to be drawn as Polygon / MultiPolygon, not as Point."),
        Bad(12, "12", "Longitude is between -180 and 180, latitude between -85 and 85: longitude comes first."),
        Bad(13, "1", "Its id stands in the file twice; the first is taken."),
        Bad(14, "", "There is no GeoJSON geometry here that can be drawn."),
    ]


def test_walls_and_hedges_hide_kerbs_do_not_and_a_moat_is_unknown() -> None:
    reading = read_file(BARRIERS, what="walls")
    assert [(shape.kind, shape.high, shape.assumed) for shape in reading.shapes] == [
        ("wall", 2.4, False), ("wall", 2.0, True), ("fence", 3.0, True)
    ]  # fmt: skip
    assert (reading.left_out, reading.bad) == (1, [Bad(5, "25", "“moat” is no barrier that the map knows.")])


def test_lanes_are_where_people_walk_and_a_road_or_a_tunnel_is_left_out() -> None:
    reading = read_file(ROADS, what="lanes")
    assert [(shape.kind, shape.name) for shape in reading.shapes] == [("lane", "弄堂"), ("fire_lane", "")]
    assert (reading.left_out, reading.bad) == (2, [])


def test_cameras_are_read_with_their_direction_in_degrees_words_or_a_span() -> None:
    reading = read_file(CAMERAS, what="cameras")
    told = [(camera.reference, camera.bearing, camera.fov, camera.height) for camera in reading.cameras]
    assert told == [("41", 240.0, 90.0, 4.0), ("42", 315.0, 90.0, 3.5), ("43", 0.0, 360.0, 3.5), ("44", 0.0, 90.0, 3.5)]
    assert reading.left_out == 1
    assert [(bad.row, bad.why) for bad in reading.bad] == [
        (5, "It does not say in which direction it looks: camera:direction is missing."),
        (6, "“FORWARD” is no direction: write degrees or NE."),
        (8, "A camera is drawn as a point."),
    ]


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"features": []}', b"\xff\xfe", b'{"features": 3}', b"[" * 9999])
def test_what_is_no_file_of_features_is_refused_in_words(data) -> None:
    with pytest.raises(Invalid) as told:
        read_file(data, what="buildings")
    assert list(told.value.fields) == ["file"]


def test_rows_that_are_nothing_at_all_are_named_and_break_nothing() -> None:
    data = json.dumps({"features": [None, 3, "x", [], {}, {"properties": 4, "geometry": {"type": "Polygon"}}]}).encode()
    for what in ("buildings", "walls", "cameras"):
        reading = read_file(data, what=what)
        assert (reading.good, len(reading.bad)) == (0, 6)


ODD_TAGS = [
    ("lanes", {"highway": "service", "tunnel": ["yes"]}, way((0, 0), (0.0004, 0))),
    ("cameras", {"surveillance:type": ["ALPR"], "camera:direction": "90"}, point(0, 0)),
]
ODD = [
    ("cameras", {"camera:direction": "90"}, {"type": "Point", "coordinates": [10**400, 1]}),
    ("cameras", {"camera:direction": "90"}, {"type": "Point", "coordinates": "12"}),
    ("cameras", {"camera:direction": "90", "height": "5000"}, point(0, 0)),
    ("cameras", {"camera:direction": "90", "camera:angle": "0.1"}, point(0, 0)),
    ("buildings", {}, {"type": "Polygon", "coordinates": [[[10**400, 1], [1, 2], [3, 4], [10**400, 1]]]}),
]


@pytest.mark.parametrize(("what", "tags", "geometry"), ODD)
def test_a_row_with_a_number_that_cannot_be_is_named(what, tags, geometry) -> None:
    reading = read_file(collection((tags, geometry)), what=what)

    assert (reading.good, reading.left_out, len(reading.bad)) == (0, 0, 1)


@pytest.mark.parametrize(("what", "tags", "geometry"), ODD_TAGS)
def test_a_tag_that_is_no_word_breaks_nothing(what, tags, geometry) -> None:
    reading = read_file(collection((tags, geometry)), what=what)

    assert reading.good + reading.left_out == 1


def test_heights_of_corners_are_left_out() -> None:
    ring = [[*corner, 12.5] for corner in box(0, 0)["coordinates"][0]]
    (shape,) = read_file(collection(({}, {"type": "Polygon", "coordinates": [ring]})), what="buildings").shapes

    assert [[list(corner) for corner in part] for part in shape.geometry["coordinates"]] == box(0, 0)["coordinates"]


def test_a_file_taken_twice_is_there_once(street) -> None:
    given = {"source": "OSM", "within": street.places["estate"], "by": street.by("project_lead"), "at": street.now}
    reading = read_file(BUILDINGS, what="buildings")
    first, again = take_shapes(reading, **given), take_shapes(reading, **given)

    assert (first.added, first.replaced) == (6, 0)
    assert (again.added, again.replaced) == (0, 6)
    assert Obstacle.objects.count() == 6
    assert [thing.high for thing in obstacles().near(121.4332, 31.19215, 3)] == [18.0]


def test_cameras_come_into_the_register_as_planned_and_whoever_takes_them_says_what_was_made_sure_of(street) -> None:
    reading = read_file(CAMERAS, what="cameras")
    given = {
        "source": "OSM", "within": street.places["estate"], "operator": street.posts["project_lead"].organisation,
        "purpose": "道路安全", "sees": "道路", "by": street.by("administrator"), "at": street.now,
    }  # fmt: skip
    with pytest.raises(Invalid):
        take_cameras(reading, **{**given, "confirms": []})
    assert not Optics.objects.exists()

    given["confirms"] = ["sign", "window"]
    assert take_cameras(reading, **given).added == 4
    assert take_cameras(reading, **given).replaced == 4
    statuses = set(Optics.objects.values_list("device__status", "device__conformity"))
    assert statuses == {("planned", "open")}


def test_the_page_names_bad_rows_and_takes_the_rest_or_nothing(street, sign_in) -> None:
    client = sign_in("project_lead")
    english = {"accept-language": "en"}
    sent = {"what": "buildings", "file": SimpleUploadedFile("b.geojson", BUILDINGS), "action": uuid4()}
    preview = client.post("/risk-map/import/", sent, headers=english).url
    text = client.get(preview, headers=english).content.decode()
    assert "“tall” is no length in metres." in text
    assert "Take the rest, leave 6 out" in text

    took = {"source": "OSM", "action": uuid4()}
    assert client.post(preview, took).status_code == 200
    assert not Obstacle.objects.exists()
    assert client.post(preview, took | {"rest": "1"}).status_code == 302
    assert Obstacle.objects.count() == 6
    assert client.get(preview).status_code == 404


def test_the_page_says_what_is_wrong_with_a_file(street, sign_in) -> None:
    sent = {"what": "walls", "file": SimpleUploadedFile("b.geojson", b"nothing"), "action": uuid4()}
    answer = sign_in("project_lead").post("/risk-map/import/", sent, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "This is no GeoJSON file: it cannot be read." in answer.content.decode()


def told_by(tmp_path, data: bytes, *more: str) -> tuple[int, list[str]]:
    """What the command ends with, and what it prints."""
    (tmp_path / "file.geojson").write_bytes(data)
    kind, *options = more
    given = cli.parser().parse_args(["riskmap", "import", kind, str(tmp_path / "file.geojson"), *options])
    said: list[str] = []
    cameras = command.Cameras(given.operator, given.purpose, given.sees, given.confirm)
    status = command.import_file(
        what=given.kind, file=given.file, source=given.source, within=given.within, cameras=cameras, rest=given.rest,
        check=given.check, at=timezone.now(), say=said.append,
    )  # fmt: skip
    return status, said


def test_the_command_names_bad_rows_and_takes_nothing_until_the_rest_is_asked_for(street, tmp_path) -> None:
    status, said = told_by(tmp_path, BUILDINGS, "buildings", "--source", "OSM")
    assert (status, said[0]) == (1, "9\t9\theight: “tall” is no length in metres.")
    assert said[6:] == [
        "Rows that can be taken: 6", "Of these with assumed figures: 3", "Left out, for they are in nobody's way: 2",
        "Rows that cannot be taken: 6", "Nothing was written.",
    ]  # fmt: skip
    assert not Obstacle.objects.exists()

    assert told_by(tmp_path, BUILDINGS, "buildings", "--source", "OSM", "--rest", "--check")[1][-1] == said[-1]
    assert not Obstacle.objects.exists()
    status, said = told_by(tmp_path, BUILDINGS, "buildings", "--source", "OSM", "--rest")
    assert (status, said[-1]) == (1, "6 were put in, 0 were there and are as the file says.")
    assert Obstacle.objects.filter(source="OSM").count() == 6
    assert AdminAct.objects.get(what="surroundings_taken").actor == "system:command"


def test_the_command_takes_a_file_without_fault_and_says_what_is_no_file(street, tmp_path) -> None:
    assert told_by(tmp_path, ROADS, "lanes")[0] == 0
    assert Zone.objects.filter(source="file.geojson").count() == 2
    assert told_by(tmp_path, b"nothing", "walls") == (1, ["file: This is no GeoJSON file: it cannot be read."])
    status, said = told_by(tmp_path, ROADS, "lanes", "--within", "nowhere")
    assert (status, said[-1]) == (1, "within: 0 places have this name. One is needed.")


def test_the_command_takes_cameras_only_with_what_the_register_asks(street, tmp_path) -> None:
    given = ("cameras", "--rest", "--within", street.places["estate"].name, "--purpose", "道路安全", "--sees", "道路")
    status, said = told_by(tmp_path, CAMERAS, *given)
    assert (status, said[-1][:23]) == (1, "operator: 0 organisatio")
    known = street.posts["project_lead"].organisation.name
    assert told_by(tmp_path, CAMERAS, *given, "--operator", known)[0] == 1
    assert not Optics.objects.exists()

    status, said = told_by(tmp_path, CAMERAS, *given, "--operator", known, "--confirm", "sign", "--confirm", "window")
    assert said[-1] == "4 were put in, 0 were there and are as the file says."
    assert set(Optics.objects.values_list("device__status", flat=True)) == {"planned"}


# --- the files of two real cities, where somebody has them


FOLDER = os.environ.get("LINLI_REAL_DATA", "")
MAPS = Path(FOLDER) / "map"
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")


@real
def test_monaco_comes_in_with_each_row_accounted_for(street) -> None:
    given = {"source": "OSM", "within": street.places["street"], "by": street.by("administrator"), "at": street.now}
    told = {}
    for what, name in (("buildings", "buildings"), ("walls", "barriers"), ("lanes", "roads")):
        reading = read_file((MAPS / "monaco" / f"{name}.geojson").read_bytes(), what=what)
        taken = take_shapes(reading, **given)
        told[what] = (taken.added, reading.left_out, len(reading.bad))
    assert {what: sum(numbers) for what, numbers in told.items()} == {"buildings": 1628, "walls": 107, "lanes": 3334}
    assert told["walls"] == (97, 10, 0)
    assert Zone.objects.filter(kind="lane").count() == told["lanes"][0]

    cameras = read_file((MAPS / "monaco" / "cameras.geojson").read_bytes(), what="cameras")
    assert (cameras.good + len(cameras.bad) + cameras.left_out) == 16
    fixed = [camera for camera in cameras.cameras if camera.fov < 360]
    assert sorted(camera.bearing for camera in fixed) == [0.0, 160.0, 240.0]
    assert all(isinstance(camera, Camera) and isclose(camera.lat, 43.73, abs_tol=0.03) for camera in cameras.cameras)


@real
def test_shanghai_comes_in_and_what_stands_on_top_of_towers_is_left_out(street) -> None:
    data = (MAPS / "shanghai" / "shanghai_bund_lujiazui_buildings.geojson").read_bytes()
    reading = read_file(data, what="buildings")
    assert reading.good + reading.left_out + len(reading.bad) == 1450
    assert reading.left_out >= 50
    given = {
        "source": "Overture",
        "within": street.places["street"],
        "by": street.by("administrator"),
        "at": street.now,
    }
    assert take_shapes(reading, **given).added == reading.good
