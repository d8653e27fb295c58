"""Taking over what happened before Linli: many procedures at once, each with the two lines of its story.

The same as `open_procedure` and one move, but without clocks and without a message for each; written in few statements,
so that years of messages come in within seconds. A test holds the two ways to each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from linli.core.outbox import tell
from linli.people.actors import Actor
from linli.people.models import Post
from linli.procedures.domain.story import write_entry
from linli.procedures.enums import Part
from linli.procedures.models import Action, Assignment, Entry, EntryBody, Procedure
from linli.procedures.registry import kind_of


@dataclass(frozen=True)
class Past:
    """One procedure that began at `procedure.opened` and came by `move` to where it stands, at `moved`.

    `action` makes taking it over twice one act. `desk` has the open ones in its inbox.
    """

    procedure: Procedure
    particulars: Model
    action: UUID
    move: str
    moved: datetime
    because: str
    says: dict[str, Any]
    desk: Post | None


def take_over(pasts: Sequence[Past], *, by: Actor, at: datetime) -> list[Procedure]:
    """Write these procedures and their stories; those whose action is known already are left out.

    One message, `<kind>.taken_over`, names them all. Returns those that are new.

    Raises:
        ValueError: the workflow gives this actor no such move from its first state.
    """
    if not pasts:
        return []
    with transaction.atomic():
        known = set(Action.objects.filter(pk__in=[past.action for past in pasts]).values_list("pk", flat=True))
        fresh = [past for past in pasts if past.action not in known]
        lines = [_move_on(past, by) for past in fresh]
        procedures = [past.procedure for past in fresh]
        Procedure.objects.bulk_create(procedures)
        if fresh:
            type(fresh[0].particulars)._default_manager.bulk_create([past.particulars for past in fresh])
        _save_lines([line for pair in lines for line in pair])
        Assignment.objects.bulk_create([row for past in fresh for row in _assignments(past)])
        Action.objects.bulk_create(
            [
                Action(uuid=past.action, procedure=past.procedure, verb="open", actor=by.key, version=2, at=at)
                for past in fresh
            ]
        )
        if procedures:
            tell(f"{procedures[0].kind}.taken_over", None, {"procedures": [str(each.pk) for each in procedures]}, at)
    return procedures


def _move_on(past: Past, by: Actor) -> list[tuple[Entry, EntryBody]]:
    """Set the procedure to where the move leads, and make the two entries that lead there."""
    procedure = past.procedure
    workflow = kind_of(procedure.kind).workflow
    step = workflow.moves[past.move]
    if workflow.initial not in step.sources or not step.who(by, procedure):
        raise ValueError(f"{procedure.kind} cannot be taken over by {past.move}")
    target = step.leads_to(workflow.initial)
    first = write_entry(
        procedure=procedure.pk, seq=1, before=b"", kind=workflow.initial, by=by, at=procedure.opened, says=past.says
    )
    said = {"from": workflow.initial, "to": target, "because": past.because}
    second = write_entry(
        procedure=procedure.pk, seq=2, before=bytes(first[0].hash), kind=past.move, by=by, at=past.moved, says=said,
        audience=step.audience,
    )  # fmt: skip
    procedure.state, procedure.version, procedure.seq = target, 2, 2
    procedure.head_hash = second[0].hash
    procedure.closed = past.moved if target in workflow.closed else None
    return [first, second]


def _save_lines(lines: Sequence[tuple[Entry, EntryBody]]) -> None:
    entries = Entry.objects.bulk_create([entry for entry, _body in lines])
    bodies = [body for _entry, body in lines]
    for entry, body in zip(entries, bodies, strict=True):
        body.entry = entry
    EntryBody.objects.bulk_create(bodies)


def _assignments(past: Past) -> list[Assignment]:
    if past.desk is None:
        return []
    acts = kind_of(past.procedure.kind).workflow.states[past.procedure.state].acts
    return [
        Assignment(procedure=past.procedure, post=past.desk, part=Part.DESK, open=acts == Part.DESK, since=past.moved)
    ]
