"""Raw segments: read in order, or decoded once and kept, to be asked again and again while they grow."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from linli.sensing.segments.frames import ROWS, SEAL, RawFrame, frames
from linli.sensing.segments.schema import SCHEMA

CHUNK = 8 << 20


def read_frames(path: Path, offset: int = 0, limit: int | None = None) -> Iterator[RawFrame]:
    """The whole frames of a file from byte `offset` to `limit` (its end), with offsets counted from the file's begin.

    The file is read, not mapped: it may grow, and its torn tail may be cut, while we look.
    Raises FileNotFoundError.
    """
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        size = size if limit is None else min(size, limit)
        chunk = CHUNK
        while offset < size:
            file.seek(offset)
            buffer = pa.py_buffer(file.read(min(chunk, size - offset)))
            begun = offset
            for frame in frames(buffer):
                yield RawFrame(
                    frame.kind, begun + frame.offset, begun + frame.end, frame.row, frame.control, frame.payload
                )
                offset = begun + frame.end
            if offset == begun:
                if begun + buffer.size >= size:
                    return
                chunk *= 2  # a frame that is longer than what was read


@dataclass
class RawTable:
    """The rows of one raw segment as far as they were read: row n of the table is row n of the segment."""

    path: Path
    offset: int = 0
    rows: int = 0
    sealed: bool = False
    since: int = (1 << 63) - 1
    until: int = -(1 << 63)
    datastreams: set[int] = field(default_factory=set)
    batches: list[pa.RecordBatch] = field(default_factory=list)

    def refresh(self, limit: int | None = None) -> None:
        """Read what was added, up to byte `limit`.  Raises FileNotFoundError."""
        if self.sealed:
            return
        added = []
        for frame in read_frames(self.path, self.offset, limit):
            self.offset = frame.end
            self.sealed |= frame.kind == SEAL
            if frame.kind == ROWS:
                added.append(frame.batch())
        self._take(added)

    def _take(self, added: list[pa.RecordBatch]) -> None:
        for batch in added:
            self.rows += batch.num_rows
        if not added:
            return
        joined = pa.concat_batches(added) if len(added) > 1 else added[0]
        at = joined.column("at").to_numpy()
        self.since, self.until = min(self.since, int(at.min())), max(self.until, int(at.max()))
        self.datastreams.update(np.unique(joined.column("datastream").to_numpy()).tolist())
        self.batches.append(joined)
        # Joined in growing lumps, so that each row is copied a few times however often one looks.
        while len(self.batches) > 1 and self.batches[-2].num_rows < 2 * self.batches[-1].num_rows:
            last, before = self.batches.pop(), self.batches.pop()
            self.batches.append(pa.concat_batches([before, last]))

    def view(self) -> "RawView":
        table = pa.Table.from_batches(self.batches, schema=SCHEMA)
        return RawView(table, self.since, self.until, sorted(self.datastreams))


@dataclass(frozen=True)
class RawView:
    """The rows of a raw segment at one moment, and their statistics."""

    table: pa.Table
    since: int
    until: int
    datastreams: list[int]
