"""The life of a request at the service hall: application, papers, acceptance, decision, result, rating."""

from collections.abc import Mapping
from typing import Any

from linli.engines.workflow import STAY, Audience, Move, Need, Stage, State, Workflow, given
from linli.procedures.enums import Part, PartyKind
from linli.procedures.models import Procedure
from linli.procedures.permissions import holds, is_party, while_
from linli.services.enums import BAD_FROM, Grade, Held, Mode


def _papers_there(procedure: Procedure, values: Mapping[str, Any]) -> bool:
    """Whether every paper is here, counting those ticked with this step."""
    asked = procedure.request.materials.filter(held=Held.ASKED).values_list("key", flat=True)
    return not set(asked) - set(values.get("papers") or ())


def _some_paper(_procedure: Procedure, values: Mapping[str, Any]) -> bool:
    return bool(values.get("papers"))


def _good(_procedure: Procedure, values: Mapping[str, Any]) -> bool:
    return values.get("grade") in [grade for grade in Grade if grade > BAD_FROM]


def _bad(_procedure: Procedure, values: Mapping[str, Any]) -> bool:
    return values.get("grade") in [grade for grade in Grade if grade <= BAD_FROM]


def _any_grade(_procedure: Procedure, values: Mapping[str, Any]) -> bool:
    return values.get("grade") in list(Grade)


def _waits(procedure: Procedure) -> bool:
    return procedure.request.asked_at is not None and procedure.request.answered_at is None


# A request is sealed: only the posts that have it see it, so nobody acts by their place.
is_desk, is_handler, is_checker = holds(Part.DESK), holds(Part.HANDLER), holds(Part.VERIFIER)
passed_on = while_("while a department has it", lambda it: it.state == "passed_on")
here = while_("while the window has it", lambda it: it.state != "passed_on")
works_on_it = (is_desk & here) | (is_handler & passed_on)
is_applicant = is_party(PartyKind.REPORTER) | is_desk
at_once = while_("while it is done at the window", lambda it: it.request.item.mode != Mode.PASS_ON)
never_asked = while_("while nothing was asked for yet", lambda it: it.request.asked_at is None)
waits = while_("while papers are awaited", _waits)
not_rated = while_("while it is not rated", lambda it: it.request.grade is None)
rated_once = while_("while it was not rated again", lambda it: it.request.first_grade is None)

reason, text, result = given("reason"), given("text"), given("result")
remedy, handing = given("remedy"), given("handing")
papers, some_paper = Need("papers", _papers_there), Need("papers", _some_paper)
good_grade, bad_grade, any_grade = Need("grade", _good), Need("grade", _bad), Need("grade", _any_grade)

OPEN = ("received", "accepted", "passed_on")
WORK = ("request.check", "request.decide")
PAPERS = "request.papers"
PARTIES = Audience.PARTIES

WORKFLOW = Workflow(
    kind="request",
    initial="received",
    opens=("request.check",),
    states={
        "received": State(Stage.COLLECT, Part.DESK),
        "accepted": State(Stage.FILE, Part.DESK),
        "passed_on": State(Stage.HANDLE, Part.HANDLER),
        "decided": State(Stage.FEED_BACK, Part.DESK),
        "ended": State(Stage.EVALUATE),
        "refused": State(Stage.EVALUATE),
        "rectifying": State(Stage.EVALUATE, Part.VERIFIER),
        "rectified": State(Stage.EVALUATE),
        "withdrawn": State(None),
    },
    closed=("ended", "refused", "rectified", "withdrawn"),
    moves=[
        # What the window can do at once, from application to result in one step.
        Move("settle", "received", "ended", is_desk & at_once, (), ("request.check", PAPERS), needs=(result, papers),
             audience=PARTIES),
        Move("receive", OPEN, STAY, works_on_it, needs=(some_paper,), audience=PARTIES),
        # Corrections: asked for once and completely. The clocks stand still until all is here; how long that may take
        # is a time limit of its own, after which the person is told once more and the window says how it goes on.
        Move("ask_papers", OPEN, STAY, works_on_it & never_asked, (PAPERS,), pauses=WORK, needs=(text,),
             audience=PARTIES),
        Move("papers_in", OPEN, STAY, works_on_it & waits, (), (PAPERS,), resumes=WORK, needs=(papers,),
             audience=PARTIES),
        Move("accept", "received", "accepted", is_desk, ("request.decide",), ("request.check", PAPERS),
             needs=(papers,), audience=PARTIES),
        Move("pass_on", "accepted", "passed_on", is_desk, audience=PARTIES),
        Move("send_back", "passed_on", "accepted", is_handler, needs=(reason,)),
        Move("decide", ("accepted", "passed_on"), "decided", works_on_it, ("request.deliver",), ("request.decide",),
             drops=(PAPERS,), needs=(result,), audience=PARTIES),
        Move("refuse", OPEN, "refused", works_on_it, (), WORK, drops=(PAPERS,), needs=(reason, remedy),
             audience=PARTIES),
        Move("hand_over", "decided", "ended", is_desk, (), ("request.deliver",), needs=(handing,), audience=PARTIES),
        Move("withdraw", OPEN, "withdrawn", is_applicant, drops=(*WORK, PAPERS), audience=PARTIES),
        # Rating in five grades. A bad one is answered by a call, and put right.
        Move("rate", ("ended", "refused"), STAY, is_applicant & not_rated, needs=(good_grade,), audience=PARTIES),
        Move("rate_badly", ("ended", "refused"), "rectifying", is_applicant & not_rated,
             ("rating.contact", "rating.rectify"), needs=(bad_grade,), audience=PARTIES),
        Move("call", "rectifying", STAY, is_checker, (), ("rating.contact",), needs=(text,), audience=PARTIES),
        Move("rectify", "rectifying", "rectified", is_checker, (), ("rating.rectify",), drops=("rating.contact",),
             needs=(text,), audience=PARTIES),
        Move("rate_again", "rectified", STAY, is_applicant & rated_once, needs=(any_grade,), audience=PARTIES),
    ],
)  # fmt: skip
