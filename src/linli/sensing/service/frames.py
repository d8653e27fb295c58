"""What goes over the local socket: a length of four bytes, and a message of msgpack."""

import socket
import struct
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from linli.core.sockets import Broken, exactly

LENGTH = struct.Struct(">I")
FRAME_MOST = 16 * 1024 * 1024


class Ask(msgspec.Struct, array_like=True):
    """op: message, columns (an Arrow stream), refuse (a reason), correct, delete_all (msgpack), delete or ping."""

    op: str
    kind: str = "system"
    name: str = ""
    received: int = 0
    body: bytes = b""
    number: int = 0


class Told(msgspec.Struct, array_like=True):
    """ids: int64, little endian.  refused: (index, reason, where).  error: "", "away", "missing" or "refused"."""

    ids: bytes = b""
    refused: list[tuple[int, str, str]] = []
    doubled: int = 0
    error: str = ""


def door_path() -> Path:
    return settings.SENSING / "door.sock"


def send(connection: socket.socket, message: Any) -> None:
    data = msgspec.msgpack.encode(message)
    connection.sendall(LENGTH.pack(len(data)) + data)


def receive(connection: socket.socket) -> bytes | None:
    """The next frame; None where the other end has closed between two."""
    head = exactly(connection, LENGTH.size)
    if head is None:
        return None
    (length,) = LENGTH.unpack(head)
    if length > FRAME_MOST or (body := exactly(connection, length)) is None:
        raise Broken
    return bytes(body)
