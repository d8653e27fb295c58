"""What /metrics tells a Prometheus: counts of this server's workers together, and the state of the database when asked.

    BUSY.inc()                                                      what a process counts
    @measured("linli_jobs", "open jobs", labels=("state",))         what the database knows, asked at each reading
    def jobs_by_state(at: datetime) -> Mapping[tuple[str, ...], float]: ...

Several workers answer under one address, and a reading reaches any of them: they count in files of one folder
(prometheus_client's way, PROMETHEUS_MULTIPROC_DIR, set by `linli web`), and each reading adds all of them up. Labels
are names of routes and states; never an address, a number of a case or a person.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

COUNTED = CollectorRegistry()
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter("linli_requests", "requests answered", ("route", "method", "status"), registry=COUNTED)
TIME = Histogram(
    "linli_request_seconds", "time to the answer's beginning", ("route",), registry=COUNTED, buckets=SECONDS
)
BUSY = Counter("linli_database_busy", "requests that found the database occupied or away", registry=COUNTED)
LISTENING = Gauge("linli_events_open", "open connections to /events", registry=COUNTED, multiprocess_mode="livesum")

Ask = Callable[[datetime], Mapping[tuple[str, ...], float]]
A = TypeVar("A", bound=Ask)
_asked: dict[str, tuple[str, tuple[str, ...], Ask]] = {}


def measured(name: str, words: str, *, labels: tuple[str, ...] = ()) -> Callable[[A], A]:
    """Register a gauge that is read off the database: one number for each tuple of labels."""

    def register(function: A) -> A:
        _asked[name] = (words, labels, function)
        return function

    return register


def reading() -> bytes:
    """Everything, in Prometheus's text form.

    Raises:
        DatabaseError: what the database knows cannot be asked.
    """
    registry = CollectorRegistry()
    registry.register(_Asked())
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder is None:
        return generate_latest(COUNTED) + generate_latest(registry)
    _forget_dead(Path(folder))
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)


class _Asked(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        at = timezone.now()
        for name, (words, labels, function) in _asked.items():
            family = GaugeMetricFamily(name, words, labels=labels)
            for values, number in function(at).items():
                family.add_metric(list(values), number)
            yield family


def _forget_dead(folder: Path) -> None:
    """A worker that was killed has no open connections any more, whatever its file says."""
    for path in folder.glob("gauge_live*_*.db"):
        number = path.stem.rpartition("_")[2]
        if number.isdecimal() and not _lives(int(number)):
            multiprocess.mark_process_dead(int(number), str(folder))


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
