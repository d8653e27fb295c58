"""Everybody is asked, and nobody has to: rights told before, consent of all, one clear no ends it."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, Invalid
from linli.mediation.domain.ending import tell_ways
from linli.mediation.domain.standing import fresh, is_in, side_of, speaks_as
from linli.mediation.domain.types import type_of
from linli.mediation.enums import Consent, Side, Told
from linli.mediation.models import Mediation, Participant
from linli.people.actors import Actor
from linli.procedures.domain.clocks import new_clock
from linli.procedures.domain.move import Version, first_time, move
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience

BEFORE_CONSENT = ("applied", "asking")


def ask_other_side(
    *, mediation: Mediation, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Mediation:
    """Ask everybody who has not said yes. text: what they are told of the matter; it is all that they read of it.

    Raises:
        Invalid: no text; the safety questions were not gone through; a side has nobody on it.
    """
    if not mediation.screened_at:
        raise Invalid(_("Go through the safety questions with whoever asked for it, before anybody else is asked."))
    sides = set(Participant.objects.filter(procedure=mediation.pk).values_list("side", flat=True))
    if sides != {Side.APPLICANT, Side.RESPONDENT}:
        raise Invalid(_("Write down at least one person on each side first."))
    with transaction.atomic():
        now = move(
            mediation.procedure, "ask", version=version, by=by, at=at, action=action, given={"text": text},
            says={"text": text.strip()},
        )  # fmt: skip
        if not now.entries.filter(kind="asked").exists():
            for participant in Participant.objects.filter(procedure=now).select_related("party"):
                append_entry(
                    now, "asked", by=by, at=at, says={"text": text.strip()}, audience=Audience.PARTIES,
                    only=participant.party,
                )  # fmt: skip
    return fresh(now)


def say_yes(
    *, mediation: Mediation, participant: Participant, told: Told | str, by: Actor, at: datetime, action: UUID
) -> Mediation:
    """One person is willing, after the rights and duties were explained. With the last of them it goes on.

    told: how the rights were explained: read in writing, or told by word of mouth.
    Raises:
        Invalid: the rights were not explained before.  Conflict: it is not the time to ask.
    """
    speaks_as(mediation, participant, by)
    is_in(mediation, *BEFORE_CONSENT)
    if told not in Told.values:
        raise Invalid(fields={"told": _("First the rights and duties are explained. Say how that was done.")})
    with transaction.atomic():
        if not first_time(action, "say_yes", procedure=mediation.procedure, by=by, at=at):
            return fresh(mediation.procedure)
        # One after the other: of two who say yes at once, the second sees the first.
        rows = list(Participant.objects.select_for_update(of=("self",)).filter(procedure=mediation.pk).order_by("pk"))
        Participant.objects.filter(pk=participant.pk).update(
            consent=Consent.YES, consent_at=at, told=told, told_at=at
        )  # fmt: skip
        says = {"side": participant.side, "told": told}
        append_entry(
            mediation.procedure, "willing", by=by, at=at, says=says, audience=Audience.PARTIES, only=participant.party
        )
        now = fresh(mediation.procedure)
        if now.procedure.state == "asking" and all(
            row.consent == Consent.YES for row in rows if row.pk != participant.pk
        ):
            _begin(now, by, at, action)
    return fresh(mediation.procedure)


def _begin(mediation: Mediation, by: Actor, at: datetime, action: UUID) -> None:
    """Everybody is willing: the month begins, as a reminder and not as a clock that can be missed."""
    month = new_clock(mediation.procedure, "mediation.duration", at)
    move(
        mediation.procedure, "consent", version=mediation.procedure.version, by=by, at=at,
        action=uuid5(action, "follows"), given={"willing": True},
    )  # fmt: skip
    Mediation.objects.filter(pk=mediation.pk).update(begun_at=at, remind_at=month.due, reminded_at=None)


def refuse(*, mediation: Mediation, participant: Participant, by: Actor, at: datetime, action: UUID) -> Mediation:
    """One person does not want to be mediated: it ends, and everybody is told of the other ways. No reason is asked.

    Source: People's Mediation Law 17, 26.
    """
    speaks_as(mediation, participant, by)
    if mediation.procedure.state == "mediating":
        return stop(mediation=mediation, version=mediation.procedure.version, by=by, at=at, action=action)
    if mediation.procedure.state == "applied":
        raise Conflict(_("Nobody was asked yet. Whoever asked for it can withdraw it."))
    with transaction.atomic():
        now = move(
            mediation.procedure, "refuse", version=mediation.procedure.version, by=by, at=at, action=action
        )  # fmt: skip
        Participant.objects.filter(pk=participant.pk).update(consent=Consent.NO, consent_at=at)
        tell_ways(fresh(now), by=by, at=at, action=action)
    return fresh(now)


def withdraw(*, mediation: Mediation, version: Version, by: Actor, at: datetime, action: UUID) -> Mediation:
    """Whoever asked for it takes it back, before a mediator is at it."""
    return fresh(move(mediation.procedure, "withdraw", version=version, by=by, at=at, action=action))


def stop(*, mediation: Mediation, version: Version, by: Actor, at: datetime, action: UUID) -> Mediation:
    """A party ends it, at any time and without a reason (People's Mediation Law 23); staff write it down for one."""
    with transaction.atomic():
        now = move(mediation.procedure, "stop", version=version, by=by, at=at, action=action)
        tell_ways(fresh(now), by=by, at=at, action=action)
    return fresh(now)


def want_open(*, mediation: Mediation, side: Side, wanted: bool, by: Actor, at: datetime, action: UUID) -> Mediation:
    """A side wants it held openly, or no longer. It is open only while both want it and nothing private is touched."""
    speaking = side_of(mediation, by, side)
    is_in(mediation, "asking", "choosing", "mediating")
    if wanted and type_of(mediation.type).private:
        raise Invalid(_("Matters of the family stay closed: they touch what is private."))
    with transaction.atomic():
        now = Mediation.objects.select_for_update().get(pk=mediation.pk)
        sides = {*now.open_wanted, speaking} if wanted else set(now.open_wanted) - {speaking}
        if first_time(action, "want_open", procedure=mediation.procedure, by=by, at=at):
            Mediation.objects.filter(pk=now.pk).update(
                open_wanted=sorted(sides), open={Side.APPLICANT, Side.RESPONDENT} <= sides
            )
            append_entry(mediation.procedure, "open_wanted", by=by, at=at, says={"side": side, "wanted": wanted})
    return fresh(mediation.procedure)
