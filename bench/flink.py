"""Linli's rules on Apache Flink: what one more event costs, and how long a killed TaskManager is missed.

The cost is the difference between a job of 2n events and one of n, in processor time of every process of the cluster,
Java and Python.  What starting a job costs is in both, and so in neither; a small job before them warms the cluster.
"""

import importlib.util
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from bench import observation_stream as stream
from bench.figure import Figure
from linli.sensing.segments import Store

FOLDER = Path(__file__).resolve().parents[1] / "deploy" / "flink"
EVENTS = 8_000_000
SHARDS, DEVICES = 8, 1250  # 10,000 devices
BATCH = 1 << 16
GAP = 10 * stream.MINUTE
WORDS = ("--lateness", str(stream.LATENESS // stream.SECOND), "--save", "2")
PATIENCE = 300
PEER = "0.87 M measured once with batches carried through the JVM; one event at a time 600"


def measure() -> list[Figure]:
    cluster, told = module("cluster"), module("told")
    if why := cluster.missing():
        print(f"Flink is not measured: {why}")
        return []
    with TemporaryDirectory() as name:
        folder = Path(name)
        with cluster.Cluster(folder / "flink", slots=2) as running:
            _warming = run(running, told, folder / "warming", EVENTS // 16)
            once = run(running, told, folder / "once", EVENTS)
            twice = run(running, told, folder / "twice", 2 * EVENTS)
            outage = kill(running, told, folder / "killed", EVENTS)
    return [
        Figure("rules on Flink, one event more", EVENTS / (twice - once), "events/CPU-s", 1_000_000, True, PEER),
        Figure("rules on Flink, a TaskManager killed: until alerts come again", outage, "s"),
    ]


def module(name: str) -> ModuleType:
    """A file of deploy/flink, which is no package."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def run(running: Any, told: ModuleType, folder: Path, events: int) -> float:
    """Processor time of the cluster from the handing over of a job until so many events have been told of."""
    ends = fill(folder, events)
    before = running.cpu_seconds()
    job = submit(running, folder)
    wait(lambda: all(end in told.reached(folder / "alerts").get(key, ()) for key, end in ends.items()))
    spent: float = running.cpu_seconds() - before
    running.cancel(job)
    return spent


def kill(running: Any, told: ModuleType, folder: Path, events: int) -> float:
    """Seconds from the killing of a TaskManager, amid the stream, until the next alerts can be read."""
    fill(folder, events)
    alerts = folder / "alerts"
    submit(running, folder)
    wait(lambda: any(told.events(alerts)))
    before = sum(1 for _ in told.events(alerts))
    os.kill(running.task_managers[0].pid, signal.SIGKILL)
    began = time.monotonic()
    wait(lambda: sum(1 for _ in told.events(alerts)) > before)
    return time.monotonic() - began


def submit(running: Any, folder: Path) -> str:
    job: str = running.submit(
        FOLDER / "job.py", "--store", str(folder / "store"), *WORDS,
        "--alerts", str(folder / "alerts"), files=[FOLDER / "hosted.py"],
    )  # fmt: skip
    return job


def wait(there: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < ends, f"Flink took more than {PATIENCE} s"
        time.sleep(0.2)


def fill(folder: Path, events: int) -> dict[str, str]:
    """A store with so many events; where each shard ends."""
    folder.mkdir()
    with Store(folder / "store", installation=stream.INSTALLATION) as store:
        for number, estate in enumerate(stream.estates(SHARDS)):
            log = store.log(estate=estate)
            stream.set_up(log, stream.streams(estate, number * DEVICES, DEVICES))
            for batch in stream.batches(number * DEVICES, DEVICES, events // SHARDS, BATCH, GAP, number):
                log.append(batch)
                store.commit()
        return {f"{stream.INSTALLATION}/{log.number}": str(log.end) for log in store.logs()}
