"""The rest of the demonstration's past, lived through while pages are served already."""

from itertools import chain

from django.utils.timezone import now

from linli.core.jobs import Lease, job
from linli.world.helped import remembered, write_down
from linli.world.life import Life
from linli.world.seed import NAMESPACE, PAST, busy_hour, earlier, occurrences


@job("world.past", steps=True)
def fill_past(lease: Lease) -> None:
    """Each step is a transaction of its own, so that nobody waits; begun again, it finds what it did."""
    at = now()
    life = Life(at)
    busy_hour(at)
    write_down(at, NAMESPACE)
    for occurrence in chain(occurrences(at, seed=2, number=PAST), earlier(at), remembered(at, NAMESPACE)):
        life.play(occurrence)
        lease.renew()
