"""A small estate and rules of every kind, for the tests of this folder."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from linli.engines.rules import (
    Absence,
    Batch,
    Condition,
    Count,
    Held,
    Rule,
    Select,
    Sequence,
    Stream,
    Threshold,
    Together,
)

HIGH = Condition(">", 5)
PLACE = {"estate": "e", "building": "eb", "entrance": "eb1"}


def stream(number: int, code: str = "heat", device: int | None = None, **where: str) -> Stream:
    where = PLACE | where
    return Stream(number, code, number if device is None else device, where.pop("path", where["entrance"]), **where)


def rule(pattern: object, lineage: str = "r", **given: object) -> Rule:
    fields = {"version": 1, "select": Select(("heat",)), "key": "device"} | given
    return Rule(lineage, pattern=pattern, **fields)


STREAMS = [
    stream(3, "heat", 1), stream(4, "door", 1), stream(7, "heat", 2, entrance="eb2"), stream(9, "door", 2, site="lift"),
    stream(12, "heat", 3, building="ec", entrance="ec1", site="lift"),
    stream(20, "heat", 4, building="ec", entrance=""), stream(21, "heat", 4, building="ec", entrance=""),
    stream(30, "door", 5, estate="f", building="fa", entrance="fa1"),
    stream(31, "heat", 5, estate="f", building="fa", entrance="fa1"),
]  # fmt: skip
conditions = st.builds(Condition, st.sampled_from([">", ">=", "<", "<=", "==", "!="]), st.integers(0, 9).map(float))
anything = conditions | st.just(Condition("any"))
spans = st.integers(1, 12)


@st.composite
def of_codes(draw: st.DrawFn, codes: tuple[str, ...]) -> Condition:
    return replace(draw(anything), property=draw(st.sampled_from(["", *codes])))


@st.composite
def patterns(draw: st.DrawFn, codes: tuple[str, ...], key: str) -> object:
    kinds = ["threshold", "count", "held", "absence", "sequence"]
    kind = draw(st.sampled_from([*kinds, "together", "together"] if key not in ("datastream", "device") else kinds))
    if kind == "threshold":
        grades = draw(st.lists(st.sampled_from(["notice", "warning", "alarm"]), min_size=1, max_size=3, unique=True))
        op = draw(st.sampled_from([">", ">=", "<", "<=", "==", "!="]))
        return Threshold(op, tuple((grade, float(draw(st.integers(0, 9)))) for grade in grades))
    if kind == "count":
        return Count(draw(of_codes(codes)), draw(st.integers(1, 10)), draw(spans))
    if kind == "held":
        return Held(replace(draw(conditions), property=draw(st.sampled_from(["", *codes]))), draw(spans))
    if kind == "absence":
        return Absence(draw(spans))
    if kind == "sequence":
        return Sequence(draw(of_codes(codes)), draw(of_codes(codes)), draw(spans), draw(st.booleans()))
    return Together(draw(of_codes(codes)), draw(st.integers(1, 3)), draw(spans))


@st.composite
def rules(draw: st.DrawFn, lineage: str, alerts: tuple[str, ...] = ()) -> Rule:
    key = draw(
        st.sampled_from(
            ["entrance", "building", "estate"] if alerts else ["datastream", "device", "entrance", "building", "estate"]
        )
    )
    codes = alerts or tuple(draw(st.lists(st.sampled_from(["heat", "door"]), min_size=1, max_size=2, unique=True)))
    select = Select(() if alerts else codes, alerts, places=draw(st.sampled_from([(), ("eb",), ("e", "fa1")])))
    return Rule(
        lineage, 1, select, key, draw(patterns(codes, key)), draw(st.sampled_from(["notice", "warning", "alarm"])),
        draw(st.sampled_from([0, 0, 3, 8])), draw(st.sampled_from([None, 0, 2, 6])),
    )  # fmt: skip


@st.composite
def books(draw: st.DrawFn) -> list[Rule]:
    """Some rules over readings, and rules over the alerts of those."""
    first = [draw(rules(f"first{index}")) for index in range(draw(st.integers(1, 4)))]
    names = tuple(rule.lineage for rule in first)
    taken = [draw(st.lists(st.sampled_from(names), min_size=1, unique=True)) for _ in range(draw(st.integers(0, 2)))]
    return first + [draw(rules(f"second{index}", tuple(codes))) for index, codes in enumerate(taken)]


@st.composite
def hours(draw: st.DrawFn, book: list[Rule]) -> dict[str, np.ndarray]:
    found = {}
    for each in book:
        if draw(st.integers(0, 3)) == 0:
            ends = sorted(draw(st.sets(st.integers(0, 60), max_size=6)))
            found[each.lineage] = np.array(ends[: len(ends) // 2 * 2], np.int64).reshape(-1, 2)
    return found


numbers = st.sampled_from([*(each.id for each in STREAMS), 99])
readings = st.lists(st.tuples(st.integers(0, 50), numbers, st.integers(0, 9).map(float)), max_size=60)


def batch(rows: list[tuple[int, int, float]]) -> Batch:
    """(at, stream, value) in order of arrival."""
    at, number, value = zip(*rows, strict=True) if rows else ((), (), ())
    return Batch.of(number, at, value)


def told(outputs: object) -> tuple[set, set]:
    return set(outputs.alerts), set(outputs.cleared)


def union(many: list) -> tuple[set, set]:
    pairs = [told(each) for each in many]
    return set().union(*(alerts for alerts, _ in pairs)), set().union(*(cleared for _, cleared in pairs))
