"""Corrections that no Parquet file holds yet: a file of their own for each log, laid over what is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linli.sensing.segments.files import Files, write_whole
from linli.sensing.segments.frames import CONTROL, HEAD, json_frame
from linli.sensing.segments.raw import read_frames
from linli.sensing.segments.schema import SCHEMA

NAME = "corrections.seg"
KEYS = ("datastream", "at")  # a correction of these moves a row to where statistics do not look for it


@dataclass(frozen=True)
class Correction:
    """New values of some columns of the row `id`; None instead of them: the row is deleted."""

    id: int
    values: Mapping[str, Any] | None


@dataclass
class Overlay:
    """The corrections of one log, the later over the earlier."""

    changes: dict[int, dict[str, Any] | None] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)
    _sorted: np.ndarray | None = None

    def add(self, correction: Correction) -> None:
        before = self.changes.get(correction.id, {})
        if correction.values is None or before is None:
            self.changes[correction.id] = None
        else:
            self.changes[correction.id] = {**before, **correction.values}
            if any(key in correction.values for key in KEYS):
                self.moved.add(correction.id)
        self._sorted = None

    @property
    def ids(self) -> np.ndarray:
        if self._sorted is None:
            self._sorted = np.sort(np.fromiter(self.changes, np.int64, len(self.changes)))
        return self._sorted

    def between(self, first: int, last: int) -> np.ndarray:
        """The ids from `first` up to but not including `last` that are changed, ascending."""
        ids = self.ids
        return ids[np.searchsorted(ids, first) : np.searchsorted(ids, last)]

    def apply(self, table: pa.Table, touched: np.ndarray) -> pa.Table:
        """`table` (some columns of SCHEMA and `id`) with the changes of the ids `touched`; without deleted rows."""
        ids = table.column("id").to_numpy()
        hit = np.isin(ids, touched)
        if not hit.any():
            return table
        changes = {one: self.changes[one] for one in ids[hit].tolist()}
        for name in {name for values in changes.values() if values for name in values} & set(table.column_names):
            table = _replaced(table, name, ids, changes)
        kept = np.array([changes[one] is not None for one in ids[hit].tolist()])
        if kept.all():
            return table
        stays = ~hit
        stays[np.flatnonzero(hit)[kept]] = True
        return table.filter(pa.array(stays))


def _replaced(table: pa.Table, name: str, ids: np.ndarray, changes: Mapping[int, dict[str, Any] | None]) -> pa.Table:
    new = {one: values[name] for one, values in changes.items() if values and name in values}
    mask = np.isin(ids, np.fromiter(new, np.int64, len(new)))
    kind = SCHEMA.field(name).type
    values = pa.array([new[one] for one in ids[mask].tolist()], kind)
    column = pc.replace_with_mask(table.column(name).combine_chunks(), pa.array(mask), values)
    return table.set_column(table.column_names.index(name), table.schema.field(name), column)


def correction_frame(correction: Correction) -> bytes:
    return json_frame(CONTROL, {"id": correction.id, "values": correction.values}, 0, 0)


class CorrectionsFile:
    """Reads the file of one log again and again, each time only what was added."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.head = b""
        self.offset = 0
        self.overlay = Overlay()

    def refresh(self) -> Overlay:
        """The overlay of now. The one given before is left as it was, so that who reads with it goes on undisturbed."""
        try:
            with self.path.open("rb", buffering=0) as file:
                head = file.read(64)
                size = file.seek(0, 2)
        except FileNotFoundError:
            return self.overlay
        if head == self.head and size == self.offset:
            return self.overlay
        offset, overlay = 0, Overlay()
        if head == self.head:
            offset, overlay = self.offset, Overlay(dict(self.overlay.changes), set(self.overlay.moved))
        for frame in read_frames(self.path, offset):
            offset = frame.end
            if frame.kind == CONTROL:
                content = frame.json()
                overlay.add(Correction(content["id"], content["values"]))
        self.head, self.offset, self.overlay = head, offset, overlay
        return overlay


def read_corrections(folder: Path) -> list[Correction]:
    """All records of the file, in order."""
    try:
        contents = [frame.json() for frame in read_frames(folder / NAME) if frame.kind == CONTROL]
    except FileNotFoundError:
        return []
    return [Correction(content["id"], content["values"]) for content in contents]


def write_corrections(files: Files, folder: Path, kept: list[Correction]) -> None:
    """Replace the file by one that holds only `kept`. Its head is one of a kind, so that a reader begins anew."""
    head = json_frame(HEAD, {"file": uuid4().hex}, 0, 0)
    write_whole(files, folder / NAME, head + b"".join(correction_frame(correction) for correction in kept))


class CorrectionsWriter:
    """Appends to the file. The commit lock is held."""

    def __init__(self, files: Files, folder: Path) -> None:
        self.files, self.folder = files, folder
        self.handle: int | None = None
        path = folder / NAME
        if path.exists():
            end = max((frame.end for frame in read_frames(path)), default=0)
            if not end:
                write_corrections(files, folder, [])
                return
            self.handle = files.open(path)
            if path.stat().st_size != end:
                files.cut(self.handle, end)
            files.sync(self.handle)

    def write(self, corrections: list[Correction]) -> None:
        """Returns when they are on the disk."""
        if self.handle is None:
            if not (self.folder / NAME).exists():
                write_corrections(self.files, self.folder, [])
            self.handle = self.files.open(self.folder / NAME)
        self.files.write(self.handle, b"".join(correction_frame(correction) for correction in corrections))
        self.files.sync(self.handle)

    def keep(self, kept: list[Correction]) -> None:
        """Drop what is folded into Parquet files."""
        self.close()
        write_corrections(self.files, self.folder, kept)

    def close(self) -> None:
        if self.handle is not None:
            self.files.close(self.handle)
            self.handle = None
