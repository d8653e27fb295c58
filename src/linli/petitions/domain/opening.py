"""Registering a petition from any channel, closed to whom it complains of before the first line is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid5

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli import lawbook
from linli.cases.domain.report import claim_code, claim_hash
from linli.core.errors import Invalid
from linli.core.sealed import seal
from linli.people.actors import Actor
from linli.people.models import Account, Organisation
from linli.petitions.domain.attachments import keep as keep_attachments
from linli.petitions.domain.posts import desk_for, shut_by
from linli.petitions.enums import PetitionClass
from linli.petitions.models import REPRESENTATIVES, Petition, Petitioner
from linli.petitions.workflow import WORKFLOW
from linli.places.domain.queries import governed_path
from linli.places.models import Place
from linli.procedures.domain.move import new_procedure, open_procedure
from linli.procedures.enums import Part, PartyKind
from linli.procedures.models import Exclusion, Party, Procedure

TEXT_FIELD, PERSON_FIELD = "petition.text", "petition.person"
TEXT_MOST, MATTER_MOST = 4000, 80
OWN_HOUSE = _(
    "You belong to this organisation yourself, and may not know of a petition about it. Let somebody of another body "
    "write it down, or give the petitioner the form on paper or the page to write on."
)


@dataclass(frozen=True)
class Person:
    """Somebody who brings a petition, as they say. Name and address may be missing: then no notice is owed."""

    name: str = ""
    phone: str = ""
    address: str = ""

    @property
    def is_clear(self) -> bool:
        return bool(self.name.strip() and (self.address.strip() or self.phone.strip()))


@dataclass(frozen=True)
class Opened:
    petition: Petition
    claim_code: str


def open_petition(
    *, klass: str, channel: str, field: str, matter: str, text: str, people: Sequence[Person] = (), persons: int = 1,
    accused: Organisation | None = None, place: Place | None = None, account: Account | None = None,
    received_at: datetime | None = None, papers: Sequence[UUID] = (), by: Actor | None, at: datetime, action: UUID,
) -> Opened:  # fmt: skip
    """Register an item with its channel. by: the clerk who enters it; none where the petitioner writes here.

    accused: the organisation complained of; it, all below it and everybody who holds a post there are shut out before
    the first entry. account: whoever is signed in finds it among their own matters, except an accusation, which is
    found by number and code alone. received_at: when it reached the office, where that was earlier; the clocks run
    from there. papers: photos and documents, stored and not attached yet. A second call with the same action has no
    effect.

    Raises:
        Invalid: no text or matter, too long ones, or more than five representatives; or the clerk belongs to the
            organisation complained of, and would hold the code that opens it.
        NobodyFree: everybody who could receive it belongs to the organisation complained of. Nothing is kept.
    """
    people = [person for person in people if any(asdict(person).values())]
    came = received_at or at
    _check(matter, text, people, persons, came, at)
    shut, exclusions = shut_by(accused, at=at)
    procedure = new_procedure(
        kind=WORKFLOW.kind, place=place, place_path=place.path if place else governed_path(), cell=None, at=came,
        sealed=True,
    )  # fmt: skip
    procedure.excludes = bool(exclusions)
    party = _party(procedure, account if klass != PetitionClass.ACCUSATION else None, action)
    petition = Petition(
        procedure=procedure, klass=klass, channel=channel, field=field, matter=matter.strip(), persons=persons,
        text_sealed=seal(text.strip(), row=procedure.uuid, field=TEXT_FIELD), received_at=came, accused=accused,
        named=any(person.is_clear for person in people),
    )  # fmt: skip
    desk = desk_for(shut, at)
    if by is not None and shut.bars(by):
        raise Invalid(fields={"accused": OWN_HOUSE})
    with transaction.atomic():
        _close_to(exclusions, procedure)
        opened, fresh = open_procedure(
            procedure=procedure, particulars=petition, by=by or Actor(party=str(party.uuid)), at=came, action=action,
            says={"class": klass, "channel": channel, "field": field}, audience="parties",
            assign={desk: Part.DESK}, parties=[party],
        )  # fmt: skip
        if fresh:
            _keep_people(petition, people, party)
            keep_attachments(petition, papers, by_desk=by is not None, at=at)
        else:
            Exclusion.objects.filter(procedure_id=procedure.pk).delete()
    return Opened(opened.petition if not fresh else petition, claim_code(action))


def _party(procedure: Procedure, account: Account | None, action: UUID) -> Party:
    party = Party(uuid=uuid5(action, "petitioner"), procedure=procedure, kind=PartyKind.PETITIONER, account=account)
    party.claim_hash = claim_hash(procedure.number, claim_code(action))
    return party


def _close_to(exclusions: Iterable[Exclusion], procedure: Procedure) -> None:
    """Written before the procedure's own row and its first entry; the database asks for that row at commit only."""
    for row in exclusions:
        row.procedure_id = procedure.pk
    Exclusion.objects.bulk_create(exclusions)


def _keep_people(petition: Petition, people: Sequence[Person], party: Party) -> None:
    for place, person in enumerate(people, start=1):
        row = Petitioner(petition=petition, place=place, party=party if place == 1 else None)
        row.person_sealed = seal(orjson.dumps(asdict(person)).decode(), row=row.uuid, field=PERSON_FIELD)
        row.save(force_insert=True)


def most_representatives(at: datetime) -> int:
    return int(lawbook.rule("petition.representatives", on=timezone.localdate(at)).params["at_most"])


def _check(
    matter: str, text: str, people: Sequence[Person], persons: int, came: datetime, at: datetime
) -> None:  # fmt: skip
    wrong: dict[str, object] = {}
    if not text.strip():
        wrong["text"] = _("Write what happened and what you ask for.")
    elif len(text) > TEXT_MOST:
        wrong["text"] = _("Write at most 4,000 characters.")
    if not matter.strip():
        wrong["matter"] = _("Write in a line what it is about.")
    elif len(matter) > MATTER_MOST:
        wrong["matter"] = _("Write at most 80 characters.")
    if len(people) > min(most_representatives(at), REPRESENTATIVES):
        wrong["people"] = _("Several people choose representatives: five at most.")
    if not 1 <= persons <= 9999 or persons < len(people):
        wrong["persons"] = _("Write how many people it speaks for.")
    if came > at:
        wrong["received_at"] = _("It cannot have come in the future.")
    if wrong:
        raise Invalid(fields=wrong)
