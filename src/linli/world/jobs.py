"""The rest of the demonstration's past, lived through while pages are served already."""

from itertools import chain

from django.utils.timezone import localdate, now

from linli.core.jobs import Lease, job
from linli.insight.domain.periods import whole_months
from linli.insight.domain.reports import is_made, make_report
from linli.insight.report_files import files_of
from linli.world import assistance, bookings, hall, hazards, legal, mediation, petitions, protection, services, station
from linli.world.handed_in import hand_in, review_the_year_before
from linli.world.helped import remembered, write_down
from linli.world.life import Life
from linli.world.seed import NAMESPACE, PAST, busy_hour, earlier, occurrences

REPORTS = 3  # months that have one


@job("world.past", steps=True)
def fill_past(lease: Lease) -> None:
    """Each step is a transaction of its own, so that nobody waits; begun again, it finds what it did."""
    at = now()
    life = Life(at)
    busy_hour(at)
    hand_in(at, NAMESPACE)
    review_the_year_before(at, NAMESPACE)
    write_down(at, NAMESPACE)
    hall.play(at)
    station.play(at, NAMESPACE)
    legal.play(at, NAMESPACE)
    mediation.play(at)
    protection.play(at)
    bookings.play(at)
    hazards.play(at)
    assistance.play(at)
    services.play(at)
    petitions.play(at)
    for occurrence in chain(occurrences(at, seed=2, number=PAST), earlier(at), remembered(at, NAMESPACE)):
        life.play(occurrence)
        lease.renew()
    for month in reversed(whole_months(localdate(at), REPORTS)):
        if not is_made(month.first):
            make_report(month=month.first, render=files_of, account=None, at=now())
        lease.renew()
