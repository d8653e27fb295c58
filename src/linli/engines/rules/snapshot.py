"""An operator as bytes: a mark, the format's number, and a NumPy archive with a header in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from linli.engines.rules.kernel import CHECK, FAR
from linli.engines.rules.model import Stream
from linli.engines.rules.parsing import parse_rule, to_mapping

if TYPE_CHECKING:
    from linli.engines.rules.operator import Operator

MARK = b"linli rules "
FORMAT = 1
STATE = ("slots", "cells", "source", "ring", "members")


class SnapshotError(ValueError):
    """These bytes are no snapshot that this version can read."""


def write(operator: Operator) -> bytes:
    header = {
        "installation": operator.installation,
        "ordered": operator.ordered,
        "watermark": operator.watermark,
        "rules": [to_mapping(rule) for rule in operator.rules],
        "streams": [astuple(stream) for stream in operator.streams],
        "hours": list(operator.hours),
    }
    arrays: dict[str, NDArray[Any]] = {"header": np.frombuffer(json.dumps(header).encode(), np.uint8)}
    arrays |= {f"hours{index}": rows for index, rows in enumerate(operator.hours.values())}
    arrays["counts"] = operator.door.counts
    source, arrays["at"], arrays["value"] = operator.waiting.rows(operator.code)
    arrays["stream"] = operator.first.k.numbers[source]
    for stage, plan in (("first", operator.first), ("second", operator.second)):
        arrays |= {f"{stage}.{name}": getattr(plan.k, name) for name in STATE}
    packed = BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    return MARK + FORMAT.to_bytes(2, "big") + packed.getvalue()


def read(data: bytes, kernel: bool) -> Operator:
    """Raises: SnapshotError for anything else than a snapshot of this version, whole."""
    if not data.startswith(MARK):
        raise SnapshotError("This is no snapshot of rules.")
    number = int.from_bytes(data[len(MARK) : len(MARK) + 2], "big")
    if number != FORMAT:
        raise SnapshotError(f"The snapshot has format {number}; this version reads {FORMAT}.")
    try:
        with np.load(BytesIO(data[len(MARK) + 2 :]), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        return made(arrays, kernel)
    except (BadZipFile, KeyError, ValueError, EOFError, OSError) as broken:
        raise SnapshotError("The snapshot is damaged.") from broken


def made(arrays: Mapping[str, NDArray[Any]], kernel: bool) -> Operator:
    from linli.engines.rules.operator import Operator

    header = json.loads(arrays["header"].tobytes())
    operator = Operator(
        [parse_rule(rule) for rule in header["rules"]],
        [Stream(*stream) for stream in header["streams"]],
        header["installation"],
        {lineage: arrays[f"hours{index}"] for index, lineage in enumerate(header["hours"])},
        kernel,
        header["ordered"],
    )
    operator.watermark = header["watermark"]
    operator.door.counts[:] = arrays["counts"]
    for stage, plan in (("first", operator.first), ("second", operator.second)):
        for name in STATE:
            kept, given = getattr(plan.k, name), arrays[f"{stage}.{name}"]
            if kept.shape != given.shape:
                raise ValueError(name)
            kept[:] = given
        plan.k.slots[:, CHECK] = FAR
    operator.begin(arrays["stream"], arrays["at"], arrays["value"])
    return operator
