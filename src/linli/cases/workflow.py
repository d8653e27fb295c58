"""The life of a case, in the stages of GB/T 30428, with what happens to a case in real life on the way."""

from collections.abc import Mapping
from typing import Any

from linli.engines.workflow import STAY, Audience, Move, Need, Stage, State, Workflow, given
from linli.people.enums import Role
from linli.procedures.enums import Part, PartyKind
from linli.procedures.models import Procedure
from linli.procedures.permissions import (
    did_not,
    governs,
    holds,
    holds_open,
    is_party,
    system,
    takes_part,
    while_,
)

HOPS_MOST = 3  # after so many hand-backs the area lead has it, and whom they send it to keeps it


def _has_class(procedure: Procedure, values: Mapping[str, Any]) -> bool:
    return bool(values.get("klass") or procedure.case.klass_id)


def _photo_if_asked(procedure: Procedure, values: Mapping[str, Any]) -> bool:
    klass = procedure.case.klass
    return len(values.get("photo") or ()) >= (klass.photos_asked if klass else 0)


def _has_open(procedure: Procedure, part: Part) -> bool:
    return any(row.open and row.part == part for row in procedure.assignments.all())


def _nobody_helps(procedure: Procedure, _values: Mapping[str, Any]) -> bool:
    return not _has_open(procedure, Part.HELPER)


def _no_open_children(procedure: Procedure, _values: Mapping[str, Any]) -> bool:
    return not procedure.case.children.filter(procedure__closed=None).exists()


is_desk = holds(Part.DESK) | governs(Role.DUTY_OFFICER)
is_handler = holds(Part.HANDLER)
works_on_it = is_desk | is_handler
verifies_another = (holds(Part.VERIFIER) | governs(Role.DUTY_OFFICER)) & did_not("hand_in")
is_reporter = is_party(PartyKind.REPORTER) | is_desk
is_guest = is_party(PartyKind.THIRD_PARTY)
is_helper = holds_open(Part.HELPER)
leads_here = governs(Role.DUTY_OFFICER, Role.AREA_LEAD)
decides_time = (holds(Part.APPROVER) | leads_here) & did_not("ask_time")
owns_it = holds_open(Part.OWNER)
is_import, by_itself = system("import"), system("cases")
# A rule of the sensing net, in the name of its version: it may send what a device calls for to whoever answers, and
# ask who helps. It acts on places only: `NEVER_BY_RULE` waits for a person.
rule_at_work = system("rule")
NEVER_BY_RULE = frozenset({Role.POLICE_LIAISON})
time_asked = while_("while more time is asked for", lambda it: _has_open(it, Part.APPROVER))
helped = while_("while somebody helps", lambda it: _has_open(it, Part.HELPER))
owned = while_("while it has an owner", lambda it: _has_open(it, Part.OWNER))
not_settled = while_("before the area lead has decided", lambda it: it.case.hops < HOPS_MOST)
nothing_asked = while_("while no question is open", lambda it: it.case.asked_at is None)
asked = while_("while a question is open", lambda it: it.case.asked_at is not None)
not_supervised = while_("while it is not supervised", lambda it: it.case.supervised_at is None)
supervised = while_("while it is supervised", lambda it: it.case.supervised_at is not None)
# Who is no move's author but may write into the story, or read how to reach the reporter.
may_write = takes_part() | governs(Role.DUTY_OFFICER, Role.AREA_LEAD, Role.COMMITTEE_SECRETARY)
may_reach = takes_part() | governs(Role.DUTY_OFFICER)

klass = Need("klass", _has_class)  # the filing condition: it is a case of one of our classes
photo = Need("photo", _photo_if_asked)
helpers, children = Need("helpers", _nobody_helps), Need("children", _no_open_children)
reason, text, answer = given("reason"), given("text"), given("answer")
question, amount, until, into = given("question"), given("amount"), given("until"), given("into")

OPEN, RUNNING = ("received", "filed"), ("case.file", "case.dispatch")
BEFORE_WORK_IS_SHOWN = ("received", "filed", "dispatched", "handling")
IN_WORK = ("dispatched", "handling")
UNDER_WAY = ("filed", "dispatched", "handling", "handled", "verified", "deferred")
WORK = ("case.take", "case.handle")
ASIDE = ("case.reply", "case.supervise", "case.review")  # clocks beside the way of the case itself
WAITS = ("case.file", "case.dispatch", "case.take", "case.handle")  # stand still while the reporter is asked
PARTIES = Audience.PARTIES

