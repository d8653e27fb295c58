"""What goes into an operator and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Batch:
    """Readings in the order of their arrival.

    stream: int32 (n,); at: int64 (n,), event time in microseconds; value: float64 (n,), finite; received: int64 (n,),
    or None where nothing is known of it (then no event time is too far ahead).
    """

    stream: NDArray[np.int32]
    at: NDArray[np.int64]
    value: NDArray[np.float64]
    received: NDArray[np.int64] | None = None

    @staticmethod
    def of(stream: ArrayLike, at: ArrayLike, value: ArrayLike, received: ArrayLike | None = None) -> Batch:
        """A batch of any sequences of numbers."""
        come = None if received is None else np.ascontiguousarray(received, np.int64)
        return Batch(
            np.ascontiguousarray(stream, np.int32),
            np.ascontiguousarray(at, np.int64),
            np.ascontiguousarray(value, np.float64),
            come,
        )

    def __post_init__(self) -> None:
        if not len(self.stream) == len(self.at) == len(self.value):
            raise ValueError("The columns of a batch have one length.")

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Alert:
    """A pattern that was completed at `at`; what it rests on began at `since`.

    stream: whose reading completed it, or began what time completed; None for a second-stage rule.  value: of that
    reading, None where time completed it.  late: the watermark had passed.  arrival: told when the reading came.
    """

    id: str
    rule: str
    version: int
    key: str
    grade: str
    at: int
    since: int
    stream: int | None
    value: float | None
    late: bool = False
    arrival: bool = False


@dataclass(frozen=True)
class Cleared:
    """The end, at `at`, of the episode of a rule and key that began with the alert at `since`."""

    rule: str
    version: int
    key: str
    at: int
    since: int


@dataclass(frozen=True)
class Said:
    """What one step of the reference told."""

    alerts: list[Alert] = field(default_factory=list)
    cleared: list[Cleared] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.alerts) + len(self.cleared)


def joined(batches: Sequence[Batch]) -> Batch:
    """All rows of several batches, without the times of arrival."""
    if not batches:
        return Batch.of([], [], [])
    return Batch.of(
        np.concatenate([batch.stream for batch in batches]),
        np.concatenate([batch.at for batch in batches]),
        np.concatenate([batch.value for batch in batches]),
    )
