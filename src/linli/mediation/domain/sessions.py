"""Sessions: planned, held and recorded (People's Mediation Law 27)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, Invalid
from linli.mediation.domain.standing import is_in, of_side, only_mediator, written
from linli.mediation.enums import Meeting, SessionStatus
from linli.mediation.models import Mediation, Session
from linli.people.actors import Actor
from linli.procedures.domain.move import first_time
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience


def plan_session(
    *, mediation: Mediation, starts: datetime, where: str, manner: Meeting, only: str, by: Actor, at: datetime,
    action: UUID,
) -> None:  # fmt: skip
    """Fix a meeting. With one side alone, only that side hears of it.

    only: the side it is with; must be named where each side is met alone, and is none otherwise.
    """
    only_mediator(mediation, by)
    is_in(mediation, "mediating")
    place = written(where, field="where", most=120, ask=_("Write where you meet."))
    if starts <= at:
        raise Invalid(fields={"starts": _("Choose a time that is still to come.")})
    if (manner == Meeting.APART) != bool(only):
        raise Invalid(fields={"only": _("Say with which side, where each is met alone.")})
    says = {"starts": starts.isoformat(), "where": place, "manner": manner}
    with transaction.atomic():
        if not first_time(action, "plan_session", procedure=mediation.procedure, by=by, at=at):
            return
        Session.objects.create(
            procedure=mediation.procedure, starts=starts, where=place, manner=manner, only=only or ""
        )  # fmt: skip
        for party in [row.party for row in of_side(mediation, only)] if only else [None]:
            append_entry(
                mediation.procedure, "session_planned", by=by, at=at, says=says, audience=Audience.PARTIES, only=party
            )


def record_session(
    *, mediation: Mediation, session: int, held: bool, present: str, record: str, by: Actor, at: datetime, action: UUID
) -> None:
    """Write down what happened at a meeting, or that it did not take place. The record is the file's, for staff."""
    only_mediator(mediation, by)
    is_in(mediation, "mediating", "agreed")
    if held:
        record = written(record, field="record", ask=_("Write down the course and the result."))
        present = written(present, field="present", most=300, ask=_("Write who was there."))
    with transaction.atomic():
        if not first_time(action, "record_session", procedure=mediation.procedure, by=by, at=at):
            return
        status = SessionStatus.HELD if held else SessionStatus.CANCELLED
        taken = Session.objects.filter(pk=session, procedure=mediation.pk, status=SessionStatus.PLANNED)
        if not taken.update(status=status, present=present if held else "", record=record.strip()):
            raise Conflict(_("This meeting was written down already."))
        append_entry(mediation.procedure, f"session_{status}", by=by, at=at, says={"session": session})
