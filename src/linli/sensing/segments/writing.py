"""One log as its writer sees it: ids given out in memory, frames written and sealed at a commit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from linli.sensing.segments.catalog import NEVER, Catalog, Segment, cut_name, read_catalog, segment_name, write_catalog
from linli.sensing.segments.errors import StoreDamaged, StoreError
from linli.sensing.segments.files import Files, write_whole
from linli.sensing.segments.frames import CONTROL, HEAD, ROWS, SEAL, RawFrame, holds_whole_frame, json_frame, rows_frame
from linli.sensing.segments.ids import ROWS as ROW_SPACE
from linli.sensing.segments.ids import SEGMENTS, pack_id
from linli.sensing.segments.positions import Position
from linli.sensing.segments.raw import read_frames
from linli.sensing.segments.schema import conform

HOUR = 3_600_000_000
MAX_BYTES = 128 << 20
MAX_ITEMS = 1 << 16  # frames of a segment: a reader decodes them one by one until the segment is packed


@dataclass(frozen=True, slots=True)
class Item:
    """What waits for a commit: rows, or a control record with its payload."""

    segment: int
    opened: int
    batch: pa.RecordBatch | None = None
    control: str = ""
    payload: dict[str, Any] | None = None


@dataclass
class Ahead:
    """Where the next row will lie, once what waits is written."""

    segment: int = 1
    row: int = 0
    control: int = 0
    size: int = 0
    items: int = 0
    opened: int | None = None  # None: nothing lies in the segment yet
    by_rows: bool = False  # whether `opened` is the arrival of rows; those of controls give way to it


@dataclass
class Open:
    """The segment that is being written, as it lies on the disk."""

    number: int
    handle: int
    opened: int
    previous: str
    offset: int = 0
    row: int = 0
    control: int = 0
    since: int = NEVER
    until: int = -NEVER
    datastreams: set[int] = field(default_factory=set)
    corrected: list[int] = field(default_factory=list)
    hash: Any = field(default_factory=lambda: blake2b(digest_size=16))

    def count(self, batch: pa.RecordBatch) -> None:
        at = batch.column("at").to_numpy()
        self.since, self.until = min(self.since, int(at.min())), max(self.until, int(at.max()))
        self.datastreams.update(batch.column("datastream").unique().to_pylist())
        self.row += batch.num_rows

    def note(self, kind: str, payload: Any) -> None:
        self.control += 1
        if kind in ("correct", "delete"):
            self.corrected.append(payload["id"])

    def sealed(self, size: int) -> Segment:
        return Segment(
            number=self.number,
            rows=self.row,
            controls=self.control,
            opened=self.opened,
            since=self.since,
            until=self.until,
            previous=self.previous,
            content=self.hash.hexdigest(),
            size=size,
            datastreams=sorted(self.datastreams),
            corrected=sorted(set(self.corrected)),
        )


class LogWriter:
    """Appends to one log.

    The store's lock is held for `append`, `control` and `take`; its commit lock for all that touches the disk.
    """

    def __init__(self, files: Files, folder: Path, log: int, installation: str, clock: Callable[[], int]) -> None:
        self.files, self.folder, self.log, self.installation, self.clock = files, folder, log, installation, clock
        self.max_bytes, self.max_items, self.max_rows = MAX_BYTES, MAX_ITEMS, ROW_SPACE
        self.catalog: Catalog = read_catalog(folder, log)
        self.open: Open | None = None
        self.ahead = Ahead()
        self.filled: dict[int, int] = {}  # rows of the segments that follow the catalog's last, but for the one ahead
        self.waiting: list[Item] = []
        self._recover()
        self.durable = self._end()

    # In memory.

    def append(self, batch: pa.RecordBatch) -> np.ndarray:
        """Ids of the rows, in their order.  Raises SchemaError, and StoreError for more rows than a segment has."""
        batch = conform(batch)
        count = batch.num_rows
        if not count:
            return np.zeros(0, np.int64)
        if count > self.max_rows:
            raise StoreError(f"A batch has at most {self.max_rows} rows; this one has {count}.")
        arrival = int(np.max(batch.column("received").to_numpy()))
        if self._is_full(count) or self._is_next_hour(arrival):
            self._next_segment()
        ahead = self.ahead
        if not ahead.by_rows:
            ahead.opened, ahead.by_rows = arrival, True
        ids = pack_id(self.log, ahead.segment, np.arange(ahead.row, ahead.row + count))
        ahead.row += count
        self._wait(batch.nbytes, Item(ahead.segment, ahead.opened or 0, batch=batch))
        return ids

    def control(self, kind: str, payload: dict[str, Any]) -> None:
        now = self.clock()
        by_controls = self.ahead.opened is not None and not self.ahead.by_rows
        if self._is_full(0) or (by_controls and self._is_next_hour(now)):
            self._next_segment()
        if self.ahead.opened is None:
            self.ahead.opened = now
        self.ahead.control += 1
        self._wait(128, Item(self.ahead.segment, self.ahead.opened, control=kind, payload=payload))

    def _wait(self, size: int, item: Item) -> None:
        self.ahead.size += size
        self.ahead.items += 1
        self.waiting.append(item)

    def _is_full(self, rows: int) -> bool:
        ahead = self.ahead
        return ahead.items > 0 and (
            ahead.row + rows > self.max_rows or ahead.size >= self.max_bytes or ahead.items >= self.max_items
        )

    def _is_next_hour(self, now: int) -> bool:
        return self.ahead.opened is not None and now // HOUR > self.ahead.opened // HOUR

    def _next_segment(self) -> None:
        if self.ahead.segment + 1 >= SEGMENTS:
            raise StoreError("This log has used all its segments. Begin a new store for this estate.")
        self.filled[self.ahead.segment] = self.ahead.row
        self.ahead = Ahead(self.ahead.segment + 1)

    def knows(self, segment: int, row: int) -> bool:
        """Whether an id was given out for this row and its segment is not gone."""
        if segment == self.ahead.segment:
            return row < self.ahead.row
        if segment in self.filled:
            return row < self.filled[segment]
        found = self.catalog.segment(segment)
        return found is not None and row < found.rows

    def take(self) -> list[Item]:
        taken, self.waiting = self.waiting, []
        return taken

    # On the disk.

    def write(self, items: list[Item]) -> None:
        """Write frames for `items`; sealed segments are synced here, the open one by `sync`."""
        for number, run in groupby(items, lambda item: item.segment):
            together = list(run)
            if self.open and self.open.number != number:
                self.seal()
            if not self.open:
                self._begin(number, together[-1].opened)
            self._opened().opened = together[-1].opened
            self._write(b"".join(self._frames(together)))

    def sync(self) -> None:
        if self.open:
            self.files.sync(self.open.handle)

    def settle(self) -> None:
        """All that was written is on the disk."""
        self.durable = self._end()

    def _frames(self, items: list[Item]) -> Iterator[bytes]:
        segment = self._opened()
        for is_rows, run in groupby(items, lambda item: item.batch is not None):
            if is_rows:
                batches = [item.batch for item in run]
                batch = batches[0] if len(batches) == 1 else pa.concat_batches(batches)
                yield rows_frame(batch, segment.row, segment.control)
                segment.count(batch)
                continue
            for item in run:
                content = {"kind": item.control, "payload": item.payload}
                yield json_frame(CONTROL, content, segment.row, segment.control)
                segment.note(item.control, item.payload)

    def _opened(self) -> Open:
        assert self.open is not None
        return self.open

    def _write(self, data: bytes) -> None:
        segment = self._opened()
        self.files.write(segment.handle, data)
        segment.hash.update(data)
        segment.offset += len(data)

    def _begin(self, number: int, opened: int) -> None:
        handle = self.files.open(self.folder / segment_name(number), new=True)
        self.open = Open(number, handle, opened, self.catalog.content)
        head = {
            "installation": self.installation,
            "log": self.log,
            "segment": number,
            "opened": opened,
            "previous": self.catalog.content,
        }
        self._write(json_frame(HEAD, head, 0, 0))
        self.files.sync_folder(self.folder)

    def seal(self) -> None:
        """End the open segment: its seal is on the disk before the catalog names it, both before the next begins."""
        segment = self._opened()
        entry = segment.sealed(0)
        seal = json_frame(SEAL, {"rows": entry.rows, "content": entry.content}, segment.row, segment.control)
        self.files.write(segment.handle, seal)
        self.files.sync(segment.handle)
        self.files.close(segment.handle)
        self.open = None
        entry = msgspec.structs.replace(entry, size=segment.offset + len(seal))
        self.replace(msgspec.structs.replace(self.catalog, segments=[*self.catalog.segments, entry]))

    def seal_before(self, before: int) -> bool:
        """Seal the open segment if its hour ended before `before` and nothing waits for it. Both locks are held."""
        if self.waiting or not self.open or (self.open.opened // HOUR + 1) * HOUR > before:
            return False
        self.seal_now()
        return True

    def seal_now(self) -> None:
        self._next_segment()
        self.seal()
        self.durable = self._end()

    def replace(self, catalog: Catalog) -> None:
        write_catalog(self.files, self.folder, catalog)
        self.catalog = catalog
        for number in [number for number in self.filled if number <= catalog.last]:
            del self.filled[number]

    def close(self) -> None:
        if self.open:
            self.files.close(self.open.handle)
            self.open = None

    def _end(self) -> Position:
        if self.open:
            return Position(self.open.number, self.open.offset, self.open.row, self.open.control)
        return Position(self.catalog.last + 1)

    # After a restart.

    def _recover(self) -> None:
        """Take up what the last writer left: cut the torn tail, enter sealed segments, go on writing."""
        while (path := self.folder / segment_name(self.catalog.last + 1)).exists():
            if not self._take_up(path):
                break
        if self.open:
            o = self.open
            self.ahead = Ahead(o.number, o.row, o.control, o.offset, o.control + o.row, o.opened, o.row > 0)
            self.ahead.items = min(self.ahead.items, self.max_items - 1)
        else:
            self.ahead = Ahead(self.catalog.last + 1)

    def _take_up(self, path: Path) -> bool:
        """Whether the segment was sealed, so that another may follow."""
        segment, sealed, count = None, False, 0
        with path.open("rb", buffering=0) as file:
            for frame in read_frames(path):
                if segment is None:
                    segment = self._reopen(path, frame)
                sealed = frame.kind == SEAL
                if not sealed:
                    file.seek(frame.offset)
                    segment.hash.update(file.read(frame.end - frame.offset))
                    _recount(segment, frame)
                segment.offset, count = frame.end, count + 1
        if segment is None:  # not even its head was written: it never was
            self.files.unlink(path)
            self.files.sync_folder(self.folder)
            return False
        self._cut(segment, path)
        if sealed:
            self.files.close(segment.handle)
            entry = segment.sealed(segment.offset)
            self.replace(msgspec.structs.replace(self.catalog, segments=[*self.catalog.segments, entry]))
        else:
            self.open = segment
        return sealed

    def _reopen(self, path: Path, frame: RawFrame) -> Open:
        head = frame.json() if frame.kind == HEAD else {}
        number = self.catalog.last + 1
        if head.get("segment") != number or head.get("log") != self.log or head["previous"] != self.catalog.content:
            raise StoreDamaged(f"{path} does not follow the segment before it. Run: linli observations verify")
        return Open(number, self.files.open(path), head["opened"], head["previous"])

    def _cut(self, segment: Open, path: Path) -> None:
        if path.stat().st_size != segment.offset:
            tail = path.read_bytes()[segment.offset :]
            if holds_whole_frame(tail):  # no crash does that: rows that were acknowledged are damaged
                write_whole(self.files, self.folder / cut_name(segment.number), tail)
            self.files.cut(segment.handle, segment.offset)
        # What was whole may lie in memory only; rows that a sender never heard of become durable before new ones.
        self.files.sync(segment.handle)
        self.files.sync_folder(path.parent)


def _recount(segment: Open, frame: RawFrame) -> None:
    if frame.kind == ROWS:
        batch = frame.batch()
        if not segment.row:
            segment.opened = int(np.max(batch.column("received").to_numpy()))
        segment.count(batch)
    elif frame.kind == CONTROL:
        content = frame.json()
        segment.note(content["kind"], content["payload"])
