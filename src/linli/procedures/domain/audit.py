"""The proof of the story: anchors, verification and purge.

Each procedure's entries are a chain. Every ten minutes the heads that changed are anchored in a second chain, which is
exported off the database. Verification finds what was altered, removed, reordered or cut off, as far back from now as
the last exported anchor reaches; what was written and destroyed between two exports leaves no trace.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from linli.core import jobs
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.procedures.domain.story import append_entry, body_digest, entry_hash
from linli.procedures.models import Anchor, AnchoredHead, Entry, EntryBody, Exclusion, Grant, Party, Procedure
from linli.procedures.registry import kind_of

BATCH = 5000
PAGE = 500  # stories that are read in one go
PURGED = "purged"


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was written. `what` is altered, removed, reordered, cut_off or unanchored."""

    what: str
    procedure: str
    seq: int | None
    detail: str


def ask_for_verification(*, by: Actor, at: datetime) -> None:
    """Have every story read again soon, by a job; one at a time."""
    with transaction.atomic():
        jobs.enqueue("procedures.verify", at=at, unique="procedures.verify.asked")
        acts.record("verification_asked", target="", by=by, at=at)


def set_anchor(at: datetime) -> Anchor | None:
    """Anchor the heads that changed since the last anchor, and export. None where nothing changed."""
    with transaction.atomic():
        heads = _take_changed_heads()
        if not heads:
            return None
        last = Anchor.objects.order_by("-number").first()
        number = last.number + 1 if last else 1
        anchor = Anchor.objects.create(
            number=number, at=at, hash=_anchor_hash(number, at, heads, bytes(last.hash) if last else b"")
        )
        AnchoredHead.objects.bulk_create(
            [AnchoredHead(anchor=anchor, procedure=uuid, seq=seq, hash=head) for uuid, seq, head in heads],
            batch_size=500,
        )
    return anchor


