"""The present of the net: every device speaks over MQTT with its own key, and now and then something happens."""

import asyncio
import heapq
import json
import logging
import time
from collections.abc import Mapping, Sequence
from random import Random
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import gmqtt
import numpy as np
from django.conf import settings
from gmqtt.mqtt.constants import MQTTv311

from linli.world.sensors.plan import Planned
from linli.world.sensors.recorded import Recording, body
from linli.world.sensors.rhythm import ordinary
from linli.world.sensors.stories import STORIES, Story

logger = logging.getLogger(__name__)
PAUSE = 1500.0  # seconds between two stories
SLACK = 5.0
TRUTHS = frozenset(
    {"ebike", "blocked", "lift_moves", "lift_stopped", "lift_call", "lift_answered", "door_open", "pump_runs", "water",
     "alive", "water_used"}
)  # fmt: skip


class Net:
    """The devices as they speak now. host, port: of the broker.  keys: device code → secret."""

    def __init__(self, devices: Sequence[Planned], keys: Mapping[str, str], host: str, port: int, seed: int) -> None:
        self.devices = [device for device in devices if device.code in keys]
        self.keys, self.host, self.port = keys, host, port
        self.random = Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.sent = 0
        self._clients: dict[str, gmqtt.Client] = {}
        self._quiet: dict[str, float] = {}  # device → until when it says nothing of its own
        self._due: list[tuple[float, int, Planned, tuple[tuple[str, float], ...]]] = []
        self._count = 0

    async def speak(self, stop: Event, speed: float) -> int:
        """Until `stop` is set, each device in its time, `speed` times as often as in life. Returns how many."""
        now = time.monotonic()
        for device in self.devices:
            self._plan(now + self.random.uniform(0, device.kind.every / speed), device, ())
        story_at = now + self.random.uniform(60, PAUSE) / speed
        while not stop.is_set():
            now = time.monotonic()
            if now >= story_at:
                self.begin(self.random.choices(STORIES, [story.weight for story in STORIES])[0], now)
                story_at = now + self.random.uniform(0.5, 1.5) * PAUSE / speed
            while self._due and self._due[0][0] <= now:
                await self._turn(now, speed)
            await asyncio.sleep(0.2)
        await self._leave()
        return self.sent

    async def replay(self, recording: Recording, stop: Event, speed: float) -> int:
        """Say what was recorded, from its first row on, until its end or until `stop` is set. Returns how many."""
        begins = time.time()
        for said in recording.said:
            while (wait := begins + said.after / speed - time.time()) > 0 and not stop.is_set():
                await asyncio.sleep(min(wait, 0.5))
            if stop.is_set():
                break
            await self._publish(said.code, body(said, begins, speed))
        await self._leave()
        return self.sent

    async def _leave(self) -> None:
        for client in self._clients.values():
            await client.disconnect()

    def begin(self, story: Story, now: float, device: Planned | None = None) -> None:
        """Let a story happen at a device of its kind, beginning now; a story takes the time that it takes."""
        fitting = [each for each in self.devices if each.kind.code == story.kind]
        chosen = device or (self.random.choice(fitting) if fitting else None)
        if chosen is None:
            return
        last = max((step[0] for step in story.steps), default=0.0)
        self._quiet[chosen.code] = now + max(last, story.silent)
        for seconds, code, value in story.steps:
            self._plan(now + seconds, chosen, ((code, value),))

    def _plan(self, at: float, device: Planned, values: tuple[tuple[str, float], ...]) -> None:
        self._count += 1
        heapq.heappush(self._due, (at, self._count, device, values))

    async def _turn(self, now: float, speed: float) -> None:
        _at, _number, device, values = heapq.heappop(self._due)
        if not values:
            self._plan(now + device.kind.every / speed * self.random.uniform(0.9, 1.1), device, ())
            if now < self._quiet.get(device.code, 0.0) + SLACK:
                return
            values = self._ordinary(device)
        await self._send(device, values)

    def _ordinary(self, device: Planned) -> tuple[tuple[str, float], ...]:
        at = np.array([time.time_ns() // 1000], np.int64)
        return tuple((code, float(ordinary(code, at, self.numbers)[0])) for code in device.kind.properties)

    async def _send(self, device: Planned, values: Sequence[tuple[str, float]]) -> None:
        await self._publish(device.code, message(values, time.time()))

    async def _publish(self, code: str, told: bytes) -> None:
        try:
            client = await self._client(code)
        except Exception as error:  # a broker that is away, or refuses: told, and tried again with the next message
            logger.warning("%s does not reach the broker: %s", code, error)
            return
        client.publish(f"linli/v1/{code}/up", told, qos=1)
        self.sent += 1

    async def _client(self, code: str) -> gmqtt.Client:
        known = self._clients.get(code)
        if known is not None and known.is_connected:
            return known
        client = gmqtt.Client(code, clean_session=True)
        client.set_auth_credentials(code, self.keys[code])
        client.set_config({"reconnect_retries": 0})
        await asyncio.wait_for(client.connect(self.host, self.port, version=MQTTv311), 10)
        self._clients[code] = client
        return client


def broker() -> tuple[str, int]:
    """Where the broker listens: the embedded one, or the one that the settings name."""
    if settings.MQTT in ("", "none"):
        return settings.MQTT_HOST, settings.MQTT_PORT
    address = urlsplit(settings.MQTT)
    return address.hostname or "127.0.0.1", address.port or 1883


def message(values: Sequence[tuple[str, float]], at: float) -> bytes:
    """One message in the door's own form. at: seconds since 1970."""
    readings: dict[str, Any] = {code: _plain(code, value) for code, value in values}
    told = {"id": f"{int(at * 1e6):x}", "at": int(at * 1000), "readings": readings}
    return json.dumps(told, separators=(",", ":")).encode()


def _plain(code: str, value: float) -> float | int | bool:
    if code in TRUTHS:
        return bool(value)
    return int(value) if float(value).is_integer() else value


def speak(net: Net, stop: Event, speed: float) -> int:
    """Run a net in this thread until `stop` is set. Returns how many messages were sent."""
    return asyncio.run(net.speak(stop, speed))


def replay(net: Net, recording: Recording, stop: Event, speed: float) -> int:
    """Say in this thread what was recorded. Returns how many messages were sent."""
    return asyncio.run(net.replay(recording, stop, speed))
