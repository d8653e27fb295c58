"""Observations stay as long as the register says."""

from linli.sensing.domain.devices import change_device, take_down
from linli.sensing.service.running import kept_days
from tests.sensing.register import care_check, put_in, stream


def test_each_datastream_stays_as_long_as_its_device_says_even_once_taken_down(street) -> None:
    smoke, care, by = put_in(street, days=30), care_check(street), street.by("administrator")
    before = {
        stream(smoke, "smoke").pk: 30, stream(smoke, "battery").pk: 30,
        stream(care, "water_used").pk: 2, stream(care, "alive").pk: 2,
    }  # fmt: skip
    assert kept_days() == before

    change_device(device=smoke, version=1, changes={"days": 10}, by=by, at=street.now)
    take_down(device=smoke, version=2, reason="换", by=by, at=street.now)

    assert kept_days() == before | {stream(smoke, "smoke").pk: 10, stream(smoke, "battery").pk: 10}
