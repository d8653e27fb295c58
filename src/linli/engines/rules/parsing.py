"""Rules as mappings of plain values, for TOML and forms, and back.

A duration is a number of seconds or a text such as "90 s", "10 min", "1.5 h", "7 d".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from linli.engines.rules.model import (
    DAY,
    GRADES,
    HOUR,
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
    Threshold,
    Together,
    need,
)

UNITS = {"us": 1, "ms": 1000, "s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Take = Callable[[object, str], Any]


def duration(value: object, field: str) -> int:
    """Microseconds of "10 min" or of a number of seconds."""
    text = "Write a time as 90 s, 10 min, 2 h or 7 d."
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(value * SECOND)
    found = re.fullmatch(r"\s*(\d{1,12}(?:\.\d{1,6})?)\s*([a-z]+)\s*", value) if isinstance(value, str) else None
    if found is None or found[2] not in UNITS:
        raise RuleError(field, text)
    return round(float(found[1]) * UNITS[found[2]])


def written(microseconds: int) -> str:
    """A duration in the greatest unit that divides it."""
    unit = max((unit for unit in UNITS if microseconds % UNITS[unit] == 0), key=lambda unit: UNITS[unit])
    return f"{microseconds // UNITS[unit]} {unit}" if microseconds else "0 s"


def text(value: object, field: str) -> str:
    need(isinstance(value, str), field, "Write a text.")
    return str(value)


def number(value: object, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RuleError(field, "Write a number.")
    return float(value)


def whole(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise RuleError(field, "Write a whole number.")
    return value


def truth(value: object, field: str) -> bool:
    need(isinstance(value, bool), field, "Write true or false.")
    return bool(value)


def texts(value: object, field: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise RuleError(field, "Write a list.")
    return tuple(text(each, field) for each in value)


def table(value: object, field: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise RuleError(field, "Write this as a table of named values.")
    return value


def fields(value: object, at: str, takes: Mapping[str, Take], needed: tuple[str, ...] = ()) -> dict[str, Any]:
    """The known fields of a table, each read by what takes it.

    Raises: RuleError for an unknown field, a missing one, and whatever a field's own reader refuses.
    """
    given, found = table(value, at), {}
    prefix = f"{at}." if at != "rule" else ""
    for name, each in given.items():
        need(name in takes, f"{prefix}{name}", "No such field; there are %(choices)s.", choices=", ".join(takes))
        found[name] = takes[name](each, f"{prefix}{name}")
    for name in needed:
        need(name in found, f"{prefix}{name}", "This is missing.")
    return found


def condition(value: object, field: str) -> Condition:
    return Condition(**fields(value, field, {"op": text, "value": number, "property": text}, ("op",)))


def grade_values(value: object, field: str) -> tuple[tuple[str, float], ...]:
    given = {name: number(each, f"{field}.{name}") for name, each in table(value, field).items()}
    known = sorted((GRADES.index(name), name) for name in given if name in GRADES)
    for name in given:
        need(name in GRADES, f"{field}.{name}", "Choose one of %(choices)s.", choices=" ".join(GRADES))
    return tuple((name, given[name]) for _order, name in known)


PATTERNS: dict[str, tuple[type, dict[str, Take], tuple[str, ...]]] = {
    "threshold": (Threshold, {"op": text, "grades": grade_values}, ("op", "grades")),
    "count": (Count, {"when": condition, "times": whole, "within": duration}, ("when", "times", "within")),
    "held": (Held, {"when": condition, "lasting": duration}, ("when", "lasting")),
    "absence": (Absence, {"lasting": duration}, ("lasting",)),
    "sequence": (
        Sequence,
        {"first": condition, "then": condition, "within": duration, "negated": truth},
        ("first", "then", "within"),
    ),
    "together": (Together, {"when": condition, "devices": whole, "within": duration}, ("when", "devices", "within")),
}


def pattern(value: object, field: str) -> Pattern:
    kind = text(table(value, field).get("kind", ""), f"{field}.kind")
    need(kind in PATTERNS, f"{field}.kind", "Choose one of %(choices)s.", choices=" ".join(PATTERNS))
    made, takes, needed = PATTERNS[kind]
    found = fields(value, field, {"kind": text, **takes}, needed)
    del found["kind"]
    made_pattern: Pattern = made(**found)
    return made_pattern


def minute(value: object, field: str) -> int:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", text(value, field))
    if found is None or int(found[1]) * 60 + int(found[2]) > 1440 or int(found[2]) > 59:
        raise RuleError(field, "Write hours as 22:00 and 06:00.")
    return int(found[1]) * 60 + int(found[2])


def weekdays(value: object, field: str) -> tuple[int, ...]:
    names = texts(value, field)
    need(set(names) <= set(WEEKDAYS), field, "Choose from %(choices)s.", choices=" ".join(WEEKDAYS))
    return tuple(sorted(WEEKDAYS.index(name) for name in set(names)))


def hours(value: object, field: str) -> tuple[tuple[tuple[int, ...], int, int], ...]:
    if not isinstance(value, list | tuple):
        raise RuleError(field, "Write a list.")
    found = []
    for each in value:
        given = fields(each, field, {"on": weekdays, "from": minute, "to": minute}, ("from", "to"))
        start, end = given["from"], given["to"]
        found.append((given.get("on", tuple(range(7))), start, end if end > start else end + 1440))
    return tuple(found)


def schedule(value: object, field: str) -> Schedule:
    return Schedule(**fields(value, field, {"hours": hours, "days": text}, ("hours",)))


def select(value: object, field: str) -> Select:
    return Select(**fields(value, field, dict.fromkeys(("properties", "alerts", "sites", "places"), texts)))


def parse_rule(mapping: Mapping[str, object]) -> Rule:
    """A rule from what TOML or a form gives.

    Raises: RuleError with the field's name, as in "pattern.within".
    """
    takes: dict[str, Take] = {
        "lineage": text, "version": whole, "select": select, "key": text, "pattern": pattern, "grade": text,
        "suppress": duration, "clear": duration, "schedule": schedule,
    }  # fmt: skip
    found = fields(mapping, "rule", takes, ("lineage", "select", "key", "pattern"))
    return Rule(**({"version": 1} | found))


def to_mapping(rule: Rule) -> dict[str, Any]:
    """Plain values that `parse_rule` makes the same rule of; what is at its default is left out."""
    found: dict[str, Any] = {"lineage": rule.lineage, "version": rule.version}
    found["select"] = {name: list(value) for name, value in vars(rule.select).items() if value}
    found |= {"key": rule.key, "pattern": pattern_mapping(rule.pattern), "grade": rule.grade}
    found["suppress"] = written(rule.suppress)
    if rule.clear is not None:
        found["clear"] = written(rule.clear)
    if rule.schedule is not None:
        spans = [
            {"on": [WEEKDAYS[day] for day in days], "from": clock(start), "to": clock(end)}
            for days, start, end in rule.schedule.hours
        ]
        found["schedule"] = {"hours": spans, "days": rule.schedule.days}
    return found


def clock(minutes: int) -> str:
    """The time of day; the end of a day is 24:00."""
    minutes = minutes if minutes <= 1440 else minutes - 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


def pattern_mapping(pattern: Pattern) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": pattern.kind}
    for name, value in vars(pattern).items():
        if isinstance(value, Condition):
            found[name] = {key: each for key, each in vars(value).items() if each != ""}
        elif name in ("within", "lasting"):
            found[name] = written(value)
        else:
            found[name] = dict(value) if name == "grades" else value
    return found
