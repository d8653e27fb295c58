"""What bookings do by themselves: offers end and go to the next in line, and old bookings are forgotten."""

from datetime import timedelta

from django.utils.timezone import now

from linli.core.jobs import Lease, periodic
from linli.services.domain.booking import lapse_all
from linli.services.domain.resource_rules import forget_bookings


@periodic("bookings.offers", every=timedelta(minutes=1), steps=True)
def end_offers(_lease: Lease) -> None:
    lapse_all(at=now())


@periodic("bookings.forget", every=timedelta(hours=12), steps=True)
def forget(_lease: Lease) -> None:
    forget_bookings(at=now())
