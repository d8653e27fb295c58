"""What an operator has seen, in a file beside the observations, with the position in the log up to which it saw it.

A snapshot of the care check is not kept for longer than the care stream itself: 48 hours.
"""

import json
import logging
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linli.engines.rules import Operator, SnapshotError
from linli.sensing.domain.instants import instant, micros
from linli.sensing.host.rules import read
from linli.sensing.host.shard import Shard
from linli.sensing.segments import Log, Position

logger = logging.getLogger(__name__)

CARE_KEPT = timedelta(hours=48)
FORMAT = 1
BEING_WRITTEN = ".new"
Taken = tuple[Path, bytes]


def path_of(folder: Path, log: Log) -> Path:
    return folder / f"{log.number:04}.{log.stream}.rules"


def take(folder: Path, shard: Shard, now: datetime) -> Taken:
    """The snapshot of this moment and where it goes; `put` writes it."""
    head = {
        "format": FORMAT, "written": micros(now), "position": str(shard.position) if shard.position else "",
        "mark": shard.mark.value, "payload": shard.payload,
    }  # fmt: skip
    return path_of(folder, shard.log), json.dumps(head).encode() + b"\n" + shard.operator.snapshot()


def put(taken: Taken) -> None:
    """Write a snapshot whole, or not at all; after it returns it is on the disk."""
    path, content = taken
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(BEING_WRITTEN)
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def restore(folder: Path, shard: Shard, now: datetime, *, kernel: bool) -> bool:
    """Bring a shard to where its snapshot was taken. False where there is none that can be read."""
    path = path_of(folder, shard.log)
    forget_care(folder, now)
    try:
        head, _newline, body = path.read_bytes().partition(b"\n")
        said = json.loads(head)
        if said["format"] != FORMAT:
            raise SnapshotError("The snapshot has another format.")
        operator = Operator.restore(body, kernel)
        position = Position.parse(said["position"]) if said["position"] else None
        rules, hours, numbers = read(said["payload"])
    except FileNotFoundError:
        return False
    except (SnapshotError, ValueError, KeyError, TypeError) as broken:
        logger.warning("The snapshot %s cannot be read (%s); its log is read from the beginning.", path, broken)
        return False
    assert operator.rules == rules
    assert set(operator.hours) == set(hours)
    shard.operator, shard.position, shard.payload, shard.numbers = operator, position, said["payload"], numbers
    shard.mark.value = said["mark"]
    shard.look_up()
    return True


def forget_care(folder: Path, now: datetime) -> int:
    """Delete what was seen of care checks more than 48 hours ago. Returns how many snapshots went."""
    gone = 0
    for path in folder.glob("*.care.*"):
        with suppress(FileNotFoundError):  # a newer one has just taken its place
            if _written(path) < now - CARE_KEPT:
                path.unlink()
                gone += 1
    return gone


def _written(path: Path) -> datetime:
    """When a snapshot was taken. One that is still being written has no head yet: there the time of the file counts."""
    if path.suffix == BEING_WRITTEN:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        return instant(json.loads(path.read_bytes().partition(b"\n")[0])["written"])
    except (ValueError, KeyError):
        return instant(0)
