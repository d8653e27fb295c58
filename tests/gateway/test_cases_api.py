"""The API reports, lists, reads and maps cases, each for whom it may."""

from uuid import uuid4

import pytest
from django.test import Client

from linli.cases.models import Case
from linli.procedures.models import Procedure

JSON = "application/json"


@pytest.fixture
def signed_in(street):
    def as_role(role: str) -> Client:
        client = Client()
        client.force_login(street.accounts[role])
        return client

    return as_role


def test_anybody_reports_once_however_often_it_is_sent(street, client):
    place = street.places["building"].pk
    given = {"text": "楼道灯不亮 💡𠮷", "class": "lighting", "place": place, "action": str(uuid4())}

    first = client.post("/api/v1/cases", given, content_type=JSON)
    again = client.post("/api/v1/cases", given, content_type=JSON)

    assert (first.status_code, first.json()) == (201, again.json())
    assert Case.objects.get().text == "楼道灯不亮 💡𠮷"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "text"), ({"text": "长" * 4001}, "text"), ({"text": 5}, "text"), ({"class": "no-such"}, "class"),
        ({"place": 999999}, "place"), ({"place": 2**70}, "place"), ({"lon": 121.4}, "where"),
        ({"lon": 999, "lat": 0}, "lon"), ({"action": "x"}, "action"), ({"text": "\u0000"}, "text"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_report_is_told_by_field(street, client, wrong, field):
    answer = client.post("/api/v1/cases", {"text": "灯", **wrong}, content_type=JSON)

    assert (answer.status_code, answer["content-type"]) == (422, "application/problem+json")
    assert field in answer.json()["fields"]
    assert Procedure.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe"])
def test_a_broken_body_is_no_failure_of_ours(street, client, body):
    assert client.post("/api/v1/cases", body, content_type=JSON).status_code in (400, 422)


def test_who_may_list_and_who_is_refused(street, signed_in, report, client):
    report()

    answers = {role: signed_in(role).get("/api/v1/cases").status_code for role in street.accounts}

    assert client.get("/api/v1/cases").status_code == 401
    browse = {"duty_officer", "area_lead", "grid_worker", "grid_worker_2", "property_manager", "committee_secretary",
              "auditor", "administrator"}  # fmt: skip
    assert {role for role, status in answers.items() if status == 200} == browse
    assert {status for role, status in answers.items() if role not in browse} == {403}


def test_a_list_of_three_costs_no_more_than_a_list_of_one(street, signed_in, report, django_assert_num_queries):
    officer = signed_in("duty_officer")
    for expected in (1, 3):
        while Procedure.objects.count() < expected:
            report()
        officer.get("/api/v1/cases")
        with django_assert_num_queries(4):
            assert len(officer.get("/api/v1/cases").json()["cases"]) == expected


def test_the_next_page_goes_on_where_the_last_one_ended(street, signed_in, report):
    for _ in range(53):
        report()
    officer = signed_in("duty_officer")

    first = officer.get("/api/v1/cases").json()
    second = officer.get("/api/v1/cases", {"after": first["after"]}).json()

    numbers = [row["number"] for row in first["cases"] + second["cases"]]
    assert (len(first["cases"]), len(second["cases"]), second["after"], len(set(numbers))) == (50, 3, None, 53)


def test_a_story_is_read_by_whom_it_concerns_and_by_nobody_else(street, signed_in, case_in):
    number = case_in("dispatched").procedure.number

    told = signed_in("property_manager").get(f"/api/v1/cases/{number}").json()

    assert [line["kind"] for line in told["story"]] == ["received", "file", "dispatch"]
    assert {clock["rule"] for clock in told["clocks"]} == {"case.file", "case.dispatch", "case.take", "case.handle"}
    assert signed_in("mediator").get(f"/api/v1/cases/{number}").status_code == 404
    assert signed_in("outsider").get(f"/api/v1/cases/{number}").status_code == 403


def test_the_map_shows_the_building_of_public_cases_only(street, client, case_in):
    shown = case_in("filed").procedure.number
    case_in("received")
    case_in("filed", klass=street.klass("noise"))

    features = client.get("/api/v1/cases/map.geojson").json()["features"]

    place = street.places["building"]
    assert [(row["properties"]["id"], row["geometry"]["coordinates"]) for row in features] == [
        (shown, [place.lon, place.lat])
    ]
    assert client.get("/api/v1/cases/map.geojson?bbox=1,2,x").status_code == 422


def test_the_description_of_the_interface_is_there(db, client):
    assert "/api/v1/cases" in client.get("/api/v1/openapi.json").json()["paths"]
