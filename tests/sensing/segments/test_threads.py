"""One process does everything at once: rows come in, are committed, packed and asked for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from linli.sensing.segments import Store
from tests.sensing.segments.rows import HOUR, START, batch, ids_in_order, rows_of

ROUNDS = 60
HOURS = 5  # rounds of an hour


def test_rows_are_packed_and_read_while_others_come_in(tmp_path: Path) -> None:
    done = Event()
    with Store(tmp_path, "test", clock=lambda: START) as store, ThreadPoolExecutor(5) as pool:

        def write(estate: str) -> list[int]:
            log, ids = store.log(estate), []
            for n in range(ROUNDS):
                new = log.append(batch([(1, START + n // HOURS * HOUR + n, float(n)), (2, START, 0.0)]))
                ids += new.tolist()
                store.commit()
                store.correct(int(new[0]), {"number": n + 0.5})
                store.commit()
                assert store.get(int(new[0])) is not None
            return ids

        def until_done(work: Callable[[], object]) -> list[object]:
            found = []
            while not done.is_set():
                found.append(work())
            return found

        writers = [pool.submit(write, estate) for estate in ("here", "there")]
        packing = pool.submit(until_done, lambda: store.compact(START + 20 * HOUR, keep_raw=HOUR))
        counting = pool.submit(until_done, lambda: len(rows_of(store, columns=["at"])))
        reading = pool.submit(until_done, lambda: len(ids_in_order(store.log("here"))))
        written = [writer.result() for writer in writers]
        done.set()
        packing.result()

        for counts in (counting.result(), reading.result()):
            assert counts == sorted(counts)
        assert [one for log in store.logs() for one in ids_in_order(log)] == sorted(written[0] + written[1])
        assert sorted(row["number"] for row in rows_of(store, datastreams=[1])) == sorted(
            [n + 0.5 for n in range(ROUNDS)] * 2
        )
        assert store.verify() == []
