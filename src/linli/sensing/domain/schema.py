"""What a message and a reading must look like: the format of our own door, and the checks of whole columns.

    {"id": "a1", "at": "2026-11-26T03:12:00.250+08:00", "readings": {"smoke": 12.5, "battery": 91}}

`at` may also be whole milliseconds since 1970. Nothing else is part of a message: an unknown field is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import numpy as np
import pyarrow as pa
from msgspec import Meta

from linli.sensing.domain.directory import ANY, CATEGORY, COUNT, TRUTH, Directory
from linli.sensing.domain.forbidden import TooDeep, forbidden_in, is_forbidden_name, is_forbidden_text, is_plain
from linli.sensing.domain.refusals import CODE, Reason

SECOND, DAY = 1_000_000, 86_400_000_000  # µs
EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * SECOND
AHEAD_MOST = DAY
SKEWED = 60 * SECOND
MESSAGE_MOST = 64 * 1024  # bytes of one message
BODY_MOST = 1024 * 1024  # bytes of a list of them
COLUMNS_MOST = 4 * 1024 * 1024  # bytes of a batch of columns
MESSAGES_MOST = 1000
EXTRA_MOST = 4096  # characters
EXTRA = frozenset({"parameters", "resultQuality", "validTime", "exact"})  # exact: a result that no double holds
PARAMETER: dict[str, Any] = {
    "number": (int, float), "text": str, "truth": bool, "any": (int, float, str, bool), "json": object,
}  # fmt: skip
OTHERS = "*"  # stands for every parameter that is not named, where a property allows more


class Message(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One message of a device. readings: by the code of the observed property."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    at: datetime | Annotated[int, Meta(ge=0, le=1 << 50)]
    readings: Annotated[dict[str, float | bool | str], Meta(min_length=1, max_length=32)]

    def instant(self) -> int:
        """Event time in µs; 0 where it has no zone."""
        at = self.at
        if type(at) is int:
            return at * 1000
        return round(at.timestamp() * SECOND) if at.tzinfo else 0  # type: ignore[union-attr]


_one = msgspec.json.Decoder(Message)
_many = msgspec.json.Decoder(Annotated[list[Message], Meta(min_length=1, max_length=MESSAGES_MOST)])
_plain = msgspec.json.Decoder()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a body, or a message, is not taken."""

    reason: Reason
    where: str = ""


def decode(body: bytes) -> list[Message] | Fault:
    """The messages in a body: one, or a list of them."""
    try:
        if body[:1] == b"{":
            return [_one.decode(body)]
        return _many.decode(body) if len(body) <= BODY_MOST else Fault(Reason.SIZE)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _fault(body, error)


def _fault(body: bytes, error: Exception) -> Fault:
    """Look again at what could not be read, and say why. What nobody may keep is told as such, before all else."""
    if len(body) > BODY_MOST:
        return Fault(Reason.SIZE)
    try:
        body.decode()
    except UnicodeDecodeError:
        return Fault(Reason.TEXT)
    try:
        said = _plain.decode(body)
        if where := forbidden_in(said):
            return Fault(Reason.FORBIDDEN, where)
    except (RecursionError, TooDeep):
        return Fault(Reason.DEPTH)
    except msgspec.DecodeError as found:
        return Fault(Reason.NUMBER if _is_number(str(found), body) else Reason.JSON)
    return _misfit(str(error))


def _is_number(words: str, body: bytes) -> bool:
    return "out of range" in words or any(sign in body for sign in (b"NaN", b"Infinity"))


def _misfit(words: str) -> Fault:
    """msgspec's sentence ends with the path of what does not fit: `… - at `$.readings[...]``."""
    where = words.rpartition("`$")[2].strip("`.") if "`$" in words else ""
    if "unknown field" in words:
        return Fault(Reason.FIELD, words.split("`")[1])
    if "out of range" in words:
        return Fault(Reason.NUMBER, where)
    return Fault(Reason.TIME if where == "at" else Reason.TYPE, where)


def unknown_reading(name: str, value: Any) -> Fault:
    """A reading that this device does not have."""
    bad = is_forbidden_name(name) or is_forbidden_text(name) or (isinstance(value, str) and is_forbidden_text(value))
    return Fault(Reason.FORBIDDEN if bad else Reason.FIELD, name[:40])


# --- whole columns


def check(batch: pa.RecordBatch, rows: np.ndarray, number: np.ndarray, known: Directory, now: int) -> np.ndarray:
    """The code of a reason for each row, 0 where it is taken (refusals.CODE). The first that applies.

    batch: columns of SCHEMA, `received` not among them.  rows: place of each datastream in the directory, -1 unknown.
    number: float64, NaN where there is none.  now: µs.
    """
    codes = np.zeros(len(rows), np.int8)

    def mark(where: np.ndarray, reason: Reason) -> None:
        codes[where & (codes == 0)] = CODE[reason]

    mark(rows < 0, Reason.SENDER)
    if not len(known.streams):
        return codes
    at = batch.column("at").to_numpy(zero_copy_only=False)
    mark((at < EARLIEST) | (at > now + AHEAD_MOST), Reason.TIME)
    mark(known.retired[rows], Reason.RETIRED)
    mark(known.closed[rows], Reason.CONSENT)
    kind, text = known.kind[rows], _valid(batch, "text")
    given = _valid(batch, "number")
    mark(given == text, Reason.TYPE)  # both, or neither
    mark(text & (kind != CATEGORY) & (kind != ANY), Reason.TYPE)
    mark(given & (kind == CATEGORY), Reason.TYPE)
    mark(given & ~np.isfinite(number), Reason.NUMBER)
    mark((kind == COUNT) & (number != np.floor(number)), Reason.TYPE)
    mark((kind == TRUTH) & (number != 0) & (number != 1), Reason.TYPE)
    mark(given & ((number < known.low[rows]) | (number > known.high[rows])), Reason.RANGE)
    mark(known.care[rows] & (kind != TRUTH), Reason.TYPE)
    for row in np.flatnonzero((codes == 0) & text):
        codes[row] = CODE[_text_fault(batch.column("text")[row].as_py(), known.streams[rows[row]])]
    for row in np.flatnonzero((codes == 0) & _valid(batch, "extra")):
        stream = known.streams[rows[row]]
        codes[row] = CODE[extra_fault(batch.column("extra")[row].as_py(), stream.parameters)]
    return codes


