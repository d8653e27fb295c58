"""The pages of the register: for staff, for everybody, and on paper."""

from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.sensing.domain.devices import take_down
from linli.sensing.domain.sender import Sender, device_sender
from linli.sensing.models import Device, DeviceKey
from tests.sensing.register import care_check, put_in, stream, tell


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def everybody() -> Client:
    return Client(headers={"accept-language": "en"})


def form_of(street, **changes) -> dict:
    building = street.places["building"]
    owner = street.posts["property_manager"].organisation.pk
    return {
        "action": uuid4(), "code": "SM-7", "place_estate": street.places["estate"].path,
        "place_building": building.path, "site": "stairwell", "properties": ["smoke"],
        "purpose": "防火", "sees": "烟雾", "owner": owner,
        "operator": owner, "basis": "fire.maintain", "days": 90, "expected": 3600, "status": "active",
        "public": "on", **changes,
    }  # fmt: skip


def test_the_list_costs_the_same_for_three_devices_as_for_one(street, sign_in, django_assert_num_queries) -> None:
    put_in(street)
    client = sign_in("project_lead")
    client.get("/devices/")
    with CaptureQueriesContext(connection) as one:
        client.get("/devices/")
    for number in (2, 3):
        put_in(street, code=f"SM-{number}", place=street.places["building_15"])
    with django_assert_num_queries(len(one)):
        assert "SM-3" in page(client, "/devices/")


def test_the_list_is_narrowed_by_what_is_the_matter(street, sign_in) -> None:
    put_in(street, code="SM-1")
    put_in(street, code="SM-2", expected=0)
    put_in(street, code="LK-1", type="leak", properties=["water"], expected=0)
    Device.objects.filter(code="LK-1").update(battery=7)
    client = sign_in("project_lead")

    def shown(query: str) -> list[str]:
        text = page(client, f"/devices/?{query}")
        return [code for code in ("LK-1", "SM-1", "SM-2") if f"/devices/{code}/" in text]

    assert shown("") == ["LK-1", "SM-1", "SM-2"]
    assert shown("trouble=silent") == ["SM-1"]
    assert shown("trouble=battery") == ["LK-1"]
    assert shown("type=smoke") == ["SM-1", "SM-2"]
    assert shown("words=sm-2") == ["SM-2"]
    assert shown(f"place={street.places['estate'].path}") == ["LK-1", "SM-1", "SM-2"]
    assert shown("trouble=check") == []
    assert shown("type=nonsense") == ["LK-1", "SM-1", "SM-2"]


def test_a_post_sees_the_devices_of_its_place_and_a_grid_worker_those_of_the_committee(street, sign_in) -> None:
    put_in(street, place=street.places["area"])
    put_in(street, code="SM-2")
    assert "SM-1" not in page(sign_in("property_manager"), "/devices/")
    assert "SM-2" in page(sign_in("grid_worker"), "/devices/")
    assert sign_in("property_manager").get("/devices/SM-1/").status_code == 404


def test_the_page_of_a_device_shows_its_last_values_and_its_story(street, sign_in, store_folder) -> None:
    device = put_in(street)
    tell(store_folder, stream(device, "smoke"), [(street.now - timedelta(minutes=2), 0.25), (street.now, 0.5)])
    text = page(sign_in("project_lead"), "/devices/SM-1/")
    assert "0.5 %/m" in text
    assert "Put into the register" in text
    assert "Give it a key" not in text


def test_a_new_device_is_asked_for_by_type_and_nothing_is_lost_on_an_error(street, sign_in, store_folder) -> None:
    put_in(street)
    client = sign_in("project_lead")
    assert "What kind of device is it?" in page(client, "/devices/new/")
    assert "Notice a fire early" in page(client, "/devices/new/?type=smoke")

    wrong = client.post("/devices/new/?type=smoke", form_of(street, code="SM-1", purpose="留下的话"))
    right = client.post("/devices/new/?type=smoke", form_of(street))

    assert wrong.status_code == 422
    assert "Another device has this code." in wrong.content.decode()
    assert "留下的话" in wrong.content.decode()
    assert right["Location"] == "/devices/SM-7/"
    assert Device.objects.get(code="SM-7").place == street.places["building"]


def test_no_device_but_the_care_check_is_put_into_a_home(street, sign_in) -> None:
    put_in(street)
    answer = sign_in("project_lead").post("/devices/new/?type=smoke", form_of(street, site="home"))
    assert answer.status_code == 422
    assert "Only the care check" in answer.content.decode()


def test_the_second_of_two_people_is_told_and_keeps_the_text(street, sign_in, store_folder) -> None:
    put_in(street)
    client = sign_in("project_lead")
    told = {name: value for name, value in form_of(street, version=1).items() if name != "code"}
    assert client.post("/devices/SM-1/change/", told | {"sees": "烟雾浓度和电量"}).status_code == 302

    second = client.post("/devices/SM-1/change/", told | {"sees": "第二个人写的", "action": uuid4()})

    assert second.status_code == 409
    assert "第二个人写的" in second.content.decode()
    assert 'name="version" value="2"' in second.content.decode()


