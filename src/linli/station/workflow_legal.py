"""The life of a question about the law: asked, taken, answered; on to legal aid where a lawyer is needed.

Source: Legal Aid Law art. 43 (decided in 7 days, a lawyer appointed in 3). How soon a question is answered no law says.
"""

from linli.engines.workflow import STAY, Audience, Move, Stage, State, Workflow, given
from linli.procedures.enums import Part, PartyKind
from linli.procedures.permissions import holds, is_party

studio = holds(Part.HANDLER)
asker = is_party(PartyKind.PETITIONER)
text, reason = given("text"), given("reason")
ANSWER, DECIDE, APPOINT = "legal.answer", "legal_aid.decide", "legal_aid.appoint"
PARTIES = Audience.PARTIES
OPEN = ("asked", "answering")

WORKFLOW = Workflow(
    kind="legal_question",
    initial="asked",
    opens=(ANSWER,),
    states={
        "asked": State(Stage.COLLECT, Part.HANDLER),
        "answering": State(Stage.HANDLE, Part.HANDLER),
        "answered": State(Stage.FEED_BACK),
        "aid": State(Stage.HANDLE, Part.HANDLER),
        "granted": State(Stage.HANDLE, Part.HANDLER),
        "appointed": State(Stage.FEED_BACK),
        "closed": State(Stage.EVALUATE),
        "withdrawn": State(None),
    },
    moves=[
        Move("take", "asked", "answering", studio, audience=PARTIES),
        Move("hand_over", OPEN, STAY, studio, needs=(reason,)),
        Move("answer", OPEN, "answered", studio, (), (ANSWER,), needs=(text,), audience=PARTIES),
        # The asker may ask on: the same file, the same clock from the beginning.
        Move("ask_on", ("answered", "appointed"), "answering", asker, (ANSWER,), needs=(text,), audience=PARTIES),
        # Legal aid: the studio helps with the application; the centre decides in 7 days, and names a lawyer in 3.
        Move("apply_aid", ("answering", "answered"), "aid", studio, (DECIDE,), (), drops=(ANSWER,), needs=(text,),
             audience=PARTIES),
        Move("grant_aid", "aid", "granted", studio, (APPOINT,), (DECIDE,), audience=PARTIES),
        Move("refuse_aid", "aid", "answered", studio, (), (DECIDE,), needs=(reason,), audience=PARTIES),
        Move("appoint", "granted", "appointed", studio, (), (APPOINT,), needs=(text,), audience=PARTIES),
        Move("close", ("answered", "appointed"), "closed", studio | asker, audience=PARTIES),
        Move("withdraw", (*OPEN, "aid"), "withdrawn", asker, drops=(ANSWER, DECIDE), audience=PARTIES),
    ],
)  # fmt: skip
