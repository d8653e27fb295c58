"""What is published makes observations, and subscribers are told of what concerns their topic."""

import orjson
import pytest

from linli.core.errors import DomainError, NotFound
from linli.gateway.sensorthings.announcing import Change, notifications, on_publish
from linli.gateway.sensorthings.entities import BY_SET, OBSERVATION
from linli.gateway.sensorthings.relations import Relations
from tests.neighbourhood import NOW


def test_what_is_published_is_an_observation(api, stream):
    key = on_publish(f"v1.1/Datastreams({stream})/Observations", b'{"result": 21.5}', NOW)
    body = orjson.dumps({"result": 3, "Datastream": {"@iot.id": stream}, "phenomenonTime": "2026-11-20T10:00:00Z"})
    other = on_publish("v1.1/Observations", body, NOW)

    assert api.get(f"Observations({key})")["phenomenonTime"] == "2026-11-23T02:00:00.000Z"
    assert api.get(f"Observations({other})")["result"] == 3


@pytest.mark.parametrize(("topic", "body"), [
    ("v1.1/Things", b"{}"), ("v1.1/Datastreams(1)/Observations", b"{"), ("v1.1/Datastreams(1)/Observations", b"\xff"),
    ("v1.1/Datastreams(x)/Observations", b"{}"), ("Observations", b"{}"), ("v1.1/Observations/$ref", b"{}"), ("", b""),
])  # fmt: skip
def test_what_is_no_observation_is_refused(api, stream, topic, body):
    with pytest.raises(DomainError):
        on_publish(topic, body, NOW)
    with pytest.raises(NotFound):
        on_publish("v1.1/Datastreams(99999)/Observations", b'{"result": 1}', NOW)
    assert api.ids("Observations") == []


def test_each_topic_is_told_of_what_concerns_it(api, stream):
    thing = api.get(f"Datastreams({stream})/Thing")["@iot.id"]
    key = api.post(f"Datastreams({stream})/Observations", {"result": 7, "phenomenonTime": "2026-11-20T10:00:00Z"})
    relations = Relations()
    changes = [
        Change(OBSERVATION, relations.observations.get(key)),
        Change(BY_SET["Things"], BY_SET["Things"].rows().get(pk=thing)),
    ]
    topics = [
        f"v1.1/Datastreams({stream})/Observations?$select=result", "v1.1/Observations?$select=phenomenonTime",
        "v1.1/Datastreams(99)/Observations", f"v1.1/Things({thing})/name", f"v1.1/Things({thing})?$select=name",
        "v1.1/Things(99)", "v1.1/Things?$select=description", "v1.1/Sensors", "v1.1/#", "v1.1/+/Observations", "other",
        "v1.1/Sensors(1)/Datastreams?$select=id", "v1.1/Things?$select=nothing", "v1.1/Things/name",
        f"v1.1/Locations({api.ids('Locations')[0]})/Things?$select=name",
    ]  # fmt: skip

    told = {topic: orjson.loads(payload) for topic, payload in notifications(changes, topics)}

    assert told == {
        f"v1.1/Datastreams({stream})/Observations?$select=result": {"result": 7},
        "v1.1/Observations?$select=phenomenonTime": {"phenomenonTime": "2026-11-20T10:00:00.000Z"},
        f"v1.1/Things({thing})/name": {"name": "Lamp"},
        f"v1.1/Things({thing})?$select=name": {"name": "Lamp"},
        "v1.1/Things?$select=description": {"description": "a lamp on the stairs"},
        f"v1.1/Locations({api.ids('Locations')[0]})/Things?$select=name": {"name": "Lamp"},
    }