WORKFLOW = Workflow(
    kind="case",
    initial="received",
    opens=("case.file",),
    states={
        "received": State(Stage.COLLECT, Part.DESK),
        "filed": State(Stage.FILE, Part.DESK),
        "dispatched": State(Stage.DISPATCH, Part.HANDLER),
        "handling": State(Stage.HANDLE, Part.HANDLER),
        "handled": State(Stage.FEED_BACK, Part.VERIFIER),
        "verified": State(Stage.VERIFY, Part.DESK),
        "deferred": State(Stage.HANDLE, Part.HANDLER),
        "closed": State(Stage.EVALUATE),
        "merged": State(None),
        "void": State(None),
    },
    closed=("closed", "merged", "void"),
    moves=[
        Move("file", "received", "filed", is_desk | rule_at_work, ("case.dispatch",), ("case.file",),
             needs=(klass,)),
        Move("dispatch", "filed", "dispatched", is_desk | rule_at_work, WORK, ("case.dispatch",)),
        Move("accept", "dispatched", "handling", is_handler, (), ("case.take",)),
        Move("hand_back", IN_WORK, "filed", is_handler & not_settled, ("case.dispatch",), drops=(*WORK, "case.reply"),
             needs=(reason,)),
        Move("hand_on", IN_WORK, "dispatched", is_handler, ("case.take",), ("case.take",), needs=(reason,)),
        Move("recall", IN_WORK, "filed", is_desk, ("case.dispatch",), drops=(*WORK, "case.reply"), needs=(reason,)),
        Move("hand_in", "handling", "handled", is_handler, ("case.verify",), ("case.handle", "case.supervise"),
             drops=("case.reply",), needs=(text, photo, helpers)),
        Move("rework", "handled", "handling", verifies_another, ("case.handle",), ("case.verify",), needs=(reason,)),
        Move("verify", "handled", "verified", verifies_another, ("case.answer",), ("case.verify",)),
        Move("close", "verified", "closed", is_desk, (), ("case.answer",), drops=ASIDE, needs=(answer, children),
             audience=PARTIES),
        Move("reopen", ("closed", "merged"), "filed", is_reporter, ("case.dispatch",), (), needs=(reason,),
             audience=PARTIES),
        Move("void", OPEN, "void", is_desk, (), (), drops=(*RUNNING, *ASIDE), needs=(reason,), audience=PARTIES),
        Move("merge", BEFORE_WORK_IS_SHOWN, "merged", is_desk, (), (), drops=(*RUNNING, *WORK, *ASIDE), needs=(into,),
             audience=PARTIES),
        Move("take_over", "received", "filed", is_import, (), ("case.file",), needs=(reason,)),
        Move("take_over_closed", "received", "closed", is_import, (), ("case.file",), needs=(reason,)),
        # More time, with somebody else's consent.
        Move("ask_time", "handling", STAY, is_handler, needs=(reason,)),
        Move("extend", "handling", STAY, time_asked & decides_time, extends=("case.handle",), ends=(Part.APPROVER,),
             needs=(amount,), audience=PARTIES),
        Move("defer", "handling", "deferred", decides_time, pauses=("case.handle",), ends=(Part.APPROVER,),
             needs=(reason, until), audience=PARTIES),
        Move("refuse_time", "handling", STAY, time_asked & decides_time, ends=(Part.APPROVER,), needs=(reason,)),
        Move("resume", "deferred", "handling", works_on_it | leads_here | by_itself, resumes=("case.handle",),
             audience=PARTIES),
        # The reporter knows something that is needed: the clocks stand still until they answer.
        Move("ask", BEFORE_WORK_IS_SHOWN, STAY, works_on_it & nothing_asked, ("case.reply",), pauses=WAITS,
             needs=(question,), audience=PARTIES),
        Move("reply", BEFORE_WORK_IS_SHOWN, STAY, is_reporter & asked, (), ("case.reply",), resumes=WAITS,
             needs=(text,), audience=PARTIES),
        Move("no_reply", BEFORE_WORK_IS_SHOWN, STAY, by_itself & asked, resumes=WAITS, drops=("case.reply",)),
        # Several at work.
        Move("ask_help", IN_WORK, STAY, works_on_it | rule_at_work, needs=(text,)),
        Move("help_done", IN_WORK, STAY, is_helper, ends=(Part.HELPER,), needs=(text,)),
        Move("relieve", IN_WORK, STAY, helped & works_on_it, needs=(reason,)),
        Move("invite", IN_WORK, STAY, works_on_it, needs=(text,)),
        Move("guest_done", IN_WORK, STAY, is_guest, needs=(text,)),
        Move("split", BEFORE_WORK_IS_SHOWN, STAY, is_desk, needs=(text,)),
        Move("link", UNDER_WAY, STAY, is_desk, needs=(into,)),
        # Watched from above.
        Move("supervise", UNDER_WAY, STAY, (leads_here | rule_at_work) & not_supervised, ("case.supervise",),
             needs=(text,)),
        Move("report_back", UNDER_WAY, STAY, (works_on_it | is_helper) & supervised, (), ("case.supervise",),
             needs=(text,)),
        # A grievance of long standing has an owner until it is settled.
        Move("take_charge", UNDER_WAY, STAY, leads_here, ("case.review",), ("case.review",), needs=(text,)),
        Move("review", UNDER_WAY, STAY, owns_it, ("case.review",), ("case.review",), needs=(text,)),
        Move("settle", UNDER_WAY, STAY, owned & (owns_it | leads_here), (), ("case.review",), ends=(Part.OWNER,),
             needs=(text,)),
    ],
)  # fmt: skip
