"""A mediation is asked for: on a page, by telephone, on paper, or out of another matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.report import claim_code, claim_hash, find_spot
from linli.core.errors import Invalid, Refused
from linli.core.sealed import seal
from linli.mediation.domain.screening import check_screen
from linli.mediation.domain.standing import desk_for, fresh, is_in, written
from linli.mediation.domain.types import types
from linli.mediation.enums import Channel, Consent, Side, Told
from linli.mediation.models import Mediation, Participant
from linli.mediation.workflow import BEFORE, conducts, is_desk
from linli.people.actors import Actor
from linli.people.models import Account
from linli.places.models import Place
from linli.procedures.domain.move import first_time, new_procedure, open_procedure
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.domain.referrals import REFERRED, audience_of
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, Part, PartyKind
from linli.procedures.models import Party, Procedure

DETAILS_FIELD = "mediation.details"
NAME_MOST, CONTACT_MOST, MOST_PARTIES = 80, 254, 8
KINDS = {Side.APPLICANT: PartyKind.PETITIONER, Side.RESPONDENT: PartyKind.RESPONDENT}


@dataclass(frozen=True)
class Person:
    """Somebody on a side. details: identity number and address, for the agreement; sealed like the contact."""

    name: str
    contact: str = ""
    details: str = ""
    speaks_for: str = ""


@dataclass(frozen=True)
class Applied:
    """A mediation, and the code that opens the way back for whoever asked for it."""

    mediation: Mediation
    code: str


def apply_for_mediation(
    *, about: str, channel: Channel, matter: str, wish: str, screen: Mapping[str, bool], applicant: Person,
    respondents: Sequence[Person], place: Place | None, told: Told, by: Actor | None, at: datetime, action: UUID,
    account: Account | None = None,
) -> Applied:  # fmt: skip
    """Ask for a mediation. The safety questions stand before it: one yes, and nothing is opened or kept.

    about: a kind of dispute by its code.  told: how the applicant learnt of rights and duties.  by: the post that
    writes it down, none where the applicant sends it.  account: of the applicant, who is signed in.  A second call with
    the same action returns the same.

    Raises:
        NotForMediation: a safety question is answered with yes.
        Invalid: something is missing or too long.
    """
    check_screen(screen)
    _check_type(about)
    matter = written(matter, field="matter", ask=_("Write in a sentence what it is about."))
    if wish.strip():
        written(wish, field="wish")
    if not respondents:
        raise Invalid(fields={"respondent": _("Write whom the dispute is with.")})
    code = claim_code(action)
    spot = find_spot(place, None, None)
    procedure = new_procedure(
        kind="mediation", place=spot.place, place_path=spot.path, cell=spot.cell, at=at, sealed=True
    )
    mediation = Mediation(
        procedure=procedure, type=about, channel=channel, matter=matter, wish=wish.strip(), screened_at=at
    )
    people = [(Side.APPLICANT, applicant, account), *((Side.RESPONDENT, each, None) for each in respondents)]
    rows = [
        make_participant(procedure, side, person, uuid5(action, f"{side}:{place_}"), account=theirs)
        for place_, (side, person, theirs) in enumerate(people)
    ]
    asked = rows[0]
    asked.consent, asked.consent_at, asked.told, asked.told_at = Consent.YES, at, told, at
    asked.party.claim_hash = claim_hash(procedure.number, code)
    with transaction.atomic():
        opened, first = open_procedure(
            procedure=procedure, particulars=mediation, by=by or Actor(party=str(asked.pk)), at=at, action=action,
            says={"type": about, "channel": channel, "told": told}, assign={desk_for(spot.path, at): Part.DESK},
            parties=[row.party for row in rows],
        )  # fmt: skip
        if first:
            Participant.objects.bulk_create(rows)
    return Applied(mediation if first else fresh(opened), code)


def _check_type(about: str) -> None:
    if about not in types():
        raise Invalid(fields={"type": _("Choose what the dispute is about.")})


def make_participant(
    procedure: Procedure, side: Side, person: Person, uuid: UUID, *, account: Account | None = None
) -> Participant:
    """A party with its name, contact and details sealed, not saved yet."""
    name = written(person.name, field=side, most=NAME_MOST, ask=_("Write the name."))
    if len(person.contact) > CONTACT_MOST:
        raise Invalid(fields={side: _("Write at most %(n)d characters.") % {"n": CONTACT_MOST}})
    party = Party(uuid=uuid, procedure=procedure, kind=KINDS[side], account=account)
    if person.contact.strip():
        party.contact_sealed = seal(person.contact.strip(), row=party.uuid, field=CONTACT_FIELD)
    row = Participant(
        party=party, procedure=procedure, side=side, name=name, speaks_for=person.speaks_for.strip()[:NAME_MOST]
    )
    if person.details.strip():
        details = written(person.details, field=side, most=300)
        row.details_sealed = seal(details, row=party.uuid, field=DETAILS_FIELD)
    return row


# --- out of another matter


def start(*, origin: Procedure, by: Actor, at: datetime, action: UUID, says: Mapping[str, Any]) -> Procedure:
    """Begin a mediation out of another procedure. Nobody's name goes with it: the desk asks those concerned.

    Before anybody is asked the desk goes through the safety questions (`screen_referral`). Called by `refer`.
    """
    procedure = new_procedure(
        kind="mediation", place=origin.place, place_path=origin.place_path, cell=origin.cell, at=at, sealed=True
    )
    mediation = Mediation(
        procedure=procedure, type=_type_for(origin, says), channel=Channel.REFERRAL, matter=str(says["text"])
    )
    opened, _first = open_procedure(
        procedure=procedure, particulars=mediation, by=by, at=at, action=action,
        says={"type": mediation.type, "channel": Channel.REFERRAL},
        assign={desk_for(origin.place_path, at): Part.DESK},
    )  # fmt: skip
    # A mediation is sealed for its contents' sake. That there is one is the evidence that its origin must hold.
    agreed = {name: says[name] for name in ("agreed_on", "agreed_how") if name in says}
    append_entry(
        origin, REFERRED, by=by, at=at, audience=audience_of(origin),
        says={"number": opened.number, "kind": "mediation", "because": str(says["text"]), **agreed},
    )  # fmt: skip
    return opened


def _type_for(origin: Procedure, says: Mapping[str, Any]) -> str:
    """The kind of dispute that was named, or the one that the case's class goes by."""
    case = getattr(origin, "case", None)
    klass = case.klass.code if case is not None and case.klass else ""
    wanted = str(says.get("type") or klass)
    return wanted if wanted in types() else "other"


