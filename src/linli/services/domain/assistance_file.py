"""One file of assistance: who may read it, and what is sealed in it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.cases.domain.claiming import party_by_code
from linli.core.errors import NotFound, Refused
from linli.core.sealed import unseal
from linli.core.viewlog import open_sealed
from linli.people.actors import Actor, Viewer
from linli.people.domain.queries import office_posts
from linli.people.enums import Role
from linli.people.models import Account, Post
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.enums import PartyKind
from linli.procedures.models import Party, Procedure
from linli.procedures.permissions import takes_part
from linli.services.models_assistance import Assistance
from linli.services.workflow_assistance import WORKFLOW

CALLED, WORDS, AID, LEAD = "assistance.called", "assistance.words", "assistance.aid", "assistance.lead"
MOST = 2000  # characters of what is written


def fresh(procedure: Procedure) -> Assistance:
    return Assistance.objects.select_related("procedure__place", "committee").get(pk=procedure.pk)


def person_of(procedure: Procedure) -> Party:
    return Party.objects.select_related("account").get(procedure=procedure, kind=PartyKind.PETITIONER)


def assistance_for(key: UUID, viewer: Viewer) -> Assistance:
    """One file for a post that has a part in it. Raises NotFound."""
    seen = Procedure.objects.visible_to(viewer).filter(pk=key, kind=WORKFLOW.kind)
    found = Assistance.objects.filter(procedure__in=seen).select_related("procedure__place", "committee").first()
    if found is None:
        raise NotFound
    return found


def own_assistance(key: UUID, account: Account | None, claimed: set[UUID]) -> tuple[Assistance, Party]:
    """One's own application. Raises NotFound where it is not theirs, or not there; the two are not told apart."""
    person = Party.objects.filter(procedure=key, kind=PartyKind.PETITIONER).select_related("account").first()
    mine = person is not None and (key in claimed or (account is not None and person.account_id == account.pk))
    found = Assistance.objects.filter(pk=key).select_related("procedure__place", "committee").first() if mine else None
    if found is None or person is None:
        raise NotFound
    return found, person


def by_code(*, number: str, code: str) -> UUID:
    """The way back with number and code. Raises NotFound."""
    own = (PartyKind.PETITIONER,)
    return party_by_code(number=number, code=code, kind=WORKFLOW.kind, parties=own).procedure_id


def own_words(assistance: Assistance) -> dict[str, str]:
    """What the person themselves wrote and was given; for that person alone."""
    sealed = {CALLED: assistance.called_sealed, WORDS: assistance.words_sealed, AID: assistance.aid_sealed}
    return {
        field.partition(".")[2]: unseal(value, row=assistance.pk, field=field) if value else ""
        for field, value in sealed.items()
    }


def open_words(*, assistance: Assistance, why: str, by: Actor, at: datetime) -> dict[str, str]:
    """What is sealed in a file, opened for a post that has a part in it; who did, and why, is written down.

    Raises:
        Refused: no part in it.  Invalid: no reason.
    """
    if by.account is None or by.post is None or not takes_part()(by, assistance.procedure):
        raise Refused
    person = person_of(assistance.procedure)
    rows = (
        ("called", assistance.called_sealed, assistance.pk, CALLED),
        ("words", assistance.words_sealed, assistance.pk, WORDS),
        ("aid", assistance.aid_sealed, assistance.pk, AID),
        ("lead", assistance.lead_sealed, assistance.pk, LEAD),
        ("contact", person.contact_sealed, person.uuid, CONTACT_FIELD),
    )
    with transaction.atomic():
        return {
            name: open_sealed(
                value, row=row, field=field, viewer=by.account, post_title=by.post.title, subject=person.account,
                procedure=assistance.pk, reason=why, at=at,
            )
            for name, value, row, field in rows
            if value is not None
        }  # fmt: skip


def committees() -> list[Post]:
    """The committees' posts that a person may let know, by place."""
    return sorted(office_posts(Role.COMMITTEE_SECRETARY), key=lambda post: post.place.path)
