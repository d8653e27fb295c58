"""How many observations a second of one core carries from HTTP to the disk, posted as SensorThings data arrays.

The whole way counts: `linli web` reads the request, the array becomes columns, `linli sensing` checks and stores them,
its rules see them, and the answer names each observation. Both are processes of their own, and the CPU time of both is
added up; whoever sends is not in it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx

from bench.figure import Figure
from tests.gateway.sensorthings.conftest import DATASTREAM, LOCATION, PROPERTY, SENSOR, THING
from tests.processes import ROOT, run
from tests.sensing.running import free_port

STREAMS, ROWS, BODIES, WARM = 4, 10_000, 30, 4
TICKS = os.sysconf("SC_CLK_TCK")
LIMITS = {"LINLI_DEVICE_RATE": "1000000000/1", "LINLI_SENSORTHINGS_TRIAL": "1", "LINLI_MQTT": "none"}


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as (address, processes):
        with httpx.Client(base_url=address, timeout=120) as client:
            streams = [_stream(client, number) for number in range(STREAMS)]
            bodies = [_body(streams, number) for number in range(WARM + BODIES)]
            for body in bodies[:WARM]:
                _post(client, body)
            begun = {name: _spent(process) for name, process in processes.items()}
            for body in bodies[WARM:]:
                _post(client, body)
        spent = {name: _spent(process) - begun[name] for name, process in processes.items()}
    number = STREAMS * ROWS * BODIES
    print({name: f"{1e6 * seconds / number:.3f} µs each" for name, seconds in spent.items()})
    name = "door, SensorThings dataArray, from HTTP to the disk"
    return [Figure(name, number / sum(spent.values()), "observations per CPU-s", 1e6, True)]


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, dict[str, int]]]:
    """The service's root, and the processes that answer by name."""
    port = free_port()
    env = os.environ | LIMITS | {"LINLI_DATA": str(folder), "LINLI_LOG": "WARNING", "LINLI_DATABASE_URL": ""}
    env |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    run(env, "-m", "linli.site.cli", "prepare")
    words = {"sensing": ["sensing"], "web": ["web", "--port", str(port)]}
    started = {
        name: subprocess.Popen([sys.executable, "-m", "linli.site.cli", *each], env=env) for name, each in words.items()
    }
    try:
        while not (folder / "sensing" / "door.sock").exists() or not _is_ready(port):
            time.sleep(0.2)
        processes = {name: each.pid for name, each in started.items()}
        _rest(processes["sensing"])
        yield f"http://127.0.0.1:{port}/sensorthings/v1.1/", processes
    finally:
        for each in started.values():
            each.terminate()
        for each in started.values():
            each.wait()


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _rest(process: int) -> None:
    """Wait until the rules run compiled, which begins within seconds and takes a core as long as it lasts."""
    time.sleep(20)
    while True:
        before = _spent(process)
        time.sleep(10)
        if abs(_spent(process) - before) < 0.3:
            return


def _stream(client: httpx.Client, number: int) -> int:
    thing = {**THING, "name": f"Lamp {number}", "Locations": [LOCATION]}
    made = client.post(
        "Datastreams", json={**DATASTREAM, "Thing": thing, "Sensor": SENSOR, "ObservedProperty": PROPERTY}
    )
    made.raise_for_status()
    return made.json()["@iot.id"]


def _body(streams: list[int], number: int) -> bytes:
    begin, chance = datetime.now(UTC) - timedelta(days=2), Random(number)
    groups = [
        {
            "Datastream": {"@iot.id": stream},
            "components": ["phenomenonTime", "result"],
            "dataArray@iot.count": ROWS,
            "dataArray": [
                [_time(begin + timedelta(milliseconds=number * ROWS + row)), round(chance.random() * 40, 2)]
                for row in range(ROWS)
            ],
        }
        for stream in streams
    ]
    return json.dumps(groups, separators=(",", ":")).encode()


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def _post(client: httpx.Client, body: bytes) -> None:
    answer = client.post("CreateObservations", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201, answer.text[:300]
    assert answer.content.count(b"Observations(") == STREAMS * ROWS, answer.text[:300]


def _spent(process: int) -> float:
    """CPU seconds of a process and all below it."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    below = [int(each) for path in tasks for each in path.read_text().split()]
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(_spent(each) for each in below)
