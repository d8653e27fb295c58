"""The catalogue of classes, who answers for them and which rules route, as this process keeps it."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from linli.cases.domain.conditions import read_conditions
from linli.cases.models import CaseClass, ClassLimit, ClassVersion, Responsibility, RoutingRule
from linli.core.kept import Watched
from linli.engines.clocks import Kind, Limit
from linli.engines.routing import Conditions

CLASSES = Watched("classes")

Limits = Mapping[tuple[str, str], Limit]
"""By clock and grade."""


@dataclass(frozen=True)
class Ruling:
    """A routing rule that is on, with its conditions read."""

    row: RoutingRule
    asked: Conditions


@dataclass(frozen=True)
class Catalogue:
    """Classes in force, in their order; every duty with its place; the rules that are on. To be read, never saved.

    limits: of each class as it stands, by its key.  standards: of each version of a class, by the version's key.
    """

    classes: tuple[CaseClass, ...]
    duties: tuple[Responsibility, ...]
    rules: tuple[Ruling, ...]
    limits: Mapping[int, Limits]
    standards: Mapping[int, Limits]
    newest: Mapping[int, ClassVersion]
    replaced: Mapping[str, str]

    def named(self, code: str) -> CaseClass | None:
        """The class of this code, or the one that took its place when it was retired."""
        return next((klass for klass in self.classes if klass.code == self.replaced.get(code, code)), None)


@CLASSES.kept
def catalogue() -> Catalogue:
    """The catalogue as it stands."""
    every = list(CaseClass.objects.prefetch_related("limits").select_related("replaced_by"))
    versions = list(ClassVersion.objects.order_by("number"))
    rules = RoutingRule.objects.filter(until=None, on=True).select_related("organisation", "post")
    return Catalogue(
        classes=tuple(klass for klass in every if klass.retired_at is None),
        duties=tuple(Responsibility.objects.select_related("place", "organisation").order_by("order", "pk")),
        rules=tuple(rulings(rules)),
        limits={klass.pk: _limits(_as_rows(klass.limits.all())) for klass in every},
        standards={version.pk: _limits(version.content["limits"]) for version in versions},
        newest={version.klass_id: version for version in versions},
        replaced=_replaced(every),
    )


def rulings(rules: Iterable[RoutingRule]) -> list[Ruling]:
    """Rules with their conditions read, in their order."""
    return [Ruling(rule, read_conditions(rule.conditions)) for rule in sorted(rules, key=lambda r: (r.order, r.code))]


def _as_rows(limits: Iterable[ClassLimit]) -> list[list[Any]]:
    return [[limit.clock, limit.grade, limit.amount, limit.unit] for limit in limits]


def _limits(rows: Iterable[Iterable[Any]]) -> Limits:
    return {(clock, grade): Limit(amount, Kind(unit)) for clock, grade, amount, unit in rows}


def _replaced(every: Iterable[CaseClass]) -> dict[str, str]:
    """The code that stands for each retired one now, however often it was passed on."""
    next_code = {klass.code: klass.replaced_by.code for klass in every if klass.retired_at and klass.replaced_by}

    def last(code: str) -> str:
        seen = {code}
        while code in next_code and next_code[code] not in seen:
            code = next_code[code]
            seen.add(code)
        return code

    return {code: last(code) for code in next_code}


def in_force(duty: Responsibility, on: date) -> bool:
    """Whether a duty applies on a day: its first day is included, its last is not."""
    return (duty.since is None or duty.since <= on) and (duty.until is None or on < duty.until)


@dataclass(frozen=True)
class Major:
    """A major class of the national standard. assumed: even published sources differ on it."""

    code: str
    name: str
    name_en: str
    assumed: bool = False


@cache
def majors() -> dict[str, Major]:
    """The majors of GB/T 30428.2 by our code for them, as far as they were found (data/standard.toml)."""
    text = files("linli.cases").joinpath("data/standard.toml").read_text(encoding="utf-8")
    return {row["code"]: Major(**row) for row in tomllib.loads(text)["major"]}
