"""Where a reader of a log is, and what it gets there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Just after a frame: its segment, the byte after it, and how many rows and controls of the segment lie before.

    The byte finds the place in a raw segment at once; the counts find it after compaction, when those bytes are gone.
    """

    segment: int
    offset: int = 0
    row: int = 0
    control: int = 0

    def __str__(self) -> str:
        return f"{self.segment}:{self.offset}:{self.row}:{self.control}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for a text that is no position."""
        parts = [int(part) for part in text.split(":")]
        if len(parts) != 4 or min(parts) < 0:
            raise ValueError(f"Not a position: {text}")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows, or one control record. `position` is where to read on after it."""

    position: Position
    kind: str
    batch: pa.RecordBatch | None = None
    ids: np.ndarray | None = None
    payload: Mapping[str, Any] | None = None
