"""The questions of the store, over several logs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from linli.sensing.segments.ids import unpack_id
from linli.sensing.segments.logs import Log
from linli.sensing.segments.scanning import BEGIN, END, Query, Source
from linli.sensing.segments.scanning import scan as scan_sources
from linli.sensing.segments.schema import SCHEMA


class Series(NamedTuple):
    """Numbers over time: `times` int64 microseconds; `mean`, `min` and `max` float64, of the same length."""

    times: np.ndarray
    mean: np.ndarray
    min: np.ndarray
    max: np.ndarray


def query(datastreams: Iterable[int] | None, since: int | None, until: int | None, columns: Sequence[str]) -> Query:
    """Raises KeyError for a column that SCHEMA does not know."""
    if unknown := set(columns) - {*SCHEMA.names, "id"}:
        raise KeyError(f"Unknown columns: {', '.join(sorted(unknown))}")
    wanted = None if datastreams is None else np.array(sorted(set(datastreams)), np.int32)
    names = tuple(name for name in columns if name != "id")
    return Query(wanted, BEGIN if since is None else since, END if until is None else until, names)


def scan(logs: list[Log], query: Query, newest_first: bool, limit: int | None) -> Iterator[pa.RecordBatch]:
    left = limit
    for table in scan_sources(sources(logs), query, newest_first):
        if left is not None:
            table = table.slice(0, left)
            left -= table.num_rows
        yield from (batch for batch in table.select([*query.columns, "id"]).to_batches() if batch.num_rows)
        if left == 0:
            return


def sources(logs: list[Log]) -> list[Source]:
    return [source for log in logs for source in log.snapshot().sources()]


def count(logs: list[Log], query: Query) -> int:
    query = replace(query, ids=False)
    return sum(source.load(query).num_rows for source in sources(logs) if source.may_hold(query))


def get(log: Log, id: int) -> dict[str, Any] | None:  # noqa: A002
    _, segment, row = unpack_id(id)
    snapshot = log.snapshot()
    source = snapshot.source_of(segment)
    if source is None or snapshot.overlay.changes.get(id, {}) is None:
        return None
    found = source.row(segment, row)
    return None if found is None else {**found, **(snapshot.overlay.changes.get(id) or {}), "id": id}


def latest(logs: list[Log], datastreams: list[int]) -> dict[int, dict[str, Any]]:
    """Sources are read from the newest on; a datastream is done when no source left can have a later row."""
    left = set(datastreams)
    best: dict[int, dict[str, Any]] = {}
    for source in sorted(sources(logs), key=lambda source: -source.until):
        left = {one for one in left if one not in best or best[one]["at"] <= source.until}
        asked = query(left, None, None, SCHEMA.names)
        if not left:
            break
        if not source.may_hold(asked):
            continue
        for row in _last_rows(source.load(asked)):
            known = best.get(row["datastream"])
            if known is None or (row["at"], row["id"]) > (known["at"], known["id"]):
                best[row["datastream"]] = row
    return best


def _last_rows(table: pa.Table) -> list[dict[str, Any]]:
    """The row with the greatest (at, id) of each datastream of a table."""
    if not table.num_rows:
        return []
    datastream = table.column("datastream").to_numpy()
    order = np.lexsort([table.column("id").to_numpy(), table.column("at").to_numpy(), datastream])
    last = np.append(np.diff(datastream[order]) != 0, True)
    return table.take(pa.array(order[last])).to_pylist()


def series(logs: list[Log], datastream: int, since: int, until: int, points: int) -> Series:
    """At most `points` buckets between `since` and `until` (each at least 1); the rows themselves if they are no more.

    Raises ValueError for an empty span or no points.
    """
    if until <= since or points < 1:
        raise ValueError("A series needs a span of time and at least one point.")
    asked = replace(query([datastream], since, until, ["number"]), ids=False)
    tables = [source.load(asked) for source in sources(logs) if source.may_hold(asked)]
    at = _joined([table.column("at") for table in tables], np.int64)
    number = _joined([table.column("number") for table in tables], np.float64)
    finite = np.isfinite(number)
    at, number = at[finite], number[finite]
    if (np.diff(at) < 0).any():
        order = np.argsort(at, kind="stable")
        at, number = at[order], number[order]
    return Series(at, number, number, number) if len(at) <= points else _thinned(at, number, since, until, points)


def _thinned(at: np.ndarray, number: np.ndarray, since: int, until: int, points: int) -> Series:
    length = -(-(until - since) // points)  # rounded up, so that the last bucket ends no earlier than `until`
    bucket = (at - since) // length
    starts = np.flatnonzero(np.diff(bucket, prepend=-1))
    sizes = np.diff(starts, append=len(at))
    return Series(
        since + bucket[starts] * length,
        np.add.reduceat(number, starts) / sizes,
        np.minimum.reduceat(number, starts),
        np.maximum.reduceat(number, starts),
    )


def _joined(columns: list[pa.ChunkedArray], kind: type) -> np.ndarray:
    return np.concatenate([column.to_numpy() for column in columns]) if columns else np.zeros(0, kind)
