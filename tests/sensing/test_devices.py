"""The register of devices: what may be put into it, and what each change leaves behind."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from linli.core.errors import Conflict, Invalid, Refused
from linli.sensing.domain.devices import change_device, check_device, move_device, register_device, take_down
from linli.sensing.domain.keys import issue_key
from linli.sensing.domain.properties import load_properties
from linli.sensing.domain.sender import device_sender
from linli.sensing.enums import Conformity, DeviceStatus
from linli.sensing.models import Datastream, Device, HistoricalLocation, Location


@pytest.fixture
def given(street) -> dict:
    load_properties()
    return {
        "code": "SM-1", "type": "smoke", "site": "stairwell", "place": street.places["building"],
        "owner": street.posts["property_manager"].organisation, "operator": street.posts["area_lead"].organisation,
        "purpose": "尽早发现火情", "sees": "烟雾浓度", "properties": ["smoke", "battery"],
        "by": street.by("administrator"), "at": street.now,
    }  # fmt: skip


@pytest.fixture
def device(given) -> Device:
    return register_device(**given)


def notes(device: Device) -> list[tuple[str, str]]:
    return [(note.what, note.detail) for note in device.notes.order_by("id")]


def test_a_registered_device_has_its_entities_and_a_note(device, street) -> None:
    streams = Datastream.objects.filter(thing=device.thing).order_by("id")
    assert [(row.name, row.estate, row.care) for row in streams] == [
        ("SM-1/smoke", street.places["estate"].path, False), ("SM-1/battery", street.places["estate"].path, False),
    ]  # fmt: skip
    assert streams[0].unit_of_measurement == {
        "name": "Smoke density", "symbol": "%/m", "definition": "urn:linli:property:smoke",
    }  # fmt: skip
    assert {row.sensor_id for row in streams} == {streams[0].sensor_id}
    building = street.places["building"]
    (location,) = device.thing.locations.all()
    assert location.location == {"type": "Point", "coordinates": [building.lon, building.lat]}
    assert [list(row.locations.all()) for row in device.thing.historical_locations.all()] == [[location]]
    assert (device.days, device.basis, device.status, device.public) == (365, "fire.maintain", "active", True)
    assert notes(device) == [("registered", "12号")]


def test_a_device_sent_twice_is_registered_once(given) -> None:
    assert register_device(**given) == register_device(**given)
    assert Device.objects.count() == 1


def test_the_place_outside_every_estate_gives_the_path_of_the_office(given, street) -> None:
    device = register_device(**given | {"place": street.places["committee"]})
    assert device.thing.datastreams.first().estate == street.places["street"].path


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "public"}, "code"),
        ({"code": "has space"}, "code"),
        ({"purpose": " "}, "purpose"),
        ({"sees": "长" * 201}, "sees"),
        ({"site": "home"}, "site"),
        ({"public": False}, "public"),
        ({"type": "care", "days": 30}, "days"),
        ({"type": "care", "public": True}, "public"),
        ({"type": "camera"}, "confirms"),
        ({"type": "noise"}, "confirms"),
        ({"days": 0}, "days"),
        ({"lon": 121.4}, "lon"),
        ({"basis": "no.such.rule"}, "basis"),
        ({"height": 900.0}, "height"),
        ({"status": "retired"}, "status"),
        ({"properties": ["smoke", "face"]}, "properties"),
        ({"properties": ["water_used"]}, "properties"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_what_the_register_may_not_say_is_refused_by_field(given, changes, field) -> None:
    with pytest.raises(Invalid) as told:
        register_device(**given | changes)
    assert list(told.value.fields) == [field]
    assert not Device.objects.exists()


def test_a_taken_code_is_refused(device, given) -> None:
    with pytest.raises(Invalid) as told:
        register_device(**given | {"purpose": "别的目的"})
    assert list(told.value.fields) == ["code"]


def test_a_camera_is_registered_once_its_sign_and_its_sight_are_confirmed(given) -> None:
    camera = register_device(**given | {"type": "camera", "properties": ["alive"], "confirms": ["sign", "window"]})
    assert (camera.type, camera.days, camera.basis) == ("camera", 30, "camera.siting")


def test_a_care_gateway_stands_in_a_home_without_a_location(given) -> None:
    care = register_device(**given | {"type": "care", "site": "home", "properties": ["water_used", "alive"]})
    assert (care.public, care.days) == (False, 2)
    assert [row.care for row in care.thing.datastreams.all()] == [True, True]
    assert not Location.objects.exists()
    assert not HistoricalLocation.objects.exists()


def test_a_place_of_another_office_is_refused(given, street) -> None:
    with pytest.raises(Refused):
        register_device(**given | {"place": street.places["other_street"]})


def test_a_change_is_kept_and_the_second_of_two_people_is_told(device, street) -> None:
    by = street.by("administrator")
    changed = change_device(
        device=device, version=1, changes={"days": 100}, properties=["alive"], by=by, at=street.now, action=uuid4()
    )
    assert (changed.days, changed.version) == (100, 2)
    assert notes(device)[1:] == [("changed", "days, alive")]
    assert change_device(device=device, version=1, changes={"days": 100}, by=by, at=street.now).version == 2

    with pytest.raises(Conflict):
        change_device(device=device, version=1, changes={"days": 50}, by=by, at=street.now)
    with pytest.raises(Invalid):
        change_device(device=device, version=2, changes={"place": street.places["estate"]}, by=by, at=street.now)


def test_a_move_opens_the_siting_again_and_keeps_one_place_a_day(device, street) -> None:
    by = street.by("administrator")
    next_door = street.places["building_15"]
    answers = dict.fromkeys(["walls", "vents", "clear", "spacing"], True)
    checked = check_device(device=device, version=1, answers=answers, by=by, at=street.now)
    assert checked.conformity == Conformity.CONFORMS
    moved = move_device(
        device=device, version=2, place=next_door, site="corridor", lon=121.4344, lat=31.1924, by=by, at=street.now
    )
    assert (moved.place, moved.conformity, moved.version) == (next_door, Conformity.OPEN, 3)
    assert HistoricalLocation.objects.count() == 2  # where it was put, and the move
    assert [row.location["coordinates"] for row in moved.thing.locations.all()] == [[121.4344, 31.1924]]

    again = move_device(
        device=moved, version=3, place=next_door, site="corridor", lon=121.4345, lat=31.1924, by=by, at=street.now
    )
    assert HistoricalLocation.objects.count() == 2
    move_device(
        device=again, version=4, place=street.places["building"], site="corridor", by=by,
        at=street.now + timedelta(days=1),
    )  # fmt: skip
    assert HistoricalLocation.objects.count() == 3
    assert notes(device)[-3:] == [("moved", "12号 → 15号"), ("moved", "15号 → 15号"), ("moved", "15号 → 12号")]


def test_a_check_tells_which_points_differ(device, street) -> None:
    checked = check_device(
        device=device, version=1, answers={"walls": True, "vents": None, "clear": False, "spacing": True},
        note="旁边有水管", next_check=date(2027, 11, 23), by=street.by("administrator"), at=street.now,
    )  # fmt: skip
    assert (checked.conformity, checked.conformity_note) == (Conformity.DIFFERS, "旁边有水管")
    assert (checked.checked_on, checked.next_check) == (date(2026, 11, 23), date(2027, 11, 23))
    assert notes(device)[-1] == ("checked", "[clear] 旁边有水管")


@pytest.mark.parametrize(("height", "found"), [(1.1, Conformity.DIFFERS), (1.2, Conformity.CONFORMS)])
def test_the_height_answers_its_own_point(given, street, height, found) -> None:
    noise = register_device(**given | {"type": "noise", "properties": ["noise"], "confirms": ["homes"]})
    answers = {"distance": True, "homes": True, "height": True}
    checked = check_device(
        device=noise, version=1, answers=answers, height=height, by=street.by("administrator"), at=street.now
    )
    assert checked.conformity == found


def test_that_a_needed_point_does_not_apply_is_no_answer(given, street) -> None:
    camera = register_device(**given | {"type": "camera", "properties": ["alive"], "confirms": ["sign", "window"]})
    answers = {"sign": None, "window": True, "filed": True}
    checked = check_device(
        device=camera, version=1, answers=answers, height=3.0, by=street.by("administrator"), at=street.now
    )
    assert checked.conformity == Conformity.DIFFERS


def test_taking_down_ends_the_keys_and_every_change(device, street) -> None:
    by = street.by("administrator")
    secret = issue_key(device=device, by=by, at=street.now)
    with pytest.raises(Invalid):
        take_down(device=device, version=1, reason=" ", by=by, at=street.now)

    gone = take_down(device=device, version=1, reason="更换", by=by, at=street.now)

    assert (gone.status, gone.retired_on) == (DeviceStatus.RETIRED, date(2026, 11, 23))
    assert device_sender(secret, street.now) is None
    assert notes(device)[-1] == ("taken_down", "更换")
    with pytest.raises(Conflict):
        change_device(device=device, version=2, changes={"days": 30}, by=by, at=street.now)
    with pytest.raises(Conflict):
        issue_key(device=device, by=by, at=street.now)
