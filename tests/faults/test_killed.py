"""kill -9 at any moment: nothing that was acknowledged is lost, nothing is done twice, and every story verifies."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from uuid import UUID, uuid5

import httpx

from tests.faults import BAD, ROWS, SENT, WALKED, WHOLE
from tests.processes import ROOT, run

KILLS = 5


def start(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    """A process in a group of its own: the server has children, which must die with it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker", *words],
        env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip


def kill(worker: subprocess.Popen[str]) -> str:
    """End it as a power cut would. Returns what it had still said."""
    os.killpg(worker.pid, signal.SIGKILL)
    said = worker.stdout.read()
    worker.wait(timeout=10)
    worker.stdout.close()
    return said


def report(env: dict[str, str]) -> dict:
    return json.loads(run(env, "-m", "tests.faults.worker", "report"))


def test_an_import_that_is_killed_again_and_again_takes_every_row_once(laid):
    moments = random.Random(11)
    for _ in range(KILLS):
        worker = start(laid, "jobs")
        assert worker.stdout.readline() == "at work\n"
        time.sleep(moments.uniform(0.05, 0.3))
        kill(worker)
    assert report(laid)["run"][0] == "running"

    run(laid, "-m", "tests.faults.worker", "finish")
    found = report(laid)

    assert found["run"] == ["done", ROWS, ROWS, ROWS - BAD, 0, BAD]
    assert (found["imported"], found["bad"]) == (ROWS - BAD, BAD)
    assert (found["procedures without a case"], found["findings"]) == (0, [])


def test_moves_that_are_killed_again_and_again_are_all_made_once(laid, tmp_path):
    moments, known = random.Random(12), tmp_path / "acknowledged"
    known.write_text("")
    for _ in range(KILLS):
        worker = start(laid, "walk", str(known))
        assert worker.stdout.readline() == "at work, lost []\n"
        time.sleep(moments.uniform(0.05, 0.5))
        acknowledged = kill(worker).splitlines()
        known.write_text("\n".join(line for line in acknowledged if len(line) == 36))

    last = start(laid, "walk", str(known))
    said = last.stdout.read().splitlines()
    assert last.wait(timeout=60) == 0
    last.stdout.close()
    found = report(laid)

    assert (said[0], len(set(said[1:]))) == ("at work, lost []", WALKED * len(WHOLE))
    assert found["stories"] == [WHOLE] * WALKED
    assert found["messages"] == WALKED * len(WHOLE)
    assert (found["running clocks"], found["open assignments"], found["findings"]) == (0, 0, [])


def test_reports_over_a_server_that_is_killed_are_answered_once_each(laid):
    moments, port = random.Random(13), free_port()
    answers: dict[str, list[str]] = {}
    server, killed = start(laid, "web", str(port)), 0
    for number in range(SENT):
        if number and number % (SENT // 3) == 0 and killed < 2:
            kill(server)
            server, killed = start(laid, "web", str(port)), killed + 1
        answers[f"API {number}"] = send(port, number, again=moments.random() < 0.3)
    kill(server)

    found = report(laid)

    assert {text: {number} for text, number in found["reported by API"].items()} == {
        text: set(numbers) for text, numbers in answers.items()
    }
    assert (len(answers), found["findings"]) == (SENT, [])


def send(port: int, number: int, *, again: bool) -> list[str]:
    """Report something until it is answered, and perhaps once more; the numbers that were answered."""
    body = {"text": f"API {number}", "action": str(uuid5(UUID(int=8), str(number)))}
    numbers = []
    deadline = time.monotonic() + 60
    while len(numbers) < 1 + again:
        assert time.monotonic() < deadline, "the server does not answer"
        try:
            answer = httpx.post(f"http://127.0.0.1:{port}/api/v1/cases", json=body, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
            continue
        assert answer.status_code == 201, answer.text
        numbers.append(answer.json()["number"])
    return numbers


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
