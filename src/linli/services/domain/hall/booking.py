"""Appointments: booked by one of however many who want the same time, cancelled until the cut-off."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from linli.core import deliver
from linli.core.dates import when
from linli.core.errors import Conflict
from linli.core.models import Delivery
from linli.core.sealed import seal, unseal
from linli.engines.queue import seat_at
from linli.people.domain.contacts import Contact, read_contact
from linli.people.models import Post
from linli.procedures.domain.limits import calendar
from linli.services.domain.hall.codes import code_of, hash_of
from linli.services.domain.hall.setting import MINUTE, Setting, setting
from linli.services.domain.hall.slots import DAY_MINUTES, FreeTime, free_counters, nearest
from linli.services.models import Item
from linli.services.models_queue import Appointment, AppointmentStatus, EntryStatus, Hall, WaitingListEntry, Whom

CONTACT = "appointment.contact"
REMIND = 24 * 60 * MINUTE
Status = AppointmentStatus


class Taken(Conflict):
    """Somebody else has this time. `near`: the next free ones."""

    code = "taken"

    def __init__(self, near: Sequence[FreeTime]) -> None:
        super().__init__(_("Somebody else has just taken this time. Please choose another one."))
        self.near = near


def book(
    *,
    of: Setting,
    skill: str,
    minute: int,
    whom: str = Whom.SELF,
    need: bool = False,
    contact: Contact | None = None,
    item: Item | None = None,
    by: Post | None = None,
    at: datetime,
    action: UUID,
) -> Appointment:
    """Hold one seat at `minute` (since 1970, UTC). The same action books once.

    by: the post that enters it for somebody who asked at the window or by phone.
    Of rivals the database lets one have each seat; who loses one tries the next counter at the same time.

    Raises:
        Taken: no counter is free then, with the nearest free times.
    """
    if done := Appointment.objects.filter(action=action).first():
        return done
    able = {counter.number: counter for counter in of.counters}
    left = free_counters(of, skill, minute=minute, at=at)
    while (number := seat_at(of.seats, skill, left)) is not None:
        new = Appointment(
            hall=of.hall, counter=able[number], minute=minute, skill=skill, item=item, whom=whom, need=need,
            code_hash=hash_of(code_of(action)), action=action, entered_by=by, made_at=at,
        )  # fmt: skip
        try:
            with transaction.atomic():
                new.save(force_insert=True)
                keep_contact(new, contact, at=at)
            return new
        except IntegrityError:
            if done := Appointment.objects.filter(action=action).first():
                return done  # the same form, sent twice at once
            left.discard(number)
    raise Taken(nearest(of, skill, minute=minute, at=at))


def can_cancel_until(appointment: Appointment) -> datetime:
    """The cut-off: until then somebody else can still be offered the time."""
    return appointment.starts_at - appointment.hall.cut_off * MINUTE


def cancel(*, appointment: Appointment, at: datetime) -> Appointment:
    """Give an appointment back; its time goes to the waiting list.

    Raises:
        Conflict: it is past the cut-off, or not booked any more.
    """
    from linli.services.domain.hall.waiting_list import offer_freed

    until = can_cancel_until(appointment)
    if at >= until:
        raise Conflict(
            _(
                "This could be cancelled until %(until)s. If you cannot come, simply stay at home: somebody who waits "
                "in the hall is called instead."
            )
            % {"until": when(until)}
        )
    with transaction.atomic():
        _swap(appointment, Status.BOOKED, Status.CANCELLED, ended_at=at, contact_sealed=None)
        offer_freed(of=setting(appointment.hall), counter=appointment.counter, minute=appointment.minute, at=at)
    return appointment


def miss(*, hall: Hall, at: datetime) -> int:
    """Mark appointments that nobody kept. Whoever comes later that day takes a ticket like anybody else."""
    until = int(at.timestamp()) // 60 - hall.late
    gone = Appointment.objects.filter(hall=hall, status=Status.BOOKED, minute__lt=until)
    return gone.update(status=Status.MISSED, ended_at=at, contact_sealed=None)


def on_day(hall: Hall, day: date, at: datetime) -> QuerySet[Appointment]:
    """What is booked or offered on a local day, from now on; who has checked in already is not among it."""
    begins = int(calendar().midnight(day.toordinal()).timestamp()) // 60
    coming = Appointment.objects.filter(hall=hall, status__in=(Status.BOOKED, Status.OFFERED))
    return coming.filter(minute__gte=max(begins, int(at.timestamp()) // 60), minute__lt=begins + DAY_MINUTES)


def call_off_shut(*, hall: Hall, at: datetime) -> int:
    """Call off what is booked on the days on which the hall is shut; whoever left a way to be reached is told why.

    Each in a transaction of its own. Returns how many.
    """
    today = date.fromordinal(calendar().day_of(at))
    for_these = [(shut, each) for shut in hall.shut_days.filter(day__gte=today) for each in on_day(hall, shut.day, at)]
    for shut, appointment in for_these:
        with transaction.atomic():
            _call_off(appointment, shut.reason, at)
    return len(for_these)


def _call_off(appointment: Appointment, reason: str, at: datetime) -> None:
    """Only what is booked is told of: an offer lapses, and whoever waits may be offered another time."""
    booked = appointment.status == Status.BOOKED
    ended = Appointment.objects.filter(pk=appointment.pk, status=appointment.status).update(
        status=Status.CANCELLED if booked else Status.LAPSED, ended_at=at, contact_sealed=None
    )
    if not ended:  # its holder was faster
        return
    if not booked:
        WaitingListEntry.objects.filter(appointment=appointment, status=EntryStatus.OFFERED).update(
            status=EntryStatus.WAITING, appointment=None
        )
    elif appointment.contact_sealed is not None:
        _tell_called_off(appointment, reason, at)


def _tell_called_off(appointment: Appointment, reason: str, at: datetime) -> None:
    contact = read_contact(unseal(appointment.contact_sealed or b"", row=appointment.pk, field=CONTACT))
    with translation.override(settings.LANGUAGE_CODE):  # nobody wrote down which language they read
        text = _(
            "Your appointment at %(hall)s on %(when)s is called off, for the hall is shut on that day: %(reason)s. "
            "Please choose another time: %(page)s"
        ) % {
            "hall": appointment.hall.title,
            "when": when(appointment.starts_at),
            "reason": reason,
            "page": settings.ADDRESS + reverse("hall:book"),
        }
        deliver.send(
            contact.channel, contact.address, _("Your appointment"), text, key=f"hall.called_off:{appointment.pk}",
            procedure=None, at=at,
        )  # fmt: skip


def _swap(appointment: Appointment, source: str, target: str, **values: object) -> None:
    """Compare and swap: of two at once one has the effect.

    Raises:
        Conflict: it is in another state by now.
    """
    if not Appointment.objects.filter(pk=appointment.pk, status=source).update(status=target, **values):
        appointment.refresh_from_db()
        raise Conflict(_("This appointment is %(state)s.") % {"state": appointment.get_status_display()})
    appointment.refresh_from_db()


# --- who is told


def keep_contact(appointment: Appointment, contact: Contact | None, *, at: datetime) -> None:
    """Keep where whoever booked is reached, and remind them the day before: of what still stands by then."""
    if contact is None:
        return
    appointment.contact_sealed = seal(contact.address, row=appointment.pk, field=CONTACT)
    appointment.save(update_fields=["contact_sealed"])
    if appointment.starts_at - at < REMIND:
        return
    text = _("Your appointment at %(hall)s is on %(when)s. You can cancel it until %(until)s.") % {
        "hall": appointment.hall.title,
        "when": when(appointment.starts_at),
        "until": when(can_cancel_until(appointment)),
    }
    deliver.send(
        contact.channel, contact.address, _("Your appointment"), text, key=f"hall.booked:{appointment.pk}",
        procedure=None, at=at, wanted_if="hall.booked", not_before=appointment.starts_at - REMIND,
    )  # fmt: skip


@deliver.still_wanted("hall.booked")
def _is_booked(delivery: Delivery) -> bool:
    return Appointment.objects.filter(pk=delivery.key.partition(":")[2], status=Status.BOOKED).exists()
