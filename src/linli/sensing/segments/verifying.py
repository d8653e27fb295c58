"""Reads all of a log and says what is not as it was written."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linli.sensing.segments.catalog import NAME, Catalog, Pack, Segment, segment_name
from linli.sensing.segments.corrections import NAME as CORRECTIONS
from linli.sensing.segments.corrections import read_corrections
from linli.sensing.segments.frames import CONTROL, HEAD, ROWS, SEAL, holds_whole_frame
from linli.sensing.segments.ids import unpack_id
from linli.sensing.segments.logs import Log
from linli.sensing.segments.packs import GROUPS, PACK_SCHEMA, bounds, controls_name, digest, read_controls
from linli.sensing.segments.raw import read_frames

TRIES = 5


@dataclass(frozen=True)
class Finding:
    """What is wrong in `file`, from byte `offset` on (0: as a whole)."""

    file: Path
    offset: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}, byte {self.offset}: {self.words}"


def verify(log: Log) -> list[Finding]:
    """The findings of one log. Where the writer changed the catalog meanwhile, it is read again."""
    found: list[Finding] = []
    for _ in range(TRIES):
        try:
            before = log.catalog()
        except msgspec.DecodeError as error:
            return [Finding(log.folder / NAME, 0, f"The catalog cannot be read: {error}")]
        found = list(Verifier(log, before).findings())
        if not found or log.catalog() == before:
            return found
    return found


class Verifier:
    def __init__(self, log: Log, catalog: Catalog) -> None:
        self.log, self.folder, self.catalog = log, log.folder, catalog
        self.rows = {segment.number: segment.rows for segment in catalog.segments}

    def findings(self) -> Iterator[Finding]:
        yield from self._chain()
        for segment in self.catalog.segments:
            if segment.size:
                yield from self._raw(segment)
            elif not self.catalog.pack_of(segment.number):
                yield self._catalog(f"Segment {segment.number} lies in no file.")
        yield from self._open()
        for pack in self.catalog.packs:
            yield from self._pack(pack)
        for path in sorted(self.folder.glob("*.cut")):
            yield Finding(path, 0, "Damaged rows were set aside here. Compare with a backup, then remove the file.")
        yield from self._corrections()

    def _catalog(self, words: str) -> Finding:
        return Finding(self.folder / NAME, 0, words)

    def _chain(self) -> Iterator[Finding]:
        """Each segment follows the one before it, or what retention is known to have taken."""
        links = [(s.number, s.number, s.previous, s.content) for s in self.catalog.segments]
        links += [(gone.first, gone.last, None, gone.content) for gone in self.catalog.gone]  # type: ignore[misc]
        number, content = 0, ""
        for first, last, previous, own in sorted(links, key=lambda link: link[0]):
            if first != number + 1:
                yield self._catalog(f"Segments {number + 1} to {first - 1} are missing; retention did not take them.")
            elif previous is not None and previous != content:
                yield self._catalog(f"Segment {first} does not follow segment {number}: one of them was exchanged.")
            number, content = last, own

    def _raw(self, segment: Segment) -> Iterator[Finding]:
        path = self.folder / segment_name(segment.number)
        if not path.exists():
            yield Finding(path, 0, "The segment is missing.")
            return
        read = Read(path, segment.number, self.log.number)
        yield from read.findings()
        size = path.stat().st_size
        if size != segment.size or not read.sealed or read.end != size:
            yield Finding(
                path, min(read.end, size), f"The segment was sealed with {segment.size} bytes; whole are {read.end}."
            )
        elif read.content != segment.content or read.previous != segment.previous:
            yield Finding(path, 0, "The segment is not the one that was sealed.")
        elif (read.rows, read.controls) != (segment.rows, segment.controls):
            yield Finding(path, 0, f"The segment has {read.rows} rows; the catalog says {segment.rows}.")

    def _open(self) -> Iterator[Finding]:
        """The segment that is being written may end in a torn frame; nothing can lie beyond it."""
        number = self.catalog.last + 1
        path = self.folder / segment_name(number)
        beyond = [p for p in self.folder.glob("*.seg") if p.stem.isdigit() and int(p.stem) > number]
        for other in sorted(beyond):
            yield Finding(other, 0, f"Segment {number} is missing before this one, or was never sealed.")
        if not path.exists():
            return
        read = Read(path, number, self.log.number)
        yield from read.findings()
        if self._is_damaged(path, read.end):
            yield Finding(path, read.end, "A frame is damaged; what follows it is not read.")
        if read.end and read.previous != self.catalog.content:
            yield Finding(path, 0, f"The segment does not follow segment {number - 1}.")
        self.rows[number] = read.rows

    def _is_damaged(self, path: Path, end: int) -> bool:
        """Whether what lies from `end` on is more than a torn tail: it was committed, or whole frames follow in it."""
        writer = self.log.writer
        if writer and writer.durable.segment == self.catalog.last + 1 and end < writer.durable.offset:
            return True
        return holds_whole_frame(path.read_bytes()[end:])

    def _pack(self, pack: Pack) -> Iterator[Finding]:
        path = self.folder / pack.name
        for part, expected in ((path, pack.hash), (self.folder / controls_name(pack.name), pack.controls_hash)):
            if not part.exists():
                yield Finding(part, 0, "The file is missing.")
                return
            if digest(part.read_bytes()) != expected:
                yield Finding(part, 0, "The file is not the one that was written.")
                return
        yield from self._statistics(path, pack)
        controls = sum(s.controls for s in self.catalog.segments if pack.first <= s.number <= pack.last)
        if len(read_controls(self.folder, pack)) != controls:
            yield Finding(path, 0, f"The catalog says {controls} control records.")

    def _statistics(self, path: Path, pack: Pack) -> Iterator[Finding]:
        table = pq.read_table(path, use_threads=False)
        if table.schema.names != PACK_SCHEMA.names:
            yield Finding(path, 0, "The columns are not those of observations.")
            return
        if table.num_rows != pack.rows:
            yield Finding(path, 0, f"The file has {table.num_rows} rows; the catalog says {pack.rows}.")
        footer = pq.read_metadata(path)
        said = msgspec.json.decode(footer.metadata[GROUPS])
        if said != bounds(table) or said != _of_footer(footer):
            yield Finding(path, 0, "The statistics of the row groups are not those of the rows.")
        yield from self._places(path, pack, table)

    def _places(self, path: Path, pack: Pack, table: pa.Table) -> Iterator[Finding]:
        segment, row = table.column("segment").to_numpy().astype(np.int64), table.column("row").to_numpy()
        places = segment << 32 | row
        if len(np.unique(places)) != len(places):
            yield Finding(path, 0, "Two rows have one id.")
        limits = np.array([self.rows.get(number, 0) for number in range(pack.first, pack.last + 1)], np.int64)
        outside = (segment < pack.first) | (segment > pack.last)
        inside = np.clip(segment - pack.first, 0, len(limits) - 1)
        if (outside | (row < 0) | (row >= limits[inside])).any():
            yield Finding(path, 0, "A row has an id that was never given out.")
        at = table.column("at").to_numpy()
        true = np.unique(table.column("datastream").to_numpy()).tolist()
        if true != pack.datastreams or (len(at) and (at.min(), at.max()) != (pack.since, pack.until)):
            yield Finding(path, 0, "The catalog's statistics of the file are not those of its rows.")

    def _corrections(self) -> Iterator[Finding]:
        path = self.folder / CORRECTIONS
        if not path.exists():
            return
        end = max((frame.end for frame in read_frames(path)), default=0)
        if self.log.writer and end != path.stat().st_size:
            yield Finding(path, end, "A correction is damaged.")
        for correction in read_corrections(self.folder):
            log, segment, row = unpack_id(correction.id)
            if log != self.log.number or row >= self.rows.get(segment, 0):
                yield Finding(path, 0, f"A correction names the observation {correction.id}, which does not exist.")


class Read:
    """One raw segment, read whole: what its frames say, and what is wrong with them."""

    def __init__(self, path: Path, number: int, log: int) -> None:
        self.path, self.number, self.log = path, number, log
        self.rows = self.controls = self.end = 0
        self.sealed, self.content, self.previous = False, "", ""

    def findings(self) -> Iterator[Finding]:
        hasher = blake2b(digest_size=16)
        with self.path.open("rb") as file:
            for frame in read_frames(self.path):
                if (frame.row, frame.control) != (self.rows, self.controls) or self.sealed:
                    yield Finding(self.path, frame.offset, "A frame stands where it does not belong: ids are doubled.")
                self.end = frame.end
                if frame.kind == SEAL:
                    self.sealed, self.content = True, hasher.hexdigest()
                    if frame.json() != {"rows": self.rows, "content": self.content}:
                        yield Finding(self.path, frame.offset, "The seal is not that of the frames before it.")
                    continue
                file.seek(frame.offset)
                hasher.update(file.read(frame.end - frame.offset))
                self.rows += frame.batch().num_rows if frame.kind == ROWS else 0
                self.controls += frame.kind == CONTROL
                if frame.kind == HEAD:
                    head = frame.json()
                    self.previous = head["previous"]
                    if (head["log"], head["segment"]) != (self.log, self.number):
                        yield Finding(self.path, 0, "The segment belongs to another place.")


def _of_footer(footer: pq.FileMetaData) -> list[list[int]]:
    """GROUPS as Parquet's own statistics have them."""
    names = [footer.schema.column(place).name for place in range(footer.num_columns)]
    keys = [names.index("datastream"), names.index("at")]
    found = []
    for group in range(footer.num_row_groups):
        statistics = [footer.row_group(group).column(key).statistics for key in keys]
        if footer.row_group(group).num_rows:
            found.append([bound for one in statistics for bound in (one.min, one.max)])
    return found
