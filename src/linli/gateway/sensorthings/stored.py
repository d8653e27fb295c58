"""Observations read from the segments, as rows that filters and answers understand."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from linli.gateway.sensorthings.observation import Observation
from linli.gateway.sensorthings.times import Instant, Interval, as_time
from linli.sensing.domain.observations import readable
from linli.sensing.domain.properties import OBSERVATION_TYPES
from linli.sensing.enums import ResultType
from linli.sensing.models import Datastream

if TYPE_CHECKING:
    import pyarrow as pa

    from linli.sensing.segments import Frame

COLUMNS = ["datastream", "at", "until", "result_time", "number", "text", "feature", "extra"]
EXACT_ROWS = 200_000  # looked at for the time that datastreams span
AT_ONCE = 10_000  # ids in one statement
EXACT_INTEGER = 2**53
BIGGEST = 2**53


@dataclass(frozen=True)
class Where:
    """Which observations: of these datastreams, about this feature, beginning in since ≤ at < until (microseconds).

    low, high: bounds of a numeric result, both included; rows without a number are outside.
    """

    datastreams: frozenset[int] | None = None
    feature: int | None = None
    since: int | None = None
    until: int | None = None
    low: float | None = None
    high: float | None = None

    @property
    def looks_into_rows(self) -> bool:
        """Whether more is asked of a row than its datastream and its time."""
        return self.feature is not None or self.low is not None or self.high is not None

    def within(self, other: "Where") -> "Where":
        """What is in both."""
        sets = [each.datastreams for each in (self, other) if each.datastreams is not None]
        return replace(
            self,
            datastreams=frozenset.intersection(*sets) if sets else None,
            feature=self.feature if other.feature is None else other.feature,
            since=_most(self.since, other.since),
            until=_least(self.until, other.until),
            low=_most(self.low, other.low),
            high=_least(self.high, other.high),
        )


class Stored:
    """Reads for one request. It remembers which datastreams may be seen, and whose results are truth values."""

    def __init__(self) -> None:
        self.streams: dict[int, bool | None] = {}  # True: truth values; False: other results; None: not to be seen

    def rows(self, where: Where, *, newest_first: bool = False) -> Iterator[Observation]:
        """In the order of (at, id), or turned round."""
        for batch in self.batches(where, COLUMNS, newest_first=newest_first):
            yield from self._read(batch)

    def page(self, where: Where, skip: int, size: int, *, newest_first: bool = False) -> Iterator[Observation]:
        """The rows from `skip` on, at most `size`; those before are not looked into."""
        limit = None if where.looks_into_rows else skip + size
        for batch in self.batches(where, COLUMNS, newest_first=newest_first, limit=limit):
            if skip >= batch.num_rows:
                skip -= batch.num_rows
                continue
            part = batch.slice(skip, size)
            yield from self._read(part)
            skip, size = 0, size - part.num_rows
            if size <= 0:
                return

    def count(self, where: Where) -> int:
        wanted = self._wanted(where)
        if wanted is None or where.looks_into_rows:
            return sum(batch.num_rows for batch in self.batches(where, ["datastream"]))
        return readable().count(datastreams=wanted, since=where.since, until=where.until) if wanted else 0

    def get(self, key: int) -> Observation | None:
        if not 0 < key < BIGGEST:
            return None
        row = readable().get(key)
        if row is None:
            return None
        self.see([row["datastream"]])
        truth = self.streams[row["datastream"]]
        values: list[Any] = [row[name] for name in [*COLUMNS, "id"]]
        return None if truth is None else _observation(truth, *values)

    def batches(
        self, where: Where, columns: Sequence[str], *, newest_first: bool = False, limit: int | None = None
    ) -> Iterator["pa.RecordBatch"]:
        """Arrow batches with these columns and `id`, of what may be seen."""
        wanted = self._wanted(where)
        if wanted is not None and not wanted:
            return
        asked = list(dict.fromkeys([*columns, "datastream", *_needed(where)]))
        for batch in readable().scan(
            datastreams=wanted, since=where.since, until=where.until, columns=asked, newest_first=newest_first,
            limit=None if wanted is None else limit,
        ):  # fmt: skip
            kept = self._narrowed(batch, where, all_seen=wanted is not None)
            if kept.num_rows:
                yield kept

    def _wanted(self, where: Where) -> list[int] | None:
        """The datastreams to be read that may be seen; None for all."""
        if where.datastreams is None:
            return None
        self.see(where.datastreams)
        return sorted(key for key in where.datastreams if self.streams[key] is not None)

    def see(self, keys: Iterable[int]) -> None:
        """Find out about datastreams, so that it need not be asked for each."""
        new = sorted({key for key in keys if key not in self.streams})
        for begin in range(0, len(new), AT_ONCE):
            part = new[begin : begin + AT_ONCE]
            self.streams.update(dict.fromkeys(part))
            told = Datastream.objects.filter(pk__in=part, care=False)
            for key, result, said in told.values_list("pk", "observed_property__result_type", "observation_type"):
                self.streams[key] = is_truth(result, said)

    def add_extents(self, rows: Sequence[Any]) -> None:
        """Give each datastream its `extent`: when it was observed, and when results came, from first to last."""
        new = {row.pk: row for row in rows if not hasattr(row, "extent")}
        found = _extents(self, frozenset(new)) if new else {}
        for key, row in new.items():
            row.extent = found.get(key, (None, None))

    def _narrowed(self, batch: "pa.RecordBatch", where: Where, *, all_seen: bool) -> "pa.RecordBatch":
        import pyarrow as pa
        import pyarrow.compute as pc

        if not all_seen:
            present = pc.unique(batch.column("datastream")).to_pylist()
            self.see(present)
            seen = pa.array([key for key in present if self.streams[key] is not None], pa.int32())
            batch = batch.filter(pc.is_in(batch.column("datastream"), value_set=seen))
        if where.feature is not None:
            batch = batch.filter(pc.equal(batch.column("feature"), where.feature))
        if where.low is not None:
            batch = batch.filter(pc.greater_equal(batch.column("number"), where.low))
        if where.high is not None:
            batch = batch.filter(pc.less_equal(batch.column("number"), where.high))
        return batch

    def of_frame(self, frame: "Frame") -> Iterator[Observation]:
        """The observations of a frame of a log, but for what may not be seen."""
        import pyarrow as pa

        assert frame.batch is not None
        whole = frame.batch.append_column("id", pa.array(frame.ids, pa.int64()))
        yield from self._read(self._narrowed(whole, Where(), all_seen=False))

    def _read(self, batch: "pa.RecordBatch") -> Iterator[Observation]:
        columns = [batch.column(name).to_pylist() for name in [*COLUMNS, "id"]]
        for row in zip(*columns, strict=True):
            yield _observation(self.streams[row[0]] is True, *row)


def is_truth(result_type: str, observation_type: str) -> bool:
    """Whether the numbers of a datastream are no and yes."""
    if result_type == ResultType.ANY:
        return observation_type == OBSERVATION_TYPES[ResultType.TRUTH]
    return result_type == ResultType.TRUTH


def _observation(
    truth: bool, datastream: int, at: int, until: int | None, result_time: int | None, number: float | None,
    text: str | None, feature: int | None, extra: str | None, key: int,
) -> Observation:  # fmt: skip
    more = orjson.loads(extra) if extra else {}
    result = more["exact"] if "exact" in more else _result(truth, number, text)
    return Observation(key, datastream, at, until, result_time, result, feature, more)


def _result(truth: bool, number: float | None, text: str | None) -> Any:
    if text is not None:
        return orjson.loads(text)
    if number is None:
        return None
    if truth and number in (0, 1):
        return number == 1
    return int(number) if number.is_integer() and abs(number) < EXACT_INTEGER else number


def _needed(where: Where) -> list[str]:
    numbers = where.low is not None or where.high is not None
    return (["feature"] if where.feature is not None else []) + (["number"] if numbers else [])


Extent = tuple[Instant | Interval | None, Instant | Interval | None]


def _extents(stored: Stored, keys: frozenset[int]) -> dict[int, Extent]:
    import pyarrow as pa
    import pyarrow.compute as pc

    found: dict[int, list[int | None]] = {}
    seen = 0
    for batch in stored.batches(Where(datastreams=keys), ["datastream", "at", "until", "result_time"]):
        seen += batch.num_rows
        if seen > EXACT_ROWS:
            return _ends(keys)
        table = pa.table({
            "datastream": batch.column("datastream"),
            "at": batch.column("at"),
            "end": pc.coalesce(batch.column("until"), batch.column("at")),
            "result": batch.column("result_time"),
        })  # fmt: skip
        sums = table.group_by("datastream").aggregate(
            [("at", "min"), ("end", "max"), ("result", "min"), ("result", "max")]
        )
        names = ["datastream", "at_min", "end_max", "result_min", "result_max"]
        for key, *ends in zip(*(sums.column(name).to_pylist() for name in names), strict=True):
            have = found.get(key, [None] * 4)
            found[key] = [(_least if at % 2 == 0 else _most)(have[at], ends[at]) for at in range(4)]
    return {key: (_period(ends[0], ends[1]), _period(ends[2], ends[3])) for key, ends in found.items()}


def _ends(keys: frozenset[int]) -> dict[int, Extent]:
    """The same by the first and the last row of each alone, where there are too many to look at them all."""
    last = readable().latest(sorted(keys))
    first: dict[int, dict[str, Any]] = {}
    columns = ["datastream", "at", "result_time"]
    for batch in readable().scan(datastreams=sorted(last), columns=columns):
        for row in batch.to_pylist():
            first.setdefault(row["datastream"], row)
        if len(first) == len(last):
            break
    return {
        key: (
            _period(first[key]["at"], row["at"] if row["until"] is None else row["until"]),
            _period(_least(first[key]["result_time"], row["result_time"]), row["result_time"]),
        )
        for key, row in last.items()
        if key in first
    }


def _period(start: int | None, end: int | None) -> Instant | Interval | None:
    return None if start is None else as_time(start, start if end is None else end)


def _least(one: Any, other: Any) -> Any:
    return other if one is None else one if other is None else min(one, other)


def _most(one: Any, other: Any) -> Any:
    return other if one is None else one if other is None else max(one, other)
