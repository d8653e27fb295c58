"""Opening a procedure and moving it on: the only writers of its state."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, Invalid, Refused
from linli.core.outbox import tell
from linli.engines.workflow import STAY, Move, Workflow
from linli.people.actors import Actor
from linli.people.models import Post
from linli.places.models import Place
from linli.procedures.domain import assignments, clocks
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.story import save_entry, write_entry
from linli.procedures.enums import Audience, Part
from linli.procedures.models import Action, Assignment, Clock, Party, Procedure
from linli.procedures.numbers import new_number
from linli.procedures.registry import kind_of

Says = Mapping[str, Any]
Version = int | UUID  # the version that was shown, or the action that this one follows


@dataclass(frozen=True)
class Current:
    """How a procedure stands now, told to whoever came second."""

    state: str
    version: int
    by: str


class MissingEvidence(Invalid):
    """The move needs something that was not given. `facts["needs"]` names it."""

    code = "missing-evidence"
    message = _("Something that this step needs is still missing.")


def open_procedure(
    *,
    procedure: Procedure,
    particulars: Model,
    by: Actor,
    at: datetime,
    action: UUID,
    says: Says,
    audience: str = Audience.STAFF,
    assign: Mapping[Post, Part] | None = None,
    parties: Sequence[Party] = (),
) -> tuple[Procedure, bool]:
    """Begin a procedure made by `new_procedure`, with its app's own row. Returns it, and whether this call made it.

    The first entry is named after the first state. A second call with the same action has no effect and finds the
    procedure that the first one made.
    """
    try:
        return _open(procedure, particulars, by, at, action, says, audience, assign or {}, parties)
    except IntegrityError:
        # The same submit came twice at once, and the other was first.
        if (done := _done(action, "open", by)) is None:
            raise
        return done.procedure, False


def _open(
    procedure: Procedure,
    particulars: Model,
    by: Actor,
    at: datetime,
    action: UUID,
    says: Says,
    audience: str,
    assign: Mapping[Post, Part],
    parties: Sequence[Party],
) -> tuple[Procedure, bool]:
    workflow = kind_of(procedure.kind).workflow
    with transaction.atomic():
        if (done := _done(action, "open", by)) is not None:
            return done.procedure, False
        started = [clocks.new_clock(procedure, name, at) for name in workflow.opens]
        procedure.due, procedure.amber = clocks.first_due(started)
        entry, body = write_entry(
            procedure=procedure.pk, seq=1, before=b"", kind=workflow.initial, by=by, at=at, says=says, audience=audience
        )
        procedure.seq, procedure.head_hash = 1, entry.hash
        procedure.save(force_insert=True)
        particulars.save(force_insert=True)
        save_entry(entry, body)
        Clock.objects.bulk_create(started)
        given = assignments.begin(procedure, assign, workflow.states[workflow.initial].acts, at)
        Party.objects.bulk_create(parties)
        Action.objects.create(uuid=action, procedure=procedure, verb="open", actor=by.key, version=1, at=at)
        tell(f"{procedure.kind}.opened", procedure.pk, envelope(procedure, given), at)
    return procedure, True


def new_procedure(
    *,
    kind: str,
    place: Place | None,
    place_path: str,
    cell: Place | None,
    at: datetime,
    sealed: bool = False,
    number: str = "",
) -> Procedure:
    """A procedure in the first state of its workflow, not saved yet, for `open_procedure`.

    number: one of `unused_numbers`, from whoever makes many; otherwise a fresh one.
    """
    return Procedure(
        number=number or unused_numbers(1)[0],
        kind=kind,
        state=kind_of(kind).workflow.initial,
        place=place,
        place_path=place_path,
        cell=cell,
        opened=at,
        sealed=sealed,
    )


def move(
    procedure: Procedure,
    name: str,
    *,
    version: Version,
    by: Actor,
    at: datetime,
    action: UUID,
    because: str = "",
    given: Says | None = None,
    says: Says | None = None,
    assign: Mapping[Post, Part] | None = None,
    audience: str | None = None,
    rule: str = "",
    prepare: Callable[[Procedure], None] | None = None,
    change: Callable[[], None] | None = None,
    relieve: Collection[int] = (),
) -> Procedure:
    """Move a procedure on: check, write, tell, in one transaction. Returns it as it stands afterwards.

    `version` is the one that was shown, or the UUID of the action that this one follows. `given` are the values that
    the move's needs look at, together with `because`; `says` is what the entry keeps. `assign` gives posts their
    parts; `relieve` names posts whose part as co-handler ends. `change` writes the app's own row in the same
    transaction, once the move is made; `prepare` writes beforehand what the clocks that it starts are reckoned by, and
    is given the procedure as it was locked, whose row and particulars it keeps as it writes them.

    Raises:
        Conflict: it moved since `version` was shown, or stands in a state that this move does not leave.
        Refused: this actor may not make this move.
        MissingEvidence: something that the move needs was not given.
    """
    workflow = kind_of(procedure.kind).workflow
    step = workflow.moves[name]
    with transaction.atomic():
        # PostgreSQL lets a second writer wait here, so that it reads what the first one left; SQLite has one anyway.
        now = Procedure.objects.select_related(procedure.kind).select_for_update(of=("self",)).get(pk=procedure.pk)
        if (done := _done(action, name, by)) is not None:
            return done.procedure
        shown = version_after(version, now)
        if now.version != shown or now.state not in step.sources:
            raise _conflict(now)
        if not step.who(by, now):
            raise Refused
        _check_needs(step, now, {**(given or {}), "reason": because})
        if prepare is not None:
            prepare(now)
        said = {
            "from": now.state,
            "to": step.leads_to(now.state),
            **({"because": because} if because else {}),
            **(says or {}),
        }
        entry, body = write_entry(
            procedure=now.pk,
            seq=now.seq + 1,
            before=bytes(now.head_hash),
            kind=name,
            by=by,
            at=at,
            says=said,
            audience=audience or step.audience,
            rule=rule,
        )
        running = clocks.turn(
            now,
            clocks.open_clocks(now),
            at,
            starts=step.starts,
            stops=step.stops,
            pauses=step.pauses,
            resumes=step.resumes,
            extends=step.extends,
            drops=step.drops,
            amount=int((given or {}).get("amount") or 0),
        )
        _step_to(now, step, workflow, running, bytes(entry.hash), at)
        save_entry(entry, body)

        def over(row: Assignment) -> bool:
            """A part of which there is one ends for whoever has it; a co-handler ends their own, or is relieved."""
            own = row.part in assignments.SINGLE or (by.post is not None and row.post_id == by.post.pk)
            return (row.part in step.ends and own) or (row.part == Part.HELPER and row.post_id in relieve)

        given_to = assignments.turn(now, assign or {}, workflow.states[now.state].acts, at, over=over)
        Action.objects.create(uuid=action, procedure=now, verb=name, actor=by.key, version=now.version, at=at)
        if change is not None:
            change()
            now.refresh_from_db(fields=WHO_MAY_KNOW)
        tell(f"{now.kind}.{name}", now.pk, envelope(now, given_to), at)
    return now


# What a change may write beside the move, and the message must not tell as it was before: it decides who hears of it.
WHO_MAY_KNOW = ["place", "place_path", "cell", "sealed", "excludes"]


def may(procedure: Procedure, by: Actor) -> list[Move]:
    """The moves that this actor may make now, in the order of the table; a page shows them as buttons."""
    workflow = kind_of(procedure.kind).workflow
    return [step for step in workflow.moves_from(procedure.state) if step.who(by, procedure)]


def _step_to(
    now: Procedure, step: Move, workflow: Workflow, running: list[Clock], head_hash: bytes, at: datetime
) -> None:
    """Write the new state by compare-and-swap on version and seq."""
    shown = (now.version, now.seq)
    now.version, now.seq, now.head_hash = now.version + 1, now.seq + 1, head_hash
    if step.target is not STAY:
        now.state, now.closed = step.target, at if step.target in workflow.closed else None
    now.due, now.amber = clocks.first_due(running)
    taken = Procedure.objects.filter(pk=now.pk, version=shown[0], seq=shown[1]).update(
        state=now.state,
        version=now.version,
        seq=now.seq,
        head_hash=now.head_hash,
        closed=now.closed,
        due=now.due,
        amber=now.amber,
    )
    if not taken:
        raise _conflict(Procedure.objects.get(pk=now.pk))


def _check_needs(step: Move, procedure: Procedure, values: Says) -> None:
    missing = [need.name for need in step.needs if not need.met(procedure, values)]
    if missing:
        raise MissingEvidence(
            needs=missing, fields={name: NEEDED.get(name, _("Please fill this in.")) for name in missing}
        )


NEEDED = {
    "reason": _("Write the reason in a sentence."),
    "photo": _("Add a photograph of the work done."),
    "answer": _("Write the answer that the reporter will read."),
    "text": _("Write what was done."),
    "question": _("Write the question."),
    "amount": _("Write by how much."),
    "until": _("Choose the day on which it goes on."),
    "into": _("Choose the case it is the same as."),
    "helpers": _("Somebody who helps has not finished yet. Wait for them, or relieve them with a reason."),
    "children": _("A case that was split off is still open."),
}


def version_after(version: Version, procedure: Procedure) -> int:
    """The version that a queued action follows: its own number, or what the named action left behind."""
    if isinstance(version, int):
        return version
    found = Action.objects.filter(pk=version, procedure=procedure).values_list("version", flat=True).first()
    if found is None:
        raise Conflict(_("The step before this one has not arrived yet. It is sent again by itself."))
    return found


def _conflict(now: Procedure) -> Conflict:
    last = now.entries.order_by("-seq").values_list("actor", "at").first() or ("", None)
    return Conflict(current=Current(state=now.state, version=now.version, by=last[0]), at=last[1])


def _done(action: UUID, verb: str, by: Actor) -> Action | None:
    """The act that this UUID already stands for.

    Raises:
        Conflict: it stands for something else, or for somebody else's act.
    """
    done = Action.objects.filter(pk=action).select_related("procedure").first()
    if done is not None and (done.verb != verb or done.actor != by.key):
        raise Conflict(_("This form was already used for something else. Open the page again."))
    return done


def first_time(action: UUID, verb: str, *, procedure: Procedure, by: Actor, at: datetime) -> bool:
    """Whether an act that is no move was not done yet under this UUID; it is noted, in the caller's transaction."""
    if _done(action, verb, by) is not None:
        return False
    Action.objects.create(uuid=action, procedure=procedure, verb=verb, actor=by.key, version=procedure.version, at=at)
    return True


def unused_numbers(many: int) -> list[str]:
    """So many public numbers that no procedure has. One statement, as a rule."""
    free: set[str] = set()
    while len(free) < many:
        drawn = {new_number() for _ in range(many - len(free))}
        free |= drawn - set(Procedure.objects.filter(number__in=drawn).values_list("number", flat=True))
    return list(free)
