"""A history page: a month of one reading a minute, read from the store, thinned, drawn, and put into a table."""

from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pyarrow as pa
from django.conf import settings

from bench.figure import Figure
from bench.search import a_database
from linli.sensing.chart import chart
from linli.sensing.domain.history import Span, history, window
from linli.sensing.models import Datastream, Device, ObservedProperty, Sensor, Thing
from linli.sensing.segments import Store

LAST = date(2026, 6, 30)
MINUTE = 60_000_000  # microseconds
DAYS = 30
OTHERS = 40  # datastreams that lie in the same log
ROUNDS = 30


def measure() -> list[Figure]:
    with a_database(), TemporaryDirectory(prefix="linli-bench-") as folder:
        settings.OBSERVATIONS = Path(folder)
        told = told_stream()
        fill(Path(folder), told.pk)
        figures = []
        for name, span, aim in (("a month", Span.MONTH, 50), ("a day", Span.DAY, None)):
            figures.append(Figure(f"history chart, {name} at one a minute", drawn(told, span), "ms", aim))
        return figures


def told_stream() -> Datastream:
    thing, sensor = Thing.objects.create(name="bench"), Sensor.objects.create(name="bench")
    what = ObservedProperty.objects.create(code="temperature", name="Temperature", unit="°C", result_type="measurement")
    return Datastream.objects.create(thing=thing, sensor=sensor, observed_property=what, name="bench", estate="0001")


def fill(folder: Path, number: int) -> None:
    """A month of days, committed hour by hour as they would come, and packed as the service does."""
    since = round(window(Span.MONTH, LAST).since.timestamp() * 1_000_000)
    noise = np.random.default_rng(1)
    with Store(folder, installation="bench") as store:
        log = store.log(estate="0001", stream="main")
        for hour in range(DAYS * 24):
            at = np.repeat(since + (hour * 60 + np.arange(60)) * MINUTE, OTHERS + 1)
            streams = np.tile(number + np.arange(OTHERS + 1, dtype=np.int32), 60)
            values = 20 + 5 * np.sin(at / 1e10) + noise.normal(0, 0.3, len(at))
            log.append(pa.record_batch({"datastream": streams, "at": at, "received": at, "number": values}))
            store.commit()
        store.compact(since + DAYS * 24 * 60 * MINUTE)


def drawn(told: Datastream, span: Span) -> float:
    """The middle of some rounds, in milliseconds: reading, thinning, drawing and table."""
    device, seen = Device(pk=0, code="BENCH"), window(span, LAST)

    def once() -> float:
        begun = perf_counter()
        found = history(device, told, seen)
        assert len(chart(found)) > 1000
        assert len(found.rows) == seen.cut.rows
        return (perf_counter() - begun) * 1000

    once()
    return median(once() for _ in range(ROUNDS))
