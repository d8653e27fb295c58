"""What the public's one screen shows: the last whole month, by committee, over five cases at least.

The page of figures shows the same month by estate. A committee is the sum of its estates, so a committee is shown only
where subtracting its estates from it gives nothing that is hidden there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linli.insight.domain.figures import BY_NAME, IN_PUBLIC, Value, value_of
from linli.insight.domain.guard import FEWEST, is_few
from linli.insight.domain.periods import Period, whole_months
from linli.insight.domain.queries import Division, public_table
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
    shown = by_committee(table.rows, [place.path for place in committees])
    return PublicPicture(
        month,
        [value_of(BY_NAME[name], table.whole) for name in IN_PUBLIC],
        [(place, shown.get(place.path)) for place in committees],
    )


def by_committee(rows: Sequence[Division], committees: Sequence[str]) -> Mapping[str, int]:
    """How many cases were due in each committee, without those whose number would give a hidden one away.

    rows: the estates as the page of figures shows them.
    """
    whole, hidden = dict.fromkeys([*committees, ELSEWHERE], 0), dict[str, list[int]]()
    for row in rows:
        path = next((path for path in committees if row.key and str(row.key).startswith(path)), ELSEWHERE)
        number = row.sums.get("due", 0)
        whole[path] += number
        if "due" in row.guarded:
            hidden.setdefault(path, []).append(number)
    shut = {path for path, number in whole.items() if is_few(number) or _gives_away(hidden.get(path, []))}
    others = sorted((path for path in whole if path not in shut and whole[path]), key=lambda path: whole[path])
    while shut and others and (len(shut) < 2 or sum(whole[path] for path in shut) < FEWEST):
        shut.add(others.pop(0))
    return {path: number for path, number in whole.items() if path not in shut and path != ELSEWHERE}


def _gives_away(numbers: Sequence[int]) -> bool:
    """Whether the sum of the hidden estates would say what one of them is, or that they are few."""
    return bool(numbers) and (len(numbers) < 2 or sum(numbers) < FEWEST)
