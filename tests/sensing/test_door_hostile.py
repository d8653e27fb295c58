"""The hostile corpus, through HTTP and through MQTT: each refused with its reason counted, and nothing stored."""

from collections import Counter
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from django.test import Client

from linli.sensing.domain.forbidden import forbidden_in
from tests.sensing.door import key_of, refused, stored
from tests.sensing.hostile import CORPUS, HUGE, Hostile
from tests.sensing.running import a_net

URL = "/api/v1/devices/readings"
ALL = [*CORPUS, HUGE]


@pytest.fixture
def send(door, street, device_at):
    key = key_of(device_at("SMK-1", "smoke", "battery", "alive"), street)
    client = Client(raise_request_exception=False)

    def post(body: bytes, key: str = key):
        headers = {"Authorization": f"Bearer {key}"}
        return client.post(URL, body, content_type="application/json", headers=headers)

    return post


def test_the_corpus_over_http(door, send, settings):
    settings.LIMITS = settings.LIMITS | {"door": {"device": [1000, 1], "operator": [1, 1]}}
    answered = {}
    for each in ALL:
        door.door.notes.refused.clear()
        answer = send(each.body)
        answered[each.name] = (answer.status_code, refused(door))

    assert answered == {each.name: (each.status, {each.reason: 1}) for each in ALL}
    assert stored(door) == []


def test_a_refusal_says_why_in_words_and_for_programs(send):
    answer = send(CORPUS[0].body)

    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["code"], list(told["fields"])) == (422, "forbidden", ["faces"])
    assert "never taken" in told["detail"] or "不" in told["detail"]


def test_wrong_and_missing_keys_are_refused_and_counted(door, send):
    answers = [send(b"{}", key=key) for key in ("", "x", "0123456789ab.wrong", "x" * 500)]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "key")}
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert (refused(door), stored(door)) == ({"key": 4}, [])


def test_other_methods_are_not_answered(send, client):
    assert {getattr(client, method)(URL).status_code for method in ("get", "put", "patch", "delete")} == {405}


@pytest.mark.parametrize(
    "harmless",
    [
        {"name": "烟感 3 号", "interface": "RS-485", "surface": 2.5, "plated": False, "height": 2.4},
        {"type": "Polygon", "coordinates": [[[121.4 + i / 1000, 31.1] for i in range(100)]]},
        {"model": "HM-620 12:30:45", "serial": "A1B2C3D4", "note": "京沪高速旁", "street": "虹桥路 1234 号"},
        {"description": "Facing north, above the door; checked 2026-11-23", "score": {"signal": -71}},
    ],
)
def test_what_is_harmless_is_not_taken_for_something_else(harmless):
    assert forbidden_in(harmless) is None


def test_the_corpus_over_mqtt(tmp_path: Path):
    """By the real broker and service: one device publishes everything, and one good message at the end."""
    with a_net(tmp_path, devices=1) as net:
        net.start()
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="SMK-1", protocol=mqtt.MQTTv311)
        client.username_pw_set("SMK-1", net.keys["SMK-1"])
        client.connect("127.0.0.1", net.mqtt)
        client.loop_start()
        sent = [client.publish("linli/v1/SMK-1/up", each.body, qos=1) for each in CORPUS]
        sent.append(client.publish("linli/v1/SMK-2/up", b'{"id":"x","at":0,"readings":{}}', qos=1))
        sent.append(client.publish("linli/v1/SMK-1/up", _good(), qos=1))
        for each in sent:
            each.wait_for_publish(30)
        net.wait(lambda: net.stored(), "the good message is stored")
        client.loop_stop()
        client.disconnect()
        _publish_once(net.mqtt, net.keys["SMK-1"], HUGE)
        net.wait(lambda: net.said()["refused"] == len(ALL), "everything is refused")

        assert net.stop() == 0
        counted, rows = net.counted(), net.stored()

    expected = Counter(each.reason for each in ALL)
    assert counted == dict(expected), "what went to another device's topic was not even stored by the broker"
    assert [row["number"] for row in rows] == [12.5]


def _good() -> bytes:
    return b'{"id":"good","at":"2026-11-23T10:00:00+08:00","readings":{"smoke":12.5}}'


def _publish_once(port: int, key: str, hostile: Hostile) -> None:
    """Ten megabytes, without coming again: the broker ends the connection."""
    import socket
    import struct

    words = [b"SMK-1", b"SMK-1", key.encode()]
    hello = b"\x00\x04MQTT\x04\xc2\x00\x1e" + b"".join(struct.pack(">H", len(word)) + word for word in words)
    topic = b"linli/v1/SMK-1/up"
    body = struct.pack(">H", len(topic)) + topic + b"\x00\x01" + hostile.body
    with socket.create_connection(("127.0.0.1", port), 10) as raw:
        raw.sendall(b"\x10" + bytes([len(hello)]) + hello)
        assert raw.recv(4) == b"\x20\x02\x00\x00"
        try:
            raw.sendall(b"\x32" + _length(len(body)) + body)
            assert raw.recv(4) == b"", "it is not acknowledged"
        except ConnectionError:
            return  # ended while it was still being sent


def _length(number: int) -> bytes:
    said = b""
    while True:
        number, low = divmod(number, 128)
        said += bytes([low | (0x80 if number else 0)])
        if not number:
            return said
