"""What the rules mean: one event at a time in event time, with dicts and heaps.  As slow as it likes.

The operator is held to this by property tests.  The words of the package's docstring are told here in code.
"""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from linli.engines.rules import model
from linli.engines.rules.ids import alert_id
from linli.engines.rules.model import DAY, GRADES, Condition, Rule, Stream
from linli.engines.rules.outputs import Alert, Batch, Cleared, Said, joined
from linli.engines.rules.sources import Source, check_rules, of_alerts, of_streams, selected
from linli.engines.rules.watermark import NEVER

TESTS = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne,
    "any": lambda _value, _limit: True,
}  # fmt: skip
UNKNOWN = 1 << 61  # an instant after every schedule that is known


@dataclass
class Seen:
    """What a rule saw of one key."""

    since: int | None = None  # the hold, the last reading, the first of a sequence
    due: int | None = None  # when time completes the pattern
    stream: int = 0
    times: list[int] = field(default_factory=list)
    members: dict[str, int] = field(default_factory=dict)


@dataclass
class Told:
    """What a rule told about one key."""

    last: dict[int, int] = field(default_factory=dict)  # grade: instant
    episode: int | None = None
    clear: int | None = None  # when the episode ends, unless something is hit
    cell: int | None = None  # the last cell of an alarm on arrival


