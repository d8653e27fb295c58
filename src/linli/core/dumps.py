"""A snapshot of the database in one file, and a database from such a file.

SQLite by its online backup, under one read transaction: others go on writing, and none of it gets in. PostgreSQL by
pg_dump under a snapshot that this process holds open, so that whoever counts in it counts what was dumped.
"""

import errno
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from linli.core.archive import BackupError, Tick

PAGES = 2000  # of the database, copied between two ticks
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
TELL_EVERY = 5.0  # seconds between two ticks while a program of PostgreSQL works

FULL = ("No space left on device", "File too large", "Disk quota exceeded")

Ask = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Snapshot:
    """A dumped database: the file, what it is called in an archive, and a way to ask what was dumped."""

    path: Path
    name: str
    ask: Ask


@contextmanager
def snapshot(folder: Path, tick: Tick) -> Iterator[Snapshot]:
    """Dump the database into a file in `folder`, which is gone afterwards.

    Raises:
        BackupError: PostgreSQL's own tools are missing or too old, or they failed.
    """
    name = NAMES[connection.vendor]
    path = folder / f".{name}.{os.getpid()}.part"
    take = _of_sqlite if connection.vendor == "sqlite" else _of_postgresql
    try:
        with take(path, tick) as ask:
            yield Snapshot(path, name, ask)
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)


def counts(ask: Ask) -> dict[str, int]:
    """How many rows each table of ours has."""
    tables = sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True))
    there = {row[0] for row in ask(TABLES[connection.vendor])}
    return {table: ask(f'SELECT COUNT(*) FROM "{table}"')[0][0] for table in tables if table in there}  # noqa: S608


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


def ask_now(statement: str) -> list[tuple[Any, ...]]:
    """Ask the database in use."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


# --- SQLite


@contextmanager
def _of_sqlite(path: Path, tick: Tick) -> Iterator[Ask]:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    database = Path(connection.settings_dict["NAME"])
    if not database.exists():
        raise BackupError(f"There is no database at {database}. Is LINLI_DATA right? Otherwise run: linli prepare")
    source = sqlite3.connect(database, isolation_level=None)
    with closing(source), closing(sqlite3.connect(path, isolation_level=None)) as copy:
        source.execute("BEGIN")
        source.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # from here on this connection sees no change
        source.backup(copy, pages=PAGES, progress=lambda *_: tick(), sleep=0)
        source.execute("COMMIT")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        yield lambda statement: copy.execute(statement).fetchall()


# --- PostgreSQL


@contextmanager
def _of_postgresql(path: Path, tick: Tick) -> Iterator[Ask]:
    dump = tool("pg_dump")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    own = connection.copy()  # ours stays free, so that `tick` can renew a lease
    try:
        with own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            number = cursor.fetchone()[0]
            options = ["--format=custom", "--no-owner", "--no-acl", "--schema=public", f"--snapshot={number}"]
            run_tool([dump, *options, f"--file={path}"], "pg_dump could not dump the database", tick)
            yield lambda statement: cursor.execute(statement).fetchall()
            cursor.execute("ROLLBACK")
    finally:
        own.close()


def load_postgresql(path: Path, tick: Tick) -> None:
    """Fill the empty database from a dump: all of it or nothing."""
    options = ["--no-owner", "--no-acl", "--no-comments", "--exit-on-error", "--single-transaction", "--schema=public"]
    words = [tool("pg_restore"), *options, f"--dbname={connection.settings_dict['NAME']}", str(path)]
    run_tool(words, "pg_restore could not fill the database", tick)


def tool(name: str) -> str:
    """The path of one of PostgreSQL's programs, at least as new as the server.

    Raises:
        BackupError: it is not there, or older than the server.
    """
    found = _newest(name)
    if found is None:
        raise BackupError(f"{name} is missing. Install PostgreSQL's client programs (Debian: postgresql-client).")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    ours, server = int(said.split()[2].split(".")[0]), _server_version()
    if ours < server:
        raise BackupError(
            f"{found} is version {ours} and the server is version {server}: an older {name} cannot read it. "
            f"Install PostgreSQL's client programs of version {server} (Debian: postgresql-client-{server})."
        )
    return found


def _newest(name: str) -> str | None:
    """On the path, or else where Debian keeps the versions apart."""
    apart = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return shutil.which(name) or (str(apart[-1]) if apart else None)


def _server_version() -> int:
    return int(ask_now("SHOW server_version_num")[0][0]) // 10_000


def run_tool(words: list[str], wrong: str, tick: Tick) -> None:
    """Run one of PostgreSQL's programs; the password goes through the environment, where no list of processes shows it.

    Raises:
        BackupError: it failed; with the last line that it said.  OSError: the disk is full.
    """
    running = subprocess.Popen(  # noqa: S603
        words, env=os.environ | _address(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        while True:
            try:
                said = running.communicate(timeout=TELL_EVERY)[1]
                break
            except subprocess.TimeoutExpired:
                tick()
    except BaseException:
        running.kill()
        running.communicate()
        raise
    if running.returncode == -signal.SIGXFSZ or any(sign in said for sign in FULL):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if running.returncode:
        raise BackupError(f"{wrong}: {(said.strip() or 'it gave no reason').splitlines()[-1]}")


def _address() -> Mapping[str, str]:
    held = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    return {variable: str(held[name]) for variable, name in named.items() if held.get(name)}
