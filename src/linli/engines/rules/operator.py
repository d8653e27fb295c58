"""The operator: (state, batch, watermark) → alerts, for one shard.

Equal to `Reference` for every split into batches, order within the lateness, number of shards, restart and edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from linli.engines.rules import compiled, kernel
from linli.engines.rules.carry import carry
from linli.engines.rules.ids import alert_id
from linli.engines.rules.kernel import ACCEPTED, DONE, HIDDEN, LATE, NEVER, ON_ARRIVAL, PART, SHIFT
from linli.engines.rules.model import GRADES, Rule, Stream
from linli.engines.rules.outputs import Alert, Batch, Cleared, joined
from linli.engines.rules.plan import Plan, make_plan
from linli.engines.rules.reorder import AHEAD_ROWS, FEW, HASH, LATE_ROWS, UNKNOWN_ROWS, Door
from linli.engines.rules.sources import Source, check_rules, of_alerts, of_streams
from linli.engines.rules.waiting import Waiting, Work

NOTHING = joined([])
Told = tuple[Plan, NDArray[np.int64], NDArray[np.float64]]


class Outputs:
    """What a step told; alerts are made when they are asked for.  `len` counts alerts and cleared episodes."""

    def __init__(self, installation: str) -> None:
        self.installation = installation
        self.told: list[Told] = []

    @cached_property
    def count(self) -> int:
        return sum(int(((rows[:, kernel.TOLD_FLAGS] & HIDDEN) == 0).sum()) for _plan, rows, _values in self.told)

    def __len__(self) -> int:
        return self.count

    @cached_property
    def alerts(self) -> list[Alert]:
        return [
            self.alert(plan, row, value)
            for plan, rows, values in self.told
            for row, value in zip(rows.tolist(), values.tolist(), strict=True)
            if row[kernel.TOLD_GRADE] and not row[kernel.TOLD_FLAGS] & HIDDEN
        ]

    @cached_property
    def cleared(self) -> list[Cleared]:
        found = []
        for plan, rows, _values in self.told:
            for rule, slot, _grade, at, since, _stream, _flags in rows[rows[:, kernel.TOLD_GRADE] == 0].tolist():
                named = plan.rules[rule]
                found.append(Cleared(named.lineage, named.version, plan.names[slot], at, since))
        return found

    def alert(self, plan: Plan, row: list[int], value: float) -> Alert:
        number, slot, grade, at, since, stream, flags = row
        rule, key = plan.rules[number], plan.names[slot]
        arrival = bool(flags & ON_ARRIVAL)
        completed = at - at % rule.suppress if arrival and rule.suppress else at
        return Alert(
            alert_id(self.installation, rule.lineage, rule.version, key, completed),
            rule.lineage, rule.version, key, GRADES[grade - 1], at, since,
            None if rule.second_stage else stream,
            None if value != value else value,
            bool(flags & LATE), arrival,
        )  # fmt: skip


class Operator:
    """Rules over the streams of one shard.

    installation: goes into the alerts' ids.  hours: intervals (n, 2) by lineage; a rule without is always on.
    kernel: compiled by numba, or the same code as it stands.  ordered: rows come in order of (at, stream, value) and
    wait for nothing; a step then brings the watermark to its last row at least.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        streams: Iterable[Stream],
        installation: str = "",
        hours: Mapping[str, NDArray[np.int64]] | None = None,
        kernel: bool = True,
        ordered: bool = False,
    ) -> None:
        check_rules(rules)
        self.rules, self.streams, self.installation = tuple(rules), tuple(streams), installation
        self.hours, self.ordered, self.kernel = dict(hours or {}), ordered, kernel
        self.code: SimpleNamespace = compiled.fast() if kernel else compiled.plain()
        sources = of_streams(self.streams)
        alerts = of_alerts(self.rules, sources)
        self.first = make_plan([rule for rule in rules if not rule.second_stage], sources, self.hours)
        self.second = make_plan([rule for rule in rules if rule.second_stage], alerts, self.hours)
        self.onward = onward(self.first, alerts)
        self.door = Door(table_of(sources), np.zeros(3, np.int64))
        self.waiting, self.work = Waiting(), Work()
        self.watermark = NEVER

    @property
    def late(self) -> int:
        return int(self.door.counts[LATE_ROWS])

    @property
    def unknown(self) -> int:
        return int(self.door.counts[UNKNOWN_ROWS])

    @property
    def ahead(self) -> int:
        return int(self.door.counts[AHEAD_ROWS])

    def warm(self) -> None:
        """Compiles, and goes on compiled: may be called from another thread than the one that steps."""
        rows = 2 * FEW
        for ordered in (False, True):
            other = Operator(self.rules, [Stream(0, "", 0, "")], ordered=ordered)
            at = np.arange(rows) if ordered else np.arange(rows, 0, -1)
            other.step(Batch.of(np.zeros(rows), at, np.zeros(rows)), rows)
            other.begin(*other.waiting.rows(other.code))
        self.kernel, self.code = True, compiled.fast()

    def tick(self, watermark: int) -> Outputs:
        """A step without rows."""
        return self.step(NOTHING, watermark)

    def step(self, batch: Batch, watermark: int) -> Outputs:
        """Takes rows as they arrive, and lets time come to the watermark, which never goes back.

        Raises: ValueError for a value that is no finite number, or where rows of an ordered operator go back in time;
        then nothing of the batch is taken.
        """
        outputs, room = Outputs(self.installation), len(batch) + len(self.waiting)
        if room > self.work.room:
            self.work = Work(2 * room)
        taken = self.arrive(self.work.take(batch), outputs)
        self.watermark = max(self.watermark, watermark)
        if self.ordered:
            rows = taken
            self.watermark = max(self.watermark, int(self.work.at[rows - 1])) if rows else self.watermark
        else:
            self.waiting.reserve(taken)
            self.code.hold(self.waiting.buffer, self.work.source, self.work.at, self.work.value, taken)
            rows = self.waiting.release(self.code, self.watermark, self.work)
        self.run(self.first, self.work.source, self.work.at, self.work.value, rows, outputs)
        if self.second.rules:
            self.run_second(outputs)
        return outputs

    def arrive(self, rows: int, outputs: Outputs) -> int:
        """Alarms at once; how many rows of the work are left for the rules."""
        work, k = self.work, self.first.k
        if self.ordered and not self.code.in_order(work.at_in, rows):
            raise ValueError("The rows of an ordered operator come in order of time.")
        k.progress[:] = 0
        while True:
            told = self.code.arrive(
                k, self.door, work.stream, work.at_in, work.value_in, work.received, rows, self.watermark,
                work.source, work.at, work.value,
            )  # fmt: skip
            if told < 0:
                raise ValueError("A reading's value is a finite number.")
            take_away(self.first, told, outputs)
            if k.progress[DONE]:
                return int(k.progress[ACCEPTED])

    def run(
        self,
        plan: Plan,
        source: NDArray[np.int32],
        at: NDArray[np.int64],
        value: NDArray[np.float64],
        rows: int,
        outputs: Outputs,
    ) -> None:
        progress = plan.k.progress
        progress[:] = 0
        progress[PART] = len(plan.k.columns)
        while not progress[DONE]:
            take_away(plan, self.code.run(plan.k, source, at, value, rows, self.watermark), outputs)

    def run_second(self, outputs: Outputs) -> None:
        """What the first stage told in order of time is what the second sees."""
        told = [rows[(rows[:, kernel.TOLD_FLAGS] & ON_ARRIVAL) == 0] for _plan, rows, _values in outputs.told]
        rows = np.concatenate(told) if told else np.empty((0, 7), np.int64)
        source = self.onward[rows[:, kernel.TOLD_SLOT]]
        rows, source = rows[source >= 0], source[source >= 0]
        grade = rows[:, kernel.TOLD_GRADE]
        order = np.lexsort((grade, source, rows[:, kernel.TOLD_AT]))
        at = np.ascontiguousarray(rows[order, kernel.TOLD_AT])
        self.run(self.second, source[order], at, grade[order].astype(np.float64), len(order), outputs)

    def with_rules(
        self,
        rules: Sequence[Rule],
        hours: Mapping[str, NDArray[np.int64]] | None = None,
        history: Iterable[Batch] = (),
    ) -> Operator:
        """The operator that goes on in this one's place under other rules.

        An unchanged rule keeps what it saw; a changed or new one sees the history, muted: `longest_window(rule)` up to
        the watermark, and for a second-stage rule also that of the rules whose alerts it takes.  Do not use this
        operator afterwards.

        Raises: RuleError where a rule sees something else under its old version.
        """
        new = Operator(rules, self.streams, self.installation, self.hours if hours is None else hours, self.kernel)
        fresh = Operator(rules, self.streams, self.installation, new.hours, self.kernel)
        rows = joined(list(history))
        past = rows.at <= self.watermark
        fresh.step(Batch(rows.stream[past], rows.at[past], rows.value[past]), self.watermark)
        return self.goes_on_as(new, fresh)

    def with_streams(self, streams: Iterable[Stream]) -> Operator:
        """The operator that goes on in this one's place over other streams; what they have in common is kept."""
        return self.goes_on_as(Operator(self.rules, streams, self.installation, self.hours, self.kernel), None)

    def goes_on_as(self, new: Operator, fresh: Operator | None) -> Operator:
        new.ordered, new.watermark = self.ordered, self.watermark
        new.door.counts[:] = self.door.counts
        carry(self.first, new.first, fresh.first if fresh else None, self.watermark)
        carry(self.second, new.second, fresh.second if fresh else None, self.watermark)
        source, at, value = self.waiting.rows(self.code)
        new.begin(self.first.k.numbers[source], at, value)
        return new

    def begin(self, stream: NDArray[np.int32], at: NDArray[np.int64], value: NDArray[np.float64]) -> None:
        """Hangs up the timers after the slots were filled, and takes the rows that waited."""
        for plan in (self.first, self.second):
            plan.k.wheel[kernel.NOW] = self.watermark >> SHIFT
            self.code.watch_all(plan.k)
        numbers = self.first.k.numbers
        source = np.searchsorted(numbers, stream).astype(np.int32)
        known = np.append(numbers, -1)[source] == stream
        self.waiting.reserve(int(known.sum()))
        self.code.hold(self.waiting.buffer, source[known], at[known], value[known], int(known.sum()))

    def snapshot(self) -> bytes:
        """All of it, in one piece that `restore` takes."""
        from linli.engines.rules import snapshot

        return snapshot.write(self)

    @staticmethod
    def restore(data: bytes, kernel: bool = True) -> Operator:
        """The operator that a snapshot was made of.

        Raises: SnapshotError for anything else than a snapshot of this version, whole.
        """
        from linli.engines.rules import snapshot

        return snapshot.read(data, kernel)


def take_away(plan: Plan, told: int, outputs: Outputs) -> None:
    if told:
        outputs.told.append((plan, plan.k.told[:told].copy(), plan.k.values[:told].copy()))


def onward(first: Plan, alerts: Sequence[Source]) -> NDArray[np.int32]:
    """(slots,): the source of the second stage that a slot's alerts come from, or -1."""
    number = {(source.code, source.member): index for index, source in enumerate(alerts)}
    return np.array(
        [
            number.get((rule.lineage, name), -1)
            for rule, (begun, end) in zip(first.rules, first.spans, strict=True)
            for name in first.names[begun:end]
        ],
        np.int32,
    )


def table_of(sources: Sequence[Source]) -> NDArray[np.int32]:
    """A hash table of stream id → source, at most half full; -1 where empty."""
    size = 1 << max(4, (2 * len(sources)).bit_length())
    table = np.full((size, 2), -1, np.int32)
    for index, source in enumerate(sources):
        place = (source.number * HASH) & (size - 1)
        while table[place, 0] >= 0:
            place = (place + 1) & (size - 1)
        table[place] = source.number, index
    return table
