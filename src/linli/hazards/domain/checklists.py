"""The inspection lists, as data/checklists.toml has them, and what the law says to a line, as information."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from django.utils.translation import get_language

from linli import lawbook
from linli.hazards.enums import HazardKind


def _two(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else zh


@dataclass(frozen=True)
class Line:
    """One thing to look at. days: proposed for the notice, 1 to 30.  rule, fine: ids of the lawbook, or empty."""

    code: str
    kind: HazardKind
    days: int
    zh: str
    en: str
    blocks: bool = False
    rule: str = ""
    fine: str = ""

    @property
    def title(self) -> str:
        """How it should be."""
        return _two(self.zh, self.en)


@dataclass(frozen=True)
class Checklist:
    code: str
    zh: str
    en: str
    hint_zh: str
    hint_en: str
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        return _two(self.zh, self.en)

    @property
    def hint(self) -> str:
        return _two(self.hint_zh, self.hint_en)


@cache
def checklists() -> Mapping[str, Checklist]:
    """Every list by its code, in the order of the file."""
    read = tomllib.loads(files("linli.hazards").joinpath("data/checklists.toml").read_text(encoding="utf-8"))
    return {row["code"]: _list(row) for row in read["list"]}


def _list(row: Mapping[str, object]) -> Checklist:
    given = dict(row)
    lines = given.pop("line")
    assert isinstance(lines, list)
    read = tuple(Line(**{**line, "kind": HazardKind(line["kind"])}) for line in lines)
    return Checklist(**given, lines=read)  # type: ignore[arg-type]


def line_named(name: str) -> Line | None:
    """The line `list.line`, if there is such a one still."""
    code, _dot, line = name.partition(".")
    known = checklists().get(code)
    return next((each for each in known.lines if each.code == line), None) if known else None


@dataclass(frozen=True)
class Told:
    """What a law says, with its article. It is never reckoned for anybody."""

    title: str
    text: str
    law: str
    article: str


def law_of(line: Line | None, on: date, kind: str = "") -> list[Told]:
    """What the page shows beside a hazard: the duty, and the range of a fine as the law has it.

    kind: of the hazard; where no line says more, the general duty to remove a fire hazard stands there.
    """
    general = "fire.hazard" if kind == HazardKind.FIRE else ""
    found = []
    for name in (line.rule, line.fine) if line and line.rule else (general,):
        if name:
            rule = lawbook.rule(name, on=on)
            found.append(
                Told(
                    _two(rule.title_zh, rule.title_en), _two(rule.text_zh, rule.text_en),
                    _two(rule.source.zh, rule.source.en), rule.article,
                )
            )  # fmt: skip
    return found
