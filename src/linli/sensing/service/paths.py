"""A socket's path may have about a hundred bytes; a data folder may lie deeper."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linli.sensing.service.frames import PATH_MOST


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """A name of a socket that the system takes, good within the block.

    Raises:
        RuntimeError: the path is too long for this system.
    """
    if len(os.fsencode(path)) <= PATH_MOST:
        yield str(path)
        return
    if sys.platform != "linux":
        raise RuntimeError(f"{path} is too long for a socket. Name a shorter folder in LINLI_DATA.")
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
