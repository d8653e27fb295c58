"""The life of a petition, by the Regulations on Petition Work (2022): one table for suggestion, accusation, request."""

from linli.engines.workflow import Audience, Move, Stage, State, Workflow, given
from linli.people.actors import Actor
from linli.petitions.enums import Outcome, PetitionClass
from linli.procedures.enums import Part, PartyKind
from linli.procedures.models import Procedure
from linli.procedures.permissions import Who, did_not, holds, holds_open, is_party, system, takes_part, while_

CLERK, HANDLER, CHECKER = Part.DESK, Part.HANDLER, Part.VERIFIER
STATES = {
    "received": State(Stage.COLLECT, CLERK),
    "forwarded": State(Stage.DISPATCH, HANDLER),
    "objected": State(Stage.DISPATCH, CLERK),
    "disputed": State(Stage.DISPATCH, CHECKER),
    "handling": State(Stage.HANDLE, HANDLER),
    "answered": State(Stage.FEED_BACK, CLERK),
    "carrying_out": State(Stage.HANDLE, HANDLER),
    "delivered": State(Stage.FEED_BACK),
    "reviewing": State(Stage.VERIFY, CHECKER),
    "reviewed": State(Stage.FEED_BACK, CLERK),
    "review_delivered": State(Stage.FEED_BACK),
    "rechecking": State(Stage.VERIFY, CHECKER),
    "hearing": State(Stage.VERIFY, CHECKER),
    "rechecked": State(Stage.FEED_BACK, CLERK),
    "not_accepted": State(None), "replied": State(None), "settled": State(None), "withdrawn": State(None),
    "merged": State(None), "done": State(None), "final": State(None),
}  # fmt: skip


def _turn(actor: Actor, procedure: Procedure) -> bool:
    acts = STATES[procedure.state].acts
    return acts is not None and holds(Part(acts))(actor, procedure)


whose_turn = Who("whose turn it is", _turn)
desk, handler, checker, head = holds(CLERK), holds(HANDLER), holds(CHECKER), holds_open(Part.APPROVER)
petitioner = is_party(PartyKind.PETITIONER) | desk  # the clerk enters it for whoever says so on paper or by telephone
a_request = while_("a request", lambda it: it.petition.klass == PetitionClass.REQUEST)
no_request = while_("no request", lambda it: it.petition.klass != PetitionClass.REQUEST)
supported = while_("supported", lambda it: it.petition.outcome == Outcome.SUPPORT)
not_supported = while_("not supported", lambda it: it.petition.outcome != Outcome.SUPPORT)
free_to_object = while_("not bound by the chair", lambda it: not it.petition.bound)

reason, text, ground, into, amount = (given(name) for name in ("reason", "text", "ground", "into", "amount"))
outcome, asked, facts, opinion, basis, verdict = (
    given(name) for name in ("outcome", "asked", "facts", "opinion", "basis", "verdict")
)
RECEIPT = ("petition.forward", "petition.notice")
TRANSFER = ("petition.object", "petition.notice_transferred")
ASKED = ("petition.ask_review", "petition.ask_recheck")
BEFORE_ANSWER = ("received", "forwarded", "objected", "disputed", "handling")
PARTIES = Audience.PARTIES

