"""Who sends readings: a device by its key, an operator's system by its token, or Linli itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest

from linli.core.sealed import keyed_hash
from linli.sensing.domain.directory import directory


class SenderKind(StrEnum):
    DEVICE = "device"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever sends. `name`: the device's code, or the kid of an operator's token; empty for Linli itself."""

    kind: SenderKind
    name: str = ""

    @classmethod
    def device(cls, code: str) -> "Sender":
        return cls(SenderKind.DEVICE, code)

    @classmethod
    def operator(cls, kid: str) -> "Sender":
        return cls(SenderKind.OPERATOR, kid)

    @classmethod
    def system(cls) -> "Sender":
        return cls(SenderKind.SYSTEM)


LONGEST = 100  # characters of a secret


def device_sender(secret: str, at: datetime) -> Sender | None:
    """The device that holds this secret ("<kid>.<rest>"); None where there is none, or its key has ended.

    Answered from what is kept in the process: a message costs no statement.
    """
    kid, _dot, rest = secret.partition(".")
    key = directory().keys.get(kid) if len(secret) <= LONGEST else None
    expected = key.digest if key else "0" * 64
    fits = compare_digest(keyed_hash(rest, purpose=f"device-key:{kid[:LONGEST]}"), expected)
    if key is None or not fits or (key.ends_at is not None and key.ends_at <= at):
        return None
    return Sender.device(key.device)
