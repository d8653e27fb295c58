"""What the register says of a camera's look and of its papers. Each change leaves a note in the device's story."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid
from linli.core.kept import Watched
from linli.people.actors import Actor
from linli.people.domain.acts import require_reach
from linli.riskmap.domain.view import PLACED, TURNED, View, tried, view_of, wrong_in
from linli.riskmap.enums import Legal, Room, Sign
from linli.riskmap.models import Optics
from linli.sensing.domain.devices import move_device, write_note
from linli.sensing.enums import DeviceType
from linli.sensing.models import Device

CAMERAS = Watched("cameras")
PAPERS = (
    "legal", "room", "first_used", "filed", "sign", "sign_text", "sign_checked", "days", "deletes", "access_log",
    "inspected", "next_inspection",
)  # fmt: skip
CHOICES: dict[str, type] = {"legal": Legal, "room": Room, "sign": Sign}
DAYS_MOST = 3650


def describe_camera(
    *, device: Device, by: Actor, at: datetime, action: UUID | None = None, source: str = "", **given: Any
) -> Optics:
    """Say for the first time how a camera of the register looks, and what its papers are.

    given: any of `TURNED` and `PAPERS`; what is missing has the value of a common camera.

    Raises:
        Invalid: by field; it is no camera, or was described already.
        Refused: the device is outside the reach of the actor's post.
    """
    require_reach(by=by, place=device.place)
    if device.type != DeviceType.CAMERA:
        raise Invalid(fields={"device": _("Only a camera looks in a direction.")})
    if Optics.objects.filter(pk=device.pk).exists():
        raise Invalid(fields={"device": _("This camera is on the risk map already.")})
    if unknown := sorted(set(given) - {*TURNED, *PAPERS}):
        raise Invalid(fields=dict.fromkeys(unknown, _("The risk map has no such field.")))
    looks = {"bearing": 0.0, **given, "masks": [list(mask) for mask in given.get("masks", ())]}
    optics = Optics(device=device, source=source[:120], **looks)
    optics.bearing %= 360
    if wrong := wrong_in(_looks(optics)) | wrong_papers(given, today=timezone.localdate(at)):
        raise Invalid(fields=wrong)
    with transaction.atomic():
        optics.save(force_insert=True)
        write_note(device, "described", by=by, at=at, detail=f"{optics.bearing:.0f}° · {optics.range:g} m")
        CAMERAS.changed()
    return optics


def turn_camera(
    *,
    optics: Optics,
    version: int,
    device_version: int,
    changes: Mapping[str, Any],
    reason: str,
    by: Actor,
    at: datetime,
    action: UUID | None = None,
) -> Optics:
    """Say that a camera looks otherwise now, or hangs elsewhere: what was tried on the map is what the register says.

    changes: any of `TURNED`, and lon, lat, height; where one of these differs, the device is moved, so that its siting
    is to be checked again.

    Raises:
        Invalid: by field; nothing would change, or no reason is given.
        Conflict: somebody changed the camera since `version` and `device_version` were shown.
    """
    require_reach(by=by, place=optics.device.place)
    before = view_of(optics)
    if before is None:
        raise Invalid(fields={"lon": _("Say first where the camera stands.")})
    after = tried(before, changes)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write the reason in a sentence.")})
    with transaction.atomic():
        current = Optics.objects.select_related("device__place").get(pk=optics.pk)
        if current.version == version + 1 and view_of(current) == after:
            return current
        if view_of(current) == after:
            raise Invalid(fields={"reason": _("Nothing is changed: turn it or move it first.")})
        _move(current.device, device_version, before, after, by=by, at=at)
        turned = {name: getattr(after, name) for name in TURNED} | {"masks": [list(mask) for mask in after.masks]}
        changed = _swap(current, version, turned)
        write_note(changed.device, "turned", by=by, at=at, detail=f"{_told(before, after)}: {reason.strip()}")
    return changed


def _move(device: Device, version: int, before: View, after: View, *, by: Actor, at: datetime) -> None:
    place = {name: getattr(after, name) for name in PLACED}
    if place != {name: getattr(before, name) for name in PLACED}:
        move_device(
            device=device, version=version, place=device.place, site=device.site, spot=device.spot, by=by, at=at,
            **place,
        )  # fmt: skip


def _told(before: View, after: View) -> str:
    """What differs, in numbers that need no language: 90° → 135°, 3 m → 4 m."""
    units = {"bearing": "°", "tilt": "°", "fov": "°", "vertical_fov": "°", "near": " m", "range": " m", "height": " m"}
    told = [
        f"{getattr(before, name):g} → {getattr(after, name):g}{unit}"
        for name, unit in units.items()
        if getattr(before, name) != getattr(after, name)
    ]
    return ", ".join(told)


def change_papers(
    *, optics: Optics, version: int, changes: Mapping[str, Any], by: Actor, at: datetime, action: UUID | None = None
) -> Optics:
    """Write down what is known of a camera's papers: basis, filing, sign, recordings, log and inspection.

    changes: any of `PAPERS`.

    Raises:
        Invalid: by field.
        Conflict: somebody changed it since `version` was shown.
    """
    require_reach(by=by, place=optics.device.place)
    if unknown := sorted(set(changes) - set(PAPERS)):
        raise Invalid(fields=dict.fromkeys(unknown, _("This cannot be changed here.")))
    if wrong := wrong_papers(changes, today=timezone.localdate(at)):
        raise Invalid(fields=wrong)
    with transaction.atomic():
        current = Optics.objects.select_related("device__place").get(pk=optics.pk)
        new = {name: value for name, value in changes.items() if getattr(current, name) != value}
        if not new and current.version in {version, version + 1}:
            return current
        changed = _swap(current, version, new)
        write_note(changed.device, "papers", by=by, at=at, detail=", ".join(sorted(new)))
    return changed


def wrong_papers(given: Mapping[str, Any], *, today: date) -> dict[str, str]:
    """What is wrong with what is written of a camera's papers, by field."""
    wrong: dict[str, str] = {}
    for name, choices in CHOICES.items():
        if name in given and given[name] not in choices.values:  # type: ignore[attr-defined]
            wrong[name] = _("Choose one of the list.")
    for name in ("first_used", "filed", "sign_checked", "inspected"):
        if given.get(name) and given[name] > today:
            wrong[name] = _("This day is still to come.")
    if not 0 <= given.get("days", 0) <= DAYS_MOST:
        wrong["days"] = _("Recordings stay at most 3,650 days; 0 means that nothing is recorded.")

    return wrong


def _looks(optics: Optics) -> dict[str, Any]:
    return {name: getattr(optics, name) for name in TURNED}


def _swap(optics: Optics, version: int, new: Mapping[str, Any]) -> Optics:
    """Write the new values where nobody else was first."""
    if not Optics.objects.filter(pk=optics.pk, version=version).update(**new, version=version + 1):
        raise Conflict(current=optics)
    for name, value in new.items():
        setattr(optics, name, value)
    optics.version = version + 1
    CAMERAS.changed()
    return optics
