"""What the rules said, on its way into the database: in order, alarms first, and never lost.

A snapshot goes the same way, so that it is written only when everything said before it is recorded.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock

from django.db import connections
from django.db.utils import DatabaseError, InterfaceError

from linli.sensing.domain.fired import FiredAlert
from linli.sensing.enums import Grade
from linli.sensing.host import snapshots
from linli.sensing.host.snapshots import Taken

logger = logging.getLogger(__name__)

AT_ONCE = 50  # alerts given to the database in one go


class Recorder:
    """Takes from any thread; one thread works."""

    def __init__(self, record: Callable[[Sequence[FiredAlert]], object]) -> None:
        self.record = record
        self.waiting: deque[FiredAlert | Taken] = deque()
        self._lock, self._new = Lock(), Event()

    def __len__(self) -> int:
        return len(self.waiting)

    def put(self, what: Sequence[FiredAlert] | Taken) -> None:
        with self._lock:
            if isinstance(what, tuple):
                self.waiting.append(what)
            else:
                self.waiting.extend(what)
        self._new.set()

    def wake(self) -> None:
        self._new.set()

    def wait(self, seconds: float) -> None:
        """Until something comes, or so long."""
        self._new.wait(seconds)
        self._new.clear()

    def work(self) -> bool:
        """Record what waits. False where the database could not take it; then it waits on."""
        while batch := self._next():
            try:
                self._do(batch)
            except (DatabaseError, InterfaceError) as trouble:
                logger.warning("%d alerts wait for the database: %s", len(self), trouble)
                connections.close_all()
                return False
            with self._lock:
                for done in batch:
                    self.waiting.remove(done)
        return True

    def _next(self) -> Sequence[FiredAlert | Taken]:
        """What to do next: alarms that nothing of their own key waits before, else the oldest."""
        with self._lock:
            if not self.waiting:
                return []
            if isinstance(first := self.waiting[0], tuple):
                return [first]
            run = self._until_snapshot()
        seen: set[tuple[str, str]] = set()
        alarms = []
        for each in run:
            if each.grade == Grade.ALARM and not each.cleared and (each.rule, each.key) not in seen:
                alarms.append(each)
            seen.add((each.rule, each.key))
        return (alarms or run)[:AT_ONCE]

    def _until_snapshot(self) -> list[FiredAlert]:
        found: list[FiredAlert] = []
        for each in self.waiting:
            if isinstance(each, tuple):
                break
            found.append(each)
        return found

    def _do(self, batch: Sequence[FiredAlert | Taken]) -> None:
        for each in batch:
            if isinstance(each, tuple):
                _keep(each)
        if not (alerts := [each for each in batch if isinstance(each, FiredAlert)]):
            return
        try:
            self.record(alerts)
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            # One that cannot be recorded must not stop those behind it.
            for each in alerts:
                self._alone(each)

    def _alone(self, alert: FiredAlert) -> None:
        try:
            self.record([alert])
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            logger.exception("The alert %s of the rule %s is not recorded.", alert.id, alert.rule)


def _keep(taken: Taken) -> None:
    """Write a snapshot. Where the disk does not take it the one before stays, and a restart reads on from there."""
    try:
        snapshots.put(taken)
    except OSError:
        logger.exception("The snapshot %s was not written; it is tried again in a minute.", taken[0])
