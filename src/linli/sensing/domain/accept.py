"""The only way an observation gets into a segment.

The process that holds the store (the service `linli sensing`, or a test) takes it directly; every other hands it to
that service over a local socket. Whoever gets an answer may rely on it: it comes after the disk has it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import pyarrow as pa
from django.conf import settings
from django.utils import timezone

from linli.sensing.domain.directory import directory
from linli.sensing.domain.door import Door
from linli.sensing.domain.refusals import Accepted, Away, NoObservation, Reason, Refusal
from linli.sensing.domain.schema import Reading, columns_of
from linli.sensing.domain.sender import Sender

__all__ = [
    "Reading",
    "Sender",
    "accept_batch",
    "accept_message",
    "correct_observation",
    "count_refusal",
    "delete_observation",
    "delete_observations",
    "opened",
]


class Holder(Protocol):
    """Whoever can take readings for this process. Instants in µs. Each call returns after the disk has it."""

    def columns(self, batch: pa.RecordBatch, sender: Sender, received: int) -> Accepted: ...

    def message(self, body: bytes, sender: Sender, received: int) -> Accepted: ...

    def refuse(self, sender: Sender, reason: Reason) -> None: ...

    def correct(self, number: int, changes: Mapping[str, Any]) -> None: ...

    def delete(self, number: int) -> None: ...

    def delete_all(self, numbers: Sequence[int]) -> None: ...


def accept_batch(readings: Sequence[Reading] | pa.RecordBatch, *, sender: Sender, received: datetime) -> Accepted:
    """Store readings by datastream; those that do not fit are refused one by one, and the others stored.

    readings: one by one, or columns of `segments.SCHEMA` without `received`; truth values there are the texts `true`
    and `false`, or 1 and 0 where yes or no is observed.
    Returns ids in the order given. Durable when it returns.
    Raises:
        Away: the service is not running, or has too much to do; nothing was stored.
    """
    if isinstance(readings, pa.RecordBatch):
        return _holding().columns(readings, sender, micros(received))
    try:
        batch = columns_of(readings)
    except OverflowError:
        return _one_by_one(readings, sender, received)
    return _holding().columns(batch, sender, micros(received))


def accept_message(body: bytes, *, sender: Sender, received: datetime) -> Accepted:
    """Store what a device sent in our own format (`schema.Message`, or a list of them). Durable when it returns.

    A message is taken whole or refused whole; `Refusal.index` is its place in the list.
    Raises:
        Away: as `accept_batch`.
    """
    return _holding().message(body, sender, micros(received))


def count_refusal(reason: Reason, *, sender: Sender) -> None:
    """Count what a protocol refused by itself, before there was anything to check: a wrong key, a body too large."""
    _holding().refuse(sender, reason)


def correct_observation(number: int, changes: Mapping[str, Any]) -> None:
    """Change columns of one observation (SCHEMA's names and types). Its id stays; rules never see it again.

    Raises:
        NoObservation: there is none with that id.  Away: as `accept_batch`.
        NotTaken: the number is beyond the bounds of its datastream.
    """
    _holding().correct(number, changes)


def delete_observation(number: int) -> None:
    """Take one observation away.  Raises NoObservation or Away."""
    _holding().delete(number)


def delete_observations(numbers: Sequence[int]) -> None:
    """Take many away with one wait for the disk; those that are gone already are passed by.  Raises Away."""
    _holding().delete_all(numbers)


def _one_by_one(readings: Sequence[Reading], sender: Sender, received: datetime) -> Accepted:
    """A number that no double holds is refused, and the rest is taken."""
    fits = [index for index, each in enumerate(readings) if not _beyond(each.result)]
    done = accept_batch([readings[index] for index in fits], sender=sender, received=received)
    told = Accepted(refused=[Refusal(fits[each.index], each.reason, each.where) for each in done.refused])
    told.refused += [Refusal(index, Reason.NUMBER) for index in range(len(readings)) if index not in set(fits)]
    told.ids.resize(len(readings), refcheck=False)
    told.ids[fits], told.doubled = done.ids, done.doubled
    return told


def _beyond(value: object) -> bool:
    return isinstance(value, int) and abs(value) >= 1 << 1023


def micros(at: datetime) -> int:
    """Microseconds since 1970 UTC of an aware instant."""
    return round(at.timestamp() * 1_000_000)


# --- who holds the store

_holder: Holder | None = None


def hold(holder: Holder | None) -> None:
    """Say who takes readings in this process; None: the service, over its socket."""
    global _holder
    _holder = holder


def _holding() -> Holder:
    if _holder is not None:
        return _holder
    from linli.sensing.service.client import service  # its sockets are no matter of the domain

    return service()


class Direct:
    """The store held by this process itself: each call is its own commit. For tests and single commands."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._lock = Lock()

    def columns(self, batch: pa.RecordBatch, sender: Sender, received: int) -> Accepted:
        with self._lock, telling():
            told = self.door.columns(batch, sender, received)
            self.door.commit()
            return told

    def message(self, body: bytes, sender: Sender, received: int) -> Accepted:
        with self._lock, telling():
            burst = self.door.messages([sender.name], [body], [received])
            self.door.commit()
            return burst.accepted(0)

    def refuse(self, sender: Sender, reason: Reason) -> None:
        with self._lock:
            self.door.refuse(sender.name, reason)

    def correct(self, number: int, changes: Mapping[str, Any]) -> None:
        with self._lock, telling():
            self.door.correct(number, dict(changes))
            self.door.commit()

    def delete(self, number: int) -> None:
        with self._lock, telling():
            self.door.delete(number)
            self.door.commit()

    def delete_all(self, numbers: Sequence[int]) -> None:
        with self._lock, telling():
            self.door.delete_all(numbers)
            self.door.commit()


@contextmanager
def telling() -> Iterator[None]:
    """Say in the domain's words what the store says in its own."""
    from linli.sensing.segments import StoreFailed

    try:
        yield
    except StoreFailed as error:
        raise Away from error
    except LookupError as error:
        raise NoObservation from error


@contextmanager
def opened(folder: Path | None = None) -> Iterator[Direct]:
    """Hold the store in this process for as long as the block lasts.

    Raises:
        StoreBusy: another process holds it.
    """
    from linli.core.models import Installation
    from linli.sensing.segments import Store

    with Store(Path(folder or settings.OBSERVATIONS), installation=str(Installation.objects.get().uuid)) as store:
        direct = Direct(Door(store, clock=lambda: micros(timezone.now()), read=directory))
        hold(direct)
        try:
            yield direct
        finally:
            hold(None)
