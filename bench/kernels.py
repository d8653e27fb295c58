"""What asking the kernel worker costs beside the calculation itself, and what two who ask at once get of two cores."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from bench.figure import Figure

ROUNDS, LARGE = 2_000, 16 * 1024 * 1024
WIDTH, VALUES, CALLS = 4_000, 100_000, 8


def measure() -> list[Figure]:
    from django.conf import settings

    from linli.core import kernels
    from tests.core import sums

    sums.register()
    with tempfile.TemporaryDirectory() as folder:
        settings.KERNELS = Path(folder) / "kernels"
        words = [sys.executable, "-m", "tests.core.sums", str(settings.KERNELS)]
        worker = subprocess.Popen(words, env=os.environ | {"LINLI_DATA": folder, "LINLI_LOG": "CRITICAL"})
        try:
            while not kernels.ready("sums"):
                time.sleep(0.1)
            return _figures(worker.pid)
        finally:
            worker.terminate()
            worker.wait()


def _figures(worker: int) -> list[Figure]:
    from linli.core import kernels

    def echo(size: int) -> None:
        kernels.ask("echo", only_kernel=True, value=np.zeros(size, np.uint8))

    def calculate(_number: int = 0) -> None:
        kernels.ask("sums", only_kernel=True, values=values, width=WIDTH)

    values = np.random.default_rng(7).random(VALUES)
    small = _spent(worker, lambda: [echo(1_000) for _ in range(ROUNDS)]) / ROUNDS
    large = _spent(worker, lambda: [echo(LARGE) for _ in range(20)]) / 20
    one = _lasted(lambda: [calculate() for _ in range(CALLS)])
    with ThreadPoolExecutor(2) as askers:
        two = _lasted(lambda: list(askers.map(calculate, range(CALLS))))
    return [
        Figure("asking the kernel worker, 1 kB there and back", small * 1e3, "ms CPU of both", 0.5),
        Figure("asking the kernel worker, 16 MB there and back", large * 1e3, "ms CPU of both", 100.0),
        Figure("two who ask at once, against one after the other", one / two, "times as fast"),
    ]


def _spent(worker: int, what: Callable[[], object]) -> float:
    """CPU seconds of this process and the worker together."""
    begun = time.process_time() + _of(worker)
    what()
    return time.process_time() + _of(worker) - begun


def _of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _lasted(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun
