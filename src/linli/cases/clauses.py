"""What the law says, in plain words, beside a case or a dispute: cards by class of case and by type of dispute.

Cases and disputes know no cards. Who keeps them (the legal studio) offers a function here in its `ready()`; nothing of
a matter goes into it but the code of its class or type, so a card can say nothing about the people in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Clause:
    """A card as it reads on a day. since: from when this version of the clause holds. verified: whether it was compared
    with the full text of its source. next: what one can do with it. url: the page of the card."""

    title: str
    text: str
    law: str
    article: str
    since: date
    verified: bool
    next: str
    url: str


GiveClauses = Callable[[str, str, date], Sequence[Clause]]
_givers: list[GiveClauses] = []


def offer_clauses(give: GiveClauses) -> None:
    """Add cards. give: takes the code of a class or "", the code of a type of dispute or "", and the day."""
    _givers.append(give)


def clauses_for(*, klass: str = "", dispute: str = "", on: date) -> list[Clause]:
    """The cards for a class of case or a type of dispute as the law stands on a day; for neither, none."""
    if not (klass or dispute):
        return []
    return [clause for give in _givers for clause in give(klass, dispute, on)]
