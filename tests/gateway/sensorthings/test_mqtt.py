"""What is published makes observations, and subscribers are told of what concerns their topic."""

import socket
import time
from collections.abc import Callable, Iterator
from threading import Event, Thread

import orjson
import paho.mqtt.client as mqtt
import pytest
from django.db import DataError, InterfaceError, OperationalError

from linli.core.errors import Busy, DomainError, NotFound
from linli.gateway.mqtt import sensorthings
from linli.gateway.mqtt.admission import QUESTIONS, Admission, admitted
from linli.gateway.mqtt.broker import ACCOUNT, WATCHER, Broker
from linli.gateway.mqtt.embedded import Embedded
from linli.gateway.mqtt.topics import operator_rights, subject_of
from linli.gateway.mqtt.wire import BrokerAway
from linli.gateway.sensorthings.announcer import SUBSCRIPTIONS, Announcer
from linli.gateway.sensorthings.announcing import Change, notifications, on_publish
from linli.gateway.sensorthings.entities import BY_SET, OBSERVATION
from linli.gateway.sensorthings.relations import Relations
from linli.sensing.domain.refusals import Away
from linli.sensing.domain.sender import Sender
from tests.gateway.sensorthings.conftest import DATASTREAM, LOCATION, PROPERTY, SENSOR, THING
from tests.neighbourhood import NOW


def test_what_is_published_is_an_observation(api, stream):
    key = on_publish(f"v1.1/Datastreams({stream})/Observations", b'{"result": 21.5}', NOW)
    body = orjson.dumps({"result": 3, "Datastream": {"@iot.id": stream}, "phenomenonTime": "2026-11-20T10:00:00Z"})
    other = on_publish("v1.1/Observations", body, NOW)

    assert api.get(f"Observations({key})")["phenomenonTime"] == "2026-11-23T02:00:00.000Z"
    assert api.get(f"Observations({other})")["result"] == 3


def test_an_operators_system_may_publish_where_observations_are_made():
    allowed = operator_rights()[0]

    assert subject_of("v1.1/Observations") in allowed
    assert [each for each in allowed if "*" in each] == [subject_of("v1.1/*/Observations")]


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


def told_of(topic: str, changes: list[Change]) -> list:
    return [orjson.loads(payload) for _topic, payload in notifications(changes, [topic])]


def test_topics_lead_along_links(api, stream):
    key = api.post(f"Datastreams({stream})/Observations", {"result": 7})
    thing, place = api.ids("Things")[0], api.ids("Locations")[0]
    other = api.post("Things", {**THING, "name": "other"})
    rows = {each: BY_SET["Things"].rows().get(pk=each) for each in (thing, other)}
    lamp, alone = ([Change(BY_SET["Things"], rows[each])] for each in (thing, other))

    for topic in (
        f"v1.1/Observations({key})/Datastream/Thing", f"v1.1/Datastreams({stream})/Thing",
        f"v1.1/Locations({place})/HistoricalLocations({api.ids('HistoricalLocations')[0]})/Thing",
        f"v1.1/Observations({key})/FeatureOfInterest/Observations({key})/Datastream/Thing/Locations({place})/Things",
    ):  # fmt: skip
        assert told_of(f"{topic}?$select=name", lamp) == [{"name": "Lamp"}]
        assert told_of(topic, alone) == []
    assert told_of(f"v1.1/Datastreams({stream})/Thing/name", lamp) == [{"name": "Lamp"}]
    for topic in (
        "v1.1/Datastreams(99)/Thing", f"v1.1/Datastreams({stream})/Thing({thing})", "v1.1/Datastreams/Thing",
        f"v1.1/Datastreams({stream})/Thing/name/x", f"v1.1/Datastreams({stream})/Nothing",
        f"v1.1/Things({thing})/Thing", f"v1.1/Locations({place})/Things/Datastreams",
        f"v1.1/Datastreams({stream})//Thing",
    ):  # fmt: skip
        assert told_of(topic, lamp) == []


@pytest.fixture
def announced(monkeypatch) -> list[Change]:
    """What would be told if somebody listened."""
    found: list[Change] = []
    monkeypatch.setattr("linli.gateway.sensorthings.announcer.announce", found.extend)
    return found


def sets_of(changes: list[Change]) -> list[str]:
    return sorted(change.entity.plural for change in changes)


def test_what_is_made_by_the_way_is_told_too(api, stream, announced, django_capture_on_commit_callbacks):
    thing = api.ids("Things")[0]
    with django_capture_on_commit_callbacks(execute=True):
        api.post(f"Datastreams({stream})/Observations", {"result": 1})
    made = sets_of(announced)
    announced.clear()
    with django_capture_on_commit_callbacks(execute=True):
        api.post(f"Datastreams({stream})/Observations", {"result": 2})
        api.patch(f"Things({thing})", {"Locations": [{"@iot.id": api.post("Locations", LOCATION)}]})
        api.post("Things", {**THING, "Locations": [LOCATION]})
        api.post("Locations", {**LOCATION, "Things": [{"@iot.id": thing}]})

    assert made == ["FeaturesOfInterest"]
    assert sets_of(announced) == ["HistoricalLocations"] * 3 + ["Locations"] * 3 + ["Things"] * 2


