"""What is counted: each measure is a number of cases, on the day of the report or on the last day of the limit.

One table serves the sums that are kept, the counting row by row, and the lists that a figure opens.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from linli.insight.models import CaseFact

REPORTED, DUE = "reported", "due_day"
GRADES = range(1, 6)
GOOD = 3  # fairly satisfied and better (DOMAIN 2.15)


@dataclass(frozen=True)
class Measure:
    """Cases whose `day` falls into the period and whose facts are as in `facts`."""

    day: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> Q:
        return Q(**self.facts)

    def holds(self, fact: CaseFact) -> bool:
        return all(getattr(fact, name) == value for name, value in self.facts.items())


# Kept as columns of the sums, by their names.
KEPT: dict[str, Measure] = {
    "reported": Measure(REPORTED),
    "filed": Measure(REPORTED, {"filed": True}),
    "invalid": Measure(REPORTED, {"invalid": True}),
    "answered": Measure(REPORTED, {"answered": True}),
    "due": Measure(DUE),
    "handled": Measure(DUE, {"handled": True}),
    "handed_in": Measure(DUE, {"handed_in": True}),
    "reworked": Measure(DUE, {"reworked": True}),
    "closed": Measure(DUE, {"closed": True}),
    "in_time": Measure(DUE, {"in_time": True}),
    "right_first": Measure(DUE, {"right_first": True}),
    "finished": Measure(DUE, {"finished": True}),
    "reopened": Measure(DUE, {"reopened": True}),
    **{f"grade_{grade}": Measure(DUE, {"grade": grade}) for grade in GRADES},
}
# Worked out from those; a list needs their condition all the same.
DERIVED: dict[str, Measure] = {
    "late": Measure(DUE, {"handled": False}),  # of the limits that ended before today
    "rated": Measure(DUE, {"grade__gte": 1}),
    "content": Measure(DUE, {"grade__gte": GOOD}),
}
MEASURES = KEPT | DERIVED
MINUTES = "answer_minutes"
COLUMNS = (*KEPT, MINUTES)

Sums = dict[str, int]


def sums_of(fact: CaseFact, day: str) -> Sums:
    """What one case adds to the sums of its `day`; nothing is left out, so that two can be compared."""
    found = {name: int(measure.holds(fact)) for name, measure in KEPT.items() if measure.day == day}
    return found | ({MINUTES: fact.answer_minutes} if day == REPORTED else {})


def annotations(day: str) -> dict[str, Any]:
    """The sums of facts on `day`, for a database to reckon."""
    found: dict[str, Any] = {
        f"n_{name}": Count("pk", filter=measure.where) for name, measure in KEPT.items() if measure.day == day
    }
    return found | ({f"n_{MINUTES}": Sum(MINUTES)} if day == REPORTED else {})


def counted(facts: QuerySet[CaseFact], day: str, *keys: str) -> list[tuple[tuple[Any, ...], Sums]]:
    """Sums of facts by these columns. One statement."""
    found = facts.order_by().values(*keys).annotate(**annotations(day))
    return [
        (
            tuple(row[key] for key in keys),
            {name[2:]: number or 0 for name, number in row.items() if name.startswith("n_")},
        )
        for row in found
    ]


def add(into: Sums, more: Mapping[str, int]) -> None:
    for name, number in more.items():
        into[name] = into.get(name, 0) + number


def with_derived(sums: Mapping[str, int], late: int) -> Sums:
    """The sums with the measures that are worked out from them."""
    grades = {grade: sums.get(f"grade_{grade}", 0) for grade in GRADES}
    return {
        **{name: sums.get(name, 0) for name in COLUMNS},
        "late": late,
        "rated": sum(grades.values()),
        "content": sum(number for grade, number in grades.items() if grade >= GOOD),
    }


def rollup_sums(today: Any) -> dict[str, Any]:
    """The annotations that add up rows of `Rollup`; what was due before today and is not handled counts as late."""
    sums: dict[str, Any] = {f"n_{name}": Sum(name) for name in COLUMNS}
    return sums | {"n_late": Sum(F("due") - F("handled"), filter=Q(day__lt=today))}


def read_sums(row: Mapping[str, Any]) -> Sums:
    return {name[2:]: int(number or 0) for name, number in row.items() if name.startswith("n_")}


def total(rows: Iterable[Mapping[str, int]]) -> Sums:
    found: Sums = {}
    for row in rows:
        add(found, row)
    return found
