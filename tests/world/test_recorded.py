"""Recordings that others made, spoken through the door as devices of the demonstration, with their dirt.

Real ones are read from the folder that LINLI_REAL_DATA names; a file of the same kind, made here, is always read.
"""

import csv
import os
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from linli.sensing.domain.accept import micros, opened
from linli.sensing.domain.keys import valid_keys
from linli.sensing.domain.properties import load_properties
from linli.sensing.models import Device
from linli.world import seed
from linli.world.sensors import recorded
from linli.world.sensors.register import key_file, register_recorded

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")


@pytest.fixture
def twin(tmp_path) -> Path:
    """Two car parks and a room: a row twice, one below nothing, one without a number, one without a time."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    parks = [("MADE01", 500, 61, "2016-10-04 07:59:42"), ("MADE01", 500, 61, "2016-10-04 07:59:42"),
             ("MADE01", 500, -8, "2016-10-04 08:25:42"), ("MADE01", 500, "", "2016-10-04 08:59:42"),
             ("MADE02", 70, 71, "2016-10-04 07:59:42"), ("MADE02", 70, 3, "4th of October")]  # fmt: skip
    room = [("2015-02-04 17:51:00", 23.18, 27.272, 426.0, 721.25, 0.0047, 1),
            ("2015-02-04 17:53:00", 23.15, 130.0, 426.0, 714.0, 0.0047, 1)]  # fmt: skip
    for name, head, rows in (
        ("parking", "SystemCodeNumber,Capacity,Occupancy,LastUpdated", parks),
        ("room", "Date,Temperature,Humidity,Light,CO2,HumidityRatio,Occupancy", room),
        ("strange", "a,b", [(1, 2)]),
    ):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([head.split(","), *rows])
    return folder


def test_what_was_recorded_is_said_in_its_order_with_all_that_is_wrong_with_it(twin):
    found = recorded.read(twin)

    said = [(one.after, one.code, one.readings, one.time) for one in found.said]
    climate = {"temperature": 23.18, "humidity": 27.272, "light": 426, "co2": 721.25}
    assert said == [
        (0.0, "rec-bay-001", {"occupied_bays": 61}, ""),
        (0.0, "rec-bay-001", {"occupied_bays": 61}, ""),
        (0.0, "rec-bay-002", {"occupied_bays": 71}, ""),
        (0.0, "rec-bay-002", {"occupied_bays": 3}, "4th of October"),
        (0.0, "rec-room-001", climate, ""),
        (120.0, "rec-room-001", climate | {"temperature": 23.15, "humidity": 130, "co2": 714}, ""),
        (1560.0, "rec-bay-001", {"occupied_bays": -8}, ""),
        (3600.0, "rec-bay-001", {"occupied_bays": ""}, ""),
    ]
    assert found.said[0].mark == found.said[1].mark
    assert len({one.mark for one in found.said}) == 7


def test_times_are_those_of_now_and_another_replay_says_other_messages(twin):
    last = recorded.read(twin).said[-1]

    once, again = recorded.body(last, 1_800_000_000.0, 60.0), recorded.body(last, 1_800_000_100.0, 60.0)

    assert once == b'{"id":"%s-6b49d200","at":1800000060000,"readings":{"occupied_bays":""}}' % last.mark.encode()
    assert again != once


def test_a_folder_with_nothing_to_say_is_refused_in_words(tmp_path):
    with pytest.raises(recorded.NothingRecorded, match="holds no CSV file of car parks or of a room"):
        recorded.read(tmp_path)


@pytest.fixture
def neighbourhood(db, settings, tmp_path, monkeypatch) -> None:
    for name, folder in (("DATA", ""), ("OBSERVATIONS", "observations"), ("SENSING", "sensing"), ("FILES", "files")):
        setattr(settings, name, tmp_path / folder)
    settings.LIMITS = settings.LIMITS | {"door": {"device": [10**9, 1], "operator": [10**9, 1]}}
    monkeypatch.setattr(seed, "FIRST", 0)
    assert seed.seed_first()
    load_properties()


def spoken(recording: recorded.Recording) -> Counter[str]:
    """Register the recording's devices and let them say all of it; how many readings were taken, and why others not."""
    register_recorded(recording.kinds, timezone.now())
    begins = time.time() - recording.said[-1].after / 60 - 60
    told: Counter[str] = Counter()
    with opened() as direct:
        for start in range(0, len(recording.said), 5_000):
            part = recording.said[start : start + 5_000]
            came = [micros(datetime.fromtimestamp(begins, UTC) + timedelta(seconds=each.after / 60)) for each in part]
            bodies = [recorded.body(each, begins, 60.0) for each in part]
            direct.door.messages([each.code for each in part], bodies, came)
            direct.door.commit()
        for (_device, reason), number in direct.door.notes.refused.items():
            told[str(reason)] += number
        told["taken"] = sum(batch.num_rows for batch in direct.door.store.scan(columns=["at"]))
    return told


@pytest.mark.usefixtures("neighbourhood")
def test_the_door_takes_what_is_good_and_refuses_the_dirt_by_its_reason(twin):
    told = spoken(recorded.read(twin))

    assert Device.objects.filter(code__startswith="rec-").count() == 3
    assert told == {"taken": 2 + 4, "doubled": 1, "range": 2, "time": 1, "type": 1}


@pytest.mark.usefixtures("neighbourhood")
def test_however_often_a_start_loses_the_keys_each_device_has_one_that_is_written_down(twin):
    kinds, at = recorded.read(twin).kinds, timezone.now()
    for _ in range(5):
        keys = register_recorded(kinds, at)
        key_file().unlink()

    for device in Device.objects.filter(code__startswith="rec-"):
        assert [key.kid for key in valid_keys(device, at)] == [keys[device.code].partition(".")[0]]


@real
@pytest.mark.usefixtures("neighbourhood")
def test_thirty_real_car_parks_and_a_real_room_speak_through_the_door():
    recording = recorded.read(Path(FOLDER) / "observations")

    assert (len(recording.kinds), len(recording.said)) == (31, 35_717 + 8_143)
    assert spoken(recording) == {"taken": 35_717 - 216 - 12 + 4 * 8_143, "doubled": 216, "range": 12}
