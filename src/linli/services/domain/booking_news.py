"""What a person is told of a booking: by message where they left a way, never of what is no longer true."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from linli.core import dates, deliver
from linli.core.models import Delivery
from linli.core.sealed import unseal
from linli.people.domain.accounts import contact_of
from linli.people.domain.contacts import Contact, read_contact
from linli.services.models_bookings import Booking, BookingStatus, Resource

DAY = timedelta(days=1)
TEXTS: dict[str, Any] = {
    BookingStatus.BOOKED: _("Booked: {what}, {when}. Change or cancel at {page}"),
    BookingStatus.ASKED: _("We have your request: {what}, {when}. You hear from us whether it can be: {page}"),
    BookingStatus.WAITING: _("You are on the waiting list: {what}, {when}. We write as soon as it is free: {page}"),
    BookingStatus.OFFERED: _("It is free now: {what}, {when}. Say until {until} that you want it: {page}"),
    BookingStatus.LAPSED: _("Your place on the waiting list for {what}, {when}, has gone to the next. {page}"),
    BookingStatus.REFUSED: _("{what}, {when}, cannot be: {reason} {page}"),
    BookingStatus.CANCELLED: _("{what}, {when}, was cancelled: {reason} {page}"),
}
REMINDER = _("Tomorrow: {what}, {when}. If you cannot come, cancel at {page}")


def tell(booking: Booking, resource: Resource, at: datetime) -> None:
    """Write to the person how it stands now, and of what is booked once more the day before. In the same transaction.

    What is entered for a time that is past (an imported or played past) writes to nobody.
    """
    contact = reach(booking)
    if contact is None or booking.starts <= at:
        return
    _send(booking, resource, contact, TEXTS[booking.status], "told", at)
    if booking.status == BookingStatus.BOOKED and booking.starts - at > DAY:
        _send(booking, resource, contact, REMINDER, "reminder", at, not_before=booking.starts - DAY)


def reach(booking: Booking) -> Contact | None:
    """Where a message reaches whoever booked; for the message alone. Staff open it through the log of views."""
    if booking.contact_sealed is not None:
        return read_contact(unseal(booking.contact_sealed, row=booking.uuid, field="booking.contact"))
    return contact_of(booking.account) if booking.account else None


def _send(
    booking: Booking, resource: Resource, contact: Contact, text: Any, what: str, at: datetime,
    not_before: datetime | None = None,
) -> None:  # fmt: skip
    with override((booking.account.language if booking.account else "") or "zh-hans"):
        words = {
            "what": resource.title, "when": dates.when(booking.starts, now=at),
            "until": dates.when(booking.offer_until, now=at) if booking.offer_until else "",
            "reason": booking.reason, "page": settings.ADDRESS + reverse("bookings:mine_one", args=[booking.uuid]),
        }  # fmt: skip
        deliver.send(
            contact.channel, contact.address, resource.title, str(text).format(**words),
            key=f"booking.{what}:{booking.uuid}:{booking.version}", procedure=None, at=at,
            wanted_if="bookings.as_told", not_before=not_before,
        )  # fmt: skip


@deliver.still_wanted("bookings.as_told")
def as_told(delivery: Delivery) -> bool:
    """Whether the booking still stands as the message says: nobody is reminded of what was cancelled."""
    _what, key, version = delivery.key.split(":")
    return Booking.objects.filter(pk=UUID(key), version=version).exists()
