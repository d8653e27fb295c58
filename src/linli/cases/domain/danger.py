"""Whether what somebody writes speaks of danger, so that the number to call stands before them while they write.

It never decides anything, and is kept nowhere. The words stand in data/danger.toml; the rules for where cases go have
more (gas, a lift, an injury); and those of violence at home stand in data/violence.toml.
"""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.violence import may_be_violence
from linli.engines.routing import Conditions, Matter, matches

DATA = Path(__file__).parents[1] / "data" / "danger.toml"
NUMBERS = ("119", "120", "110")


@dataclass(frozen=True)
class Danger:
    """A number to call, and what to do until somebody comes. violence: help that stays hidden is offered too."""

    number: str
    advice: str
    violence: bool = False


def danger_in(text: str) -> Danger | None:
    """What to call first, where the words say that somebody is in danger; None where they do not."""
    violence = may_be_violence(text)
    for number, asked, advice in _rows():
        if matches(asked, _matter(text)):
            return Danger(number, _ours(advice), violence)
    if violence:
        return Danger("110", _("Is somebody being hurt at home? In danger now: ring 110."), violence=True)
    return _by_rules_of_cases(text)


@cache
def _rows() -> tuple[tuple[str, Conditions, tuple[str, str]], ...]:
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["danger"]
    return tuple((row["number"], _asked(row["words"]), (row["advice"], row["advice_en"])) for row in rows)


def _asked(lines: list[list[str]]) -> Conditions:
    return Conditions(words=tuple(tuple(words) for words in lines))


def _by_rules_of_cases(text: str) -> Danger | None:
    """The routing rules say what to do about gas, a lift or an injury; class, place and hour do not matter here."""
    for ruling in catalogue().rules:
        row = ruling.row
        asked = replace(ruling.asked, classes=(), places=(), sources=(), times=())
        if row.advice and asked.words and matches(asked, _matter(text)):
            advice = _ours((row.advice, row.advice_en))
            return Danger(next((number for number in NUMBERS if number in advice), "110"), advice)
    return None


def _matter(text: str) -> Matter:
    return Matter("", "", "", frozenset(), text)


def _ours(both: tuple[str, str]) -> str:
    chinese, english = both
    return english if english and (get_language() or "").startswith("en") else chinese
