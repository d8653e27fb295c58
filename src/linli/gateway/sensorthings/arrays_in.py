"""Data arrays that are posted: thousands of observations of a few datastreams, as whole columns.

Rows that are alike (each a time and a number) never become objects: they are read by a decoder that knows their types,
and go on as Arrow columns. Whatever else comes is read row by row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from msgspec import Meta, Raw

from linli.core.errors import DomainError
from linli.gateway.sensorthings import history, observing
from linli.gateway.sensorthings.bodies import MOST_BYTES, read_body, read_value
from linli.gateway.sensorthings.entities import DATASTREAM, FEATURE, OBSERVATION
from linli.gateway.sensorthings.errors import BadRequest, malformed
from linli.gateway.sensorthings.times import LEAST, MOST, micros
from linli.sensing.domain.accept import Sender, accept_batch
from linli.sensing.domain.refusals import Accepted
from linli.sensing.enums import ResultType
from linli.sensing.models import Datastream, FeatureOfInterest

FEATURE_ID = "FeatureOfInterest/id"
NAMES = frozenset(OBSERVATION.props) - {"id"} | {FEATURE_ID}
PLAIN = {"phenomenonTime": str, "result": float, "resultTime": str}
NUMERIC = frozenset({ResultType.MEASUREMENT, ResultType.COUNT, ResultType.ANY})
MOST_GROUPS = 10_000
FIELDS = ("a", "b", "c", "d")


class Link(msgspec.Struct):
    key: int = msgspec.field(name="@iot.id")


class Group(msgspec.Struct):
    """One datastream's part of the body."""

    stream: Link = msgspec.field(name="Datastream")
    components: Annotated[list[str], Meta(min_length=1, max_length=20)]
    rows: Raw = msgspec.field(name="dataArray")


_groups = msgspec.json.Decoder(Annotated[list[Group], Meta(max_length=MOST_GROUPS)])
_any_rows = msgspec.json.Decoder(list[list[Any]])
ERROR = "error"


@dataclass
class Answers:
    """What is told of each row, in order: the link to the observation, or `error`."""

    base: str
    told: list[str] = field(default_factory=list)

    def take(self, accepted: Accepted) -> None:
        prefix = f"{self.base}Observations("
        keys = accepted.ids.tolist()
        if accepted.refused or accepted.doubled:
            self.told += [f"{prefix}{key})" if key else ERROR for key in keys]
        else:
            self.told += [f"{prefix}{key})" for key in keys]


def create_observations(body: bytes, base: str, *, sender: Sender, at: datetime) -> list[str]:
    """Store all rows that are good, and say of each what became of it.

    Raises:
        BadRequest: the body is no list of data arrays, or names a datastream that is not there.
        Away: nobody takes readings now.
    """
    groups = _read(body)
    streams = _streams({group.stream.key for group in groups})
    answers = Answers(base)
    for group in groups:
        stream = streams[group.stream.key]
        if unknown := [name for name in group.components if name not in NAMES]:
            raise malformed("components", unknown[0], _("There is no such property."))
        if len(set(group.components)) < len(group.components) or "result" not in group.components:
            raise malformed("components", group.components, _("Each stands there once, and result among them."))
        batch = _columns(group, stream, at)
        if batch is None:
            _one_by_one(group, stream, answers, sender=sender, at=at)
        elif batch.num_rows:
            answers.take(accept_batch(batch, sender=sender, received=at))
    return answers.told


def _read(body: bytes) -> list[Group]:
    if len(body) > MOST_BYTES:
        raise BadRequest(_("The body is too long."))
    try:
        return _groups.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(
            _("A list of data arrays is expected, each with Datastream, components and dataArray.")
        ) from error


def _streams(keys: set[int]) -> dict[int, Datastream]:
    inside = [key for key in keys if 0 < key < 2**31]
    found = DATASTREAM.rows().select_related("observed_property", "thing").in_bulk(inside)
    if missing := keys - set(found):
        raise malformed("Datastream", min(missing), _("There is no entity with this id."))
    return found


# --- alike rows, as columns


def _columns(group: Group, stream: Datastream, at: datetime) -> pa.RecordBatch | None:
    """Columns of the segments' schema; None where the rows are not all times and numbers."""
    names = group.components
    if any(name not in PLAIN and name != FEATURE_ID for name in names) or not _is_numeric(stream):
        return None
    try:
        rows = _decoder(tuple(names)).decode(group.rows)
        if not rows:
            return pa.RecordBatch.from_pydict({"datastream": pa.array([], pa.int32())})
        said = {name: list(map(attrgetter(field), rows)) for name, field in zip(names, FIELDS, strict=False)}
        times: dict[str, pa.Array] = {
            name: _times(said[name]) for name in ("phenomenonTime", "resultTime") if name in said
        }
    except (msgspec.DecodeError, pa.ArrowInvalid, UnicodeDecodeError, RecursionError):
        return None
    if stream.observation_type.endswith("OM_CountObservation") and any(value % 1 for value in said["result"]):
        return None
    return _batch(said, times, stream, len(rows), at)