class Stage:
    """Some rules over some sources; `say` gets (rule, key, grade, at, since, stream, value), grade 0 for cleared."""

    def __init__(
        self, rules: Sequence[Rule], sources: Sequence[Source], hours: Mapping[str, NDArray[np.int64]]
    ) -> None:
        self.rules, self.hours = {rule.lineage: rule for rule in rules}, hours
        self.looking: dict[int, list[Rule]] = defaultdict(list)
        self.members: dict[tuple[str, str], set[str]] = defaultdict(set)
        for rule in rules:
            for source in selected(rule, sources):
                self.looking[source.number].append(rule)
                self.members[rule.lineage, source.key(rule.key)].add(source.member)
        self.seen: dict[tuple[str, str], Seen] = defaultdict(Seen)
        self.told: dict[tuple[str, str], Told] = defaultdict(Told)
        self.timers: list[tuple[int, str, str]] = []
        self.said: list[tuple[Rule, str, int, int, int, int, float | None]] = []

    def until(self, at: int) -> None:
        """Let time come to just before `at`."""
        while self.timers and self.timers[0][0] < at:
            due, lineage, key = heappop(self.timers)
            if lineage in self.rules:
                self.fall_due(self.rules[lineage], key, due)

    def fall_due(self, rule: Rule, key: str, at: int) -> None:
        seen, told = self.seen[rule.lineage, key], self.told[rule.lineage, key]
        if seen.due == at:
            since, seen.due = seen.since, None
            self.complete(rule, key, GRADES.index(rule.grade) + 1, at, since or 0, seen.stream, None)
            if isinstance(rule.pattern, model.Sequence):
                seen.since = None
            else:
                told.clear = None  # it goes on
        if told.clear == at and told.episode is not None:
            self.said.append((rule, key, 0, at, told.episode, 0, None))
            told.episode = told.clear = None

    def take(self, source: Source, at: int, value: float) -> None:
        """One event."""
        self.until(at)
        for rule in self.looking[source.number]:
            key = source.key(rule.key)
            kind = rule.pattern.kind
            getattr(self, kind)(rule, rule.pattern, key, self.seen[rule.lineage, key], source, at, value)

    def threshold(self, rule: Rule, p: model.Threshold, key: str, _s: Seen, source: Source, at: int, v: float) -> None:
        grade = grade_of(p, v)
        if grade and self.active(rule, at) == at:
            self.complete(rule, key, grade, at, at, source.number, v)

    def count(self, rule: Rule, p: model.Count, key: str, seen: Seen, source: Source, at: int, v: float) -> None:
        if true(p.when, source, v):
            seen.times = [*seen.times, at][-p.times :]
            enough = len(seen.times) == p.times and at - seen.times[0] <= p.within
            self.hit(rule, key, at, enough, seen.times[0], source, v)

    def together(self, rule: Rule, p: model.Together, key: str, seen: Seen, source: Source, at: int, v: float) -> None:
        if true(p.when, source, v):
            seen.members[source.member] = at
            near = [last for last in seen.members.values() if at - last <= p.within]
            self.hit(rule, key, at, len(near) >= p.devices, min(near), source, v)

    def held(self, rule: Rule, p: model.Held, key: str, seen: Seen, source: Source, at: int, v: float) -> None:
        if p.when.property not in ("", source.code):
            return
        if true(p.when, source, v):
            self.told[rule.lineage, key].clear = None
            if seen.since is None:
                self.begin(rule, key, seen, source, at)
        elif seen.since is not None:
            seen.since = seen.due = None
            self.quiet(rule, key, at)

    def absence(self, rule: Rule, p: model.Absence, key: str, seen: Seen, source: Source, at: int, _v: float) -> None:
        if self.told[rule.lineage, key].clear is None:
            self.quiet(rule, key, at)
        self.begin(rule, key, seen, source, at)

    def sequence(self, rule: Rule, p: model.Sequence, key: str, seen: Seen, source: Source, at: int, v: float) -> None:
        if true(p.then, source, v) and seen.since is not None:
            if p.negated:
                seen.since = seen.due = None
            elif at - seen.since <= p.within:
                since, seen.since = seen.since, None
                if self.active(rule, at) == at:
                    self.complete(rule, key, GRADES.index(rule.grade) + 1, at, since, source.number, v)
        if true(p.first, source, v):
            if not p.negated:
                seen.since = at
            elif seen.since is None:
                self.begin(rule, key, seen, source, at)

    def begin(self, rule: Rule, key: str, seen: Seen, source: Source, at: int) -> None:
        """From now on time may complete the pattern."""
        seen.since, seen.stream = at, source.number
        seen.due = self.active(rule, at + rule.pattern.window)
        heappush(self.timers, (seen.due, rule.lineage, key))

    def hit(self, rule: Rule, key: str, at: int, enough: bool, since: int, source: Source, value: float) -> None:
        if self.active(rule, at) == at:
            self.quiet(rule, key, at)
            if enough:
                self.complete(rule, key, GRADES.index(rule.grade) + 1, at, since, source.number, value)

    def complete(self, rule: Rule, key: str, grade: int, at: int, since: int, stream: int, value: float | None) -> None:
        """Tell it, unless one of the same or a higher grade was told less than `suppress` ago."""
        told = self.told[rule.lineage, key]
        if not any(at - last < rule.suppress for higher, last in told.last.items() if higher >= grade):
            self.said.append((rule, key, grade, at, since, stream, value))
            told.last[grade] = at
            told.episode = at if told.episode is None else told.episode
        self.quiet(rule, key, at)

    def quiet(self, rule: Rule, key: str, at: int) -> None:
        """An open episode ends after `clear` from now."""
        told = self.told[rule.lineage, key]
        if told.episode is not None and rule.clear is not None:
            told.clear = at + rule.clear
            heappush(self.timers, (told.clear, rule.lineage, key))

    def active(self, rule: Rule, at: int) -> int:
        """The first instant from `at` on at which the rule's hours are on."""
        hours = self.hours.get(rule.lineage)
        if hours is None:
            return at
        after = bisect_right(hours[:, 1].tolist(), at)
        return max(at, int(hours[after, 0])) if after < len(hours) else UNKNOWN


def true(condition: Condition, source: Source, value: float) -> bool:
    return condition.property in ("", source.code) and bool(TESTS[condition.op](value, condition.value))


def grade_of(pattern: model.Threshold, value: float) -> int:
    """1 notice, 2 warning, 3 alarm, 0 none."""
    return max((GRADES.index(name) + 1 for name, limit in pattern.grades if TESTS[pattern.op](value, limit)), default=0)


