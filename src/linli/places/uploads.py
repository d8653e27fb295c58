"""Files of places that wait between their preview and the decision to take them."""

from datetime import timedelta
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.conf import settings

from linli.core.errors import NotFound, TooLarge
from linli.places.domain.intake import MOST_BYTES

KEPT = timedelta(days=1)


def keep(file: IO[bytes], *, now: float) -> UUID:
    """Store the file under a name that nobody can guess, and drop what has waited for more than a day.

    now: seconds since the epoch.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge
    folder = _folder()
    for old in folder.iterdir():
        if old.stat().st_mtime < now - KEPT.total_seconds():
            old.unlink(missing_ok=True)
    token = uuid4()
    (folder / str(token)).write_bytes(data)
    return token


def kept(token: UUID) -> bytes:
    """The file again; NotFound once it was dropped."""
    path = _folder() / str(token)
    if not path.exists():
        raise NotFound
    return path.read_bytes()


def drop(token: UUID) -> None:
    (_folder() / str(token)).unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.FILES) / "places"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
