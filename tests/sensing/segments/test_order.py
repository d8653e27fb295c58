"""What reaches the disk before what: nothing is acknowledged, named or left out too early."""

from pathlib import Path

import numpy as np
import pytest

from linli.sensing.segments import Store, StoreFailed
from tests.sensing.segments.disk import Disk, PowerCut
from tests.sensing.segments.rows import DAY, HOUR, START, batch, minutes, row, rows_of


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@pytest.fixture
def store(disk: Disk) -> Store:
    return Store(disk.root, "test", files=disk, clock=lambda: START)


def test_rows_are_synced_and_named_before_a_commit_returns(disk: Disk, store: Store) -> None:
    log = store.log("here")
    del disk.done[:]

    log.append(minutes(1, 2))
    assert disk.done == []
    store.commit()
    assert disk.done == [
        ("open", "0000001.seg"),
        ("write", "0000001.seg"),
        ("sync folder", "0001"),
        ("write", "0000001.seg"),
        ("sync", "0000001.seg"),
    ]
    del disk.done[:]
    log.append(minutes(1, 2))
    log.control("tick", {"now": 1})
    log.append(minutes(2, 2))
    store.commit()
    assert disk.done == [("write", "0000001.seg"), ("sync", "0000001.seg")]


def test_a_seal_is_synced_before_the_catalog_names_it_and_both_before_the_next_segment(
    disk: Disk, store: Store
) -> None:
    log = store.log("here")
    log.append(minutes(1, 1))
    store.commit()
    del disk.done[:]

    log.append(minutes(1, 1, START + HOUR))
    store.commit()

    assert disk.done == [
        ("write", "0000001.seg"),
        ("sync", "0000001.seg"),
        ("unlink", "catalog.json.tmp"),
        ("open", "catalog.json.tmp"),
        ("write", "catalog.json.tmp"),
        ("sync", "catalog.json.tmp"),
        ("rename", "catalog.json.tmp", "catalog.json"),
        ("sync folder", "0001"),
        ("open", "0000002.seg"),
        ("write", "0000002.seg"),
        ("sync folder", "0001"),
        ("write", "0000002.seg"),
        ("sync", "0000002.seg"),
    ]


def test_a_correction_is_written_after_the_rows_are_synced(disk: Disk, store: Store) -> None:
    log = store.log("here")
    store.correct(int(log.append(minutes(1, 1))[0]), {"number": 5.0})
    del disk.done[:]

    store.commit()

    assert disk.done.index(("sync", "0000001.seg")) < disk.done.index(("write", "corrections.seg.tmp"))
    assert disk.done[-2:] == [("write", "corrections.seg"), ("sync", "corrections.seg")]


def test_a_file_goes_only_after_the_catalog_names_the_one_in_its_place(disk: Disk, store: Store) -> None:
    log = store.log("here")
    for hour in range(2):
        log.append(minutes(1, 2, START + hour * HOUR))
        store.commit()
    del disk.done[:]

    store.compact(START + 5 * DAY)

    named = [n for n, what in enumerate(disk.done) if what == ("rename", "catalog.json.tmp", "catalog.json")]
    packs = [n for n, what in enumerate(disk.done) if what[0] == "rename" and what[-1].endswith(".parquet")]
    synced = [n for n, what in enumerate(disk.done) if what[0] == "sync" and ".parquet" in what[1]]
    gone = [n for n, what in enumerate(disk.done) if what[0] == "unlink" and what[1].endswith(".seg")]
    assert len(packs) == len(synced) == 1
    assert len(gone) == 2
    assert synced[0] < packs[0]
    assert any(packs[0] < n for n in named)
    assert max(named) < min(gone)


def test_nothing_acknowledged_is_lost_when_all_unsynced_is(tmp_path: Path) -> None:
    """The power goes at each operation in turn; the least and the most of what was not synced survives."""
    for cut in range(14):
        for most in (False, True):
            root = tmp_path / f"{cut}-{most}"
            root.mkdir()
            disk = Disk(root)
            store = Store(root, "test", files=disk, clock=lambda: START)
            log = store.log("here")
            log.append(batch([(1, START, 1.0)]))
            store.commit()
            log.append(batch([(1, START + HOUR, 2.0)]))
            disk.cut_at = len(disk.done) + cut
            try:
                store.commit()
                told = 2
            except StoreFailed:
                told = 1
            disk.after_crash(tmp_path / f"{cut}-{most}-after", (lambda n: n) if most else (lambda n: 0))
            disk.cut_at = None
            store.close()

            with Store(tmp_path / f"{cut}-{most}-after", "test", clock=lambda: START) as after:
                found = [row["number"] for row in rows_of(after)]
                assert found in ([1.0, 2.0][:told], [1.0, 2.0])
                assert after.verify() == []
                after.log("here").append(batch([(1, START + HOUR, 3.0)]))
                after.commit()
                assert [row["number"] for row in rows_of(after)] == [*found, 3.0]


def test_after_a_failed_commit_the_store_takes_nothing_until_it_is_opened_anew(disk: Disk, store: Store) -> None:
    log = store.log("here")
    kept = log.append(minutes(1, 1))
    store.commit()
    log.append(minutes(1, 1))
    disk.cut_at = len(disk.done)

    with pytest.raises(StoreFailed) as told:
        store.commit()
    assert isinstance(told.value.__cause__, PowerCut)
    disk.cut_at = None
    for write in (store.commit, lambda: log.append(minutes(1, 1)), lambda: store.delete(int(kept[0]))):
        with pytest.raises(StoreFailed):
            write()
    store.close()

    with Store(disk.root, "test") as anew:
        assert rows_of(anew) == [row(int(kept[0]), 1, START, 0.0)]


def test_a_tail_torn_at_any_byte_of_the_last_frame_costs_only_that_frame(disk: Disk, store: Store) -> None:
    log = store.log("here")
    first = log.append(minutes(1, 3))
    store.commit()
    whole = log.end
    log.append(minutes(2, 1))
    store.commit()
    store.close()
    path = log.folder / "0000001.seg"
    content = path.read_bytes()

    for size in range(whole.offset, len(content)):
        path.write_bytes(content[:size])
        reader = Store(disk.root, writable=False)
        assert [frame.position for frame in reader.log("here").read()] == [whole]
        assert [row["id"] for row in rows_of(reader)] == first.tolist()
        assert reader.verify() == []
    for size in range(whole.offset, len(content), 97):
        path.write_bytes(content[:size])
        with Store(disk.root, "test") as anew:
            ids = anew.log("here").append(minutes(3, 1))
            anew.commit()
            assert ids.tolist() == (np.arange(1) + first[-1] + 1).tolist()
            assert [row["datastream"] for row in rows_of(anew)] == [1, 3, 1, 1]
            assert anew.verify() == []