def on_arrival(rule: Rule) -> bool:
    """Whether alarms of this rule wait for no watermark."""
    return isinstance(rule.pattern, model.Threshold) and "alarm" in dict(rule.pattern.grades) and not rule.second_stage


class Reference:
    """The meaning of `Operator`, with the same step, tick and with_rules."""

    def __init__(
        self,
        rules: Sequence[Rule],
        streams: Iterable[Stream],
        installation: str = "",
        hours: Mapping[str, NDArray[np.int64]] | None = None,
    ) -> None:
        check_rules(rules)
        self.rules, self.streams, self.installation, self.hours = (
            list(rules),
            list(streams),
            installation,
            dict(hours or {}),
        )
        sources = of_streams(self.streams)
        self.sources = {source.number: source for source in sources}
        alerts = of_alerts(self.rules, sources)
        self.alerts = {(source.code, source.member): source for source in alerts}
        self.first = Stage([rule for rule in rules if not rule.second_stage], sources, self.hours)
        self.second = Stage([rule for rule in rules if rule.second_stage], alerts, self.hours)
        self.waiting: list[tuple[int, int, float]] = []
        self.watermark, self.late, self.unknown, self.ahead = NEVER, 0, 0, 0

    def tick(self, watermark: int) -> Said:
        return self.step(joined([]), watermark)

    def step(self, batch: Batch, watermark: int) -> Said:
        """Raises: ValueError for a value that is no finite number; then nothing of the batch is taken."""
        if not all(map(isfinite, batch.value.tolist())):
            raise ValueError("A reading's value is a finite number.")
        said = Said()
        received = batch.at if batch.received is None else batch.received
        for stream, at, value, come in zip(
            batch.stream.tolist(), batch.at.tolist(), batch.value.tolist(), received.tolist(), strict=True
        ):
            self.arrive(stream, at, value, come, said)
        self.watermark = max(self.watermark, watermark)
        while self.waiting and self.waiting[0][0] <= self.watermark:
            at, stream, value = heappop(self.waiting)
            self.first.take(self.sources[stream], at, value)
        self.first.until(self.watermark + 1)
        self.tell(self.first, said)
        self.second.until(self.watermark + 1)
        self.tell(self.second, said)
        return said

    def arrive(self, stream: int, at: int, value: float, received: int, said: Said) -> None:
        """An alarm is told at once; what is late, of no known stream or of a wrong clock is taken no further."""
        if stream not in self.sources:
            self.unknown += 1
            return
        late = at <= self.watermark
        for rule in self.first.looking[stream]:
            if on_arrival(rule) and grade_of(rule.pattern, value) == 3 and self.first.active(rule, at) == at:  # type: ignore[arg-type]
                self.alarm(rule, stream, at, value, late, said)
        self.late += late
        self.ahead += not late and at > received + DAY
        if not late and at <= received + DAY:
            heappush(self.waiting, (at, stream, value))

    def alarm(self, rule: Rule, stream: int, at: int, value: float, late: bool, said: Said) -> None:
        key = self.sources[stream].key(rule.key)
        cell = at - at % rule.suppress if rule.suppress else at
        told = self.first.told[rule.lineage, key]
        if told.cell != cell or not rule.suppress:
            told.cell = cell
            named = alert_id(self.installation, rule.lineage, rule.version, key, cell)
            said.alerts.append(
                Alert(named, rule.lineage, rule.version, key, "alarm", at, at, stream, value, late, True)
            )

    def tell(self, stage: Stage, said: Said) -> None:
        """Names what a stage said; what the first says are events of the second, in order of time, rule and key."""
        events, second = [], stage is self.second
        for rule, key, grade, at, since, stream, value in stage.said:
            if (rule.lineage, key) in self.alerts and not second:
                events.append((at, self.alerts[rule.lineage, key].number, float(grade), self.alerts[rule.lineage, key]))
            if grade == 0:
                said.cleared.append(Cleared(rule.lineage, rule.version, key, at, since))
            elif grade < 3 or not on_arrival(rule):
                named = alert_id(self.installation, rule.lineage, rule.version, key, at)
                told = None if second else stream
                row = (named, rule.lineage, rule.version, key, GRADES[grade - 1], at, since, told, value)
                said.alerts.append(Alert(*row))
        stage.said.clear()
        for at, _number, value, source in sorted(events, key=lambda event: event[:3]):
            self.second.take(source, at, value)

    def with_rules(
        self,
        rules: Sequence[Rule],
        hours: Mapping[str, NDArray[np.int64]] | None = None,
        history: Iterable[Batch] = (),
    ) -> Reference:
        """Other rules from now on: what an unchanged rule saw is kept, a changed one sees the history, muted."""
        on = self.hours if hours is None else dict(hours)
        replayed = Reference(rules, self.streams, self.installation, on)
        rows = joined(list(history))
        past = rows.at <= self.watermark
        replayed.step(Batch(rows.stream[past], rows.at[past], rows.value[past]), self.watermark)
        return self.goes_on_as(Reference(rules, self.streams, self.installation, on), replayed)

    def with_streams(self, streams: Iterable[Stream]) -> Reference:
        """Other streams from now on; what they have in common is kept."""
        new = Reference(self.rules, streams, self.installation, self.hours)
        return self.goes_on_as(new, new)

    def goes_on_as(self, new: Reference, replayed: Reference) -> Reference:
        new.waiting = [row for row in self.waiting if row[1] in new.sources]
        heapify(new.waiting)
        new.watermark, new.late, new.unknown, new.ahead = self.watermark, self.late, self.unknown, self.ahead
        old = {rule.lineage: rule for rule in self.rules}
        for mine, own, fresh in (
            (self.first, new.first, replayed.first),
            (self.second, new.second, replayed.second),
        ):
            for rule in own.rules.values():
                kept = rule.lineage in mine.rules and same(old[rule.lineage], rule)
                keep_seen(mine if kept else fresh, own, rule, self.watermark)
                if rule.lineage in mine.rules:
                    keep_told(mine, own, old[rule.lineage], rule, self.watermark)
        return new


