"""Rules and sources as the index arrays that the kernel runs over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, nextafter

import numpy as np
from numpy.typing import NDArray

from linli.engines.rules import kernel, model
from linli.engines.rules.kernel import FAR, FIRST, NEVER, THEN, Column32, K
from linli.engines.rules.model import GRADES, Condition, Rule
from linli.engines.rules.sources import Source, selected

KINDS = {
    model.Threshold: kernel.THRESHOLD, model.Count: kernel.COUNT, model.Held: kernel.HELD,
    model.Absence: kernel.ABSENCE, model.Sequence: kernel.SEQUENCE, model.Together: kernel.TOGETHER,
}  # fmt: skip
NOTHING = (inf, -inf, False)
LEAST_ROOM = 4096
ORDER = 1 << 14
Hours = Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True)
class Plan:
    """One stage: its rules, its sources and what the kernel holds of them.

    `names`: the key of each slot.  `spans`: the slots of each rule.  `counted`: the members of each slot, by name.
    """

    rules: tuple[Rule, ...]
    sources: tuple[Source, ...]
    k: K
    names: list[str]
    spans: list[tuple[int, int]]
    counted: dict[int, dict[str, int]]

    @property
    def slots(self) -> int:
        return len(self.names)


def on_arrival(rule: Rule) -> bool:
    """Whether alarms of this rule wait for no watermark."""
    return isinstance(rule.pattern, model.Threshold) and "alarm" in dict(rule.pattern.grades) and not rule.second_stage


def bound(op: str, value: float) -> tuple[float, float, bool]:
    """(least, greatest, outside): the condition as an interval that includes its ends, or what lies outside of it."""
    return {
        ">": (nextafter(value, inf), inf, False), ">=": (value, inf, False),
        "<": (-inf, nextafter(value, -inf), False), "<=": (-inf, value, False),
        "==": (value, value, False), "!=": (value, value, True), "any": (-inf, inf, False),
    }[op]  # fmt: skip


def bounds(rule: Rule) -> list[tuple[float, float, bool]]:
    """Three: of notice, warning and alarm for a threshold, else of the pattern's conditions."""
    pattern = rule.pattern
    if isinstance(pattern, model.Threshold):
        values = dict(pattern.grades)
        return [bound(pattern.op, values[name]) if name in values else NOTHING for name in GRADES]
    found = [bound(condition.op, condition.value) for _name, condition in model.conditions(pattern)]
    return [*found, NOTHING, NOTHING, NOTHING][:3]


def parameters(rules: Sequence[Rule], hours: Hours) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """The columns of `rules`, their bounds (rules, 3, 2) and the intervals of all hours (n, 2)."""
    table = np.zeros((len(rules), 10), np.int64)
    limits = np.zeros((len(rules), 3, 2))
    intervals: list[NDArray[np.int64]] = [np.zeros((0, 2), np.int64)]
    begun = 0
    for row, rule in enumerate(rules):
        pattern = rule.pattern
        negated = isinstance(pattern, model.Sequence) and pattern.negated
        times = getattr(pattern, "times", getattr(pattern, "devices", 0))
        own = hours.get(rule.lineage)
        first, end = (-1, -1) if own is None else (begun, begun + len(own))
        if own is not None:
            intervals.append(np.asarray(own, np.int64).reshape(-1, 2))
            begun = end
        unlike = 0
        for index, (least, greatest, outside) in enumerate(bounds(rule)):
            limits[row, index] = least, greatest
            unlike |= outside << index
        table[row] = (
            kernel.NEGATED if negated else KINDS[type(pattern)], GRADES.index(rule.grade) + 1, times, pattern.window,
            rule.suppress, -1 if rule.clear is None else rule.clear, first, end, unlike, on_arrival(rule),
        )  # fmt: skip
    return table, limits, np.concatenate(intervals)


def role(rule: Rule, source: Source) -> int:
    """What a reading of the source may be to the pattern: FIRST, THEN, both, or 0."""
    found = 0
    parts = [condition for _name, condition in model.conditions(rule.pattern)] or [Condition("any")]
    for bit, condition in zip((FIRST, THEN), parts, strict=False):
        found |= bit * (condition.property in ("", source.code))
    return found


