"""Reads the rules and answers which version of one is in force on a day."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from linli.engines.clocks import Limit

DATA = Path(__file__).parent / "data"


class Kind(StrEnum):
    """What a rule asks for."""

    DEADLINE = "deadline"
    QUORUM = "quorum"
    THRESHOLD = "threshold"
    PROHIBITION = "prohibition"
    DUTY = "duty"


class Status(StrEnum):
    """Whether the rule was compared with the full text of its source; what was not, or is local, is assumed."""

    VERIFIED = "verified"
    ASSUMPTION = "assumption"


class UnknownRule(LookupError):
    """No rule has this id."""


class NotInForce(LookupError):
    """The rule has no version for this day."""


class Faulty(ValueError):
    """An entry of the lawbook that cannot be used."""


@dataclass(frozen=True, slots=True)
class Source:
    """A law, regulation or example that rules cite. It applies from `in_force` up to, not including, `repealed`."""

    zh: str
    en: str
    jurisdiction: str
    in_force: date
    repealed: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule, in force from `effective_from` up to, not including, `effective_to`."""

    id: str
    kind: Kind
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    source: Source
    article: str
    effective_from: date
    effective_to: date | None
    status: Status
    params: Mapping[str, Any]

    @property
    def assumed(self) -> bool:
        """Whether a local rule may put another in its place."""
        return self.status == Status.ASSUMPTION

    @property
    def limit(self) -> Limit:
        """The time limit of a deadline.

        Raises:
            Faulty: the rule is no deadline.
        """
        if self.kind != Kind.DEADLINE:
            raise Faulty(f"{self.id} is no deadline but a {self.kind}")
        return Limit(**{name: self.params[name] for name in LIMIT & self.params.keys()})

    @property
    def extension(self) -> int:
        """The most by which the limit may be extended, in its own unit."""
        return int(self.params.get("extension", 0))

    @property
    def pause_allowed(self) -> bool:
        """Whether the limit may stand still for a stated reason."""
        return bool(self.params.get("pause_allowed", False))

    def in_force(self, on: date) -> bool:
        """Whether this version applies on a day."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)


BOUNDS = {"at_least", "at_most", "more_than"}
LIMIT = {"amount", "kind", "roll", "close_of_business", "backwards"}
MUST = {"id", "kind", "source", "article", "status", "title_zh", "title_en", "text_zh", "text_en"}
MAY = {"effective_from", "effective_to", "params"}
# What the params of each kind must and may have.
PARAMS: dict[Kind, tuple[set[str], set[str]]] = {
    Kind.DEADLINE: ({"amount", "kind"}, LIMIT | {"pause_allowed", "extension"}),
    Kind.QUORUM: ({"of", "base", "share", "more"}, set()),
    Kind.THRESHOLD: ({"unit"}, BOUNDS),
    Kind.PROHIBITION: (set(), set()),
    Kind.DUTY: (set(), set()),
}


class Book:
    """All rules of a folder: `sources.toml`, and any number of files of rules beside it.

    Raises:
        Faulty: with the file and the rule, at reading.
    """

    def __init__(self, folder: Path) -> None:
        sources = {name: Source(**fields) for name, fields in _toml(folder / "sources.toml").items()}
        self._versions: dict[str, list[Rule]] = {}
        for path in sorted(folder.glob("*.toml")):
            for fields in _toml(path).get("rule", ()):
                rule = _rule(fields, sources, path.name)
                self._versions.setdefault(rule.id, []).append(rule)
        for versions in self._versions.values():
            versions.sort(key=lambda rule: rule.effective_from)
            _refuse_overlap(versions)

    def __iter__(self) -> Iterator[Rule]:
        """Every version of every rule, by id and date."""
        return (rule for name in sorted(self._versions) for rule in self._versions[name])

    def versions(self, name: str) -> tuple[Rule, ...]:
        """All versions of a rule, the oldest first. Raises UnknownRule."""
        if name not in self._versions:
            raise UnknownRule(name)
        return tuple(self._versions[name])

    def rule(self, name: str, *, on: date) -> Rule:
        """The version in force on a day. Raises UnknownRule or NotInForce."""
        for rule in self.versions(name):
            if rule.in_force(on):
                return rule
        raise NotInForce(f"{name} on {on}")


@cache
def book() -> Book:
    """The lawbook that comes with Linli."""
    return Book(DATA)


def rule(name: str, *, on: date) -> Rule:
    """The version of a rule in force on a day: the day on which a clock starts, a vote is held, something happened.

    Raises:
        UnknownRule: no rule is called so.
        NotInForce: it has no version for this day.
    """
    return book().rule(name, on=on)


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _rule(fields: dict[str, Any], sources: Mapping[str, Source], file: str) -> Rule:
    where = f"{file}: {fields.get('id', 'a rule without id')}"
    if wrong := sorted((MUST - fields.keys()) | (fields.keys() - MUST - MAY)):
        raise Faulty(f"{where}: missing or unknown {', '.join(wrong)}")
    if empty := sorted(name for name in MUST - {"article"} if not fields[name]):
        raise Faulty(f"{where}: empty {', '.join(empty)}")
    if fields["source"] not in sources:
        raise Faulty(f"{where}: unknown source {fields['source']}")
    source = sources[fields["source"]]
    period = {"effective_from": source.in_force, "effective_to": source.repealed}
    made = {"source": source, "params": MappingProxyType(fields.get("params", {}))}
    try:
        rule = Rule(**period | fields | made | {"kind": Kind(fields["kind"]), "status": Status(fields["status"])})
        _check(rule)
    except ValueError as faulty:
        raise Faulty(f"{where}: {faulty}") from faulty
    return rule


def _check(rule: Rule) -> None:
    """Raise ValueError where the parts of a rule do not fit together."""
    must, may = PARAMS[rule.kind]
    if wrong := sorted((must - rule.params.keys()) | (rule.params.keys() - must - may)):
        raise ValueError(f"missing or unknown params {', '.join(wrong)}")
    if rule.effective_to is not None and rule.effective_to <= rule.effective_from:
        raise ValueError(f"ends on {rule.effective_to}, before it begins")
    if rule.status == Status.VERIFIED and not rule.article:
        raise ValueError("verified, but without its article")
    if rule.kind == Kind.DEADLINE and rule.limit.backwards and (rule.pause_allowed or rule.extension):
        raise ValueError("a limit backwards can be neither paused nor extended")
    if rule.kind == Kind.QUORUM and not 0 < Fraction(rule.params["share"]) <= 1:
        raise ValueError(f"{rule.params['share']} is no share")
    if rule.kind == Kind.THRESHOLD and not BOUNDS & rule.params.keys():
        raise ValueError("a threshold needs a bound")


def _refuse_overlap(versions: list[Rule]) -> None:
    for earlier, later in pairwise(versions):
        if earlier.effective_to is None or earlier.effective_to > later.effective_from:
            raise Faulty(f"{later.id}: two versions are in force on {later.effective_from}")
