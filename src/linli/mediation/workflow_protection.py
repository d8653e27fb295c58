"""The life of a protection file: the person is reached safely, the law's duty is done, help goes on until it is over.

Nobody browses it. Who may act is who has a part in it: one handler, and those the handler brought in by name.
"""

from linli.engines.workflow import STAY, Move, Stage, State, Workflow, given
from linli.mediation.enums_protection import OrderState
from linli.people.enums import Role
from linli.procedures.enums import Part
from linli.procedures.permissions import Who, holds, system, while_

CLAIM = "protection.claim"  # the person, by the code that they asked for
VISITS = ("violence.visit_committee", "violence.visit_police")
DECIDE = ("violence.order_decide", "violence.order_urgent")
VALID = ("violence.order_valid", "violence.order_renew")

is_police = Who("police", lambda actor, _it: actor.has_role(Role.POLICE_LIAISON))
is_no_police = Who("no police", lambda actor, _it: not actor.has_role(Role.POLICE_LIAISON))
handler, helper = holds(Part.HANDLER), holds(Part.HELPER)
takes_part = handler | helper


def _order(*states: OrderState) -> Who:
    return while_(
        f"an order is {' or '.join(states)}",
        lambda it: it.protection_orders.filter(status__in=states).exists(),
    )


def _running(clock: str) -> Who:
    return while_(f"{clock} runs", lambda it: it.clocks.filter(rule=clock, state="running").exists())


no_order = while_(
    "no order is open",
    lambda it: not it.protection_orders.filter(status__in=["prepared", "accepted", "made"]).exists(),
)
OPEN = ("asked", "must_report", "helping")
KNOWN = ("must_report", "helping")
# "why", never "reason": a reason would stand in the story, and words belong into what is sealed.
text, why, to, whom = given("text"), given("why"), given("to"), given("whom")

WORKFLOW = Workflow(
    kind="protection",
    initial="asked",
    opens=("violence.contact",),
    states={
        "asked": State(Stage.COLLECT, Part.HANDLER),
        "must_report": State(Stage.HANDLE, Part.HANDLER),
        "helping": State(Stage.HANDLE, Part.HANDLER),
        "closed": State(None),
    },
    moves=[
        Move("screen", "asked", "helping", handler, (), ("violence.contact",), needs=(whom,)),
        Move("screen_duty", ("asked", "helping"), "must_report", handler, ("violence.report_at_once",),
             drops=("violence.contact",), needs=(whom,)),
        Move("report_police", "must_report", "helping", handler, (), ("violence.report_at_once",),
             needs=(given("call"),)),
        Move("note", OPEN, STAY, takes_part, needs=(text,)),
        Move("hand_on", OPEN, STAY, handler, needs=(to, why)),
        Move("bring_in", KNOWN, STAY, handler, needs=(to, why)),
        Move("let_go", KNOWN, STAY, handler, needs=(to, why)),
        Move("warning", "helping", STAY, takes_part, VISITS, drops=VISITS, needs=(given("day"),)),
        Move("visit", "helping", STAY, takes_part & is_no_police & _running(VISITS[0]), (), VISITS[:1],
             needs=(text,)),
        Move("visit_police", "helping", STAY, helper & is_police & _running(VISITS[1]), (), VISITS[1:],
             needs=(text,)),
        Move("order_prepare", "helping", STAY, handler & no_order,
             needs=(given("applicant"), given("respondent"), given("request"), given("facts"))),
        Move("order_accept", "helping", STAY, handler & _order(OrderState.PREPARED), DECIDE[:1]),
        Move("order_accept_urgent", "helping", STAY, handler & _order(OrderState.PREPARED), DECIDE[1:]),
        Move("order_make", "helping", STAY, handler & _order(OrderState.ACCEPTED),
             (*VALID, "violence.reconsider"), DECIDE, needs=(given("valid_until"),)),
        Move("order_refuse", "helping", STAY, handler & _order(OrderState.ACCEPTED), ("violence.reconsider",), DECIDE),
        Move("reconsider", "helping", STAY, handler & _running("violence.reconsider"), (), ("violence.reconsider",),
             needs=(given("asked"),)),
        Move("order_extend", "helping", STAY, handler & _order(OrderState.MADE), VALID, VALID[1:], drops=VALID[:1],
             needs=(given("valid_until"),)),
        Move("order_end", "helping", STAY, handler & _order(*list(OrderState)[:3]),
             drops=(*DECIDE, *VALID, "violence.reconsider"), needs=(why,)),
        Move("close", ("asked", "helping"), "closed", handler,
             drops=("violence.contact", *VISITS, *DECIDE, *VALID, "violence.reconsider"), needs=(why,)),
        Move("take_back", "asked", "closed", system(CLAIM), drops=("violence.contact",)),
    ],
)  # fmt: skip
