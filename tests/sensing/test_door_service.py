"""The service in processes of its own: answers after the disk has it, and what a kill leaves behind."""

import json
import threading
import time
from collections import deque
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest

from linli.sensing.domain.accept import Reading, micros
from linli.sensing.domain.door import Door, Notes
from linli.sensing.domain.refusals import Away, Reason, Refusal
from linli.sensing.domain.sender import Sender
from linli.sensing.enums import DeviceStatus
from linli.sensing.models import Device, DoorCount
from linli.sensing.segments import Store
from linli.sensing.service import flushing
from linli.sensing.service.client import Service
from linli.sensing.service.intake import WAITING_MOST, Intake
from linli.sensing.service.server import Server
from tests.sensing.door import message, stored
from tests.sensing.running import Net, a_net, free_port

SMOKE = Sender.device("SMK-1")


@pytest.fixture
def slow(door, settings, tmp_path):
    """An intake whose disk answers only when it is let, with the order in which things happened."""
    happened: list[str] = []
    gate = threading.Event()
    door.door.known()  # the directory is read by the test's own connection
    known = door.door._known
    held = Door(door.door.store, clock=door.door.clock, read=lambda: known)
    commit = held.commit

    def waits() -> list:
        happened.append("asked")
        gate.wait(60)
        fresh = commit()
        happened.append("disk")
        return fresh

    held.commit = waits  # type: ignore[method-assign]
    settings.SENSING = tmp_path / "s"
    intake = Intake(held, after=lambda _log: happened.append("rules"))
    intake.start()
    yield intake, gate, happened
    gate.set()
    intake.stop()


@pytest.fixture
def told_device(street, device_at) -> Device:
    return device_at("SMK-1", "smoke")


def wait_for(condition) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_nobody_is_answered_before_the_disk_has_it(told_device, slow, street):
    intake, gate, happened = slow
    came = micros(street.now)

    def send(number: int) -> None:
        intake.message(message(street.now, smoke=number), SMOKE, came)
        happened.append("answer")

    first, *others = [threading.Thread(target=send, args=(number,)) for number in range(5)]
    first.start()
    wait_for(lambda: happened == ["asked"])  # a round has begun, with the first alone
    for sender in others:
        sender.start()
    wait_for(lambda: intake.waiting() == 4)
    assert happened == ["asked"]
    gate.set()
    for sender in (first, *others):
        sender.join()

    assert "answer" not in happened[: happened.index("disk")]
    assert happened.count("answer") == 5
    assert happened.count("disk") == 2, "what waited together is written together"


def test_a_sender_whose_queue_is_full_is_refused_and_another_is_not(told_device, slow, street, device_at):
    intake, gate, _ = slow
    came, answers = micros(street.now), []

    def send(sender: Sender) -> None:
        answers.append(intake.message(message(street.now, smoke=1), sender, came).refused)

    many = [
        threading.Thread(target=send, args=(SMOKE,)) for _ in range(2 * WAITING_MOST + 20)
    ]  # a first round may take a whole queue
    for each in many:
        each.start()
    wait_for(lambda: len(answers) >= 20)  # those beyond the queue's end, while the disk still writes
    assert set(map(repr, answers)) == {repr([Refusal(0, Reason.RATE)])}
    other = threading.Thread(target=send, args=(Sender.device("NOBODY"),))
    other.start()
    gate.set()
    for each in [*many, other]:
        each.join()

    assert [Refusal(0, Reason.SENDER)] in answers, "whoever is another has a queue of their own"
    assert answers.count([Refusal(0, Reason.RATE)]) >= 20
    assert intake.notes().refused[told_device.pk, Reason.RATE] >= 20


def test_other_processes_hand_over_by_the_socket(told_device, slow, street, door):
    intake, gate, _ = slow
    gate.set()
    server = Server(intake)
    server.start()
    service, came = Service(), micros(street.now)
    try:
        told = service.message(message(street.now, smoke=3), SMOKE, came)
        refused = service.message(b'{"face": 1}', SMOKE, came)
        pk = stored(door)[0]["datastream"]
        from linli.sensing.domain.schema import columns_of

        columns = service.columns(columns_of([Reading(pk, came, 4.0), Reading(pk, came, -1)]), Sender.system(), came)
        service.correct(int(told.ids[0]), {"number": 7.0})
        service.delete(int(columns.ids[0]))
        service.refuse(SMOKE, Reason.SIZE)
        with pytest.raises(LookupError):
            door.door.store.correct(int(columns.ids[0]) + 500, {"number": 1.0})
    finally:
        service.close()
        server.stop()

    assert (len(told.ids), refused.refused) == (1, [Refusal(0, Reason.FORBIDDEN, "face")])
    assert (columns.ids[1], columns.refused) == (0, [Refusal(1, Reason.RANGE)])
    assert [row["number"] for row in stored(door)] == [7.0]
    assert intake.notes().refused[told_device.pk, Reason.SIZE] == 1


def test_where_the_service_is_away_devices_are_told_to_come_again(street, device_at, client, settings, tmp_path):
    from tests.sensing.door import key_of

    settings.SENSING = tmp_path / "nobody"
    key = key_of(device_at("SMK-1", "smoke"), street)

    answer = client.post(
        "/api/v1/devices/readings", message(street.now, smoke=1), content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip

    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "5", "busy")
    with pytest.raises(Away):
        Service().ping()


