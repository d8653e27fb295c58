"""What Linli comes with and an office begins from: classes, rules, items. Each app registers its own in `starters.py`.

    starters("cases.classes", _("classes of case"), missing=missing_classes, load=load_classes)

They are brought in as data that the office edits. What is there already stays as it is, changed or withdrawn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Starter:
    """One kind of thing that Linli comes with. missing: how many of it are not there; load: brings those in."""

    name: str
    title: Any
    missing: Callable[[], int]
    load: Callable[[datetime], int]


_known: dict[str, Starter] = {}


def starters(name: str, title: Any, *, missing: Callable[[], int], load: Callable[[datetime], int]) -> Starter:
    """Register a kind of thing. They are brought in in the order in which they are registered."""
    _known[name] = Starter(name, title, missing, load)
    return _known[name]


def bring_in(*, at: datetime) -> list[tuple[Starter, int]]:
    """Bring in all that is missing; how many of each came."""
    return [(starter, starter.load(at)) for starter in _known.values()]


def waiting() -> list[tuple[Starter, int]]:
    """Of what there are some that this office has not, and how many. Nothing is written."""
    found = [(starter, starter.missing()) for starter in _known.values()]
    return [(starter, number) for starter, number in found if number]
