"""Linli's rules on Apache Flink: what one more event costs, and how long a killed TaskManager is missed.

The cost is the processor time of every process of the cluster, Java and Python, from the moment when a second office's
observations are there until they are told of.  The job runs by then and has told of a first office's: what it costs to
start one, tens of seconds and never the same, is not in it.
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
WARMING, EVENTS = 2_000_000, 16_000_000
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
            spent = cost(running, told, folder)
            outage = kill(running, told, folder / "killed")
    return [
        Figure("rules on Flink, one event more", EVENTS / spent, "events/CPU-s", 1_000_000, True, PEER),
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


def cost(running: Any, told: ModuleType, folder: Path) -> float:
    """Processor time of the cluster for EVENTS, in a job that runs already."""
    first, second, alerts = folder / "first", folder / "second", folder / "alerts"
    ready = fill(folder / "aside", "second", EVENTS)
    job = submit(running, alerts, first, second)
    wait_for_all(told, alerts, fill(first, "first", WARMING))
    before = running.cpu_seconds()
    (folder / "aside").rename(second)
    wait_for_all(told, alerts, ready)
    spent: float = running.cpu_seconds() - before
    running.cancel(job)
    return spent


def kill(running: Any, told: ModuleType, folder: Path) -> float:
    """Seconds from the killing of a TaskManager, amid the stream, until the next alerts can be read."""
    alerts = folder / "alerts"
    fill(folder / "store", "killed", EVENTS // 4)
    job = submit(running, alerts, folder / "store")
    wait(lambda: any(told.events(alerts)))
    os.kill(running.task_managers[0].pid, signal.SIGKILL)
    began = time.monotonic()
    # What a checkpoint before the kill had finished may still appear; what counts comes after the restart.
    wait(lambda: running.ask(f"/jobs/{job}/checkpoints")["counts"]["restored"] > 0)
    before = sum(1 for _ in told.events(alerts))
    wait(lambda: sum(1 for _ in told.events(alerts)) > before)
    return time.monotonic() - began


def submit(running: Any, alerts: Path, *stores: Path) -> str:
    named = [word for store in stores for word in ("--store", str(store))]
    job: str = running.submit(
        FOLDER / "job.py", *named, *WORDS, "--alerts", str(alerts), files=[FOLDER / "hosted.py"]
    )  # fmt: skip
    return job


def wait_for_all(told: ModuleType, alerts: Path, ends: dict[str, str]) -> None:
    """Wait until everything has been told up to these positions."""
    wait(lambda: all(end in told.reached(alerts).get(key, ()) for key, end in ends.items()))


def wait(there: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < ends, f"Flink took more than {PATIENCE} s"
        time.sleep(0.2)


def fill(folder: Path, installation: str, events: int) -> dict[str, str]:
    """A store with so many events; where each shard ends."""
    with Store(folder, installation=installation) as store:
        for number, estate in enumerate(stream.estates(SHARDS)):
            log = store.log(estate=estate)
            stream.set_up(log, stream.streams(estate, number * DEVICES, DEVICES))
            for batch in stream.batches(number * DEVICES, DEVICES, events // SHARDS, BATCH, GAP, number):
                log.append(batch)
                store.commit()
        return {f"{installation}/{log.number}": str(log.end) for log in store.logs()}
