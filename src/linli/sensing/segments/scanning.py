"""Rows by question: which datastreams, which time; corrections applied, statistics used to open little."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from linli.sensing.segments.catalog import Catalog, Pack, segment_name
from linli.sensing.segments.corrections import KEYS, Overlay
from linli.sensing.segments.errors import StoreDamaged
from linli.sensing.segments.ids import pack_id
from linli.sensing.segments.packs import GROUP_ROWS, groups_with, read_pack
from linli.sensing.segments.raw import RawView
from linli.sensing.segments.schema import SCHEMA

BEGIN, END = -(1 << 63), (1 << 63) - 1


@dataclass(frozen=True)
class Query:
    """Rows of `datastreams` (ascending int32; None: of all) with since <= at < until; `columns` of SCHEMA to give."""

    datastreams: np.ndarray | None = None
    since: int = BEGIN
    until: int = END
    columns: tuple[str, ...] = tuple(SCHEMA.names)
    ids: bool = True  # whether rows must have their `id`

    @property
    def read(self) -> list[str]:
        """The columns that must be read: also those that are asked about."""
        return [name for name in SCHEMA.names if name in self.columns or name in KEYS]

    def mask(self, table: pa.Table) -> np.ndarray:
        at = table.column("at").to_numpy()
        mask = (at >= self.since) & (at < self.until)
        if self.datastreams is not None:
            datastream = table.column("datastream").to_numpy()
            if len(self.datastreams) == 1:
                mask &= datastream == self.datastreams[0]
            else:
                mask &= np.isin(datastream, self.datastreams)
        return mask


@dataclass(frozen=True)
class Source:
    """Segments `first` to `last` of a log, in one file: a pack, or one raw segment whose rows are in `raw`."""

    log: "Snapshot"
    first: int
    last: int
    since: int
    until: int
    datastreams: np.ndarray
    pack: Pack | None = None
    raw: pa.Table | None = None

    def touched(self) -> np.ndarray:
        number = self.log.number
        return self.log.overlay.between(pack_id(number, self.first, 0), pack_id(number, self.last + 1, 0))

    def may_hold(self, query: Query) -> bool:
        if self.until < query.since or self.since >= query.until:
            return False
        if query.datastreams is None:
            return True
        wanted = query.datastreams
        if len(wanted) > len(self.datastreams):
            return bool(np.isin(self.datastreams, wanted).any())
        places = np.searchsorted(self.datastreams, wanted)
        places[places == len(self.datastreams)] = 0
        return bool(len(self.datastreams) and (self.datastreams[places] == wanted).any())

    def load(self, query: Query) -> pa.Table:
        """The rows that answer: the columns of `query.read` and `id`, in no order."""
        touched = self.touched()
        moved = [one for one in touched.tolist() if one in self.log.overlay.moved]
        table = self._raw(query, moved) if self.pack is None else self._packed(self.pack, query, moved)
        if not len(touched):
            return table
        table = self.log.overlay.apply(table, touched)
        return table.filter(pa.array(query.mask(table))) if moved else table

    def row(self, segment: int, row: int) -> dict[str, Any] | None:
        """One row as it lies in the file, without corrections."""
        if self.pack is None:
            assert self.raw is not None
            return self.raw.slice(row, 1).to_pylist()[0] if row < self.raw.num_rows else None
        try:
            places = read_pack(self.log.folder, self.pack, ["segment", "row"])
            mask = (places.column("segment").to_numpy() == segment) & (places.column("row").to_numpy() == row)
            found = np.flatnonzero(mask)
            if not len(found):
                return None
            group, offset = divmod(int(found[0]), GROUP_ROWS)
            table = read_pack(self.log.folder, self.pack, SCHEMA.names, [group])
        except FileNotFoundError:
            pack = self.log.again().pack_of(segment)
            if pack is None or pack == self.pack:
                return None
            return replace(self, pack=pack).row(segment, row)
        return table.slice(offset, 1).to_pylist()[0]

    def _raw(self, query: Query, moved: list[int]) -> pa.Table:
        table = self.raw.select(query.read) if self.raw is not None else SCHEMA.empty_table().select(query.read)
        ids = pack_id(self.log.number, self.first, np.arange(table.num_rows))
        return _chosen(table, ids, query, moved)

    def _packed(self, pack: Pack, query: Query, moved: list[int]) -> pa.Table:
        if not query.ids and not len(self.touched()) and (pack.first, pack.last) == (self.first, self.last):
            return self._without_ids(pack, query)
        columns = ["segment", "row", *query.read]
        try:
            if moved:
                table = read_pack(self.log.folder, pack, columns)
            else:
                groups = groups_with(self.log.folder, pack, query.datastreams, query.since, query.until)
                table = read_pack(self.log.folder, pack, columns, groups)
        except FileNotFoundError:
            return self._elsewhere(pack, query)
        ids = pack_id(self.log.number, table.column("segment").to_numpy(), table.column("row").to_numpy())
        if (pack.first, pack.last) != (self.first, self.last):
            low, high = pack_id(self.log.number, self.first, 0), pack_id(self.log.number, self.last + 1, 0)
            mine = (ids >= low) & (ids < high)
            table, ids = table.filter(pa.array(mine)), ids[mine]
        return _chosen(table.select(query.read), ids, query, moved)

    def _without_ids(self, pack: Pack, query: Query) -> pa.Table:
        try:
            groups = groups_with(self.log.folder, pack, query.datastreams, query.since, query.until)
            table = read_pack(self.log.folder, pack, query.read, groups)
        except FileNotFoundError:
            return self._elsewhere(pack, query)
        return table.filter(pa.array(query.mask(table)))

    def _elsewhere(self, missing: Pack, query: Query) -> pa.Table:
        """The file went while we looked: the rows lie in another now, or retention took them."""
        pack = self.log.again().pack_of(self.first)
        if pack is None:
            return _chosen(SCHEMA.empty_table().select(query.read), np.zeros(0, np.int64), query, [])
        if pack == missing:
            raise StoreDamaged(f"{self.log.folder / pack.name} is missing. Run: linli observations verify")
        return self._packed(pack, query, self.touched().tolist())


def _chosen(table: pa.Table, ids: np.ndarray, query: Query, moved: list[int]) -> pa.Table:
    mask = query.mask(table)
    if moved:
        mask |= np.isin(ids, np.array(moved, np.int64))
    table = table.append_column(pa.field("id", pa.int64(), nullable=False), pa.array(ids))
    return table if mask.all() else table.filter(pa.array(mask))


@dataclass(frozen=True)
class Snapshot:
    """One log as it is at one moment. `again` reads the catalog anew."""

    number: int
    folder: Path
    catalog: Catalog
    overlay: Overlay
    open: dict[int, RawView]
    again: Callable[[], Catalog]

    def sources(self) -> list[Source]:
        packed = [self._of_pack(pack) for pack in self.catalog.packs]
        return packed + [self._of_raw(number, raw) for number, raw in self.open.items() if raw.table.num_rows]

    def source_of(self, segment: int) -> Source | None:
        """Where a segment's rows lie; None where there is no such segment any more, or yet."""
        if (raw := self.open.get(segment)) is not None:
            return self._of_raw(segment, raw)
        pack = self.catalog.pack_of(segment)
        return self._of_pack(pack) if pack else None

    def _of_pack(self, pack: Pack) -> Source:
        return self._stretched(pack.first, pack.last, pack.since, pack.until, pack.datastreams, pack=pack)

    def _of_raw(self, number: int, raw: RawView) -> Source:
        return self._stretched(number, number, raw.since, raw.until, raw.datastreams, raw=raw.table)

    def _stretched(self, first: int, last: int, since: int, until: int, datastreams: list[int], **where: Any) -> Source:
        """A source whose statistics hold for its corrected rows too."""
        make = partial(Source, self, first, last)
        if self.overlay.moved:
            low, high = pack_id(self.number, first, 0), pack_id(self.number, last + 1, 0)
            values = [self.overlay.changes[one] or {} for one in self.overlay.moved if low <= one < high]
            at = [value["at"] for value in values if "at" in value]
            since, until = min([since, *at]), max([until, *at])
            more = {value["datastream"] for value in values if "datastream" in value}
            datastreams = sorted({*datastreams, *more})
        return make(since, until, np.array(datastreams, np.int32), **where)


