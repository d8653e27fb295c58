"""The story of a procedure: entries that are only ever appended, each sealed to the one before.

An entry hashes the procedure, its number in the story, kind, actor, audience, both times, and an HMAC of what was said
under a salt of its own, together with the hash before it. What was said lies in a row of its own: it can be deleted
without breaking the chain.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from linli.core.errors import Busy
from linli.people.actors import Actor
from linli.procedures.enums import Audience
from linli.procedures.models import Entry, EntryBody, Party, Procedure

TRIES = 8


@dataclass(frozen=True)
class Line:
    """One entry as a page reads it. `says` is none where it was purged."""

    seq: int
    kind: str
    audience: str
    actor: str
    post: Any
    at: datetime
    recorded: datetime
    rule: str
    says: Mapping[str, Any] | None


def entry_hash(entry: Entry, before: bytes) -> bytes:
    """The hash of an entry after the one with hash `before`. 32 bytes."""
    parts = (
        entry.procedure_id.bytes,
        str(entry.seq).encode(),
        entry.kind.encode(),
        entry.actor.encode(),
        str(entry.post_id).encode(),
        str(entry.account_id).encode(),
        entry.audience.encode(),
        (entry.only_id.bytes if entry.only_id else b""),
        entry.at.isoformat().encode(),
        entry.recorded.isoformat().encode(),
        entry.rule.encode(),
        bytes(entry.digest),
        before,
    )
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(4))
        whole.update(part)
    return whole.digest()


def body_digest(salt: bytes, data: bytes) -> bytes:
    return hmac.new(bytes(salt), bytes(data), hashlib.sha256).digest()


def write_entry(
    *,
    procedure: UUID,
    seq: int,
    before: bytes,
    kind: str,
    by: Actor,
    at: datetime,
    says: Mapping[str, Any],
    audience: str = Audience.STAFF,
    only: Party | None = None,
    rule: str = "",
) -> tuple[Entry, EntryBody]:
    """Make the entry that follows the hash `before`, and its body; the caller saves both."""
    data, salt = orjson.dumps(says, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS), os.urandom(16)
    entry = Entry(
        procedure_id=procedure,
        seq=seq,
        kind=kind,
        audience=audience,
        only=only,
        actor=by.key,
        post=by.post,
        account=by.account,
        at=at.astimezone(now().tzinfo),
        recorded=now(),
        rule=rule,
        digest=body_digest(salt, data),
    )
    entry.hash = entry_hash(entry, before)
    return entry, EntryBody(salt=salt, data=data)


def save_entry(entry: Entry, body: EntryBody) -> None:
    entry.save(force_insert=True)
    body.entry = entry
    body.save(force_insert=True)


def append_entry(
    procedure: Procedure,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    says: Mapping[str, Any] | None = None,
    audience: str = Audience.STAFF,
    only: Party | None = None,
    rule: str = "",
) -> Entry:
    """Add a line to the story without moving the procedure on; its version stays.

    Somebody else may append at the same moment, so it tries again from the newest head.

    Raises:
        Busy: the story grew under us eight times running.
    """
    for _ in range(TRIES):
        with transaction.atomic():
            head = Procedure.objects.values_list("seq", "head_hash").get(pk=procedure.pk)
            entry, body = write_entry(
                procedure=procedure.pk,
                seq=head[0] + 1,
                before=bytes(head[1]),
                kind=kind,
                by=by,
                at=at,
                says=says or {},
                audience=audience,
                only=only,
                rule=rule,
            )
            taken = Procedure.objects.filter(pk=procedure.pk, seq=head[0]).update(seq=entry.seq, head_hash=entry.hash)
            if taken:
                save_entry(entry, body)
                procedure.seq, procedure.head_hash = entry.seq, entry.hash
                return entry
    raise Busy


def story(procedure: Procedure, audiences: Iterable[str], *, party: Party | None = None) -> list[Line]:
    """The lines that these audiences may read, the oldest first. One statement.

    A line narrowed to one party is left out unless `party` is that party; staff, who may read everything that is not
    sealed, read it too.
    """
    audiences = list(audiences)
    entries: QuerySet[Entry] = (
        Entry.objects.filter(procedure=procedure, audience__in=audiences).select_related("body", "post").order_by("seq")
    )
    if Audience.STAFF not in audiences:
        entries = entries.filter(only=None) | entries.filter(only=party) if party else entries.filter(only=None)
    return [_line(entry) for entry in entries]


def last_of_kind(procedure: Procedure, kind: str, **only: Any) -> Line | None:
    """The latest line of a kind. One statement. only: lookups that it must match besides."""
    found = Entry.objects.filter(procedure=procedure, kind=kind, **only).select_related("body", "post")
    entry = found.order_by("-seq").first()
    return _line(entry) if entry else None


def _line(entry: Entry) -> Line:
    body = getattr(entry, "body", None)
    return Line(
        seq=entry.seq,
        kind=entry.kind,
        audience=entry.audience,
        actor=entry.actor,
        post=entry.post,
        at=entry.at,
        recorded=entry.recorded,
        rule=entry.rule,
        says=orjson.loads(bytes(body.data)) if body else None,
    )
