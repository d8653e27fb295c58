"""The pages of the risk map: what they show, what they cost, and who may change what."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.riskmap.domain.findings import run_checks
from linli.riskmap.domain.view import view_of
from linli.riskmap.forms_cameras import look_of
from linli.riskmap.models import Finding, Optics
from tests.riskmap.town import EAST_OF_12, draw_town, put_camera


def page(client, path: str, **more) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == 200, path
    return answer.content.decode()


def sent(optics: Optics, **changes) -> dict:
    """What the panel posts."""
    numbers = look_of(view_of(optics)) | changes
    return {
        **numbers, "action": uuid4(), "version": optics.version, "device_version": optics.device.version,
        "reason": changes.get("reason", "the window"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/risk-map/", "/risk-map/layers/coverage.geojson", "/risk-map/layers/density.geojson?edition=2025",
     "/risk-map/layers/overlap.geojson", "/risk-map/layers/blind.geojson", "/risk-map/layers/private.geojson",
     "/risk-map/layers/signs.geojson", "/risk-map/findings/", "/risk-map/public/"],
)  # fmt: skip
def test_a_page_costs_the_same_for_three_cameras_as_for_one(street, sign_in, django_assert_num_queries, path) -> None:
    draw_town(street)
    put_camera(street, sign="missing")
    client = sign_in("project_lead")
    run_checks(at=street.now)
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        page(client, path)
    for number in (2, 3):
        put_camera(street, f"CM-{number}", sign="missing", bearing=90.0 * number)
    run_checks(at=street.now)
    with django_assert_num_queries(len(one)):
        page(client, path)


def test_trying_a_turn_out_answers_what_it_would_see_and_writes_nothing(street, sign_in) -> None:
    draw_town(street)
    optics = put_camera(street)
    run_checks(at=street.now)
    client = sign_in("property_manager")
    query = look_of(view_of(optics)) | {"bearing": 90, "range": 40, "tilt": 10, "pixels": 8000}
    answer = client.get("/risk-map/cameras/CM-1/preview/", query, headers={"accept-language": "en"}).json()

    assert [each["title"] for each in answer["findings"]] == ["Over a window"]
    assert answer["words"].startswith("It looks east and sees about ")
    assert [each["properties"]["kind"] for each in answer["map"]["features"]] == ["cone", "ground", "private"]
    assert Optics.objects.get().bearing == 180.0
    assert not Finding.objects.exists()


def test_a_preview_costs_few_statements_and_says_what_is_wrong_with_a_number(
    street, sign_in, django_assert_num_queries
) -> None:
    draw_town(street)
    optics = put_camera(street)
    client = sign_in("project_lead")
    query = look_of(view_of(optics))
    client.get("/risk-map/cameras/CM-1/preview/", query)
    with CaptureQueriesContext(connection) as asked:
        client.get("/risk-map/cameras/CM-1/preview/", query | {"bearing": 99})
    riskmap = [each["sql"] for each in asked if "riskmap" in each["sql"]]
    assert len(riskmap) == 1

    answer = client.get("/risk-map/cameras/CM-1/preview/", query | {"fov": 400})
    assert (answer.status_code, list(answer.json()["wrong"])) == (422, ["fov"])


def test_keeping_a_turn_over_a_window_opens_the_finding_and_turning_back_settles_it(street, sign_in) -> None:
    draw_town(street)
    optics = put_camera(street)
    client = sign_in("project_lead")
    given = sent(optics, bearing=90, range=40, tilt=10, pixels=8000)
    assert client.post("/risk-map/cameras/CM-1/", given).status_code == 302
    assert list(Finding.objects.values_list("rule", "state")) == [("window", "open")]

    optics.refresh_from_db()
    assert client.post("/risk-map/cameras/CM-1/", sent(optics, bearing=180)).status_code == 302
    assert list(Finding.objects.values_list("rule", "state")) == [("window", "settled")]


def test_without_a_script_the_page_itself_shows_what_would_be_seen(street, sign_in) -> None:
    draw_town(street)
    optics = put_camera(street)
    client = sign_in("property_manager")
    given = sent(optics, bearing=90, range=40, tilt=10, pixels=8000) | {"see": "1"}
    answer = client.post("/risk-map/cameras/CM-1/", given, headers={"accept-language": "en"})

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Over a window" in text
    assert "plan-over" in text
    assert Optics.objects.get().bearing == 180.0


def test_whoever_only_looks_may_not_keep_a_turn(street, sign_in) -> None:
    optics = put_camera(street)
    client = sign_in("property_manager")
    assert client.post("/risk-map/cameras/CM-1/", sent(optics, bearing=90)).status_code == 403
    assert client.get("/risk-map/cameras/CM-1/papers/").status_code == 403
    assert Optics.objects.get().bearing == 180.0


def test_the_second_of_two_is_told_and_keeps_what_was_typed(street, sign_in) -> None:
    optics = put_camera(street)
    client = sign_in("project_lead")
    client.post("/risk-map/cameras/CM-1/", sent(optics, bearing=90))
    answer = client.post("/risk-map/cameras/CM-1/", sent(optics, bearing=45, reason="the other reason"))

    assert answer.status_code == 409
    assert "the other reason" in answer.content.decode()
    assert Optics.objects.get().bearing == 90.0


def test_a_camera_of_another_place_is_not_found(street, sign_in) -> None:
    put_camera(street)
    client = sign_in("outsider")
    for path in ("", "preview/", "sheet/"):
        assert client.get(f"/risk-map/cameras/CM-1/{path}").status_code in {403, 404}


def test_the_sheet_holds_plan_position_basis_checks_and_code(street, sign_in) -> None:
    draw_town(street)
    put_camera(street, sign="missing")
    run_checks(at=street.now)
    text = page(sign_in("project_lead"), "/risk-map/cameras/CM-1/sheet/", headers={"accept-language": "en"})
    for words in ('<svg class="plan"', "31.192400, 121.433820", "180°, south", "another public place (art. 9)",
                  "No sign", 'class="qr"'):  # fmt: skip
        assert words in text


def test_papers_are_written_and_checked_at_once(street, sign_in) -> None:
    put_camera(street, sign="missing")
    run_checks(at=street.now)
    client = sign_in("project_lead")
    given = {
        "action": uuid4(), "version": 1, "legal": "art9", "room": "", "sign": "there", "days": 30, "deletes": "on",
        "access_log": "on",
    }  # fmt: skip
    assert client.post("/risk-map/cameras/CM-1/papers/", given).status_code == 302
    assert list(Finding.objects.values_list("rule", "state")) == [("sign", "settled")]


def test_what_everybody_sees_holds_no_shape_and_nothing_of_private_cameras(street, client) -> None:
    draw_town(street)
    put_camera(street)
    put_camera(street, "CM-9", at=(EAST_OF_12[0], 31.19235), legal="non-public")
    listed = page(client, "/risk-map/public/", headers={"accept-language": "en"})
    told = page(client, "/risk-map/public/CM-1/", headers={"accept-language": "en"})
    points = client.get("/risk-map/public/map.geojson").json()

    assert "CM-9" not in listed
    assert client.get("/risk-map/public/CM-9/").status_code == 404
    assert [(each["properties"]["id"], each["geometry"]["type"]) for each in points["features"]] == [("CM-1", "Point")]
    assert "It looks south, up to 25 m, over about " in told
    assert "Polygon" not in listed + told


def test_a_long_list_of_cameras_shows_five_at_once_and_opens_the_rest(street, client) -> None:
    draw_town(street)
    for number in range(8):
        put_camera(street, f"CM-{number}", at=(EAST_OF_12[0] + number * 1e-5, 31.1923))
    listed = page(client, "/risk-map/public/", headers={"accept-language": "en"})
    at_once, rest = listed.split("and 3 more</summary>")

    assert (at_once.count('<li class="card"'), rest.count('<li class="card"')) == (5, 3)
    assert rest.index("</details>") > rest.rindex('<li class="card"')
