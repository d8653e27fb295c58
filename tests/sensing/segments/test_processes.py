"""Two processes at one store: a reader beside a writer, and a writer that is killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from linli.sensing.segments import Store, StoreBusy
from tests.sensing.segments.rows import ids_in_order, rows_of

ROOT = Path(__file__).parents[3]


@contextmanager
def writer(folder: Path, rows: int) -> Iterator["subprocess.Popen[str]"]:
    program = [sys.executable, "-m", "tests.sensing.segments.writer", str(folder), str(rows)]
    environment = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    with subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_killed_three_times_a_writer_has_all_it_acknowledged(tmp_path: Path) -> None:
    acknowledged: list[int] = []
    for kill in range(3):
        with writer(tmp_path, 100_000) as process:
            assert process.stdout is not None
            acknowledged += [int(process.stdout.readline()) for _ in range(120 + 7 * kill)]
            process.kill()
            acknowledged += [int(line) for line in process.stdout if line.endswith("\n")]

    with Store(tmp_path, "test") as store:
        ids = [row["id"] for row in rows_of(store, columns=[])]
        in_order = ids_in_order(store.log("here"))
        assert set(acknowledged) <= set(ids)
        assert in_order == sorted(ids)
        assert len(ids) - len(acknowledged) <= 3  # one commit of each life was not yet told
        assert store.verify() == []


def test_a_reader_follows_a_writer_and_sees_each_row_once(tmp_path: Path) -> None:
    rows = 400
    with writer(tmp_path, rows) as process:
        assert process.stdout is not None
        process.stdout.readline()
        reader = Store(tmp_path, writable=False)
        log = reader.log("here")
        place, numbers, ticks, counts = None, [], [], []
        until = monotonic() + 60
        while len(ticks) < rows and monotonic() < until:
            for frame in log.read(place):
                place = frame.position
                if frame.batch is not None:
                    numbers += frame.batch.column("number").to_pylist()
                else:
                    ticks.append(frame.payload["count"])
            counts.append(sum(batch.num_rows for batch in reader.scan(columns=["at"])))

    assert numbers == [float(n) for n in range(rows)]
    assert ticks == list(range(rows))
    assert counts == sorted(counts)


def test_a_second_writer_is_turned_away_with_what_to_do(tmp_path: Path) -> None:
    with Store(tmp_path, "test"), pytest.raises(StoreBusy) as told:
        Store(tmp_path, "test")

    assert str(told.value) == (
        f"Another process writes observations in {tmp_path}. Stop it first, or hand the readings to it."
    )
    Store(tmp_path, "test").close()
