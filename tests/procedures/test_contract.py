"""One contract for every registered workflow, every move and every role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction

from linli.cases.domain.asking import ask_reporter, invite_guest
from linli.cases.domain.handling import fresh
from linli.cases.domain.more_time import ask_time, defer_case
from linli.cases.domain.together import ask_help
from linli.cases.domain.watching import supervise_case, take_charge
from linli.cases.models import Case
from linli.core.errors import Conflict, Refused
from linli.engines.workflow import STAY
from linli.insight.domain.mechanisms import MECHANISMS
from linli.insight.domain.reviews import begin_review, conclude_review, open_review
from linli.insight.models import Review
from linli.people.actors import Actor
from linli.procedures.domain.assignments import STANDING
from linli.procedures.domain.clocks import open_clocks
from linli.procedures.domain.move import MissingEvidence, move
from linli.procedures.enums import ClockState, PartyKind
from linli.procedures.models import Assignment, Clock, Entry, Party, Procedure
from linli.procedures.registry import kind_of, kinds
from tests.hazards.contract import HAZARDS, hazard_in
from tests.mediation import shelter
from tests.mediation.contract import MEDIATIONS, mediation_in
from tests.petitions.contract import PETITIONS, petition_for
from tests.services.contract import REQUESTS, request_in
from tests.services.contract_assistance import ASSISTANCE, assistance_in
from tests.station.contract import QUESTIONS, question_in

ROLES = [
    "duty_officer", "area_lead", "grid_worker", "grid_worker_2", "department_handler", "property_manager",
    "committee_secretary", "mediator", "petition_clerk", "window_clerk", "volunteer_captain", "owners_chair",
    "project_lead", "police_liaison", "auditor", "administrator", "outsider", "reporter", "system:import",
    "system:clocks", "system:cases", "system:rule:smoke:3", "guest", "petitioner", "respondent",
    "system:petitions",
    "system:protection.claim",
]  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """What the contract says of one move: from where it is tried, who may make it, what it needs, what came before."""

    state: str
    may: set[str]
    needs: dict[str, object] = field(default_factory=dict)
    before: tuple[str, ...] = ()


DESK, HANDLER, CHECKERS = {"duty_officer"}, {"property_manager"}, {"duty_officer", "grid_worker"}
LEADS, RULE = DESK | {"area_lead"}, {"system:rule:smoke:3"}
CONTRACT: dict[tuple[str, str], Clause] = {
    ("case", "file"): Clause("received", DESK | RULE),
    ("case", "dispatch"): Clause("filed", DESK | RULE),
    ("case", "accept"): Clause("dispatched", HANDLER),
    ("case", "hand_back"): Clause("dispatched", HANDLER, {"reason": "not ours"}),
    ("case", "hand_on"): Clause("handling", HANDLER, {"reason": "a colleague's stairwell"}),
    ("case", "recall"): Clause("dispatched", DESK, {"reason": "nobody takes it"}),
    ("case", "merge"): Clause("filed", DESK, {"into": "47TKF9VHF"}),
    ("case", "ask_time"): Clause("handling", HANDLER, {"reason": "the part is ordered"}),
    ("case", "extend"): Clause("handling", LEADS, {"amount": 2}, before=("ask_time",)),
    ("case", "refuse_time"): Clause("handling", LEADS, {"reason": "the part is in stock"}, before=("ask_time",)),
    ("case", "defer"): Clause("handling", LEADS, {"reason": "frost", "until": "2026-12-20"}),
    ("case", "resume"): Clause("deferred", LEADS | HANDLER | {"system:cases"}),
    ("case", "ask"): Clause("handling", DESK | HANDLER, {"question": "Which floor?"}),
    ("case", "reply"): Clause("handling", DESK | {"reporter"}, {"text": "The third."}, before=("ask",)),
    ("case", "no_reply"): Clause("handling", {"system:cases"}, before=("ask",)),
    ("case", "ask_help"): Clause("handling", DESK | HANDLER | RULE, {"text": "Bring a ladder."}),
    ("case", "help_done"): Clause("handling", {"committee_secretary"}, {"text": "Done."}, before=("ask_help",)),
    ("case", "relieve"): Clause("handling", DESK | HANDLER, {"reason": "ill"}, before=("ask_help",)),
    ("case", "invite"): Clause("handling", DESK | HANDLER, {"text": "Please look at the meter."}),
    ("case", "guest_done"): Clause("handling", {"guest"}, {"text": "Looked."}, before=("invite",)),
    ("case", "split"): Clause("filed", DESK, {"text": "the railing too"}),
    ("case", "link"): Clause("filed", DESK, {"into": "47TKF9VHF"}),
    ("case", "supervise"): Clause("handling", LEADS | RULE, {"text": "What is it waiting for?"}),
    ("case", "report_back"): Clause("handling", DESK | HANDLER, {"text": "A part."}, before=("supervise",)),
    ("case", "take_charge"): Clause("handling", LEADS, {"text": "Twelve years of damp."}),
    ("case", "review"): Clause("handling", {"committee_secretary"}, {"text": "Spoke again."}, before=("take_charge",)),
    ("case", "settle"): Clause("handling", LEADS | {"committee_secretary"}, {"text": "Dry."}, before=("take_charge",)),
    ("case", "hand_in"): Clause("handling", HANDLER, {"text": "done", "photo": ["x"]}),
    ("case", "rework"): Clause("handled", CHECKERS, {"reason": "still dark"}),
    ("case", "verify"): Clause("handled", CHECKERS),
    ("case", "close"): Clause("verified", DESK, {"answer": "The light works."}),
    ("case", "reopen"): Clause("closed", DESK | {"reporter"}, {"reason": "dark again"}),
    ("case", "void"): Clause("received", DESK, {"reason": "not in our area"}),
    ("case", "take_over"): Clause("received", {"system:import"}, {"reason": "row 1"}),
    ("case", "take_over_closed"): Clause("received", {"system:import"}, {"reason": "row 1"}),
    ("review", "begin"): Clause("open", LEADS),
    ("review", "conclude"): Clause(
        "reviewing", LEADS, {"outcome": "keep", "text": "It helps.", "next_on": date(2027, 3, 1)}
    ),
    ("review", "send_back"): Clause("concluded", DESK, {"reason": "the numbers say something else"}),
    ("review", "check"): Clause("concluded", DESK),
    ("review", "leave_out"): Clause("open", DESK, {"reason": "there is no station here"}),
}
CONTRACT |= {("request", name): Clause(*clause) for name, clause in REQUESTS.items()}
CONTRACT |= {("mediation", name): Clause(*clause) for name, clause in MEDIATIONS.items()}
CONTRACT |= {("assistance", name): Clause(*clause) for name, clause in ASSISTANCE.items()}
CONTRACT |= {("protection", name): Clause(*clause) for name, clause in shelter.CONTRACT.items()}
CONTRACT |= {("hazard", name): Clause(*clause) for name, clause in HAZARDS.items()}
CONTRACT |= {("legal_question", name): Clause(*clause) for name, clause in QUESTIONS.items()}
CONTRACT |= {("petition", name): Clause(*clause) for name, clause in PETITIONS.items()}
MOVES = [(kind.workflow.kind, name) for kind in kinds().values() for name in kind.workflow.moves]


@pytest.fixture
def procedure_in(case_in: Callable, street) -> Callable[[str, Clause], Procedure]:
    """A procedure of a kind as a clause wants it, brought there by the verbs of its app."""

    def case(clause: Clause) -> Case:
        handler, lead = street.by("property_manager"), street.by("area_lead")
        secretary, until = street.posts["committee_secretary"], date(2026, 12, 20)
        verbs = {
            "ask_time": lambda **it: ask_time(amount=2, reason="the part is ordered", by=handler, **it),
            "ask": lambda **it: ask_reporter(question="Which floor?", by=handler, **it),
            "ask_help": lambda **it: ask_help(to=secretary, text="Bring a ladder.", by=handler, **it),
            "invite": lambda **it: invite_guest(text="Please look at the meter.", by=handler, **it),
            "supervise": lambda **it: supervise_case(text="What is it waiting for?", by=lead, **it),
            "take_charge": lambda **it: take_charge(to=secretary, text="Twelve years of damp.", by=lead, **it),
            "defer": lambda **it: defer_case(until=until, reason="frost", by=lead, **it),
        }
        found = case_in("handling" if clause.state == "deferred" else clause.state)
        for name in (*clause.before, *(["defer"] if clause.state == "deferred" else [])):
            verbs[name](case=found, version=found.procedure.version, at=street.now, action=uuid4())
            found = fresh(found)
        return found

    def review(clause: Clause) -> Review:
        """Opened by the system, reviewed and concluded by the area lead."""
        found = open_review(mechanism=MECHANISMS[0], at=street.now)
        lead = {"by": street.by("area_lead"), "at": street.now}
        if clause.state != "open":
            found = begin_review(review=found, version=1, action=uuid4(), **lead)
        if clause.state == "concluded":
            found = conclude_review(
                review=found, version=2, outcome="keep", text="It helps.", next_on=date(2027, 3, 1), action=uuid4(),
                **lead,
            )  # fmt: skip
        return found

    makers = {
        "case": case,
        "review": review,
        "request": lambda it: request_in(street, it.state, it.before),
        "assistance": lambda it: assistance_in(street, it.state, it.before),
        "mediation": lambda it: mediation_in(street, it.state, it.before),
        "protection": lambda it: shelter.protection_in(street, it.state, it.before),
        "petition": lambda it: petition_for(street, it.state, it.before),
        "hazard": lambda it: hazard_in(street, it.state, it.before),
        "legal_question": lambda it: question_in(street, it.state),
    }

    def bring(kind: str, clause: Clause) -> Procedure:
        return Procedure.objects.get(pk=makers[kind](clause).procedure.pk)

    return bring


@pytest.fixture
def actor(street) -> Callable[[str, Procedure], Actor]:
    def named(role: str, procedure: Procedure) -> Actor:
        if role.startswith("system:"):
            return Actor.named(role.removeprefix("system:"))
        if role == "reporter":
            reporter = Party.objects.filter(procedure=procedure, kind=PartyKind.REPORTER).first()
            return Actor(party=str(reporter.pk if reporter else uuid4()))
        if role in ("petitioner", "respondent"):
            party = Party.objects.filter(procedure=procedure, kind=role).first()
            return Actor(party=str(party.pk if party else uuid4()))
        if role == "guest":
            guest = Party.objects.filter(procedure=procedure, kind=PartyKind.THIRD_PARTY).first()
            return Actor(party=str(guest.pk if guest else uuid4()))
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
    procedure = procedure_in(kind, clause)
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
    procedure = procedure_in(kind, clause)
    running = {clock.rule for clock in open_clocks(procedure)}
    by = actor(min(clause.may), procedure)

    now = attempt(procedure, name, clause, by, street.now)

    stored = Procedure.objects.get(pk=procedure.pk)
    assert (stored.state, stored.version, stored.seq) == (
        step.leads_to(clause.state),
        procedure.version + 1,
        procedure.seq + 1,
    )
    assert (stored.closed is not None) == (stored.state in workflow.closed)
    assert {clock.rule for clock in open_clocks(stored)} == (running - set(step.stops) - set(step.drops)) | set(
        step.starts
    )
    assert set(Clock.objects.filter(procedure=stored, rule__in=step.stops).values_list("state", flat=True)) <= {
        ClockState.MET, ClockState.RUNNING, ClockState.MISSED
    }  # fmt: skip
    last = Entry.objects.filter(procedure=stored).latest("seq")
    assert (last.kind, last.actor, last.at, last.audience) == (name, by.key, street.now, step.audience)
    turn = {workflow.states[stored.state].acts} | (STANDING - set(step.ends) if stored.closed is None else set())
    assert set(Assignment.objects.filter(procedure=stored, open=True).values_list("part", flat=True)) <= turn
    assert now.due == stored.due


@pytest.mark.parametrize(("kind", "name"), [key for key in MOVES if key in CONTRACT and CONTRACT[key].needs])
def test_without_what_it_needs_nothing_moves(kind, name, procedure_in, actor, street):
    clause = CONTRACT[kind, name]
    procedure = procedure_in(kind, clause)
    by = actor(min(clause.may), procedure)

    with pytest.raises(MissingEvidence) as told:
        attempt(procedure, name, Clause(clause.state, clause.may), by, street.now)

    assert set(told.value.facts["needs"]) == set(clause.needs)
    assert Procedure.objects.get(pk=procedure.pk).version == procedure.version


@pytest.mark.parametrize(("kind", "name"), MOVES)
def test_a_stale_version_and_a_wrong_state_are_told(kind, name, procedure_in, actor, street):
    clause = CONTRACT[kind, name]
    procedure = procedure_in(kind, clause)
    by = actor(min(clause.may), procedure)

    with pytest.raises(Conflict) as told:
        attempt(procedure, name, clause, by, street.now, version=procedure.version + 1)

    assert (told.value.current.state, told.value.current.version) == (clause.state, procedure.version)
    attempt(procedure, name, clause, by, street.now)
    if kind_of(kind).workflow.moves[name].target is not STAY:
        with pytest.raises(Conflict):
            attempt(procedure, name, clause, by, street.now)


@pytest.mark.parametrize(("kind", "name"), MOVES)
def test_a_doubled_submit_has_one_effect(kind, name, procedure_in, actor, street):
    clause, action = CONTRACT[kind, name], uuid4()
    procedure = procedure_in(kind, clause)
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
