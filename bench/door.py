"""How many messages and observations a second of one core carries from the broker, or from columns, to the disk."""

import json
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.figure import Figure

DEVICES, MESSAGES, BATCH = 1_000, 200_000, 5_000
OBSERVATIONS, COLUMN_BATCHES = 2_000_000, 50_000
BEGIN = 1_795_600_000_000  # ms
CLIENTS = "gmqtt alone 107–138 k, decoding alone 1.3 M"


def measure() -> list[Figure]:
    from django.conf import settings

    settings.LIMITS = {"door": {"device": [10**9, 1], "operator": [10**9, 1]}}
    found = [
        ("door, JSON one by one, bodies in memory to the disk", from_memory(), None, CLIENTS),
        ("door, JSON one by one, by JetStream batch pull", from_jetstream(), 100e3, CLIENTS),
        ("door, JSON one by one, through an MQTT client", from_client(), 40e3, CLIENTS),
    ]
    figures = [Figure(name, value, "messages per CPU-s", aim, True, peer) for name, value, aim, peer in found]
    return [*figures, Figure("door, columns to the disk", from_columns(), "observations per CPU-s", 1e6, True)]


@contextmanager
def a_door() -> Iterator[tuple]:
    """A door over an empty store, and the folder beside it, with a directory that needs no database."""
    from linli.sensing.domain.door import Door
    from linli.sensing.segments import Store

    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "observations", "bench") as store:
        known = a_directory()
        yield Door(store, clock=lambda: time.time_ns() // 1000, read=lambda: known), Path(folder)


def a_directory():
    """A thousand devices of one estate, each with smoke, battery and a sign of life."""
    from linli.sensing.domain.directory import MEASUREMENT, TRUTH, DeviceEntry, Directory, Stream

    kinds = [("smoke", MEASUREMENT), ("battery", MEASUREMENT), ("alive", TRUTH)]
    streams = [
        Stream(row, row + 1, kinds[row % 3][1], frozenset(), {}, kinds[row % 3][0]) for row in range(3 * DEVICES)
    ]
    entries = {
        code(number): DeviceEntry(
            number + 1, code(number), False, False, {each.property: each for each in streams[3 * number :][:3]}
        )
        for number in range(DEVICES)
    }
    rows = len(streams)
    no = np.zeros(rows, bool)
    return Directory(
        entries, {}, streams, [("0001", "main")],
        row_of=np.arange(-1, rows, dtype=np.int32), ids=np.arange(1, rows + 1, dtype=np.int32),
        kind=np.array([each.kind for each in streams], np.int8), low=np.full(rows, -np.inf), high=np.full(rows, 100.0),
        log=np.zeros(rows, np.int32), device=np.repeat(np.arange(1, DEVICES + 1), 3), care=no, closed=no, retired=no,
        battery=np.arange(rows) % 3 == 1,
    )  # fmt: skip


def code(number: int) -> str:
    return f"DEV-{number:04}"


def body(number: int) -> bytes:
    said = {"id": f"m{number}", "at": BEGIN + number * 10, "readings": {"smoke": number % 1000 / 10}}
    return json.dumps(said, separators=(",", ":")).encode()


def from_memory() -> float:
    bodies = [body(number) for number in range(MESSAGES)]
    devices = [code(number % DEVICES) for number in range(MESSAGES)]
    received = [(BEGIN + number * 10) * 1000 for number in range(MESSAGES)]
    with a_door() as (door, _folder):
        begun = time.process_time()
        for start in range(0, MESSAGES, BATCH):
            part = slice(start, start + BATCH)
            door.messages(devices[part], bodies[part], received[part])
            door.commit()
        spent = time.process_time() - begun
        assert sum(batch.num_rows for batch in door.store.scan(columns=["at"])) == MESSAGES
    return MESSAGES / spent


def from_jetstream() -> float:
    """The stream is filled first; then one thread pulls, stores and acknowledges."""
    from threading import Event

    from linli.gateway.mqtt.broker import Broker
    from linli.gateway.mqtt.embedded import facts, prepare, pull
    from linli.sensing.service.intake import Intake

    with a_door() as (door, folder), running(Broker(folder / "s", "127.0.0.1", free_port(), sync="2m")) as broker:
        wire = broker.connect()
        prepare(wire, broker)
        for number in range(MESSAGES):
            wire.publish(f"$MQTT.msgs.linli.v1.{code(number % DEVICES)}.up", body(number))
        while facts(broker)["messages"] < MESSAGES:
            time.sleep(0.2)
        intake = Intake(door)
        intake.start()
        begun, taken = time.process_time(), 0
        while taken < MESSAGES:
            taken += pull(wire, intake, Event())
        spent = time.process_time() - begun
        intake.stop()
        assert intake.taken == MESSAGES, intake.notes()
        wire.close()
    return MESSAGES / spent


def from_client() -> float:
    """Another process publishes with QoS 1 over several connections; a client with a lasting session takes it."""
    from linli.gateway.mqtt import client
    from linli.gateway.mqtt.broker import SERVICE, Broker
    from linli.sensing.service.intake import Intake

    with a_door() as (door, folder), running(Broker(folder / "s", "127.0.0.1", free_port(), sync="2m")) as broker:
        intake = Intake(door)
        intake.start()
        address = f"mqtt://{SERVICE}:{broker.secrets.password}@127.0.0.1:{broker.port}"
        gate = client.Client(intake, address, name="bench")
        gate.start()
        while gate.state != "open":
            time.sleep(0.05)
        time.sleep(1)
        publisher = subprocess.Popen([sys.executable, "-m", "bench.door", str(broker.port), broker.secrets.password])
        while intake.taken == 0:
            time.sleep(0.001)
        begun = time.process_time()
        before = intake.taken
        while intake.taken < MESSAGES // 2:
            time.sleep(0.05)
        spent, taken = time.process_time() - begun, intake.taken - before
        publisher.kill()
        publisher.wait()
        gate.stop()
        intake.stop()
    return taken / spent


def publish(port: int, password: str, connections: int = 4) -> None:
    """Publish MESSAGES with QoS 1, many in flight. Run as a process of its own."""
    sockets = []
    for number in range(connections):
        words = [f"bench-{number}".encode(), b"service", password.encode()]
        hello = b"\x00\x04MQTT\x04\xc2\x00\x00" + b"".join(struct.pack(">H", len(word)) + word for word in words)
        each = socket.create_connection(("127.0.0.1", port))
        each.sendall(b"\x10" + bytes([len(hello)]) + hello)
        assert each.recv(4)[3] == 0
        sockets.append(each)
    for start in range(0, MESSAGES, 100 * connections):
        for offset, each in enumerate(sockets):
            first = start + offset * 100
            each.sendall(b"".join(packet(number) for number in range(first, first + 100)))
        for each in sockets:
            got = 0
            while got < 400:
                got += len(each.recv(400 - got))


def packet(number: int) -> bytes:
    topic = f"linli/v1/{code(number % DEVICES)}/up".encode()
    said = struct.pack(">H", len(topic)) + topic + struct.pack(">H", number % 60_000 + 1) + body(number)
    return b"\x32" + bytes([len(said)] if len(said) < 128 else [len(said) % 128 | 128, len(said) // 128]) + said


def from_columns() -> float:
    """As a dataArray ends: columns of one operator's observations."""
    from linli.sensing.domain.sender import Sender

    chance = np.random.default_rng(5)
    with a_door() as (door, _folder):
        batches = [
            pa.RecordBatch.from_pydict(
                {
                    "datastream": pa.array(chance.integers(0, DEVICES, COLUMN_BATCHES).astype(np.int32) * 3 + 1),
                    "at": pa.array(BEGIN * 1000 + np.arange(start, start + COLUMN_BATCHES) * 1000),
                    "number": pa.array(chance.random(COLUMN_BATCHES)),
                }
            )
            for start in range(0, OBSERVATIONS, COLUMN_BATCHES)
        ]
        begun = time.process_time()
        for batch in batches:
            told = door.columns(batch, Sender.system(), time.time_ns() // 1000)
            door.commit()
            assert told.ids.all()
        return OBSERVATIONS / (time.process_time() - begun)


@contextmanager
def running(broker) -> Iterator:
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    publish(int(sys.argv[1]), sys.argv[2])
