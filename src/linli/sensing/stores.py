"""Where the sensing net writes, and what of it a backup holds."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from linli.core.stores import Keep, Store, declare


def _without_care() -> Iterator[Path]:
    """Every file of observations that a backup may take: the care check is in none.

    What is packed meanwhile is gone from one file and lies in another: so the folders are looked at until nothing is
    new. A log that began meanwhile is for the next backup, for the list of logs is copied first.
    """
    from linli.sensing.segments import Store as Observations

    store = Observations(settings.OBSERVATIONS, writable=False)
    found = store.backup_paths()
    folders, given = {path.parent for path in found}, set[Path]()
    while found:
        yield from found
        given.update(found)
        found = [path for path in store.backup_paths() if path not in given and path.parent in folders]


declare(
    Store("observations", lambda: settings.OBSERVATIONS, Keep.AFTER, files=_without_care),
    Store("sensing", lambda: settings.SENSING, Keep.LEFT),
)
