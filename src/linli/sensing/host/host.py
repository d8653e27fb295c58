"""The host: shards by log, what brings them up to date, and who hears what they say."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from django.db import connections
from django.db.utils import DatabaseError, InterfaceError
from django.utils import timezone

from linli.sensing.domain.alerts import record_alerts
from linli.sensing.domain.fired import FiredAlert
from linli.sensing.domain.instants import micros
from linli.sensing.domain.kept import RULES
from linli.sensing.host import rules, snapshots, streams
from linli.sensing.host.recorder import Recorder
from linli.sensing.host.shard import LATENESS, Shard
from linli.sensing.host.warming import compile_beside
from linli.sensing.segments import Log, Store

logger = logging.getLogger(__name__)

TICK = timedelta(seconds=5)
SNAPSHOT = timedelta(seconds=60)
BACKLOG = timedelta(seconds=30)  # after a start time stands still, so that what waited in the broker comes in time
PAUSE = 0.5  # seconds between two looks where nobody wakes us

Record = Callable[[Sequence[FiredAlert]], object]


def record(fired: Sequence[FiredAlert]) -> object:
    return record_alerts(fired, recorded=timezone.now())


class Host:
    """See the package. One thread uses it at a time, but for `wake`, `start` and `stop`.

    record: takes what was fired, in order; what it refuses with an error of the database is given to it again.
    kernel: `start` has the engine compiled beside, and the rules go on compiled when that is done.
    """

    def __init__(
        self, store: Store, folder: Path, *, record: Record = record, kernel: bool = False, lateness: int = LATENESS
    ) -> None:
        self.store, self.folder, self.lateness = store, folder, lateness
        self.compiles, self.kernel = kernel, False
        self.shards: dict[int, Shard] = {}
        self.recorder = Recorder(record)
        self._ticked = self._snapped = datetime.min.replace(tzinfo=timezone.get_default_timezone())
        self._seen: tuple[Any, ...] = ()
        self._woken: SimpleQueue[Log] = SimpleQueue()
        self._wake, self._stop, self._compiled = Event(), Event(), Event()
        self._threads: list[Thread] = []
        self.failed: BaseException | None = None

    # --- in one thread

    def open(self, now: datetime | None = None) -> None:
        """Restore each log's shard, replay what came since its snapshot, and bring rules and devices up to date."""
        at = now or timezone.now()
        for log in self.store.logs():
            self._shard(log, at)
        self.refresh(at)
        self._snapped, self._ticked = at, at + BACKLOG

    def _shard(self, log: Log, now: datetime) -> Shard:
        """The shard of a log: from its snapshot; a log with none, and nothing lost, begins at its end."""
        if log.number not in self.shards:
            shard = Shard(self.store, log, lateness=self.lateness, kernel=self.kernel)
            if not snapshots.restore(self.folder, shard, now, kernel=self.kernel):
                damaged = snapshots.path_of(self.folder, log).exists()
                shard.position = None if damaged else log.end
                snapshots.put(snapshots.take(self.folder, shard, now))
            self.shards[log.number] = shard
            self.rows(log)
        return self.shards[log.number]

    def refresh(self, now: datetime) -> None:
        """Write into each log what changed in the register and in the rulebook, and act on it."""
        self._seen = self._tokens(now)
        wanted, written = streams.all_streams(), []
        for name in wanted:
            self._shard(self.store.log(*name), now)
        for shard in self.shards.values():
            if self._write(shard, wanted.get((shard.log.estate, shard.log.stream), ()), now):
                written += [shard.log]
        if written:
            self.store.commit()
            for log in written:
                self.rows(log)

    def _write(self, shard: Shard, wanted: Iterable[Any], now: datetime) -> bool:
        """Whether anything had to be written for this shard."""
        changes = streams.differences(shard.operator.streams, wanted)
        if changes:
            shard.log.control("streams", changes)
        payload = rules.wanted(shard.log.stream == "care", timezone.localdate(now))
        other = payload != {name: shard.payload[name] for name in payload}
        if other:
            # Time comes first, so that what happened before now warms the rules and does not fire again.
            shard.log.control("tick", {"now": micros(now)})
            shard.log.control("rules", payload | {"at": micros(now)})
        return bool(changes) or other

    def _tokens(self, now: datetime) -> tuple[Any, ...]:
        return (RULES.token(), *streams.tokens(), timezone.localdate(now))

    def rows(self, log: Log) -> None:
        """Take what is new in a log, up to its end, and tell of it at once."""
        shard = self.shards.get(log.number)
        if shard is None:
            return
        for frame in log.read(shard.position):
            if fired := shard.take(frame):
                self.recorder.put(fired)
        self._record()

    def _record(self) -> None:
        if not self._threads:
            self.recorder.work()

    def tick(self, now: datetime) -> None:
        """What is to be done from time to time: rules and devices that changed, time in quiet logs, snapshots."""
        if self._tokens(now) != self._seen:
            self.refresh(now)
        if now - self._ticked >= TICK:
            self._ticked = now
            self._let_time_come(now)
        if now - self._snapped >= SNAPSHOT:
            self._snapped = now
            self.snapshot(now)
        self._record()

    def _let_time_come(self, now: datetime) -> None:
        late = micros(now) - self.lateness - micros_of(TICK)
        quiet = [shard.log for shard in self.shards.values() if shard.mark.value < late]
        for log in quiet:
            log.control("tick", {"now": micros(now)})
        if quiet:
            self.store.commit()
        for log in quiet:
            self.rows(log)

    def snapshot(self, now: datetime) -> None:
        """Keep what each shard has seen, once everything it said is recorded."""
        for shard in self.shards.values():
            self.recorder.put(snapshots.take(self.folder, shard, now))
        self._record()

    def close(self, now: datetime | None = None) -> None:
        self.snapshot(now or timezone.now())

    # --- with threads of its own

    def start(self) -> None:
        """Begin to follow the logs. Returns once everything that had come is taken; compiling goes on beside."""
        self.open()
        self._threads = [
            Thread(target=self._follow, name="rules", daemon=True),
            Thread(target=self._keep_recording, name="alerts", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def wake(self, log: Log) -> None:
        """There is something new in this log."""
        self._woken.put(log)
        self._wake.set()

    def stop(self) -> None:
        """Take what is new, tell of it, keep a snapshot, and end."""
        self._stop.set()
        self._wake.set()
        self.recorder.wake()
        for thread in self._threads:
            thread.join()
        self._threads = []
        for shard in self.shards.values():
            self.rows(shard.log)
        self.close()

    def _follow(self) -> None:
        if self.compiles:
            Thread(target=self._compile, name="kernel", daemon=True).start()
        while not self._stop.is_set():
            self._wake.wait(PAUSE)
            self._wake.clear()
            try:
                self._take_woken()
                self.tick(timezone.now())
                self._go_on_compiled()
            except (DatabaseError, InterfaceError) as trouble:
                logger.warning("The rules wait for the database: %s", trouble)
                connections.close_all()
            except Exception as broken:
                logger.exception("The rules stand still. Start linli sensing anew.")
                self.failed = broken
                break
        connections.close_all()

    def _take_woken(self) -> None:
        logs: dict[int, Log] = {}
        try:
            while True:
                log = self._woken.get_nowait()
                logs[log.number] = log
        except Empty:
            pass
        for log in logs.values():
            if log.number not in self.shards:
                self._shard(log, timezone.now())
            self.rows(log)

    def _keep_recording(self) -> None:
        try:
            while not self._stop.is_set():
                self.recorder.wait(PAUSE)
                self.recorder.work()
        except Exception as broken:
            logger.exception("Alerts are not recorded any more. Start linli sensing anew.")
            self.failed = broken
        finally:
            connections.close_all()

    def _compile(self) -> None:
        if compile_beside():
            self._compiled.set()

    def _go_on_compiled(self) -> None:
        if self._compiled.is_set():
            self.kernel = True
            for shard in self.shards.values():
                if not shard.operator.kernel:
                    shard.operator.warm()


def micros_of(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
