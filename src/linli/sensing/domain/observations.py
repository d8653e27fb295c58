"""The store of observations, opened for reading beside the process that writes it."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from linli.sensing.segments import Store


def readable() -> "Store":
    """The store in the data folder, for reading. One for each process and folder."""
    return _open(Path(settings.OBSERVATIONS))


@cache
def _open(folder: Path) -> "Store":
    from linli.sensing.segments import Store  # Arrow is loaded by the first page that reads, not by every process

    return Store(folder, writable=False)
