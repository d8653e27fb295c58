"""Local sockets between the processes of one installation: a name that the system takes, and whole parts read off them.

A socket's path may have about a hundred bytes; a data folder may lie deeper.
"""

import os
import socket
import socketserver
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

PATH_MOST = 100  # bytes of a socket's path that every system takes
PART = 1 << 20  # bytes read at once


class Broken(ConnectionError):
    """The other end went away, or said something that is no frame."""


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """A name of a socket that the system takes, good within the block.

    Raises:
        RuntimeError: the path is too long for this system.
    """
    if len(os.fsencode(path)) <= PATH_MOST:
        yield str(path)
        return
    if sys.platform != "linux":
        raise RuntimeError(f"{path} is too long for a socket. Name a shorter folder in LINLI_DATA.")
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


class Listener:
    """Serves a socket at `path`, with one thread for each connection, until it is stopped.

    serve: all that is said on one connection.
    """

    def __init__(self, path: Path, serve: Callable[[socket.socket], None]) -> None:
        path.unlink(missing_ok=True)  # only one process serves it, and this is it
        self._path = path

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                serve(self.request)

        with reachable(path) as address:
            self._server = _Server(address, Handler)

    def start(self) -> None:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, name="socket", daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


def connect(path: Path, *, patience: float) -> socket.socket:
    """A connection to the socket at `path`, which waits no longer than `patience` seconds at each step.

    Raises:
        OSError: nobody listens there.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(patience)
    try:
        with reachable(path) as address:
            connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def exactly(connection: socket.socket, length: int) -> bytearray | None:
    """The next `length` bytes; None where the other end has closed before the first of them.

    Raises:
        Broken: it closed within them.
    """
    data = bytearray()
    while len(data) < length:  # grows as it comes: a length alone reserves no memory
        part = connection.recv(min(length - len(data), PART))
        if not part:
            if not data:
                return None
            raise Broken
        data += part
    return data
