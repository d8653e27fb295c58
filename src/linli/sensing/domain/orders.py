"""What a version of a rule orders when it calls: which case, who is sent, in what time they answer, who looks first.

The table `then` of a version's content is described in `sensing.domain.fired`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from linli.people.actors import Actor
from linli.people.enums import Role
from linli.sensing.enums import Grade
from linli.sensing.models import RuleVersion

LOUDNESS = {grade.value: number for number, grade in enumerate(Grade)}
ANSWER_WITHIN = 60  # seconds


@dataclass(frozen=True)
class Recipient:
    """Whom a rule sends: posts of a role above the place. kind: of organisation, "" for any; duty: only on duty."""

    role: Role
    kind: str = ""
    duty: bool = True


@dataclass(frozen=True)
class Orders:
    """The orders of one version of a rule."""

    klass: str
    case_grade: Grade
    urgent: bool
    recipients: tuple[Recipient, ...]
    helpers: tuple[Recipient, ...]
    answer_within: timedelta
    confirm: bool
    care: bool

    def opens_case(self, grade: str) -> bool:
        """Whether an alert of this grade is loud enough for a case."""
        return bool(self.klass) and not is_louder(self.case_grade, grade)


def orders_of(version: RuleVersion) -> Orders:
    """The orders of a version; what it leaves out has the usual value."""
    then: Mapping[str, Any] = version.content.get("then", {})
    return Orders(
        klass=then.get("klass", ""),
        case_grade=Grade(then.get("case_grade", Grade.WARNING)),
        urgent=bool(then.get("urgent", False)),
        recipients=_recipients(then.get("recipients", ())),
        helpers=_recipients(then.get("helpers", ())),
        answer_within=timedelta(seconds=int(then.get("answer_within", ANSWER_WITHIN))),
        confirm=bool(then.get("confirm", False)),
        care=bool(then.get("care", False)),
    )


def _recipients(rows: Any) -> tuple[Recipient, ...]:
    return tuple(Recipient(Role(row["role"]), row.get("kind", ""), bool(row.get("duty", True))) for row in rows)


def is_louder(one: str, other: str) -> bool:
    return LOUDNESS[one] > LOUDNESS[other]


def rule_actor(version: RuleVersion) -> Actor:
    """The system, acting in the name of this version of a rule."""
    return Actor.named(f"rule:{version.rule.code}:{version.number}")
