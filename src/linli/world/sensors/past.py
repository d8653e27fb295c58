"""The past weeks of the net: every reading through the door, and what came of the alerts through the loop."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
from django.conf import settings

from linli.sensing.domain.accept import opened
from linli.sensing.domain.directory import directory
from linli.sensing.domain.sender import Sender
from linli.sensing.host import Host
from linli.sensing.service.flushing import flush_devices
from linli.world.sensors.aftermath import Aftermath
from linli.world.sensors.days import Day, days, happenings, micros, moment
from linli.world.sensors.plan import Planned
from linli.world.sensors.register import key_file, planned
from linli.world.sensors.rhythm import HOUR

WEEKS = timedelta(days=21)


@dataclass(frozen=True)
class Poured:
    """How many readings were taken, and how many cases came of them."""

    readings: int
    cases: int


MARK = "past-lived"


def lived() -> bool:
    """Whether the past was played to its end."""
    return (key_file().parent / MARK).exists()


def play_past(at: datetime) -> Poured:
    """Live the weeks before `at`, hour by hour: what arrives goes through the door, the rules see it, people act.

    The process holds the observations meanwhile.
    """
    devices, begins = planned(), at - WEEKS
    told = happenings(devices, micros(begins), micros(at))
    aftermath, taken = Aftermath(told, at), 0
    with opened() as direct:
        host = Host(direct.door.store, settings.SENSING / "rules", record=aftermath.record, kernel=True)
        host.open(begins)
        numbers = _numbers(devices)
        for day in days(devices, told, micros(begins), micros(at)):
            for batch, received in _hours(day, numbers(day)):
                taken += int((direct.columns(batch, Sender.system(), received).ids > 0).sum())
                for log in direct.door.store.logs():
                    host.rows(log)
                aftermath.advance(moment(received))
        aftermath.advance(at)
        host.close(at)
        flush_devices(direct.door.notes)
    (key_file().parent / MARK).touch()
    return Poured(taken, aftermath.cases)


def _numbers(devices: Sequence[Planned]) -> Callable[[Day], np.ndarray]:
    known = directory().devices
    ids = {(one.code, code): known[one.code].streams[code].id for one in devices for code in one.kind.properties}
    return lambda day: np.array([ids[pair] for pair in day.streams], np.int32)


def _hours(day: Day, numbers: np.ndarray) -> Iterator[tuple[pa.RecordBatch, int]]:
    """An hour's arrivals at a time, as the door takes columns; what comes twice bears the same mark."""
    marks = (day.stream.astype(np.uint64) << np.uint64(52)) ^ day.at.astype(np.uint64)
    begins = int(day.received[0])
    edges = np.arange(begins, int(day.received[-1]) + HOUR, HOUR)
    cuts = [*np.searchsorted(day.received, edges), day.at.size]
    for first, last in pairwise(cuts):
        if first == last:
            continue
        rows = slice(first, last)
        columns = {
            "datastream": pa.array(numbers[day.stream[rows]], pa.int32()),
            "at": pa.array(day.at[rows], pa.int64()),
            "number": pa.array(day.value[rows], pa.float64()),
            "message": pa.array(marks[rows], pa.uint64()),
        }
        yield pa.RecordBatch.from_pydict(columns), int(day.received[last - 1])