def _valid(batch: pa.RecordBatch, name: str) -> np.ndarray:
    if name not in batch.schema.names:
        return np.zeros(batch.num_rows, bool)
    return batch.column(name).is_valid().to_numpy(zero_copy_only=False)


def _text_fault(said: str, stream: Any) -> Reason | None:
    """A result that is no number: a word of the category, or any plain value where any is allowed."""
    try:
        value = _plain.decode(said)
        if stream.kind == CATEGORY:
            return None if isinstance(value, str) and value in stream.words else Reason.RANGE
        if not is_plain(value):
            return Reason.NUMBER
        return Reason.FORBIDDEN if forbidden_in(value) is not None else None
    except (RecursionError, TooDeep):
        return Reason.DEPTH
    except msgspec.DecodeError:
        return Reason.JSON


def extra_fault(said: str, allowed: Mapping[str, str]) -> Reason | None:
    """`parameters` only as the observed property allows, beside what the standard names."""
    if len(said) > EXTRA_MOST:
        return Reason.SIZE
    try:
        extra = _plain.decode(said)
        if not isinstance(extra, dict) or not set(extra) <= EXTRA:
            return Reason.FIELD
        if forbidden_in(extra) is not None:
            return Reason.FORBIDDEN
    except (RecursionError, TooDeep):
        return Reason.DEPTH
    except msgspec.DecodeError:
        return Reason.JSON
    parameters = extra.get("parameters") or {}
    if not isinstance(parameters, dict) or (OTHERS not in allowed and not set(parameters) <= set(allowed)):
        return Reason.FIELD
    kinds = (allowed.get(name) or allowed[OTHERS] for name in parameters)
    return None if all(map(_fits, parameters.values(), kinds)) else Reason.TYPE


def _fits(value: Any, kind: str) -> bool:
    if kind in ("number", "text") and isinstance(value, bool):
        return False
    return isinstance(value, PARAMETER[kind]) and is_plain(value)


def truths_as_numbers(batch: pa.RecordBatch, rows: np.ndarray, known: Directory) -> pa.RecordBatch:
    """`true` and `false`, which come as texts, become 1 and 0 where yes or no is observed."""
    text = _valid(batch, "text")
    if not text.any() or not len(known.streams):
        return batch
    said = np.array(batch.column("text").to_pylist(), object)
    truth = text & (rows >= 0) & (known.kind[rows] == TRUTH) & ((said == "true") | (said == "false"))
    if not truth.any():
        return batch
    number = number_of(batch)
    number[truth] = said[truth] == "true"
    said[truth] = None
    columns = {name: batch.column(name) for name in batch.schema.names}
    columns["number"] = pa.array(number, pa.float64(), mask=~(_valid(batch, "number") | truth))
    columns["text"] = pa.array(said.tolist(), pa.string())
    return pa.RecordBatch.from_pydict(columns)


def number_of(batch: pa.RecordBatch) -> np.ndarray:
    """The results that are numbers, NaN elsewhere. A copy."""
    if "number" not in batch.schema.names:
        return np.full(batch.num_rows, np.nan)
    return np.array(batch.column("number").to_numpy(zero_copy_only=False), float)


# --- readings one by one, as columns


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading by datastream. Instants in µs.

    result: a number, truth value, text, or any plain JSON value.  until: the end, where it is about a span.
    extra: `parameters`, `resultQuality`, `validTime`.  message: the sender's id, by which a doubled one is known.
    """

    datastream: int
    at: int
    result: Any
    until: int | None = None
    result_time: int | None = None
    feature: int | None = None
    extra: Mapping[str, Any] | None = None
    message: int | None = None


def columns_of(readings: Sequence[Reading]) -> pa.RecordBatch:
    """Columns of SCHEMA but for `received`.  Raises OverflowError for a number that no double holds."""
    numbers = [None if isinstance(each.result, bool) or not isinstance(each.result, int | float) else float(each.result)
               for each in readings]  # fmt: skip
    texts = [
        msgspec.json.encode(each.result).decode() if number is None else None
        for each, number in zip(readings, numbers, strict=True)
    ]
    extras = [msgspec.json.encode(each.extra).decode() if each.extra else None for each in readings]
    return pa.RecordBatch.from_pydict(
        {
            "datastream": pa.array(
                [each.datastream if 0 < each.datastream < 1 << 31 else 0 for each in readings], pa.int32()
            ),
            "at": pa.array([each.at for each in readings], pa.int64()),
            "until": pa.array([each.until for each in readings], pa.int64()),
            "result_time": pa.array([each.result_time for each in readings], pa.int64()),
            "number": pa.array(numbers, pa.float64()),
            "text": pa.array(texts, pa.string()),
            "feature": pa.array([each.feature for each in readings], pa.int32()),
            "extra": pa.array(extras, pa.string()),
            "message": pa.array([each.message for each in readings], pa.uint64()),
        }
    )
