"""What devices publish by MQTT, read from the embedded broker's own store, and acknowledged after our disk has it.

NATS keeps every message of QoS 1 in the stream `$MQTT_msgs` for as long as somebody who wants it has not acknowledged.
We are that somebody, before any device is let in. QoS 0 is taken as it passes, where it does.
"""

import logging
import socket
import struct
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from django.db import connection

from linli.gateway.mqtt.admission import Admission
from linli.gateway.mqtt.broker import SERVICE, Broker
from linli.gateway.mqtt.sensorthings import take_published
from linli.gateway.mqtt.topics import STORED, UP, topic_of
from linli.gateway.mqtt.wire import BrokerAway, BrokerRefused, Frame, Wire
from linli.sensing.domain.refusals import Away
from linli.sensing.service.intake import Intake

log = logging.getLogger(__name__)
STREAM, CONSUMER = "$MQTT_msgs", "linli"
BATCH = 5_000  # messages of one pull
PULL_LASTS = 5  # seconds
LINGER = 0.025  # seconds that a round gathers: the device has its answer from the broker, and nobody waits for ours
ACK_WAIT = 10  # seconds until what was not acknowledged comes again
JOIN = 60  # seconds that stopping may take
QOS_0 = b"Nmqtt-Pub:0"
AGAIN_FIRST, AGAIN_LAST = 0.5, 15.0  # seconds until the broker is tried again
NANO = 1_000_000_000
OBSERVATIONS = ".Observations"
PREFIX, SUFFIX = f"{STORED}linli.v1.", ".up"
NOT_FOUND = 10059  # JetStream: there is no such stream


