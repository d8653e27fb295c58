"""Observations kept and asked for: rows appended a CPU-second, and a history chart of a month.

The month is that of a model neighbourhood: 400 devices that speak once a minute, 17.3 million rows in one log.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow as pa

from bench.figure import Figure
from linli.sensing.segments import Store
from linli.sensing.segments.packs import kept_footer

DEVICES = 400
MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE
DAYS = 30
START = 1_790_035_200_000_000
POINTS = 600
ROUNDS = 9


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        root = Path(folder)
        return [*appending(root / "append"), *history(root / "history")]


def appending(folder: Path) -> list[Figure]:
    """Batches of 1,000 rows, to one log and to eight at once, each round committed."""
    rows = readings(0, 1000)
    with Store(folder, "bench") as store:
        logs = [store.log(f"estate {number}") for number in range(8)]
        one = best(lambda: [logs[0].append(rows), store.commit()], 300, 1000)
        eight = best(lambda: [*[log.append(rows) for log in logs], store.commit()], 100, 8000)
        begun = perf_counter()
        for _ in range(100):
            for log in logs:
                log.append(rows.slice(0, 10))
            store.commit()
        latency = (perf_counter() - begun) * 10
    return [
        Figure("observations appended, a commit each 1,000", one, "per CPU-s", 1_000_000, more_is_better=True),
        Figure("the same, eight logs a commit", eight, "per CPU-s", 1_000_000, more_is_better=True),
        Figure("a commit of eight logs", latency, "ms"),
    ]


def best(work: Callable[[], object], times: int, rows: int) -> float:
    """The best of five rounds, for other programs share the processor."""
    rates = []
    for _ in range(5):
        begun = process_time()
        for _ in range(times):
            work()
        rates.append(times * rows / (process_time() - begun))
    return max(rates)


def history(folder: Path) -> list[Figure]:
    with Store(folder, "bench") as store:
        begun = process_time()
        rows = fill(store)
        filled = process_time() - begun
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    until = START + DAYS * DAY
    kept_footer.cache_clear()
    first = taken(lambda: Store(folder, writable=False).series(7, START, until, POINTS))
    reader = Store(folder, writable=False)
    again = [taken(lambda n=n: reader.series(10 + n, START, until, POINTS)) for n in range(ROUNDS)]
    scans = [taken(lambda n=n: scanned(reader, 50 + n, until)) for n in range(ROUNDS)]
    last = [taken(lambda: reader.latest(range(DEVICES))) for _ in range(ROUNDS)]
    return [
        Figure("history chart of one datastream, a month at 1/min", min(again), "CPU-ms", 50),
        Figure("the same, first of a process", first, "CPU-ms"),
        Figure("its 43,200 rows scanned", min(scans), "CPU-ms"),
        Figure(f"last values of {DEVICES} datastreams", min(last), "CPU-ms"),
        Figure("observations compacted, hours and days", rows / filled, "per CPU-s", more_is_better=True),
        Figure("bytes of a kept observation", size / rows, "B"),
    ]


def fill(store: Store) -> int:
    """A month, packed by hour and merged by day as it comes; the last three hours lie raw."""
    log, rows = store.log("estate"), 0
    for hour in range(DAYS * 24):
        for part in range(4):
            rows += len(log.append(readings(hour * 60 + part * 15, 15 * DEVICES)))
            store.commit()
        if hour < DAYS * 24 - 3:
            store.compact(START + hour * 60 * MINUTE)
    return rows


def readings(minute: int, count: int) -> pa.RecordBatch:
    """So many readings from a minute on: each device once a minute, a few seconds apart."""
    n = np.arange(count)
    at = START + (minute + n // DEVICES) * MINUTE + n % DEVICES * 100_000
    number = np.round(20 + 5 * np.sin(at / DAY * 6.28) + np.random.default_rng(minute).normal(0, 0.3, count), 2)
    columns = {
        "datastream": pa.array((n % DEVICES).astype(np.int32)),
        "at": pa.array(at),
        "received": pa.array(at + 250_000),
        "number": pa.array(number),
        "message": pa.array((n + minute * 1_000_003).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)),
    }
    return pa.RecordBatch.from_pydict(columns)


def taken(work: Callable[[], object]) -> float:
    """Milliseconds of processor: the work is done by one thread, and other programs share the processor."""
    begun = process_time()
    work()
    return (process_time() - begun) * 1000


def scanned(store: Store, datastream: int, until: int) -> None:
    rows = sum(batch.num_rows for batch in store.scan([datastream], START, until, columns=["at", "number"]))
    assert rows == DAYS * 24 * 60, rows
