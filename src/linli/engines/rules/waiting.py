"""The buffer that holds rows until the watermark has reached them, and grows as need be."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from linli.engines.rules.kernel import NEVER
from linli.engines.rules.outputs import Batch
from linli.engines.rules.reorder import BUCKETS, FEW, FREE, NOW, SHIFT, WAITING, Buffer

LEAST = 1024
LAST = 1 << 61


class Work:
    """Rows on their way through one step: as they came, and as they are taken.  Its arrays are at least `room` long."""

    def __init__(self, room: int = LEAST) -> None:
        self.room = room
        self.stream, self.source = np.empty(room, np.int32), np.empty(room, np.int32)
        self.at_in, self.at, self.received = (np.empty(room, np.int64) for _ in range(3))
        self.value_in, self.value = np.empty(room), np.empty(room)

    def take(self, batch: Batch) -> int:
        """Copies what came, whatever owns it; how many rows."""
        rows = len(batch)
        self.stream[:rows], self.at_in[:rows], self.value_in[:rows] = batch.stream, batch.at, batch.value
        self.received[:rows] = batch.at if batch.received is None else batch.received
        return rows


class Waiting:
    """Rows (source, at, value) that wait."""

    def __init__(self, room: int = LEAST) -> None:
        self.buffer = empty(room)

    def __len__(self) -> int:
        return int(self.buffer.meta[WAITING])

    def reserve(self, rows: int) -> None:
        """Makes room for that many more."""
        old, count = self.buffer, len(self)
        room = len(old.at)
        if count + rows <= room:
            return
        new = empty(max(2 * room, count + rows))
        for name in ("at", "source", "value", "next"):
            getattr(new, name)[:room] = getattr(old, name)
        new.heads[:] = old.heads
        # The free places of the old one hang behind the new ones.
        new.next[-1], new.meta[FREE] = old.meta[FREE], room
        new.meta[WAITING], new.meta[NOW] = count, old.meta[NOW]
        self.buffer = new

    def release(self, code: SimpleNamespace, until: int, work: Work) -> int:
        """What happened until the instant, by time, stream and value, as the first rows of `work`; how many."""
        rows: int = code.release(self.buffer, until, work.source, work.at, work.value)
        if rows > FEW:
            if not code.in_order(work.at, rows):
                order = np.argsort(work.at[:rows])
                for column in (work.at, work.source, work.value):
                    column[:rows] = column[order]
            code.sort_instants(work.source, work.at, work.value, rows)
        return rows

    def rows(self, code: SimpleNamespace) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]:
        """A copy of all that waits: source, at, value."""
        now, work = int(self.buffer.meta[NOW]), Work(max(1, len(self)))
        rows = code.release(self.buffer, LAST, work.source, work.at, work.value)
        self.buffer.meta[NOW] = now
        code.hold(self.buffer, work.source, work.at, work.value, rows)
        return work.source[:rows], work.at[:rows], work.value[:rows]


def empty(room: int) -> Buffer:
    following = np.arange(1, room + 1, dtype=np.int32)
    following[-1] = -1
    return Buffer(
        np.empty(room, np.int64),
        np.empty(room, np.int32),
        np.empty(room),
        following,
        np.full(BUCKETS, -1, np.int32),
        np.array([0, 0, NEVER >> SHIFT], np.int64),
    )
