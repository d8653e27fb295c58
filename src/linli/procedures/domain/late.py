"""What happened before it could be written: on a staircase without signal.

A clock is met by `at`, when it happened; what a move starts runs from when others could know of it. The story says both
times.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from django.db import transaction

from linli.people.actors import Actor
from linli.procedures.domain import assignments, clocks
from linli.procedures.domain.move import first_time
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import ClockState
from linli.procedures.models import Action, Clock, Procedure
from linli.procedures.registry import kind_of

SENT_AT_ONCE = timedelta(minutes=1)
NEXT = timedelta(microseconds=1)
BELIEVED = timedelta(hours=72)  # what a phone kept for longer counts from when it arrives

Done = TypeVar("Done")


def happened(seconds: str, *, procedure: Procedure | None, now: datetime) -> datetime:
    """When an act happened that a phone kept for so many seconds, by its own clock.

    Never in the future, never more than 72 hours ago, and always after the step that it follows: a clock that this step
    started is not taken for one that the act starts. Seconds that are no number count as none.
    """
    kept = int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 9 else 0
    ago = timedelta(seconds=kept)
    if not SENT_AT_ONCE < ago <= BELIEVED:
        return now
    return max(now - ago, _last_step(procedure) + NEXT) if procedure else now - ago


def _last_step(procedure: Procedure) -> datetime:
    """When the procedure last moved, or was opened."""
    workflow = kind_of(procedure.kind).workflow
    steps = [workflow.initial, "reassigned", *workflow.moves]
    last = procedure.entries.filter(kind__in=steps).order_by("-seq").values_list("at", flat=True).first()
    return last or procedure.opened


def as_it_happened(
    verb: Callable[..., Done], *, by: Actor, at: datetime, now: datetime, action: UUID, **given: Any
) -> Done:
    """Call a verb for what happened at `at` and arrives `now`; where these differ, the story says so. Once."""
    with transaction.atomic():
        done = verb(by=by, at=at, action=action, **given)
        if at < now:
            noted = Action.objects.select_related("procedure").get(pk=action)
            if noted.at == at:  # not where it had arrived before, and only the answer was lost
                _say_late(noted.procedure, by=by, at=at, now=now, action=action)
    return done


def _say_late(procedure: Procedure, *, by: Actor, at: datetime, now: datetime, action: UUID) -> None:
    if not first_time(uuid5(action, "late"), "late", procedure=procedure, by=by, at=now):
        return
    in_time = Clock.objects.filter(procedure=procedure, state=ClockState.MET, ended=at, due__lte=now)
    says = {"happened": at.isoformat(), "in_time": [clock.rule for clock in in_time]}
    _start_from(procedure, at, now)
    append_entry(procedure, "late", by=by, at=now, says=says)


def _start_from(procedure: Procedure, at: datetime, now: datetime) -> None:
    """Nobody can be late for what they could not know of: clocks that began at `at` begin now."""
    running = clocks.open_clocks(procedure)
    begun = [clock for clock in running if clock.start == at]
    for clock in begun:
        clock.start = now
        clocks.reckon(clock)
        clock.save(update_fields=["start", *clocks.CHANGED])
    if begun:
        procedure.due, procedure.amber = clocks.first_due(running)
        procedure.save(update_fields=["due", "amber"])
        assignments.follow_clocks(procedure)
