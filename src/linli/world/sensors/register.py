"""Putting the planned devices into the register, each with a key of its own, as an administrator would."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.utils.timezone import localtime

from linli.core.errors import NotFound
from linli.people.domain.queries import office_posts
from linli.people.enums import Role
from linli.places.domain.kept import tree
from linli.places.domain.queries import called, governed_path
from linli.sensing.domain.device_queries import device_named
from linli.sensing.domain.devices import check_device, register_device
from linli.sensing.domain.keys import rotate_key
from linli.sensing.domain.standards import standard_of
from linli.world.people import BY, FIRE, OFFICE, PROPERTY
from linli.world.seed import AREA, NAMESPACE
from linli.world.sensors.kinds import Kind
from linli.world.sensors.plan import Planned, plan, spread

INSTALLED = timedelta(days=300)
CHECKED = timedelta(days=290)
EVERY = timedelta(days=365)
UNCHECKED = 17  # every so many devices wait for their first check


def planned() -> list[Planned]:
    """The devices of the model area."""
    return plan(area())


def area() -> list[Any]:
    """The places of the model area."""
    inside = called(tree().places)[AREA].path
    return [place for place in tree().places if place.path.startswith(inside)]


def key_file() -> Path:
    """Where the synthetic devices' own copies of their keys lie: with a real device, inside it."""
    return Path(settings.DATA) / "world" / "device-keys.json"


def register_all(at: datetime, step: Callable[[], None] = lambda: None) -> dict[str, str]:
    """Register what is not registered yet. Returns each device's key, which is also written down for who plays them.

    step: called after each device, so that a job keeps its lease.
    """
    known = owners()
    keys = read_keys()
    for number, device in enumerate(planned()):
        if device.code not in keys:
            keys[device.code] = _register(device, known, checked=number % UNCHECKED != 0, at=at)
            step()
            if number % 50 == 0:
                _write(keys)
    _write(keys)
    return keys


def register_recorded(kinds: Mapping[str, Kind], at: datetime) -> dict[str, str]:
    """Register a device for each source of a recording, beside the buildings of the area. Returns their keys."""
    known, keys = owners(), read_keys()
    for device in spread(kinds, area()):
        if device.code not in keys:
            keys[device.code] = _register(device, known, checked=True, at=at)
    _write(keys)
    return {code: keys[code] for code in kinds}


def read_keys() -> dict[str, str]:
    path = key_file()
    return json.loads(path.read_text()) if path.exists() else {}


def _write(keys: Mapping[str, str]) -> None:
    path = key_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with open(new, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump(keys, file)
    new.replace(path)


def owners() -> dict[str, Any]:
    """The organisations that own devices, by short name."""
    names = {"property": PROPERTY, "office": OFFICE, "fire": FIRE}
    known = {post.organisation.name: post.organisation for post in office_posts(*Role)}
    return {short: known[name] for short, name in names.items()}


def _register(device: Planned, owners: Mapping[str, Any], *, checked: bool, at: datetime) -> str:
    """What an interrupted start has done of it already is not done again; the key that it lost is replaced."""
    installed, next_check = at - INSTALLED, localtime(at - CHECKED + EVERY).date()
    row = _row(device, owners, next_check, installed)
    if checked and row.checked_on is None:
        answers = {point.id: True for point in standard_of(device.kind.type).points}
        check_device(
            device=row, version=row.version, answers=answers, next_check=next_check, by=BY, at=at - CHECKED
        )  # fmt: skip
    return rotate_key(device=row, by=BY, at=installed, overlap=timedelta(0))


def _row(device: Planned, owners: Mapping[str, Any], next_check: date, installed: datetime) -> Any:
    with suppress(NotFound):
        return device_named(device.code, below=governed_path(), care=True)
    kind = device.kind
    standard = standard_of(kind.type)
    return register_device(
        code=device.code, type=kind.type, site=kind.site, place=device.place, lon=device.lon, lat=device.lat,
        owner=owners[kind.owner], operator=owners[kind.owner], purpose=kind.purpose, purpose_en=kind.purpose_en,
        sees=kind.sees, sees_en=kind.sees_en, properties=kind.properties, spot=kind.spot, basis=kind.basis,
        days=kind.days, expected=kind.every, public=kind.public,
        height=next(((point.low or 0) + 0.3 for point in standard.points if point.is_height), None),
        installed_on=localtime(installed).date(), next_check=next_check,
        confirms=[point.id for point in standard.needed], by=BY, at=installed,
        action=uuid5(NAMESPACE, f"device:{device.code}"),
    )  # fmt: skip
