"""Whatever is done to a store, in whatever order and with the power cut anywhere, a dictionary says the same."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, given, settings

from linli.sensing.segments import Position, Store, StoreFailed, unpack_id
from tests.sensing.segments.disk import Disk, PowerCut
from tests.sensing.segments.rows import DAY, HOUR, START, batch, ids_in_order, rows_of

STREAMS = 4
COLUMNS = ["number", "at", "datastream"]
hours = st.integers(-5, 2)
what = st.one_of(
    st.tuples(
        st.just("append"),
        st.sampled_from(["here", "there"]),
        st.lists(st.tuples(st.integers(1, STREAMS), hours, st.integers(0, 9)), min_size=1, max_size=4),
    ),
    st.tuples(st.just("correct"), st.integers(0, 999), st.sampled_from(COLUMNS), st.integers(1, 4)),
    st.tuples(st.just("delete"), st.integers(0, 999)),
    st.tuples(st.just("commit")),
    st.tuples(st.just("commit")),
    st.tuples(st.just("tick")),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 24, 50])),
    st.tuples(st.just("compact"), st.sampled_from([0, 4, 48])),
    st.tuples(st.just("retain"), st.integers(1, STREAMS), st.sampled_from([0.1, 1, 2])),
    st.tuples(st.just("reopen")),
)
crashes = st.tuples(st.just("crash"), st.integers(0, 40), st.integers(0, 2**64 - 1))


class Choices:
    """Many small numbers out of one: how much of each unsynced thing survived."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, most: int) -> int:
        self.seed = (self.seed * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.seed >> 33) % (most + 1)


