"""What of a protection file is sealed: written here, opened only with a purpose that is written down."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, Refused
from linli.core.sealed import seal
from linli.core.viewlog import open_sealed
from linli.mediation.enums_protection import About, Purpose
from linli.mediation.models_protection import ProtectionOrder, SafeContact, SealedNote
from linli.mediation.workflow_protection import takes_part
from linli.people.actors import Actor
from linli.people.models import Post
from linli.procedures.models import Procedure

CONTACT, ADDRESS, NOTE, ORDER = "protection.contact", "protection.address", "protection.note", "protection.order"
MOST = 4000


@dataclass(frozen=True)
class Reach:
    """How somebody is reached without danger. Everything but `to` may be empty; all of it is sealed."""

    channel: str
    to: str
    times: str = ""
    careful: str = ""
    name: str = ""
    address: str = ""


def seal_reach(procedure: Procedure, reach: Reach) -> SafeContact:
    """The row for a way to reach somebody, not saved yet."""
    row = SafeContact(procedure=procedure)
    told = {
        "channel": reach.channel,
        "to": reach.to,
        "times": reach.times,
        "careful": reach.careful,
        "name": reach.name,
    }
    row.contact_sealed = seal(json.dumps(told, ensure_ascii=False), row=row.uuid, field=CONTACT)
    if reach.address.strip():
        row.address_sealed = seal(reach.address.strip(), row=row.uuid, field=ADDRESS)
    return row


def write_note(procedure: Procedure, about: str, text: str, *, post: Post | None, at: datetime) -> None:
    """Keep words, sealed; blanks are no note."""
    if not text.strip():
        return
    uuid = uuid4()
    sealed = seal(text.strip(), row=uuid, field=NOTE)
    SealedNote.objects.create(uuid=uuid, procedure=procedure, about=about, text_sealed=sealed, at=at, post=post)


def seal_details(uuid: UUID, details: Mapping[str, str]) -> bytes:
    return seal(json.dumps(dict(details), ensure_ascii=False), row=uuid, field=ORDER)


def check_words(**fields: str) -> None:
    """Raises Invalid for what is too long or holds a character that cannot be kept."""
    wrong = {name: _("Write at most 4,000 characters.") for name, text in fields.items() if len(text) > MOST}
    wrong |= {
        name: _("The text holds a character that cannot be kept. Please type it again.")
        for name, text in fields.items()
        if "\0" in text
    }
    if wrong:
        raise Invalid(fields=wrong)


# --- opening


@dataclass(frozen=True)
class Note:
    """A note as it is read."""

    about: Any
    text: str
    at: datetime
    post: Post | None


@dataclass(frozen=True)
class Opened:
    """What was opened: how to reach the person, where they are, the notes, and the words of the application."""

    contact: Mapping[str, str] | None = None
    address: str = ""
    notes: tuple[Note, ...] = ()
    details: Mapping[str, str] | None = None


PARTS = ("contact", "address", "notes", "order")


def open_parts(*, procedure: Procedure, parts: tuple[str, ...], purpose: str, by: Actor, at: datetime) -> Opened:
    """Open what is sealed for somebody with a part in the file. The log of views names post, field and purpose.

    parts: of "contact", "address", "notes", "order".

    Raises:
        Refused: this post has no part in the file.
        Invalid: no purpose, or nothing chosen.
    """
    if by.post is None or by.account is None or not takes_part(by, procedure):
        raise Refused
    chosen = [part for part in PARTS if part in parts]
    if purpose not in Purpose.values or not chosen:
        raise Invalid(fields={"purpose": _("Choose what you need it for.")})
    reader = _Reader(procedure, str(Purpose(purpose).label), by, at)
    with transaction.atomic():
        found = {part: getattr(reader, part)() for part in chosen}
    return Opened(
        found.get("contact"), found.get("address", ""), tuple(found.get("notes", ())), found.get("order")
    )  # fmt: skip


class _Reader:
    """Opens one kind of sealed row after the other, each with its line in the log."""

    def __init__(self, procedure: Procedure, reason: str, by: Actor, at: datetime) -> None:
        self._procedure, self._reason, self._by, self._at = procedure, reason, by, at
        self._where = SafeContact.objects.filter(procedure=procedure).first()

    def contact(self) -> Mapping[str, str] | None:
        row = self._where
        if row is None or row.contact_sealed is None:
            return None
        return json.loads(self._open(row.contact_sealed, row.uuid, CONTACT))

    def address(self) -> str:
        row = self._where
        return self._open(row.address_sealed, row.uuid, ADDRESS) if row and row.address_sealed else ""

    def notes(self) -> list[Note]:
        rows = SealedNote.objects.filter(procedure=self._procedure).select_related("post")
        return [
            Note(About(row.about).label, self._open(row.text_sealed, row.uuid, NOTE), row.at, row.post) for row in rows
        ]

    def order(self) -> Mapping[str, str] | None:
        row = ProtectionOrder.objects.filter(procedure=self._procedure, details_sealed__isnull=False).last()
        if row is None or row.details_sealed is None:
            return None
        return json.loads(self._open(row.details_sealed, row.uuid, ORDER))

    def _open(self, value: bytes | memoryview, row: UUID, field: str) -> str:
        assert self._by.post is not None
        return open_sealed(
            value, row=row, field=field, viewer=self._by.account, post_title=self._by.post.title, subject=None,
            procedure=self._procedure.pk, reason=self._reason, at=self._at,
        )  # fmt: skip
