"""Observations stay as long as the register says."""

from datetime import timedelta

from linli.sensing.domain.devices import take_down
from linli.sensing.domain.tidying import days_by_datastream, tidy_observations
from linli.sensing.segments import Store
from tests.sensing.register import care_check, put_in, stream, tell


def test_each_datastream_stays_as_long_as_its_device_says_even_once_taken_down(street) -> None:
    smoke, care = put_in(street, days=30), care_check(street)
    take_down(device=smoke, version=1, reason="换", by=street.by("administrator"), at=street.now)
    assert days_by_datastream() == {
        stream(smoke, "smoke").pk: 30, stream(smoke, "battery").pk: 30,
        stream(care, "water_used").pk: 2, stream(care, "alive").pk: 2,
    }  # fmt: skip


def test_what_has_stayed_its_time_goes_and_the_rest_stays(street, store_folder) -> None:
    smoke = stream(put_in(street, days=30), "smoke")
    ages = [0, 1, 29, 31, 400]
    tell(store_folder, smoke, [(street.now - timedelta(days=age), float(age)) for age in ages])

    with Store(store_folder, installation="test") as store:
        tidy_observations(store, at=street.now)
        tidy_observations(store, at=street.now)
        left = [value for batch in store.scan([smoke.pk]) for value in batch.column("number").to_pylist()]
        assert store.verify() == []

    assert sorted(left) == [0.0, 1.0, 29.0]
