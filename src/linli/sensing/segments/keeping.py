"""Compaction and retention: sealed segments become Parquet, hours become days, and what is past its days goes.

The order on the disk is always: the new file, the catalog that names it, then the old file's end. After a crash the
catalog is right, and files that it does not name are cleared when the store is opened for writing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import RLock

import msgspec
import numpy as np
import pyarrow as pa

from linli.sensing.segments.catalog import Catalog, Pack, Segment, cut_name, read_catalog, segment_name, without
from linli.sensing.segments.corrections import CorrectionsWriter, Overlay, read_corrections
from linli.sensing.segments.files import Files
from linli.sensing.segments.frames import CONTROL
from linli.sensing.segments.ids import pack_id, unpack_id
from linli.sensing.segments.logs import Log
from linli.sensing.segments.packs import (
    PACK_SCHEMA,
    PackedControl,
    controls_name,
    pack_name,
    read_controls,
    read_pack,
    write_pack,
)
from linli.sensing.segments.raw import RawTable, read_frames
from linli.sensing.segments.scanning import Query
from linli.sensing.segments.writing import HOUR, LogWriter

DAY = 24 * HOUR
CARE = 48 * HOUR
# What is merged is held in memory, about 75 bytes a row and three times over; fewer and larger packs read faster.
MERGED_ROWS = 2_000_000
MERGED_DAYS = 28


@dataclass
class Keeper:
    """What one run over one log needs: its lock for the disk, its lock for memory, the store's commit."""

    files: Files
    log: Log
    corrector: CorrectionsWriter
    disk: RLock
    memory: RLock
    commit: Callable[[], None]
    overlay: Overlay = field(default_factory=Overlay)
    records: int = 0

    @property
    def writer(self) -> LogWriter:
        assert self.log.writer is not None
        return self.log.writer

    @property
    def catalog(self) -> Catalog:
        return self.writer.catalog

    def begin(self) -> None:
        """Take the corrections of now; those that come later are left for the next run."""
        with self.disk:
            found = read_corrections(self.log.folder)
        self.overlay, self.records = Overlay(), len(found)
        for correction in found:
            self.overlay.add(correction)

    def replace(self, change: Callable[[Catalog], Catalog]) -> None:
        with self.disk:
            self.writer.replace(change(self.catalog))

    def drop_corrections(self, dropped: Callable[[int], bool]) -> None:
        """Leave out, of the corrections taken by `begin`, those of the ids for which `dropped` says so."""
        with self.disk:
            found = read_corrections(self.log.folder)
            kept = [one for place, one in enumerate(found) if place >= self.records or not dropped(one.id)]
            if len(kept) < len(found):
                self.corrector.keep(kept)
                self.records -= len(found) - len(kept)

    def unlink(self, names: Iterable[str]) -> None:
        names = list(names)
        for name in names:
            self.files.unlink(self.log.folder / name)
        if names:
            self.files.sync_folder(self.log.folder)


@dataclass(frozen=True)
class Part:
    """What lies in one file: a pack, or a sealed raw segment."""

    first: int
    last: int
    rows: int
    day: int  # of its first hour
    end: int  # the instant its last hour ends
    pack: Pack | None = None


