"""Readings that nobody here wrote, with their dirt: thirty car parks, and a room looked at each minute.

They are read from the folder that LINLI_REAL_DATA names; without it only a file of
the same kind, made here, is read.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from linli.sensing.domain.accept import accept_batch, micros, opened
from linli.sensing.domain.doubles import message_hash
from linli.sensing.domain.sender import Sender
from linli.sensing.models import Datastream, ObservedProperty
from tests.alarm import make_device

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")
LONDON = ZoneInfo("Europe/London")
CAPACITY = 500
ROOM = {"temperature": "Temperature", "humidity": "Humidity", "light": "Light", "co2": "CO2", "occupied": "Occupancy"}


def twin(folder: Path) -> Path:
    """Ten days of one car park: every half hour, some below nothing, some beyond all bays, some twice."""
    path = folder / "parking.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["SystemCodeNumber", "Capacity", "Occupancy", "LastUpdated"])
        for number in range(480):
            at = datetime(2016, 10, 4 + number // 48, number // 2 % 24, 26 * (number % 2), tzinfo=UTC)
            bays = -8 if number % 97 == 5 else 520 if number % 61 == 7 else 200 + number % 90
            for _ in range(2 if number % 80 == 9 else 1):
                rows.writerow(["MADE01", CAPACITY, bays, f"{at:%Y-%m-%d %H:%M:%S}"])
    return path


def readings(path: Path) -> Iterator[tuple[str, int, int, str]]:
    """Car park, capacity, bays taken, and when."""
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["SystemCodeNumber"], int(row["Capacity"]), int(row["Occupancy"]), row["LastUpdated"]


def instant(text: str) -> int:
    return micros(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=LONDON))


def through_the_door(street, path: Path) -> tuple[Counter, Counter]:
    """What the door says to each row, beside what the rows are."""
    what, told, are = list(readings(path)), Counter(), Counter()
    streams: dict[str, int] = {}
    for number, (name, capacity) in enumerate(sorted({(row[0], row[1]) for row in what})):
        device = make_device(
            street, f"BAY-{number}", type="bay", site="yard", properties=["occupied_bays"], purpose="看清哪里还有车位",
            sees="占用了几个车位", confirms=["sign", "picture", "common", "homes", "window"],
        )  # fmt: skip
        # Each car park has its own bound, as an operator would register it.
        bound = ObservedProperty.objects.create(
            code=f"bays-{number}", name=name, result_type="count", low=0, high=capacity
        )
        stream = Datastream.objects.get(thing=device.thing)
        Datastream.objects.filter(pk=stream.pk).update(observed_property=bound)
        streams[name] = stream.pk
    from linli.sensing.domain.kept import DEVICES

    DEVICES.changed()
    seen = set()
    for name, capacity, bays, at in what:
        beyond = bays < 0 or bays > capacity
        are["range" if beyond else "doubled" if (name, at, bays) in seen else "taken"] += 1
        if not beyond:
            seen.add((name, at, bays))
    batch = pa.RecordBatch.from_pydict(
        {
            "datastream": pa.array([streams[row[0]] for row in what], pa.int32()),
            "at": pa.array([instant(row[3]) for row in what], pa.int64()),
            "number": pa.array([float(row[2]) for row in what], pa.float64()),
            "message": pa.array([message_hash(row[0], f"{row[3]} {row[2]}") for row in what], pa.uint64()),
        }
    )
    with opened():
        done = accept_batch(batch, sender=Sender.system(), received=datetime.now(UTC))
    told["taken"], told["doubled"] = int((done.ids > 0).sum()), done.doubled
    told.update(str(each.reason) for each in done.refused)
    return told, are


@pytest.mark.django_db
def test_a_car_park_s_dirt_is_refused_by_its_reason_and_the_rest_is_kept(street, store_folder, tmp_path):
    told, are = through_the_door(street, twin(tmp_path))

    assert told == are
    assert set(are) == {"taken", "doubled", "range"}


@real
@pytest.mark.django_db
def test_thirty_real_car_parks(street, store_folder):
    told, are = through_the_door(street, Path(FOLDER) / "observations" / "uci_birmingham_parking.csv")

    assert told == are
    assert sum(told.values()) == 35_717
    assert told["range"] == 373 + 12


@real
@pytest.mark.django_db
def test_a_real_room_is_taken_whole(street, store_folder):
    device = make_device(
        street, "ROOM-1", type="other", site="other", properties=list(ROOM), purpose="看护活动室", sees="温度和照度",
    )  # fmt: skip
    streams = dict(Datastream.objects.filter(thing=device.thing).values_list("observed_property__code", "pk"))
    with (Path(FOLDER) / "observations" / "uci_occupancy_train.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = [(streams[code], instant(row["Date"]), float(row[name])) for row in rows for code, name in ROOM.items()]
    batch = pa.RecordBatch.from_pydict(
        {
            "datastream": pa.array([each[0] for each in columns], pa.int32()),
            "at": pa.array([each[1] for each in columns], pa.int64()),
            "number": pa.array([each[2] for each in columns], pa.float64()),
        }
    )
    with opened():
        done = accept_batch(batch, sender=Sender.system(), received=datetime.now(UTC))

    assert (len(done.refused), done.doubled) == (0, 0)
    assert len(set(done.ids.tolist())) == 5 * len(rows) == 5 * 8_143
