"""What was changed behind the store's back is found, with its file."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.sensing.observations_command import run
from linli.sensing.segments import Log, Store
from tests.sensing.segments.rows import DAY, HOUR, START, minutes


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A day of hours in a pack, two sealed hours that lie raw too, and an open one."""
    with Store(tmp_path, "test", clock=lambda: START) as store:
        log = store.log("here")
        for hour in (0, 1, 24, 25, 26):
            ids = log.append(minutes(1, 3, START + hour * HOUR))
            log.control("tick", {"hour": hour})
            store.commit()
        store.compact(START + 25 * HOUR, keep_raw=20 * HOUR)
        store.correct(int(ids[0]), {"number": 5.0})
        store.commit()
        assert [path.name for path in files(store.log("here"))] == [
            "0000001-0000002-0000001.controls",
            "0000001-0000002-0000001.parquet",
            "0000003-0000003-0000002.controls",
            "0000003-0000003-0000002.parquet",
            "0000003.seg",
            "0000004.seg",
            "0000005.seg",
            "catalog.json",
            "corrections.seg",
        ]
        assert store.verify() == []
        yield store


def files(log: Log) -> list[Path]:
    return sorted(log.folder.iterdir())


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]


def found_in(store: Store) -> set[str]:
    return {finding.file.name for finding in Store(store.folder, writable=False).verify()}


def test_a_flipped_byte_is_found_wherever_it_is(store: Store) -> None:
    for path in files(store.log("here")):
        if path.name in ("0000005.seg", "corrections.seg", "catalog.json"):
            continue
        content = path.read_bytes()
        for place in range(0, len(content), max(1, len(content) // 60)):
            path.write_bytes(flipped(content, place))
            assert found_in(store) == {path.name}, place
        path.write_bytes(content)
    assert found_in(store) == set()


def test_a_flipped_byte_of_a_correction_or_of_an_acknowledged_row_is_found_by_the_writer(store: Store) -> None:
    for name in ("0000005.seg", "corrections.seg"):
        path = store.log("here").folder / name
        content = path.read_bytes()
        for place in range(0, len(content), max(1, len(content) // 30)):
            path.write_bytes(flipped(content, place))
            assert {finding.file.name for finding in store.verify()} >= {name}, place
        path.write_bytes(content)
    assert store.verify() == []


def test_a_reader_tells_a_damaged_frame_from_a_torn_tail_by_the_whole_ones_after_it(store: Store) -> None:
    path = store.log("here").folder / "0000005.seg"
    content = path.read_bytes()

    path.write_bytes(flipped(content, 40))
    assert found_in(store) >= {"0000005.seg"}
    path.write_bytes(content[:-10])
    assert found_in(store) == set()


def test_damaged_rows_that_were_acknowledged_are_set_aside_when_the_store_is_opened(store: Store) -> None:
    log = store.log("here")
    path, aside = log.folder / "0000005.seg", log.folder / "0000005.cut"
    store.close()
    content = path.read_bytes()
    place = content.find(b"LLF1", 8)
    path.write_bytes(flipped(content, place + 30))

    with Store(store.folder, "test") as anew:
        assert aside.read_bytes() == flipped(content, place + 30)[place:]
        assert found_in(anew) == {"0000005.cut", "corrections.seg"}
        anew.compact(START + 9 * DAY)
        assert not aside.exists()


def test_a_removed_an_exchanged_and_a_cut_file_are_found(store: Store) -> None:
    log = store.log("here")
    for path in files(log):
        if path.name in ("catalog.json", "corrections.seg", "0000005.seg"):
            continue
        kept = path.read_bytes()
        path.unlink()
        assert path.name in found_in(store)
        path.write_bytes(kept[:-1])
        assert path.name in found_in(store)
        path.write_bytes(kept)
    third, fourth = log.folder / "0000003.seg", log.folder / "0000004.seg"
    kept = third.read_bytes()
    shutil.copy(fourth, third)
    assert found_in(store) == {"0000003.seg"}
    third.write_bytes(kept)
    assert found_in(store) == set()


def test_a_segment_taken_out_of_the_catalog_too_is_missed(store: Store) -> None:
    path = store.log("here").folder / "catalog.json"
    catalog = json.loads(path.read_text())
    del catalog["segments"][2]
    catalog["packs"] = catalog["packs"][:1]
    path.write_text(json.dumps(catalog))

    words = [str(finding) for finding in Store(store.folder, writable=False).verify()]

    assert words == [f"{path}, byte 0: Segments 3 to 3 are missing; retention did not take them."]


def test_a_catalog_that_cannot_be_read_is_a_finding(store: Store) -> None:
    (store.log("here").folder / "catalog.json").write_text("{")

    assert found_in(store) == {"catalog.json"}


def test_the_command_prints_what_it_finds_and_ends_with_1(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.close()
    assert run("verify", folder=store.folder) == 0
    assert capsys.readouterr().out == f"The observations in {store.folder} are as they were written.\n"
    (store.log("here").folder / "0000004.seg").unlink()

    assert run("verify", folder=store.folder) == 1

    said = capsys.readouterr().out
    assert said.startswith(f"{store.log('here').folder / '0000004.seg'}, byte 0: The segment is missing.\n")


def test_the_command_compacts_and_retains_unless_another_process_writes(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("compact", folder=store.folder, now=START + 9 * DAY) == 1
    assert "Another process writes observations" in capsys.readouterr().out
    store.close()

    assert run("compact", folder=store.folder, now=START + 9 * DAY) == 0
    assert list(store.log("here").folder.glob("*.seg")) == [store.log("here").folder / "corrections.seg"]
    assert run("retain", folder=store.folder, days={1: 1}, now=START + 9 * DAY) == 0
    assert Store(store.folder, writable=False).count() == 0
