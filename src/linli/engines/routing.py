"""Ordered, readable rules over a matter: which of them match, and which is the first to say something.

A rule says where a matter goes, how much it presses, or which limit it has; never anything about a person.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import TypeVar

from linli.engines.clocks import Calendar

NIGHT = (time(22), time(6))  # local time; begins on the one day and ends on the next


class Time(StrEnum):
    """What an instant is, by the calendar of the place. One instant may be several."""

    OFFICE = "office"  # office hours of a working day
    OFF = "off"  # any other time
    NIGHT = "night"
    REST = "rest"  # weekend or holiday


@dataclass(frozen=True, slots=True)
class Matter:
    """What rules look at. klass: its code, or "". path: where it is in the tree of places. text: what was written."""

    klass: str
    path: str
    source: str
    times: frozenset[Time]
    text: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that is given must hold; within one line any will do; an empty line asks nothing.

    classes: codes.  places: paths of subtrees.  sources and times: their names.
    words: alternatives, each of which asks for all its words in the text: (("lift", "trapped"), ("stuck",)).
    """

    classes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    times: tuple[Time, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()


def matches(asked: Conditions, matter: Matter) -> bool:
    """Whether a matter fulfils the conditions. Small and capital letters are the same."""
    text = matter.text.casefold()
    return (
        (not asked.classes or matter.klass in asked.classes)
        and (not asked.places or matter.path.startswith(asked.places))
        and (not asked.sources or matter.source in asked.sources)
        and (not asked.times or not matter.times.isdisjoint(asked.times))
        and (not asked.words or any(all(word.casefold() in text for word in words) for words in asked.words))
    )


Rule = TypeVar("Rule")
Said = TypeVar("Said")


def first(matching: Iterable[Rule], says: Callable[[Rule], Said | None]) -> tuple[Rule, Said] | None:
    """The first of the rules that match, in their order, which says something, and what it says."""
    for rule in matching:
        if (said := says(rule)) is not None:
            return rule, said
    return None


def times_of(at: datetime, calendar: Calendar) -> frozenset[Time]:
    """What an aware instant is by the calendar. The night is from 22:00, included, to 06:00, which is not."""
    local = at.astimezone(calendar.tz)
    clock = local.time()
    working = calendar.is_working(local.date())
    open_ = working and any(opens <= clock < closes for opens, closes in calendar.office_hours)
    found = {Time.OFFICE if open_ else Time.OFF}
    found |= {Time.NIGHT} if clock >= NIGHT[0] or clock < NIGHT[1] else set()
    return frozenset(found if working else found | {Time.REST})


def words_of(lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Alternatives from lines of words with blanks between them; empty lines say nothing."""
    return tuple(words for line in lines if (words := tuple(line.split())))
