"""Rules over readings: which alerts a stream of observations gives, exactly and fast.

Pure Python and NumPy; numba is imported only when an operator with a kernel is made. No Django, no files, no clock.
All instants are int64 microseconds since 1970 UTC, all durations int microseconds.

Model (frozen dataclasses of `model`)::

    Rule(lineage: str, version: int, select: Select, key: str, pattern: Pattern, grade="warning",
         suppress: int = 0, clear: int | None = None, schedule: Schedule | None = None)
    Select(properties=("smoke",), alerts=(), sites=("lift",), places=("<path prefix>",))   # ("*",): every property
    key: "datastream" | "device" | "entrance" | "building" | "estate"
    Condition(op, value=0.0, property="")           # op: > >= < <= == != any; property "": any that the rule selects
    Threshold(op, grades=(("warning", 50.0), ("alarm", 80.0)))
    Count(when: Condition, times: int, within: int)
    Held(when: Condition, lasting: int)
    Absence(lasting: int)
    Sequence(first: Condition, then: Condition, within: int, negated: bool = False)   # negated: first and no then
    Together(when: Condition, devices: int, within: int)                              # key is the group
    Schedule(hours=(((0, 1, 2, 3, 4, 5, 6), 22 * 60, 30 * 60),), days="all")   # weekdays, minutes of the day
    Stream(id: int, property: str, device: int, path: str, site="", entrance="", building="", estate="")

    parse_rule(mapping) -> Rule          # from TOML or a form; RuleError.field names what is wrong
    to_mapping(rule) -> dict             # parse_rule(to_mapping(rule)) == rule
    is_semantic_change(old, new) -> bool # select, key or pattern differ: raise `version` by one
    longest_window(rule) -> int          # how much history warms it
    active_intervals(schedule, since: date, until: date, zone: ZoneInfo, workdays: Collection[date]) -> int64 (n, 2)

A rule that selects `alerts` (lineages of other rules) is second-stage: alerts of those rules are its events, with the
value 1 notice, 2 warning, 3 alarm and 0 when the episode is cleared; `property` of a condition is then a lineage, and
`Together` counts distinct keys of the first rule.

Operator::

    operator = Operator(rules, streams, installation="…", hours={lineage: intervals}, kernel=True, ordered=False)
    outputs = operator.step(Batch(stream, at, value, received=None), watermark)
        stream int32 (n,), at int64 (n,), value float64 (n,) finite (a text result is given as 1.0), received int64 (n,)
        outputs.alerts -> list[Alert]; outputs.cleared -> list[Cleared]; len(outputs); bool(outputs)
    operator.tick(watermark) -> Outputs              # a step without rows
    operator.watermark, operator.late, operator.unknown, operator.ahead      # instant; counts of rows not used
    operator.with_rules(rules, hours=None, history=()) -> Operator           # history: Batches up to the watermark
    operator.with_streams(streams) -> Operator
    operator.warm() -> None                          # compiles; before, `kernel=False` runs the same code as Python
    operator.snapshot() -> bytes ; Operator.restore(data, kernel=True) -> Operator   # SnapshotError for any other bytes

    Alert(id: str, rule: str, version: int, key: str, grade: str, at: int, since: int, stream: int | None,
          value: float | None, late: bool, arrival: bool)       # key is "device:17", "building:<path>", ...
    Cleared(rule: str, version: int, key: str, at: int, since: int)          # since: when its episode began
    Reference(rules, streams, installation, hours)   # the meaning; same step, tick and with_rules, slow

    Watermark(lateness: int, ahead: int = 60 s)      # .advance(at, received) -> int ; .tick(now) -> int ; .value
    alert_id(installation, lineage, version, key, completed) -> str          # 32 hex digits

Meaning. Rows wait until the watermark has reached them and are taken in order of (at, stream, value); a row at or
before the watermark when it comes is late and seen by no rule but the next one. A threshold of grade alarm fires when
the row arrives, however late; its alerts are told apart by cells of `suppress` counted from 1970, not by a window after
the last alert, since only that gives the same ids in every order of arrival. Within one instant readings come before
what falls due then: a reading exactly `lasting` after the last one is not an absence. `within` includes its end.
`suppress` hides an alert if one of the same or a higher grade came less than that before. An episode begins with an
alert and ends `clear` after the last hit (a held condition: after it broke; an absence: after the first reading).
Hours: a pattern that a reading completes counts if the hours are on at that instant; one that time completes (held,
absence, negated sequence) fires when hours are on, as soon as they are, if it still holds.
On an edit, what was seen (rings, timers) is kept for an unchanged rule and replayed muted for a changed one; what was
told (suppression, episodes) goes with the lineage.
"""

from linli.engines.rules.hours import active_intervals
from linli.engines.rules.ids import alert_id
from linli.engines.rules.model import (
    DAY,
    GRADES,
    HOUR,
    KEYS,
    MINUTE,
    SECOND,
    Absence,
    Condition,
    Count,
    Held,
    Pattern,
    Rule,
    RuleError,
    Schedule,
    Select,
    Sequence,
    Stream,
    Threshold,
    Together,
    is_semantic_change,
    longest_window,
)
from linli.engines.rules.operator import Operator, Outputs
from linli.engines.rules.outputs import Alert, Batch, Cleared, Said
from linli.engines.rules.parsing import parse_rule, to_mapping
from linli.engines.rules.reference import Reference
from linli.engines.rules.snapshot import SnapshotError
from linli.engines.rules.watermark import NEVER, Watermark

__all__ = [
    "DAY", "GRADES", "HOUR", "KEYS", "MINUTE", "NEVER", "SECOND",
    "Absence", "Alert", "Batch", "Cleared", "Condition", "Count", "Held", "Operator", "Outputs", "Pattern", "Reference",
    "Rule", "RuleError", "Said", "Schedule", "Select", "Sequence", "SnapshotError", "Stream", "Threshold", "Together",
    "Watermark", "active_intervals", "alert_id", "is_semantic_change", "longest_window", "parse_rule", "to_mapping",
]  # fmt: skip
