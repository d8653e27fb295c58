"""Keys of devices: issued, followed by another, revoked. `sender` finds the device of a secret.

A secret is shown once, as `<kid>.<secret>`; only its keyed hash stays. Several are valid while one takes over.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid
from linli.core.sealed import keyed_hash
from linli.people.actors import Actor
from linli.people.domain.acts import require_reach
from linli.sensing.domain.devices import write_note
from linli.sensing.domain.kept import DEVICES
from linli.sensing.enums import DeviceStatus
from linli.sensing.models import Device, DeviceKey

KID = 12  # hex digits
SECRET_BYTES = 24  # 192 random bits
VALID_MOST = 3
CHANGE_OVER = timedelta(days=7)


def issue_key(*, device: Device, by: Actor, at: datetime, action: UUID | None = None) -> str:
    """Give a device another key and return its secret, which nobody can ask for again.

    Raises:
        Invalid: it has three valid keys.
        Conflict: it was taken down, or this action made its key already.
    """
    require_reach(by=by, place=device.place)
    kid = secrets.token_hex(KID // 2) if action is None else keyed_hash(str(action), purpose="device-kid")[:KID]
    secret = secrets.token_urlsafe(SECRET_BYTES)
    try:
        with transaction.atomic():
            if Device.objects.filter(pk=device.pk, status=DeviceStatus.RETIRED).exists():
                raise Conflict(_("This device was taken down. It needs no key."))
            if valid_keys(device, at).count() >= VALID_MOST:
                raise Invalid(_("It has three valid keys. Revoke one first."))
            DeviceKey.objects.create(device=device, kid=kid, digest=_digest(kid, secret), made_at=at)
            write_note(device, "key_issued", by=by, at=at, detail=kid)
            DEVICES.changed()
    except IntegrityError as error:
        raise Conflict(_("This key was made already, and its secret is shown only once. Make another.")) from error
    return f"{kid}.{secret}"


def rotate_key(
    *, device: Device, by: Actor, at: datetime, overlap: timedelta = CHANGE_OVER, action: UUID | None = None
) -> str:
    """Give a device a new key; those that it has end after `overlap`. Returns the secret.

    Raises:
        Conflict: as `issue_key`.
    """
    with transaction.atomic():
        running = list(valid_keys(device, at))
        ends = at + overlap
        for old in running[VALID_MOST - 1 :]:  # the oldest make room
            _end(old, at)
        for old in running[: VALID_MOST - 1]:
            if old.ends_at is None or old.ends_at > ends:
                _end(old, ends)
        return issue_key(device=device, by=by, at=at, action=action)


def revoke_key(*, key: DeviceKey, by: Actor, at: datetime) -> DeviceKey:
    """End a key now. One that has ended stays as it was."""
    require_reach(by=by, place=key.device.place)
    with transaction.atomic():
        if DeviceKey.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), pk=key.pk).update(ends_at=at):
            key.ends_at = at
            write_note(key.device, "key_revoked", by=by, at=at, detail=key.kid)
            DEVICES.changed()
    return key


def valid_keys(device: Device, at: datetime) -> QuerySet[DeviceKey]:
    """The keys that a device may use at an instant, the newest first."""
    return DeviceKey.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), device=device)


def _digest(kid: str, secret: str) -> str:
    return keyed_hash(secret, purpose=f"device-key:{kid}")


def _end(key: DeviceKey, ends: datetime) -> None:
    DeviceKey.objects.filter(pk=key.pk).update(ends_at=ends)