class Embedded:
    """The gate of the embedded broker. `state`: starting, open, away or stopped."""

    def __init__(self, intake: Intake, broker: Broker | None = None, *, leave: bool = False) -> None:
        """leave: let the broker run on when this stops."""
        self._intake, self.broker, self._leave = intake, broker or Broker(), leave
        self._stop, self.state = Event(), "starting"
        self._thread = Thread(target=self._run, name="mqtt", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(JOIN)
        self.state = "stopped"
        if not self._leave:
            self.broker.stop()

    def _run(self) -> None:
        pause = AGAIN_FIRST
        while not self._stop.is_set():
            try:
                self.broker.start()
                wire = self.broker.connect()
                prepare(wire, self.broker)
                pause = AGAIN_FIRST
                self._open(wire)
            except Exception as error:  # whatever it was, devices go on sending, and the gate opens again
                self.state = "away"
                told = isinstance(error, BrokerAway | BrokerRefused)
                log.warning("the broker is away: %s", error, exc_info=not told)
                self._stop.wait(pause)
                pause = min(pause * 2, AGAIN_LAST)

    def _open(self, wire: Wire) -> None:
        """Read until the broker goes away or it is time to stop. Devices are let in by a thread beside."""
        closed = Event()
        beside = [
            Thread(target=_beside, args=(work, self._stop, closed), name=name, daemon=True)
            for name, work in (
                ("mqtt-admission", Admission(self.broker, self._intake.refuse).run),
                ("mqtt-passing", self._passing),
            )
        ]
        for thread in beside:
            thread.start()
        self.state = "open"
        try:
            while not self._stop.is_set() and not closed.is_set():
                pull(wire, self._intake, self._stop)
        finally:
            closed.set()
            wire.close()
            connection.close()
            for thread in beside:
                thread.join(10)

    def _passing(self, stop: Event) -> None:
        """QoS 0: best effort, and nothing to acknowledge."""
        wire = self.broker.connect()
        wire.subscribe(UP)
        try:
            while not stop.is_set():
                passed = [frame for frame in wire.frames(0.5) if QOS_0 in frame.headers]
                if passed:
                    now = time.time_ns() // 1000
                    devices = [frame.subject[len("linli.v1.") : -len(SUFFIX)] for frame in passed]
                    self._intake.burst(devices, [frame.payload for frame in passed], [now] * len(passed))
        except Away:
            log.warning("messages of QoS 0 were lost: the disk did not take them")
        finally:
            wire.close()


class _Either(Event):
    """Set as soon as one of two is."""

    def __init__(self, *events: Event) -> None:
        super().__init__()
        self._events = events

    def is_set(self) -> bool:
        return any(event.is_set() for event in self._events)


def _beside(work: Callable[[Event], None], stop: Event, closed: Event) -> None:
    try:
        work(_Either(stop, closed))
    except (BrokerAway, BrokerRefused) as error:
        log.warning("the broker is away: %s", error)
    finally:
        closed.set()


def prepare(wire: Wire, broker: Broker) -> None:
    """See that the stream is there, and that we want what is published; before that, nothing of it is kept."""
    try:
        wire.request(f"$JS.API.STREAM.INFO.{STREAM}")
    except BrokerRefused:
        _say_hello(broker)
        _wait_for_stream(wire)
    # No filter: the broker would look at every subject of the stream for each message, and nearly all are ours.
    config = {
        "name": CONSUMER, "durable_name": CONSUMER, "ack_policy": "explicit", "deliver_policy": "all",
        "ack_wait": ACK_WAIT * NANO, "max_ack_pending": BATCH * 4,
    }  # fmt: skip
    wire.request(f"$JS.API.CONSUMER.DURABLE.CREATE.{STREAM}.{CONSUMER}", {"stream_name": STREAM, "config": config})


def pull(wire: Wire, intake: Intake, stop: Event) -> int:
    """Ask for one batch, and take what comes as it comes. Returns how many messages were stored or refused."""
    reply, taken = wire.inbox(), 0
    asked = b'{"batch":%d,"expires":%d}' % (BATCH, PULL_LASTS * NANO)
    wire.publish(f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{CONSUMER}", asked, reply=reply)
    until = time.monotonic() + PULL_LASTS + 1
    while taken < BATCH and time.monotonic() < until and not stop.is_set():
        frames = wire.gather(0.2, BATCH - taken, LINGER)
        messages = [frame for frame in frames if frame.subject != reply and frame.reply]
        if messages:
            take(messages, intake)
            # Each by itself: what a killed service had been given and not stored is still to come again.
            wire.publish_all([frame.reply for frame in messages], b"+ACK")
            taken += len(messages)
        if len(messages) < len(frames):  # a status: the pull is over
            return taken
    return taken


def take(frames: list[Frame], intake: Intake) -> None:
    """Hand over what was read, and return when the disk has it.

    Raises:
        BrokerAway: the disk did not take it; the broker keeps it, and gives it again.
    """
    start, end = len(PREFIX), -len(SUFFIX)
    ours = [frame for frame in frames if frame.subject.startswith(PREFIX)]
    try:
        if ours:
            devices = [frame.subject[start:end] for frame in ours]
            bodies = [frame.payload for frame in ours]
            intake.burst(devices, bodies, [_arrived(frame) for frame in ours])
        if len(ours) == len(frames):
            return
        for frame in frames:
            if frame.subject.endswith(OBSERVATIONS):
                take_published(topic_of(frame.subject), frame.payload, _arrived(frame))
    except Away as error:
        raise BrokerAway("the disk does not take what the broker holds") from error


def _arrived(frame: Frame) -> int:
    """When the broker got it (µs): `$JS.ACK.<stream>.<consumer>.<times>.<seq>.<seq>.<nanoseconds>.<waiting>`."""
    return int(frame.reply.rsplit(".", 2)[1]) // 1000


def _wait_for_stream(wire: Wire) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            wire.request(f"$JS.API.STREAM.INFO.{STREAM}")
        except BrokerRefused:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _say_hello(broker: Broker) -> None:
    """The broker makes its stream for the first MQTT connection: this one, which says nothing else."""
    words = [b"linli-hello", SERVICE.encode(), broker.secrets.password.encode()]
    body = b"\x00\x04MQTT\x04\xc2\x00\x1e" + b"".join(struct.pack(">H", len(word)) + word for word in words)
    try:
        with socket.create_connection((broker.host, broker.port), 5) as hello:
            hello.sendall(b"\x10" + bytes([len(body)]) + body)
            hello.settimeout(10)
            said = hello.recv(4)
    except OSError as error:
        raise BrokerAway(f"nothing listens for MQTT at {broker.host}:{broker.port}: {error}") from error
    if said[:1] != b"\x20" or said[3:4] != b"\x00":
        raise BrokerRefused("the broker does not let the service in by MQTT")


def facts(broker: Broker) -> dict[str, Any]:
    """How many messages the broker holds, for tests and measuring."""
    wire = broker.connect()
    try:
        return wire.request(f"$JS.API.STREAM.INFO.{STREAM}")["state"]
    finally:
        wire.close()
