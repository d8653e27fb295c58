"""The key file: outside the database, made on first start, readable by its owner alone."""

import json
import os
import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True)
class Keys:
    """`secret` signs sessions and codes; `fields` seals, by key id; `current` is the id that new values use.

    `vapid` is the private key (P-256, base64url) by which a browser's push service knows this installation.
    """

    secret: str
    fields: dict[str, bytes]
    current: str
    vapid: str


def load_keys(path: Path) -> Keys:
    """Read the key file, or make one with mode 0600.

    Raises:
        PermissionError: the file may be read by others.
    """
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} may be read by others. Run: chmod 600 {path}")
    held = json.loads(path.read_text())
    if "vapid" not in held:
        held["vapid"] = _vapid_key()
        _write(path, held)
    fields = {key: b64decode(value) for key, value in held["fields"].items()}
    return Keys(held["secret"], fields, held["current"], held["vapid"])


def rotate_keys(path: Path) -> str:
    """Add a new field key and make it the current one; older values stay readable. Returns its id."""
    held = json.loads(path.read_text())
    key_id = _add_field_key(held)
    _write(path, held)
    return key_id


def _make(path: Path) -> None:
    held = {"secret": secrets.token_urlsafe(48), "fields": {}, "current": "", "vapid": _vapid_key()}
    _add_field_key(held)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, held, first=True)


def _vapid_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def _add_field_key(held: dict) -> str:
    key_id = secrets.token_hex(4)
    held["fields"][key_id] = b64encode(secrets.token_bytes(32)).decode()
    held["current"] = key_id
    return key_id


def _write(path: Path, held: dict, *, first: bool = False) -> None:
    """Replace the file in one step, so that a crash leaves the old one.

    first: leave it to another process that has made one meanwhile: what was sealed under keys that are lost stays shut.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(held, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    if first:
        with suppress(FileExistsError):
            os.link(new, path)
        new.unlink()
    else:
        new.replace(path)
