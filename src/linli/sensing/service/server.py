"""The local socket of the service. Its folder is readable by its owner alone, and so is whoever may send here."""

import socket
from collections.abc import Callable
from functools import partial

import msgspec
import pyarrow as pa

from linli.core.sockets import Broken, Listener
from linli.sensing.domain.refusals import Accepted, Away, NoObservation, NotTaken, Reason
from linli.sensing.domain.sender import Sender, SenderKind
from linli.sensing.service.frames import Ask, Told, door_path, receive, send
from linli.sensing.service.intake import Intake


class Server:
    """Answers other processes until it is stopped. One thread for each connection; they wait together for the disk."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        path = door_path()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._listener = Listener(path, partial(_serve, answer=self.answer))

    def start(self) -> None:
        self._listener.start()

    def stop(self) -> None:
        self._listener.stop()

    def answer(self, ask: Ask) -> Told:
        """What one frame asked for; errors are told by a word."""
        sender = Sender(SenderKind(ask.kind), ask.name)
        try:
            return OPERATIONS[ask.op](self._intake, sender, ask)
        except Away:
            return Told(error="away")
        except NoObservation:
            return Told(error="missing")
        except NotTaken as error:
            return Told(refused=[(0, error.reason.value, "")], error="refused")


def _serve(connection: socket.socket, answer: Callable[[Ask], Told]) -> None:
    try:
        while (frame := receive(connection)) is not None:
            send(connection, answer(msgspec.msgpack.decode(frame, type=Ask)))
    except (Broken, ConnectionError):
        return  # whoever asked is gone, and with it the answer


def _message(intake: Intake, sender: Sender, ask: Ask) -> Told:
    return _told(intake.message(ask.body, sender, ask.received))


def _columns(intake: Intake, sender: Sender, ask: Ask) -> Told:
    with pa.ipc.open_stream(ask.body) as reader:
        batch = reader.read_next_batch()
    return _told(intake.columns(batch, sender, ask.received))


def _refuse(intake: Intake, sender: Sender, ask: Ask) -> Told:
    intake.refuse(sender, Reason(ask.body.decode()))
    return Told()


def _correct(intake: Intake, _sender: Sender, ask: Ask) -> Told:
    intake.correct(ask.number, msgspec.msgpack.decode(ask.body))
    return Told()


def _delete(intake: Intake, _sender: Sender, ask: Ask) -> Told:
    intake.delete(ask.number)
    return Told()


def _delete_all(intake: Intake, _sender: Sender, ask: Ask) -> Told:
    intake.delete_all(msgspec.msgpack.decode(ask.body, type=list[int]))
    return Told()


def _ping(_intake: Intake, _sender: Sender, _ask: Ask) -> Told:
    return Told()


OPERATIONS: dict[str, Callable[[Intake, Sender, Ask], Told]] = {
    "message": _message, "columns": _columns, "refuse": _refuse, "correct": _correct, "delete": _delete,
    "delete_all": _delete_all, "ping": _ping,
}  # fmt: skip


def _told(done: Accepted) -> Told:
    refused = [(each.index, each.reason.value, each.where) for each in done.refused]
    return Told(done.ids.astype("<i8").tobytes(), refused, done.doubled)
