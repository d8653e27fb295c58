"""Every place that Linli writes to, and whether a backup holds it.

    declare(Store("imports", lambda: imports_folder(), Keep.BOTH))      at import, in an app

A backup takes what is declared and nothing else: `undeclared()` names what lies in the data folder without a
declaration, and a test and `linli doctor` hold it empty. Places are asked for when they are needed, for tests and
installations move them.

The order makes a backup whole while others write. A file is on the disk before there is a row that names it, and gone
after the row says so: what is copied after the database has every file that a row of the database names, but for those
that were purged meanwhile, and they are named (core.backup). Anchors are copied before it, for an exported anchor that
the database does not know yet would look like a story cut off.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings


class Keep(StrEnum):
    """What becomes of a store when a backup is made."""

    SNAPSHOT = "snapshot"  # the database, by its own means
    BEFORE = "before"  # copied before the database
    AFTER = "after"  # copied after it
    BOTH = "both"  # what is there before, and what has come since: files that go as soon as a job is done
    APART = "apart"  # the keys, never in the same archive
    REMADE = "remade"  # made again from the rest
    LEFT = "left"  # of use to this machine and this moment only


@dataclass(frozen=True)
class Store:
    """One file or folder. `endings`: further names that belong to it, such as SQLite's log beside the database.

    files: what of the folder a backup takes, where that is not all of it; asked for while they are copied.
    """

    name: str
    path: Callable[[], Path]
    keep: Keep
    endings: tuple[str, ...] = ("",)
    files: Callable[[], Iterable[Path]] | None = None

    @property
    def paths(self) -> list[Path]:
        path = self.path()
        return [path.with_name(path.name + ending) for ending in self.endings]


_stores: dict[str, Store] = {}


def declare(*stores: Store) -> None:
    for store in stores:
        _stores[store.name] = store


def stores(*keep: Keep) -> list[Store]:
    """The stores that are kept in one of these ways, in the order of their declaration."""
    return [store for store in _stores.values() if store.keep in keep]


def undeclared() -> list[str]:
    """Names in the data folder that belong to no store."""
    known = {path.resolve() for store in _stores.values() for path in store.paths}
    return sorted(
        path.name
        for path in settings.DATA.iterdir()
        if path.resolve() not in known
        and not any(path.resolve() in store.parents for store in known)
        and not path.name.startswith(ASIDE)
    )


def files_of(store: Store) -> Iterator[tuple[str, Path]]:
    """Each whole file of a store with its name inside it, in order; what is half written begins with a dot."""
    root = store.path()
    for path in sorted(root.rglob("*")) if store.files is None else store.files():
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".") and path.suffix != ".new":
            yield path.relative_to(root).as_posix(), path


ASIDE = "replaced-"  # folders of what a restore put aside


def _database() -> Path:
    return settings.DATA / "linli.sqlite3"


declare(
    Store("database", _database, Keep.SNAPSHOT, ("", "-wal", "-shm", "-journal")),
    Store("files", lambda: settings.FILES, Keep.AFTER),
    Store("anchors", lambda: settings.ANCHORS, Keep.BEFORE),
    Store("outgoing", lambda: settings.OUTGOING, Keep.AFTER),
    Store("keys", lambda: settings.KEY_FILE, Keep.APART),
    Store("static", lambda: settings.STATIC_ROOT, Keep.REMADE),
    Store("backups", lambda: settings.BACKUPS or settings.DATA / "backups", Keep.LEFT),
    Store("metrics", lambda: settings.DATA / "metrics", Keep.LEFT),
    Store("kernels", lambda: settings.KERNELS, Keep.LEFT),
    Store("lock", lambda: settings.DATA / "running.lock", Keep.LEFT),
    Store("restoring", lambda: settings.DATA / "restoring", Keep.LEFT),
)
