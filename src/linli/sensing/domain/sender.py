"""Who sends readings: a device by its key, an operator's system by its token, or Linli itself."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hmac import compare_digest

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from linli.core.sealed import keyed_hash
from linli.sensing.domain.directory import directory
from linli.sensing.models import DeviceKey


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

    Answered from what is kept in the process: a message costs no statement, but the first of a day with its key.
    """
    kid, _dot, rest = secret.partition(".")
    key = directory().keys.get(kid) if len(secret) <= LONGEST else None
    expected = key.digest if key else "0" * 64
    fits = compare_digest(keyed_hash(rest, purpose=f"device-key:{kid[:LONGEST]}"), expected)
    if key is None or not fits or (key.ends_at is not None and key.ends_at <= at):
        return None
    _note_use(kid, timezone.localdate(at))
    return Sender.device(key.device)


_noted: dict[str, date] = {}  # kid → the day whose use this process has written down


def _note_use(kid: str, day: date) -> None:
    """Write the day of a key's last use, for whoever decides which key may end."""
    if _noted.get(kid) == day:
        return
    with suppress(DatabaseError):  # what it does not take now it is given with the next message
        DeviceKey.objects.filter(Q(used_on=None) | Q(used_on__lt=day), kid=kid).update(used_on=day)
        _noted[kid] = day
