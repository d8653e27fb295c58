"""How long an alarm takes to the duty page while 2,000 messages a second come in, on whatever this machine has.

Measured from the moment a device publishes to the moment its call is in the database, from where the page, told by
`/events`, reads it: that looks twice a second and is not in the figure. Service, broker and database are processes of
their own; the message goes over MQTT with QoS 1.
"""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gmqtt
from gmqtt.mqtt.constants import MQTTv311

from bench.figure import Figure
from tests.processes import run
from tests.sensing.running import Net, a_net

QUIET, ALARMS = 20, 60
RATE, WARM, EVERY = 2_000, 15.0, 0.5  # messages a second; seconds
GROUP = 20
CALLED = """SELECT d.code FROM sensing_call c JOIN sensing_episode e ON e.id = c.episode_id
            JOIN sensing_device d ON d.id = e.device_id"""


def measure() -> list[Figure]:
    with (
        tempfile.TemporaryDirectory() as folder,
        a_net(Path(folder), devices=QUIET + ALARMS, LINLI_DEVICE_RATE="10000000/1", LINLI_DATABASE_URL="") as net,
    ):
        run(net.env, "-m", "tests.faults.sensing", "rules")
        net.start()
        waits, rate = asyncio.run(_stream(net))
        net.stop()
    ordered = sorted(waits)
    return [
        Figure("alarm to the duty page, of 100 the slowest", ordered[int(len(ordered) * 0.99)], "s", 1.0),
        Figure("alarm to the duty page, half of them", ordered[len(ordered) // 2], "s"),
        Figure("messages a second meanwhile", rate, "messages per s", RATE * 0.95, True),
    ]


async def _stream(net: Net) -> tuple[list[float], float]:
    codes = [f"SMK-{number + 1}" for number in range(QUIET + ALARMS)]
    clients = {code: await _client(net, code) for code in codes}
    sent: dict[str, float] = {}
    seen: dict[str, float] = {}
    watching = asyncio.create_task(_watch(net.folder / "linli.sqlite3", sent, seen))
    begins, number, alarms = time.monotonic(), 0, iter(codes[QUIET:])
    next_alarm = begins + WARM
    while len(sent) < ALARMS:
        for _ in range(GROUP):
            code = codes[number % QUIET]
            clients[code].publish(f"linli/v1/{code}/up", _body(code, number, 1.0), qos=1)
            number += 1
        if time.monotonic() >= next_alarm:
            code = next(alarms)
            sent[code] = time.monotonic()
            clients[code].publish(f"linli/v1/{code}/up", _body(code, number, 30.0), qos=1)
            next_alarm += EVERY
        ahead = begins + number / RATE - time.monotonic()
        await asyncio.sleep(max(0.0, ahead))
    rate = number / (time.monotonic() - begins)
    await asyncio.wait_for(watching, 60)
    for client in clients.values():
        await client.disconnect()
    return [seen[code] - at for code, at in sent.items()], rate


async def _watch(database: Path, sent: Mapping[str, float], seen: dict[str, float]) -> None:
    """Note when each call stands in the database."""
    rows = sqlite3.connect(database, isolation_level=None)
    while len(seen) < ALARMS:
        now_there = {code for (code,) in rows.execute(CALLED)}
        for code in now_there - set(seen):
            seen[code] = time.monotonic()
        await asyncio.sleep(0.02)
    rows.close()


async def _client(net: Net, code: str) -> Any:
    client = gmqtt.Client(code, clean_session=True)
    client.set_auth_credentials(code, net.keys[code])
    await client.connect("127.0.0.1", net.mqtt, version=MQTTv311)
    return client


def _body(code: str, number: int, value: float) -> bytes:
    told = {"id": f"{code}-{number}", "at": int(time.time() * 1000), "readings": {"smoke": value}}
    return json.dumps(told, separators=(",", ":")).encode()
