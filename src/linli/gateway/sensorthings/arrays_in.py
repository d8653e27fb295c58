"""Data arrays that are posted: thousands of observations of a few datastreams, as whole columns.

Rows that are alike (each a time and a number) never become objects: they are read by a decoder that knows their types,
and go on as Arrow columns. Whatever else comes is read row by row.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Any, TypeAlias

import msgspec
import numpy as np
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
from linli.sensing.enums import ResultType
from linli.sensing.models import Datastream, FeatureOfInterest

FEATURE_ID = "FeatureOfInterest/id"
NAMES = frozenset(OBSERVATION.props) - {"id"} | {FEATURE_ID}
PLAIN = {"phenomenonTime": str, "result": float, "resultTime": str}
NUMERIC = frozenset({ResultType.MEASUREMENT, ResultType.COUNT, ResultType.ANY})
MOST_GROUPS = 10_000
ROWS_AT_ONCE = 200_000  # rows that one message to the service holds
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
NOTHING = pa.RecordBatch.from_pydict({"datastream": pa.array([], pa.int32())})


Prepared: TypeAlias = pa.RecordBatch | list[observing.Pending | None]


def create_observations(body: bytes, base: str, *, sender: Sender, at: datetime) -> pa.StringArray:
    """Store all rows that are good, and say of each what became of it: the link to the observation, or `error`.

    Raises:
        BadRequest: the body is no list of data arrays, or names a datastream that is not there; nothing was stored.
        Away: nobody takes readings now.
    """
    groups = _read(body)
    streams = _streams({group.stream.key for group in groups})
    for group in groups:
        if unknown := [name for name in group.components if name not in NAMES]:
            raise malformed("components", unknown[0], _("There is no such property."))
        if len(set(group.components)) < len(group.components) or "result" not in group.components:
            raise malformed("components", group.components, _("Each stands there once, and result among them."))
    work = _Work(streams, groups, at)
    prepared = [work.prepare(group) for group in groups]
    observing.grow_areas(work.seen)
    told = [_stored(part, base, sender=sender, at=at) for part in _together(prepared)]
    return pa.chunked_array(told, pa.string()).combine_chunks()


def as_json(told: pa.StringArray) -> bytes:
    """The texts as a JSON array. Links and `error` have nothing in them that JSON writes in another way."""
    if not len(told):
        return b"[]"
    whole = pc.binary_join(pa.ListArray.from_arrays([0, len(told)], told), '","')
    return b'["%b"]' % whole[0].as_buffer()


def _together(prepared: Sequence[Prepared]) -> Iterator[Prepared]:
    """Columns of one kind that follow each other as one, so that the disk is waited for once; no more than one message
    to the service holds."""
    for schema, parts in groupby(prepared, lambda part: part.schema if isinstance(part, pa.RecordBatch) else None):
        if schema is None:
            yield from parts
            continue
        whole = pa.concat_batches(list(parts))
        for start in range(0, whole.num_rows, ROWS_AT_ONCE):
            yield whole.slice(start, ROWS_AT_ONCE)


def _stored(part: Prepared, base: str, *, sender: Sender, at: datetime) -> pa.StringArray:
    """Hand a part to the door. Returns what is told of each of its rows."""
    if isinstance(part, pa.RecordBatch):
        keys = accept_batch(part, sender=sender, received=at).ids
    else:
        good = np.array([index for index, each in enumerate(part) if each is not None], np.intp)
        keys = np.zeros(len(part), np.int64)
        readings = [each.reading for each in part if each is not None]
        keys[good] = accept_batch(readings, sender=sender, received=at).ids if readings else 0
    links = pc.binary_join_element_wise(f"{base}Observations(", pc.cast(pa.array(keys), pa.string()), ")", "")
    return links if keys.all() else pc.if_else(pa.array(keys != 0), links, ERROR)


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


class _Work:
    """What is known while one body is read. seen: which features the datastreams observe by it."""

    def __init__(self, streams: Mapping[int, Datastream], groups: Sequence[Group], at: datetime) -> None:
        self.streams, self.at = streams, at
        self.seen: list[observing.Pending] = []
        silent = {group.stream.key for group in groups if FEATURE_ID not in group.components}
        self._own = history.features_of([streams[key].thing for key in silent])

    def prepare(self, group: Group) -> Prepared:
        """Columns where all rows are times and numbers; else each row by itself, None where it is not good."""
        stream = self.streams[group.stream.key]
        found = self._columns(group, stream)
        return self._one_by_one(group, stream) if found is None else found

    def _own_feature(self, stream: Datastream) -> FeatureOfInterest:
        feature = self._own[stream.thing.pk]
        if feature is None:
            raise malformed(FEATURE_ID, "", _("Name one: the thing stands nowhere, so none can be made for it."))
        return feature

    # --- alike rows, as columns

    def _columns(self, group: Group, stream: Datastream) -> pa.RecordBatch | None:
        """Columns of the segments' schema; None where the rows are not all times and numbers."""
        names = group.components
        if any(name not in PLAIN and name != FEATURE_ID for name in names) or not _is_numeric(stream):
            return None
        try:
            rows = _decoder(tuple(names)).decode(group.rows)
            said = {name: list(map(attrgetter(field), rows)) for name, field in zip(names, FIELDS, strict=False)}
            times: dict[str, pa.Array] = {
                name: _times(said[name]) for name in ("phenomenonTime", "resultTime") if name in said and rows
            }
        except (msgspec.DecodeError, pa.ArrowInvalid, UnicodeDecodeError, RecursionError):
            return None
        if stream.observation_type.endswith("OM_CountObservation") and any(value % 1 for value in said["result"]):
            return None
        return self._batch(said, times, stream) if rows else NOTHING

    def _batch(
        self, said: Mapping[str, Sequence[Any]], times: Mapping[str, pa.Array], stream: Datastream
    ) -> pa.RecordBatch | None:
        size = len(said["result"])
        if FEATURE_ID in said:
            keys = set(said[FEATURE_ID])
            known = FEATURE.rows().in_bulk([key for key in keys if 0 < key < 2**31])
            if len(known) < len(keys):
                return None
            features, column = list(known.values()), pa.array(said[FEATURE_ID], pa.int32())
        else:
            feature = self._own_feature(stream)
            features, column = [feature], pa.repeat(pa.scalar(feature.pk, pa.int32()), size)
        self.seen += [observing.pending_for(stream, feature) for feature in features]
        stamp = micros(self.at) // 1000 * 1000
        columns = {
            "datastream": pa.repeat(pa.scalar(stream.pk, pa.int32()), size),
            "at": times.get("phenomenonTime", pa.repeat(pa.scalar(stamp, pa.int64()), size)),
            "number": pa.array(said["result"], pa.float64()),
            "feature": column,
        }
        if "resultTime" in times:
            columns["result_time"] = times["resultTime"]
        return pa.RecordBatch.from_pydict(columns)

    # --- whatever else

    def _one_by_one(self, group: Group, stream: Datastream) -> list[observing.Pending | None]:
        rows = read_body(bytes(group.rows))
        if not isinstance(rows, list):
            raise malformed("dataArray", rows, _("A list is expected."))
        features = _features(group.components, rows)
        own = None if FEATURE_ID in group.components else self._own_feature(stream)
        pending = [_good(group.components, row, stream, own, features, self.at) for row in rows]
        self.seen += [each for each in pending if each is not None]
        return pending


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


def _features(names: list[str], rows: list[Any]) -> dict[int, FeatureOfInterest]:
    if FEATURE_ID not in names:
        return {}
    at = names.index(FEATURE_ID)
    keys = {row[at] for row in rows if isinstance(row, list) and len(row) > at and isinstance(row[at], int)}
    return FEATURE.rows().in_bulk([key for key in keys if 0 < key < 2**31])


def _good(
    names: list[str], row: Any, stream: Datastream, own: FeatureOfInterest | None,
    features: Mapping[int, FeatureOfInterest], at: datetime,
) -> observing.Pending | None:  # fmt: skip
    try:
        return _pending(names, row, stream, own, features, at)
    except DomainError:
        return None


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