def raw_numbers(catalog: Catalog, folder: Path) -> Iterator[int]:
    """The segments whose rows lie in no pack: sealed ones, and the one that is written."""
    packed = {number for pack in catalog.packs[-64:] for number in range(pack.first, pack.last + 1)}
    older = catalog.packs[-65].last if len(catalog.packs) > 64 else 0
    for segment in catalog.segments:
        if segment.number > older and segment.number not in packed:
            yield segment.number
    number = catalog.last + 1
    while (folder / segment_name(number)).exists():
        yield number
        number += 1


def scan(sources: list[Source], query: Query, newest_first: bool) -> Iterator[pa.Table]:
    """Tables of the rows that answer, all in the order of (at, id), or the reverse of it.

    A source is read when its earliest row may be next; what lies later waits until the sources that begin before it
    are read too.
    """
    wanted = [source for source in sources if source.may_hold(query)]
    wanted.sort(key=lambda source: -source.until if newest_first else source.since)
    waiting: list[pa.Table] = []
    for number, source in enumerate(wanted):
        waiting.append(source.load(query))
        if number + 1 == len(wanted):
            break
        following = wanted[number + 1]
        ready, waiting = _split(waiting, following, newest_first)
        if ready.num_rows:
            yield ordered(ready, newest_first)
    if waiting:
        yield ordered(pa.concat_tables(waiting), newest_first)


def _split(waiting: list[pa.Table], following: Source, newest_first: bool) -> tuple[pa.Table, list[pa.Table]]:
    table = pa.concat_tables(waiting)
    at = table.column("at").to_numpy()
    ready = at > following.until if newest_first else at < following.since
    if ready.all():
        return table, []
    rest = table.filter(pa.array(~ready))
    return table.filter(pa.array(ready)), [rest]


def ordered(table: pa.Table, newest_first: bool) -> pa.Table:
    at, id = table.column("at").to_numpy(), table.column("id").to_numpy()  # noqa: A001
    order = np.lexsort([id, at])
    if newest_first:
        order = order[::-1]
    if (np.diff(order) == 1).all():
        return table.combine_chunks()
    return table.take(pa.array(order)).combine_chunks()
