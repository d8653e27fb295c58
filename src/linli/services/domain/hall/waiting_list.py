"""Those who take a time that becomes free: one is offered it, for a while, and then the next."""

from datetime import date, datetime
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from linli.core import deliver
from linli.core.dates import when
from linli.core.errors import Conflict, Invalid
from linli.core.models import Delivery
from linli.core.sealed import seal, unseal
from linli.people.domain.contacts import Contact, read_contact
from linli.procedures.domain.limits import calendar
from linli.services.domain.hall.booking import keep_contact
from linli.services.domain.hall.codes import code_of, hash_of
from linli.services.domain.hall.setting import MINUTE, Setting, setting
from linli.services.models import Item
from linli.services.models_queue import Appointment, AppointmentStatus, Counter, EntryStatus, WaitingListEntry, Whom

CONTACT = "waiting_list.contact"
FEWEST = 15 * MINUTE  # to think it over; a time that begins too soon for that goes to walk-ins


def join(
    *,
    of: Setting,
    skill: str,
    first: date,
    last: date,
    whom: str = Whom.SELF,
    need: bool = False,
    contact: Contact | None = None,
    item: Item | None = None,
    at: datetime,
    action: UUID,
) -> WaitingListEntry:
    """Wait for a time of these days. The same action joins once.

    Raises:
        Invalid: the days are past, too far away, or the wrong way round.
    """
    today = of.day_of(at)
    if last < first:
        raise Invalid(fields={"last": _("The last day is before the first.")})
    if last < today:
        raise Invalid(fields={"last": _("These days are past.")})
    if (last - today).days >= of.hall.ahead:
        raise Invalid(fields={"last": _("Choose days of the next %(n)d.") % {"n": of.hall.ahead}})
    entry = WaitingListEntry(
        hall=of.hall, skill=skill, item=item, whom=whom, need=need, first=first, last=last,
        code_hash=hash_of(code_of(action)), action=action, made_at=at,
    )  # fmt: skip
    if contact is not None:
        entry.contact_sealed = seal(contact.address, row=entry.pk, field=CONTACT)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        return WaitingListEntry.objects.get(action=action)
    return entry


def offer_freed(*, of: Setting, counter: Counter, minute: int, at: datetime) -> WaitingListEntry | None:
    """Offer a freed seat to the first who waits for such a time; none where nobody does, or it begins too soon.

    The offer is an appointment that holds the seat; it is part of the caller's transaction.
    """
    seat = Appointment(hall=of.hall, counter=counter, minute=minute)
    until = min(at + of.hall.offer * MINUTE, seat.starts_at - of.hall.step * MINUTE)
    if until - at < FEWEST:
        return None
    day = of.day_of(seat.starts_at)
    line = WaitingListEntry.objects.filter(
        hall=of.hall, status=EntryStatus.WAITING, skill__in=counter.skills, first__lte=day, last__gte=day
    )
    for entry in line.select_for_update():
        offered = Appointment.objects.create(
            hall=of.hall, counter=counter, minute=minute, skill=entry.skill, item=entry.item, whom=entry.whom,
            need=entry.need, status=AppointmentStatus.OFFERED, action=uuid5(entry.action, str(uuid4())),
            made_at=at, offer_until=until,
        )  # fmt: skip
        swapped = WaitingListEntry.objects.filter(pk=entry.pk, status=EntryStatus.WAITING).update(
            status=EntryStatus.OFFERED, appointment=offered
        )
        if swapped:
            entry.refresh_from_db()
            _tell(entry, offered, at=at)
            return entry
        offered.delete()
    return None


def accept(*, entry: WaitingListEntry, at: datetime) -> Appointment:
    """Take the time that is offered.

    Raises:
        Conflict: nothing is offered any more.
    """
    offered = entry.appointment
    with transaction.atomic():
        taken = offered is not None and Appointment.objects.filter(
            pk=offered.pk, status=AppointmentStatus.OFFERED, offer_until__gt=at
        ).update(status=AppointmentStatus.BOOKED, offer_until=None)
        if offered is None or not taken:
            raise Conflict(_("This time is no longer kept for you. Join the list again, or choose another time."))
        offered.refresh_from_db()
        keep_contact(offered, _contact(entry), at=at)
        _end(entry, EntryStatus.TAKEN, at)
    return offered


def give_up(*, entry: WaitingListEntry, at: datetime) -> None:
    """Leave the list, or decline what is offered; that goes to the next in line."""
    with transaction.atomic():
        if entry.status == EntryStatus.OFFERED and entry.appointment is not None:
            _lapse(entry.appointment, at=at)
        _end(entry, EntryStatus.WITHDRAWN, at)


def expire(*, at: datetime) -> int:
    """End the offers whose time is over, and the entries whose days are. Each in a transaction of its own."""
    over = Appointment.objects.filter(status=AppointmentStatus.OFFERED, offer_until__lte=at).select_related("hall")
    for offered in over:
        with transaction.atomic():
            entry = WaitingListEntry.objects.filter(appointment=offered, status=EntryStatus.OFFERED).first()
            if entry is not None:
                _end(entry, EntryStatus.LAPSED, at)
            _lapse(offered, at=at)
    yesterday = calendar().day_of(at) - 1
    WaitingListEntry.objects.filter(status=EntryStatus.WAITING, last__lte=date.fromordinal(yesterday)).update(
        status=EntryStatus.LAPSED, ended_at=at, contact_sealed=None
    )
    return len(over)


def _lapse(offered: Appointment, *, at: datetime) -> None:
    """The offer ends and its seat goes to the next."""
    ended = Appointment.objects.filter(pk=offered.pk, status=AppointmentStatus.OFFERED).update(
        status=AppointmentStatus.LAPSED, ended_at=at
    )
    if ended:
        offer_freed(of=setting(offered.hall), counter=offered.counter, minute=offered.minute, at=at)


def _end(entry: WaitingListEntry, status: str, at: datetime) -> None:
    open_ = WaitingListEntry.objects.filter(pk=entry.pk, status__in=[EntryStatus.WAITING, EntryStatus.OFFERED])
    if not open_.update(status=status, ended_at=at, contact_sealed=None):
        raise Conflict(_("You are not on the waiting list any more."))
    entry.refresh_from_db()


def _contact(entry: WaitingListEntry) -> Contact | None:
    if entry.contact_sealed is None:
        return None
    return read_contact(unseal(entry.contact_sealed, row=entry.pk, field=CONTACT))


def _tell(entry: WaitingListEntry, offered: Appointment, *, at: datetime) -> None:
    """In the installation's language: whoever gave the time back may read another one."""
    contact = _contact(entry)
    if contact is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "A time at %(hall)s is free: %(when)s. It is kept for you until %(until)s. Open the page with your code to "
            "take it."
        ) % {
            "hall": entry.hall.title,
            "when": when(offered.starts_at),
            "until": when(offered.offer_until) if offered.offer_until else "",
        }
        deliver.send(
            contact.channel, contact.address, _("A time is free"), text, key=f"hall.offered:{offered.pk}",
            procedure=None, at=at, wanted_if="hall.offered",
        )  # fmt: skip


@deliver.still_wanted("hall.offered")
def _is_offered(delivery: Delivery) -> bool:
    key = delivery.key.partition(":")[2]
    return Appointment.objects.filter(pk=key, status=AppointmentStatus.OFFERED).exists()
