"""Rows of a data array that are alike, read as whole columns: no value of theirs becomes an object.

The text was found to be valid JSON before. Where its brackets and commas stand as in rows of one length, and each value
between them reads in full as the time or number that is wanted there, none of these signs was part of a text.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linli.gateway.sensorthings.times import LEAST, MOST

TIME = pa.timestamp("us", tz="UTC")
OPEN, CLOSE, COMMA, QUOTE, COLON = b'[],":'
SHORTEST = len("2026-11-26T03:12Z")
MOST_HOURS = 18  # of an offset, as in `times`


def read_columns(text: bytes, kinds: Sequence[pa.DataType]) -> list[pa.Array]:
    """The columns of rows such as `[["2026-11-26T03:12:00Z",21.5],…]`.

    text: valid JSON.  kinds: of each column, TIME or a number's.
    Returns times as int64, in microseconds since 1970 UTC; a number may be infinite, where no double holds it.
    Raises:
        ValueError: there is no row, they are of other lengths, or hold what is not read as a whole. It may be good.
    """
    if any(blank in text for blank in b" \t\r\n"):
        text = msgspec.json.format(text, indent=-1)
    data = np.frombuffer(text, np.uint8)
    signs = np.flatnonzero((data == OPEN) | (data == CLOSE) | (data == COMMA))
    row = bytes([OPEN, *[COMMA] * (len(kinds) - 1), CLOSE, COMMA])
    count, left = divmod(len(signs) - 1, len(row))
    if not count or left or data[0] != OPEN or data[signs[1:-1]].tobytes() != (row * count)[:-1]:
        raise ValueError("These are no rows of one length.")
    places = signs[1:].reshape(count, len(row))
    return [_column(text, places[:, n] + 1, places[:, n + 1], kind) for n, kind in enumerate(kinds)]


def _column(text: bytes, starts: np.ndarray, ends: np.ndarray, kind: pa.DataType) -> pa.Array:
    """The values that stand from each start to before its end."""
    if kind == TIME:
        return _times(text, starts + 1, ends - 1)
    return pc.cast(_texts(text, starts, ends), kind)


def _times(text: bytes, starts: np.ndarray, ends: np.ndarray) -> pa.Array:
    if not _are_times(np.frombuffer(text, np.uint8), starts, ends):
        raise ValueError("These are not all times that are read as a whole.")
    found = pc.cast(_texts(text, starts, ends), TIME).cast(pa.int64())
    within = pc.min_max(found).as_py()
    if within["min"] < LEAST or within["max"] > MOST:
        raise ValueError("A time lies outside the years 1 to 9999.")
    return found


def _texts(text: bytes, starts: np.ndarray, ends: np.ndarray) -> pa.StringArray:
    bounds = np.column_stack([starts, ends]).astype(np.int32)
    # To Arrow there is one text after each bound, up to the next: every second is a value, the others lie between them.
    texts = pa.StringArray.from_buffers(bounds.size - 1, pa.py_buffer(bounds), pa.py_buffer(text))
    return texts[::2]


def _are_times(data: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> bool:
    """Whether texts stand there that Arrow takes as times only where `times.parse_instant` does.

    Arrow also takes a blank for the T, hours without minutes, and offsets of a whole day.
    """
    if (ends - starts < SHORTEST).any():
        return False
    quoted = (data[starts - 1] == QUOTE) & (data[ends] == QUOTE)
    written = (data[starts + 10] == ord("T")) & (data[starts + 13] == COLON)
    zoned = data[ends - 1] == ord("Z")
    if not zoned.all():
        hours = (data[ends - 5] - ord("0")) * 10 + data[ends - 4] - ord("0")
        zoned |= (data[ends - 3] == COLON) & (hours <= MOST_HOURS)
    return bool((quoted & written & zoned).all())