@lru_cache(maxsize=64)
def _decoder(names: tuple[str, ...]) -> msgspec.json.Decoder[list[Any]]:
    """Reads rows of these components. What it makes is no matter of the garbage collector: there are thousands."""
    kinds = [(field, int if name == FEATURE_ID else PLAIN[name]) for name, field in zip(names, FIELDS, strict=False)]
    row = msgspec.defstruct("Row", kinds, array_like=True, forbid_unknown_fields=True, gc=False)
    return msgspec.json.Decoder(list[row])  # type: ignore[valid-type]


def _is_numeric(stream: Datastream) -> bool:
    """Whether a number is what the datastream takes, so that nothing but the door need look at it."""
    kind = stream.observed_property.result_type
    words = ("OM_TruthObservation", "OM_CategoryObservation")
    return kind in NUMERIC and not (kind == ResultType.ANY and stream.observation_type.endswith(words))


def _times(texts: Sequence[str]) -> pa.Array:
    """Microseconds. Every time must have a zone, as ISO 8601 writes them; whatever else is read row by row."""
    found = pc.cast(pa.array(texts, pa.string()), pa.timestamp("us", tz="UTC")).cast(pa.int64())
    ends = pc.min_max(found).as_py()
    if ends["min"] is None or ends["min"] < LEAST or ends["max"] > MOST:
        raise pa.ArrowInvalid
    return found


def _batch(
    said: Mapping[str, Sequence[Any]], times: Mapping[str, pa.Array], stream: Datastream, size: int, at: datetime
) -> pa.RecordBatch | None:
    if FEATURE_ID in said:
        keys = set(said[FEATURE_ID])
        known = FEATURE.rows().in_bulk([key for key in keys if 0 < key < 2**31])
        if len(known) < len(keys):
            return None
        features, column = list(known.values()), pa.array(said[FEATURE_ID], pa.int32())
    else:
        feature = _feature(stream)
        features, column = [feature], pa.repeat(pa.scalar(feature.pk, pa.int32()), size)
    _grow(stream, features)
    stamp = micros(at) // 1000 * 1000
    columns = {
        "datastream": pa.repeat(pa.scalar(stream.pk, pa.int32()), size),
        "at": times.get("phenomenonTime", pa.repeat(pa.scalar(stamp, pa.int64()), size)),
        "number": pa.array(said["result"], pa.float64()),
        "feature": column,
    }
    if "resultTime" in times:
        columns["result_time"] = times["resultTime"]
    return pa.RecordBatch.from_pydict(columns)


def _feature(stream: Datastream) -> FeatureOfInterest:
    feature = history.feature_of(stream.thing)
    if feature is None:
        raise malformed(FEATURE_ID, "", _("Name one: the thing stands nowhere, so none can be made for it."))
    return feature


def _grow(stream: Datastream, features: Sequence[FeatureOfInterest]) -> None:
    observing.grow_areas([observing.pending_for(stream, feature) for feature in features])


# --- whatever else


def _one_by_one(group: Group, stream: Datastream, answers: Answers, *, sender: Sender, at: datetime) -> None:
    rows = read_body(bytes(group.rows))
    if not isinstance(rows, list):
        raise malformed("dataArray", rows, _("A list is expected."))
    features = _features(group.components, rows)
    own = None if FEATURE_ID in group.components else _feature(stream)
    pending: list[observing.Pending | None] = []
    for row in rows:
        try:
            pending.append(_pending(group.components, row, stream, own, features, at))
        except DomainError:
            pending.append(None)
    good = [each for each in pending if each is not None]
    if good:
        told = accept_batch([each.reading for each in good], sender=sender, received=at)
        for each, key in zip(good, told.ids.tolist(), strict=True):
            each.pk = key
        observing.grow_areas(good)
    prefix = f"{answers.base}Observations("
    answers.told += [f"{prefix}{each.pk})" if each is not None and each.pk else ERROR for each in pending]


def _features(names: list[str], rows: list[Any]) -> dict[int, FeatureOfInterest]:
    if FEATURE_ID not in names:
        return {}
    at = names.index(FEATURE_ID)
    keys = {row[at] for row in rows if isinstance(row, list) and len(row) > at and isinstance(row[at], int)}
    return FEATURE.rows().in_bulk([key for key in keys if 0 < key < 2**31])


def _pending(
    names: list[str], row: Any, stream: Datastream, own: FeatureOfInterest | None,
    features: Mapping[int, FeatureOfInterest], at: datetime,
) -> observing.Pending:  # fmt: skip
    if not isinstance(row, list) or len(row) != len(names):
        raise malformed("dataArray", row, _("Each row has as many values as there are components."))
    said = dict(zip(names, row, strict=True))
    feature = own
    if FEATURE_ID in said:
        key = said.pop(FEATURE_ID)
        feature = features.get(key) if isinstance(key, int) else None
    if feature is None:
        raise malformed(FEATURE_ID, row, _("There is no entity with this id."))
    fields = {name: read_value(OBSERVATION, OBSERVATION.props[name], value) for name, value in said.items()}
    return observing.reading_of(stream, feature, fields, at)