def screen_referral(
    *, mediation: Mediation, screen: Mapping[str, bool], by: Actor, at: datetime, action: UUID
) -> Mediation:
    """The desk has asked the safety questions, and each was answered with no. Only that is kept.

    Raises:
        NotForMediation: one was answered with yes; the desk takes it another way (`divert`).
    """
    if not is_desk(by, mediation.procedure):
        raise Refused
    is_in(mediation, "applied")
    check_screen(screen)
    with transaction.atomic():
        if first_time(action, "screened", procedure=mediation.procedure, by=by, at=at):
            Mediation.objects.filter(pk=mediation.pk).update(screened_at=at)
            append_entry(mediation.procedure, "screened", by=by, at=at)
    return fresh(mediation.procedure)


def add_participant(
    *, mediation: Mediation, side: Side, person: Person, by: Actor, at: datetime, action: UUID
) -> Participant:
    """Write down one more person on a side, before there is a mediator.

    Raises:
        Invalid: no name, or eight people already.  Conflict: it is too late for that.
    """
    if by.party is not None or not conducts(by, mediation.procedure):
        raise Refused
    is_in(mediation, "applied", "asking")
    known = Participant.objects.filter(pk=uuid5(action, "participant")).first()
    if known is not None:
        return known
    if Participant.objects.filter(procedure=mediation.pk).count() >= MOST_PARTIES:
        raise Invalid(fields={"name": _("There are eight people already. Let some be spoken for by others.")})
    row = make_participant(mediation.procedure, side, person, uuid5(action, "participant"))
    with transaction.atomic():
        if first_time(action, "add_participant", procedure=mediation.procedure, by=by, at=at):
            row.party.save(force_insert=True)
            row.save(force_insert=True)
            append_entry(mediation.procedure, "joined", by=by, at=at, says={"side": side})
    return row


def issue_code(*, mediation: Mediation, participant: Participant, by: Actor, at: datetime, action: UUID) -> str:
    """A fresh code for one party, for the letter that goes to it; the one before it opens nothing any more.

    Raises:
        Refused: somebody else than who conducts it.
    """
    if by.party is not None or not conducts(by, mediation.procedure) or participant.procedure_id != mediation.pk:
        raise Refused
    if participant.side == Side.RESPONDENT and mediation.procedure.state == BEFORE[0]:
        raise Invalid(_("The other side is not asked yet. Ask it first."))
    code = claim_code(uuid5(action, str(participant.pk)))
    with transaction.atomic():
        if first_time(action, "issue_code", procedure=mediation.procedure, by=by, at=at):
            hashed = claim_hash(mediation.procedure.number, code)
            Party.objects.filter(pk=participant.pk).update(claim_hash=hashed)
            append_entry(
                mediation.procedure, "code_issued", by=by, at=at, audience=Audience.STAFF, only=participant.party
            )
    return code
