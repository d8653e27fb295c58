"""The little of NATS's protocol that is needed: one connection, in one thread, many messages at a time.

A pull of a thousand messages is read in a few system calls and split at once; a general client makes an object, a task
and a parse of headers for each. Source: docs.nats.io, reference of the client protocol; JetStream's wire API.
"""

import json
import socket
from collections import deque
from itertools import count
from time import monotonic
from typing import Any

import msgspec

CHUNK = 1 << 18
LINGER_MOST, MUCH = 10, 100  # times that it lingers, and how many in one of them are much


class BrokerAway(ConnectionError):
    """The broker does not answer, or has ended the connection."""


class BrokerRefused(RuntimeError):
    """The broker answered that it will not."""


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One message. headers: as they came, from `NATS/1.0` on; a status stands in their first line."""

    subject: str
    reply: str
    headers: bytes
    payload: bytes

    @property
    def status(self) -> int:
        """100 a sign of life, 404 nothing there, 408 time is up; 0 for what is no status."""
        word = self.headers[9:12]
        return int(word) if word.isdigit() else 0


class Wire:
    """A connection to NATS. Used by one thread.

    Raises, from every call:
        BrokerAway: the connection ended.  BrokerRefused: wrong credentials, or a subject that is not ours.
    """

    def __init__(self, host: str, port: int, *, user: str, password: str, patience: float = 5.0) -> None:
        self._numbers, self._patience = count(1), patience
        self._buffer, self._waiting = b"", deque[Frame]()
        try:
            self._socket = socket.create_connection((host, port), patience)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        except OSError as error:
            raise BrokerAway(str(error)) from error
        self._line()  # INFO
        hello = {"user": user, "pass": password, "verbose": False, "pedantic": False, "headers": True,
                 "no_responders": True, "lang": "python", "version": "1", "protocol": 1, "name": "linli"}  # fmt: skip
        self._send(b"CONNECT " + json.dumps(hello).encode() + b"\r\nPING\r\n")
        while (said := self._line()) != b"PONG":
            if said.startswith(b"-ERR"):
                raise BrokerRefused(said.decode())
        self._inbox = f"_INBOX.{id(self):x}.{next(self._numbers)}"
        self.subscribe(f"{self._inbox}.*")

    def subscribe(self, subject: str) -> None:
        self._send(f"SUB {subject} {next(self._numbers)}\r\n".encode())

    def publish(self, subject: str, payload: bytes = b"", *, reply: str = "") -> None:
        self._send(f"PUB {subject} {reply} {len(payload)}\r\n".encode() + payload + b"\r\n")

    def publish_all(self, subjects: list[str], payload: bytes) -> None:
        """The same payload to many subjects, in one write."""
        end = f" {len(payload)}\r\n".encode() + payload + b"\r\n"
        self._send(b"".join([b"PUB " + subject.encode() + end for subject in subjects]))

    def inbox(self) -> str:
        """A new subject that answers to this connection come under."""
        return f"{self._inbox}.{next(self._numbers)}"

    def request(self, subject: str, said: Any = None) -> dict[str, Any]:
        """Ask JetStream's API, and return what it answers.

        Raises:
            BrokerRefused: it answers with an error; `args[1]` is its code.
        """
        reply = self.inbox()
        self.publish(subject, b"" if said is None else json.dumps(said).encode(), reply=reply)
        until = monotonic() + self._patience
        while monotonic() < until:
            for frame in self.frames(until - monotonic()):
                if frame.subject != reply:
                    self._waiting.append(frame)
                    continue
                if frame.status:
                    raise BrokerRefused(f"nobody answers at {subject}", frame.status)
                answer = json.loads(frame.payload)
                if error := answer.get("error"):
                    raise BrokerRefused(error.get("description", ""), error.get("err_code", error.get("code", 0)))
                return answer
        raise BrokerAway(f"no answer from {subject}")

    def frames(self, patience: float) -> list[Frame]:
        """Whatever has come: what is there already, or what comes within `patience` seconds; perhaps nothing."""
        if self._waiting:
            given = list(self._waiting)
            self._waiting.clear()
            return given
        found = self._split()
        if found:
            return found
        if self._receive(patience):
            return self._split()
        return []

    def gather(self, patience: float, most: int, linger: float) -> list[Frame]:
        """Wait as `frames` does, and take along what comes within another `linger` seconds, up to about `most`.

        Where much comes, it lingers up to ten times as long: then it is fewer commits that count, and not the wait.
        """
        found = self.frames(patience)
        window = 0
        while found and len(found) < most and window < LINGER_MOST:
            before, until = len(found), monotonic() + linger
            while len(found) < most and (left := until - monotonic()) > 0:
                if self._receive(left):
                    found += self._split()
            window += 1
            if len(found) - before < MUCH:
                break
        return found

    def close(self) -> None:
        self._socket.close()

    # --- bytes

    def _receive(self, patience: float) -> bool:
        self._socket.settimeout(max(patience, 0))
        try:
            part = self._socket.recv(CHUNK)
        except (TimeoutError, BlockingIOError):
            return False
        except OSError as error:
            raise BrokerAway(str(error)) from error
        if not part:
            raise BrokerAway("the broker has closed the connection")
        self._buffer = self._buffer + part if self._buffer else part
        return True

    def _send(self, data: bytes) -> None:
        self._socket.settimeout(self._patience)
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise BrokerAway(str(error)) from error

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            if not self._receive(self._patience):
                raise BrokerAway("the broker says nothing")
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def _split(self) -> list[Frame]:
        """Take whole frames off the buffer; a sign of life is answered."""
        buffer, at, found = self._buffer, 0, []
        find, end = buffer.find, len(buffer)
        while (line_end := find(b"\r\n", at)) >= 0:
            head = buffer[at]
            if head == 77 or head == 72:  # HMSG subject sid [reply] header-bytes bytes, MSG subject sid [reply] bytes
                words = buffer[at:line_end].decode().split(" ")
                size, body = int(words[-1]), line_end + 2
                if body + size + 2 > end:
                    break
                headed = int(words[-2]) if head == 72 else 0
                reply = words[3] if len(words) == (6 if headed else 5) else ""
                middle = body + headed
                found.append(Frame(words[1], reply, buffer[body:middle], buffer[middle : body + size]))
                at = body + size + 2
            else:
                self._say(buffer[at:line_end])
                at = line_end + 2
        self._buffer = buffer[at:]
        return found

    def _say(self, line: bytes) -> None:
        if line == b"PING":
            self._send(b"PONG\r\n")
        elif line.startswith(b"-ERR") and b"Permissions Violation" not in line:
            raise BrokerAway(line.decode())
