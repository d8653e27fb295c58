"""A class as a value: what a version of it holds, and what differs between two."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linli.cases.domain.catalogue import Limits
from linli.cases.models import CaseClass, ClassVersion
from linli.engines.clocks import Kind, Limit

NAMES = ("name", "name_en")
TEXTS = (
    *NAMES, "filing", "filing_en", "closing", "closing_en", "next", "next_en", "elsewhere", "elsewhere_en",
)  # fmt: skip
FIELDS = (
    *TEXTS, "danger", "grade", "standard_code", "basis", "publicity", "photo_needed", "before_needed", "sealed",
    "confirmed",
)  # fmt: skip


@dataclass(frozen=True)
class Content:
    """What can be changed of a class: `FIELDS`, and its limits by clock and grade."""

    values: Mapping[str, Any]
    limits: Limits = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        rows = [[clock, grade, limit.amount, str(limit.kind)] for (clock, grade), limit in self.limits.items()]
        return {**{name: self.values[name] for name in FIELDS}, "limits": sorted(rows)}


@dataclass(frozen=True)
class Change:
    """One thing that differs: its name, or (clock, grade) for a limit, and what it was and is."""

    name: str | tuple[str, str]
    before: Any
    after: Any


def content_of(klass: CaseClass) -> Content:
    """A class as it stands."""
    limits = {(row.clock, row.grade): Limit(row.amount, Kind(row.unit)) for row in klass.limits.all()}
    return Content({name: getattr(klass, name) for name in FIELDS}, limits)


def content_of_version(version: ClassVersion) -> Content:
    """A class as it stood. What a later Linli asks of a class and an old version does not hold is as it stands now."""
    limits = {(clock, grade): Limit(amount, Kind(unit)) for clock, grade, amount, unit in version.content["limits"]}
    values = {name: version.content.get(name, getattr(version.klass, name)) for name in FIELDS}
    return Content(values, limits)


def changes(before: Content, after: Content) -> list[Change]:
    """What differs, the fields in their order and then the limits by clock and grade."""
    fields = [Change(name, before.values[name], after.values[name]) for name in FIELDS]
    keys = sorted(before.limits.keys() | after.limits.keys())
    limits = [Change(key, before.limits.get(key), after.limits.get(key)) for key in keys]
    return [change for change in [*fields, *limits] if change.before != change.after]
