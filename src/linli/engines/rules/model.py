"""What a rule is: which readings it looks at, by what key, for which pattern, and when it tells.

Durations are int microseconds, instants int64 microseconds since 1970 UTC. A rule that exists is sound: its parts are
checked when it is made, and what is wrong is said by `RuleError` with the field's name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import ClassVar

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LONGEST = 3660 * DAY
MOST_TIMES = 10_000

GRADES = ("notice", "warning", "alarm")
KEYS = ("datastream", "device", "entrance", "building", "estate")
OPS = (">", ">=", "<", "<=", "==", "!=", "any")
DAYS = ("all", "workdays", "holidays")
EVERY = "*"


class RuleError(ValueError):
    """A rule cannot be as it is written.  `field`: where, as in "pattern.within"; `text % values`: what is wrong."""

    def __init__(self, field: str, text: str, **values: object) -> None:
        super().__init__(f"{field}: {text % values if values else text}")
        self.field, self.text, self.values = field, text, values


def need(holds: bool, field: str, text: str, **values: object) -> None:
    """Raises: RuleError where it does not hold."""
    if not holds:
        raise RuleError(field, text, **values)


def need_duration(value: int, field: str, least: int = 1) -> None:
    need(least <= value <= LONGEST, field, "Write a time between a moment and ten years, for example 10 min.")


@dataclass(frozen=True)
class Condition:
    """What must be true of one reading; `any` is true of every one.  `property`: only readings of this one, or ""."""

    op: str
    value: float = 0.0
    property: str = ""

    def check(self, field: str) -> None:
        need(self.op in OPS, f"{field}.op", "Choose one of %(choices)s.", choices=" ".join(OPS))
        need(isfinite(self.value), f"{field}.value", "Write a number.")


@dataclass(frozen=True)
class Select:
    """Which readings: observed properties, or lineages whose alerts are taken; kinds of site; prefixes of places."""

    properties: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return self.alerts or self.properties

    def takes(self, code: str) -> bool:
        return code in self.codes or EVERY in self.codes

    def check(self) -> None:
        one = bool(self.properties) != bool(self.alerts)
        need(one, "select", "Name the properties that the rule looks at, or the rules whose alerts it takes.")
        for name in ("properties", "alerts", "sites", "places"):
            need(all(getattr(self, name)), f"select.{name}", "Leave out what is empty.")


@dataclass(frozen=True)
class Threshold:
    """A reading beyond a value; the highest grade whose value it is beyond counts."""

    kind: ClassVar[str] = "threshold"
    op: str
    grades: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        # The order in which they were written makes no other rule.
        by_grade = sorted(self.grades, key=lambda pair: GRADES.index(pair[0]) if pair[0] in GRADES else -1)
        object.__setattr__(self, "grades", tuple(by_grade))

    @property
    def window(self) -> int:
        return 0

    def check(self) -> None:
        need(self.op in OPS[:-1], "pattern.op", "Choose one of %(choices)s.", choices=" ".join(OPS[:-1]))
        names = [name for name, _value in self.grades]
        need(bool(names), "pattern.grades", "Give a value for one grade at least.")
        need(len(set(names)) == len(names), "pattern.grades", "Give each grade one value.")
        for name, value in self.grades:
            need(name in GRADES, "pattern.grades", "Choose one of %(choices)s.", choices=" ".join(GRADES))
            need(isfinite(value), f"pattern.grades.{name}", "Write a number.")


@dataclass(frozen=True)
class Count:
    """`times` readings or more of which `when` is true within `within`."""

    kind: ClassVar[str] = "count"
    when: Condition
    times: int
    within: int

    @property
    def window(self) -> int:
        return self.within

    def check(self) -> None:
        self.when.check("pattern.when")
        need(1 <= self.times <= MOST_TIMES, "pattern.times", "Write a number from 1 to %(most)s.", most=MOST_TIMES)
        need_duration(self.within, "pattern.within")


@dataclass(frozen=True)
class Held:
    """`when` true of every reading for `lasting`."""

    kind: ClassVar[str] = "held"
    when: Condition
    lasting: int

    @property
    def window(self) -> int:
        return self.lasting

    def check(self) -> None:
        self.when.check("pattern.when")
        need(
            self.when.op != "any", "pattern.when.op", "Say what must hold; a condition that is always true never ends."
        )
        need_duration(self.lasting, "pattern.lasting")


@dataclass(frozen=True)
class Absence:
    """No reading for `lasting` after the last one.  A key that never spoke is not absent."""

    kind: ClassVar[str] = "absence"
    lasting: int

    @property
    def window(self) -> int:
        return self.lasting

    def check(self) -> None:
        need_duration(self.lasting, "pattern.lasting")


@dataclass(frozen=True)
class Sequence:
    """`first`, and then `then` within `within`; or, negated, no `then` in that time."""

    kind: ClassVar[str] = "sequence"
    first: Condition
    then: Condition
    within: int
    negated: bool = False

    @property
    def window(self) -> int:
        return self.within

    def check(self) -> None:
        self.first.check("pattern.first")
        self.then.check("pattern.then")
        need_duration(self.within, "pattern.within")


@dataclass(frozen=True)
class Together:
    """Readings of which `when` is true, within `within`, of `devices` or more distinct devices of the group."""

    kind: ClassVar[str] = "together"
    when: Condition
    devices: int
    within: int

    @property
    def window(self) -> int:
        return self.within

    def check(self) -> None:
        self.when.check("pattern.when")
        need(1 <= self.devices <= MOST_TIMES, "pattern.devices", "Write a number from 1 to %(most)s.", most=MOST_TIMES)
        need_duration(self.within, "pattern.within")


Pattern = Threshold | Count | Held | Absence | Sequence | Together


def conditions(pattern: Pattern) -> list[tuple[str, Condition]]:
    """Each condition of a pattern with its field."""
    return [
        (f"pattern.{name}", value)
        for name, value in vars(pattern).items()
        if isinstance(value, Condition)
    ]  # fmt: skip


@dataclass(frozen=True)
class Schedule:
    """Hours of the week.  `hours`: (weekdays 0 Monday to 6, first minute, end minute), the end up to 24 h later.

    `days`: "all", or only those days that are workdays, or only the others.
    """

    hours: tuple[tuple[tuple[int, ...], int, int], ...]
    days: str = "all"

    def check(self) -> None:
        need(self.days in DAYS, "schedule.days", "Choose one of %(choices)s.", choices=" ".join(DAYS))
        need(bool(self.hours), "schedule.hours", "Give hours, or leave the schedule out.")
        for weekdays, start, end in self.hours:
            need(bool(weekdays) and set(weekdays) <= set(range(7)), "schedule.hours", "Choose days of the week.")
            sound = 0 <= start < 1440 and start < end <= start + 1440
            need(sound, "schedule.hours", "Write hours as 22:00 and 06:00.")


@dataclass(frozen=True)
class Rule:
    """One version of a rule.  `lineage` stays through all its versions; `version` is raised by `is_semantic_change`.

    `grade` is that of its alerts, but for a threshold, which has its own.  `suppress`: no further alert of the same or
    a lower grade for the same key in that time.  `clear`: an episode ends after that much quiet; None: never by itself.
    """

    lineage: str
    version: int
    select: Select
    key: str
    pattern: Pattern
    grade: str = "warning"
    suppress: int = 0
    clear: int | None = None
    schedule: Schedule | None = field(default=None)

    def __post_init__(self) -> None:
        need(bool(self.lineage), "lineage", "Give the rule a name of its own.")
        need(1 <= self.version < 1 << 31, "version", "Write a number from 1 on.")
        need(self.key in KEYS, "key", "Choose one of %(choices)s.", choices=" ".join(KEYS))
        need(self.grade in GRADES, "grade", "Choose one of %(choices)s.", choices=" ".join(GRADES))
        need(
            0 <= self.suppress <= LONGEST,
            "suppress",
            "Write a time between a moment and ten years, for example 10 min.",
        )
        if self.clear is not None:
            need_duration(self.clear, "clear", least=0)
        self.select.check()
        self.pattern.check()
        if self.schedule is not None:
            self.schedule.check()
        self._check_together()
        for name, condition in conditions(self.pattern):
            known = not condition.property or self.select.takes(condition.property)
            need(known, f"{name}.property", "Choose a property that the rule looks at.")

    def _check_together(self) -> None:
        if isinstance(self.pattern, Together):
            group = self.key not in ("datastream", "device")
            need(group, "key", "Devices are counted together by entrance, building or estate.")

    @property
    def second_stage(self) -> bool:
        return bool(self.select.alerts)


@dataclass(frozen=True)
class Stream:
    """One datastream as rules see it.  `id` below 2³¹; `path` of the place; the paths of what it is in, or ""."""

    id: int
    property: str
    device: int
    path: str
    site: str = ""
    entrance: str = ""
    building: str = ""
    estate: str = ""


def is_semantic_change(old: Rule, new: Rule) -> bool:
    """Whether the new rule sees something else than the old one, and so must have the next version."""
    return (old.select, old.key, old.pattern) != (new.select, new.key, new.pattern)


def longest_window(rule: Rule) -> int:
    """How far back readings matter for what the rule says next, in microseconds: how much history warms it.

    A hold or a silence that began earlier is taken to begin there, and so is told once more if it goes on.
    """
    return rule.pattern.window