def same(old: Rule, new: Rule) -> bool:
    """Whether a rule is the same version of itself.

    Raises: RuleError where it sees something else under the old version.
    """
    model.need(
        old.version != new.version or not model.is_semantic_change(old, new), "version", "Raise the version by one."
    )
    return old.version == new.version


def keep_seen(old: Stage, new: Stage, rule: Rule, watermark: int) -> None:
    """What was seen of the keys and members that are still there; what is pending falls due in the time to come."""
    for (lineage, key), seen in list(old.seen.items()):
        members = new.members.get((lineage, key))
        if lineage == rule.lineage and members is not None:
            kept = {name: at for name, at in seen.members.items() if name in members}
            new.seen[lineage, key] = now = replace(seen, members=kept)
            if now.due is not None and now.since is not None:
                now.due = new.active(rule, max(now.since + rule.pattern.window, watermark + 1))
                heappush(new.timers, (now.due, lineage, key))


def keep_told(old: Stage, new: Stage, before: Rule, rule: Rule, watermark: int) -> None:
    """Suppression goes on; the quiet of an open episode counts from now where the rule is another."""
    for (lineage, key), was in old.told.items():
        if lineage == rule.lineage and (lineage, key) in new.members:
            new.told[lineage, key] = told = replace(was)
            edited = before.version != rule.version
            goes_on = not edited and before.clear is not None and told.clear is None
            if told.episode is None or rule.clear is None:
                told.clear = None
            elif (edited or before.clear != rule.clear) and not goes_on:
                told.clear = watermark + rule.clear
            if told.clear is not None:
                heappush(new.timers, (told.clear, lineage, key))
