"""How a segment lies in its file: frames one after another, each whole or not there.

A frame is 24 bytes (six little-endian uint32: magic, kind, length of the payload, rows before it in the segment,
controls before it, CRC-32 of the five before and of the payload) and the payload, whose length is a multiple of 8.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow as pa

from linli.sensing.segments.schema import SCHEMA

MAGIC = 0x31464C4C  # "LLF1"
HEAD, ROWS, CONTROL, SEAL = 1, 2, 3, 4
HEADER = struct.Struct("<6I")
SUMMED = struct.Struct("<5I")


@dataclass(frozen=True, slots=True)
class RawFrame:
    """One whole frame: `offset` and `end` in bytes of the file, `row` and `control` how many came before it."""

    kind: int
    offset: int
    end: int
    row: int
    control: int
    payload: pa.Buffer

    def batch(self) -> pa.RecordBatch:
        return pa.ipc.read_record_batch(self.payload, SCHEMA)

    def json(self) -> Any:
        return msgspec.json.decode(self.payload)


def rows_frame(batch: pa.RecordBatch, row: int, control: int) -> bytes:
    return frame(ROWS, batch.serialize(), row, control)


def json_frame(kind: int, content: Any, row: int, control: int) -> bytes:
    return frame(kind, msgspec.json.encode(content), row, control)


def frame(kind: int, payload: Any, row: int, control: int) -> bytes:
    data = memoryview(payload)
    end = b" " * (-len(data) % 8)  # buffers of Arrow are read in place, and want 8-byte borders
    head = SUMMED.pack(MAGIC, kind, len(data) + len(end), row, control)
    crc = zlib.crc32(end, zlib.crc32(data, zlib.crc32(head)))
    return b"".join([head, struct.pack("<I", crc), data, end])


def holds_whole_frame(data: bytes) -> bool:
    """Whether a whole frame lies anywhere after the first byte: then `data` is damaged, and not just a torn tail."""
    mark = MAGIC.to_bytes(4, "little")
    place = data.find(mark, 1)
    while place >= 0:
        if next(frames(pa.py_buffer(data[place:])), None):
            return True
        place = data.find(mark, place + 1)
    return False


def frames(buffer: pa.Buffer, offset: int = 0) -> Iterator[RawFrame]:
    """The whole frames of `buffer` from `offset` on, up to the first that is torn, wrong or not there."""
    view, size = memoryview(buffer), buffer.size
    while offset + HEADER.size <= size:
        magic, kind, length, row, control, crc = HEADER.unpack_from(view, offset)
        begin, end = offset + HEADER.size, offset + HEADER.size + length
        if magic != MAGIC or end > size:
            return
        if zlib.crc32(view[begin:end], zlib.crc32(view[offset : offset + SUMMED.size])) != crc:
            return
        yield RawFrame(kind, offset, end, row, control, buffer.slice(begin, length))
        offset = end
