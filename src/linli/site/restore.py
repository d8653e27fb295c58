"""`linli restore`: an installation from a backup, on a machine that has none or in place of one that is put aside.

Everything is read, checked and laid beside the data first; only what is whole takes its place, by renaming.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from linli.core import archive, dumps, stores
from linli.core.archive import BackupError, Manifest
from linli.core.backup import telling
from linli.core.keys import Keys, load_keys
from linli.core.models import File
from linli.core.stores import Keep
from linli.procedures.domain import audit
from linli.procedures.models import Anchor

# An installation is in use as soon as one of these has a row.
IN_USE = ("core_installation", "people_account", "core_file", "procedures_procedure")


@dataclass(frozen=True)
class Restored:
    """What a restore did and found. `aside`: where the former installation is kept. `later`: exported anchors that lay
    here and are newer than the backup, which shows how much was lost."""

    manifest: Manifest
    aside: str
    miscounted: list[str]
    forgotten: int
    migrated: list[str]
    later: int
    findings: list[audit.Finding]


def restore(path: Path, *, keys: Path | None, replace: bool, forward: bool = True) -> Restored:
    """Put the installation in a backup in place of the present one.

    keys: the key file that was kept apart; without it, the present one must fit.
    replace: put a present installation aside; otherwise only an empty one is filled.
    forward: bring the restored database up to this version's tables.
    Raises:
        BackupError: the archive is damaged or from another kind of database, the keys do not fit, something is there.
    """
    held = load_keys(keys) if keys else settings.KEYS
    used = is_in_use()
    if used and not replace:
        raise BackupError(
            f"There is an installation in {settings.DATA} already. Add --replace to put it aside, "
            "or name another folder in LINLI_DATA."
        )
    with telling(settings.DATA / "restoring"), _laid_out(path, held) as (folder, manifest):
        _check_migrations(manifest, path)
        if not forward and pending_for(manifest):
            raise BackupError(
                f"This backup was made by Linli {manifest.version} with other tables. Install that version again first."
            )
        name = f"{stores.ASIDE}{datetime.now(UTC):%Y%m%d-%H%M%S}"
        aside = _exchange(folder, settings.DATA / name, keys)
        if not used:
            _drop(settings.DATA / name)
            aside = str(settings.DATA / name) if (settings.DATA / name).exists() else ""
    return _settle(manifest, aside, settings.DATA / name)


def is_in_use() -> bool:
    """Whether there is anything here that a restore would put aside."""
    there = {row[0] for row in dumps.ask_now(dumps.TABLES[connection.vendor])}
    return any(dumps.ask_now(f"SELECT 1 FROM {table} LIMIT 1") for table in IN_USE if table in there)  # noqa: S608


@contextmanager
def _laid_out(path: Path, keys: Keys) -> Iterator[tuple[Path, Manifest]]:
    """The parts of a checked archive, in a folder beside the data that is gone afterwards."""
    folder = settings.DATA / "restoring"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        if not path.is_file():
            raise BackupError(f"There is no file {path}.")
        folder.mkdir(mode=0o700)
        manifest = archive.read(path, keys, into=folder)
        if dumps.NAMES[connection.vendor] not in manifest.parts:
            raise BackupError(
                f"{path} holds a database of {manifest.vendor}, and LINLI_DATABASE_URL names one of "
                f"{connection.vendor}. Restore it on the same kind of database."
            )
        yield folder, manifest
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_migrations(manifest: Manifest, path: Path) -> None:
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.graph.nodes}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise BackupError(
            f"{path} was made by Linli {manifest.version}, whose tables this version ({unknown[0]} …) does not know. "
            "Install that version, or a later one."
        )


def pending_for(manifest: Manifest) -> list[str]:
    """Migrations of this version that a backup's database has not had."""
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.graph.nodes}
    return sorted(known - set(manifest.migrations))


# --- the exchange


