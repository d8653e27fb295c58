"""Who is called next: those with an appointment whose time has come, then those who need to be first, then everybody
else, each by their place; but nobody is overtaken by more than so many who came later.

A *place* is an instant: when the ticket was taken, or the time of the appointment where its holder checked in by then.
To be *overtaken* is to wait while a counter that could have served you calls somebody with a later place. Two things
follow, and tests hold both: nobody is overtaken more often than the bound says, whatever happens in the hall; and who
has no reason to be first overtakes nobody at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Rank(IntEnum):
    """The smaller is called first."""

    DUE = 0  # an appointment whose time has come
    NEED = 1  # aged, disabled, or with an infant
    ORDINARY = 2


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits.

    place: seconds since 1970; of equal ones the smaller key is the earlier.  overtaken: how often so far.
    """

    key: int
    place: int
    rank: Rank
    overtaken: int = 0

    @property
    def turn(self) -> tuple[int, int]:
        """What orders all places."""
        return self.place, self.key


def rank_of(*, place: int, now: int, appointment: bool, need: bool) -> Rank:
    """The rank at an instant. An appointment before its time has none of its own: its place lies in the future, so
    that it is called early only where nobody else waits."""
    if appointment and place <= now:
        return Rank.DUE
    return Rank.NEED if need else Rank.ORDINARY


def choose(line: Iterable[Waiting], *, most: int) -> Waiting | None:
    """Whom a counter calls next.

    line: everybody it could serve, in the order of their turns.
    most: how many later arrivals may overtake one person, 0 or more.
    Behind somebody who was overtaken that often nobody is looked at any more. None where nobody waits.
    """
    best: Waiting | None = None
    for each in line:
        if best is None or each.rank < best.rank:
            best = each
        if each.overtaken >= most:
            break
    return best


def overtaken_by(line: Sequence[Waiting], chosen: Waiting) -> list[Waiting]:
    """Those of a counter's line whom calling `chosen` overtakes: all with an earlier place."""
    return [each for each in line if each.turn < chosen.turn]
