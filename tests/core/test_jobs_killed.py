"""What a killed worker leaves, and what two workers make of one queue: nothing lost, nothing doubled."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.processes import ROOT, a_database, run

SHORT, STEPS = 60, 30


@pytest.fixture
def env(tmp_path):
    with a_database(tmp_path) as made:
        run(made, "-m", "tests.core.worker", "fill", str(SHORT))
        yield made


def start(env: dict[str, str]) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.core.worker", "work"],
        env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert worker.stdout.readline() == "at work\n"
    return worker


def stop(worker: subprocess.Popen[str], how: signal.Signals) -> None:
    worker.send_signal(how)
    worker.wait(timeout=30)
    worker.stdout.close()


def when_all_is_done(env: dict[str, str]) -> dict:
    """The report, once no job is open and the consumer has followed."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        report = json.loads(run(env, "-m", "tests.core.worker", "report"))
        followed = sum(1 for topic, _ in report["told"] if topic == "tests.followed")
        if report["open"] == 0 and followed >= SHORT:
            return report
        time.sleep(0.5)
    pytest.fail(f"not done in time: {report['open']} open, {followed} followed")


def expected() -> Counter:
    short = [(topic, n) for topic in ("tests.added", "tests.followed") for n in range(SHORT)]
    return Counter(short + [(f"tests.step_{job}", step) for job in range(3) for step in range(STEPS)])


def test_killed_at_random_moments_nothing_is_lost_and_nothing_done_twice(env):
    moments = random.Random(7)
    for _ in range(4):
        worker = start(env)
        time.sleep(moments.uniform(0.05, 0.6))
        stop(worker, signal.SIGKILL)

    last = start(env)
    report = when_all_is_done(env)
    stop(last, signal.SIGTERM)

    assert last.returncode == 0
    assert report["dead"] == []
    assert Counter((topic, n) for topic, n in report["told"]) == expected()


def test_two_workers_do_each_job_once_and_give_each_message_once(env):
    workers = [start(env), start(env)]

    report = when_all_is_done(env)
    for worker in workers:
        stop(worker, signal.SIGTERM)

    assert [worker.returncode for worker in workers] == [0, 0]
    assert report["dead"] == []
    assert Counter((topic, n) for topic, n in report["told"]) == expected()
    followed = [n for topic, n in report["told"] if topic == "tests.followed"]
    added = [n for topic, n in report["told"] if topic == "tests.added"]
    assert followed == added, "a consumer reads in the order of commit"
