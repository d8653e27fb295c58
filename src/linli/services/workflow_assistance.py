"""The life of an application for assistance: found, agreed to, looked into, decided, called back; heard before less.

Source: Social Assistance Law (2026-07-01) art. 37, 39, 45, 48, 50, 64.
"""

from collections.abc import Mapping
from typing import Any

from linli.engines.workflow import STAY, Audience, Move, Need, Stage, State, Workflow, given
from linli.procedures.enums import ClockState, Part, PartyKind
from linli.procedures.models import Procedure
from linli.procedures.permissions import did_not, holds, is_party, while_

PAPERS, MISSING = "assistance.papers", "assistance.missing"


def _papers_due(procedure: Procedure) -> bool:
    return procedure.clocks.filter(rule=PAPERS, state__in=(ClockState.RUNNING, ClockState.PAUSED)).exists()


def was_heard(procedure: Procedure, _values: Mapping[str, Any] | None = None) -> bool:
    """Whether the person was heard since they were last told that aid is to be reduced."""
    lines = procedure.entries.filter(kind__in=("plan_reduction", "hear")).order_by("-seq")
    return lines.values_list("kind", flat=True).first() == "hear"


def papers_missing(procedure: Procedure) -> bool:
    """Whether the person was asked for papers that are not there yet."""
    lines = procedure.entries.filter(kind__in=("ask_missing", "missing_in")).order_by("-seq")
    return lines.values_list("kind", flat=True).first() == "ask_missing"


def _was_asked(procedure: Procedure) -> bool:
    return procedure.entries.filter(kind="ask_missing").exists()


def was_extended(procedure: Procedure) -> bool:
    return procedure.entries.filter(kind="extend").exists()


is_desk, is_caller = holds(Part.DESK), holds(Part.VERIFIER)
is_person = is_party(PartyKind.PETITIONER)
asks = is_desk | is_caller  # the window, or the committee that found them
no_papers = while_("while no papers are to follow", lambda it: not _papers_due(it))
papers_due = while_("while papers are to follow", _papers_due)
once = while_("where aid is given once", lambda it: bool(it.assistance.one_off))
goes_on = while_("where aid goes on", lambda it: not it.assistance.one_off)
never_asked = while_("while no missing papers were asked for", lambda it: not _was_asked(it))
missing = while_("while missing papers are awaited", papers_missing)
none_missing = while_("while no missing papers are awaited", lambda it: not papers_missing(it))
not_extended = while_("while the time was not extended", lambda it: not was_extended(it))
not_heard = while_("while the person was not heard", lambda it: not was_heard(it))

reason, text, aid, amount = given("reason"), given("text"), given("aid"), given("amount")
consent_on, consent_how = given("consent_on"), given("consent_how")
hearing = Need("hearing", was_heard)

LOOKED_INTO = ("received", "checking")
DECIDED_IN = ("assistance.begin", "assistance.decide")
UNDER_WAY = ("received", "checking", "granted", "running", "hearing")
CLOCKS_OF_WORK = (
    "assistance.begin", "assistance.decide", PAPERS, MISSING, "assistance.hearing", "assistance.call_back",
)  # fmt: skip
PARTIES = Audience.PARTIES

WORKFLOW = Workflow(
    kind="assistance",
    initial="found",
    opens=("assistance.consent",),
    states={
        "found": State(Stage.COLLECT, Part.DESK),
        "received": State(Stage.FILE, Part.DESK),
        "checking": State(Stage.HANDLE, Part.DESK),
        "granted": State(Stage.FEED_BACK, Part.VERIFIER),
        "running": State(Stage.VERIFY),
        "hearing": State(Stage.HANDLE, Part.DESK),
        "ended": State(Stage.EVALUATE),
        "refused": State(Stage.EVALUATE),
        "declined": State(None),
        "withdrawn": State(None),
    },
    moves=[
        # Nothing of the person is kept before they agreed (PIPL art. 13, 29); where they say no, the note goes.
        Move("agree", "found", "received", asks | is_person, ("assistance.begin",), ("assistance.consent",),
             needs=(consent_on, consent_how), audience=PARTIES),
        Move("decline", "found", "declined", asks | is_person, drops=("assistance.consent",), audience=PARTIES),
        # Urgent aid comes first, the papers after (art. 50); a second time the papers of the first are still due.
        Move("urgent_aid", LOOKED_INTO, STAY, is_desk & no_papers, (PAPERS,), needs=(text,), audience=PARTIES),
        Move("more_aid", LOOKED_INTO, STAY, is_desk & papers_due, needs=(text,), audience=PARTIES),
        Move("papers_in", ("received", "checking", "granted", "running"), STAY, is_desk & papers_due, (), (PAPERS,),
             needs=(text,), audience=PARTIES),
        # What is missing is asked for once and completely. Until it is there the time stands still, and nobody is
        # refused for it. Where it does not come in its own time, the window writes that down, and the time goes on.
        Move("ask_missing", LOOKED_INTO, STAY, is_desk & never_asked, (MISSING,), pauses=DECIDED_IN, needs=(text,),
             audience=PARTIES),
        Move("missing_in", LOOKED_INTO, STAY, is_desk & missing, (), (MISSING,), resumes=DECIDED_IN, needs=(text,),
             audience=PARTIES),
        # Once, with the reason, by no more days than the lawbook allows.
        Move("extend", "checking", STAY, is_desk & not_extended, extends=("assistance.decide",), needs=(amount, reason),
             audience=PARTIES),
        Move("begin", "received", "checking", is_desk & none_missing, ("assistance.decide",), ("assistance.begin",),
             audience=PARTIES),
        Move("grant", "checking", "granted", is_desk, ("assistance.call_back",), ("assistance.decide",),
             drops=(MISSING,), needs=(aid,), audience=PARTIES),
        Move("refuse", "checking", "refused", is_desk & none_missing, (), ("assistance.decide",), drops=(PAPERS,),
             needs=(reason,), audience=PARTIES),
        # Somebody else than who decided asks whether it arrived. What is given once ends with that.
        Move("call_back", "granted", "running", is_caller & did_not("grant"), (), ("assistance.call_back",),
             needs=(text,), audience=PARTIES),
        Move("finish", "running", "ended", (is_desk | is_caller) & once, drops=(PAPERS,), audience=PARTIES),
        # Less, or no more: told first, heard, and only then decided (art. 48).
        Move("plan_reduction", "running", "hearing", is_desk & goes_on, ("assistance.hearing",), needs=(reason,),
             audience=PARTIES),
        Move("hear", "hearing", STAY, is_desk & not_heard, (), ("assistance.hearing",), needs=(text,),
             audience=PARTIES),
        Move("keep_aid", "hearing", "running", is_desk, drops=("assistance.hearing",), needs=(reason,),
             audience=PARTIES),
        Move("reduce", "hearing", "granted", is_desk, ("assistance.call_back",), needs=(reason, aid, hearing),
             audience=PARTIES),
        Move("end_aid", "hearing", "ended", is_desk, drops=(PAPERS,), needs=(reason, hearing), audience=PARTIES),
        Move("withdraw", UNDER_WAY, "withdrawn", is_desk | is_person, drops=CLOCKS_OF_WORK, audience=PARTIES),
    ],
)  # fmt: skip