def test_a_disk_that_does_not_take_it_answers_nobody_and_ends_the_intake(told_device, door, street):
    known = door.door.known()
    held = Door(door.door.store, clock=door.door.clock, read=lambda: known)

    def fails() -> list:
        raise OSError("no space")

    held.commit = fails  # type: ignore[method-assign]
    intake = Intake(held)
    intake.start()
    with pytest.raises(Away):
        intake.message(message(street.now, smoke=1), SMOKE, micros(street.now))
    with pytest.raises(Away):
        intake.message(message(street.now, smoke=1), SMOKE, micros(street.now))
    assert isinstance(intake.failed, OSError)
    intake.stop()


def test_what_was_noticed_is_written_down_in_few_rows(told_device, street):
    at = street.now
    notes = Notes()
    notes.refused.update({(told_device.pk, Reason.RANGE): 3, (None, Reason.KEY): 2, (999_999, Reason.RATE): 1})
    notes.seen[told_device.pk] = micros(at)
    notes.battery[told_device.pk] = (88, micros(at))

    for _ in range(2):
        flushing.flush_refused(notes, at)
        flushing.flush_devices(notes)
        notes.refused[None, Reason.KEY] += 1
    flushing.flush_refused(notes, at)

    told_device.refresh_from_db()
    assert (told_device.seen_at, told_device.battery, told_device.battery_at) == (at, 88, at)
    assert set(DoorCount.objects.values_list("device", "reason", "number")) == {
        (None, "key", 4), (told_device.pk, "range", 3)
    }  # fmt: skip
    assert told_device.status == DeviceStatus.ACTIVE


class Publisher:
    """A device that publishes one reading after another by QoS 1, and notes which were acknowledged."""

    def __init__(self, net: Net, code: str) -> None:
        self.code, self.acknowledged, self._sent = code, set(), {}
        self._stop, self._order = threading.Event(), deque()
        self.client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=code, protocol=mqtt.MQTTv311, clean_session=False
        )
        self.client.username_pw_set(code, net.keys[code])
        self.client.reconnect_delay_set(0.2, 1)
        self.client.on_publish = lambda _client, _data, number, *_: self.acknowledged.add(self._sent.get(number))
        self.client.connect("127.0.0.1", net.mqtt)
        self.client.loop_start()
        self._thread = threading.Thread(target=self._publish, daemon=True)
        self._thread.start()

    def _publish(self) -> None:
        number = 0
        while not self._stop.is_set():
            if self.client.is_connected():
                ident = f"{self.code}-{number}"
                said = {"id": ident, "at": int(time.time() * 1000), "readings": {"smoke": number % 100}}
                sent = self.client.publish(f"linli/v1/{self.code}/up", json.dumps(said), qos=1)
                self._sent[sent.mid] = ident
                number += 1
            time.sleep(0.005)

    def stop(self) -> set[str]:
        self._stop.set()
        self._thread.join()
        time.sleep(1)
        self.client.loop_stop()
        return self.acknowledged - {None}


def test_killing_broker_and_service_in_turn_loses_nothing_that_was_acknowledged(tmp_path: Path):
    from linli.sensing.domain.doubles import message_hash

    with a_net(tmp_path, devices=2, LINLI_DEVICE_RATE="100000/1") as net:
        net.start()
        devices = [Publisher(net, code) for code in ("SMK-1", "SMK-2")]
        for _round in range(2):
            time.sleep(1.0)
            net.kill()
            net.start()
            time.sleep(1.0)
            net.kill_broker()
            net.wait(lambda: net.broker_pid() is not None and net.said()["gates"][0] == "open", "the broker is back")
        time.sleep(1.0)
        acknowledged = {(each.code, ident) for each in devices for ident in each.stop()}
        hashes = {message_hash(code, ident) for code, ident in acknowledged}
        net.wait(lambda: hashes <= {row["message"] for row in net.stored()}, "everything acknowledged is stored")
        assert net.stop() == 0
        rows = net.stored()

    assert len(acknowledged) > 200
    assert len({row["message"] for row in rows}) == len(rows), "and nothing twice"
    with Store(tmp_path / "observations", writable=False) as store:
        assert store.verify() == []


def test_any_other_broker_keeps_for_us_what_comes_while_we_are_away(tmp_path: Path, settings):
    """A broker that knows nothing of us but a user and a password."""
    from linli.gateway.mqtt.broker import SERVICE, Broker

    broker = Broker(tmp_path / "elsewhere", "127.0.0.1", free_port())
    broker.start()
    address = f"mqtt://{SERVICE}:{broker.secrets.password}@127.0.0.1:{broker.port}"
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="somebody", protocol=mqtt.MQTTv311)
    client.username_pw_set(SERVICE, broker.secrets.password)
    try:
        with a_net(tmp_path / "net", devices=1, LINLI_MQTT=address) as net:
            net.start()
            client.connect("127.0.0.1", broker.port)
            client.loop_start()
            _publish_some(client, range(20))
            net.wait(lambda: len(net.stored()) == 20, "what came is stored")
            net.kill()
            _publish_some(client, range(20, 40))
            net.start()
            net.wait(lambda: len(net.stored()) == 40, "what came meanwhile is stored")
            assert net.stop() == 0
            assert sorted(row["number"] for row in net.stored()) == [float(number) for number in range(40)]
    finally:
        client.loop_stop()
        client.disconnect()
        broker.stop()


def _publish_some(client: mqtt.Client, numbers: range) -> None:
    for number in numbers:
        said = {"id": f"n{number}", "at": int(time.time() * 1000), "readings": {"smoke": number}}
        client.publish("linli/v1/SMK-1/up", json.dumps(said), qos=1).wait_for_publish(10)


def test_a_clean_stop_keeps_everything_and_leaves_no_process(tmp_path: Path):
    with a_net(tmp_path, devices=1, LINLI_MQTT="none") as net:
        net.start()
        assert net.stop() == 0
        assert (net.broker_pid(), net.said()) == (None, {})
