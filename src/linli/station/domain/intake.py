"""One intake: where a matter may belong, from its words and two answers, with the reason. A person decides.

The rules are a table (data/intake.toml), read from the top. Where none fits, the reading of classes, if it is sure,
speaks for a report; or else nothing is proposed, and the person chooses.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.triage import propose_class
from linli.engines.routing import Conditions, Matter, matches

DATA = Path(__file__).parent.parent / "data" / "intake.toml"
TEXT_MOST = 1000  # what every destination takes
REPORT = "case"  # what takes in whatever nobody else does
PROTECTION = "protection"


@dataclass(frozen=True)
class Danger:
    """A number to call, and what to do until somebody comes."""

    number: str
    advice: str


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


def danger_in(text: str) -> Danger | None:
    """What to call first, where the words say that somebody is in danger: by this table, then by the rules of cases."""
    for number, asked, advice in dangers():
        if matches(asked, _matter(text)):
            return Danger(number, _ours(advice))
    return _danger_by_rules_of_cases(text)


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(_rule(row) for row in _data()["rule"])


@cache
def dangers() -> tuple[tuple[str, Conditions, tuple[str, str]], ...]:
    return tuple((row["number"], _asked(row), (row["advice"], row["advice_en"])) for row in _data()["danger"])


def _danger_by_rules_of_cases(text: str) -> Danger | None:
    """The routing rules say what to do about gas, a lift or an injury; class, place and hour do not matter here."""
    for ruling in catalogue().rules:
        row = ruling.row
        asked = replace(ruling.asked, classes=(), places=(), sources=(), times=())
        if row.advice and asked.words and matches(asked, _matter(text)):
            advice = _ours((row.advice, row.advice_en))
            return Danger(next((number for number in ("119", "120", "110") if number in advice), "110"), advice)
    return None


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
