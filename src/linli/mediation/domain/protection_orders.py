"""The protection order: help with the application, the court's 72 or 24 hours, service, its end, and extending it.

Law: Anti-Domestic Violence Law 23–24 (who applies), 27 (conditions), 28 (72 h, urgent 24 h), 30 (six months,
extension), 31 (reconsideration within five days), 32 (service, help to carry it out).
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli import lawbook
from linli.core.errors import Invalid
from linli.engines.clocks import due
from linli.mediation.domain.protection_sealed import check_words, seal_details, write_note
from linli.mediation.enums_protection import About, Applicant, OrderState
from linli.mediation.models_protection import ProtectionOrder
from linli.people.actors import Actor
from linli.procedures.domain.limits import calendar
from linli.procedures.domain.move import Version, move
from linli.procedures.models import Procedure


def open_order(procedure: Procedure) -> ProtectionOrder | None:
    """The order that is applied for, before the court, or in force."""
    return ProtectionOrder.objects.filter(procedure=procedure, status__in=list(OrderState)[:3]).first()


def prepare_order(
    *, procedure: Procedure, version: Version, applicant: str, respondent: str, request: str, facts: str, by: Actor,
    at: datetime, action: UUID,
) -> Procedure:  # fmt: skip
    """Make the application ready: a named respondent, a specific request, violence suffered or a real danger (art. 27).

    Raises:
        MissingEvidence: one of the three conditions, or who applies, is not there.
    """
    check_words(respondent=respondent, request=request, facts=facts)
    details = {"respondent": respondent.strip(), "request": request.strip(), "facts": facts.strip()}
    uuid = uuid5(action, "order")

    def change() -> None:
        ProtectionOrder.objects.create(
            uuid=uuid, procedure=procedure, applicant=applicant, prepared_at=at,
            details_sealed=seal_details(uuid, details),
        )  # fmt: skip

    chosen = applicant if applicant in Applicant.values else ""
    return move(
        procedure, "order_prepare", version=version, by=by, at=at, action=action,
        given={"applicant": chosen, **details}, says={"applicant": chosen}, change=change,
        rule="violence.order_conditions",
    )  # fmt: skip


def accept_order(
    *, procedure: Procedure, version: Version, accepted: datetime | None, urgent: bool, by: Actor, at: datetime,
    action: UUID,
) -> Procedure:  # fmt: skip
    """The court took the application: it decides within 72 hours, where it is urgent within 24, round the clock.

    accepted: when the court took it, if that was before now.

    Raises:
        Invalid: that moment has not come, or lies before the application.
    """
    when = _when(procedure, accepted, at, "prepared_at", "accepted")

    def change() -> None:
        ProtectionOrder.objects.filter(procedure=procedure, status=OrderState.PREPARED).update(
            status=OrderState.ACCEPTED, urgent=urgent, accepted_at=when
        )

    return move(
        procedure, "order_accept_urgent" if urgent else "order_accept", version=version, by=by, at=when, action=action,
        says={"urgent": urgent}, change=change,
    )  # fmt: skip


def make_order(
    *, procedure: Procedure, version: Version, decided: datetime | None, valid_until: date | None, by: Actor,
    at: datetime, action: UUID,
) -> Procedure:  # fmt: skip
    """The court made the order and it was served on committee and police, who help to carry it out (art. 32).

    Raises:
        Invalid: it would hold longer than six months, or not at all.
    """
    when = _when(procedure, decided, at, "accepted_at", "decided")
    _check_end(valid_until, when)
    with transaction.atomic():  # written first: the clocks of the move are counted from it
        if valid_until is not None:
            ProtectionOrder.objects.filter(procedure=procedure, status=OrderState.ACCEPTED).update(
                decided_at=when, valid_until=valid_until
            )
        return _decide(procedure, "order_make", version, by, when, action, valid_until)


def _decide(
    procedure: Procedure, name: str, version: Version, by: Actor, at: datetime, action: UUID, valid_until: date | None
) -> Procedure:
    says = {"valid_until": valid_until.isoformat()} if valid_until else {}

    def change() -> None:
        ProtectionOrder.objects.filter(procedure=procedure, status=OrderState.ACCEPTED).update(status=OrderState.MADE)

    return move(
        procedure, name, version=version, by=by, at=at, action=action, given={"valid_until": valid_until}, says=says,
        change=change, rule="violence.order_valid",
    )  # fmt: skip


def refuse_order(
    *, procedure: Procedure, version: Version, decided: datetime | None, by: Actor, at: datetime, action: UUID
) -> Procedure:
    """The court refused; reconsideration can be asked for within five days (art. 31)."""
    when = _when(procedure, decided, at, "accepted_at", "decided")

    def change() -> None:
        ProtectionOrder.objects.filter(procedure=procedure, status=OrderState.ACCEPTED).update(
            status=OrderState.REFUSED, decided_at=when
        )

    return move(procedure, "order_refuse", version=version, by=by, at=when, action=action, change=change)


def reconsider(
    *, procedure: Procedure, version: Version, asked: str, by: Actor, at: datetime, action: UUID
) -> Procedure:
    """Whether reconsideration was asked for ("yes" or "no"); the order stays in force meanwhile."""
    chosen = asked if asked in ("yes", "no") else ""
    return move(
        procedure, "reconsider", version=version, by=by, at=at, action=action, given={"asked": chosen},
        says={"asked": chosen}, rule="violence.reconsider",
    )  # fmt: skip


def extend_order(
    *, procedure: Procedure, version: Version, valid_until: date | None, by: Actor, at: datetime, action: UUID
) -> Procedure:
    """The court extended the order before its end; again at most six months (art. 30).

    Raises:
        Invalid: the new last day is not after the old one, or too far away.
    """
    order = open_order(procedure)
    _check_end(valid_until, at)
    if order and order.valid_until and valid_until and valid_until <= order.valid_until:
        raise Invalid(fields={"valid_until": _("Choose a day after the present last day of the order.")})
    with transaction.atomic():
        if valid_until is not None:
            ProtectionOrder.objects.filter(procedure=procedure, status=OrderState.MADE).update(
                extended_at=at, valid_until=valid_until
            )
        return _decide(procedure, "order_extend", version, by, at, action, valid_until)


def end_order(*, procedure: Procedure, version: Version, why: str, by: Actor, at: datetime, action: UUID) -> Procedure:
    """It ran out, was revoked, or the application was taken back."""
    check_words(why=why)

    def change() -> None:
        write_note(procedure, About.REASON, why, post=by.post, at=at)
        ProtectionOrder.objects.filter(procedure=procedure, status__in=list(OrderState)[:3]).update(
            status=OrderState.ENDED
        )

    return move(procedure, "order_end", version=version, by=by, at=at, action=action, given={"why": why}, change=change)


def _when(procedure: Procedure, said: datetime | None, at: datetime, after: str, field: str) -> datetime:
    """When it happened: as said, or now."""
    if said is None:
        return at
    order = open_order(procedure)
    earliest: Any = getattr(order, after) if order else None
    if said > at:
        raise Invalid(fields={field: _("This moment has not come yet.")})
    if earliest is not None and said < earliest.replace(second=0, microsecond=0):
        raise Invalid(fields={field: _("This lies before the step that came first. Check day and time.")})
    return said


def _check_end(valid_until: date | None, decided: datetime) -> None:
    if valid_until is None:
        return
    most = due(lawbook.rule("violence.order_valid", on=timezone.localdate(decided)).limit, decided, calendar()).at
    if valid_until <= timezone.localdate(decided):
        raise Invalid(fields={"valid_until": _("The last day lies after the day of the order.")})
    if most is not None and timezone.localtime(most).date() <= valid_until:
        raise Invalid(fields={"valid_until": _("An order holds for at most six months (art. 30). Check the day.")})
