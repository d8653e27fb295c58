"""How often a sender may send: a bucket of tokens for each, filled evenly, in the process that holds the door.

Arrival counts, not the moment of reading: what waited in the broker while the service was away was sent in time.
"""

from dataclasses import dataclass, field

SECOND = 1_000_000  # microseconds


@dataclass
class Buckets:
    """burst: how many at once.  span: seconds in which an empty bucket fills."""

    burst: float
    span: float
    _left: dict[str, tuple[float, int]] = field(default_factory=dict)

    def take(self, name: str, number: int, at: int) -> bool:
        """Take `number` tokens at `at` (µs), all or none."""
        left = self._filled(name, at)
        if left < number:
            return False
        self._left[name] = (left - number, self._last(name, at))
        return True

    def take_each(self, name: str, times: list[int]) -> list[bool]:
        """Take one token for each arrival, and say which had one."""
        if times and self.take(name, len(times), times[-1]):
            return [True] * len(times)
        return [self.take(name, 1, at) for at in times]

    def charge(self, name: str, number: int, at: int) -> None:
        """Take tokens for what was read already; a debt is paid before anything else is let in."""
        left = self._filled(name, at)
        self._left[name] = (max(left - number, -self.burst), self._last(name, at))

    def _filled(self, name: str, at: int) -> float:
        left, last = self._left.get(name, (self.burst, at))
        return min(self.burst, left + max(at - last, 0) * self.burst / (self.span * SECOND))

    def _last(self, name: str, at: int) -> int:
        return max(at, self._left[name][1]) if name in self._left else at
