"""The register of devices: put into it, changed, moved, checked where it stands, taken down. Each leaves a note."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid
from linli.people.actors import Actor
from linli.people.domain.acts import require_reach
from linli.people.models import Organisation
from linli.places.models import Place
from linli.sensing.domain.device_rules import CHANGEABLE, check_values, is_slug, settle
from linli.sensing.domain.kept import DEVICES
from linli.sensing.domain.standards import standard_of
from linli.sensing.domain.things import add_datastreams, make_thing, place_thing
from linli.sensing.enums import Conformity, DeviceStatus, DeviceType, Site
from linli.sensing.models import Device, DeviceKey, DeviceNote

NOTE = 300


def register_device(
    *,
    code: str,
    type: str,  # noqa: A002  the word of the register
    site: str,
    place: Place,
    owner: Organisation,
    operator: Organisation,
    purpose: str,
    purpose_en: str = "",
    sees: str,
    sees_en: str = "",
    properties: Sequence[str],
    by: Actor,
    at: datetime,
    action: UUID | None = None,
    confirms: Collection[str] = (),
    **more: Any,
) -> Device:
    """Put a device into the register, with its thing, location, sensor and one datastream for each property.

    properties: codes of observed properties.  confirms: ids of the points of its siting standard that somebody looked
    at; those that are `needed` must be among them.  more: any of the fields lon, lat, height, spot, basis, days,
    standard, installed_on, next_check, expected, status and public; what is missing comes from the siting standard.
    The same device sent twice is registered once.

    Raises:
        Invalid: by field; the code is taken, a property is unknown, or a rule of privacy forbids it.
        Refused: the place is outside the reach of the actor's post.
    """
    require_reach(by=by, place=place)
    values = settle(
        {
            "type": DeviceType(type), "site": Site(site), "place": place, "owner": owner, "operator": operator,
            "purpose": purpose, "purpose_en": purpose_en, "sees": sees, "sees_en": sees_en, **more,
        }
    )  # fmt: skip
    known = Device.objects.filter(code=code).first()
    if known is not None and _is_as_sent(known, values):
        return known
    wrong = check_values(values, confirms)
    if not is_slug(code):
        wrong["code"] = _("Use 2 to 20 letters, digits and hyphens, for example SM-7K3Q.")
    elif known is not None:
        wrong["code"] = _("Another device has this code. Choose another.")
    if wrong:
        raise Invalid(fields=wrong)
    with transaction.atomic():
        device = Device(code=code, **values)
        device.thing = make_thing(device)
        device.save()
        place_thing(device, at=at)
        add_datastreams(device, properties)
        _note(device, "registered", by=by, at=at, detail=place.name)
        DEVICES.changed()
    return device


def change_device(
    *,
    device: Device,
    version: int,
    changes: Mapping[str, Any],
    properties: Sequence[str] = (),
    by: Actor,
    at: datetime,
    action: UUID | None = None,
) -> Device:
    """Change what the register says of a device; where it stands is changed by `move_device`.

    changes: any of `CHANGEABLE`.  properties: codes that it observes from now on too; none is taken away.

    Raises:
        Invalid: by field.
        Conflict: somebody changed it since `version` was shown, or it was taken down.
    """
    require_reach(by=by, place=device.place)
    if unknown := sorted(set(changes) - CHANGEABLE):
        raise Invalid(fields=dict.fromkeys(unknown, _("This cannot be changed here.")))
    new = {name: value for name, value in changes.items() if getattr(device, name) != value}
    wrong = check_values(_values(device) | new, confirms=None)
    if wrong:
        raise Invalid(fields=wrong)
    with transaction.atomic():
        current = Device.objects.select_related("place", "thing").get(pk=device.pk)
        added = add_datastreams(current, properties)
        new = {name: value for name, value in changes.items() if getattr(current, name) != value}
        if not new and not added and current.version in {version, version + 1}:
            return current
        changed = _swap(current, version, new)
        _note(changed, "changed", by=by, at=at, detail=", ".join([*sorted(new), *added]))
        DEVICES.changed()
    return changed


def move_device(
    *,
    device: Device,
    version: int,
    place: Place,
    site: str,
    lon: float | None = None,
    lat: float | None = None,
    height: float | None = None,
    spot: str = "",
    by: Actor,
    at: datetime,
    action: UUID | None = None,
) -> Device:
    """Say that a device stands elsewhere now. Its siting is open again; of a day only the last place is kept.

    Raises:
        Invalid: by field.
        Conflict: somebody changed it since `version` was shown, or it was taken down.
        Refused: one of the two places is outside the reach of the actor's post.
    """
    require_reach(by=by, place=device.place)
    require_reach(by=by, place=place)
    new: dict[str, Any] = {
        "place": place, "site": Site(site), "lon": lon, "lat": lat, "height": height, "spot": spot.strip(),
    }  # fmt: skip
    if wrong := check_values(_values(device) | new, confirms=None):
        raise Invalid(fields=wrong)
    with transaction.atomic():
        current = Device.objects.select_related("place", "thing").get(pk=device.pk)
        if current.version == version + 1 and all(getattr(current, name) == value for name, value in new.items()):
            return current
        before = current.place.name
        changed = _swap(current, version, new | {"conformity": Conformity.OPEN, "conformity_note": ""})
        place_thing(changed, at=at)
        _note(changed, "moved", by=by, at=at, detail=f"{before} → {place.name}")
        DEVICES.changed()
    return changed


def check_device(
    *,
    device: Device,
    version: int,
    answers: Mapping[str, bool | None],
    height: float | None = None,
    note: str = "",
    next_check: date | None = None,
    by: Actor,
    at: datetime,
    action: UUID | None = None,
) -> Device:
    """Write down that somebody looked where a device stands, point by point of its siting standard.

    answers: point → yes, no, or None where it does not apply.  height: metres, answers the points of height.

    Raises:
        Conflict: somebody changed it since `version` was shown, or it was taken down.
    """
    require_reach(by=by, place=device.place)
    height = device.height if height is None else height
    conformity, failed = standard_of(device.type).judge(answers, height)
    today = timezone.localdate(at)
    new = {
        "conformity": conformity, "conformity_note": note.strip(), "checked_on": today, "next_check": next_check,
        "height": height,
    }  # fmt: skip
    with transaction.atomic():
        current = Device.objects.get(pk=device.pk)
        if current.version == version + 1 and all(getattr(current, name) == value for name, value in new.items()):
            return current
        changed = _swap(current, version, new)
        missed = " ".join(point.id for point in failed)
        _note(changed, "checked", by=by, at=at, detail=f"[{missed}] {note.strip()}".strip())
    return changed


def take_down(
    *, device: Device, version: int, reason: str, by: Actor, at: datetime, action: UUID | None = None
) -> Device:
    """Take a device down: its keys end, it leaves the public register, and its history stays until it runs out.

    Raises:
        Invalid: no reason is given.
        Conflict: somebody changed it since `version` was shown, or it was taken down.
    """
    require_reach(by=by, place=device.place)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write the reason in a sentence.")})
    with transaction.atomic():
        current = Device.objects.get(pk=device.pk)
        if current.status == DeviceStatus.RETIRED and current.version == version + 1:
            return current
        gone = {"status": DeviceStatus.RETIRED, "retired_on": timezone.localdate(at)}
        changed = _swap(current, version, gone)
        running = DeviceKey.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), device=changed)
        running.update(ends_at=at)
        _note(changed, "taken_down", by=by, at=at, detail=reason.strip())
        DEVICES.changed()
    return changed


def write_note(device: Device, what: str, *, by: Actor, at: datetime, detail: str = "") -> None:
    """A line in the story of a device, in the transaction of what it tells of."""
    _note(device, what, by=by, at=at, detail=detail)


def _note(device: Device, what: str, *, by: Actor, at: datetime, detail: str = "") -> None:
    DeviceNote.objects.create(
        device=device, what=what, detail=detail[:NOTE], post=by.post, account=by.account, at=at
    )  # fmt: skip


def _swap(device: Device, version: int, new: Mapping[str, Any]) -> Device:
    """Write the new values where nobody else was first."""
    found = Device.objects.filter(pk=device.pk, version=version).exclude(status=DeviceStatus.RETIRED)
    if not found.update(**new, version=version + 1):
        raise Conflict(current=device)
    for name, value in new.items():
        setattr(device, name, value)
    device.version = version + 1
    return device


def _is_as_sent(known: Device, values: Mapping[str, Any]) -> bool:
    return known.version == 1 and all(getattr(known, name) == value for name, value in values.items())


def _values(device: Device) -> dict[str, Any]:
    names = CHANGEABLE | {"type", "site", "place", "lon", "lat"}
    return {name: getattr(device, name) for name in names}
