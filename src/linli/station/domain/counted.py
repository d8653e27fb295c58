"""The list behind a promise's figure: the same matters as are counted, those alone that the reader may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.people.actors import Viewer
from linli.procedures.promise_sources import Line
from linli.station.domain.measures import Judged, Rate, judged, rate, source_of
from linli.station.models import Commitment

SIZE = 50


@dataclass(frozen=True)
class Counted:
    """rate: of what the reader may see. hidden: whether more is counted than that. next: where the list goes on."""

    rows: Sequence[tuple[Judged, Line]]
    rate: Rate
    hidden: bool
    next: int | None


def counted_for(
    commitment: Commitment, viewer: Viewer, *, has: Callable[[str], bool], after: str = "", at: datetime
) -> Counted:
    """The counted matters for these posts. Three statements beside those of the source, whatever the number.

    has: whether the reader holds a permission.  after: how many of the list were shown before.
    """
    source, found = source_of(commitment), judged(commitment, at)
    if source is None or (source.needs and not has(source.needs)):
        return Counted([], Rate(0, 0), bool(found), None)
    may = source.seen(viewer, list({each.one.key for each in found}))
    seen = [each for each in found if each.one.key in may]
    start = int(after) if after.isdecimal() and len(after) < 9 else 0
    page = seen[start : start + SIZE]
    lines = source.lines([each.one.key for each in page])
    rows = [(each, lines[each.one.key]) for each in page if each.one.key in lines]
    following = start + SIZE if len(seen) > start + SIZE else None
    return Counted(rows, rate(seen), len(seen) < len(found), following)