class Model:
    """The store beside the dictionary that says what it holds."""

    def __init__(self, folder: Path) -> None:
        self.top, self.opened = folder, 0
        self.now = START
        self.rows: dict[int, dict[str, Any]] = {}  # committed
        self.waiting: list[tuple[str, int, dict[str, Any]]] = []
        self.ticks = 0
        self.places: list[Position] = []
        self.root = self.top / "0"
        self.root.mkdir()
        self.open()

    def open(self) -> None:
        self.disk = Disk(self.root)
        self.store = Store(self.root, "test", files=self.disk, clock=lambda: self.now)
        self.logs = {estate: self.store.log(estate) for estate in ("here", "there")}
        for log in self.logs.values():
            assert log.writer is not None
            log.writer.max_items = 5

    def do(self, name: str, *given: Any) -> None:
        getattr(self, name)(*given)

    def append(self, estate: str, rows: list[tuple[int, int, int]]) -> None:
        made = [(stream, self.now + hour * HOUR, float(number)) for stream, hour, number in rows]
        ids = self.logs[estate].append(batch(made, self.now)).tolist()
        for id, (stream, at, number) in zip(ids, made, strict=True):  # noqa: A001
            values = {"datastream": stream, "at": at, "received": self.now, "number": number}
            self.waiting.append(("row", id, values))

    def _some(self, number: int) -> int | None:
        ids = sorted({*self.rows, *(one for kind, one, _ in self.waiting if kind == "row")})
        return ids[number % len(ids)] if ids else None

    def correct(self, number: int, column: str, value: int) -> None:
        if (one := self._some(number)) is not None:
            values = {column: self.now - value * HOUR if column == "at" else value}
            self.store.correct(one, values)
            self.waiting.append(("correct", one, values))

    def delete(self, number: int) -> None:
        if (one := self._some(number)) is not None:
            self.store.delete(one)
            self.waiting.append(("delete", one, {}))

    def tick(self) -> None:
        self.ticks += 1
        self.logs["here"].control("tick", {"count": self.ticks})

    def wait(self, count: int) -> None:
        self.now += count * HOUR

    def commit(self) -> None:
        self.store.commit()
        self.applied(self.waiting)

    def applied(self, changes: list[tuple[str, int, dict[str, Any]]]) -> None:
        for kind, one, values in changes:
            if kind == "row":
                self.rows[one] = dict(values)
            elif kind == "delete":
                self.rows.pop(one, None)
            elif one in self.rows:
                self.rows[one].update(values)
        self.waiting = []

    def compact(self, keep: int) -> None:
        self.store.compact(self.now, keep * HOUR)

    def retain(self, stream: int, days: float) -> None:
        self.store.retain({stream: days}, self.now)
        self.applied(self.waiting)  # it commits first
        limit = self.now - round(days * DAY)
        past = [one for one, row in self.rows.items() if row["datastream"] == stream and row["at"] < limit]
        for one in past:
            del self.rows[one]

    def reopen(self) -> None:
        self.store.close()
        self.waiting = []
        self.open()
        self.ticks = max([0, *self.read_ticks()])

    def read_ticks(self) -> list[int]:
        return [frame.payload["count"] for frame in self.logs["here"].read() if frame.kind == "tick"]

    def crash(self, at: int, seed: int, doing: tuple[Any, ...]) -> None:
        """The power goes at the operation `at` of what is done, or after it; then everything acknowledged is there."""
        self.disk.cut_at = len(self.disk.done) + at
        before, waiting = {one: dict(row) for one, row in self.rows.items()}, list(self.waiting)
        try:
            self.do(*doing)
            before, waiting = self.rows, self.waiting
        except (PowerCut, StoreFailed):
            waiting += [change for change in self.waiting if change not in waiting]
        may_go = self._past(before, waiting, doing)
        choose = Choices(seed)
        self.opened += 1
        self.root = self.top / str(self.opened)
        self.disk.after_crash(self.root, choose)
        self.disk.cut_at = None
        self.store.close()
        self.open()
        found = self._found()
        self._nothing_lost(found, before, waiting, may_go)
        self.rows, self.waiting = found, []
        self.ticks = max([0, *self.read_ticks()])
        ends = [log.end for log in self.logs.values()]
        self.places = [place for place in self.places if place <= ends[0]]

    def _past(self, rows: dict[int, Any], waiting: list[Any], doing: tuple[Any, ...]) -> set[int]:
        if doing[0] != "retain":
            return set()
        limit = self.now - round(doing[2] * DAY)
        versions = [*rows.items(), *((one, values) for _, one, values in waiting)]
        return {one for one, row in versions if row.get("at", 0) < limit or row.get("datastream") == doing[1]}

    def _found(self) -> dict[int, dict[str, Any]]:
        columns = ["datastream", "at", "received", "number"]
        found = rows_of(self.store, columns=columns)
        return {row["id"]: {name: row[name] for name in columns} for row in found}

    def _nothing_lost(
        self, found: dict[int, Any], before: dict[int, Any], waiting: list[Any], may_go: set[int]
    ) -> None:
        possible = {one: [row] for one, row in before.items()}
        for kind, one, values in waiting:
            if kind == "row":
                possible[one] = [values]
            elif kind == "correct" and one in possible:
                possible[one] += [{**row, **values} for row in possible[one]]
        optional = may_go | {one for kind, one, _ in waiting if kind in ("row", "delete")}
        assert {one for one in before if one not in found} <= optional
        assert [row for one, row in found.items() if row not in possible[one]] == []

    def check(self) -> None:
        expected = sorted(({**row, "id": one} for one, row in self.rows.items()), key=lambda r: (r["at"], r["id"]))
        columns = ["datastream", "at", "received", "number"]
        for store in (self.store, Store(self.root, writable=False)):
            assert rows_of(store, columns=columns) == expected
            assert rows_of(store, columns=columns, newest_first=True, limit=3) == expected[::-1][:3]
            part = {"datastreams": [2, 3], "since": START - HOUR, "until": self.now - HOUR}
            inside = [r for r in expected if r["datastream"] in (2, 3) and part["since"] <= r["at"] < part["until"]]
            assert rows_of(store, columns=columns, **part) == inside
            assert store.count(**part) == len(inside)
            last = {row["datastream"]: row for row in expected}
            found = store.latest(range(1, STREAMS + 1))
            assert {one: {name: row[name] for name in [*columns, "id"]} for one, row in found.items()} == last
            assert store.verify() == []
        for row in expected:
            kept = self.store.get(row["id"])
            assert kept is not None
            assert {name: kept[name] for name in row} == row
        self.check_order()

    def check_order(self) -> None:
        """In order come all rows that are left, none twice, and all control records; from any place the rest."""
        log = self.logs["here"]
        frames = list(log.read())
        ids = ids_in_order(log)
        assert ids == sorted(set(ids))
        assert {one for one in self.rows if unpack_id(one)[0] == log.number} <= set(ids)
        ticks = [frame.payload["count"] for frame in frames if frame.kind == "tick"]
        assert ticks == sorted(ticks)
        for place in self.places[-3:]:
            assert ids_in_order(log, place) == [one for one in ids if unpack_id(one)[1:] >= (place.segment, place.row)]
        self.places += [Position.parse(str(frame.position)) for frame in frames[-2:]]


@settings(
    max_examples=60,
    phases=set(Phase) - {Phase.explain},
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(st.one_of(what, what, what, crashes), max_size=25))
def test_a_store_says_what_a_dictionary_says_whatever_happens(steps: list[tuple[Any, ...]]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="linli-segments-"))
    model = Model(folder)
    try:
        for place, step in enumerate(steps):
            if step[0] == "crash":
                doing = steps[place - 1] if place and steps[place - 1][0] in ("compact", "retain") else ("commit",)
                model.crash(step[1], step[2], doing)
            else:
                model.do(*step)
            if place % 4 == 3:
                model.check()
        model.commit()
        model.check()
    finally:
        model.store.close()
        shutil.rmtree(folder)
