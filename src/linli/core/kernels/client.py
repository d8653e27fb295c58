"""How any process asks: the worker, over its socket; or else the reference, here."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from prometheus_client import Counter

from linli.core.errors import DomainError
from linli.core.kernels import wire
from linli.core.kernels.registry import Kernel, function_at, kernel_named
from linli.core.metrics import COUNTED
from linli.core.sockets import Broken, connect

CALLS = Counter("linli_kernel_calls", "calculations, by what answered them", ("name", "by"), registry=COUNTED)
QUICKLY = 2.0  # seconds for what the worker answers at once
REST = 30.0  # seconds for which a worker that did not answer in time is not asked again by this process
IDLE_MOST = 8
AGAIN = 20  # seconds after which whoever was refused may try again


class Warming(DomainError):
    """The worker is away or still compiling, and only its answer was wanted."""

    status = 503
    code = "warming"
    message = _("This calculation is not ready yet. Nothing is lost: please try again in half a minute.")


class Unanswered(Exception):
    """The worker gave no answer. reason: away, warming, busy, failed or late."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Condition:
    """What the worker says of itself: the state of each kernel by its name, warm, warming or failed."""

    states: dict[str, str]

    def count(self, state: str) -> int:
        return list(self.states.values()).count(state)


def socket_path() -> Path:
    return settings.KERNELS / "worker.sock"


def ask(name: str, /, *, only_kernel: bool = False, **arguments: Any) -> Any:
    """The answer of the kernel `name`: by the worker, or by the reference in this process where the worker gives none.

    Raises:
        LookupError: nobody registered the name.
        ValueError: the arguments are not such as the kernel calculates with, in its words; or more than 128 MB.
        TypeError: an argument is none of numbers, words, arrays and dicts, lists and tuples of these.
        Warming: `only_kernel`, and the worker gave none.
    """
    kernel = kernel_named(name)
    try:
        answer = _LINE.call(kernel, wire.pack(("call", name, arguments)))
    except Unanswered as why:
        CALLS.labels(name, why.reason).inc()
        if only_kernel:
            raise Warming(after=AGAIN) from None
        return function_at(kernel.reference)(**arguments)
    CALLS.labels(name, "kernel").inc()
    return answer


def ready(name: str) -> bool:
    """Whether the worker would answer for this kernel now."""
    found = condition()
    return found is not None and found.states.get(kernel_named(name).name) == "warm"


def condition() -> Condition | None:
    """How the worker is; None where it does not answer."""
    try:
        return Condition(_LINE.exchange(wire.pack(("condition",)), QUICKLY)[1])
    except OSError:
        return None


class _Line:
    """This process's connections that are open and idle. A process that forked lets go of its parent's."""

    def __init__(self) -> None:
        self._idle: list[socket.socket] = []
        self._process = os.getpid()
        self._rests_until = 0.0

    def call(self, kernel: Kernel, message: bytes) -> Any:
        """Raises Unanswered, or ValueError with the kernel's words."""
        if monotonic() < self._rests_until:
            raise Unanswered("late")
        try:
            said, answer = self.exchange(message, kernel.patience)
        except TimeoutError:
            self._rests_until = monotonic() + REST
            raise Unanswered("late") from None
        except OSError:
            raise Unanswered("away") from None
        if said == "answer":
            return answer
        if said == "wrong":
            raise ValueError(answer)
        raise Unanswered(said)

    def exchange(self, message: bytes, patience: float) -> tuple[str, Any]:
        """Send one message and wait for its answer. Raises OSError where none comes."""
        connection = self._sent(message, patience)
        try:
            told = wire.receive(connection)
            if told is None:
                raise Broken
        except OSError:
            connection.close()  # an answer that still comes would be taken for that of the next question
            raise
        self._lay_by(connection)
        return told

    def close(self) -> None:
        """End what is idle; the next call opens another."""
        while self._idle:
            self._idle.pop().close()

    def _sent(self, message: bytes, patience: float) -> socket.socket:
        """By a connection that is open; by a new one where the worker was started anew since."""
        if self._process != os.getpid():
            self.close()
            self._process = os.getpid()
        try:
            return _send(self._idle.pop(), message, patience)
        except (IndexError, ConnectionError):
            return _send(connect(socket_path(), patience=patience), message, patience)

    def _lay_by(self, connection: socket.socket) -> None:
        if len(self._idle) < IDLE_MOST:
            self._idle.append(connection)
        else:
            connection.close()


def _send(connection: socket.socket, message: bytes, patience: float) -> socket.socket:
    connection.settimeout(patience)
    try:
        connection.sendall(message)
    except OSError:
        connection.close()
        raise
    return connection


_LINE = _Line()
