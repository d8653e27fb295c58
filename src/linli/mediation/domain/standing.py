"""Who stands where in a mediation: the sides, the desk, the mediator; and who of them an actor is."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.cases.domain.routing import desk_post
from linli.core.errors import Conflict, Invalid, Refused
from linli.mediation.enums import Side
from linli.mediation.models import Mediation, Participant
from linli.mediation.workflow import conducts, is_mediator
from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Post
from linli.procedures.models import Procedure

TEXT_MOST = 4000


def fresh(procedure: Procedure | UUID) -> Mediation:
    """The mediation as it stands now."""
    key = procedure.pk if isinstance(procedure, Procedure) else procedure
    return Mediation.objects.select_related("procedure__place").get(pk=key)


def desk_for(place_path: str, at: datetime) -> Post:
    """Who asks the other side: the secretary of the residents' committee there, or else the duty officer."""
    posts = directory()
    secretary = next(posts.above(Role.COMMITTEE_SECRETARY, place_path), None)
    return posts.acting(secretary, at) if secretary else desk_post(place_path, at)


def police_for(place_path: str) -> Post | None:
    """The community police's post for a place; none where there is none."""
    return next(directory().above(Role.POLICE_LIAISON, place_path), None)


def own_part(mediation: Mediation, by: Actor) -> Participant | None:
    """The participant that the actor is; none for staff."""
    if by.party is None:
        return None
    found = Participant.objects.filter(pk=UUID(by.party), procedure=mediation.pk).first()
    if found is None:
        raise Refused
    return found


def side_of(mediation: Mediation, by: Actor, side: str = "") -> Side | None:
    """The side for which the actor speaks: a party for its own, staff for the one they name, or for none.

    Raises:
        Refused: neither a party to it nor whoever conducts it, or a party that speaks for the other side.
    """
    own = own_part(mediation, by)
    if own is not None:
        if side and side != own.side:
            raise Refused
        return Side(own.side)
    if not conducts(by, mediation.procedure):
        raise Refused
    return Side(side) if side else None


def speaks_as(mediation: Mediation, participant: Participant, by: Actor) -> None:
    """A participant acts for itself; staff write down what it said.

    Raises:
        Refused: somebody else.
    """
    if participant.procedure_id != mediation.pk:
        raise Refused
    if by.party is not None and str(participant.pk) == by.party:
        return
    if by.party is not None or not conducts(by, mediation.procedure):
        raise Refused


def only_mediator(mediation: Mediation, by: Actor) -> None:
    if not is_mediator(by, mediation.procedure):
        raise Refused


def is_in(mediation: Mediation, *states: str) -> None:
    """Raises:
    Conflict: it stands in none of these states.
    """
    if mediation.procedure.state not in states:
        raise Conflict(_("The mediation does not stand where this can be done. Look at it as it stands now."))


def written(text: str, *, field: str = "text", most: int = TEXT_MOST, ask: object = None) -> str:
    """The text, trimmed.

    Raises:
        Invalid: empty, too long, or with a character that cannot be kept.
    """
    plain = text.strip()
    if not plain:
        raise Invalid(fields={field: ask or _("Please write it in a sentence.")})
    if "\0" in plain:
        raise Invalid(fields={field: _("The text holds a character that cannot be kept. Please type it again.")})
    if len(plain) > most:
        raise Invalid(fields={field: _("Write at most %(n)d characters.") % {"n": most}})
    return plain


def of_side(mediation: Mediation, side: str) -> list[Participant]:
    return list(Participant.objects.filter(procedure=mediation.pk, side=side).select_related("party"))
