"""Typed messages, written in the transaction of what they tell of, and read by name in the order of commit.

    tell("case.moved", procedure.uuid, {"state": "filed", "seen_by": ...}, at)      inside the transaction

    @consumer("mail", topics={"case.moved"})                                        in an app's jobs.py
    def write_mails(message: Message) -> None: ...

A consumer's effect and its cursor commit together. One that fails keeps its place and tries again; after five times
the message becomes a dead job (page /jobs/) and the cursor goes on. A new consumer starts with the oldest message kept.
Bodies hold ids and states, never names, texts or contacts.

On PostgreSQL numbers become visible out of order, so messages carry their transaction's number, and only those below
every transaction that still runs are read. SQLite has one writer: there the id alone is the order.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from linli.core import jobs
from linli.core.models import Consumer, Job, Outbox

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)
BATCH = 100


class Cursor(NamedTuple):
    """A place between two messages: everything up to it is read."""

    xid: int
    id: int


@dataclass(frozen=True)
class Message:
    """One message as its readers get it; `cursor` is the place right behind it."""

    cursor: Cursor
    topic: str
    procedure: UUID | None
    body: Mapping[str, Any]
    at: datetime


Read = Callable[[Message], None]
Reader = TypeVar("Reader", bound=Read)


class CurrentTransaction(Func):
    template = "pg_current_xact_id()::text::bigint"
    output_field = BigIntegerField()


class OwnTransaction(Func):
    """The number of the caller's transaction, NULL as long as it has written nothing."""

    template = "pg_current_xact_id_if_assigned()::text::bigint"
    output_field = BigIntegerField()


class Horizon(Func):
    """Below it every transaction has ended."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = BigIntegerField()


@dataclass(frozen=True)
class _Known:
    reader: Read
    topics: frozenset[str]


_known: dict[str, _Known] = {}


def tell(topic: str, procedure: UUID | None, body: Mapping[str, Any], at: datetime) -> None:
    """Write a message. It becomes readable when the caller's transaction commits, or never.

    Raises:
        TransactionManagementError: there is no transaction that it could be part of.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a message belongs to the transaction of what it tells of")
    xid = CurrentTransaction() if _postgresql() else 0
    Outbox.objects.create(xid=xid, topic=topic, procedure=procedure, body=dict(body), at=at)


def consumer(name: str, *, topics: Collection[str]) -> Callable[[Reader], Reader]:
    """Register a reader of these topics. It must bear to see a message twice, for its effects elsewhere may."""

    def register(reader: Reader) -> Reader:
        _known[name] = _Known(reader, frozenset(topics))
        return reader

    return register


def after(cursor: Cursor, *, limit: int = BATCH) -> list[Message]:
    """The next messages behind a cursor, of all topics, in order."""
    return [_message(row) for row in _readable().filter(_behind(cursor)).order_by("xid", "id")[:limit]]


def end() -> Cursor:
    """The cursor behind the newest message that may be read."""
    newest = _readable().order_by("-xid", "-id").values_list("xid", "id").first()
    return Cursor(*newest) if newest else Cursor(0, 0)


@jobs.every_round
def drain_all() -> None:
    """Bring every consumer up to date, each as far as it gets."""
    at = timezone.now()
    held = {row.name: row for row in Consumer.objects.filter(name__in=_known)}
    newest = end()
    for name in _known:
        row = held.get(name)
        if row is None or (Cursor(row.xid, row.last) < newest and (row.retry_at is None or row.retry_at <= at)):
            drain(name)


def drain(name: str) -> int:
    """Read on from the consumer's cursor until there is no more, or it fails. Returns how many it was given.

    Called outside a transaction, so that each message has its own.
    """
    known = _known[name]
    row, _ = Consumer.objects.get_or_create(name=name)
    given = 0
    while messages := after(Cursor(row.xid, row.last)):
        for message in messages:
            if message.topic not in known.topics:
                continue
            if not _give(known.reader, row, message):
                return given
            given += 1
        if not _move(row, messages[-1].cursor):
            return given
    return given


