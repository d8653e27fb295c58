"""How another process hands readings to the service: one connection for each of its threads."""

from collections.abc import Mapping, Sequence
from functools import cache
from threading import local
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from linli.core.sockets import Broken, connect
from linli.sensing.domain.refusals import Accepted, Away, NoObservation, NotTaken, Reason, Refusal
from linli.sensing.domain.sender import Sender
from linli.sensing.service.frames import Ask, Told, door_path, receive, send

PATIENCE = 35.0  # seconds; a little more than the service itself waits for its disk
TRY_AGAIN = 5


class Service:
    """The service, as seen from elsewhere. Raises Away where it does not answer."""

    def __init__(self) -> None:
        self._mine = local()

    def message(self, body: bytes, sender: Sender, received: int) -> Accepted:
        return self._accepted(Ask("message", sender.kind, sender.name, received, body))

    def columns(self, batch: pa.RecordBatch, sender: Sender, received: int) -> Accepted:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        return self._accepted(Ask("columns", sender.kind, sender.name, received, sink.getvalue().to_pybytes()))

    def refuse(self, sender: Sender, reason: Reason) -> None:
        try:
            self._ask(Ask("refuse", sender.kind, sender.name, body=reason.value.encode()))
        except Away:
            return  # the caller is refused all the same; only the count is lacking

    def correct(self, number: int, changes: Mapping[str, Any]) -> None:
        self._ask(Ask("correct", number=number, body=msgspec.msgpack.encode(dict(changes))))

    def delete(self, number: int) -> None:
        self._ask(Ask("delete", number=number))

    def delete_all(self, numbers: Sequence[int]) -> None:
        self._ask(Ask("delete_all", body=msgspec.msgpack.encode(list(numbers))))

    def ping(self) -> None:
        """Raises Away where nobody answers."""
        self._ask(Ask("ping"))

    def close(self) -> None:
        """End this thread's connection; the next call opens another."""
        self._drop()

    def _accepted(self, ask: Ask) -> Accepted:
        told = self._ask(ask)
        refused = [Refusal(index, Reason(reason), where) for index, reason, where in told.refused]
        return Accepted(np.frombuffer(told.ids, "<i8").astype(np.int64), refused, told.doubled)

    def _ask(self, ask: Ask) -> Told:
        try:
            self._send(ask)
            frame = receive(self._mine.connection)
            if frame is None:
                raise Broken
        except OSError as error:
            # Sent, and not answered: it may be stored or not, and nobody may send it again on their behalf.
            self._drop()
            raise Away(after=TRY_AGAIN) from error
        told = msgspec.msgpack.decode(frame, type=Told)
        if told.error == "missing":
            raise NoObservation
        if told.error == "refused":
            raise NotTaken(Reason(told.refused[0][1]))
        if told.error:
            raise Away(after=TRY_AGAIN)
        return told

    def _send(self, ask: Ask) -> None:
        """Over the connection that is open; over a new one, where the service was started anew since."""
        if getattr(self._mine, "connection", None) is not None:
            try:
                send(self._mine.connection, ask)
            except OSError:
                self._drop()
            else:
                return
        self._mine.connection = connect(door_path(), patience=PATIENCE)
        send(self._mine.connection, ask)

    def _drop(self) -> None:
        if (connection := getattr(self._mine, "connection", None)) is not None:
            connection.close()
        self._mine.connection = None


@cache
def service() -> Service:
    return Service()
