"""Free times of a hall: 60 days × 10 counters, half of the seats taken, as the page that offers days asks for them."""

from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time
from uuid import uuid4

from bench.figure import Figure
from bench.hall import a_hall
from bench.search import a_database
from linli.services.domain.hall.setting import Setting, setting
from linli.services.domain.hall.slots import free, free_days
from linli.services.models_queue import Appointment

DAYS, COUNTERS, ROUNDS = 60, 10, 30
AT = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)


def measure() -> list[Figure]:
    with a_database():
        of = setting(a_hall(counters=COUNTERS, ahead=DAYS))
        taken = fill(of)
        name = f"free times over {DAYS} days × {COUNTERS} counters, {taken:,} appointments"
        return [Figure(name, searched(of) * 1000, "CPU-ms", aim=20)]


def fill(of: Setting) -> int:
    """Every other seat that can be booked is."""
    rows = [
        Appointment(hall=of.hall, counter=counter, minute=each.minute, skill="general", action=uuid4(), made_at=AT)
        for each in free(of, "general", first=of.day_of(AT), days=DAYS, at=AT - timedelta(days=1))
        for counter in of.counters[: each.free // 2]
    ]
    return len(Appointment.objects.bulk_create(rows))


def searched(of: Setting) -> float:
    spent = []
    for _ in range(ROUNDS):
        began = process_time()
        days = free_days(setting(of.hall), "general", at=AT)
        spent.append(process_time() - began)
        assert len(days) > DAYS // 2
    return median(spent)