WORKFLOW = Workflow(
    kind="petition",
    initial="received",
    opens=RECEIPT,
    states=STATES,
    moves=[
        # receipt: a notice, then on to whoever has the power, or accepted here, or not accepted
        Move("notify", "received", None, desk, stops=("petition.notice",), audience=PARTIES),
        Move("waive_notice", "received", None, desk, drops=("petition.notice",), needs=(reason,)),
        Move("forward", "received", "forwarded", desk, TRANSFER, RECEIPT, audience=PARTIES),
        Move("accept", ("received", "forwarded"), "handling", whose_turn & a_request, ("petition.handle",),
             (*RECEIPT, *TRANSFER), audience=PARTIES),
        Move("take_up", ("received", "forwarded"), "handling", whose_turn & no_request, ("petition.study",),
             (*RECEIPT, *TRANSFER), audience=PARTIES),
        Move("not_accept", ("received", "forwarded"), "not_accepted", whose_turn, (), (*RECEIPT, *TRANSFER),
             needs=(ground, text), audience=PARTIES),
        Move("merge", "received", "merged", desk, drops=RECEIPT, needs=(into,), audience=PARTIES),
        # an objection goes back only once the sender agrees; the second one for the same reason goes to the chair
        Move("object", "forwarded", "objected", handler & free_to_object, ("petition.decide_objection",),
             ("petition.object",), needs=(ground, text)),
        Move("agree", "objected", "received", desk, ("petition.forward",), ("petition.decide_objection",),
             drops=("petition.notice_transferred",)),
        Move("refuse", "objected", "forwarded", desk, (), ("petition.decide_objection",), needs=(reason,)),
        Move("object_again", "forwarded", "disputed", handler & free_to_object, ("petition.decide_objection",),
             ("petition.object",), needs=(ground, text)),
        Move("decide", "disputed", "forwarded", checker, ("petition.notice_transferred",),
             ("petition.decide_objection",), drops=("petition.notice_transferred",), needs=(reason,)),
        # handling
        Move("supervise", ("forwarded", "handling"), None, desk, needs=(text,)),
        Move("ask_extension", "handling", None, handler & a_request, needs=(reason, amount)),
        Move("extend", "handling", None, head, extends=("petition.handle",), ends=(Part.APPROVER,), needs=(amount,),
             audience=PARTIES),
        Move("refuse_extension", "handling", None, head, ends=(Part.APPROVER,), needs=(reason,)),
        Move("answer", "handling", "answered", handler & a_request, ("petition.deliver",), ("petition.handle",),
             ends=(Part.APPROVER,), needs=(asked, facts, opinion, basis, outcome), audience=PARTIES),
        Move("reply", "handling", "replied", handler & no_request, (), ("petition.study",), needs=(text, outcome),
             audience=PARTIES),
        Move("settle", "handling", "settled", handler & a_request, (), ("petition.handle",), needs=(text,),
             audience=PARTIES),
        Move("withdraw", BEFORE_ANSWER, "withdrawn", petitioner,
             drops=(*RECEIPT, *TRANSFER, "petition.decide_objection", "petition.handle", "petition.study"),
             audience=PARTIES),
        # the answer reaches the petitioner; from then on 30 days to ask for a review
        Move("deliver", "answered", "delivered", petitioner & not_supported, ("petition.ask_review",),
             ("petition.deliver",), audience=PARTIES),
        Move("deliver_supported", "answered", "carrying_out", petitioner & supported,
             ("petition.ask_review", "petition.execute"), ("petition.deliver",), audience=PARTIES),
        Move("carried_out", "carrying_out", "delivered", handler, (), ("petition.execute",), needs=(text,),
             audience=PARTIES),
        Move("ask_review", ("delivered", "carrying_out"), "reviewing", petitioner, ("petition.review",),
             ("petition.ask_review",), drops=("petition.execute",), needs=(reason,), audience=PARTIES),
        Move("review", "reviewing", "reviewed", checker & did_not("answer"), ("petition.deliver",),
             ("petition.review",), needs=(verdict, facts, opinion, basis), audience=PARTIES),
        Move("deliver_review", "reviewed", "review_delivered", petitioner, ("petition.ask_recheck",),
             ("petition.deliver",), audience=PARTIES),
        Move("ask_recheck", "review_delivered", "rechecking", petitioner, ("petition.recheck",),
             ("petition.ask_recheck",), needs=(reason,), audience=PARTIES),
        Move("hear", "rechecking", "hearing", checker, pauses=("petition.recheck",), needs=(text,), audience=PARTIES),
        Move("heard", "hearing", "rechecking", checker, resumes=("petition.recheck",), audience=PARTIES),
        Move("recheck", "rechecking", "rechecked", checker & did_not("answer") & did_not("review"),
             ("petition.deliver",), ("petition.recheck",), needs=(verdict, facts, opinion, basis), audience=PARTIES),
        Move("deliver_recheck", "rechecked", "final", petitioner, (), ("petition.deliver",), audience=PARTIES),
        Move("lapse", ("delivered", "review_delivered"), "done", system("petitions"), drops=ASKED, audience=PARTIES),
        # whoever has an interest in it withdraws (art. 28)
        Move("recuse", (*BEFORE_ANSWER, "carrying_out", "reviewing", "rechecking"), None, takes_part(),
             needs=(reason,)),
    ],
)  # fmt: skip
