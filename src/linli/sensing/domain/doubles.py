"""Messages that were taken before: their hashes of the last day, in columns, so that a district's fit into memory.

What is new lies in a set; every hour, or when the set is large, it becomes one sorted column of 8 bytes a message.
"""

import hashlib
from dataclasses import dataclass, field

import numpy as np

HOUR = 3_600_000_000  # µs
WINDOW = 24 * HOUR
MOST_NEW = 50_000


def message_hash(sender: str, message: str) -> int:
    """64 bits that name a message of a sender, the same in every process."""
    return int.from_bytes(hashlib.blake2b(f"{sender}\0{message}".encode(), digest_size=8).digest(), "little")


@dataclass
class Seen:
    """Hashes taken within `WINDOW`. `since`: when the open set was begun (µs)."""

    since: int = 0
    _new: set[int] = field(default_factory=set)
    _columns: list[tuple[int, np.ndarray]] = field(default_factory=list)

    def have(self, hashes: list[int], at: int) -> list[int]:
        """Indexes of those that were taken before. Nothing is added."""
        self._turn(at)
        found = {index for index, each in enumerate(hashes) if each in self._new}
        if self._columns and hashes:
            asked = np.fromiter(hashes, np.uint64, len(hashes))
            for _until, column in reversed(self._columns):
                places = np.searchsorted(column, asked)
                there = column[np.minimum(places, len(column) - 1)] == asked
                if there.any():
                    found.update(np.flatnonzero(there).tolist())
        return sorted(found)

    def add(self, hashes: list[int]) -> None:
        self._new.update(hashes)

    def add_column(self, hashes: np.ndarray, begun: int) -> None:
        """Hashes of uint64 that came since `begun`: what is read back from the segments at the start."""
        if len(hashes):
            self._columns.append((begun, np.unique(hashes.astype(np.uint64))))

    def _turn(self, at: int) -> None:
        """Close the open set where it is old or large, and forget what is older than the window."""
        if not self._new:
            self.since = at
            return
        if at - self.since >= HOUR or len(self._new) >= MOST_NEW:
            self._columns.append((self.since, np.sort(np.fromiter(self._new, np.uint64, len(self._new)))))
            self._new, self.since = set(), at
            self._columns = [(begun, column) for begun, column in self._columns if begun > at - WINDOW - HOUR]
            self._merge()

    def _merge(self) -> None:
        """Join what began within one hour, so that a busy hour is one column and not twenty."""
        if len(self._columns) >= 2 and self._columns[-1][0] - self._columns[-2][0] < HOUR:
            (_, last), (begun, before) = self._columns.pop(), self._columns.pop()
            self._columns.append((begun, np.sort(np.concatenate([before, last]))))
