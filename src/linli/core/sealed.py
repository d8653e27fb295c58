"""Sealing: AES-GCM, bound to the row and the field, with the id of its key in front.

A sealed value copied to another row or field cannot be opened there. Form: key id (8 hex), nonce (12 bytes), text.
"""

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class CannotOpen(Exception):
    """The value was altered, moved to another row, or its key is gone."""


def seal(text: str, *, row: UUID | int | str, field: str) -> bytes:
    """Seal `text` for one field of one row."""
    return seal_bytes(text.encode(), row=row, field=field)


def seal_bytes(data: bytes, *, row: UUID | int | str, field: str) -> bytes:
    """Seal what is no text, such as a file."""
    keys = settings.KEYS
    nonce = os.urandom(12)
    sealed = AESGCM(keys.fields[keys.current]).encrypt(nonce, data, _bound(row, field))
    return keys.current.encode() + nonce + sealed


def unseal(value: bytes | memoryview, *, row: UUID | int | str, field: str) -> str:
    """Open what `seal` made for the same row and field.

    Raises:
        CannotOpen: altered, moved, or sealed under a key that is no longer in the key file.
    """
    return unseal_bytes(bytes(value), row=row, field=field).decode()


def unseal_bytes(value: bytes, *, row: UUID | int | str, field: str) -> bytes:
    """Open what `seal_bytes` made for the same row and field.

    Raises:
        CannotOpen: altered, moved, or sealed under a key that is no longer in the key file.
    """
    key = settings.KEYS.fields.get(value[:8].decode("ascii", "replace"))
    if key is None:
        raise CannotOpen
    try:
        return AESGCM(key).decrypt(value[8:20], value[20:], _bound(row, field))
    except (InvalidTag, ValueError) as error:  # the latter where it was cut within its first bytes
        raise CannotOpen from error


def keyed_hash(text: str, *, purpose: str) -> str:
    """A hash that finds a secret again without keeping it. 64 hex digits."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def _bound(row: UUID | int | str, field: str) -> bytes:
    return f"{field}:{row}".encode()
