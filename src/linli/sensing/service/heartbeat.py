"""A small file that says the service is alive, for /healthz, `linli doctor` and whoever looks after it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

EVERY = timedelta(seconds=5)
LATE = timedelta(seconds=30)


def heartbeat_path() -> Path:
    return settings.SENSING / "heartbeat.json"


def beat(at: datetime, **facts: Any) -> None:
    """Write that the service is alive at `at`."""
    path = heartbeat_path()
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(orjson.dumps({"at": at.astimezone(UTC).isoformat(), "pid": os.getpid(), **facts}))
    beside.replace(path)


def last_beat() -> dict[str, Any] | None:
    """What the service said last; None where it never ran here, or ended as it should."""
    try:
        return orjson.loads(heartbeat_path().read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None


def silence(at: datetime) -> timedelta | None:
    """How long ago the service last said that it is alive; None where there is no heartbeat."""
    said = last_beat()
    return None if said is None else at - datetime.fromisoformat(said["at"])


def stop_beating() -> None:
    heartbeat_path().unlink(missing_ok=True)
