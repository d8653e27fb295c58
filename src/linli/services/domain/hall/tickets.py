"""Tickets: taken by whoever walks in, or given for an appointment that checks in."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from linli.core.dates import when
from linli.core.errors import Conflict
from linli.services.domain.hall.codes import code_of, hash_of
from linli.services.domain.hall.setting import MINUTE, Setting
from linli.services.models import Item
from linli.services.models_queue import (
    AT_COUNTER,
    Appointment,
    AppointmentStatus,
    Hall,
    HallDay,
    Line,
    Ticket,
    TicketStatus,
)

EARLY = 60 * MINUTE  # before its time that an appointment can check in


def lock_day(hall: Hall, of_day: date) -> HallDay:
    """The day, raised by one: whoever else changes its queue waits until this transaction has ended. Inside `atomic`.

    of_day: the local date.
    """
    if not HallDay.objects.filter(hall=hall, day=of_day).update(version=F("version") + 1):
        HallDay.objects.bulk_create([HallDay(hall=hall, day=of_day)], ignore_conflicts=True)
        HallDay.objects.filter(hall=hall, day=of_day).update(version=F("version") + 1)
    return HallDay.objects.get(hall=hall, day=of_day)


def take_ticket(
    *, of: Setting, skill: str, need: bool = False, item: Item | None = None, at: datetime, action: UUID
) -> Ticket:
    """A ticket for somebody who walks in; the same action takes one.

    Raises:
        Conflict: the hall is shut, or does not do this.
    """
    if done := Ticket.objects.filter(action=action).first():
        return done
    if of.closes(at) is None:
        opens = of.opens_next(at)
        raise Conflict(
            _("The hall is shut now. It opens again on %(when)s.") % {"when": when(opens)}
            if opens
            else _("The hall is shut now.")
        )
    with transaction.atomic():
        day = lock_day(of.hall, of.day_of(at))
        if done := Ticket.objects.filter(action=action).first():
            return done
        return Ticket.objects.create(
            day=day, letter=(letter := _letter(of, skill)), number=_next_number(day, letter), skill=skill, item=item,
            need=need, place_at=at, taken_at=at, action=action, code_hash=hash_of(code_of(action)),
        )  # fmt: skip


def check_in(*, of: Setting, appointment: Appointment, at: datetime) -> Ticket:
    """Whoever holds an appointment is here, and gets a ticket. Done twice, it is the same one.

    In time, it stands in line by the time of the appointment; later by when its holder came, like a walk-in.

    Raises:
        Conflict: too early, on another day, or the appointment no longer stands.
    """
    starts = appointment.starts_at
    if starts - at > EARLY:
        raise Conflict(_("You can check in from %(when)s on.") % {"when": when(starts - EARLY)})
    if of.day_of(starts) != of.day_of(at):
        raise Conflict(_("The day of this appointment is past. Please book again, or take a ticket."))
    in_time = at <= starts + of.hall.late * MINUTE
    with transaction.atomic():
        day = lock_day(of.hall, of.day_of(at))
        if done := Ticket.objects.filter(appointment=appointment).first():
            return done
        stands = Appointment.objects.filter(
            pk=appointment.pk, status__in=[AppointmentStatus.BOOKED, AppointmentStatus.MISSED]
        )
        if not stands.update(status=AppointmentStatus.ARRIVED, ended_at=None, contact_sealed=None):
            raise Conflict(_("This appointment was cancelled. Please take a ticket."))
        return Ticket.objects.create(
            day=day, letter=(letter := _letter(of, appointment.skill)), number=_next_number(day, letter),
            skill=appointment.skill, item=appointment.item, appointment=appointment, timed=in_time,
            need=appointment.need, place_at=starts if in_time else at, taken_at=at, action=appointment.action,
        )  # fmt: skip


def give_back(*, of: Setting, ticket: Ticket, at: datetime) -> None:
    """Whoever waits goes home.

    Raises:
        Conflict: the ticket was called already.
    """
    with transaction.atomic():
        lock_day(of.hall, ticket.day.day)
        waiting = Ticket.objects.filter(pk=ticket.pk, status__in=[TicketStatus.WAITING, TicketStatus.ON_HOLD])
        if not waiting.update(status=TicketStatus.CANCELLED, ended_at=at):
            raise Conflict(_("This ticket does not wait any more."))


def clear(*, hall: Hall, before: date, at: datetime) -> int:
    """End what was left of earlier days: who waited when the hall closed, and who was never said to be done."""
    left = Ticket.objects.filter(day__hall=hall, day__day__lt=before)
    gone = left.filter(status__in=[TicketStatus.WAITING, TicketStatus.ON_HOLD]).update(
        status=TicketStatus.CANCELLED, ended_at=at
    )
    return gone + left.filter(status__in=AT_COUNTER).update(status=TicketStatus.DONE, ended_at=at)


def _letter(of: Setting, skill: str) -> str:
    letter = Line.objects.filter(hall=of.hall, skill=skill).values_list("letter", flat=True).first()
    if letter is None or skill not in of.skills():
        raise Conflict(_("No counter of this hall does this. Please ask at the reception."))
    return letter


def _next_number(day: HallDay, letter: str) -> int:
    last = Ticket.objects.filter(day=day, letter=letter).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
