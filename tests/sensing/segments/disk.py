"""A disk that remembers the order of what was done to it, and whose power can be cut at any operation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from linli.sensing.segments.files import Files

Choose = Callable[[int], int]  # of 0 to n, both included


class PowerCut(BaseException):
    """Nothing was done to the disk from here on."""


@dataclass(eq=False)
class Inode:
    """A file whatever its name: `synced` survives for certain, of the rest of `live` any first part."""

    live: bytes = b""
    synced: bytes = b""

    def after_crash(self, choose: Choose) -> bytes:
        if not self.live.startswith(self.synced):  # it was cut, and that may be lost
            return self.live if choose(1) else self.synced
        return self.live[: len(self.synced) + choose(len(self.live) - len(self.synced))]


@dataclass
class Folder:
    """Names that survive, and the changes since, of which the first few may."""

    names: dict[str, Inode | None] = field(default_factory=dict)  # None: a folder
    changes: list[dict[str, Inode | str | None]] = field(default_factory=list)

    def after(self, count: int) -> dict[str, Inode | None]:
        names = dict(self.names)
        for change in self.changes[:count]:
            for name, what in change.items():
                if what == "gone":
                    names.pop(name, None)
                else:
                    names[name] = what
        return names


class Disk(Files):
    """Does what Files does and keeps the order. `cut_at`: the operation, counted from 0, at which the power goes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.done: list[tuple[str, ...]] = []
        self.cut_at: int | None = None
        self.folders: dict[Path, Folder] = {}
        self.handles: dict[int, tuple[Path, Inode]] = {}
        for path in [root, *sorted(root.rglob("*"))]:
            if path.is_dir():
                self.folders[path] = Folder()
            if path != root and path.name != "writer.lock":
                content = None if path.is_dir() else Inode(path.read_bytes(), path.read_bytes())
                self.folders[path.parent].names[path.name] = content

    def _do(self, *what: str) -> None:
        if self.cut_at is not None and len(self.done) >= self.cut_at:
            raise PowerCut
        self.done.append(what)

    def _inode(self, path: Path) -> Inode:
        folder = self.folders[path.parent]
        inode = folder.after(len(folder.changes))[path.name]
        assert isinstance(inode, Inode)
        return inode

    def _change(self, folder: Path, **names: Inode | str | None) -> None:
        self.folders[folder].changes.append(names)

    def open(self, path: Path, *, new: bool = False) -> int:
        self._do("open", path.name)
        handle = super().open(path, new=new)
        if new:
            self._change(path.parent, **{path.name: Inode()})
        self.handles[handle] = (path, self._inode(path))
        return handle

    def write(self, handle: int, data: bytes) -> None:
        path, inode = self.handles[handle]
        if self.cut_at is not None and len(self.done) == self.cut_at:
            inode.live += bytes(data)  # on its way when the power went
        self._do("write", path.name)
        super().write(handle, data)
        inode.live += bytes(data)

    def sync(self, handle: int) -> None:
        path, inode = self.handles[handle]
        self._do("sync", path.name)
        super().sync(handle)
        inode.synced = inode.live

    def cut(self, handle: int, size: int) -> None:
        path, inode = self.handles[handle]
        self._do("cut", path.name)
        super().cut(handle, size)
        inode.live = inode.live[:size]

    def rename(self, old: Path, new: Path) -> None:
        self._do("rename", old.name, new.name)
        inode = self._inode(old)
        super().rename(old, new)
        self._change(old.parent, **{old.name: "gone", new.name: inode})

    def unlink(self, path: Path) -> None:
        self._do("unlink", path.name)
        super().unlink(path)
        self._change(path.parent, **{path.name: "gone"})

    def make_folder(self, path: Path) -> None:
        self._do("make folder", path.name)
        super().make_folder(path)
        self._change(path.parent, **{path.name: None})
        self.folders[path] = Folder()

    def sync_folder(self, path: Path) -> None:
        self._do("sync folder", path.name)
        super().sync_folder(path)
        folder = self.folders[path]
        folder.names, folder.changes = folder.after(len(folder.changes)), []

    def after_crash(self, target: Path, choose: Choose) -> None:
        """Write into `target` what a machine finds that was cut off now; `choose` says how much of the unsynced."""
        self._restore(self.root, target, choose)

    def _restore(self, source: Path, target: Path, choose: Choose) -> None:
        target.mkdir(parents=True)
        folder = self.folders[source]
        for name, what in folder.after(choose(len(folder.changes))).items():
            if what is None:
                self._restore(source / name, target / name, choose)
            else:
                (target / name).write_bytes(what.after_crash(choose))
