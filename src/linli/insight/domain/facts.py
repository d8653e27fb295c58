"""What a case counts as, read from its story, its clocks and its assignments; and keeping that up to date."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.cases.enums import Publicity
from linli.cases.workflow import WORKFLOW
from linli.engines.workflow import Stage
from linli.insight.domain.rollups import move_sums
from linli.insight.models import PLACE_LENGTH, CaseFact
from linli.procedures.enums import Audience, ClockState, Part
from linli.procedures.models import Assignment, Clock, Entry, Procedure

HANDLE = "case.handle"
UNTIMED = frozenset({"void", "merged", "deferred"})  # no limit of these states is to be kept
HANDLED = frozenset({"handled", "verified", "closed"})
FIRST = WORKFLOW.initial
# The moves by which a report is taken up as a case.
FILING = frozenset(
    name
    for name, move in WORKFLOW.moves.items()
    if FIRST in move.sources and WORKFLOW.states[move.leads_to(FIRST)].stage not in (None, Stage.COLLECT)
)
BACK = frozenset({"hand_back", "hand_on"})  # it had been sent to the wrong post
HEARD = (Audience.PARTIES, Audience.PUBLIC)
FROM_OUTSIDE = frozenset({"supported", "rated", "added", "contact_removed"})

COLUMNS = (
    "uuid", "state", "opened", "closed", "sealed", "excludes", "place_path",
    "case__klass", "case__klass__publicity", "case__satisfaction",
)  # fmt: skip
FLAGS = [column.name for column in CaseFact._meta.concrete_fields if not column.primary_key]


@dataclass(frozen=True)
class Line:
    """One entry, as far as counting needs it."""

    kind: str
    at: datetime
    audience: str
    actor: str


@dataclass
class Rows:
    """All that is read of one case."""

    own: dict[str, Any]
    story: list[Line] = field(default_factory=list)
    limits: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    handler: tuple[int, int] = (0, 0)  # post, organisation


def refresh(keys: Collection[UUID]) -> int:
    """Read these cases anew and move the sums by the difference, in one transaction. Returns how many had changed.

    It looks at the rows as they are and never at a message, so that a message read twice, late or out of order has no
    other effect than the last. Eight statements, whatever the number of cases.
    """
    with transaction.atomic():
        held = {fact.pk: fact for fact in CaseFact.objects.select_for_update().filter(pk__in=keys)}
        fresh = facts_of(keys)
        changed = [fact for fact in fresh if not is_same(held.get(fact.pk), fact)]
        if changed:
            move_sums(gone=[held[fact.pk] for fact in changed if fact.pk in held], come=changed)
            CaseFact.objects.bulk_create(
                changed, update_conflicts=True, unique_fields=["procedure"], update_fields=FLAGS
            )
    return len(changed)


def is_same(held: CaseFact | None, fact: CaseFact) -> bool:
    return held is not None and all(getattr(held, name) == getattr(fact, name) for name in FLAGS)


def facts_of(keys: Collection[UUID]) -> list[CaseFact]:
    """The facts of these cases, not saved. Four statements."""
    return [fact_of(rows) for rows in _read(keys)]


def _read(keys: Collection[UUID]) -> Iterable[Rows]:
    found = {
        row["uuid"]: Rows(row) for row in Procedure.objects.filter(pk__in=keys, kind=WORKFLOW.kind).values(*COLUMNS)
    }
    stories: dict[UUID, list[Line]] = defaultdict(list)
    lines = Entry.objects.filter(procedure__in=found).order_by("procedure", "seq")
    for key, kind, at, audience, actor in lines.values_list("procedure", "kind", "at", "audience", "actor"):
        stories[key].append(Line(kind, at, audience, actor))
    counting = Clock.objects.filter(procedure__in=found, rule=HANDLE).exclude(state=ClockState.DROPPED)
    for key, start, due in counting.values_list("procedure", "start", "due"):
        found[key].limits.append((start, due))
    handlers = Assignment.objects.filter(procedure__in=found, part=Part.HANDLER).order_by("id")
    for key, post, organisation in handlers.values_list("procedure", "post", "post__organisation"):
        found[key].handler = (post, organisation)
    for key, rows in found.items():
        rows.story = stories[key]
    return found.values()


def fact_of(rows: Rows) -> CaseFact:
    """What one case counts as. The definitions stand in docs/figures.md."""
    own, story = rows.own, rows.story
    kinds = {line.kind for line in story}
    sent = max((number for number, line in enumerate(story) if line.kind == "dispatch"), default=None)
    due = _due(own["state"], story, sent, rows.limits)
    closed = own["state"] == "closed"
    answer = _first_word(story)
    done = _handed_in_at(story, sent) or own["closed"]
    return CaseFact(
        procedure_id=own["uuid"],
        countable=not own["sealed"] and not own["excludes"] and own["case__klass__publicity"] != Publicity.NEVER,
        klass=own["case__klass"] or 0,
        place=own["place_path"][:PLACE_LENGTH],
        organisation=rows.handler[1],
        post=rows.handler[0],
        reported=timezone.localdate(own["opened"]),
        due=due,
        due_day=last_day(due) if due else None,
        filed=bool(kinds & FILING),
        invalid=own["state"] == "void",
        answered=answer is not None,
        answer_minutes=_minutes(answer - own["opened"]) if answer else 0,
        handled=own["state"] in HANDLED,
        handed_in="hand_in" in kinds,
        reworked="rework" in kinds,
        closed=closed,
        in_time=bool(closed and due and done and done < due),
        right_first=not kinds & BACK,
        finished=closed or "reopen" in kinds,
        reopened="reopen" in kinds,
        grade=own["case__satisfaction"] or 0,
    )


def _due(
    state: str, story: Sequence[Line], sent: int | None, limits: Sequence[tuple[datetime, datetime | None]]
) -> datetime | None:
    """When the limit that the last dispatch began is over; sending work back gives no new one.

    A paused limit has no end until it runs again.
    """
    if sent is None or state in UNTIMED:
        return None
    begun = sorted((start, due) for start, due in limits if start >= story[sent].at)
    return begun[0][1] if begun else None


def _handed_in_at(story: Sequence[Line], sent: int | None) -> datetime | None:
    """When the work was last handed in since the case was last sent out."""
    return max((line.at for line in story[sent or 0 :] if line.kind == "hand_in"), default=None)


def _first_word(story: Sequence[Line]) -> datetime | None:
    """When the reporter could first read something that the office had done."""
    return next((line.at for line in story[1:] if line.audience in HEARD and _is_ours(line)), None)


def _is_ours(line: Line) -> bool:
    return line.kind not in FROM_OUTSIDE and not line.actor.startswith(("party:", "account:"))


def _minutes(time: timedelta) -> int:
    return max(0, int(time.total_seconds() // 60))


def last_day(due: datetime) -> date:
    """The last day of a limit: one that ends at midnight ends with the day before."""
    return timezone.localdate(due - timedelta(microseconds=1))
