"""Compaction changes nothing that is read; retention leaves nothing of what it drops."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linli.sensing.segments import Log, Position, Store
from tests.sensing.segments.rows import DAY, HOUR, START, batch, ids_in_order, minutes, row, rows_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, "test", clock=lambda: START) as store:
        yield store


def fill(store: Store, hours: int) -> list[int]:
    """An hour's worth of two datastreams and a tick, hour by hour."""
    log, ids = store.log("here"), []
    for hour in range(hours):
        ids += log.append(minutes(1, 3, START + hour * HOUR)).tolist()
        log.control("tick", {"hour": hour})
        ids += log.append(minutes(2, 3, START + hour * HOUR)).tolist()
        store.commit()
    return ids


def names(log: Log) -> list[str]:
    return sorted(path.name.rsplit("-", 1)[0] for path in log.folder.iterdir() if path.suffix in (".seg", ".parquet"))


def holds(folder: Path, token: str) -> list[str]:
    """The files with these bytes in them, or in them as Parquet."""
    found = [path.name for path in folder.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
    packs = [path for path in folder.rglob("*.parquet") if token in str(pq.read_table(path).to_pydict())]
    return sorted([*found, *(path.name for path in packs)])


def test_hours_are_packed_when_they_are_over_and_days_merged_when_those_are(store: Store) -> None:
    fill(store, 26)
    log = store.log("here")
    before = rows_of(store)
    frames = [(frame.kind, frame.payload) for frame in log.read()]

    store.compact(START + 3 * HOUR)
    assert names(log)[:4] == ["0000001-0000001", "0000001.seg", "0000002-0000002", "0000002.seg"]
    assert rows_of(store) == before
    store.compact(START + 26 * HOUR, keep_raw=20 * HOUR)
    assert names(log) == sorted(
        ["0000001-0000024", "0000025-0000025", "0000026-0000026", *(f"{n:07}.seg" for n in range(7, 27))]
    )
    assert rows_of(store) == before
    store.compact(START + 9 * DAY)
    assert names(log) == ["0000001-0000026"]
    assert rows_of(store) == before
    assert [(frame.kind, frame.payload) for frame in log.read()] == frames
    assert store.verify() == []


def test_a_position_of_before_compaction_goes_on_at_the_same_place_after_it(store: Store) -> None:
    ids = fill(store, 5)
    log = store.log("here")
    places = [str(frame.position) for frame in log.read()]
    rests = [ids_in_order(log, Position.parse(place)) for place in places]

    store.compact(START + 9 * DAY)

    assert [ids_in_order(log, Position.parse(place)) for place in places] == rests
    assert rests[0] == ids[3:]
    assert rests[-1] == []


def test_corrections_are_folded_in_and_later_ones_laid_over(store: Store) -> None:
    ids = fill(store, 2)
    store.correct(ids[0], {"number": 70.0})
    store.correct(ids[7], {"at": START - HOUR})
    store.delete(ids[1])
    store.commit()
    size = (store.log("here").folder / "corrections.seg").stat().st_size

    store.compact(START + 9 * DAY)
    store.correct(ids[0], {"number": 71.0})
    store.delete(ids[2])
    store.commit()

    found = rows_of(store, datastreams=[1], columns=["number"])
    assert found == [
        {"number": n, "id": one} for n, one in ((1.0, ids[7]), (71.0, ids[0]), (0.0, ids[6]), (2.0, ids[8]))
    ]
    assert store.get(ids[1]) is None
    assert (store.log("here").folder / "corrections.seg").stat().st_size < size
    store.compact(START + 9 * DAY)
    assert rows_of(store, datastreams=[1], columns=["number"]) == found
    assert ids_in_order(store.log("here")) == [ids[0], *ids[3:]]
    assert store.verify() == []


def test_a_scan_that_began_before_compaction_ends_as_it_began(store: Store) -> None:
    fill(store, 30)
    store.compact(START + 20 * HOUR)
    expected = rows_of(store, columns=["at"])

    reading = store.scan(columns=["at"])
    seen = next(reading).to_pylist()
    store.compact(START + 9 * DAY)
    seen += [found for part in reading for found in part.to_pylist()]

    assert seen == expected


def test_retention_leaves_no_byte_of_a_dropped_row(store: Store) -> None:
    log = store.log("here")
    for hour in range(3):
        text = [f'"token-{hour}"', f'"other-{hour}"']
        rows = batch([(1, START + hour * HOUR, 1.0), (2, START + hour * HOUR, 2.0)])
        ids = log.append(rows.append_column("text", pa.array(text)))
        store.commit()
        store.correct(int(ids[0]), {"extra": f'{{"token-{hour}": 1}}'})
        store.commit()
    store.compact(START + 2 * HOUR)  # the first two hours lie in packs and raw, the third is open
    assert len(holds(store.folder, "token-0")) > 1

    store.retain({1: 1 / 24}, START + 2 * HOUR + HOUR // 2)

    assert [holds(store.folder, f"token-{hour}") for hour in (0, 1)] == [[], []]
    assert holds(store.folder, "token-2") != []
    assert [(found["datastream"], found["at"]) for found in rows_of(store)] == [
        (2, START),
        (2, START + HOUR),
        (1, START + 2 * HOUR),
        (2, START + 2 * HOUR),
    ]
    assert store.verify() == []
    store.retain({1: 0}, START + 3 * HOUR)
    assert holds(store.folder, "token") == []
    assert store.verify() == []


def test_a_row_of_the_running_hour_that_a_correction_made_old_goes_at_once(store: Store) -> None:
    ids = store.log("here").append(batch([(1, START, 1.0), (2, START, 2.0), (2, START - 9 * HOUR, 3.0)])).tolist()
    store.commit()
    store.correct(ids[0], {"at": START - 3 * HOUR})
    store.correct(ids[2], {"datastream": 1})

    store.retain({1: 0.1}, START)

    assert rows_of(store) == [row(ids[1], 2, START, 2.0)]
    assert store.verify() == []


def test_segments_with_nothing_left_go_whole_and_their_ids_with_them(store: Store) -> None:
    ids = fill(store, 48)
    log = store.log("here")
    store.compact(START + 9 * DAY)
    later = log.append(minutes(1, 1, START + 9 * DAY))
    store.commit()

    store.retain({1: 1, 2: 1}, START + 9 * DAY)

    assert names(log) == ["0000049.seg"]
    assert rows_of(store) == [row(int(later[0]), 1, START + 9 * DAY, 0.0)]
    assert ids_in_order(log) == later.tolist()
    assert ids_in_order(log, Position.parse("3:100:2:1")) == later.tolist()
    with pytest.raises(LookupError):
        store.correct(ids[0], {"number": 1.0})
    assert store.verify() == []


def test_an_hour_of_the_care_stream_is_gone_after_48_hours_and_a_withdrawn_consent_at_once(store: Store) -> None:
    care = store.log("here", "care")
    for hour in (0, 1, 2):
        care.append(batch([(5, START + hour * HOUR, 1.0), (6, START + hour * HOUR, 0.0)]))
        store.commit()
    store.compact(START + 40 * HOUR)
    assert names(care) == ["0000001.seg", "0000002.seg", "0000003.seg"]

    store.retain({}, START + 48 * HOUR)
    assert names(care) == ["0000002.seg", "0000003.seg"]
    store.retain({5: 0}, START + 48 * HOUR)
    found = rows_of(store, streams=["care"], columns=["datastream", "at"])
    assert [(one["datastream"], one["at"]) for one in found] == [(6, START + HOUR), (6, START + 2 * HOUR)]
    assert store.verify() == []
    store.retain({}, START + 60 * HOUR)
    assert [path.name for path in care.folder.iterdir() if path.name != "catalog.json"] == []
    assert store.verify() == []
    (later,) = care.append(batch([(6, START + 61 * HOUR, 1.0)]))
    store.commit()
    assert [one["id"] for one in rows_of(store, streams=["care"])] == [later]
