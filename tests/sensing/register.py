"""A device in the small neighbourhood, and readings of it in a store of the test's own."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from linli.sensing.domain.devices import register_device
from linli.sensing.domain.properties import load_properties
from linli.sensing.models import Datastream, Device
from linli.sensing.segments import Store
from tests.neighbourhood import Street


def given(street: Street, **changes: object) -> dict:
    """What `register_device` is told of a smoke detector in the staircase of No. 12."""
    return {
        "code": "SM-1", "type": "smoke", "site": "stairwell", "place": street.places["building"],
        "owner": street.posts["property_manager"].organisation, "operator": street.posts["area_lead"].organisation,
        "purpose": "尽早发现火情", "purpose_en": "Notice a fire early",
        "sees": "烟雾浓度", "sees_en": "Smoke in the air",
        "properties": ["smoke", "battery"], "by": street.by("administrator"), "at": street.now, **changes,
    }  # fmt: skip


def put_in(street: Street, **changes: object) -> Device:
    load_properties()
    return register_device(**given(street, **changes))


def care_check(street: Street, code: str = "CA-1") -> Device:
    return put_in(street, code=code, type="care", site="home", properties=["water_used", "alive"], public=False)


def stream(device: Device, code: str) -> Datastream:
    return device.thing.datastreams.get(observed_property__code=code)


def tell(folder: Path, told: Datastream, readings: Iterable[tuple[datetime, float | str]]) -> None:
    """Write readings of one datastream, and close the store again."""
    rows = list(readings)
    at = [round(moment.timestamp() * 1e6) for moment, _value in rows]
    numbers = [None if isinstance(value, str) else float(value) for _moment, value in rows]
    texts = [value if isinstance(value, str) else None for _moment, value in rows]
    batch = pa.record_batch(
        {
            "datastream": pa.array([told.pk] * len(rows), pa.int32()), "at": pa.array(at, pa.int64()),
            "received": pa.array(at, pa.int64()), "number": pa.array(numbers, pa.float64()),
            "text": pa.array(texts, pa.string()),
        }
    )  # fmt: skip
    with Store(folder, installation="test") as store:
        store.log(estate=told.estate, stream="main").append(batch)
        store.commit()
