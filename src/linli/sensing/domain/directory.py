"""What the door must know of every message, kept in the process: devices, keys, datastreams and their schemas.

Built anew when the register, a key, a datastream, an observed property or a consent changes (`kept.DEVICES`), so that a
message costs no statement.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from linli.sensing.domain.kept import DEVICES
from linli.sensing.enums import DeviceStatus, ResultType
from linli.sensing.models import CareConsent, Datastream, Device, DeviceKey

KINDS = tuple(ResultType.values)
MEASUREMENT, COUNT, TRUTH, CATEGORY, ANY = range(len(KINDS))
BATTERY = "battery"


@dataclass(frozen=True, slots=True)
class Stream:
    """One datastream as the door sees it. row: its place in the columns of the directory."""

    row: int
    id: int
    kind: int
    words: frozenset[str]
    parameters: dict[str, str]
    property: str


@dataclass(frozen=True, slots=True)
class DeviceEntry:
    """A device. streams: by the code of what it observes.  days: how long its observations stay."""

    id: int
    code: str
    retired: bool
    consent: bool
    streams: dict[str, Stream]
    days: int = 90


@dataclass(frozen=True, slots=True)
class Key:
    device: str
    digest: str
    ends_at: datetime | None


@dataclass(frozen=True)
class Directory:
    """Everything at once, and columns over all datastreams for whole batches.

    row_of: int32, datastream id → row, -1 where there is none.  ids, kind, low, high, log, device: by row; `log` is an
    index into `logs`, which holds (estate, "main" or "care"); `device` is an id, 0 where there is none.
    closed: by row, whether a care check lacks its consent.  retired: by row.
    """

    devices: dict[str, DeviceEntry] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    streams: list[Stream] = field(default_factory=list)
    logs: list[tuple[str, str]] = field(default_factory=list)
    row_of: np.ndarray = field(default_factory=lambda: np.full(1, -1, np.int32))
    ids: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    kind: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int8))
    low: np.ndarray = field(default_factory=lambda: np.zeros(0))
    high: np.ndarray = field(default_factory=lambda: np.zeros(0))
    log: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    device: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    care: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    closed: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    retired: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    battery: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def rows(self, datastreams: np.ndarray) -> np.ndarray:
        """Row of each datastream id, -1 where it is unknown."""
        inside = (datastreams > 0) & (datastreams < len(self.row_of))
        return np.where(inside, self.row_of[np.where(inside, datastreams, 0)], -1)


@DEVICES.kept
def directory() -> Directory:
    """Four statements, whatever the number of devices."""
    consents = set(CareConsent.objects.filter(withdrawn_at=None).values_list("device_id", flat=True))
    devices = {row.thing_id: row for row in Device.objects.only("id", "code", "status", "thing_id", "days")}
    found = list(Datastream.objects.select_related("observed_property").order_by("id"))
    streams = [_stream(number, row) for number, row in enumerate(found)]
    by_thing: dict[int, dict[str, Stream]] = {}
    for row, stream in zip(found, streams, strict=True):
        by_thing.setdefault(row.thing_id, {})[stream.property] = stream
    entries = {
        device.code: DeviceEntry(
            device.pk, device.code, device.status == DeviceStatus.RETIRED, device.pk in consents,
            by_thing.get(thing, {}), device.days,
        )
        for thing, device in devices.items()
    }  # fmt: skip
    keys = {
        key.kid: Key(key.device.code, key.digest, key.ends_at)
        for key in DeviceKey.objects.select_related("device").only("kid", "digest", "ends_at", "device__code")
    }
    return Directory(entries, keys, streams, **_columns(found, devices, consents))


def _stream(number: int, row: Datastream) -> Stream:
    what = row.observed_property
    kind = KINDS.index(what.result_type)
    code = what.code or f"p{what.pk}"
    return Stream(number, row.pk, kind, frozenset(map(str, what.values)), dict(what.parameters or {}), code)


def _columns(found: list[Datastream], devices: dict[int, Device], consents: set[int]) -> dict[str, Any]:
    row_of = np.full(max((row.pk for row in found), default=0) + 1, -1, np.int32)
    row_of[[row.pk for row in found]] = np.arange(len(found), dtype=np.int32)
    stands = [devices.get(row.thing_id) for row in found]
    whose = [device.pk if device else 0 for device in stands]
    names = [(row.estate, "care" if row.care or row.observed_property.care else "main") for row in found]
    logs = sorted(set(names))
    care = [stream == "care" for _estate, stream in names]
    what = [row.observed_property for row in found]
    return {
        "logs": logs,
        "row_of": row_of,
        "ids": np.array([row.pk for row in found], np.int32),
        "kind": np.array([KINDS.index(each.result_type) for each in what], np.int8),
        "low": _bounds((each.low for each in what), -np.inf),
        "high": _bounds((each.high for each in what), np.inf),
        "log": np.array([logs.index(name) for name in names], np.int32),
        "device": np.array(whose, np.int64),
        "care": np.array(care, bool),
        "closed": np.array([is_care and pk not in consents for is_care, pk in zip(care, whose, strict=True)], bool),
        "retired": np.array([each is not None and each.status == DeviceStatus.RETIRED for each in stands], bool),
        "battery": np.array([each.code == BATTERY for each in what], bool),
    }


def _bounds(values: Iterable[float | None], otherwise: float) -> np.ndarray:
    return np.array([otherwise if value is None else value for value in values], float)
