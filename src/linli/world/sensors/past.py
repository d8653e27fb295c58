"""The past weeks of the net: every reading through the door, and what came of the alerts through the loop."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from linli.sensing.domain.accept import opened
from linli.sensing.domain.directory import directory
from linli.sensing.domain.sender import Sender
from linli.world.sensors.days import Day, Happening, days, happenings, micros
from linli.world.sensors.plan import Planned
from linli.world.sensors.rhythm import HOUR

WEEKS = timedelta(days=21)
HISTORY = timedelta(days=60)  # of the few kinds that are looked at over months
Flow = Callable[[int], None]


def told(devices: list[Planned], at: datetime) -> list[Happening]:
    """What happened in the weeks before `at`."""
    return happenings(devices, micros(at - WEEKS), micros(at))


def pour(devices: list[Planned], at: datetime, after: Flow) -> int:
    """Send every reading of the last weeks through the door, hour by hour. Returns how many were taken.

    after: called with the instant (µs) up to which everything has arrived, when the disk has it.
    """
    known = directory()
    ids = {
        (device.code, code): known.devices[device.code].streams[code].id
        for device in devices
        for code in device.kind.properties
    }
    taken = 0
    with opened() as direct:
        for day in days(devices, told(devices, at), micros(at - WEEKS), micros(at)):
            numbers = np.array([ids[pair] for pair in day.streams], np.int32)
            for batch, received in _hours(day, numbers):
                done = direct.columns(batch, Sender.system(), received)
                taken += int((done.ids > 0).sum())
                after(received)
    return taken


def _hours(day: Day, numbers: np.ndarray) -> Iterator[tuple[pa.RecordBatch, int]]:
    """An hour's arrivals at a time, as the door takes columns; what comes twice bears the same mark."""
    marks = (day.stream.astype(np.uint64) << np.uint64(52)) ^ day.at.astype(np.uint64)
    begins = int(day.received[0])
    edges = np.arange(begins, int(day.received[-1]) + HOUR, HOUR)
    cuts = [*np.searchsorted(day.received, edges), day.at.size]
    for first, last in zip(cuts, cuts[1:], strict=False):
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


def moment(micro: int) -> datetime:
    return datetime.fromtimestamp(micro / 1e6, UTC)
