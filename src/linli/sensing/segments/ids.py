"""The id of an observation: where it lies, in 53 bits, so that JSON's numbers hold it exactly.

log (10 bits, from 1) | segment (20 bits, from 1) | row (23 bits, from 0).
"""

from typing import Any

import numpy as np

SEGMENT_BITS = 20
ROW_BITS = 23
LOGS = 1 << 10
SEGMENTS = 1 << SEGMENT_BITS
ROWS = 1 << ROW_BITS


def pack_id(log: Any, segment: Any, row: Any) -> Any:
    """The ids of rows: integers give an int, arrays (broadcast against each other) an int64 array."""
    if isinstance(segment, np.ndarray) or isinstance(row, np.ndarray) or isinstance(log, np.ndarray):
        parts = [np.asarray(part, np.int64) for part in (log, segment, row)]
        return (parts[0] << SEGMENT_BITS + ROW_BITS) | (parts[1] << ROW_BITS) | parts[2]
    return (int(log) << SEGMENT_BITS + ROW_BITS) | (int(segment) << ROW_BITS) | int(row)


def unpack_id(ids: Any) -> tuple[Any, Any, Any]:
    """(log, segment, row) of one id or of an array of ids."""
    if not isinstance(ids, np.ndarray):
        ids = int(ids)
    return ids >> SEGMENT_BITS + ROW_BITS, (ids >> ROW_BITS) & (SEGMENTS - 1), ids & (ROWS - 1)
