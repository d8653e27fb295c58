"""The life of a mediation: asked for, everybody asked, a mediator chosen, mediated, agreed, performed.

Nobody is ever mediated against their will: one clear no ends it (People's Mediation Law 17). The procedure is sealed:
only the posts with a part in it act, and no place opens it.
"""

from linli.engines.workflow import STAY, Audience, Move, Stage, State, Workflow, given
from linli.procedures.enums import Part, PartyKind
from linli.procedures.models import Procedure
from linli.procedures.permissions import holds, holds_open, is_party, while_


def _police_at_it(procedure: Procedure) -> bool:
    return any(row.open and row.part == Part.HELPER for row in procedure.assignments.all())


is_desk = holds(Part.DESK)
is_mediator = holds(Part.HANDLER)
is_applicant = is_party(PartyKind.PETITIONER)
is_side = is_applicant | is_party(PartyKind.RESPONDENT)
conducts = is_desk | is_mediator
is_police = holds_open(Part.HELPER)
police_not_told = while_("while the police are not at it", lambda it: not _police_at_it(it))

reason, text = given("reason"), given("text")
willing, mediator, agreement, court = given("willing"), given("mediator"), given("agreement"), given("court")

CONTACT, ANSWER, POLICE, CONFIRM = "mediation.contact", "mediation.answer", "mediation.police", "mediation.confirm"
BEFORE = ("applied", "asking", "choosing")
UNDER_WAY = (*BEFORE, "mediating")
OPEN = (*UNDER_WAY, "agreed")
PARTIES = Audience.PARTIES

WORKFLOW = Workflow(
    kind="mediation",
    initial="applied",
    opens=(CONTACT,),
    states={
        "applied": State(Stage.COLLECT, Part.DESK),
        "asking": State(Stage.FILE, Part.DESK),
        "choosing": State(Stage.DISPATCH, Part.DESK),
        "mediating": State(Stage.HANDLE, Part.HANDLER),
        "agreed": State(Stage.FEED_BACK, Part.HANDLER),
        "performed": State(Stage.EVALUATE),
        "unperformed": State(None),
        "refused": State(None),
        "withdrawn": State(None),
        "failed": State(None),
        "diverted": State(None),
    },
    moves=[
        Move("ask", "applied", "asking", is_desk, (ANSWER,), (CONTACT,), needs=(text,)),
        Move("consent", "asking", "choosing", is_side | is_desk, (), (ANSWER,), needs=(willing,), audience=PARTIES),
        Move("refuse", ("asking", "choosing"), "refused", is_side | is_desk, drops=(ANSWER, POLICE), audience=PARTIES),
        Move("withdraw", BEFORE, "withdrawn", is_applicant | is_desk, drops=(CONTACT, ANSWER, POLICE),
             audience=PARTIES),
        Move("appoint", "choosing", "mediating", is_side | is_desk, needs=(mediator,), audience=PARTIES),
        Move("recuse", "mediating", "choosing", conducts, needs=(reason,)),
        Move("agree", "mediating", "agreed", is_mediator, (CONFIRM,), needs=(agreement,), audience=PARTIES),
        Move("stop", "mediating", "failed", is_side | conducts, drops=(POLICE,), audience=PARTIES),
        Move("fail", "mediating", "failed", is_mediator, drops=(POLICE,), needs=(reason,)),
        Move("apply_court", "agreed", STAY, conducts, (), (CONFIRM,), needs=(court,), audience=PARTIES),
        Move("perform", "agreed", "performed", conducts, drops=(CONFIRM, POLICE), needs=(text,)),
        Move("leave_unperformed", "agreed", "unperformed", conducts, drops=(CONFIRM, POLICE), needs=(reason,)),
        # What must not be mediated goes another way, and says nothing of it to the other side.
        Move("divert", UNDER_WAY, "diverted", conducts, drops=(CONTACT, ANSWER, POLICE)),
        # A dispute that may escalate is told to the police at once.
        Move("danger", OPEN, STAY, conducts & police_not_told, (POLICE,), needs=(text,)),
        Move("police_done", OPEN, STAY, is_police, (), (POLICE,), ends=(Part.HELPER,), needs=(text,)),
    ],
)  # fmt: skip
