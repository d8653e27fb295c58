"""Somebody reports what is reported already: a further reporter of the same case, who is answered like the first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.report import TEXT_MOST, claim_code, claim_hash
from linli.cases.models import Case
from linli.cases.workflow import may_write
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.outbox import tell
from linli.core.sealed import seal
from linli.people.actors import Actor
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.move import first_time
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Assignment, Party, Procedure


@dataclass(frozen=True)
class Joined:
    """The further reporter's own part of a case, and the code that opens it."""

    party: Party
    claim_code: str


def join_report(
    *, case: Case, text: str = "", contact: str = "", source: str, by: Actor, at: datetime, action: UUID
) -> Joined:  # fmt: skip
    """Add somebody who reports the same to an open case, with a contact and a claim code of their own.

    They follow the case, and are answered with it; of the other reporters they read nothing, and the others nothing of
    them. A second call with the same action returns the same code.

    Raises:
        Refused: this post does not lead at the case's place and has no part in it.
        Invalid: the text is too long, or holds a character that cannot be kept.
        Conflict: the case is closed.
    """
    procedure = case.procedure
    if not may_write(by, procedure):
        raise Refused
    if len(text) > TEXT_MOST or "\0" in text:
        raise Invalid(fields={"text": _("Write at most 4,000 characters.")})
    party = Party(uuid=uuid5(action, "further"), procedure=procedure, kind=PartyKind.FURTHER)
    code = claim_code(action)
    party.claim_hash = claim_hash(procedure.number, code)
    if contact:
        party.contact_sealed = seal(contact, row=party.uuid, field=CONTACT_FIELD)
    with transaction.atomic():
        if not first_time(action, "join", procedure=procedure, by=by, at=at):
            return Joined(party, code)
        if not Case.objects.filter(pk=case.pk, procedure__closed=None).update(supporters=F("supporters") + 1):
            raise Conflict(_("This case is closed. Report it anew."))
        party.save(force_insert=True)
        append_entry(
            procedure, "joined", by=by, at=at, says={"text": text.strip(), "source": source},
            audience=Audience.PARTIES, only=party,
        )  # fmt: skip
        tell("case.joined", procedure.pk, envelope(procedure, _with(procedure)), at)
    return Joined(party, code)


def note_to_reporters(*, case: Case, text: str, by: Actor, at: datetime, action: UUID) -> None:
    """Write one line into the story that every reporter of the case reads and is sent.

    Raises:
        Refused: this post does not lead at the case's place and has no part in it.
    """
    procedure = case.procedure
    if not may_write(by, procedure):
        raise Refused
    with transaction.atomic():
        if first_time(action, "note", procedure=procedure, by=by, at=at):
            append_entry(procedure, "note", by=by, at=at, says={"text": text.strip()}, audience=Audience.PARTIES)
            tell("case.told", procedure.pk, envelope(procedure, _with(procedure)), at)


def _with(procedure: Procedure) -> list[int]:
    """The posts whose turn it is."""
    return list(Assignment.objects.filter(procedure=procedure, open=True).values_list("post", flat=True))