def parts(catalog: Catalog) -> list[Part]:
    """The sealed parts of a log in order."""
    found = []
    packs = {pack.first: pack for pack in catalog.packs}
    by_number = {segment.number: segment for segment in catalog.segments}
    covered = 0
    for segment in catalog.segments:
        if segment.number <= covered:
            continue
        pack = packs.get(segment.number)
        last = by_number[pack.last] if pack else segment
        covered = last.number
        rows = pack.rows if pack else segment.rows
        end = (last.opened // HOUR + 1) * HOUR
        found.append(Part(segment.number, covered, rows, segment.opened // DAY, end, pack))
    return found


def compact(keeper: Keeper, before: int, keep_raw: int) -> None:
    with keeper.disk, keeper.memory:
        keeper.writer.seal_before(before)
    keeper.begin()
    for group in groups(keeper, before):
        table = pa.concat_tables([rows_of(keeper, part) for part in group])
        repack(keeper, group, table)
    packs = keeper.catalog.packs
    keeper.drop_corrections(lambda one: _in_packs(packs, unpack_id(one)[1]))
    drop_raw(keeper, [s.number for s in keeper.catalog.segments if _is_old(s, before - keep_raw)])


def groups(keeper: Keeper, before: int) -> Iterator[list[Part]]:
    """The parts that become one pack each: hours of days that are over together, else raw and corrected ones alone."""
    for run in _runs(parts(keeper.catalog), before):
        if len(run) > 1:
            yield run
        else:
            yield from ([part] for part in run if part.pack is None or len(touched(keeper, part)))


def _runs(found: list[Part], before: int) -> Iterator[list[Part]]:
    """The parts whose hours are over, in order; together are those that may be merged."""
    run: list[Part] = []
    for part in found:
        if part.end > before and part.pack is None:
            break
        if run and not _may_join(run, part, before):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _may_join(run: list[Part], part: Part, before: int) -> bool:
    """Whether a part may lie in one pack with those before it: its day is over, and the pack is not too large then."""
    day_ends = -(-part.end // DAY) * DAY
    return (
        day_ends <= before
        and part.first == run[-1].last + 1
        and part.day // MERGED_DAYS == run[0].day // MERGED_DAYS
        and sum(one.rows for one in run) + part.rows <= MERGED_ROWS
    )


def touched(keeper: Keeper, part: Part) -> np.ndarray:
    number = keeper.log.number
    return keeper.overlay.between(pack_id(number, part.first, 0), pack_id(number, part.last + 1, 0))


def rows_of(keeper: Keeper, part: Part) -> pa.Table:
    """The rows of a part with PACK_SCHEMA, corrections folded in."""
    table = (
        _raw_rows(keeper, part.first)
        if part.pack is None
        else read_pack(keeper.log.folder, part.pack, PACK_SCHEMA.names)
    )
    table = table.cast(PACK_SCHEMA)
    if not len(ids := touched(keeper, part)):
        return table
    return keeper.overlay.apply(table.append_column("id", pa.array(ids_of(keeper, table))), ids).drop_columns(["id"])


def ids_of(keeper: Keeper, table: pa.Table) -> np.ndarray:
    return pack_id(keeper.log.number, table.column("segment").to_numpy(), table.column("row").to_numpy())


def _raw_rows(keeper: Keeper, number: int) -> pa.Table:
    raw = RawTable(keeper.log.folder / segment_name(number))
    raw.refresh()
    table = raw.view().table
    places = [np.full(raw.rows, number, np.int32), np.arange(raw.rows, dtype=np.int32)]
    for place, name in enumerate(("segment", "row")):
        table = table.add_column(place, PACK_SCHEMA.field(name), pa.array(places[place]))
    return table


def controls_of(keeper: Keeper, part: Part) -> list[PackedControl]:
    """The control records of a part; a correction keeps no value, for it is folded into the rows."""
    if part.pack:
        return read_controls(keeper.log.folder, part.pack)
    found = []
    for frame in read_frames(keeper.log.folder / segment_name(part.first)):
        if frame.kind == CONTROL:
            content = frame.json()
            kind, payload = content["kind"], content["payload"]
            payload = {"id": payload["id"]} if kind in ("correct", "delete") else payload
            found.append(PackedControl(part.first, frame.row, frame.control, kind, payload))
    return found


def repack(keeper: Keeper, group: list[Part], table: pa.Table) -> None:
    """Put the rows of `table` in the place of the parts `group`, which follow each other."""
    first, last = group[0].first, group[-1].last
    controls = [control for part in group for control in controls_of(keeper, part)]
    made = keeper.catalog.made + 1
    name = pack_name(first, last, made)
    pack = write_pack(keeper.files, keeper.log.folder, name, (first, last), table, controls)

    def changed(catalog: Catalog) -> Catalog:
        others = [other for other in catalog.packs if not first <= other.first <= last]
        packs = sorted([*others, pack], key=lambda pack: pack.first)
        segments = [
            msgspec.structs.replace(segment, datastreams=[]) if first <= segment.number <= last else segment
            for segment in catalog.segments
        ]
        return msgspec.structs.replace(catalog, packs=packs, segments=segments, made=made)

    keeper.replace(changed)
    keeper.unlink(_names(part.pack for part in group if part.pack))


def _names(packs: Iterable[Pack]) -> list[str]:
    return [name for pack in packs for name in (pack.name, controls_name(pack.name))]


def drop_raw(keeper: Keeper, numbers: Iterable[int]) -> None:
    """Raw segments whose rows lie in a pack go."""
    catalog, wanted = keeper.catalog, set(numbers)
    going = {s.number for s in catalog.segments if s.number in wanted and s.size and _in_packs(catalog.packs, s.number)}
    if not going:
        return

    def changed(catalog: Catalog) -> Catalog:
        segments = [
            msgspec.structs.replace(s, size=0, corrected=[]) if s.number in going else s for s in catalog.segments
        ]
        return msgspec.structs.replace(catalog, segments=segments)

    keeper.replace(changed)
    keeper.unlink(_raw_names(keeper, sorted(going)))


def _raw_names(keeper: Keeper, numbers: list[int]) -> list[str]:
    aside = [name for name in map(cut_name, numbers) if (keeper.log.folder / name).exists()]
    return [*map(segment_name, numbers), *aside]


def _in_packs(packs: list[Pack], number: int) -> bool:
    return any(pack.first <= number <= pack.last for pack in packs)


def _is_old(segment: Segment, before: int) -> bool:
    return (segment.opened // HOUR + 1) * HOUR <= before


# Retention.


def retain(keeper: Keeper, days: Mapping[int, float], now: int, keep_raw: int) -> None:
    cutoffs = {stream: now - round(kept * DAY) for stream, kept in days.items()}
    care = keeper.log.stream == "care"
    _seal_for(keeper, cutoffs, now if care else None)
    keeper.begin()
    if care:
        _drop_parts(keeper, lambda segment: segment.opened + CARE <= now)
    dropped = [ids for part in parts(keeper.catalog) if len(ids := _drop_rows(keeper, part, cutoffs))]
    if dropped:
        _forget(keeper, set(np.concatenate(dropped).tolist()))
    _drop_parts(keeper, lambda segment: _is_old(segment, now - keep_raw), empty=True)


def _seal_for(keeper: Keeper, cutoffs: Mapping[int, int], now: int | None) -> None:
    """Seal the open segment if it holds rows to drop, or care readings (`now` given) that are 48 h old."""
    with keeper.disk, keeper.memory:
        keeper.commit()
        segment = keeper.writer.open
        if segment is None:
            return
        old = now is not None and segment.opened + CARE <= now
        if not old:
            source = keeper.log.snapshot().source_of(segment.number)
            asked = Query(columns=("datastream", "at"))  # as they are corrected
            old = source is not None and bool(_expired(source.load(asked), cutoffs).any())
        if old:
            keeper.writer.seal_now()


def _expired(table: pa.Table, cutoffs: Mapping[int, int]) -> np.ndarray:
    """Which rows are past their datastream's days."""
    datastream, at = table.column("datastream").to_numpy(), table.column("at").to_numpy()
    named = np.array(sorted(cutoffs), np.int64)
    if not len(named) or not len(at):
        return np.zeros(len(at), bool)
    place = np.minimum(np.searchsorted(named, datastream), len(named) - 1)
    limits = np.array([cutoffs[int(one)] for one in named], np.int64)
    return (named[place] == datastream) & (at < limits[place])


def _drop_rows(keeper: Keeper, part: Part, cutoffs: Mapping[int, int]) -> np.ndarray:
    """Write the part anew without its rows past their days; the ids of those."""
    none = np.zeros(0, np.int64)
    if not len(touched(keeper, part)) and not _holds_expired(keeper, part, cutoffs):
        return none
    table = rows_of(keeper, part)
    expired = _expired(table, cutoffs)
    if not expired.any():
        return none
    repack(keeper, [part], table.filter(pa.array(~expired)))
    return ids_of(keeper, table)[expired]


def _holds_expired(keeper: Keeper, part: Part, cutoffs: Mapping[int, int]) -> bool:
    """Asked of the catalog first, then of two columns: most files hold nothing to drop."""
    segment = part.pack or keeper.catalog.segment(part.first)
    assert segment is not None
    if not any(segment.since < cutoffs[one] for one in segment.datastreams if one in cutoffs):
        return False
    if part.pack is None:
        return True
    table = read_pack(keeper.log.folder, part.pack, ["datastream", "at"])
    return bool(_expired(table, cutoffs).any())


def _forget(keeper: Keeper, ids: set[int]) -> None:
    """No raw segment and no correction keeps a value of the rows `ids`, which are dropped from their pack."""
    where = {int(unpack_id(one)[1]) for one in ids}
    holding = [s for s in keeper.catalog.segments if s.size and (s.number in where or ids.intersection(s.corrected))]
    for segment in holding:
        if not _in_packs(keeper.catalog.packs, segment.number):
            part = next(part for part in parts(keeper.catalog) if part.first == segment.number)
            repack(keeper, [part], rows_of(keeper, part))
    drop_raw(keeper, [segment.number for segment in holding])
    keeper.drop_corrections(ids.__contains__)


def _drop_parts(keeper: Keeper, old: Callable[[Segment], bool], empty: bool = False) -> None:
    """Take away whole parts all of whose segments are old; `empty`: only those that have no rows left."""
    for part in parts(keeper.catalog):
        if empty and (part.rows or part.pack is None):
            continue
        inside = [s for s in keeper.catalog.segments if part.first <= s.number <= part.last]
        if not all(old(segment) for segment in inside):
            continue
        keeper.replace(partial(without, first=part.first, last=part.last))
        keeper.unlink(_names([part.pack]) if part.pack else [])
        keeper.unlink(_raw_names(keeper, [s.number for s in inside if s.size]))
        keeper.drop_corrections(partial(_lies_in, part))


def _lies_in(part: Part, id: int) -> bool:  # noqa: A002
    return bool(part.first <= unpack_id(id)[1] <= part.last)


def clear_strays(files: Files, folder: Path, log: int) -> None:
    """Unlink what a crash left: files that the catalog does not name."""
    catalog = read_catalog(folder, log)
    named = {name for pack in catalog.packs for name in (pack.name, controls_name(pack.name))}
    named |= {segment_name(segment.number) for segment in catalog.segments if segment.size}
    strays = [path for path in folder.iterdir() if path.name not in named and _is_stray(path, catalog)]
    for path in strays:
        files.unlink(path)
    if strays:
        files.sync_folder(folder)


def _is_stray(path: Path, catalog: Catalog) -> bool:
    if path.suffix == ".seg" and path.stem.isdigit():
        return int(path.stem) <= catalog.last
    return path.suffix in (".parquet", ".controls", ".tmp")
