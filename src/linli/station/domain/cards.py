"""Clause cards: what a clause of the law says in plain words, since when, and for which matters it is good to know.

The law, the article, the date and the plain words are the lawbook's, in the version that is in force on the day asked.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from linli import lawbook
from linli.cases.clauses import Clause
from linli.core.errors import NotFound

DATA = Path(__file__).parent.parent / "data" / "clause_cards.toml"


def _english() -> bool:
    return (get_language() or "").startswith("en")


@dataclass(frozen=True)
class Topic:
    code: str
    says: Mapping[str, Any]

    @property
    def title(self) -> str:
        return str(self.says["title_en" if _english() else "title"])


@dataclass(frozen=True)
class Card:
    """One card. classes: codes of the classes of case, disputes: codes of the types of dispute that it is about."""

    code: str
    rule: str
    topic: str
    classes: tuple[str, ...]
    disputes: tuple[str, ...]
    says: Mapping[str, Any]

    @property
    def next(self) -> str:
        """What one can do with it."""
        return str(self.says["next_en" if _english() else "next"])


@dataclass(frozen=True)
class Shown(Clause):
    """A card as it reads on a day, with its place among the cards."""

    code: str
    topic: Topic


def _read() -> tuple[dict[str, Topic], dict[str, Card]]:
    held = tomllib.loads(DATA.read_text(encoding="utf-8"))
    topics = {row["code"]: Topic(row["code"], row) for row in held["topic"]}
    cards = {
        row["code"]: Card(
            row["code"], row["rule"], row["topic"], tuple(row.get("classes", ())), tuple(row.get("disputes", ())), row
        )
        for row in held["card"]
    }
    return topics, cards


TOPICS, CARDS = _read()


def shown(code: str, *, on: date) -> Shown:
    """A card as it reads on a day, in the active language.

    Raises:
        NotFound: there is no such card.
    """
    card = CARDS.get(code)
    if card is None:
        raise NotFound
    rule, english = lawbook.rule(card.rule, on=on), _english()
    return Shown(
        code=code, title=rule.title_en if english else rule.title_zh, text=rule.text_en if english else rule.text_zh,
        law=rule.source.en if english else rule.source.zh, article=rule.article, since=rule.effective_from,
        verified=not rule.assumed, next=card.next, topic=TOPICS[card.topic], url=reverse("legal:card", args=[code]),
    )  # fmt: skip


def cards_for(*, on: date, klass: str = "", dispute: str = "", topic: str = "") -> list[Shown]:
    """The cards for a class of case, a type of dispute or a topic, in the order of the file; without any, all."""
    every = not (klass or dispute or topic)
    found = (
        card.code
        for card in CARDS.values()
        if every or klass in card.classes or dispute in card.disputes or topic == card.topic
    )
    return [shown(code, on=on) for code in found]


def clauses_of(klass: str, dispute: str, on: date) -> list[Shown]:
    """What the pages of cases and disputes show; see `linli.cases.clauses`."""
    return cards_for(on=on, klass=klass, dispute=dispute)