class _Moves:
    """Renamings that can be taken back. A folder's content is moved and the folder stays: it may be a mount."""

    def __init__(self) -> None:
        self._done: list[tuple[Path, Path]] = []

    def move(self, source: Path, to: Path) -> None:
        if source.is_dir():
            to.mkdir(parents=True, exist_ok=True)
            for child in sorted(source.iterdir()):
                self._one(child, to / child.name)
        elif source.exists():
            to.parent.mkdir(parents=True, exist_ok=True)
            self._one(source, to)

    def _one(self, source: Path, to: Path) -> None:
        shutil.move(source, to)
        self._done.append((source, to))

    def back(self) -> None:
        for source, to in reversed(self._done):
            shutil.move(to, source)


def _exchange(folder: Path, aside: Path, keys: Path | None) -> str:
    """Put the present installation aside and the laid out one in its place, or leave everything as it was."""
    connections.close_all()
    moves, schema = _Moves(), aside.name.replace("-", "_")
    try:
        for store in stores.stores(Keep.BEFORE, Keep.AFTER, Keep.BOTH):
            moves.move(store.path(), aside / store.name)
            moves.move(folder / store.name, store.path())
        if keys is not None and keys.resolve() != settings.KEY_FILE.resolve():
            moves.move(settings.KEY_FILE, aside / settings.KEY_FILE.name)
            shutil.copy(keys, settings.KEY_FILE)
            settings.KEY_FILE.chmod(0o600)
        EXCHANGE[connection.vendor](folder / dumps.NAMES[connection.vendor], aside, schema, moves)
    except BaseException:
        if keys is not None and (aside / settings.KEY_FILE.name).exists():
            settings.KEY_FILE.unlink(missing_ok=True)
        moves.back()
        shutil.rmtree(aside, ignore_errors=True)
        raise
    finally:
        connections.close_all()
    return str(aside) + (f" and the schema {schema} of the database" if connection.vendor == "postgresql" else "")


def _exchange_sqlite(new: Path, aside: Path, _schema: str, moves: _Moves) -> None:
    (database,) = stores.stores(Keep.SNAPSHOT)
    for path in database.paths:
        moves.move(path, aside / path.name)
    moves.move(new, database.path())


def _exchange_postgresql(new: Path, _aside: Path, schema: str, _moves: _Moves) -> None:
    _run(f'ALTER SCHEMA public RENAME TO "{schema}"', "CREATE SCHEMA public")
    try:
        dumps.load_postgresql(new, lambda: None)
    except BaseException:
        _run("DROP SCHEMA public CASCADE", f'ALTER SCHEMA "{schema}" RENAME TO public')
        raise


EXCHANGE = {"sqlite": _exchange_sqlite, "postgresql": _exchange_postgresql}


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _drop(aside: Path) -> None:
    """Nothing was in use: what lay there were empty tables. The keys that a first start made stay all the same."""
    if connection.vendor == "postgresql":
        _run(f'DROP SCHEMA "{aside.name.replace("-", "_")}" CASCADE')
    for path in aside.iterdir() if aside.is_dir() else ():
        if path.name != settings.KEY_FILE.name:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    if aside.is_dir() and not any(aside.iterdir()):
        aside.rmdir()


# --- afterwards


def _settle(manifest: Manifest, aside: str, former: Path) -> Restored:
    """Make what was restored agree with itself, and read all of it again."""
    found = dumps.counts(dumps.ask_now)
    miscounted = sorted(table for table, number in manifest.counts.items() if found.get(table) != number)
    migrated = pending_for(manifest)
    call_command("migrate", verbosity=0, interactive=False)
    at = datetime.fromisoformat(manifest.at)
    forgotten = 0
    for start in range(0, len(manifest.forgotten), 300):
        named = File.objects.filter(pk__in=manifest.forgotten[start : start + 300], purged_at=None)
        forgotten += named.update(purged_at=at, name="", sha256="")
    last = audit.last_exported(settings.ANCHORS)
    # Exported after the anchors were copied and before the database was: the next export writes them again.
    Anchor.objects.filter(number__gt=last, exported_at__isnull=False).update(exported_at=None)
    later = max(audit.last_exported(former / "anchors") - Anchor.objects.count(), 0)
    return Restored(manifest, aside, miscounted, forgotten, migrated, later, list(audit.verify()))
