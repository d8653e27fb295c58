"""What the broker is told about who may come in: a signed answer, in NATS's own form of JWT.

Source: nats-io/jwt v2, user and authorization_response claims; nats-io/nkeys for how keys are written.
"""

import base64
import binascii
import hashlib
import json
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ACCOUNT = 0  # the first byte of an account's key, which makes it begin with A


class Signer:
    """Signs for the account of the devices. seed: 32 bytes."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = _written(ACCOUNT, self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def user(self, nkey: str, name: str, *, account: str, publish: list[str], subscribe: list[str], ends: int) -> str:
        """Who this connection is, until `ends` (seconds since 1970), and which subjects are theirs."""
        rights = {"pub": {"allow": publish}, "sub": {"allow": subscribe}, "subs": -1, "data": -1, "payload": -1}
        nats = rights | {"type": "user", "version": 2}
        return self._sign({"sub": nkey, "aud": account, "name": name, "exp": ends, "nats": nats})

    def answer(self, nkey: str, server: str, *, user: str = "", error: str = "") -> bytes:
        """The answer to one question of the broker: a user, or why not."""
        nats = {"type": "authorization_response", "version": 2} | ({"jwt": user} if user else {"error": error})
        return self._sign({"sub": nkey, "aud": server, "nats": nats}).encode()

    def _sign(self, claims: dict[str, Any]) -> str:
        claims = {"iat": int(time.time()), "iss": self.public, **claims}
        claims["jti"] = _bare(base64.b32encode(hashlib.sha256(json.dumps(claims).encode()).digest()))
        said = ".".join(_text(part) for part in ({"typ": "JWT", "alg": "ed25519-nkey"}, claims))
        return f"{said}.{_bare(base64.urlsafe_b64encode(self._key.sign(said.encode())))}"


def question(token: bytes) -> dict[str, Any]:
    """What the broker asks. It comes from the broker's own connection, so that its signature says nothing more."""
    middle = token.split(b".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + b"=" * (-len(middle) % 4)))["nats"]


def _written(kind: int, raw: bytes) -> str:
    body = bytes([kind]) + raw
    return _bare(base64.b32encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "little")))


def _text(part: dict[str, Any]) -> str:
    return _bare(base64.urlsafe_b64encode(json.dumps(part).encode()))


def _bare(encoded: bytes) -> str:
    return encoded.decode().rstrip("=")
