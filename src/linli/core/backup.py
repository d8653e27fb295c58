"""Backups: the database as it stood in one moment and every file that it names, in one archive (core.archive).

Others go on working meanwhile; core.stores says in which order the parts are taken, and why nothing is missing.
"""

import errno
import os
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError
from django.utils import timezone

from linli import __version__
from linli.core import archive, dumps, jobs, stores
from linli.core.archive import BackupError, Manifest, Tick
from linli.core.keys import load_keys
from linli.core.models import File
from linli.core.stores import Keep

NAME, ENDING = "linli-", ".tar.gz"
PATTERN = f"{NAME}*{ENDING}"
ABANDONED = timedelta(days=1)  # a part file as old as that has nobody who writes it
EVERY = timedelta(days=1)


@dataclass(frozen=True)
class Backup:
    """One finished backup."""

    path: Path
    size: int
    manifest: Manifest


def make_backup(target: Path, *, at: datetime, tick: Tick = lambda: None) -> Backup:
    """Write a backup to `target`, or into it where it is a folder. Whole, or not at all.

    tick: called again and again while it is written, by whoever must say that they are still at it.
    Raises:
        BackupError: the file exists, the disk is full, or PostgreSQL's tools do not do.
    """
    path = target / name_of(at) if target.is_dir() or not target.suffix else target
    with telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise BackupError(f"{path} exists already. Give another name, or a folder.")
        with archive.writing(path, tick) as writer:
            manifest = _write(writer, path.parent, at, tick)
        return Backup(path, path.stat().st_size, manifest)


def name_of(at: datetime) -> str:
    return f"{NAME}{at.astimezone(UTC):%Y%m%d-%H%M%S}{ENDING}"


def _write(writer: archive.Writer, beside: Path, at: datetime, tick: Tick) -> Manifest:
    keys = load_keys(settings.KEY_FILE)
    _copy(writer, Keep.BEFORE, Keep.BOTH)
    with dumps.snapshot(beside, tick) as taken:
        writer.add(taken.name, taken.path)
        manifest = Manifest(
            at=at.isoformat(),
            version=__version__,
            vendor=connection.vendor,
            migrations=sorted(f"{app}.{name}" for app, name in taken.ask("SELECT app, name FROM django_migrations")),
            keys=archive.fingerprints(keys),
            counts=dumps.counts(taken.ask),
        )
        named = [str(row[0]) for row in taken.ask("SELECT uuid FROM core_file WHERE purged_at IS NULL")]
    _copy(writer, Keep.AFTER, Keep.BOTH)
    manifest.forgotten = _forgotten(named, writer.parts)
    writer.close(manifest, keys)
    return manifest


def _copy(writer: archive.Writer, *keep: Keep) -> None:
    for store in stores.stores(*keep):
        for name, path in stores.files_of(store):
            if (part := f"{store.name}/{name}") not in writer.parts:
                try:
                    writer.add(part, path)
                except FileNotFoundError:  # purged, or done with, since it was listed
                    continue


def _forgotten(named: Collection[str], parts: Collection[str]) -> list[str]:
    """Files that the snapshot names and the archive lacks, for they were purged while it was made.

    Raises:
        BackupError: one is missing although nobody purged it: the folder of files is not whole.
    """
    there = {name.rpartition("/")[2].partition(".")[0].replace("-", "") for name in parts if name.startswith("files/")}
    lacking = sorted(uuid for uuid in named if uuid.replace("-", "") not in there)
    kept = File.objects.filter(purged_at=None)
    for start in range(0, len(lacking), 300):
        missing = kept.filter(pk__in=lacking[start : start + 300]).values_list("pk", flat=True).first()
        if missing is not None:
            raise BackupError(
                f"The file {missing} is in the database and not in {settings.FILES}. A backup would lack it. "
                "Bring it back from an older backup, or purge it."
            )
    return lacking


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Say in words what a disk says in numbers."""
    try:
        yield
    except (OSError, sqlite3.Error, DatabaseError) as error:
        number = getattr(error, "errno", None)
        if number in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} or _is_full(error):
            where = path.parent if path.suffix else path
            raise BackupError(f"The disk of {where} is full. Nothing was kept; make room, and try again.") from error
        if isinstance(error, OSError):
            raise BackupError(f"{error.strerror or error}: {error.filename or path}") from error
        raise


def _is_full(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and any(sign in str(error) for sign in ("full", "disk I/O"))


# --- keeping them


def backups_in(folder: Path) -> list[Path]:
    """The finished backups in a folder, the newest first."""
    return sorted(folder.glob(PATTERN), key=lambda path: path.name, reverse=True)


def keep_newest(folder: Path, number: int) -> list[Path]:
    """Remove all but so many of the newest, and what was abandoned half written. Returns what was removed."""
    old = backups_in(folder)[max(number, 1) :]
    old += [path for path in folder.glob(".*.part") if path.stat().st_mtime < time.time() - ABANDONED.total_seconds()]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def newest_age(at: datetime) -> timedelta | None:
    """How old the newest backup in LINLI_BACKUPS is; None where there is none."""
    found = backups_in(settings.BACKUPS)[:1] if settings.BACKUPS and settings.BACKUPS.is_dir() else []
    return at - datetime.fromtimestamp(found[0].stat().st_mtime, UTC) if found else None


@jobs.periodic("backup.make", every=EVERY, steps=True)
def make_regularly(lease: jobs.Lease) -> None:
    """The daily backup, where LINLI_BACKUPS names a folder: read back before an older one goes."""
    if settings.BACKUPS is None:
        return
    tick = _renewing(lease)
    made = make_backup(settings.BACKUPS, at=timezone.now(), tick=tick)
    archive.read(made.path, load_keys(settings.KEY_FILE), tick=tick)
    keep_newest(settings.BACKUPS, settings.BACKUPS_KEPT)


def _renewing(lease: jobs.Lease) -> Tick:
    """Renew the lease every few seconds, however often it ticks."""
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        if time.monotonic() - last > jobs.LEASE.total_seconds() / 6:
            last = time.monotonic()
            lease.renew()

    return tick


def write_keys(target: Path) -> None:
    """Copy the key file, to be kept apart from every backup.

    Raises:
        BackupError: there is such a file already.
    """
    if target.exists():
        raise BackupError(f"{target} exists already. Give another name for the keys.")
    with telling(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(settings.KEY_FILE.read_bytes())
            out.flush()
            os.fsync(out.fileno())
