"""Rows for tests, and what comes out of a store as plain values."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from linli.sensing.segments import SCHEMA, Log, Position, Store

HOUR = 3_600_000_000
DAY = 24 * HOUR
START = 1_790_035_200_000_000  # a midnight of UTC


def batch(rows: Sequence[tuple[int, int, float]], received: int | None = None) -> pa.RecordBatch:
    """Rows of (datastream, at, number), received when they happened or all at `received`."""
    at = [row[1] for row in rows]
    columns = {
        "datastream": pa.array([row[0] for row in rows], pa.int32()),
        "at": pa.array(at, pa.int64()),
        "received": pa.array(at if received is None else [received] * len(rows), pa.int64()),
        "number": pa.array([row[2] for row in rows], pa.float64()),
    }
    return pa.RecordBatch.from_pydict(columns)


def minutes(datastream: int, count: int, since: int = START) -> pa.RecordBatch:
    """A reading a minute, which counts up from 0."""
    return batch([(datastream, since + n * 60_000_000, float(n)) for n in range(count)])


def row(id: int, datastream: int, at: int, number: float, **more: Any) -> dict[str, Any]:  # noqa: A002
    """The row as `get` gives it; received when it happened unless said otherwise."""
    values = {"datastream": datastream, "at": at, "received": at, "number": number, "id": id, **more}
    return {name: values.get(name) for name in [*SCHEMA.names, "id"]}


def listed(batches: Iterable[pa.RecordBatch]) -> list[dict[str, Any]]:
    return [row for batch in batches for row in batch.to_pylist()]


def ids_in_order(log: Log, after: Position | None = None) -> list[int]:
    """The ids that `read` gives after a position."""
    return [one for frame in log.read(after) if frame.ids is not None for one in frame.ids.tolist()]


def rows_of(store: Store, **asked: Any) -> list[dict[str, Any]]:
    return listed(store.scan(**asked))
