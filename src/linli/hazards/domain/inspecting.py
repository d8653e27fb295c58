"""One round with a list: each line is ticked, and what is not as it should be becomes a hazard where one wants it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from linli.cases.domain.report import find_spot
from linli.core.errors import Invalid, Refused
from linli.hazards.domain.checklists import Checklist, Line
from linli.hazards.domain.opening import FINDS, covers, find_hazard
from linli.hazards.enums import Origin, Ticked
from linli.hazards.models import Inspection, Premises
from linli.people.actors import Actor
from linli.places.models import Place

NOTE_MOST = 500


@dataclass(frozen=True)
class Tick:
    """How one line was found. note: needed where it is bad.  opens: a hazard is opened for it."""

    ticked: str
    note: str = ""
    photos: Sequence[UUID] = ()
    opens: bool = True
    imminent: bool = False


@dataclass(frozen=True)
class Round:
    """What was inspected."""

    checklist: Checklist
    place: Place
    ticks: Mapping[str, Tick]
    where: str = ""
    premises: Premises | None = None


def record_inspection(*, done: Round, by: Actor, at: datetime, action: UUID) -> Inspection:
    """Keep a round, and open a hazard for each line that is not as it should be and shall become one.

    A second call with the same action has no effect and finds the first one's.

    Raises:
        Refused: the post does not inspect here.
        Invalid: a line was not ticked, or a bad one says nothing; `fields` names each by the line's code.
    """
    if by.post is None or by.account is None or by.post.role not in FINDS:
        raise Refused
    spot = find_spot(done.place, None, None)
    if spot.place is None or not covers(by.post, spot.path):
        raise Refused
    _check(done)
    with transaction.atomic():
        known = Inspection.objects.filter(action=action).first()
        if known is not None:
            return known
        inspection = Inspection.objects.create(
            list=done.checklist.code, place=spot.place, place_path=spot.path, cell=spot.cell, premises=done.premises,
            where=done.where.strip()[:120], at=at, ticks={code: tick.ticked for code, tick in done.ticks.items()},
            good=_number(done, Ticked.GOOD), bad=_number(done, Ticked.BAD), post=by.post, account=by.account,
            action=action,
        )  # fmt: skip
        for line in done.checklist.lines:
            tick = done.ticks[line.code]
            if tick.ticked == Ticked.BAD and tick.opens:
                _open(inspection, line, tick, by, at, action)
    return inspection


def _open(inspection: Inspection, line: Line, tick: Tick, by: Actor, at: datetime, action: UUID) -> None:
    find_hazard(
        kind=line.kind, text=tick.note, place=inspection.place, where=inspection.where, by=by, at=at,
        action=uuid5(action, line.code), imminent=tick.imminent, blocks=line.blocks,
        line=f"{inspection.list}.{line.code}", photos=tick.photos, premises=inspection.premises,
        inspection=inspection, origin=Origin.INSPECTION,
    )  # fmt: skip


def _check(done: Round) -> None:
    wrong: dict[str, Any] = {}
    for line in done.checklist.lines:
        tick = done.ticks.get(line.code)
        if tick is None or tick.ticked not in Ticked.values:
            wrong[line.code] = _("Say how you found it: %(line)s") % {"line": line.title}
        elif tick.ticked == Ticked.BAD and not tick.note.strip():
            wrong[line.code] = _("Write what you saw: %(line)s") % {"line": line.title}
        elif len(tick.note) > NOTE_MOST:
            wrong[line.code] = _("Write at most 500 characters: %(line)s") % {"line": line.title}
    if wrong:
        raise Invalid(fields=wrong)


def _number(done: Round, which: Ticked) -> int:
    return sum(tick.ticked == which for tick in done.ticks.values())