def _take_changed_heads() -> list[tuple[UUID, int, bytes]]:
    """Mark up to `BATCH` changed heads as anchored and return them: one statement, so that none slips between."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procedures_procedure SET anchored_seq = seq WHERE uuid IN "
            "(SELECT uuid FROM procedures_procedure WHERE seq > anchored_seq LIMIT %s) RETURNING uuid, seq, head_hash",
            [BATCH],
        )
        rows = [(UUID(str(uuid)), seq, bytes(head)) for uuid, seq, head in cursor.fetchall()]
    return sorted(rows)


def _anchor_hash(number: int, at: datetime, heads: list[tuple[UUID, int, bytes]], before: bytes) -> bytes:
    whole = hashlib.sha256(f"{number} {at.timestamp():.6f} ".encode() + before)
    for uuid, seq, head in heads:
        whole.update(uuid.bytes + seq.to_bytes(8) + head)
    return whole.digest()


def export_anchors(folder: Path | None = None) -> int:
    """Append the anchors that were not exported yet to `anchors.jsonl` in `folder`. Returns how many.

    Who was killed between writing and mark has left lines that are there already: those get their mark only.
    """
    folder = folder or settings.ANCHORS
    folder.mkdir(parents=True, exist_ok=True)
    waiting = list(Anchor.objects.filter(exported_at=None).order_by("number"))
    if not waiting:
        return 0
    there = last_exported(folder)
    with (folder / "anchors.jsonl").open("ab") as out:
        for anchor in waiting:
            if anchor.number > there:
                out.write(orjson.dumps(_as_line(anchor), option=orjson.OPT_APPEND_NEWLINE))
        out.flush()
        os.fsync(out.fileno())
    for anchor in waiting:
        anchor.exported_at = anchor.at
        anchor.save(update_fields=["exported_at"])
    return len(waiting)


def last_exported(folder: Path) -> int:
    """The number of the last anchor in a folder of exported ones, 0 where there is none; a line that was not written to
    its end is cut away."""
    path = folder / "anchors.jsonl"
    if not path.exists():
        return 0
    with path.open("r+b") as file:
        size, block, ends = file.seek(0, os.SEEK_END), 1 << 16, -1
        while ends < 0:
            start = max(size - block, 0)
            file.seek(start)
            tail = file.read(size - start)
            whole = tail[: tail.rfind(b"\n") + 1]
            ends = 0 if start == 0 else whole.rstrip(b"\n").rfind(b"\n")
            block *= 4
        file.truncate(start + len(whole))
    lines = whole.splitlines()
    return orjson.loads(lines[-1])["number"] if lines else 0


def _as_line(anchor: Anchor) -> dict:
    heads = anchor.heads.order_by("procedure").values_list("procedure", "seq", "hash")
    return {
        "number": anchor.number,
        "at": anchor.at.isoformat(),
        "hash": bytes(anchor.hash).hex(),
        "heads": [[str(uuid), seq, bytes(head).hex()] for uuid, seq, head in heads],
    }


def verify(folder: Path | None = None, *, after_each: Callable[[], None] | None = None) -> Iterator[Finding]:
    """Read every story and every exported anchor again; yields what does not fit, nothing if all is well.

    folder: of a copy of the anchors, kept elsewhere; the installation's own where none is named.
    after_each: called after every story, by whoever counts or must say that they are still at it.
    """
    for procedure in _every_procedure():
        yield from _verify_story(procedure)
        if after_each is not None:
            after_each()
    yield from _verify_anchors(folder or settings.ANCHORS, all_of_them=folder is None)


def _every_procedure() -> Iterator[Procedure]:
    """Page by page: a cursor left open would hold SQLite's reader at one moment, and its own lease could not be renewed
    once somebody else has written."""
    page = list(Procedure.objects.order_by("uuid")[:PAGE])
    while page:
        yield from page
        page = list(Procedure.objects.filter(pk__gt=page[-1].pk).order_by("uuid")[:PAGE])


def verify_one(procedure: Procedure) -> list[Finding]:
    """Read one story again, and hold it to every anchor that knows it."""
    found = list(_verify_story(procedure))
    for head in AnchoredHead.objects.filter(procedure=procedure.pk).select_related("anchor").order_by("anchor__number"):
        found += _verify_heads([(head.procedure, head.seq, bytes(head.hash))], head.anchor.number)
    return found


def anchors_of(procedure: Procedure) -> int:
    """How many anchors hold this story."""
    return AnchoredHead.objects.filter(procedure=procedure.pk).count()


def _verify_story(procedure: Procedure) -> Iterator[Finding]:
    entries = list(Entry.objects.filter(procedure=procedure).select_related("body").order_by("seq", "id"))
    purged = _purged_lines(entries)
    before, name = b"", procedure.number
    for place, entry in enumerate(entries, start=1):
        if entry.seq != place:
            yield Finding("removed", name, place, f"entry {place} is missing")
            return
        if bytes(entry.hash) != entry_hash(entry, before):
            yield Finding("altered", name, entry.seq, f"{entry.kind}: the entry does not fit its hash")
        yield from _verify_body(entry, name, purged)
        before = bytes(entry.hash)
    if len(entries) != procedure.seq or before != bytes(procedure.head_hash):
        yield Finding("cut_off", name, len(entries), "the story ends before the head that the procedure holds")


def _verify_body(entry: Entry, name: str, purged: set[int]) -> Iterator[Finding]:
    body = getattr(entry, "body", None)
    if body is None:
        if entry.seq not in purged:
            yield Finding("removed", name, entry.seq, f"{entry.kind}: what it said is gone without a purge")
    elif body_digest(body.salt, body.data) != bytes(entry.digest):
        yield Finding("altered", name, entry.seq, f"{entry.kind}: what it says was changed")


def _purged_lines(entries: list[Entry]) -> set[int]:
    """The lines that an entry 'purged' accounts for: those before it that it lists."""
    lines: set[int] = set()
    for entry in entries:
        body = getattr(entry, "body", None)
        if entry.kind == PURGED and body is not None:
            lines |= {seq for seq in orjson.loads(bytes(body.data))["lines"] if seq < entry.seq}
    return lines


def _verify_anchors(folder: Path, *, all_of_them: bool) -> Iterator[Finding]:
    """all_of_them: whether the folder must hold every anchor that was exported; a copy kept elsewhere may be older."""
    path, before, number = folder / "anchors.jsonl", b"", 0
    exported = Anchor.objects.filter(exported_at__isnull=False).aggregate(last=Max("number"))["last"] or 0
    if not path.exists():
        if exported:
            yield Finding("removed", "", None, f"the exported anchors are gone: {path}")
        return
    # A line without an end is being written now, or will be cut away by the next export.
    lines = path.read_bytes().rpartition(b"\n")[0].splitlines()
    for number, line in enumerate(lines, start=1):
        anchor = _read_line(line)
        if anchor is None:
            yield Finding("altered", "", None, f"anchor {number} cannot be read")
            before = b""
            continue
        if anchor.number != number or anchor.hash != _anchor_hash(anchor.number, anchor.at, anchor.heads, before):
            yield Finding("altered", "", None, f"anchor {number} does not fit the one before")
        before = anchor.hash
        yield from _verify_heads(anchor.heads, anchor.number)
    if all_of_them and number < exported:
        yield Finding("removed", "", None, f"of {exported} exported anchors only {number} are there")


@dataclass(frozen=True)
class _Exported:
    """An anchor as the file has it."""

    number: int
    at: datetime
    hash: bytes
    heads: list[tuple[UUID, int, bytes]]


def _read_line(line: bytes) -> _Exported | None:
    """A line of the exported anchors; none where it is no such line: whoever alters the file need not keep its form."""
    try:
        said = orjson.loads(line)
        heads = [(UUID(uuid), int(seq), bytes.fromhex(head)) for uuid, seq, head in said["heads"]]
        return _Exported(int(said["number"]), datetime.fromisoformat(said["at"]), bytes.fromhex(said["hash"]), heads)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _verify_heads(heads: list[tuple[UUID, int, bytes]], number: int) -> Iterator[Finding]:
    wanted = {uuid for uuid, _seq, _head in heads}
    numbers: dict[UUID, str] = {}
    hashes: dict[tuple[UUID, int], bytes] = {}
    for start in range(0, len(heads), 500):
        part = heads[start : start + 500]
        keys = [uuid for uuid, _seq, _head in part]
        numbers |= dict(Procedure.objects.filter(pk__in=keys).values_list("pk", "number"))
        rows = Entry.objects.filter(procedure__in=keys, seq__in={seq for _uuid, seq, _head in part})
        hashes |= {(uuid, seq): bytes(value) for uuid, seq, value in rows.values_list("procedure", "seq", "hash")}
    for uuid in sorted(wanted - set(numbers)):
        yield Finding("removed", str(uuid), None, f"anchor {number} knows a procedure that is gone")
    for uuid, seq, head in heads:
        if uuid in numbers and (found := hashes.get((uuid, seq))) != head:
            what = "cut_off" if found is None else "altered"
            yield Finding(what, numbers[uuid], seq, f"anchor {number} holds another entry {seq}")


def purge(*, procedure: Procedure, rule: str, by: Actor, at: datetime) -> Entry:
    """Forget what a closed procedure says of persons: every body, contact and file; the chain stays provable."""
    with transaction.atomic():
        lines = list(
            Entry.objects.filter(procedure=procedure, body__isnull=False)
            .exclude(kind=PURGED)
            .order_by("seq")
            .values_list("seq", flat=True)
        )
        EntryBody.objects.filter(entry__procedure=procedure, entry__seq__in=lines).delete()
        Party.objects.filter(procedure=procedure).update(account=None, contact_sealed=None, claim_hash=None)
        for written in (Exclusion, Grant):  # who may not see it, and who may, stays so; why is somebody's words
            written.objects.filter(procedure=procedure).update(reason="")
        kind_of(procedure.kind).erase(procedure)
        return append_entry(procedure, PURGED, by=by, at=at, says={"lines": lines}, rule=rule)
