"""`make demo`, the README's first command, does what the README says."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 180  # seconds, on a machine that does other things too
# What would lead the demonstration elsewhere: keys of another database, and the words of the make that runs them.
ELSEWHERE = {"LINLI_KEYS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "ARGS"}


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(address: str, demo: subprocess.Popen) -> httpx.Response:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and demo.poll() is None:
        try:
            return httpx.get(address, timeout=30)
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"{address} was not served; the demonstration ended with {demo.poll()}")


@pytest.mark.skipif("LINLI_DATABASE_URL" in os.environ, reason="the demonstration is played on SQLite only")
def test_make_demo_serves_a_neighbourhood_and_ends_when_told(tmp_path, port):
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    with (tmp_path / "log").open("w") as log:
        demo = subprocess.Popen(
            ["make", "demo", f"ARGS=--port {port}"],
            cwd=ROOT,
            env=environment | {"LINLI_DATA": str(tmp_path / "data")},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            answer = wait_for(f"http://localhost:{port}/", demo)
        finally:
            # As Ctrl-C does: to make and to all that it started.
            os.killpg(demo.pid, signal.SIGINT)
            demo.wait(timeout=30)

    assert answer.status_code == 200
    assert "Linli has stopped." in (tmp_path / "log").read_text()
    with socket.socket() as taken:
        assert taken.connect_ex(("127.0.0.1", port)) != 0
