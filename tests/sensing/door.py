"""What tests of the door share: the store held by the test itself, a device and its key, messages."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count

import orjson
import pytest

from linli.sensing.domain import accept
from linli.sensing.domain.accept import Direct
from linli.sensing.domain.devices import register_device
from linli.sensing.domain.keys import issue_key
from linli.sensing.domain.properties import load_properties
from linli.sensing.enums import DeviceType, Site
from linli.sensing.models import Device
from tests.neighbourhood import Street

NUMBER = count(1)


@pytest.fixture
def door(street: Street, tmp_path, settings) -> Iterator[Direct]:
    """The store in a folder of the test's own, held by this process."""
    settings.OBSERVATIONS = tmp_path / "observations"
    with accept.opened() as direct:
        yield direct


@pytest.fixture
def device_at(street: Street) -> Callable[..., Device]:
    """Registers a device: `device_at("SMK-1", "smoke", "battery")`."""
    load_properties()

    def make(
        code: str, *properties: str, kind: DeviceType = DeviceType.SMOKE, place: str = "building", **more
    ) -> Device:
        organisation = street.posts["property_manager"].organisation
        return register_device(
            code=code, type=kind, site=more.pop("site", Site.STAIRWELL), place=street.places[place],
            owner=organisation, operator=organisation, purpose="感烟报警", purpose_en="Smoke alarm", sees="烟雾浓度",
            sees_en="Smoke density",
            properties=properties, by=street.by("administrator"), at=street.now, **more,
        )  # fmt: skip

    return make


def key_of(device: Device, street: Street) -> str:
    return issue_key(device=device, by=street.by("administrator"), at=street.now)


def message(at: datetime | str | int, *, ident: str | None = None, **readings: object) -> bytes:
    said = at if isinstance(at, str | int) else at.isoformat()
    return orjson.dumps({"id": ident or f"m{next(NUMBER)}", "at": said, "readings": readings})


def stored(direct: Direct, streams: tuple[str, ...] = ("main",)) -> list[dict]:
    """Every observation in the store, in order of time."""
    return [row for batch in direct.door.store.scan(streams=streams) for row in batch.to_pylist()]


def refused(direct: Direct) -> dict[str, int]:
    """How many were refused for each reason, whoever sent them."""
    counted: dict[str, int] = {}
    for (_device, reason), number in direct.door.notes.refused.items():
        counted[reason.value] = counted.get(reason.value, 0) + number
    return counted
