"""Everything the store does to the disk goes through here, so that a test can record it and cut the power."""

import os
from pathlib import Path


class Files:
    """The writing operations of a file system. What is read is read directly."""

    def open(self, path: Path, *, new: bool = False) -> int:
        """A handle to append to `path`; `new`: the file must not exist yet."""
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | (os.O_CREAT | os.O_EXCL if new else 0), 0o640)

    def write(self, handle: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]

    def sync(self, handle: int) -> None:
        """Returns when the bytes of the file, and its length, are on the disk."""
        os.fdatasync(handle)

    def close(self, handle: int) -> None:
        os.close(handle)

    def cut(self, handle: int, size: int) -> None:
        os.truncate(handle, size)

    def rename(self, old: Path, new: Path) -> None:
        old.rename(new)

    def unlink(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def make_folder(self, path: Path) -> None:
        path.mkdir(mode=0o750)

    def sync_folder(self, path: Path) -> None:
        """Returns when the names in the folder are on the disk."""
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_whole(files: Files, path: Path, data: bytes) -> None:
    """Put `data` at `path`, durably: after a crash there is the old content or the new, never a part."""
    rough = path.with_name(f"{path.name}.tmp")
    files.unlink(rough)
    handle = files.open(rough, new=True)
    try:
        files.write(handle, data)
        files.sync(handle)
    finally:
        files.close(handle)
    files.rename(rough, path)
    files.sync_folder(path.parent)


def make_folders(files: Files, path: Path) -> None:
    """Make `path` and what is missing above it, durably."""
    missing = [folder for folder in (path, *path.parents) if not folder.is_dir()]
    for folder in reversed(missing):
        files.make_folder(folder)
        files.sync_folder(folder.parent)