def test_what_is_published_with_all_that_belongs_to_it_is_told(api, announced, django_capture_on_commit_callbacks):
    whole = {**DATASTREAM, "Thing": {**THING, "Locations": [LOCATION]}, "Sensor": SENSOR, "ObservedProperty": PROPERTY}
    with django_capture_on_commit_callbacks(execute=True):
        on_publish("v1.1/Observations", orjson.dumps({"result": 1, "Datastream": whole}), NOW)

    assert sets_of(announced) == [
        "Datastreams", "FeaturesOfInterest", "HistoricalLocations", "Locations", "ObservedProperties", "Sensors",
        "Things",
    ]  # fmt: skip


def test_nobody_needs_a_name_in_a_trial_on_this_machine_alone(db, settings):
    assert admitted("", "", "suite", "127.0.0.1") is None
    settings.SENSORTHINGS_TRIAL = True

    assert [admitted("", "", "suite", host) for host in ("127.0.0.1", "::1")] == [Sender.system()] * 2
    assert [admitted("", "", "suite", host) for host in ("192.0.2.1", "")] == [None, None]
    assert admitted("somebody", "something", "suite", "127.0.0.1") is None
    settings.MQTT_HOST = "0.0.0.0"  # noqa: S104
    assert admitted("", "", "suite", "127.0.0.1") is None
    settings.MQTT_HOST, settings.HTTPS = "127.0.0.1", True
    assert admitted("", "", "suite", "127.0.0.1") is None


@pytest.fixture
def broker(settings, tmp_path) -> Iterator[Broker]:
    """A broker of its own, and beside it whoever says who may come in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.SENSING = tmp_path / "sensing"
    found, stop = Broker(port=port), Event()
    found.start()
    admission = Thread(target=Admission(found, lambda _sender, _reason: None).run, args=(stop,), daemon=True)
    admission.start()
    watcher = found.connect(WATCHER)
    asked = {"subscriptions": True, "account": ACCOUNT}
    assert until(lambda: QUESTIONS in str(watcher.request(SUBSCRIPTIONS, asked)))
    yield found
    watcher.close()
    stop.set()
    admission.join(10)
    found.stop()


def answered(broker: Broker) -> list[str]:
    """What the broker says to somebody without a name, who connects, subscribes and publishes with QoS 2."""
    said: list[str] = []
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="suite", protocol=mqtt.MQTTv311)
    client.on_connect = lambda *given: said.append(str(given[3]))
    client.on_subscribe = lambda *given: said.append(str(given[3][0]))
    client.on_publish = lambda *_given: said.append("published")
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    assert until(lambda: len(said) == 1)
    if said == ["Success"]:
        client.subscribe("v1.1/Observations(7)/Datastream/Thing?$select=name", 2)
        assert until(lambda: len(said) == 2)
        client.publish("v1.1/Observations", b"{}", qos=2)
        assert until(lambda: len(said) == 3)
    client.disconnect()
    client.loop_stop()
    return said


def test_the_broker_lets_in_who_says_no_name_in_a_trial_alone(broker, settings):
    before = answered(broker)
    settings.SENSORTHINGS_TRIAL = True

    assert before == ["Not authorized"]
    assert answered(broker) == ["Success", "Granted QoS 2", "published"]


@pytest.fixture
def failing() -> Iterator[Callable[[Exception], None]]:
    """Publish something that is made with this error, in place of what makes observations."""
    before = sensorthings._taker[:]

    def publish(error: Exception) -> None:
        def take(*_given: object) -> None:
            raise error

        sensorthings.offer_taker(take)
        sensorthings.take_published("v1.1/Observations", b"{}", 0)

    yield publish
    sensorthings._taker[:] = before


@pytest.mark.parametrize("error", [Away(), Busy(after=5), OperationalError("away"), InterfaceError("closed")])
def test_what_cannot_be_made_now_is_left_with_the_broker(failing, error):
    with pytest.raises(Away):
        failing(error)


@pytest.mark.parametrize(
    "error", [NotFound(), DataError("out of range"), ValueError("no such thing"), RecursionError()]
)
def test_what_can_never_be_made_does_not_come_again_for_ever(failing, error, caplog):
    failing(error)

    assert ("could not be made" in caplog.text) is not isinstance(error, DomainError)


class Odd:
    """A broker of which each call fails otherwise."""

    def __init__(self) -> None:
        self.errors = [OperationalError("database is locked"), BrokerAway("away")]
        self.asked = 0

    def start(self, *_user: str) -> None:
        self.asked += 1
        raise self.errors[self.asked % 2]

    connect = start

    def stop(self) -> None: ...


def until(holds: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 10
    while not holds() and time.monotonic() < ends:
        time.sleep(0.02)
    return holds()


def test_a_gate_opens_again_whatever_it_was_that_failed(settings, tmp_path, caplog):
    broker = Odd()
    gate = Embedded(None, broker)
    gate.start()

    assert until(lambda: broker.asked >= 3)
    assert gate.state == "away"
    gate.stop()
    assert "database is locked" in caplog.text


def test_subscribers_are_told_of_the_next_observations_though_telling_of_some_failed(api, stream, caplog):
    broker = Odd()
    announcer = Announcer(None, broker)
    announcer.start()

    for number in range(3):
        api.post(f"Datastreams({stream})/Observations", {"result": number})
        assert until(lambda asked=number: broker.asked > asked)
    assert until(lambda: announcer.state == "away")
    announcer.stop()
    assert caplog.text.count("nobody was told of new observations") >= 1
