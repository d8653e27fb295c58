"""Who uses the data folder: `linli web` and `linli jobs` share it, a restore or an upgrade has it alone.

The lock is the kernel's: it ends with the process that holds it, however that ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from linli.core.archive import BackupError
from linli.core.dumps import ask_now

OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


@contextmanager
def shared() -> Iterator[None]:
    """Say that somebody is at work here.

    Raises:
        BackupError: a restore or an upgrade is going on.
    """
    with _held(fcntl.LOCK_SH, "A restore or an upgrade is going on. Start Linli again when it has ended."):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Have the data folder, and on PostgreSQL the database, to oneself.

    Raises:
        BackupError: Linli is running.
    """
    words = "Linli is running on this data folder. Stop linli web and linli jobs first."
    with _held(fcntl.LOCK_EX, words):
        if number := others_connected():
            raise BackupError(
                f"{number} other connections to the database are open. Stop every linli web and linli jobs first, "
                "on other machines too."
            )
        yield


def is_running() -> bool:
    """Whether a process of Linli holds the data folder."""
    try:
        with _held(fcntl.LOCK_EX, ""):
            return False
    except BackupError:
        return True


def others_connected() -> int:
    """Connections to PostgreSQL's database beside ours; SQLite's users are told by the lock."""
    if connection.vendor != "postgresql":
        return 0
    try:
        return ask_now(OTHERS)[0][0]
    except DatabaseError as error:
        raise BackupError(
            "The database does not answer. Is the server running, and LINLI_DATABASE_URL right?"
        ) from error


@contextmanager
def _held(how: int, refused: str) -> Iterator[None]:
    path = Path(settings.DATA) / "running.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(refused) from error
        yield
    finally:
        os.close(handle)
