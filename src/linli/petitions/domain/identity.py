"""Who brings a petition: opened only by a post with a part in it, with a reason; and the petitioner's way back."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import orjson
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.claiming import party_by_code
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.sealed import seal, unseal
from linli.core.viewlog import open_sealed
from linli.people.actors import Actor
from linli.people.models import Account
from linli.petitions.domain.handling import set_on
from linli.petitions.domain.opening import PERSON_FIELD, TEXT_FIELD, Person
from linli.petitions.models import Petition, Petitioner
from linli.procedures.domain.move import first_time
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Party
from linli.procedures.numbers import read_number
from linli.procedures.permissions import takes_part


def text_of(petition: Petition) -> str:
    """What was told, for whoever may read the petition."""
    return unseal(petition.text_sealed, row=petition.pk, field=TEXT_FIELD)


def people_of(petition: Petition, *, by: Actor, reason: str, at: datetime) -> list[Person]:
    """Who brings it. Each row that is opened is kept in the log of views with the reason.

    Raises:
        Refused: a post without a part in it.
        Invalid: no reason.
    """
    if by.post is None or by.account is None or not takes_part()(by, petition.procedure):
        raise Refused
    rows = list(petition.petitioners.select_related("party__account"))
    with transaction.atomic():
        opened = [
            open_sealed(
                row.person_sealed, row=row.uuid, field=PERSON_FIELD, viewer=by.account, post_title=by.post.name,
                subject=row.party.account if row.party else None, procedure=petition.pk, reason=reason, at=at,
            )
            for row in rows
        ]  # fmt: skip
    return [Person(**orjson.loads(each)) for each in opened]


def own_people(petition: Petition) -> list[Person]:
    """Who brings it, for the petitioner alone."""
    return [
        Person(**orjson.loads(unseal(row.person_sealed, row=row.uuid, field=PERSON_FIELD)))
        for row in petition.petitioners.all()
    ]


def name_petitioner(*, petition: Petition, person: Person, by: Actor, at: datetime, action: UUID) -> None:
    """Write down who brings it, where that became known only later: from then on a notice is owed.

    Raises:
        Refused: a post without a part in it.
        Invalid: name, or how to reach them, lack.
        Conflict: it is known already.
    """
    if not takes_part()(by, petition.procedure):
        raise Refused
    if not person.is_clear:
        raise Invalid(fields={"name": _("Write the name, and a telephone number or an address.")})
    with transaction.atomic():
        if not first_time(action, "named", procedure=petition.procedure, by=by, at=at):
            return
        if petition.petitioners.exists():
            raise Conflict(_("It is known already who brings this."))
        row = Petitioner(petition=petition, place=1, party=petition.procedure.parties.first())
        row.person_sealed = seal(orjson.dumps(asdict(person)).decode(), row=row.uuid, field=PERSON_FIELD)
        row.save(force_insert=True)
        set_on(petition, named=True)
        append_entry(petition.procedure, "named", by=by, at=at)


# --- the way back


def open_by_code(*, number: str, code: str) -> Party:
    """The petitioner's part in the petition with this number, for whoever knows its code. One statement.

    Raises:
        NotFound: there is none, or this is not its code; the two are not told apart.
    """
    return party_by_code(number=number, code=code, kind="petition", parties=(PartyKind.PETITIONER,))


def own_petition(*, number: str, account: Account | None, claimed: Collection[UUID]) -> Party:
    """The petitioner's part, for that person alone: signed in, or by the code typed in this browser.

    Raises:
        NotFound: it is not theirs, or there is none.
    """
    typed = read_number(number)
    found = (
        Party.objects.filter(kind=PartyKind.PETITIONER, procedure__kind="petition", procedure__number=typed or "")
        .select_related("procedure__petition", "procedure__place")
        .first()
    )
    if found is None:
        raise NotFound
    theirs = account is not None and found.account_id == account.pk
    if not theirs and found.procedure_id not in claimed:
        raise NotFound
    return found


def rate_petition(*, petition: Petition, grade: int, by: Actor, at: datetime, action: UUID) -> None:
    """The petitioner's grade, from 1 to 5, once it is answered (art. 21).

    Raises:
        Refused: somebody else than the petitioner.
        Conflict: not answered yet, or graded before.
        Invalid: no such grade.
    """
    if by.party is None or not petition.procedure.parties.filter(pk=by.party).exists():
        raise Refused
    if not 1 <= grade <= 5:
        raise Invalid(fields={"grade": _("Choose from 1 to 5.")})
    if petition.outcome == "" and petition.procedure.closed is None:
        raise Conflict(_("It can be graded once it is answered."))
    with transaction.atomic():
        if not first_time(action, "rated", procedure=petition.procedure, by=by, at=at):
            return
        if not Petition.objects.filter(pk=petition.pk, grade=None).update(grade=grade):
            raise Conflict(_("You have given your grade already. Thank you."))
        append_entry(petition.procedure, "rated", by=by, at=at, says={"grade": grade}, audience=Audience.PARTIES)
