"""What bookings keep of a person: the catalogue's entries, and the part of 'my data'."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register
from linli.core.mydata import part
from linli.people.models import Account
from linli.services.domain.booking_queries import own_bookings
from linli.services.domain.resource_rules import forget_of

register(
    PersonalField(
        "Booking.account, Booking.called, Booking.what_for, Booking.contact_sealed, Booking.who, Booking.reason",
        app="services",
        title=_("who booked a room, a session or a tool, and how to reach them"),
        purpose=_("to keep the time for them, and to tell them news of it"),
        basis=_("the person's own request (PIPL art. 13 (2))"),
        seen_by=_("the posts that keep what was booked; the contact only with a reason, which is written down"),
        stores=(Store.ROW, Store.SEALED, Store.OUTGOING, Store.BACKUP),
        kept_until=_("30 days have passed since the time that was booked"),
        sealed_as="booking.contact",
    ),
)


def _bookings(account: Account) -> list[dict[str, Any]]:
    return [
        {
            "what": each.resource.title, "starts": each.starts, "ends": each.ends, "state": each.state_words,
            "called": each.called, "what_for": each.what_for, "reason": each.reason,
        }
        for each in own_bookings(account, ())
    ]  # fmt: skip


def _erase(account: Account, _at: datetime) -> str:
    forget_of(account=account)
    return ""


part(
    "bookings",
    _("What you booked"),
    export=_bookings,
    erase=_erase,
    labels={
        "what": _("What"), "starts": _("From"), "ends": _("Until"), "state": _("State"),
        "called": _("How you are called"), "what_for": _("What for"), "reason": _("Reason"),
    },
)  # fmt: skip
