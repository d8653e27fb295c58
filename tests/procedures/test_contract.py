"""One contract for every registered workflow, every move and every role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from django.db import transaction

from linli.core.errors import Conflict, Refused
from linli.people.actors import Actor
from linli.procedures.domain.clocks import open_clocks
from linli.procedures.domain.move import MissingEvidence, move
from linli.procedures.enums import ClockState
from linli.procedures.models import Assignment, Clock, Entry, Party, Procedure
from linli.procedures.registry import kind_of, kinds

ROLES = [
    "duty_officer", "area_lead", "grid_worker", "grid_worker_2", "department_handler", "property_manager",
    "committee_secretary", "mediator", "petition_clerk", "window_clerk", "volunteer_captain", "owners_chair",
    "project_lead", "police_liaison", "auditor", "administrator", "outsider", "reporter", "system:import",
    "system:clocks",
]  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """What the contract says of one move: from where it is tried, who may make it, and what it needs."""

    state: str
    may: set[str]
    needs: dict[str, object] = field(default_factory=dict)


DESK, HANDLER, CHECKERS = {"duty_officer"}, {"property_manager"}, {"duty_officer", "grid_worker"}
CONTRACT: dict[tuple[str, str], Clause] = {
    ("case", "file"): Clause("received", DESK),
    ("case", "dispatch"): Clause("filed", DESK),
    ("case", "accept"): Clause("dispatched", HANDLER),
    ("case", "hand_back"): Clause("dispatched", HANDLER, {"reason": "not ours"}),
    ("case", "hand_in"): Clause("handling", HANDLER, {"text": "done", "photo": ["x"]}),
    ("case", "rework"): Clause("handled", CHECKERS, {"reason": "still dark"}),
    ("case", "verify"): Clause("handled", CHECKERS),
    ("case", "close"): Clause("verified", DESK, {"answer": "The light works."}),
    ("case", "reopen"): Clause("closed", DESK | {"reporter"}, {"reason": "dark again"}),
    ("case", "void"): Clause("received", DESK, {"reason": "not in our area"}),
    ("case", "take_over"): Clause("received", {"system:import"}, {"reason": "row 1"}),
    ("case", "take_over_closed"): Clause("received", {"system:import"}, {"reason": "row 1"}),
}
MOVES = [(kind.workflow.kind, name) for kind in kinds().values() for name in kind.workflow.moves]


@pytest.fixture
def procedure_in(case_in: Callable) -> Callable[[str, str], Procedure]:
    """A procedure of a kind in a state, brought there by moves."""
    makers = {"case": lambda state: case_in(state).procedure}

    def bring(kind: str, state: str) -> Procedure:
        return Procedure.objects.get(pk=makers[kind](state).pk)

    return bring


@pytest.fixture
def actor(street) -> Callable[[str, Procedure], Actor]:
    def named(role: str, procedure: Procedure) -> Actor:
        if role.startswith("system:"):
            return Actor.named(role.removeprefix("system:"))
        if role == "reporter":
            return Actor(party=str(Party.objects.get(procedure=procedure).pk))
        return street.by(role)

    return named


def attempt(procedure: Procedure, name: str, clause: Clause, by: Actor, at, version: int | None = None) -> Procedure:
    given = dict(clause.needs)
    return move(
        procedure, name, version=version or procedure.version, by=by, at=at, action=uuid4(),
        because=str(given.pop("reason", "")), given=given,
    )  # fmt: skip


def test_every_move_of_every_workflow_has_a_clause():
    assert set(MOVES) == set(CONTRACT)


@pytest.mark.parametrize(("kind", "name"), MOVES)
def test_who_may_make_the_move_and_who_is_refused(kind, name, procedure_in, actor, street):
    clause = CONTRACT[kind, name]
    procedure = procedure_in(kind, clause.state)
    moved = set()

    for role in ROLES:
        with transaction.atomic():
            try:
                attempt(procedure, name, clause, actor(role, procedure), street.now)
                moved.add(role)
            except Refused:
                assert Procedure.objects.get(pk=procedure.pk).version == procedure.version
            transaction.set_rollback(True)

    assert moved == clause.may


@pytest.mark.parametrize(("kind", "name"), MOVES)
def test_the_move_does_what_the_table_says(kind, name, procedure_in, actor, street):
    clause, workflow = CONTRACT[kind, name], kind_of(kind).workflow
    step = workflow.moves[name]
    procedure = procedure_in(kind, clause.state)
    running = {clock.rule for clock in open_clocks(procedure)}
    by = actor(min(clause.may), procedure)

    now = attempt(procedure, name, clause, by, street.now)

    stored = Procedure.objects.get(pk=procedure.pk)
    assert (stored.state, stored.version, stored.seq) == (step.target, procedure.version + 1, procedure.seq + 1)
    assert (stored.closed is not None) == (step.target in workflow.closed)
    assert {clock.rule for clock in open_clocks(stored)} == (running - set(step.stops)) | set(step.starts)
    assert set(Clock.objects.filter(procedure=stored, rule__in=step.stops).values_list("state", flat=True)) <= {
        ClockState.MET, ClockState.RUNNING, ClockState.MISSED
    }  # fmt: skip
    last = Entry.objects.filter(procedure=stored).latest("seq")
    assert (last.kind, last.actor, last.at, last.audience) == (name, by.key, street.now, step.audience)
    turn = workflow.states[step.target].acts
    assert set(Assignment.objects.filter(procedure=stored, open=True).values_list("part", flat=True)) <= {turn}
    assert now.due == stored.due


@pytest.mark.parametrize(("kind", "name"), [key for key in MOVES if CONTRACT[key].needs])
def test_without_what_it_needs_nothing_moves(kind, name, procedure_in, actor, street):
    clause = CONTRACT[kind, name]
    procedure = procedure_in(kind, clause.state)
    by = actor(min(clause.may), procedure)

    with pytest.raises(MissingEvidence) as told:
        attempt(procedure, name, Clause(clause.state, clause.may), by, street.now)

    assert set(told.value.facts["needs"]) == set(clause.needs)
    assert Procedure.objects.get(pk=procedure.pk).version == procedure.version


@pytest.mark.parametrize(("kind", "name"), MOVES)
def test_a_stale_version_and_a_wrong_state_are_told(kind, name, procedure_in, actor, street):
    clause = CONTRACT[kind, name]
    procedure = procedure_in(kind, clause.state)
    by = actor(min(clause.may), procedure)

    with pytest.raises(Conflict) as told:
        attempt(procedure, name, clause, by, street.now, version=procedure.version + 1)

    assert (told.value.current.state, told.value.current.version) == (clause.state, procedure.version)
    attempt(procedure, name, clause, by, street.now)
    with pytest.raises(Conflict):
        attempt(procedure, name, clause, by, street.now)


@pytest.mark.parametrize(("kind", "name"), MOVES)
def test_a_doubled_submit_has_one_effect(kind, name, procedure_in, actor, street):
    clause, action = CONTRACT[kind, name], uuid4()
    procedure = procedure_in(kind, clause.state)
    by = actor(min(clause.may), procedure)
    given = {key: value for key, value in clause.needs.items() if key != "reason"}
    submit = {
        "version": procedure.version, "by": by, "at": street.now, "action": action,
        "because": str(clause.needs.get("reason", "")), "given": given,
    }  # fmt: skip

    first = move(procedure, name, **submit)
    second = move(procedure, name, **submit)

    assert (first.version, first.seq) == (second.version, second.seq)
    assert Entry.objects.filter(procedure=procedure, kind=name).count() == 1
