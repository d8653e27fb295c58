"""A log read in order: raw segments as they grow, packs where the raw ones are gone."""

from collections.abc import Callable, Generator, Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa

from linli.sensing.segments.catalog import Catalog, Pack, segment_name
from linli.sensing.segments.errors import StoreDamaged
from linli.sensing.segments.frames import CONTROL, ROWS, SEAL, RawFrame
from linli.sensing.segments.ids import pack_id
from linli.sensing.segments.packs import PACK_SCHEMA, PackedControl, read_controls, read_pack
from linli.sensing.segments.positions import Frame, Position
from linli.sensing.segments.raw import read_frames
from linli.sensing.segments.schema import SCHEMA

Steps = Generator[Frame, None, Position | None]
BATCH = 1 << 16  # rows of a batch that comes out of a pack


class InOrder:
    """Reads one log. `catalog` gives the catalog of now; `durable` the end of what may be read, None: of the file."""

    def __init__(
        self, folder: Path, log: int, catalog: Callable[[], Catalog], durable: Callable[[], Position | None]
    ) -> None:
        self.folder, self.log, self.catalog, self.durable = folder, log, catalog, durable

    def read(self, after: Position | None) -> Iterator[Frame]:
        position = after or Position(1)
        while (following := (yield from self._step(position))) is not None:
            position = following

    def _step(self, position: Position) -> Steps:
        """Yields the frames after `position` in its segment; returns where to go on, None where the log ends."""
        end = self.durable()
        if end is not None and (end.segment, end.offset) <= (position.segment, position.offset):
            return None
        limit = end.offset if end is not None and end.segment == position.segment else None
        try:
            return (yield from self._raw(position, limit))
        except FileNotFoundError:
            return (yield from self._without_raw(position))

    def end(self) -> Position:
        """After the last whole frame of the log."""
        if (end := self.durable()) is not None:
            return end
        position = Position(self.catalog().last + 1)
        try:
            for frame in read_frames(self.folder / segment_name(position.segment)):
                position = _after(frame, position.segment)
        except FileNotFoundError:
            pass  # the next segment has not begun
        return position

    def _raw(self, position: Position, limit: int | None) -> Steps:
        path = self.folder / segment_name(position.segment)
        for frame in read_frames(path, self._offset(path, position, limit), limit):
            if frame.kind == SEAL:
                return Position(position.segment + 1)
            if found := self._frame(frame, position):
                yield found
            position = max(position, _after(frame, position.segment))
        if self.catalog().last >= position.segment and limit is None:
            return self._sealed_meanwhile(path, position)
        return None

    def _sealed_meanwhile(self, path: Path, position: Position) -> Position:
        """The segment grew and was sealed after we saw its size; or else what was sealed is damaged."""
        if next(read_frames(path, position.offset), None) is None:
            raise StoreDamaged(f"{path} is damaged at byte {position.offset}. Run: linli observations verify")
        return position

    def _offset(self, path: Path, position: Position, limit: int | None) -> int:
        """Where the frame after `position` begins: what was not durable may have been lost."""
        if position.offset == 0:
            return 0
        here = next(read_frames(path, position.offset, limit), None)
        if here and (here.row, here.control) == (position.row, position.control):
            return position.offset
        if here is None and path.stat().st_size == position.offset:
            return position.offset
        end = 0
        for frame in read_frames(path, 0, limit):
            if frame.end > position.offset:
                break
            end = frame.end
        return end

    def _frame(self, frame: RawFrame, position: Position) -> Frame | None:
        if frame.kind == CONTROL and (position.offset or frame.control >= position.control):
            content = frame.json()
            return Frame(_after(frame, position.segment), content["kind"], payload=content["payload"])
        if frame.kind == ROWS:
            batch, row = frame.batch(), frame.row
            seen = 0 if position.offset else max(0, position.row - row)
            if seen < batch.num_rows:
                batch = batch.slice(seen)
                ids = pack_id(self.log, position.segment, np.arange(row + seen, row + seen + batch.num_rows))
                return Frame(_after(frame, position.segment), "rows", batch=batch, ids=ids)
        return None

    def _without_raw(self, position: Position) -> Steps:
        catalog = self.catalog()
        if position.segment > catalog.last:
            return None
        for gone in catalog.gone:
            if gone.first <= position.segment <= gone.last:
                return Position(gone.last + 1)
        if pack := catalog.pack_of(position.segment):
            try:
                yield from self._packed(pack, position)
            except FileNotFoundError:
                return position  # it was merged into another meanwhile; the catalog names that one
            return Position(pack.last + 1)
        if (self.folder / segment_name(position.segment)).exists():
            return position
        raise StoreDamaged(f"Segment {position.segment} is missing in {self.folder}. Run: linli observations verify")

    def _packed(self, pack: Pack, position: Position) -> Iterator[Frame]:
        table = read_pack(self.folder, pack, PACK_SCHEMA.names)
        controls = {number: list(run) for number, run in groupby(read_controls(self.folder, pack), lambda c: c.segment)}
        order = np.lexsort([table.column("row").to_numpy(), table.column("segment").to_numpy()])
        table = table.take(pa.array(order)).combine_chunks()
        segments = table.column("segment").to_numpy()
        for number in range(position.segment, pack.last + 1):
            rows = table.slice(*_span(segments, number))
            start = position if number == position.segment else Position(number)
            yield from self._segment(number, rows, controls.get(number, []), start)

    def _segment(self, number: int, table: pa.Table, controls: list[PackedControl], after: Position) -> Iterator[Frame]:
        numbers = table.column("row").to_numpy()
        begin, count = int(np.searchsorted(numbers, after.row)), after.control
        for control in [*controls[after.control :], None]:
            upto = len(numbers) if control is None else int(np.searchsorted(numbers, control.row))
            for part in range(begin, upto, BATCH):
                end = min(part + BATCH, upto)
                rows = table.slice(part, end - part).select(SCHEMA.names).combine_chunks()
                batch = rows.to_batches()[0].cast(SCHEMA)
                place = Position(number, 0, int(numbers[end - 1]) + 1, count)
                yield Frame(place, "rows", batch=batch, ids=pack_id(self.log, number, numbers[part:end]))
            begin = max(begin, upto)
            if control is not None:
                count += 1
                place = Position(number, 0, control.row, count)
                yield Frame(place, control.kind, payload=control.payload)


def _span(segments: np.ndarray, number: int) -> tuple[int, int]:
    first, last = np.searchsorted(segments, [number, number + 1])
    return int(first), int(last - first)


def _after(frame: RawFrame, segment: int) -> Position:
    rows = frame.batch().num_rows if frame.kind == ROWS else 0
    return Position(segment, frame.end, frame.row + rows, frame.control + (frame.kind == CONTROL))
