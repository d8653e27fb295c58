"""One intake: where a matter may belong, from its words and two answers, with the reason. A person decides.

The rules are a table (data/intake.toml), read from the top. Where none fits, the reading of classes, if it is sure,
speaks for a report; or else nothing is proposed, and the person chooses.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.cases.domain.triage import propose_class
from linli.engines.routing import Conditions, Matter, matches

DATA = Path(__file__).parent.parent / "data" / "intake.toml"
TEXT_MOST = 1000  # what every destination takes
REPORT = "case"  # what takes in whatever nobody else does
PROTECTION = "protection"


@dataclass(frozen=True)
class Rule:
    """Words and answers that speak for a destination, and the reason in both languages."""

    code: str
    to: str
    asked: Conditions
    about: frozenset[str]
    wants: frozenset[str]
    because: tuple[str, str]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """Where it may belong and why; `rule` names the row of the table, "" where a reading spoke or nothing did."""

    to: str
    because: str
    rule: str = ""


def propose(text: str, *, about: str = "", wants: str = "", offered: Collection[str]) -> Proposal:
    """The first destination among those offered that a rule speaks for."""
    for rule in rules():
        if rule.to in offered and _fits(rule, text, about, wants):
            return Proposal(rule.to, _ours(rule.because), rule.code)
    reading = propose_class(text)
    if reading is not None and not reading.unsure:
        title = reading.choices[0].klass.title
        return Proposal(REPORT, _("It reads like a report about “{klass}”.").format(klass=title))
    return Proposal("", "")


def words_found(text: str, to: str) -> str:
    """The words of the text that speak for a destination, as a line to search for there; "" where none do."""
    lines = (words for rule in rules() if rule.to == to for words in rule.asked.words)
    found = next((words for words in lines if matches(Conditions(words=(words,)), _matter(text))), ())
    return " ".join(found)


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(_rule(row) for row in _data()["rule"])


def _fits(rule: Rule, text: str, about: str, wants: str) -> bool:
    return (
        matches(rule.asked, _matter(text))
        and (not rule.about or about in rule.about)
        and (not rule.wants or wants in rule.wants)
    )


def _matter(text: str) -> Matter:
    return Matter("", "", "", frozenset(), text)


def _ours(both: tuple[str, str]) -> str:
    chinese, english = both
    return english if english and (get_language() or "").startswith("en") else chinese


def _data() -> Mapping[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def _asked(row: Mapping[str, Any]) -> Conditions:
    return Conditions(words=tuple(tuple(line) for line in row.get("words", ())))


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        code=row["code"],
        to=row["to"],
        asked=_asked(row),
        about=frozenset(row.get("about", ())),
        wants=frozenset(row.get("wants", ())),
        because=(row["because"], row["because_en"]),
        examples=tuple(row.get("examples", ())),
    )
