"""The worker: holds numba, warms every kernel in the background, and answers over its socket until it is stopped."""

import fcntl
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from threading import BoundedSemaphore, Event, Lock, Thread, get_ident
from time import monotonic
from typing import Any

from django.conf import settings

from linli.core.kernels import wire
from linli.core.kernels.client import socket_path
from linli.core.kernels.registry import Kernel, function_at, registered
from linli.core.sockets import Broken, Listener

logger = logging.getLogger(__name__)

WAIT = 5.0  # seconds that a question waits for its turn before it is told that the worker is busy
MOST = 900.0  # seconds after which a calculation is held to never end
Told = tuple[str, Any]


class Taken(RuntimeError):
    """Another worker has this data folder."""


def serve(stop: Event) -> int:
    """Answer until `stop` is set. Returns 0; 1 where a calculation does not end: whoever watches starts it anew.

    Raises:
        Taken: another one is at work here.
    """
    settings.KERNELS.mkdir(mode=0o700, parents=True, exist_ok=True)
    # What numba compiles lies here, and is there at the next start: the code's own folder may be read-only.
    os.environ.setdefault("NUMBA_CACHE_DIR", str(settings.KERNELS / "compiled"))
    with _alone():
        worker = Worker(registered())
        worker.start()
        try:
            while not stop.wait(1.0):
                if worker.longest() > MOST:
                    logger.error("A calculation did not end; the kernel worker ends, to be started anew.")
                    return 1
        finally:
            worker.stop()
    return 0


class Worker:
    """One thread for each connection, as many calculations at once as there are processors.

    Kernels that use several threads by themselves run one after another: numba's own pool bears no second caller.
    """

    def __init__(self, kernels: list[Kernel]) -> None:
        self._kernels = {kernel.name: kernel for kernel in kernels}
        self._states = dict.fromkeys(self._kernels, "warming")
        self._hands = BoundedSemaphore(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
        self._whole = Lock()
        self._began: dict[int, float] = {}
        self._listener = Listener(socket_path(), partial(_serve, answer=self.answer))

    def start(self) -> None:
        self._listener.start()
        Thread(target=self._warm_all, name="warming", daemon=True).start()

    def stop(self) -> None:
        self._listener.stop()

    def longest(self) -> float:
        """For how many seconds the calculation that began first has run; 0 where none does."""
        began = min(self._began.values(), default=None)  # asked once: the last may end while it is asked
        return monotonic() - began if began is not None else 0.0

    def answer(self, asked: Any) -> Told:
        """What one message asked for, after a word: answer, wrong (the caller's), warming, busy, failed, condition."""
        match asked:
            case ("condition",):
                return "condition", dict(self._states)
            case ("call", str(name), dict(arguments)):
                state = self._states.get(name, "failed")
                return self._calculated(self._kernels[name], arguments) if state == "warm" else (state, None)
        raise Broken

    def _calculated(self, kernel: Kernel, arguments: dict[str, Any]) -> Told:
        with ExitStack() as turn:
            if not self._has_turn(kernel, turn):
                return "busy", None
            try:
                return "answer", function_at(kernel.kernel)(**arguments)
            except ValueError as error:
                return "wrong", str(error)
            except Exception:
                logger.exception("The kernel %s failed; the reference answers.", kernel.name)
                return "failed", None

    def _has_turn(self, kernel: Kernel, turn: ExitStack) -> bool:
        """Wait for what the kernel needs; given back when `turn` ends."""
        needs: list[Any] = [self._whole, self._hands] if kernel.parallel else [self._hands]
        for need in needs:
            if not need.acquire(timeout=WAIT):
                return False
            turn.callback(need.release)
        turn.enter_context(self._timed())
        return True

    @contextmanager
    def _timed(self) -> Iterator[None]:
        self._began[get_ident()] = monotonic()
        try:
            yield
        finally:
            del self._began[get_ident()]

    def _warm_all(self) -> None:
        for kernel in self._kernels.values():
            began = monotonic()
            try:
                with self._whole if kernel.parallel else nullcontext():
                    function_at(kernel.kernel)
                    if kernel.warm:
                        function_at(kernel.warm)()
            except Exception:
                self._states[kernel.name] = "failed"
                logger.exception("The kernel %s cannot be compiled; the reference answers.", kernel.name)
            else:
                self._states[kernel.name] = "warm"
                logger.info("The kernel %s is warm after %.1f s.", kernel.name, monotonic() - began)


def _serve(connection: socket.socket, answer: Any) -> None:
    try:
        while (asked := wire.receive(connection)) is not None:
            connection.sendall(_packed(answer(asked)))
    except (Broken, ConnectionError):
        return  # whoever asked is gone, and with it the answer


def _packed(told: Told) -> bytes:
    try:
        return wire.pack(told)
    except ValueError as error:  # an answer of more than a message holds
        return wire.pack(("wrong", str(error)))
    except TypeError:
        logger.exception("A kernel gave what cannot be sent; the reference answers.")
        return wire.pack(("failed", None))


@contextmanager
def _alone() -> Iterator[None]:
    """Have the folder to oneself; the system lets go of it with the process, however that ends."""
    handle = os.open(settings.KERNELS / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Taken("Another linli kernels is at work on this data folder.") from error
        yield
    finally:
        os.close(handle)