def _give(reader: Read, row: Consumer, message: Message) -> bool:
    """Move the cursor and let the reader act, together or not at all. False where it failed or another worker reads."""
    seen = Cursor(row.xid, row.last)
    try:
        with transaction.atomic():
            if not _move(row, message.cursor):
                return False
            reader(message)
    except Exception as error:
        logger.exception("consumer %s failed on message %s", row.name, message.cursor.id)
        row.xid, row.last = seen
        return _failed(row, message, error)
    return True


def _move(row: Consumer, to: Cursor) -> bool:
    mine = Consumer.objects.filter(pk=row.pk, xid=row.xid, last=row.last)
    moved = mine.update(xid=to.xid, last=to.id, attempts=0, retry_at=None)
    row.xid, row.last = to
    return bool(moved)


def _failed(row: Consumer, message: Message, error: Exception) -> bool:
    """Keep the place and wait; or, at the last attempt, put the message among the dead jobs and go on."""
    now = timezone.now()
    attempts = Consumer.objects.values_list("attempts", flat=True).get(pk=row.pk) + 1
    if attempts < jobs.ATTEMPTS:
        mine = Consumer.objects.filter(pk=row.pk, xid=row.xid, last=row.last)
        mine.update(attempts=F("attempts") + 1, retry_at=now + timedelta(seconds=2**attempts))
        return False
    with transaction.atomic():
        moved = _move(row, message.cursor)
        if moved:
            _bury(row.name, message, error, now)
    return moved


def _bury(name: str, message: Message, error: Exception, now: datetime) -> None:
    Job.objects.create(
        name="outbox.give",
        args={"consumer": name, "message": message.cursor.id},
        run_at=now,
        created_at=now,
        dead_at=now,
        attempts=jobs.ATTEMPTS,
        error=jobs.describe(error),
    )


@jobs.job("outbox.give")
def give(consumer: str, message: int) -> None:
    """Give a consumer a message that it failed on, when somebody retries it from the page of dead jobs."""
    _known[consumer].reader(_message(Outbox.objects.get(pk=message)))


def lag(*, at: datetime) -> timedelta:
    """How long the oldest message that some consumer has not passed has waited."""
    slowest = _slowest()
    waiting = after(slowest, limit=1) if slowest else []
    return at - waiting[0].at if waiting else timedelta()


@jobs.periodic("outbox.clean", every=timedelta(hours=6), steps=True)
def clean(lease: jobs.Lease) -> None:
    """Delete messages of more than 30 days that every consumer has passed."""
    old = Outbox.objects.filter(at__lt=timezone.now() - KEPT)
    if slowest := _slowest():
        old = old.exclude(_behind(slowest))
    while batch := list(old.values_list("pk", flat=True)[:200]):
        with lease.step():
            Outbox.objects.filter(pk__in=batch).delete()


def _slowest() -> Cursor | None:
    """The cursor of the consumer that is furthest behind; one that has not begun has read nothing."""
    held = {name: Cursor(xid, last) for name, xid, last in Consumer.objects.values_list("name", "xid", "last")}
    return min((held.get(name, Cursor(0, 0)) for name in _known), default=None)


def _message(row: Outbox) -> Message:
    return Message(Cursor(row.xid, row.pk), row.topic, row.procedure, row.body, row.at)


def _readable() -> QuerySet[Outbox]:
    """What no transaction can come before any more; and, to a caller who reads inside one, its own messages."""
    if not _postgresql():
        return Outbox.objects.all()
    return Outbox.objects.filter(Q(xid__lt=Horizon()) | Q(xid=OwnTransaction()))


def _behind(cursor: Cursor) -> RawSQL:
    """As one comparison of pairs, which both databases answer from the index."""
    return RawSQL("(core_outbox.xid, core_outbox.id) > (%s, %s)", cursor, output_field=BooleanField())


def _postgresql() -> bool:
    return connection.vendor == "postgresql"
