"""Where mediation ends without an agreement, what must not be mediated, and what the police are told at once."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid
from linli.mediation.domain.standing import fresh, police_for, written
from linli.mediation.domain.types import ways_of
from linli.mediation.models import Mediation, Participant
from linli.people.actors import Actor
from linli.procedures.domain.move import Version, first_time, move
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, Part


def tell_ways(
    mediation: Mediation, *, by: Actor, at: datetime, action: UUID, on_agreement: bool = False
) -> tuple[str, ...]:
    """Tell every party where else it can turn: arbitration, administration, court (People's Mediation Law 26).

    Who was never asked hears nothing. Once for each act.
    """
    codes = ways_of(mediation.type, on_agreement=on_agreement)
    if first_time(uuid5(action, "ways"), "ways_told", procedure=mediation.procedure, by=by, at=at):
        Mediation.objects.filter(pk=mediation.pk).update(ways_told=list(codes))
        append_entry(
            mediation.procedure, "ways_told", by=by, at=at, says={"ways": list(codes)}, audience=Audience.PARTIES
        )
    return codes


def fail(*, mediation: Mediation, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Mediation:
    """The mediator ends it, because no agreement can be reached. The reason stays in the file; the ways go to all."""
    with transaction.atomic():
        now = move(mediation.procedure, "fail", version=version, by=by, at=at, action=action, because=reason)
        Mediation.objects.filter(pk=now.pk).update(outcome=reason.strip())
        tell_ways(fresh(now), by=by, at=at, action=action)
    return fresh(now)


def divert(*, mediation: Mediation, version: Version, by: Actor, at: datetime, action: UUID) -> Mediation:
    """Violence, fear or control came to light: it is no mediation any more.

    Both sides read what they read of every mediation that a mediator ends without an agreement, to the letter: by no
    word, number or silence can one of them tell that this is another end. Shared talk and messages are over.
    """
    with transaction.atomic():
        now = move(mediation.procedure, "divert", version=version, by=by, at=at, action=action)
        Participant.objects.filter(procedure=now).update(talks=False)
        tell_ways(fresh(now), by=by, at=at, action=action)
    return fresh(now)


def report_danger(
    *, mediation: Mediation, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Mediation:
    """A dispute that may escalate: the community police are told at once (People's Mediation Law 25).

    They read this text, where it is and whom it concerns; of what was said in the mediation they read nothing. The
    parties hear nothing of it.

    Raises:
        Invalid: no text, or there is no post of the police: then 110 is the way.
    """
    police = police_for(mediation.procedure.place_path)
    if police is None:
        raise Invalid(_("No post of the community police is set up here. Call 110."))
    told = written(text, ask=_("Write what may happen, where and when."))
    return fresh(
        move(
            mediation.procedure, "danger", version=version, by=by, at=at, action=action, given={"text": told},
            says={"text": told}, assign={police: Part.HELPER},
        )
    )  # fmt: skip


def police_answer(
    *, mediation: Mediation, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Mediation:
    """The police say that they have it, and what they do."""
    return fresh(
        move(
            mediation.procedure, "police_done", version=version, by=by, at=at, action=action, given={"text": text},
            says={"text": text.strip()},
        )
    )  # fmt: skip
