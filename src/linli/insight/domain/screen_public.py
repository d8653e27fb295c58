"""What the public's one screen shows: the last whole month, by committee, over five cases at least.

The page of figures shows the same month by estate, and the report by area where there are several. Estates add up to
committees and these to areas, so a committee is shown only where no hidden estate can be had by subtracting.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linli.insight.domain.figures import BY_NAME, IN_PUBLIC, Value, value_of
from linli.insight.domain.guard import FEWEST
from linli.insight.domain.periods import Period, whole_months
from linli.insight.domain.queries import PublicTable, public_table
from linli.insight.enums import By
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.places.models import Kind, Place

ELSEWHERE = ""


@dataclass(frozen=True)
class PublicPicture:
    """One month that is over. committees: how many cases were due in each; none where that is not shown."""

    month: Period
    figures: Sequence[Value]
    committees: Sequence[tuple[Place, int | None]]


def public_picture(today: date) -> PublicPicture:
    """Four statements."""
    month = whole_months(today, 1)[0]
    names = [(name, BY_NAME[name].denominator) for name in IN_PUBLIC]
    table = public_table(month, By.PLACE, today, names)
    committees = tree().of_kind(Kind.COMMITTEE, below=governed_path())
    shown = by_committee(table, [place.path for place in committees])
    return PublicPicture(
        month,
        [value_of(BY_NAME[name], table.whole) for name in IN_PUBLIC],
        [(place, shown.get(place.path)) for place in committees],
    )


def by_committee(table: PublicTable, committees: Sequence[str]) -> Mapping[str, int]:
    """How many cases were due in each committee, without those whose number would give a hidden one away.

    table: estates and areas as everybody may read them.  committees: paths.
    """
    whole, hidden = dict.fromkeys(committees, 0), dict[str, dict[str, list[int]]]()
    for path, number, is_hidden in _parts(table):
        committee = next((each for each in committees if path.startswith(each)), ELSEWHERE)
        if committee:
            whole[committee] += number
        if is_hidden:
            hidden.setdefault(_known_sum(path, table), {}).setdefault(committee, []).append(number)
    shut = {committee for held in hidden.values() for committee in _not_shown(held)}
    return {committee: number for committee, number in whole.items() if committee not in shut}


def _parts(table: PublicTable) -> Iterator[tuple[str, int, bool]]:
    """Path, number and whether it is hidden, of each estate, and of what lies in no estate: apart for each area."""
    estates = [(str(row.key), row.sums.get("due", 0), "due" in row.guarded) for row in table.rows if row.key]
    yield from estates
    outside = next((row for row in table.rows if not row.key), None)
    if outside is None:
        return
    left, is_hidden = outside.sums.get("due", 0), "due" in outside.guarded
    for area in table.areas:
        if area.key:
            held = sum(number for path, number, _hidden in estates if path.startswith(area.key))
            rest = area.sums.get("due", 0) - held
            left -= rest
            if rest:
                yield area.key, rest, is_hidden
    if left:
        yield ELSEWHERE, left, is_hidden


def _known_sum(path: str, table: PublicTable) -> str:
    """The area below whose sum a place is known; what lies in no area that is shown is known together."""
    shown = (area.key for area in table.areas if area.key and "due" not in area.guarded)
    return next((area for area in shown if path.startswith(area)), ELSEWHERE)


def _not_shown(held: Mapping[str, Sequence[int]]) -> set[str]:
    """Which committees are not shown, of those under one known sum; what lies in no committee never is.

    held: the numbers of the hidden estates of each. Only these are unknown to whoever subtracts: hiding a committee all
    of whose estates are shown would hide nothing.
    """
    shut = {committee for committee, numbers in held.items() if committee == ELSEWHERE or _gives_away(numbers)}
    others = sorted(held.keys() - shut, key=lambda committee: (sum(held[committee]), committee))
    while shut and others and _gives_away([number for committee in shut for number in held[committee]]):
        shut.add(others.pop(0))
    return shut


def _gives_away(numbers: Sequence[int]) -> bool:
    """Whether the sum of these hidden numbers would say what one of them is, or that they are few."""
    return len(numbers) < 2 or sum(numbers) < FEWEST