def test_moving_checking_and_taking_down_go_through_their_pages(street, sign_in, store_folder) -> None:
    put_in(street)
    client = sign_in("project_lead")
    estate, house = street.places["estate"].path, street.places["building_15"].path
    moved = client.post(
        "/devices/SM-1/move/",
        {"action": uuid4(), "version": 1, "place_estate": estate, "place_building": house, "site": "corridor"},
    )
    points = {f"point_{name}": "yes" for name in ("walls", "vents", "clear")} | {"point_spacing": "no"}
    checked = client.post("/devices/SM-1/check/", {"action": uuid4(), "version": 2, "note": "远", **points})
    text = page(client, "/devices/SM-1/")
    gone = client.post("/devices/SM-1/take-down/", {"action": uuid4(), "version": 3, "reason": "换新"})

    assert (moved.status_code, checked.status_code, gone.status_code) == (302, 302, 302)
    assert "Not so: In corridors at most 15 m apart" in text
    device = Device.objects.get(code="SM-1")
    assert (device.place.path, device.conformity, device.status) == (house, "differs", "retired")
    assert client.get("/devices/SM-1/change/").status_code == 404
    assert everybody().get("/d/SM-1/").status_code == 404


def test_a_secret_is_shown_once_and_a_doubled_press_makes_one_key(street, sign_in, store_folder) -> None:
    device = put_in(street)
    client, action = sign_in("administrator"), uuid4()
    first = client.post("/devices/SM-1/keys/", {"kind": "new", "action": action})
    second = client.post("/devices/SM-1/keys/", {"kind": "new", "action": action})
    secret = first.context["secret"]

    assert device_sender(secret, street.now) == Sender.device(device.code)
    assert second.status_code == 409
    assert DeviceKey.objects.count() == 1
    assert "linli/v1/SM-1/up" in first.content.decode()
    assert first.headers["Cache-Control"].startswith("max-age=0")
    text = page(client, "/devices/SM-1/")
    assert DeviceKey.objects.get().kid in text
    assert secret.partition(".")[2] not in text
    client.post(f"/devices/SM-1/keys/{DeviceKey.objects.get().pk}/end/")
    assert DeviceKey.objects.get().ends_at is not None


# --- what everybody sees


def test_the_public_register_says_what_each_device_may_see(street) -> None:
    put_in(street, place=street.places["building"])
    assert "Smoke in the air" in page(everybody(), "/devices/public/")
    narrowed = page(everybody(), "/devices/public/?type=smoke")
    assert "/d/SM-1/" in narrowed
    features = orjson.loads(everybody().get("/devices/public/map.geojson").content)["features"]
    assert [feature["properties"]["href"] for feature in features] == ["/d/SM-1/"]
    text = page(everybody(), "/d/SM-1/")
    for words in ("Notice a fire early", "Smoke in the air", "365 days", "测试", "I object"):
        assert words in text


@pytest.mark.parametrize("changes", [
    {"site": "shop", "public": False},
    {"type": "care", "site": "home", "properties": ["water_used"]},
    {"status": "gone"},
])  # fmt: skip
def test_what_is_not_public_is_nowhere_and_its_code_opens_nothing(street, changes) -> None:
    retire = changes.pop("status", None)
    device = put_in(street, code="XX-1", **changes)
    if retire:
        take_down(device=device, version=1, reason="换", by=street.by("administrator"), at=street.now)
    visitor = everybody()
    for path in ("/devices/public/", "/devices/public/?type=smoke", "/devices/public/?type=care",
                 "/devices/public/map.geojson"):  # fmt: skip
        assert "XX-1" not in page(visitor, path)
    unknown = visitor.get("/d/XX-9/")
    for path in ("/d/XX-1/", "/d/XX-1/map.geojson"):
        assert visitor.get(path).status_code == 404
    assert visitor.post("/d/XX-1/object/").status_code == 404
    assert unknown.status_code == 404


def test_an_objection_becomes_a_report_about_the_device(street) -> None:
    put_in(street)
    visitor = everybody()
    answer = visitor.post("/d/SM-1/object/")
    assert answer["Location"] == "/report/text/"
    visitor.post("/d/SM-1/object/")
    text = page(visitor, "/report/text/")
    assert text.count("I object to device SM-1") == 1
    draft = visitor.session["report"]
    assert (draft["klass"], draft["place"]) == ("other", street.places["building"].path)


def test_labels_carry_code_sight_and_address(street, sign_in, settings) -> None:
    settings.ADDRESS = "https://linli.example"
    put_in(street)
    put_in(street, code="SM-2")
    care_check(street)
    client = sign_in("project_lead")
    assert "label-card" not in page(client, "/devices/labels/")
    every = page(client, "/devices/labels/?place=")
    assert every.count("label-card") == 2
    assert "https://linli.example/d/SM-1/" in every
    assert "CA-1" not in every
    assert page(client, "/devices/labels/?codes=SM-2").count("label-card") == 1
