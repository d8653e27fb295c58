"""What bookings and assistance do by themselves: offers end and go to the next in line, old bookings are forgotten, and
whoever has not brought their papers in time is told once more."""

from datetime import timedelta

from django.utils.timezone import now

from linli.core.jobs import Lease, periodic
from linli.core.outbox import Message, consumer
from linli.services.domain.assistance_steps import tell_still_missing
from linli.services.domain.booking import lapse_all
from linli.services.domain.resource_rules import forget_bookings


@consumer("assistance.still_missing", topics=["assistance.missed"])
def remind_of_papers(message: Message) -> None:
    tell_still_missing(message)


@periodic("bookings.offers", every=timedelta(minutes=1), steps=True)
def end_offers(_lease: Lease) -> None:
    lapse_all(at=now())


@periodic("bookings.forget", every=timedelta(hours=12), steps=True)
def forget(_lease: Lease) -> None:
    forget_bookings(at=now())
