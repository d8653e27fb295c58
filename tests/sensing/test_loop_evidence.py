"""The readings beside an alert: the last ones up to it, few, and of the care stream none."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from django.conf import settings

from linli.sensing.domain.evidence import MOST, evidence_of
from linli.sensing.models import Alert
from linli.sensing.segments import SCHEMA, Store
from tests.alarm import NIGHT, alert, build_station, fire, make_device, make_rule

SECOND = timedelta(seconds=1)


def micros(seconds: float) -> int:
    return round((NIGHT + seconds * SECOND).timestamp() * 1_000_000)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that writes readings of a datastream, as [seconds from 03:12, value], and commits them."""
    monkeypatch.setattr(settings, "OBSERVATIONS", tmp_path / "observations")

    def write(datastream: int, readings: list[tuple[float, float | None]], stream: str = "main") -> None:
        columns = {
            "datastream": [datastream] * len(readings), "at": [micros(when) for when, _value in readings],
            "received": [micros(when + 1) for when, _value in readings],
            "number": [value for _when, value in readings],
        }  # fmt: skip
        with Store(settings.OBSERVATIONS, installation="test") as store:
            log = store.log(estate="000100020003", stream=stream)
            log.append(pa.RecordBatch.from_pydict(columns, schema=pa.schema([SCHEMA.field(name) for name in columns])))
            store.commit()

    return write


def test_the_last_readings_up_to_the_alert_in_order(written):
    written(7, [(-9000, 1.0), (-40, 2.0), (-20, 14.0), (-10, None), (0, 22.0), (20, 30.0)])
    written(8, [(-5, 99.0)])

    found = evidence_of(7, until=NIGHT)

    assert found == [[micros(-40) / 1000, 2.0], [micros(-20) / 1000, 14.0], [micros(0) / 1000, 22.0]]


def test_never_more_than_sixty_points(written):
    written(7, [(-second, float(second)) for second in range(200, -1, -1)])

    found = evidence_of(7, until=NIGHT)

    assert (len(found), found[-1]) == (MOST, [micros(0) / 1000, 0.0])


def test_the_care_stream_is_not_read_and_nothing_is_no_error(written):
    written(7, [(0, 1.0)], stream="care")

    assert (evidence_of(7, until=NIGHT), evidence_of(None, until=NIGHT)) == ([], [])


def test_an_alert_keeps_them(written, street):
    build_station(street)
    make_rule()
    device = make_device(street)
    stream = device.thing.datastreams.get()
    written(stream.pk, [(-20, 3.0), (0, 33.0)])

    fire(alert(device, datastream=stream.pk))

    assert [value for _at, value in Alert.objects.get().evidence] == [3.0, 33.0]
