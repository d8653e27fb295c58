"""Data arrays that are posted: thousands of observations of a few datastreams, as whole columns.

Rows that are alike (each a time and a number) never become objects: they are read as Arrow columns, and go on as such.
Whatever else comes is read row by row.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any, TypeAlias

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from msgspec import Meta, Raw

from linli.core.errors import DomainError
from linli.gateway.sensorthings import history, observing
from linli.gateway.sensorthings.alike_rows import TIME, read_columns
from linli.gateway.sensorthings.bodies import MOST_BYTES, read_body, read_value
from linli.gateway.sensorthings.entities import DATASTREAM, FEATURE, OBSERVATION
from linli.gateway.sensorthings.errors import BadRequest, malformed
from linli.gateway.sensorthings.stored import EXACT_INTEGER
from linli.gateway.sensorthings.times import micros
from linli.sensing.domain.accept import Sender, accept_batch
from linli.sensing.enums import ResultType
from linli.sensing.models import Datastream, FeatureOfInterest

FEATURE_ID = "FeatureOfInterest/id"
NAMES = frozenset(OBSERVATION.props) - {"id"} | {FEATURE_ID}
PLAIN = {"phenomenonTime": TIME, "result": pa.float64(), "resultTime": TIME, FEATURE_ID: pa.int32()}
NUMERIC = frozenset({ResultType.MEASUREMENT, ResultType.COUNT, ResultType.ANY})
MOST_GROUPS = 10_000
ROWS_AT_ONCE = 200_000  # rows that one message to the service holds


class Link(msgspec.Struct):
    key: int = msgspec.field(name="@iot.id")


class Group(msgspec.Struct):
    """One datastream's part of the body."""

    stream: Link = msgspec.field(name="Datastream")
    components: Annotated[list[str], Meta(min_length=1, max_length=20)]
    rows: Raw = msgspec.field(name="dataArray")


_groups = msgspec.json.Decoder(Annotated[list[Group], Meta(max_length=MOST_GROUPS)])


Prepared: TypeAlias = pa.RecordBatch | list[observing.Pending | None]


def create_observations(body: bytes, *, sender: Sender, at: datetime) -> np.ndarray:
    """Store all rows that are good. Returns the id of each row's observation, 0 where it was not taken (int64).

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
    keys = [_stored(part, sender=sender, at=at) for part in _together(prepared)]
    return np.concatenate(keys) if keys else np.zeros(0, np.int64)


def links_as_json(keys: np.ndarray, base: str) -> bytes:
    """A JSON array of what became of each row: the link to its observation, or `error`.

    base: the root's address, which has nothing in it that JSON writes in another way.
    """
    if not len(keys):
        return b"[]"
    texts = pc.binary_join_element_wise(f'"{base}Observations(', pc.cast(pa.array(keys), pa.string()), ')",', "")
    if not keys.all():
        texts = pc.if_else(pa.array(keys != 0), texts, '"error",')
    _valid, bounds, whole = texts.buffers()  # the texts lie there one behind the other
    return b"".join([b"[", memoryview(whole)[: np.frombuffer(bounds, np.int32)[len(keys)] - 1], b"]"])


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


def _stored(part: Prepared, *, sender: Sender, at: datetime) -> np.ndarray:
    """Hand a part to the door. Returns the id of each of its rows, 0 where it was not taken."""
    if isinstance(part, pa.RecordBatch):
        return accept_batch(part, sender=sender, received=at).ids
    good = np.array([index for index, each in enumerate(part) if each is not None], np.intp)
    keys = np.zeros(len(part), np.int64)
    readings = [each.reading for each in part if each is not None]
    keys[good] = accept_batch(readings, sender=sender, received=at).ids if readings else 0
    return keys


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
        if not PLAIN.keys() >= set(names) or not _is_numeric(stream):
            return None
        try:
            said = dict(zip(names, read_columns(bytes(group.rows), [PLAIN[name] for name in names]), strict=True))
        except (ValueError, msgspec.DecodeError, RecursionError):
            return None
        number = said["result"].to_numpy()
        is_count = stream.observation_type.endswith("OM_CountObservation")
        # A whole number further from 0 may be more exact than its double; row by row decides what becomes of it.
        if not (np.abs(number) < EXACT_INTEGER).all() or (is_count and (number % 1).any()):
            return None
        return self._batch(said, stream)

    def _batch(self, said: Mapping[str, pa.Array], stream: Datastream) -> pa.RecordBatch | None:
        size = len(said["result"])
        if FEATURE_ID in said:
            column = said[FEATURE_ID]
            keys = column.unique().to_pylist()
            known = FEATURE.rows().in_bulk([key for key in keys if key > 0])
            if len(known) < len(keys):
                return None
            features = list(known.values())
        else:
            feature = self._own_feature(stream)
            features, column = [feature], pa.repeat(pa.scalar(feature.pk, pa.int32()), size)
        self.seen += [observing.pending_for(stream, feature) for feature in features]
        stamp = micros(self.at) // 1000 * 1000
        columns = {
            "datastream": pa.repeat(pa.scalar(stream.pk, pa.int32()), size),
            "at": said.get("phenomenonTime", pa.repeat(pa.scalar(stamp, pa.int64()), size)),
            "number": said["result"],
            "feature": column,
        }
        if "resultTime" in said:
            columns["result_time"] = said["resultTime"]
        return pa.RecordBatch.from_pydict(columns)

    # --- whatever else

    def _one_by_one(self, group: Group, stream: Datastream) -> list[observing.Pending | None]:
        rows = read_body(bytes(group.rows))
        if not isinstance(rows, list):
            raise malformed("dataArray", rows, _("A list is expected."))
        if not rows:
            return []
        features = _features(group.components, rows)
        own = None if FEATURE_ID in group.components else self._own_feature(stream)
        pending = [_good(group.components, row, stream, own, features, self.at) for row in rows]
        self.seen += [each for each in pending if each is not None]
        return pending


def _is_numeric(stream: Datastream) -> bool:
    """Whether a number is what the datastream takes, so that nothing but the door need look at it."""
    kind = stream.observed_property.result_type
    words = ("OM_TruthObservation", "OM_CategoryObservation")
    return kind in NUMERIC and not (kind == ResultType.ANY and stream.observation_type.endswith(words))


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
