"""The gate of any other MQTT broker (LINLI_MQTT): a lasting session, and acknowledgements after our disk has it."""

import asyncio
import logging
import struct
import time
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import gmqtt
from django.core.exceptions import ImproperlyConfigured
from gmqtt.mqtt.constants import MQTTv311

from linli.core.models import Installation
from linli.gateway.mqtt.sensorthings import take_published
from linli.sensing.domain.refusals import Away
from linli.sensing.service.intake import Intake

log = logging.getLogger(__name__)
PORTS = {"mqtt": 1883, "mqtts": 8883}
TOPICS = ("linli/v1/+/up", "v1.1/Observations", "v1.1/+/Observations")
AGAIN = 3.0  # seconds
ROUND_MOST = 5_000
Came = tuple[str, bytes, int, int]  # topic, payload, packet id (0 for QoS 0), µs


class Collecting(gmqtt.Client):
    """A client that gathers what comes, and acknowledges when it is told to.

    Of a packet only topic, id and payload are read: MQTT 3.1.1 has no more, and a broker sends many.
    """

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.came: list[Came] = []
        self.there = asyncio.Event()
        self._package_handler._handle_publish_packet = self._collect

    def _collect(self, cmd: int, raw_packet: bytes) -> None:
        (length,) = struct.unpack_from(">H", raw_packet)
        at, packet = 2 + length, 0
        topic = raw_packet[2:at].decode("utf-8", "replace")
        if cmd & 0x06:
            (packet,) = struct.unpack_from(">H", raw_packet, at)
            at += 2
        self.came.append((topic, bytes(raw_packet[at:]), packet, time.time_ns() // 1000))
        self.there.set()

    def acknowledge(self, came: list[Came]) -> None:
        """PUBACK for each of them, in one write."""
        packets = b"".join(b"\x40\x02" + struct.pack(">H", packet) for _topic, _body, packet, _at in came if packet)
        if packets and self._connection is not None:
            self._connection._protocol.write_data(packets)


class Client:
    """The gate. `state`: starting, open, away or stopped."""

    def __init__(self, intake: Intake, address: str, *, name: str = "") -> None:
        """name: of the session at the broker; otherwise made of the installation's id."""
        self._intake, self.state, self._stop = intake, "starting", Event()
        self._to = urlsplit(address)
        if self._to.scheme not in PORTS or not self._to.hostname:
            raise ImproperlyConfigured("LINLI_MQTT: write mqtt://user:password@host:port, mqtts://…, or none")
        self._name = name or f"linli-{Installation.objects.get().uuid}"
        self._thread = Thread(target=lambda: asyncio.run(self._run()), name="mqtt", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(60)
        self.state = "stopped"

    async def _run(self) -> None:
        while not self._stop.is_set():
            client = Collecting(self._name, clean_session=False)
            try:
                await self._connect(client)
                await self._take(client)
            except (OSError, gmqtt.mqtt.handler.MQTTConnectError) as error:
                self.state = "away"
                log.warning("the broker is away: %s", error)
                await asyncio.sleep(AGAIN)
            finally:
                if client.is_connected:
                    await client.disconnect()

    async def _connect(self, client: Collecting) -> None:
        to = self._to
        client.set_config({"reconnect_retries": 0})
        if to.username:
            client.set_auth_credentials(unquote(to.username), unquote(to.password or ""))
        await client.connect(
            to.hostname, to.port or PORTS[to.scheme], ssl=to.scheme == "mqtts", version=MQTTv311, keepalive=30
        )
        for topic in TOPICS:
            client.subscribe(topic, qos=1)
        self.state = "open"

    async def _take(self, client: Collecting) -> None:
        """Rounds of whatever has gathered: to the disk, and then the acknowledgements."""
        while not self._stop.is_set():
            if not client.came:
                client.there.clear()
                try:
                    await asyncio.wait_for(client.there.wait(), 0.5)
                except TimeoutError:
                    if not client.is_connected:
                        raise ConnectionResetError("the broker has closed the connection") from None
                    continue
            came, client.came = client.came[:ROUND_MOST], client.came[ROUND_MOST:]
            try:
                await asyncio.to_thread(self._hand_over, came)
            except Away as error:
                # Not acknowledged: the broker gives it again after the next connection.
                raise ConnectionAbortedError("the disk does not take what the broker holds") from error
            client.acknowledge(came)

    def _hand_over(self, came: list[Came]) -> None:
        ours = [(topic[9:-3], body, at) for topic, body, _packet, at in came if topic.startswith("linli/v1/")]
        if ours:
            devices, bodies, received = zip(*ours, strict=True)
            self._intake.burst(devices, bodies, received)
        for topic, body, _packet, at in came:
            if not topic.startswith("linli/v1/"):
                take_published(topic, body, at)
