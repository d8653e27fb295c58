"""`linli upgrade`: look, back up, migrate, look again; and the way back.

The new version is installed first (its code is what runs here); nothing of the database has changed until this command
has a backup that was read back.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from linli.core import archive, backup, dumps
from linli.core.archive import BackupError
from linli.people.office_command import new_starters
from linli.procedures.domain import audit
from linli.site import lock
from linli.site.prepare import prepare
from linli.site.restore import restore
from linli.site.running import in_language, tell_restored

FOLDER = "before-upgrades"
NEVER_LESS = ("procedures_procedure", "procedures_entry", "people_account", "core_file")
SPARE = 200 * 1024 * 1024


def upgrade(*, only_check: bool) -> int:
    """Bring the installation up to this version. 0 well, 1 something is wrong and what to do was said."""
    if only_check:
        running = lock.is_running()
        print("Linli is running: stop linli web and linli jobs first." if running else "Nothing of Linli runs here.")
        return 0 if _tell(pending()) and not running else 1
    with lock.alone():
        waiting = pending()
        if not _tell(waiting):
            return 1
        if not waiting:
            prepare()
            print("The database is up to date; static files and calendar were looked after.")
            _tell_new_starters()
            return 0
        before = dumps.counts(dumps.ask_now)
        made = backup.make_backup(_folder(), at=datetime.now(UTC))
        archive.read(made.path, settings.KEYS)
        print(f"Backup taken and read back: {made.path}")
        try:
            prepare()
        except Exception as error:
            raise BackupError(f"The upgrade stopped: {type(error).__name__}: {error}\n{_way_back()}") from error
        return _look_again(before)


def pending() -> list[str]:
    executor = MigrationExecutor(connection)
    return [f"{each.app_label}.{each.name}" for each, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def _tell(waiting: list[str]) -> bool:
    """Print what is to be done and whether it can be. False where something stands against it."""
    print(f"{len(waiting)} migrations wait{':' if waiting else '.'}")
    for name in waiting:
        print(f"  {name}")
    needs, free = _room_needed(), shutil.disk_usage(settings.DATA).free
    print(f"Room: {free >> 20} MB free, {needs >> 20} MB needed for the backup and the work.")
    if free < needs:
        print(f"Make room below {settings.DATA} first.")
    return free >= needs


def _room_needed() -> int:
    """The backup, the database's copy while it is made, and as much again for tables that are rebuilt."""
    files = sum(path.stat().st_size for path in settings.FILES.rglob("*") if path.is_file())
    return files + 3 * _database_size() + SPARE


def _database_size() -> int:
    if connection.vendor == "postgresql":
        return dumps.ask_now("SELECT pg_database_size(current_database())")[0][0]
    return Path(connection.settings_dict["NAME"]).stat().st_size


def _look_again(before: dict[str, int]) -> int:
    after = dumps.counts(dumps.ask_now)
    lost = [table for table in NEVER_LESS if after.get(table, 0) < before.get(table, 0)]
    findings, waiting = list(audit.verify()), pending()
    for table in lost:
        print(f"{table} has fewer rows than before.")
    for finding in findings:
        print(f"{finding.what}\t{finding.procedure}\t{finding.seq or ''}\t{finding.detail}")
    if lost or findings or waiting:
        print(_way_back())
        return 1
    print("Up to date; every story is as it was written. Start linli web and linli jobs.")
    _tell_new_starters()
    return 0


def _tell_new_starters() -> None:
    """One line where this version comes with more than the office has; nothing is added by itself."""
    with in_language(None):
        if line := new_starters():
            print(line)


def go_back() -> int:
    """Restore what the last upgrade saved, under the version that it was saved by."""
    saved = backup.backups_in(_folder())
    if not saved:
        raise BackupError(f"No upgrade has taken a backup in {_folder()}.")
    with lock.alone():
        return tell_restored(restore(saved[0], keys=None, replace=True, forward=False))


def _way_back() -> str:
    return "To go back: install the version that ran before, then run linli upgrade --back"


def _folder() -> Path:
    return (settings.BACKUPS or settings.DATA / "backups") / FOLDER
