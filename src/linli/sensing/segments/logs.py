"""One log: what a reader knows of it, and for the writing process also how to write it."""

from collections.abc import Mapping
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from linli.sensing.segments.catalog import NAME, Catalog, read_catalog, segment_name
from linli.sensing.segments.corrections import CorrectionsFile
from linli.sensing.segments.positions import Frame, Position
from linli.sensing.segments.raw import RawTable, RawView
from linli.sensing.segments.reading import InOrder
from linli.sensing.segments.scanning import Snapshot, raw_numbers
from linli.sensing.segments.writing import LogWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linli.sensing.segments.store import Store


class Log:
    """The ordered observations and control records of one (estate, stream)."""

    def __init__(self, store: "Store", number: int, estate: str, stream: str, writer: LogWriter | None) -> None:
        self.number, self.estate, self.stream, self.writer = number, estate, stream, writer
        self._store = store
        self.folder = log_folder(store.folder, number, stream)
        self.corrections = CorrectionsFile(self.folder)
        self._raw: dict[int, RawTable] = {}
        self._seen: tuple[tuple[int, ...], Catalog] | None = None
        self._lock = RLock()
        self._in_order = InOrder(self.folder, number, self.catalog, self._durable)

    def __repr__(self) -> str:
        return f"<Log {self.number} {self.stream} {self.estate}>"

    def append(self, batch: pa.RecordBatch) -> np.ndarray:
        """Buffer rows; returns their ids (int64), durable after the next `commit` of the store.

        Raises:
            SchemaError: the rows do not fit SCHEMA.  StoreFailed, StoreError: see the package.
        """
        with self._store.appending():
            return self._writing().append(batch)

    def control(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Buffer a control record, after all rows appended so far and before those that follow."""
        if kind == "rows":
            raise ValueError("A control record cannot be named rows.")
        msgspec.json.encode(payload)  # what cannot be written must not stop a later commit
        with self._store.appending():
            self._writing().control(kind, dict(payload))

    def read(self, after: Position | None = None) -> "Iterator[Frame]":
        """The frames after a position (None: from the beginning), in order, up to the end of now."""
        return self._in_order.read(after)

    @property
    def end(self) -> Position:
        return self._in_order.end()

    def catalog(self) -> Catalog:
        """The catalog of now."""
        if self.writer:
            return self.writer.catalog
        try:
            stat = (self.folder / NAME).stat()
        except FileNotFoundError:
            return Catalog(self.number)
        mark = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if self._seen is None or self._seen[0] != mark:
            self._seen = (mark, read_catalog(self.folder, self.number))
        return self._seen[1]

    def snapshot(self) -> Snapshot:
        """What is committed, at one moment.

        Corrections are looked up before the catalog: compaction names the new file first and drops corrections then, so
        we may apply one twice and never miss one.
        """
        with self._lock:
            while True:
                overlay, catalog = self.corrections.refresh(), self.catalog()
                try:
                    views = {number: self._view(number) for number in raw_numbers(catalog, self.folder)}
                except FileNotFoundError:
                    if self.catalog() == catalog:
                        raise
                    continue
                self._raw = {number: self._raw[number] for number in views if number in self._raw}
                return Snapshot(self.number, self.folder, catalog, overlay, views, self.catalog)

    def _view(self, number: int) -> RawView:
        table = self._raw.setdefault(number, RawTable(self.folder / segment_name(number)))
        durable = self._durable()
        if durable is None or number < durable.segment:
            table.refresh()
        elif number == durable.segment:
            table.refresh(durable.offset)
        return table.view()

    def _durable(self) -> Position | None:
        return self.writer.durable if self.writer else None

    def _writing(self) -> LogWriter:
        assert self.writer is not None
        return self.writer


def log_folder(folder: Path, number: int, stream: str) -> Path:
    """The care stream lies apart, so that a backup can leave it out."""
    return folder / "care" / f"{number:04}" if stream == "care" else folder / f"{number:04}"
