"""A store of observations of its own with a host over it, as tests of rules at work use it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from linli.sensing.domain.fired import FiredAlert
from linli.sensing.domain.instants import micros
from linli.sensing.domain.standards import standard_of
from linli.sensing.host import Host
from linli.sensing.models import Datastream, Device
from linli.sensing.segments import Log, Store
from tests.alarm import make_device
from tests.neighbourhood import NOW, Street


class Net:
    """A store with a host over it. Readings are given by the second from `NOW` on, and taken at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fired: list[FiredAlert] = []
        self.store = Store(folder / "observations", "test")
        self.host = self._host()
        self.host.open(NOW)

    def _host(self, **more: Any) -> Host:
        return Host(self.store, self.folder / "rules", **{"record": self.fired.extend, "lateness": 20_000_000, **more})

    def log(self, device: Device) -> Log:
        stream = device.thing.datastreams.first()
        assert stream is not None
        return self.store.log(stream.estate, "care" if stream.care else "main")

    def say(self, device: Device, code: str, *readings: tuple[float, float]) -> None:
        """(seconds, value), each received when it happened."""
        stream = Datastream.objects.get(thing=device.thing, observed_property__code=code)
        log = self.log(device)
        log.append(rows([(stream.pk, at, value) for at, value in readings]))
        self.store.commit()
        self.host.rows(log)

    def tick(self, seconds: float) -> None:
        self.host.tick(NOW + timedelta(seconds=seconds))

    def told(self) -> list[tuple[str, int, float, str]]:
        """(rule, version, seconds, grade) of what was fired; an end has no grade."""
        return [
            (each.rule, each.version, (each.at - NOW).total_seconds(), "" if each.cleared else each.grade)
            for each in self.fired
        ]

    def restart(self, now: datetime, **more: Any) -> None:
        """As after a kill: what was only in memory is gone."""
        self.store.close()
        self.store = Store(self.folder / "observations", "test")
        self.host = self._host(**more)
        self.host.open(now)

    def alerts(self, code: str) -> list[float]:
        return [at for rule, _number, at, grade in self.told() if rule == code and grade]


def rows(readings: Sequence[tuple[int, float, float]]) -> pa.RecordBatch:
    """(datastream, seconds, value)."""
    at = pa.array([micros(NOW) + round(seconds * 1_000_000) for _stream, seconds, _value in readings], pa.int64())
    return pa.RecordBatch.from_pydict(
        {
            "datastream": pa.array([stream for stream, _at, _value in readings], pa.int32()),
            "at": at, "received": at,
            "number": pa.array([value for _stream, _at, value in readings], pa.float64()),
        }
    )  # fmt: skip


def make_bike(street: Street) -> Device:
    """A detector of e-bikes in a lift; somebody made sure of what its siting standard asks."""
    return make_device(
        street, "EB-1", type="ebike", site="lift", properties=["ebike"], purpose="劝阻进电梯",
        sees="有无电动自行车", confirms=[point.id for point in standard_of("ebike").needed],
    )  # fmt: skip
