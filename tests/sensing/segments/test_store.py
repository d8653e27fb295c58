"""What is appended comes out again: in order, by question, corrected, and by its id."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from linli.sensing.segments import SchemaError, Store, StoreError, pack_id, unpack_id
from tests.sensing.segments.rows import DAY, HOUR, START, batch, ids_in_order, minutes, row, rows_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, "test", clock=lambda: START) as store:
        yield store


def test_an_id_says_where_its_row_lies_and_fits_a_number_of_json() -> None:
    ids = pack_id(1023, np.array([1, 2**20 - 1]), np.array([0, 2**23 - 1]))

    assert ids.tolist() == [(1023 << 43) + (1 << 23), 2**53 - 1]
    assert [part.tolist() for part in np.broadcast_arrays(*unpack_id(ids))] == [
        [1023, 1023],
        [1, 2**20 - 1],
        [0, 2**23 - 1],
    ]
    assert unpack_id(pack_id(3, 4, 5)) == (3, 4, 5)


def test_rows_and_controls_come_in_the_order_they_were_given(store: Store) -> None:
    log = store.log("here")
    log.control("rules", {"version": 1})
    first = log.append(minutes(1, 2))
    second = log.append(minutes(2, 1))
    log.control("tick", {"now": START})
    third = log.append(minutes(1, 1))
    store.commit()

    frames = list(log.read())

    assert [frame.kind for frame in frames] == ["rules", "rows", "tick", "rows"]
    assert [frame.payload for frame in frames if frame.kind != "rows"] == [{"version": 1}, {"now": START}]
    assert [frame.ids.tolist() for frame in frames if frame.ids is not None] == [[*first, *second], [*third]]
    assert frames[1].batch is not None
    assert frames[1].batch.column("datastream").to_pylist() == [1, 1, 2]
    assert list(log.read(frames[-1].position)) == []
    assert log.end == frames[-1].position
    assert ids_in_order(log, frames[2].position) == third.tolist()


def test_nothing_is_seen_before_it_is_committed(store: Store) -> None:
    log = store.log("here")
    ids = log.append(minutes(1, 1))

    assert (rows_of(store), list(log.read()), store.get(ids[0])) == ([], [], None)
    store.commit()
    assert rows_of(store) == [row(int(ids[0]), 1, START, 0.0)]
    assert store.get(ids[0]) == row(int(ids[0]), 1, START, 0.0)


def test_a_new_hour_of_arrival_begins_a_segment_and_a_late_reading_does_not(store: Store) -> None:
    log = store.log("here")
    arrivals = [START, START + HOUR - 1, START + HOUR, START + HOUR - 1, START + 5 * HOUR]
    ids = np.concatenate([log.append(batch([(1, START, 0.0)], received)) for received in arrivals])
    store.commit()

    assert unpack_id(ids)[1].tolist() == [1, 1, 2, 2, 3]
    assert sorted(path.name for path in log.folder.glob("*.seg")) == ["0000001.seg", "0000002.seg", "0000003.seg"]


def test_a_full_segment_is_followed_by_another_in_the_same_hour(store: Store) -> None:
    log = store.log("here")
    assert log.writer is not None
    log.writer.max_rows = 5

    ids = [log.append(minutes(1, 3)) for _ in range(3)]
    store.commit()

    assert [unpack_id(part)[1].tolist() for part in ids] == [[1] * 3, [2] * 3, [3] * 3]
    with pytest.raises(StoreError, match="at most 5 rows"):
        log.append(minutes(1, 6))


def test_rows_that_are_no_observations_are_refused(store: Store) -> None:
    log = store.log("here")
    good = minutes(1, 2)

    for bad, words in [
        (good.drop_columns(["at"]), "Missing columns: at."),
        (good.append_column("face", pa.array(["a", "b"])), "Unknown columns: face."),
        (good.set_column(1, "at", pa.array([None, 5], pa.int64())), "Column at has empty values"),
        (good.set_column(1, "at", pa.array(["x", "y"])), "A column has the wrong type"),
    ]:
        with pytest.raises(SchemaError, match=words):
            log.append(bad)
    store.commit()
    assert rows_of(store) == []


def test_a_question_gives_only_its_datastreams_time_and_columns(store: Store) -> None:
    here, there = store.log("here"), store.log("there")
    here.append(minutes(1, 5))
    ids = there.append(minutes(2, 5))
    here.append(minutes(3, 5))
    store.commit()

    found = rows_of(store, datastreams=[2, 9], since=START + 60_000_000, until=START + 180_000_000, columns=["number"])

    assert found == [{"number": 1.0, "id": ids[1]}, {"number": 2.0, "id": ids[2]}]
    assert rows_of(store, estates=["there"], columns=["number"], newest_first=True, limit=1) == [
        {"number": 4.0, "id": ids[4]}
    ]
    assert rows_of(store, datastreams=[]) == []
    with pytest.raises(KeyError, match="face"):
        store.scan(columns=["face"])


def test_a_correction_shows_at_once_and_a_deleted_row_is_gone(store: Store) -> None:
    log = store.log("here")
    ids = log.append(minutes(1, 4)).tolist()
    store.commit()
    store.correct(ids[0], {"number": 9.5, "text": '"ok"'})
    store.correct(ids[1], {"at": START + DAY, "datastream": 7})
    store.delete(ids[2])
    assert store.get(ids[0]) == row(ids[0], 1, START, 0.0)
    store.commit()

    expected = [
        row(ids[0], 1, START, 9.5, text='"ok"'),
        row(ids[3], 1, START + 180_000_000, 3.0),
        row(ids[1], 7, START + DAY, 1.0, received=START + 60_000_000),
    ]
    assert rows_of(store) == expected
    assert [store.get(one) for one in (ids[0], ids[3], ids[1], ids[2])] == [*expected, None]
    assert rows_of(store, datastreams=[7], since=START + HOUR) == expected[2:]
    assert store.latest([1, 7]) == {1: expected[1], 7: expected[2]}
    assert [frame.kind for frame in log.read()] == ["rows", "correct", "correct", "delete"]
    assert ids_in_order(log) == ids


@pytest.mark.parametrize("id", [0, -1, 5, pack_id(1, 1, 4), pack_id(1, 2, 0), pack_id(9, 1, 0), 2**53])
def test_what_was_never_given_out_can_be_neither_corrected_nor_deleted_nor_got(store: Store, id: int) -> None:  # noqa: A002
    store.log("here").append(minutes(1, 4))
    store.commit()

    with pytest.raises(LookupError):
        store.correct(id, {"number": 1.0})
    with pytest.raises(LookupError):
        store.delete(id)
    assert store.get(id) is None


def test_only_what_was_observed_can_be_corrected_and_only_by_what_fits(store: Store) -> None:
    (one,) = store.log("here").append(minutes(1, 1))

    for values in ({"received": 1}, {"message": 1}, {"plate": "x"}, {"number": "much"}, {"at": None}):
        with pytest.raises(SchemaError):
            store.correct(one, values)


def test_the_care_stream_is_read_only_where_it_is_named_and_never_backed_up(store: Store) -> None:
    main, care = store.log("here"), store.log("here", "care")
    main.append(minutes(1, 1))
    (one,) = care.append(minutes(2, 1))
    store.commit()

    assert care.folder == store.folder / "care" / "0002"
    assert [found["datastream"] for found in rows_of(store)] == [1]
    assert rows_of(store, streams=["care"]) == [row(int(one), 2, START, 0.0)]
    assert store.latest([2]) == {}
    assert [path.relative_to(store.folder).as_posix() for path in store.backup_paths()] == [
        "logs.json",
        "0001/0000001.seg",
    ]


def test_a_series_has_the_rows_where_they_are_few_and_buckets_where_they_are_many(store: Store) -> None:
    store.log("here").append(minutes(1, 60))
    store.log("there").append(batch([(1, START + 30_000_000, 100.0), (1, START, float("nan"))]))
    store.commit()

    few = store.series(1, START, START + 180_000_000, 10)
    assert few.times.tolist() == [START, START + 30_000_000, START + 60_000_000, START + 120_000_000]
    assert few.mean.tolist() == few.min.tolist() == few.max.tolist() == [0.0, 100.0, 1.0, 2.0]
    many = store.series(1, START, START + HOUR, 4)
    assert many.times.tolist() == [START + n * HOUR // 4 for n in range(4)]
    assert many.min.tolist() == [0.0, 15.0, 30.0, 45.0]
    assert many.max.tolist() == [100.0, 29.0, 44.0, 59.0]
    assert many.mean.tolist() == [205 / 16, 22.0, 37.0, 52.0]
    assert store.series(8, START, START + HOUR, 4).times.tolist() == []
    with pytest.raises(ValueError, match="a span of time"):
        store.series(1, START, START, 4)


def test_logs_keep_their_numbers_and_another_installation_is_turned_away(tmp_path: Path) -> None:
    with Store(tmp_path, "ours") as store:
        assert [store.log(estate).number for estate in ("a", "b", "a")] == [1, 2, 1]
        assert store.log("a", "care").number == 3
    with Store(tmp_path, "ours") as store:
        assert [(log.number, log.estate, log.stream) for log in store.logs()] == [
            (1, "a", "main"),
            (2, "b", "main"),
            (3, "a", "care"),
        ]
    with pytest.raises(StoreError, match="belong to the installation ours"):
        Store(tmp_path, "theirs")


def test_a_reader_can_write_nothing_and_sees_new_logs_as_they_come(tmp_path: Path) -> None:
    reader = Store(tmp_path / "later", writable=False)
    assert (reader.logs(), rows_of(reader)) == ([], [])

    with Store(tmp_path / "later", "test") as store:
        (one,) = store.log("here").append(minutes(1, 1))
        store.commit()
        assert rows_of(reader) == [row(int(one), 1, START, 0.0)]
        with pytest.raises(StoreError, match="for reading only"):
            reader.log("here").append(minutes(1, 1))
        with pytest.raises(LookupError):
            reader.log("there")
