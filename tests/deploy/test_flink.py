"""The rules on a Flink cluster of two TaskManagers, of which one is killed amid the stream.

Skipped where there is no Java or no Flink environment; `python3 deploy/flink/install.py` makes the latter.
"""

import ast
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from bench import observation_stream as stream
from bench.flink import FOLDER, WORDS, module
from linli.engines.rules import Reference, Watermark
from linli.engines.rules.records import as_batch
from linli.sensing.segments import Store

cluster, told, hosted = module("cluster"), module("told"), module("hosted")
MISSING = cluster.missing()
SHARDS, DEVICES, EVENTS = 50, 40, 200_000
BATCH, GAP = 500, 10 * stream.MINUTE
PATIENCE = 240  # seconds, for a machine with other work


def append(store: Store, parts: slice) -> None:
    """Some of the batches of each shard, a commit after each round of shards."""
    paths = stream.estates(SHARDS)
    made = [
        list(stream.batches(n * DEVICES, DEVICES, EVENTS // SHARDS, BATCH, 10 * stream.MINUTE, n))
        for n in range(SHARDS)
    ]
    for turn in range(len(made[0]))[parts]:
        for estate, batches in zip(paths, made, strict=True):
            store.log(estate=estate).append(batches[turn])
        store.commit()


def expected(store: Store) -> set[tuple[str, str, str, int]]:
    """What the reference interpreter finds in the same logs, frame by frame."""
    found = set()
    for number, log in enumerate(store.logs()):
        reference = Reference(
            stream.rules(), stream.streams(log.estate, number * DEVICES, DEVICES), stream.INSTALLATION, {}
        )
        watermark = Watermark(stream.LATENESS)
        for frame in log.read(None):
            if frame.kind != "rows":
                continue
            batch = as_batch(frame.batch)
            outputs = reference.step(batch, watermark.advance(batch.at, batch.received))
            found |= {(alert.id, alert.rule, alert.key, alert.at) for alert in outputs.alerts}
    return found


def wait(what: str, there: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < ends, what
        time.sleep(0.2)


@pytest.mark.skipif(bool(MISSING), reason=f"The rules are not tried on Flink. {MISSING}")
def test_a_killed_task_manager_loses_no_alert_and_tells_none_twice(tmp_path):
    alerts = tmp_path / "alerts"
    with (
        Store(tmp_path / "store", installation=stream.INSTALLATION) as store,
        cluster.Cluster(tmp_path / "flink", task_managers=2, slots=2) as running,
    ):
        for number, estate in enumerate(stream.estates(SHARDS)):
            stream.set_up(store.log(estate=estate), stream.streams(estate, number * DEVICES, DEVICES))
        append(store, slice(0, 4))
        job = running.submit(
            FOLDER / "job.py",
            "--store",
            str(tmp_path / "store"),
            *WORDS,
            "--alerts",
            str(alerts),
            files=[FOLDER / "hosted.py"],
        )
        wait("no alert came", lambda: bool(told.alerts(alerts)))
        victim = running.task_managers[0]
        os.kill(victim.pid, signal.SIGKILL)
        before = len(told.alerts(alerts))
        running.start_task_manager()
        append(store, slice(4, None))
        ends = {f"{stream.INSTALLATION}/{log.number}": str(log.end) for log in store.logs()}
        wait(
            "the job did not come to the end",
            lambda: all(end in told.reached(alerts).get(key, ()) for key, end in ends.items()),
        )
        restored = running.ask(f"/jobs/{job}/checkpoints")["counts"]["restored"]
        wanted = expected(store)

    events = [event for event in told.events(alerts) if event["kind"] == "alert"]
    assert {(event["id"], event["rule"], event["key"], event["at"]) for event in events} == wanted
    assert len(events) == len(wanted)
    assert 0 < before < len(wanted)
    assert restored >= 1
    assert {event["rule"].rpartition("-")[0] for event in events} == {
        "threshold", "count", "held", "absence", "sequence", "together"
    }  # fmt: skip


def test_the_engine_and_the_segments_load_without_django():
    words = "import sys, linli.engines.rules, linli.sensing.segments; print('django' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_numba_is_the_same_in_both_environments_for_they_share_what_it_has_compiled():
    of = re.compile(r"^(?:numba|llvmlite)==\S+", re.MULTILINE)
    root = FOLDER.parents[1]

    assert of.findall((FOLDER / "requirements.lock").read_text()) == of.findall(
        (root / "requirements.lock").read_text()
    )


@pytest.mark.parametrize("name", ["cluster", "told", "run", "install"])
def test_what_steers_the_cluster_needs_the_standard_library_only(name):
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    known = set(sys.stdlib_module_names) | {"bootstrap", "cluster"}
    assert {name.partition(".")[0] for name in imported} <= known


def test_a_shard_goes_on_from_what_was_saved_as_if_it_had_never_stopped(tmp_path):
    with Store(tmp_path / "store", installation=stream.INSTALLATION) as store:
        log = store.log(estate="01010000")
        stream.set_up(log, stream.streams("01010000", 0, DEVICES))
        for batch in stream.batches(0, DEVICES, 4000, 100, GAP, 1, 0.4):
            log.append(batch)
            store.commit()
        log.control("tick", {"now": stream.START + 30 * stream.HOUR})
        log.control("something", {"new": True})
        store.commit()
        end = str(log.end)
    stores = [str(tmp_path / "store")]
    (key,) = hosted.Host(stores, stream.LATENESS).keys()

    shard = hosted.Host(stores, stream.LATENESS).shard(key, None)
    whole = shard.read()
    saved, pieces, turns = None, [], 0
    while not pieces or not shard.reached():
        shard = hosted.Host(stores, stream.LATENESS).shard(key, saved)
        pieces += shard.read(most=700)
        saved, turns = shard.saved(0.0), turns + 1

    assert sorted(map(str, pieces)) == sorted(map(str, whole))
    assert (turns, len(whole) > 30) == (6, True)
    assert shard.reached() == [{"kind": "reached", "shard": key, "position": end}]
    assert shard.read() == []


def test_a_shard_writes_its_state_after_a_while_though_there_is_nothing_to_tell(tmp_path):
    with Store(tmp_path / "store", installation=stream.INSTALLATION) as store:
        log = store.log(estate="01010000")
        log.control("tick", {"now": stream.START})
        store.commit()
        shard = hosted.Host([str(tmp_path / "store")], 0, 60).shard(f"{stream.INSTALLATION}/1", None)
        unread = shard.is_due(100.0)
        shard.read()
        read = shard.is_due(100.0)
        shard.saved(100.0)
        shard.read()
        nothing_new = shard.is_due(200.0)
        log.control("tick", {"now": stream.START + 1})
        store.commit()
        shard.read()

    assert (unread, read, nothing_new) == (False, True, False)
    assert (shard.is_due(159.0), shard.is_due(160.0)) == (False, True)


def test_the_care_stream_is_no_shard_and_two_offices_may_not_share_an_id(tmp_path):
    with Store(tmp_path / "store", installation=stream.INSTALLATION) as store:
        for name in ("care", "main"):
            store.log(estate="01010000", stream=name).control("tick", {"now": stream.START})
        store.commit()
    office = str(tmp_path / "store")

    assert hosted.Host([office, str(tmp_path / "comes-later")], 0).keys() == [f"{stream.INSTALLATION}/2"]
    with pytest.raises(LookupError, match="no log 9"):
        hosted.Host([office], 0).shard(f"{stream.INSTALLATION}/9", None)
    with pytest.raises(ValueError, match="installation id"):
        hosted.Host([office, office], 0).keys()


def test_what_was_told_is_read_from_finished_files_and_once_each(tmp_path):
    lines = ['{"kind":"alert","id":"b","at":2}', '{"kind":"alert","id":"a","at":3}', '{"kind":"cleared","at":4}']
    (tmp_path / "hour").mkdir()
    (tmp_path / "hour" / "part-1-0.jsonl").write_text("\n".join(lines) + "\n")
    (tmp_path / "part-1-1.jsonl").write_text(lines[0] + '\n{"kind":"reached","shard":"x/1","position":"1:2"}\n')
    (tmp_path / ".part-1-2.jsonl.inprogress.5").write_text('{"kind":"alert","id":"c","at":1}')
    (tmp_path / ".part-1-3.jsonl").write_text('{"kind":"alert","id":"c","at":1}')

    assert list(told.alerts(tmp_path)) == ["b", "a"]
    assert told.reached(tmp_path) == {"x/1": {"1:2"}}
    assert told.alerts(tmp_path / "nothing") == {}
