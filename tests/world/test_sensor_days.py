"""Days of readings: in the order of arrival, with the stories in them and a little dirt, the same each time."""

from types import SimpleNamespace

import numpy as np

from linli.world.sensors.days import Happening, days, happenings
from linli.world.sensors.plan import plan
from linli.world.sensors.rhythm import DAY, EAST
from linli.world.sensors.stories import STORIES

MIDNIGHT = 20_600 * DAY - EAST
PLACES = [
    SimpleNamespace(kind=("building", "entrance", "lane")[n % 3], path=f"{n:04}", lon=121.43, lat=31.19)
    for n in range(60)
]
DEVICES = plan(PLACES)


def one_day(told=()):
    return next(days(DEVICES, told, MIDNIGHT, MIDNIGHT + DAY))


def story(code):
    return next(story for story in STORIES if story.code == code)


def device(kind):
    return next(device for device in DEVICES if device.kind.code == kind)


def readings(day, code, name):
    rows = day.stream == day.streams.index((code, name))
    order = np.argsort(day.at[rows], kind="stable")
    return day.at[rows][order], day.value[rows][order]


def test_a_day_is_in_the_order_of_arrival_and_the_same_each_time():
    day, again = one_day(), one_day()

    assert (np.diff(day.received) >= 0).all()
    assert (day.received > day.at).all()
    assert 20_000 < day.at.size < 80_000
    assert (day.value == again.value).all()
    assert (day.received == again.received).all()


def test_a_few_messages_are_late_and_a_few_come_twice():
    day = one_day()
    pairs = np.stack([day.stream.astype(np.int64), day.at])

    assert 0.005 < (day.received - day.at > 5_000_000).mean() < 0.015
    assert 0 < pairs.shape[1] - np.unique(pairs, axis=1).shape[1] < 0.01 * pairs.shape[1]


def test_smoke_at_night_stands_in_its_device_s_readings_alone():
    begins, hot = MIDNIGHT + 3 * DAY // 24, device("smoke")
    day = one_day([Happening(story("smoke"), hot, begins)])

    at, values = readings(day, hot.code, "smoke")

    assert values.max() == 33
    assert at[values.argmax()] == begins + 100_000_000
    assert one_day().value[one_day().stream == day.streams.index((hot.code, "smoke"))].max() < 5


def test_a_mute_device_says_nothing_while_its_story_lasts():
    begins, mute = MIDNIGHT + DAY // 2, device("gateway")
    it = Happening(story("mute_gateway"), mute, begins)

    at, _values = readings(one_day([it]), mute.code, "alive")

    assert not ((at > begins) & (at <= it.ends)).any()
    assert (at > it.ends).any()
    assert (at < begins).any()


def test_what_happens_in_a_month_lies_in_its_hours_and_never_twice_a_day_at_one_device():
    month = happenings(DEVICES, MIDNIGHT, MIDNIGHT + 28 * DAY)

    assert 60 < len(month) < 95
    assert month == happenings(DEVICES, MIDNIGHT, MIDNIGHT + 28 * DAY)
    for it in month:
        first, last = it.story.hours
        assert first <= ((it.begins + EAST) % DAY) / (DAY / 24) <= last
        assert it.device.kind.code == it.story.kind
    assert {it.story.code for it in month} >= {"smoke", "e_bike", "parked_lane", "wet_floor"}
