"""What `linli doctor` and the page /admin/condition/ look for. Each app registers its checks in `checks.py`.

    @check("disk", _("Disk"))
    def disk(at: datetime) -> Answer:
        return well(_("…")) if … else bad(_("…"), do=_("…"))

A check reads and changes nothing, asks nobody outside but the servers that the settings name, and names no person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class State(StrEnum):
    WELL = "well"
    LOOK = "look"  # nothing is broken yet
    BAD = "bad"

    @property
    def mark(self) -> str:
        return {"well": "✓", "look": "!", "bad": "✗"}[self.value]


@dataclass(frozen=True)
class Answer:
    """What a check found, in a sentence, and what to do about it."""

    state: State
    says: Any
    do: Any = ""


@dataclass(frozen=True)
class Finding:
    name: str
    title: Any
    state: State
    says: Any
    do: Any

    def as_data(self) -> dict[str, str]:
        return {
            "name": self.name, "title": str(self.title), "state": self.state.value,
            "says": str(self.says), "do": str(self.do),
        }  # fmt: skip


Check = Callable[[datetime], Answer]
C = TypeVar("C", bound=Check)
_checks: dict[str, tuple[Any, Check]] = {}


def check(name: str, title: Any) -> Callable[[C], C]:
    def register(function: C) -> C:
        _checks[name] = (title, function)
        return function

    return register


def well(says: Any) -> Answer:
    return Answer(State.WELL, says)


def look(says: Any, do: Any) -> Answer:
    return Answer(State.LOOK, says, do)


def bad(says: Any, do: Any) -> Answer:
    return Answer(State.BAD, says, do)


def examine(*, at: datetime) -> list[Finding]:
    """Every check, what is worst first; one that cannot be made for want of the database says so."""
    order = list(State)[::-1]
    found = [_one(name, title, function, at) for name, (title, function) in _checks.items()]
    return sorted(found, key=lambda finding: order.index(finding.state))


def _one(name: str, title: Any, function: Check, at: datetime) -> Finding:
    try:
        answer = function(at)
    except DatabaseError:
        connection.close()
        answer = bad(
            _("The database does not answer, or has not the tables of this version."),
            _("Is the server running, and LINLI_DATABASE_URL right? Then run: linli upgrade"),
        )
    return Finding(name, title, answer.state, answer.says, answer.do)


def age(span: timedelta) -> str:
    """A time in words, in its largest unit: 3 days, 5 hours, 2 minutes."""
    minutes = int(span.total_seconds()) // 60
    if minutes >= 48 * 60:
        return ngettext("%(n)s day", "%(n)s days", minutes // 1440) % {"n": minutes // 1440}
    if minutes >= 120:
        return ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