class Builder:
    """Numbers the slots, members and places in rings of one stage."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self.counted: dict[int, dict[str, int]] = {}
        self.info: list[tuple[int, int, int]] = []
        self.entries: list[tuple[int, int, int, int, int]] = []  # source, and the columns of `entries`
        self.alarms: list[tuple[int, int, int]] = []
        self.ring = self.members = 0

    def add(self, row: int, rule: Rule, looking: Sequence[tuple[int, Source]]) -> None:
        first = len(self.names)
        keys = {
            name: first + index for index, name in enumerate(sorted({source.key(rule.key) for _i, source in looking}))
        }
        self.names += keys
        self.spans.append((first, len(self.names)))
        if isinstance(rule.pattern, model.Together):
            self.count_members(row, rule, looking, keys)
        else:
            times = rule.pattern.times if isinstance(rule.pattern, model.Count) else 0
            for _key in keys:
                self.info.append((self.ring, self.ring + times, row))
                self.ring += times
        for number, source in looking:
            slot, part = keys[source.key(rule.key)], role(rule, source)
            if part:
                self.entries.append((number, slot, row, part, self.counted.get(slot, {}).get(source.member, -1)))
            if on_arrival(rule):
                self.alarms.append((number, slot, row))

    def count_members(
        self, row: int, rule: Rule, looking: Sequence[tuple[int, Source]], keys: Mapping[str, int]
    ) -> None:
        groups: dict[int, set[str]] = {slot: set() for slot in keys.values()}
        for _number, source in looking:
            groups[keys[source.key(rule.key)]].add(source.member)
        for slot, group in groups.items():
            self.counted[slot] = {name: self.members + index for index, name in enumerate(sorted(group))}
            self.info.append((self.members, self.members + len(group), row))
            self.members += len(group)


def by_source(rows: Sequence[tuple[int, ...]], sources: int, width: int) -> tuple[Column32, Column32]:
    """(starts (sources + 1,), rows (n, width)): those of source i are from starts[i] to before starts[i + 1]."""
    table = np.array(rows, np.int32).reshape(-1, width + 1)
    table = table[np.argsort(table[:, 0], kind="stable")]
    starts = np.searchsorted(table[:, 0], np.arange(sources + 1)).astype(np.int32)
    return starts, np.ascontiguousarray(table[:, 1:])


def parts_of(starts: Column32, entries: Column32) -> tuple[Column32, Column32]:
    """(parts, columns) as `K` has them."""
    looks = [
        tuple(map(tuple, entries[first:end, [kernel.RULE, kernel.ROLE]].tolist())) for first, end in pairwise(starts)
    ]
    group: dict[int, int] = {}

    def root(rule: int) -> int:
        while group.setdefault(rule, rule) != rule:
            rule = group[rule]
        return rule

    for look in set(looks):
        for rule, _role in look:
            group[root(rule)] = root(look[0][0])
    alike: dict[int, set[tuple[tuple[int, ...], ...]]] = {}
    for look in set(looks) - {()}:
        alike.setdefault(root(look[0][0]), set()).add(look)
    number = {first: index for index, first in enumerate(alike, 1)}
    columns = [0, *(len(next(iter(each))) if len(each) == 1 else 0 for each in alike.values())]
    parts = [number[root(look[0][0])] if look else 0 for look in looks]
    return np.array(parts, np.int32), np.array(columns, np.int32)


def make_plan(rules: Sequence[Rule], sources: Sequence[Source], hours: Hours) -> Plan:
    """A stage that has seen nothing yet."""
    built = Builder()
    number = {source.number: index for index, source in enumerate(sources)}
    for row, rule in enumerate(rules):
        built.add(row, rule, [(number[source.number], source) for source in selected(rule, sources)])
    table, limits, intervals = parameters(rules, hours)
    starts, entries = by_source(built.entries, len(sources), 4)
    alarm_starts, alarms = by_source(built.alarms, len(sources), 2)
    count = len(built.names)
    room = LEAST_ROOM + 2 * kernel.MOST_TOLD * len(rules)
    parts, columns = parts_of(starts, entries)
    slots = np.full((count, kernel.SLOT_COLUMNS), NEVER, np.int64)
    slots[:, [kernel.DUE, kernel.QUIET, kernel.CHECK]] = FAR
    info = np.array(built.info, np.int64).reshape(-1, 3)
    if count:
        slots[table[info[:, 2], kernel.KIND] == kernel.COUNT, kernel.BASE] = 0
    k = K(
        numbers=np.array([source.number for source in sources], np.int32),
        starts=starts, entries=entries, alarm_starts=alarm_starts, alarms=alarms,
        rules=table, bounds=limits, hours=intervals, info=info,
        slots=slots, cells=np.full(count, NEVER, np.int64), source=np.zeros(count, np.int32),
        ring=np.full(built.ring, NEVER, np.int64), members=np.full(built.members, NEVER, np.int64),
        link=np.full((count, 3), -1, np.int32), heads=np.full(kernel.BUCKETS, -1, np.int32),
        wheel=np.array([NEVER >> kernel.SHIFT, NEVER], np.int64),
        told=np.empty((room, 7), np.int64), values=np.empty(room),
        parts=parts, columns=columns, edges=np.zeros(len(columns) + 1, np.int64), order=np.empty(ORDER, np.int32),
        progress=np.zeros(6, np.int64),
    )  # fmt: skip
    return Plan(tuple(rules), tuple(sources), k, built.names, built.spans, built.counted)
