"""One file that holds a backup: a compressed tar, written and read as a stream, with a hash for every part.

The parts come first and the manifest last, for it says what they are; a file that was cut off has none. The manifest is
signed under the installation's secret, which lies in the key file and never in the archive: who has the archive alone
can change nothing in it unseen.
"""

import gzip
import hashlib
import hmac
import io
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import orjson

from linli.core.keys import Keys

FORMAT = 1
CHUNK = 1024 * 1024
MANIFEST, SIGNATURE = "manifest.json", "manifest.signature"
MOST_MANIFEST = 512 * 1024 * 1024

Tick = Callable[[], None]


class BackupError(RuntimeError):
    """Why a backup cannot be made or used, in words for whoever called the command."""


@dataclass(frozen=True)
class Part:
    """One file in the archive: its size in bytes and the SHA-256 of its content."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """What an archive says of itself. `keys` holds a fingerprint of each key that may be needed to read it."""

    at: str
    version: str
    vendor: str
    migrations: list[str]
    keys: dict[str, str]
    counts: dict[str, int]
    parts: dict[str, Part] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    format: int = FORMAT


class Writer:
    """Adds parts to an archive that is being written."""

    def __init__(self, tar: tarfile.TarFile, tick: Tick) -> None:
        self._tar = tar
        self._tick = tick
        self.parts: dict[str, Part] = {}

    def add(self, name: str, path: Path) -> None:
        """Copy one file. It may vanish before it is opened (FileNotFoundError); what grows meanwhile is cut."""
        with path.open("rb") as source:
            info = tarfile.TarInfo(name)
            info.size = os.fstat(source.fileno()).st_size
            info.mode, info.mtime = 0o600, os.fstat(source.fileno()).st_mtime
            reader = _Hashing(source, self._tick)
            self._tar.addfile(info, reader)
        self.parts[name] = Part(info.size, reader.whole.hexdigest())

    def close(self, manifest: Manifest, keys: Keys) -> None:
        manifest.parts = self.parts
        said = orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
        for name, data in ((MANIFEST, said), (SIGNATURE, _sign(said, keys).encode())):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o600
            self._tar.addfile(info, io.BytesIO(data))


class _Hashing(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, source: IO[bytes], tick: Tick) -> None:
        self._source, self._tick = source, tick
        self.whole = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        self._tick()
        data = self._source.read(size)
        self.whole.update(data)
        return data


@contextmanager
def writing(target: Path, tick: Tick) -> Iterator[Writer]:
    """An archive that is there as a whole or not at all, readable by its owner alone."""
    new = target.with_name(f".{target.name}.part")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            with (
                gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=1) as packed,
                tarfile.open(fileobj=packed, mode="w|", bufsize=CHUNK) as tar,
            ):
                yield Writer(tar, tick)
            out.flush()
            os.fsync(out.fileno())
        new.replace(target)
        sync_folder(target.parent)
    finally:
        new.unlink(missing_ok=True)


def read(path: Path, keys: Keys, *, into: Path | None = None, tick: Tick = lambda: None) -> Manifest:
    """Read an archive to its end and hold it to its manifest; with `into`, keep its parts below that folder.

    Raises:
        BackupError: cut off, damaged, altered, of a later format, or made under another key file.
    """
    try:
        found, said, signature = _read_parts(path, into, tick)
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise BackupError(f"{path} is damaged or cut off, and cannot be used. Take an older backup.") from error
    except OSError as error:
        if error.errno is None:  # gzip says so without a number
            raise BackupError(f"{path} is damaged, and cannot be used. Take an older backup.") from error
        raise
    if not said or not signature:
        raise BackupError(f"{path} is cut off: its list of contents is missing. Take an older backup.")
    manifest = _manifest(said, path)
    check_keys(manifest, keys, path)
    if not hmac.compare_digest(_sign(said, keys), signature):
        raise BackupError(f"{path} was altered: its signature does not fit. Do not use it.")
    if found != manifest.parts:
        wrong = sorted(name for name in {*found, *manifest.parts} if found.get(name) != manifest.parts.get(name))
        raise BackupError(f"{path} is damaged: {len(wrong)} parts are not as they were, such as {wrong[0]}.")
    return manifest


def _read_parts(path: Path, into: Path | None, tick: Tick) -> tuple[dict[str, Part], bytes, str]:
    """The parts as they are, and what the manifest and its signature say."""
    found: dict[str, Part] = {}
    said, signature = b"", ""
    with gzip.open(path) as packed, tarfile.open(fileobj=packed, mode="r|", bufsize=CHUNK) as tar:
        for info in tar:
            source = tar.extractfile(info)
            if source is None:
                raise BackupError(f"{path} holds {info.name!r}, which is no file: it is not one of Linli's backups.")
            if info.name == MANIFEST:
                said = source.read(MOST_MANIFEST)
            elif info.name == SIGNATURE:
                signature = source.read(100).decode("ascii", "replace")
            else:
                found[info.name] = _take(source, _inside(into, info.name), tick)
        while packed.read(CHUNK):  # up to the check sum of the whole, which tar has no need of
            tick()
    return found, said, signature


def _take(source: IO[bytes], to: Path | None, tick: Tick) -> Part:
    whole, size = hashlib.sha256(), 0
    with _kept(to) as out:
        while chunk := source.read(CHUNK):
            tick()
            whole.update(chunk)
            size += len(chunk)
            if out is not None:
                out.write(chunk)
        if out is not None:
            out.flush()
            os.fsync(out.fileno())
    return Part(size, whole.hexdigest())


@contextmanager
def _kept(path: Path | None) -> Iterator[IO[bytes] | None]:
    """The file at `path`, opened to be written by its owner alone; None where nothing is kept."""
    if path is None:
        yield None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        yield out


def _inside(folder: Path | None, name: str) -> Path | None:
    """Where a part goes. No name leads out of the folder, whatever somebody wrote into the archive."""
    if folder is None:
        return None
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BackupError(f"The backup holds a part named {name!r}, which leads out of its folder. Do not use it.")
    return path


def _manifest(said: bytes, path: Path) -> Manifest:
    try:
        held = orjson.loads(said)
        if held["format"] > FORMAT:
            raise BackupError(
                f"{path} was made by Linli {held['version']}, which is newer. Install that version first."
            )
        held["parts"] = {name: Part(**part) for name, part in held["parts"].items()}
        return Manifest(**held)
    except (KeyError, TypeError, ValueError) as error:
        raise BackupError(f"{path} is damaged: its list of contents cannot be read. Take an older backup.") from error


# --- keys


def fingerprints(keys: Keys) -> dict[str, str]:
    """What tells one key from another and gives neither away."""
    named = {"secret": keys.secret.encode(), **keys.fields}
    return {name: hmac.digest(key, b"linli backup", hashlib.sha256).hex()[:16] for name, key in named.items()}


def check_keys(manifest: Manifest, keys: Keys, path: Path) -> None:
    """Hold the key file to what the archive was made under: without its keys the sealed fields stay shut for ever."""
    held = fingerprints(keys)
    lacking = sorted(name for name, print_ in manifest.keys.items() if held.get(name) != print_)
    if lacking:
        raise BackupError(
            f"{path} was made under another key file: {', '.join(lacking)} do not fit. "
            "Give the file of keys that was kept apart: linli restore FILE --keys KEYS"
        )


def _sign(said: bytes, keys: Keys) -> str:
    return hmac.digest(keys.secret.encode(), b"linli manifest\0" + said, hashlib.sha256).hex()


def sync_folder(folder: Path) -> None:
    """Let a rename survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
