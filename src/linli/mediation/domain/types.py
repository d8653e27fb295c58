"""The kinds of dispute and the legal ways beside mediation, as data/types.toml has them."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.utils.translation import get_language

FIRST_WAYS = ("court", "legal_aid")  # open to everybody, whatever the dispute


@dataclass(frozen=True)
class DisputeType:
    """group: the line of the statistics.  private: never held before others.  status: no court confirms all of it."""

    code: str
    zh: str
    en: str
    hint_zh: str
    hint_en: str
    group: str
    private: bool
    basis: tuple[str, ...]
    ways: tuple[str, ...]
    status: bool = False

    @property
    def title(self) -> str:
        return self.en if _english() else self.zh

    @property
    def hint(self) -> str:
        return self.hint_en if _english() else self.hint_zh


def _english() -> bool:
    return (get_language() or "").startswith("en")


@cache
def _data() -> dict:
    return tomllib.loads(files("linli.mediation").joinpath("data/types.toml").read_text(encoding="utf-8"))


@cache
def types() -> dict[str, DisputeType]:
    """Every kind of dispute by its code, in the order of the file."""
    return {
        row["code"]: DisputeType(**{**row, "basis": tuple(row["basis"]), "ways": tuple(row["ways"])})
        for row in _data()["type"]
    }


def type_of(code: str) -> DisputeType:
    """The kind of this code; one that was taken out of the list counts as `other`."""
    return types().get(code) or types()["other"]


@cache
def _ways() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in _data()["way"]}


def ways_of(code: str, *, on_agreement: bool = False) -> tuple[str, ...]:
    """The codes of the legal ways to be told when mediation of this kind fails (People's Mediation Law 26)."""
    first = ("suit_on_agreement",) if on_agreement else ()
    return tuple(dict.fromkeys((*first, *FIRST_WAYS, *type_of(code).ways)))


def say_ways(codes: Sequence[str]) -> list[str]:
    """The legal ways in the active language."""
    return [_ways()[code]["en" if _english() else "zh"] for code in codes if code in _ways()]
