"""Some 400 devices, spread over the area, with a rhythm that the door would take."""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from linli.sensing.domain.properties import catalogue
from linli.world.sensors import rhythm
from linli.world.sensors.kinds import KINDS
from linli.world.sensors.plan import plan

DAY = 24 * 3_600_000_000
MONDAY = 1_780_000_000_000_000


def places():
    for number in range(200):
        kind = ("building", "entrance", "lane")[number % 3]
        yield SimpleNamespace(kind=kind, path=f"{number:04}", lon=121.43 + number / 1e5, lat=31.19)


def test_four_hundred_devices_each_with_a_code_of_its_own_and_a_place_of_the_right_kind():
    devices = plan(list(places()))

    assert len(devices) == sum(kind.number for kind in KINDS) == 406
    assert len({device.code for device in devices}) == 406
    assert {device.place.kind for device in devices if device.kind.site == "fire_lane"} == {"lane"}
    assert plan(list(places())) == devices


def test_an_e_bike_detector_hangs_in_a_car_that_has_a_lift_monitor_too():
    at = {
        code: Counter(d.place.path for d in plan(list(places())) if d.kind.code == code) for code in ("lift", "ebike")
    }

    assert at["lift"] == at["ebike"]


def test_no_device_at_home_is_on_the_public_register():
    assert [kind.code for kind in KINDS if kind.site == "home" and kind.public] == []


@pytest.mark.parametrize("code", sorted(rhythm.ORDINARY))
def test_an_ordinary_day_stays_within_the_bounds_of_its_property(code):
    times = np.arange(MONDAY, MONDAY + 60 * DAY, DAY // 96)

    values = rhythm.ordinary(code, times, np.random.default_rng(3))

    row = catalogue()[code]
    low, high = (0.0, 1.0) if row["result"] == "truth" else (row["low"], row["high"])
    assert values.shape == times.shape
    assert low <= values.min()
    assert values.max() <= high
    assert (values == rhythm.ordinary(code, times, np.random.default_rng(3))).all()


def test_every_property_that_a_kind_reports_has_a_rhythm():
    assert {code for kind in KINDS for code in kind.properties} <= set(rhythm.ORDINARY)


def test_more_people_go_in_and_out_in_the_morning_than_at_night():
    assert rhythm.busy(np.array([8.0]))[0] > 10 * rhythm.busy(np.array([3.0]))[0]


def test_a_device_speaks_about_as_often_as_its_kind_says():
    times = rhythm.moments(600, MONDAY, MONDAY + DAY, np.random.default_rng(1))

    assert 143 <= times.size <= 144
    assert abs(np.diff(times).mean() / 1e6 - 600) < 1
