"""`linli demo`: a living neighbourhood on this machine, from nothing, until interrupted."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from linli.site.prepare import prepare

HOST = "127.0.0.1"
FIRST_WAIT, LAST_WAIT = 1.0, 30.0


@dataclass
class Process:
    """One process of the demonstration, by a name that people can read. first: what must have been done before it."""

    name: str
    arguments: list[str]
    first: list[str] = field(default_factory=list)
    handle: subprocess.Popen | None = None
    wait: float = FIRST_WAIT

    def start(self) -> None:
        self.handle = subprocess.Popen([sys.executable, "-m", "linli.site.cli", *(self.first or self.arguments)])

    def goes_on(self) -> bool:
        """Whether what came first is done, and the process itself was started."""
        if not self.first or self.handle is None or self.handle.returncode:
            return False
        self.first = []
        self.start()
        return True

    def ended(self) -> bool:
        return self.handle is not None and self.handle.poll() is not None

    def stop(self) -> None:
        if self.handle is not None and self.handle.poll() is None:
            self.handle.terminate()
            try:
                self.handle.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.handle.kill()
                self.handle.wait()


def serve_demo(*, port: int, fresh: bool) -> int:
    """Prepare the database, play enough of the past for the first look, serve, and go on playing."""
    data = Path(os.environ["LINLI_DATA"])
    if not _is_free(port):
        print(f"Port {port} is taken. Stop what listens there, or run: linli demo --port {port + 1}", file=sys.stderr)
        return 1
    if fresh and data.exists():
        shutil.rmtree(data)
    prepare()
    from linli.world.seed import seed_first

    if seed_first():
        print("A synthetic neighbourhood is ready: places, posts and the first cases.")
    processes = [
        Process("web", ["web", "--host", HOST, "--port", str(port)]),
        Process("jobs", ["jobs"]),
        Process("kernels", ["kernels"]),
        Process("sensing", ["sensing"], first=["world", "sensors"]),
        Process("world", ["world", "play", "--url", f"http://{HOST}:{port}"]),
    ]
    for process in processes:
        process.start()
    print(f"Linli is at http://localhost:{port} – choose who you are at http://localhost:{port}/demo/. Ctrl-C ends it.")
    return _watch(processes)


def _watch(processes: list[Process]) -> int:
    """Start again what ends by itself, with growing pauses; end everything at a signal."""
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not stopping:
        time.sleep(0.3)
        for process in processes:
            if process.ended() and not stopping and not process.goes_on():
                print(f"{process.name} ended; starting it again in {process.wait:.0f} s", file=sys.stderr)
                time.sleep(process.wait)
                process.wait = min(process.wait * 2, LAST_WAIT)
                process.start()
    for process in reversed(processes):
        process.stop()
    print("Linli has stopped.")
    return 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
