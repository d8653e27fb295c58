"""What the hall does by itself: offers end, missed appointments are marked, yesterday's queue ends and is forgotten."""

from datetime import date, timedelta

from django.utils.timezone import now

from linli.core.jobs import Lease, periodic
from linli.procedures.domain.limits import calendar
from linli.services.domain.hall import booking, forgetting, tickets, waiting_list
from linli.services.models_queue import Hall


@periodic("hall.minute", every=timedelta(minutes=1), steps=True)
def each_minute(_lease: Lease) -> None:
    at = now()
    waiting_list.expire(at=at)
    today = date.fromordinal(calendar().day_of(at))
    for hall in Hall.objects.all():
        booking.call_off_shut(hall=hall, at=at)  # a booking made in the very moment in which the day was shut
        booking.miss(hall=hall, at=at)
        tickets.clear(hall=hall, before=today, at=at)


@periodic("hall.forget", every=timedelta(hours=12), steps=True)
def forget(_lease: Lease) -> None:
    forgetting.forget(at=now())
