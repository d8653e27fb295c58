"""One round with a list: each line is ticked, and what is not as it should be becomes a hazard where one wants it.

Whoever answers for it may be there and sign at once: each hazard of the round then has its notice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.cases.domain.report import find_spot
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.signatures import Signature
from linli.hazards.domain.checklists import Checklist, Line
from linli.hazards.domain.opening import DECIDES, FINDS, covers, find_hazard
from linli.hazards.domain.steps import Demand, step_as_it_happened
from linli.hazards.enums import Handed, Origin, Ticked
from linli.hazards.models import Hazard, Inspection, Premises
from linli.people.actors import Actor
from linli.people.models import Post
from linli.places.models import STEP, Kind, Place
from linli.procedures.domain.late import as_it_happened

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
class There:
    """Who answers for the place, was there, and signs that the notice was received."""

    answers: str
    answers_name: str
    signature: Signature = field(default_factory=Signature)


@dataclass(frozen=True)
class Round:
    """What was inspected. there: set where the notice of each hazard is served at once."""

    checklist: Checklist
    place: Place
    ticks: Mapping[str, Tick]
    where: str = ""
    premises: Premises | None = None
    there: There | None = None


def record_inspection(*, done: Round, by: Actor, at: datetime, action: UUID, now: datetime | None = None) -> Inspection:
    """Keep a round, and open a hazard for each line that is not as it should be and shall become one.

    A second call with the same action has no effect and finds the first one's. now: when it arrived, where it was done
    without signal at `at`; the stories of the hazards say both.

    Raises:
        Refused: the post does not inspect here, or may not serve the notice.
        Invalid: a line was not ticked, or a bad one says nothing; `fields` names each by the line's code.
        Conflict: the action is somebody else's.
    """
    if by.post is None or by.account is None or by.post.role not in FINDS:
        raise Refused
    spot = find_spot(done.place, None, None)
    if spot.place is None or not covers(by.post, spot.path):
        raise Refused
    _check(done)
    if (known := _known(action, by)) is not None:
        return known
    arrived = _Arrived(by, at, now or at, action)
    try:
        with transaction.atomic():
            inspection = Inspection.objects.create(
                list=done.checklist.code, place=spot.place, place_path=spot.path, cell=spot.cell,
                premises=done.premises, where=done.where.strip()[:120], at=at,
                ticks={code: tick.ticked for code, tick in done.ticks.items()}, good=_number(done, Ticked.GOOD),
                bad=_number(done, Ticked.BAD), post=by.post, account=by.account, action=action,
            )  # fmt: skip
            for line in done.checklist.lines:
                tick = done.ticks[line.code]
                if tick.ticked == Ticked.BAD and tick.opens:
                    hazard = _open(inspection, line, tick, arrived)
                    if done.there is not None:
                        _serve(hazard, line, tick, done.there, arrived)
    except IntegrityError:
        # The same submit came twice at once, and the other was first.
        if (known := _known(action, by)) is None:
            raise
        return known
    return inspection


def own_path(post: Post) -> str:
    """Below which the places lie that a post goes round; a grid worker's is the committee of the cell."""
    return post.place.path[:-STEP] if post.place.kind == Kind.CELL else post.place.path


@dataclass(frozen=True)
class _Arrived:
    """Who did it, when it happened, when it arrived, and the action of the whole round."""

    by: Actor
    at: datetime
    now: datetime
    action: UUID


def _known(action: UUID, by: Actor) -> Inspection | None:
    """The round that this action made already."""
    known = Inspection.objects.filter(action=action).first()
    if known is not None and (by.account is None or known.account_id != by.account.pk):
        raise Conflict
    return known


def _open(inspection: Inspection, line: Line, tick: Tick, arrived: _Arrived) -> Hazard:
    return as_it_happened(
        find_hazard, by=arrived.by, at=arrived.at, now=arrived.now, action=uuid5(arrived.action, line.code),
        kind=line.kind, text=tick.note, place=inspection.place, where=inspection.where, imminent=tick.imminent,
        blocks=line.blocks, line=f"{inspection.list}.{line.code}", photos=tick.photos, premises=inspection.premises,
        inspection=inspection, origin=Origin.INSPECTION,
    )  # fmt: skip


def _serve(hazard: Hazard, line: Line, tick: Tick, there: There, arrived: _Arrived) -> None:
    """The notice of one line: it is to be so as the list says, within the days that the list proposes."""
    assert arrived.by.post is not None
    if arrived.by.post.role not in DECIDES:
        raise Refused(_("Your post serves no notice. Leave it out; the committee serves it."))
    demand = Demand(
        demand=_("So that it is so: %(line)s") % {"line": line.title}, answers=there.answers,
        answers_name=there.answers_name, days=line.days, handed=Handed.SIGNED, signature=there.signature,
    )  # fmt: skip
    fresh = Hazard.objects.select_related("procedure").get(pk=hazard.pk)
    step_as_it_happened(
        "serve", hazard=fresh, version=fresh.procedure.version, demand=demand, by=arrived.by, at=arrived.at,
        now=arrived.now, action=uuid5(arrived.action, f"{line.code} notice"),
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
