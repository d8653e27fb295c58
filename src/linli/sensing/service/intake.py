"""What waits at the door, taken by one thread: a round of every sender in turn, one commit, and then the answers.

While the disk writes, the next round gathers: so many senders share one fsync, and nobody waits for a timer. A sender
has a queue of its own, with an end; whoever floods fills that one alone.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from linli.sensing.domain.burst import Burst
from linli.sensing.domain.door import Door, Notes
from linli.sensing.domain.refusals import Accepted, Away, NoObservation, NotTaken, Reason, Refusal
from linli.sensing.domain.sender import Sender

if TYPE_CHECKING:
    from linli.sensing.segments import Log

log = logging.getLogger(__name__)
WAITING_MOST = 64  # things of one sender that may wait
ROUND_MOST = 2_000  # things taken in one round
PATIENCE = 30.0  # seconds that somebody waits for the disk


@dataclass(eq=False)
class Thing:
    """One thing that waits: what to do with the door, and how it went."""

    sender: str
    do: Callable[[Door], Any] | None = None  # None: a message, taken together with others
    body: bytes = b""
    received: int = 0
    done: Event = field(default_factory=Event)
    result: Any = None
    error: BaseException | None = None


class Intake:
    """Holds the door for the whole service. `after` is told, in the writing thread, which logs have something new."""

    def __init__(self, door: Door, *, after: Callable[["Log"], None] = lambda _log: None) -> None:
        self._door, self._after = door, after
        self._there = Condition()
        self._queues: dict[str, deque[Thing]] = {}
        self._turned_away: Counter[tuple[str, Reason]] = Counter()  # by sender; counted without waiting for a round
        self._stopping = False
        self._working = Condition()  # held for a round
        self.failed: BaseException | None = None
        self.taken = 0  # observations
        self._refused = 0
        self._thread = Thread(target=self._work, name="intake", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take what waits, commit it, and end."""
        with self._there:
            self._stopping = True
            self._there.notify()
        self._thread.join(PATIENCE)

    # --- the holder's calls; each returns when the disk has it

    def message(self, body: bytes, sender: Sender, received: int) -> Accepted:
        thing = Thing(sender.name, None, body, received)
        if not self._offer(thing):
            self.refuse(sender, Reason.RATE)
            return Accepted(refused=[Refusal(0, Reason.RATE)])
        burst, index = self._wait(thing)
        return burst.accepted(index)

    def columns(self, batch: pa.RecordBatch, sender: Sender, received: int) -> Accepted:
        return self._wait_for(sender.name, lambda door: door.columns(batch, sender, received))

    def burst(self, devices: Sequence[str], bodies: Sequence[bytes], received: Sequence[int]) -> Burst:
        """Messages that a broker gathered; whoever brings them brings no more until these are on the disk."""
        return self._wait_for("", lambda door: door.messages(devices, bodies, received))

    def correct(self, number: int, changes: Mapping[str, Any]) -> None:
        self._wait_for("", lambda door: door.correct(number, dict(changes)))

    def delete(self, number: int) -> None:
        self._wait_for("", lambda door: door.delete(number))

    def delete_all(self, numbers: Sequence[int]) -> None:
        self._wait_for("", lambda door: door.delete_all(numbers))

    def refuse(self, sender: Sender, reason: Reason) -> None:
        """Count what never came as far as the door. Returns at once, also while the disk writes."""
        with self._there:
            self._turned_away[sender.name, reason] += 1

    def notes(self) -> Notes:
        """What was noticed since the last time."""
        with self._there:
            turned_away, self._turned_away = self._turned_away, Counter()
        with self._working:
            for (sender, reason), times in turned_away.items():
                self._door.refuse(sender, reason, times)
            noticed, self._door.notes = self._door.notes, Notes()
        self._refused += noticed.refused.total()
        return noticed

    def waiting(self) -> int:
        """How many things wait for the next round."""
        with self._there:
            return sum(len(queue) for queue in self._queues.values())

    @property
    def refused(self) -> int:
        """How many were refused since the start."""
        with self._there:
            turned_away = self._turned_away.total()
        return self._refused + self._door.notes.refused.total() + turned_away

    def _wait_for(self, sender: str, do: Callable[[Door], Any]) -> Any:
        thing = Thing(sender, do)
        if not self._offer(thing):
            raise Away(after=1)
        return self._wait(thing)

    def _offer(self, thing: Thing) -> bool:
        with self._there:
            if self._stopping or self.failed:
                raise Away(after=5)
            queue = self._queues.setdefault(thing.sender, deque())
            if len(queue) >= WAITING_MOST:
                return False
            queue.append(thing)
            self._there.notify()
        return True

    def _wait(self, thing: Thing) -> Any:
        if not thing.done.wait(PATIENCE):
            raise Away(after=5)
        if thing.error is not None:
            raise thing.error
        return thing.result

    # --- the writing thread

    def _work(self) -> None:
        while things := self._round():
            with self._working:
                self._take(things)
            for thing in things:
                thing.done.set()

    def _round(self) -> list[Thing]:
        """The next things, one of each sender in turn. Empty only when it is to stop and nothing waits."""
        things: list[Thing] = []
        with self._there:
            while not self._queues and not self._stopping:
                self._there.wait()
            while self._queues and len(things) < ROUND_MOST:
                for sender in list(self._queues):
                    things.append(self._queues[sender].popleft())
                    if not self._queues[sender]:
                        del self._queues[sender]
        return things

    def _take(self, things: list[Thing]) -> None:
        if self.failed:
            self._fail(things, Away(after=5))
            return
        self._take_messages([thing for thing in things if thing.do is None])
        for thing in things:
            if thing.do is not None:
                self._take_one(thing)
        try:
            fresh = self._door.commit()
        except Exception as error:
            # What the disk did not take was never acknowledged; the store must be opened anew, by a new process.
            log.exception("the disk did not take the observations")
            self.failed = error
            self._fail(things, Away(after=5))
            return
        self.taken += sum(batch.num_rows for _log, batch in fresh)
        for each in dict.fromkeys(each for each, _batch in fresh):
            self._after(each)

    def _take_messages(self, things: list[Thing]) -> None:
        if not things:
            return
        try:
            burst = self._door.messages(
                [thing.sender for thing in things], [thing.body for thing in things], [each.received for each in things]
            )
        except Exception:
            log.exception("messages could not be taken together")
            self._fail(things, Away(after=5))
            return
        for index, thing in enumerate(things):
            thing.result = (burst, index)

    def _take_one(self, thing: Thing) -> None:
        try:
            assert thing.do is not None
            thing.result = thing.do(self._door)
        except LookupError:
            thing.error = NoObservation()
        except NotTaken as error:
            thing.error = error
        except Exception as error:
            log.exception("readings could not be taken")
            thing.error = Away(after=5)
            thing.error.__cause__ = error

    def _fail(self, things: list[Thing], error: Exception) -> None:
        for thing in things:
            thing.error = error
