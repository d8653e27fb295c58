"""A kernel of the tests' own with its reference, and a worker that knows it: what every kernel has to be, in small."""

import os
import signal
import sys
import time
from functools import cache
from threading import Event
from typing import Any

import numpy as np

from linli.core import kernels

NAMES = {
    "sums": {"kernel": "tests.core.sums:compiled", "warm": "tests.core.sums:warm", "parallel": False},
    "echo": {"kernel": "tests.core.sums:echo"},
    "large": {"kernel": "tests.core.sums:large"},
    "slow": {"kernel": "tests.core.sums:slow", "patience": 0.5},
    "killed": {"kernel": "tests.core.sums:killed"},
    "broken": {"kernel": "tests.core.sums:broken"},
    "strange": {"kernel": "tests.core.sums:strange"},
    "uncompiled": {"kernel": "tests.core.sums:echo", "warm": "tests.core.sums:broken"},
    "missing": {"kernel": "tests.core.nowhere:at_all"},
}
REFERENCES = {"sums": "reference", "echo": "echo"}


def register() -> None:
    for name, places in NAMES.items():
        kernels.register(name, reference=f"tests.core.sums:{REFERENCES.get(name, 'by_reference')}", **places)


def reference(*, values: np.ndarray, width: int) -> dict[str, Any]:
    """The sums of each `width` values that stand beside each other, one by one."""
    if not 0 < width <= len(values):
        raise ValueError("width must be at least 1, and at most the number of values")
    sums = np.array([sum(values[at : at + width]) for at in range(len(values) - width + 1)])
    return {"sums": sums, "largest": (int(np.argmax(sums)), False)}


def compiled(*, values: np.ndarray, width: int) -> dict[str, Any]:
    """The same by machine code."""
    if not 0 < width <= len(values):
        raise ValueError("width must be at least 1, and at most the number of values")
    sums = _fast()(values, width)
    return {"sums": sums, "largest": (int(np.argmax(sums)), True)}


def warm() -> None:
    compiled(values=np.zeros(4), width=2)


@cache
def _fast() -> Any:
    from numba import njit

    return njit(nogil=True)(_sums)


def _sums(values: np.ndarray, width: int) -> np.ndarray:
    sums = np.empty(len(values) - width + 1)
    for first in range(len(sums)):
        total = 0.0
        for at in range(first, first + width):
            total += values[at]
        sums[first] = total
    return sums


def echo(*, value: Any) -> Any:
    return value


def large(*, size: int) -> np.ndarray:
    return np.zeros(size, np.int8)


def slow(*, seconds: float) -> str:
    time.sleep(seconds)
    return "by the kernel"


def killed(**_arguments: Any) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return "never"


def broken(**_arguments: Any) -> str:
    raise RuntimeError("broken on purpose")


def strange(**_arguments: Any) -> Any:
    return object()


def by_reference(**_arguments: Any) -> str:
    return "by the reference"


if __name__ == "__main__":
    import django

    django.setup()
    from django.conf import settings

    from linli.core.kernels import registry
    from linli.core.kernels.worker import serve

    registry._kernels.clear()  # the apps' own take their time
    register()
    settings.KERNELS = type(settings.KERNELS)(sys.argv[1])
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    ended = serve(stop)
    sys.stderr.flush()
    os._exit(ended)
