"""The store: all logs of an installation in one folder."""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from time import time_ns
from typing import Any, Self

import msgspec
import pyarrow as pa

from linli.sensing.segments import asking, keeping
from linli.sensing.segments.asking import Series
from linli.sensing.segments.corrections import Correction, CorrectionsWriter
from linli.sensing.segments.errors import StoreBusy, StoreDamaged, StoreError, StoreFailed
from linli.sensing.segments.files import Files, make_folders, write_whole
from linli.sensing.segments.ids import LOGS, unpack_id
from linli.sensing.segments.logs import Log, log_folder
from linli.sensing.segments.schema import SCHEMA, checked
from linli.sensing.segments.verifying import Finding, verify
from linli.sensing.segments.writing import LogWriter

STREAMS = ("main", "care")
KEEP_RAW = 48 * 3_600_000_000


class LogEntry(msgspec.Struct, frozen=True):
    number: int
    estate: str
    stream: str


class LogList(msgspec.Struct, frozen=True):
    """What logs.json holds."""

    installation: str
    logs: list[LogEntry] = []
    format: int = 1


def now_us() -> int:
    return time_ns() // 1000


class Store:
    """See the package's docstring. `clock` gives now in microseconds; it dates control records before any row came."""

    def __init__(
        self,
        folder: Path | str,
        installation: str = "",
        *,
        writable: bool = True,
        files: Files | None = None,
        clock: Callable[[], int] = now_us,
    ) -> None:
        self.folder, self.writable, self.files, self.clock = Path(folder), writable, files or Files(), clock
        self._lock = RLock()  # what waits in memory
        self._commit = RLock()  # what is written; taken before _lock where both are
        self._keep = RLock()  # compaction and retention; taken before both
        self._failed: BaseException | None = None
        self._logs: dict[tuple[str, str], Log] = {}
        self._by_number: dict[int, Log] = {}
        self._corrections: dict[int, list[Correction]] = {}
        self._correctors: dict[int, CorrectionsWriter] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._lock_file: int | None = None
        self._seen: tuple[int, ...] = ()
        if writable:
            self._open(installation)
        else:
            self.installation = installation
            self._look()

    def _open(self, installation: str) -> None:
        make_folders(self.files, self.folder)
        self._lock_file = _only_writer(self.folder)
        try:
            found = _read_list(self.folder)
            if found and installation and found.installation not in ("", installation):
                raise StoreError(
                    f"The observations in {self.folder} belong to the installation {found.installation}, "
                    f"not to {installation}. Set another folder."
                )
            self.installation = (found.installation if found else "") or installation
            for entry in found.logs if found else []:
                self._take_in(entry)
        except BaseException:
            self.close()
            raise

    def _take_in(self, entry: LogEntry) -> Log:
        writer = None
        if self.writable:
            folder = log_folder(self.folder, entry.number, entry.stream)
            make_folders(self.files, folder)
            keeping.clear_strays(self.files, folder, entry.number)
            writer = LogWriter(self.files, folder, entry.number, self.installation, self.clock)
            self._correctors[entry.number] = CorrectionsWriter(self.files, folder)
        log = Log(self, entry.number, entry.estate, entry.stream, writer)
        self._logs[entry.estate, entry.stream] = self._by_number[entry.number] = log
        return log

    def _look(self) -> None:
        """As a reader: see which logs there are by now."""
        if self.writable:
            return
        try:
            stat = (self.folder / "logs.json").stat()
        except FileNotFoundError:
            return
        mark = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        with self._lock:
            if mark == self._seen:
                return
            found = _read_list(self.folder)
            assert found is not None
            self.installation = found.installation
            for entry in found.logs:
                if entry.number not in self._by_number:
                    self._take_in(entry)
            self._seen = mark

    def close(self) -> None:
        """Let another process write. What was not committed is dropped."""
        for log in self._by_number.values():
            if log.writer:
                log.writer.close()
        for corrector in self._correctors.values():
            corrector.close()
        if self._pool:
            self._pool.shutdown()
        if self._lock_file is not None:
            os.close(self._lock_file)
        self._lock_file, self._pool = None, None
        self._failed = self._failed or RuntimeError("closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Logs.

    def logs(self) -> list[Log]:
        """All logs, by number."""
        self._look()
        return [self._by_number[number] for number in sorted(self._by_number)]

    def log(self, estate: str, stream: str = "main") -> Log:
        """The log of an estate's stream; a writable store makes it, durably, when it is asked for first.

        Raises:
            LookupError: there is none, and this store only reads.  StoreError: all 1,023 logs are in use.
        """
        if stream not in STREAMS:
            raise ValueError(f"A stream is one of {', '.join(STREAMS)}, not {stream}.")
        self._look()
        with self._lock:
            if found := self._logs.get((estate, stream)):
                return found
        if not self.writable:
            raise LookupError(f"Nothing was observed yet in {estate} ({stream}).")
        with self._commit, self._lock:
            self._check()
            return self._logs.get((estate, stream)) or self._allot(estate, stream)

    def _allot(self, estate: str, stream: str) -> Log:
        number = len(self._by_number) + 1
        if number >= LOGS:
            raise StoreError("All 1,023 logs of this store are in use. Begin another folder for more estates.")
        entries = [LogEntry(log.number, log.estate, log.stream) for log in self._by_number.values()]
        entry = LogEntry(number, estate, stream)
        content = LogList(self.installation, [*entries, entry])
        write_whole(self.files, self.folder / "logs.json", msgspec.json.encode(content))
        return self._take_in(entry)

    # Writing.

    @contextmanager
    def appending(self) -> Iterator[None]:
        with self._lock:
            self._check()
            yield

    def _check(self) -> None:
        if not self.writable:
            raise StoreError("This store was opened for reading only.")
        if self._failed:
            raise StoreFailed(f"Nothing can be written until the store is opened anew: {self._failed}")

    def correct(self, id: int, values: Mapping[str, Any]) -> None:  # noqa: A002
        """Buffer new values for some columns of a row.  Raises LookupError, SchemaError."""
        self._record(Correction(int(id), checked(values)))

    def delete(self, id: int) -> None:  # noqa: A002
        """Buffer that a row is deleted.  Raises LookupError."""
        self._record(Correction(int(id), None))

    def _record(self, correction: Correction) -> None:
        number, segment, row = unpack_id(correction.id)
        with self.appending():
            log = self._by_number.get(number)
            if log is None or log.writer is None or not log.writer.knows(segment, row):
                raise LookupError(f"There is no observation {correction.id}.")
            if correction.values is None:
                log.writer.control("delete", {"id": correction.id})
            else:
                log.writer.control("correct", {"id": correction.id, "values": dict(correction.values)})
            self._corrections.setdefault(number, []).append(correction)

    def commit(self) -> None:
        """Write and fsync all that waits. When it returns, every id given out before it was called is durable.

        Corrections are written to their own file after the rows: one that survived a crash which its row did not would
        fall on the next row with that id.
        """
        with self._commit:
            with self._lock:
                self._check()
                taken = [(log.writer, log.writer.take()) for log in self._by_number.values() if log.writer]
                taken = [(writer, items) for writer, items in taken if items]
                corrections, self._corrections = self._corrections, {}
            try:
                for writer, items in taken:
                    writer.write(items)
                self._sync([writer for writer, _ in taken])
                for number, records in corrections.items():
                    self._correctors[number].write(records)
            except BaseException as error:
                self._failed = error
                raise StoreFailed(f"Observations could not be written: {error}") from error
            for writer, _ in taken:
                writer.settle()

    def _sync(self, writers: list[LogWriter]) -> None:
        if len(writers) == 1:
            writers[0].sync()
        elif writers:
            self._pool = self._pool or ThreadPoolExecutor(4, "fsync")
            list(self._pool.map(LogWriter.sync, writers))

    # Asking.

    def scan(
        self,
        datastreams: Iterable[int] | None = None,
        since: int | None = None,
        until: int | None = None,
        columns: Sequence[str] | None = None,
        newest_first: bool = False,
        limit: int | None = None,
        streams: Sequence[str] = ("main",),
        estates: Iterable[str] | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Rows of some datastreams (None: of all) with since <= at < until, in the order of (at, id) or its reverse.

        Each batch has the `columns` asked for (None: all of SCHEMA) and `id`; there are no empty batches.
        """
        query = asking.query(datastreams, since, until, SCHEMA.names if columns is None else columns)
        return asking.scan(self._chosen(streams, estates), query, newest_first, limit)

    def count(
        self,
        datastreams: Iterable[int] | None = None,
        since: int | None = None,
        until: int | None = None,
        streams: Sequence[str] = ("main",),
        estates: Iterable[str] | None = None,
    ) -> int:
        """How many rows a scan would give."""
        return asking.count(self._chosen(streams, estates), asking.query(datastreams, since, until, ()))

    def get(self, id: int) -> dict[str, Any] | None:  # noqa: A002
        """The row with this id, as it is corrected, with its id; None where there is none (any more)."""
        self._look()
        log = self._by_number.get(unpack_id(int(id))[0])
        return asking.get(log, int(id)) if log and id > 0 else None

    def latest(self, datastreams: Iterable[int], streams: Sequence[str] = ("main",)) -> dict[int, dict[str, Any]]:
        """For each datastream that has rows, the one with the greatest (at, id)."""
        return asking.latest(self._chosen(streams, None), list(datastreams))

    def series(self, datastream: int, since: int, until: int, points: int) -> Series:
        """Numbers of one datastream over time, thinned to at most `points` buckets of equal length."""
        return asking.series(self._chosen(("main",), None), datastream, since, until, points)

    def _chosen(self, streams: Sequence[str], estates: Iterable[str] | None) -> list[Log]:
        wanted = None if estates is None else set(estates)
        return [log for log in self.logs() if log.stream in streams and (wanted is None or log.estate in wanted)]

    # Keeping.

    def compact(self, before: int, keep_raw: int = KEEP_RAW) -> None:
        """Pack the hours of arrival that ended before `before`, merge whole days, fold corrections in, drop raw files.

        keep_raw: microseconds a raw segment stays after its hour: the longest window of a rule, and a snapshot's age.
        """
        with self._keep:
            for log in self.logs():
                self._check()
                if log.stream == "main":
                    keeping.compact(self._keeper(log), before, keep_raw)

    def retain(self, days: Mapping[int, float], now: int) -> None:
        """Drop each named datastream's rows that are more than its days old, and care hours begun 48 h ago or earlier.

        Commits first. No file of the store holds a dropped row afterwards. Call it once a day for the main streams
        (each call rewrites the files that hold something to drop) and once an hour with no days for the care stream.
        """
        with self._keep:
            for log in self.logs():
                self._check()
                keeping.retain(self._keeper(log), days, now, KEEP_RAW)

    def _keeper(self, log: Log) -> keeping.Keeper:
        return keeping.Keeper(self.files, log, self._correctors[log.number], self._commit, self._lock, self.commit)

    def verify(self) -> list[Finding]:
        """What is wrong in the files, log by log; an empty list when all is as it was written."""
        try:
            return [finding for log in self.logs() for finding in verify(log)]
        except (msgspec.DecodeError, StoreDamaged) as error:
            return [Finding(self.folder / "logs.json", 0, f"The list of logs cannot be read: {error}")]

    def backup_paths(self) -> list[Path]:
        """All files that a backup may take, the lists before what they name: nothing of the care stream."""
        folders = [log.folder for log in self.logs() if log.stream == "main"]
        files = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix != ".tmp"]
        return [path for path in [self.folder / "logs.json"] if path.exists()] + files


def _only_writer(folder: Path) -> int:
    handle = os.open(folder / "writer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise StoreBusy(
            f"Another process writes observations in {folder}. Stop it first, or hand the readings to it."
        ) from error
    return handle


def _read_list(folder: Path) -> LogList | None:
    try:
        return msgspec.json.decode((folder / "logs.json").read_bytes(), type=LogList)
    except FileNotFoundError:
        return None
