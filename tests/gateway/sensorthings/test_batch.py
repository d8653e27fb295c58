"""Several requests in one, as JSON and as multipart."""

import pytest

from tests.gateway.sensorthings.conftest import DATASTREAM, PROPERTY, SENSOR, THING

ROOT = "/sensorthings/v1.1/"


def test_several_requests_are_done_in_one(api):
    asked = [
        {"id": "0", "method": "post", "url": "Things", "body": THING},
        {"id": "1", "method": "get", "url": "Things?$select=name"},
        {"id": "2", "method": "patch", "url": "$0", "body": {"name": "Lamp 2"}},
        {"id": "3", "method": "get", "url": "/sensorthings/v1.1/Things(99999)"},
        {"id": "4", "method": "post", "url": "Things", "body": {}},
        {"id": "5", "method": "delete", "url": "Things"},
        {"id": "6", "method": "post", "url": "$batch", "body": {"requests": []}},
    ]

    told = api.send("post", "$batch", {"requests": asked}, 200).json()["responses"]

    assert [(row["id"], row["status"]) for row in told] == [
        ("0", 201), ("1", 200), ("2", 200), ("3", 404), ("4", 400), ("5", 405), ("6", 400),
    ]  # fmt: skip
    assert told[1]["body"]["value"] == [{"name": "Lamp"}]
    assert api.names("Things") == ["Lamp 2"]


def test_what_a_request_made_is_linked_by_its_name(api):
    stream = {**DATASTREAM, "Sensor": {"@iot.id": "$sensor-1"}, "ObservedProperty": PROPERTY}
    stream |= {"name": "costs $sensor-1", "properties": {"by": "$sensor-1"}}
    asked = [
        {"id": "sensor-1", "atomicityGroup": "g", "method": "post", "url": "Sensors", "body": SENSOR},
        {"id": "thing", "atomicityGroup": "g", "method": "post", "url": "Things", "body": THING},
        {"id": "any", "atomicityGroup": "g", "method": "post", "url": "$thing/Datastreams", "body": stream},
        {"id": "none", "method": "post", "url": "Datastreams", "body": {**stream, "Thing": {"@iot.id": "$nobody"}}},
    ]

    told = api.send("post", "$batch", {"requests": asked}, 200).json()["responses"]

    assert [row["status"] for row in told] == [201, 201, 201, 400]
    made = api.get("Datastreams?$expand=Sensor")["value"][0]
    assert (made["name"], made["properties"]) == ("costs $sensor-1", {"by": "$sensor-1"})
    assert made["Sensor"]["@iot.id"] == api.ids("Sensors")[0]


def test_an_address_that_is_none_is_refused_and_the_others_are_done(api):
    asked = [
        {"id": "0", "method": "get", "url": "http://[x"},
        {"id": "1", "method": "post", "url": "Things", "body": THING},
    ]

    told = api.send("post", "$batch", {"requests": asked}, 200).json()["responses"]

    assert [row["status"] for row in told] == [400, 201]


def test_nobody_is_told_of_a_group_before_all_of_it_is_kept(api, django_capture_on_commit_callbacks):
    def group(*bodies: dict) -> list[dict]:
        return [{"id": str(n), "atomicityGroup": "g", "method": "post", "url": "Things", "body": body}
                for n, body in enumerate(bodies)]  # fmt: skip

    with django_capture_on_commit_callbacks() as undone:
        api.send("post", "$batch", {"requests": group(THING, {})}, 200)
    with django_capture_on_commit_callbacks() as kept:
        api.send("post", "$batch", {"requests": group(THING, THING)}, 200)

    assert (len(undone), len(kept)) == (0, 2)


def test_a_group_is_done_all_or_none(api):
    asked = [
        {"id": "0", "atomicityGroup": "g", "method": "post", "url": "Things", "body": THING},
        {"id": "1", "atomicityGroup": "g", "method": "post", "url": "Things", "body": {}},
        {"id": "2", "method": "post", "url": "Things", "body": {**THING, "name": "alone"}},
    ]

    told = api.send("post", "$batch", {"requests": asked}, 200).json()["responses"]

    assert [row["status"] for row in told] == [424, 400, 201]
    assert api.names("Things") == ["alone"]


BODY = """--b
Content-Type: application/http
Content-Transfer-Encoding: binary

GET /sensorthings/v1.1/Things HTTP/1.1
Host: host


--b
Content-Type: multipart/mixed;boundary=c

--c
Content-Type: application/http
Content-Transfer-Encoding: binary
Content-ID: 1

POST /v1.1/Things HTTP/1.1
Content-Type: application/json

{"name": "one", "description": "by a batch"}
--c
Content-Type: application/http
Content-Transfer-Encoding: binary
Content-ID: 2

POST $1/Locations HTTP/1.1
Content-Type: application/json

{"name": "here", "description": "", "encodingType": "x", "location": 5}
--c--
--b
Content-Type: application/http
Content-Transfer-Encoding: binary

GET Things(99999)


--b--
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_the_standards_own_form_of_a_batch_is_read(api, ends):
    answer = api.send("post", "$batch", BODY.replace("\n", ends), 200, content_type="multipart/mixed;boundary=b")

    words = answer.content.decode()
    assert answer["Content-Type"].startswith("multipart/mixed;boundary=batch_")
    assert [words.count(f"HTTP/1.1 {status} ") for status in (200, 201, 404)] == [1, 2, 1]
    assert words.count("Content-Type: multipart/mixed") == 1
    thing = api.ids("Things")[0]
    assert api.names(f"Things({thing})/Locations") == ["here"]


@pytest.mark.parametrize(("body", "kind"), [
    ("", "multipart/mixed;boundary=b"), ("x", "multipart/mixed"),
    ("--b\n\nnothing\n--b--", "multipart/mixed;boundary=b"),
    ("{}", "application/json"), ('{"requests": [{}]}', "application/json"), ("[]", "application/json"),
    ("x", "text/plain"),
    ('{"requests": [{"id": 1, "method": "trace", "url": "Things"}]}', "application/json"),
    (b"--b\n\nGET Things\xff HTTP/1.1\n\n\n--b--", "multipart/mixed;boundary=b"),
])  # fmt: skip
def test_what_is_no_batch_is_refused(api, body, kind):
    api.send("post", "$batch", body, 400, content_type=kind)
    assert api.client.get(ROOT + "$batch").status_code == 405
