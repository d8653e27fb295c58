"""Parquet files of sealed segments: sorted by datastream and time, with the segment and row each row came from.

Beside each lies a file of its control records. Neither is ever changed; a new one takes its place under a new name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linli.sensing.segments.catalog import NEVER, Pack
from linli.sensing.segments.files import Files, write_whole
from linli.sensing.segments.schema import SCHEMA

PLACES = [pa.field("segment", pa.int32(), nullable=False), pa.field("row", pa.int32(), nullable=False)]
PACK_SCHEMA = pa.schema([*PLACES, *SCHEMA])
GROUP_ROWS = 16_384
GROUPS = b"linli.groups"  # [first datastream, last datastream, least at, greatest at] of each row group
DELTAS = {"at": "DELTA_BINARY_PACKED", "received": "DELTA_BINARY_PACKED", "row": "DELTA_BINARY_PACKED"}


class PackedControl(msgspec.Struct, frozen=True, array_like=True):
    """A control record of `segment`: after so many rows and so many controls of it."""

    segment: int
    row: int
    control: int
    kind: str
    payload: dict[str, Any]


def write_pack(
    files: Files, folder: Path, name: str, span: tuple[int, int], table: pa.Table, controls: Iterable[PackedControl]
) -> Pack:
    """Write the rows (PACK_SCHEMA, any order) and controls of the segments `span`; both are durable when it returns."""
    table = in_order(table)
    data = _parquet(table)
    plain = msgspec.json.encode(list(controls))
    sized = len(plain).to_bytes(8, "little") + pa.compress(plain, codec="zstd", asbytes=True)
    write_whole(files, folder / controls_name(name), sized)
    write_whole(files, folder / name, data)
    at = table.column("at").to_numpy()
    return Pack(
        name=name,
        first=span[0],
        last=span[1],
        rows=table.num_rows,
        since=int(at.min()) if at.size else NEVER,
        until=int(at.max()) if at.size else -NEVER,
        hash=digest(data),
        controls_hash=digest(sized),
        datastreams=np.unique(table.column("datastream").to_numpy()).tolist(),
    )


def pack_name(first: int, last: int, made: int) -> str:
    return f"{first:07}-{last:07}-{made:07}.parquet"


def controls_name(name: str) -> str:
    return name.replace(".parquet", ".controls")


def digest(data: Any) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def in_order(table: pa.Table) -> pa.Table:
    names = ("at", "datastream")  # the last is the first key
    order = np.lexsort([table.column(name).to_numpy() for name in names])
    return table.take(pa.array(order)).combine_chunks()


def bounds(table: pa.Table) -> list[list[int]]:
    """GROUPS of a table in order."""
    datastream, at = table.column("datastream").to_numpy(), table.column("at").to_numpy()
    found = []
    for begin in range(0, table.num_rows, GROUP_ROWS):
        part = slice(begin, begin + GROUP_ROWS)
        found.append([int(f(c[part])) for c in (datastream, at) for f in (np.min, np.max)])
    return found


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    table = table.replace_schema_metadata({GROUPS: msgspec.json.encode(bounds(table))})
    pq.write_table(
        table,
        sink,
        row_group_size=GROUP_ROWS,
        compression="zstd",
        use_dictionary=["datastream", "segment", "text", "feature", "extra"],
        column_encoding=DELTAS,
        write_statistics=["datastream", "at"],
        write_page_checksum=True,
    )
    return sink.getvalue().to_pybytes()


@dataclass(frozen=True)
class Footer:
    """The metadata of a pack and its GROUPS as an int64 array (groups, 4)."""

    metadata: pq.FileMetaData
    groups: np.ndarray


def footer(folder: Path, pack: Pack) -> Footer:
    """Kept, since a pack never changes.  Raises FileNotFoundError."""
    return kept_footer(folder / pack.name, pack.hash)


@lru_cache(maxsize=2048)
def kept_footer(path: Path, hash: str) -> Footer:  # noqa: A002
    metadata = pq.read_metadata(path)
    groups = msgspec.json.decode(metadata.metadata[GROUPS])
    return Footer(metadata, np.array(groups, np.int64).reshape(-1, 4))


def read_pack(folder: Path, pack: Pack, columns: list[str], groups: list[int] | None = None) -> pa.Table:
    """Some columns of some row groups (all).  Raises FileNotFoundError."""
    found = footer(folder, pack)
    with pa.memory_map(str(folder / pack.name)) as source, pq.ParquetFile(source, metadata=found.metadata) as file:
        wanted = range(found.metadata.num_row_groups) if groups is None else groups
        return file.read_row_groups(list(wanted), columns=columns, use_threads=False)


def groups_with(folder: Path, pack: Pack, datastreams: np.ndarray | None, since: int, until: int) -> list[int]:
    """The row groups that may hold rows of `datastreams` (ascending; None: of any) with since <= at < until."""
    groups = footer(folder, pack).groups
    may = (groups[:, 2] < until) & (groups[:, 3] >= since)
    if datastreams is not None:
        may &= np.searchsorted(datastreams, groups[:, 0]) < np.searchsorted(datastreams, groups[:, 1], side="right")
    return np.flatnonzero(may).tolist()


def read_controls(folder: Path, pack: Pack) -> list[PackedControl]:
    """The controls beside a pack, in order.  Raises FileNotFoundError."""
    data = (folder / controls_name(pack.name)).read_bytes()
    plain = pa.decompress(data[8:], decompressed_size=int.from_bytes(data[:8], "little"), codec="zstd", asbytes=True)
    return msgspec.json.decode(plain, type=list[PackedControl])
