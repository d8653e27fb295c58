"""The life of a hazard: found, notified, put right, looked at again by somebody else; or passed on to who enforces.

Source: Fire Protection Law 54; the times in between follow the fire service's own (lawbook, fire.toml).
"""

from typing import Any

from linli.engines.workflow import STAY, Audience, Move, Stage, State, Workflow, given
from linli.people.actors import Actor
from linli.people.enums import Role
from linli.procedures.enums import Part
from linli.procedures.models import Entry, Procedure
from linli.procedures.permissions import Who, governs, holds, while_

FOUND = "found"
LOOKS, RECTIFY, AGAIN, LOOK_AGAIN, DEPARTMENT = (
    "fire.notice", "fire.rectify", "fire.notice_again", "fire.reinspect", "fire.department",
)  # fmt: skip


def _another(*moves: str) -> Who:
    """Neither this post nor this person ever made one of these moves here: who found or served does not check."""

    def answer(actor: Actor, procedure: Procedure) -> bool:
        known: dict[Any, list[str]] = procedure.__dict__.setdefault("_made", {})
        if moves not in known:
            made = Entry.objects.filter(procedure=procedure, kind__in=moves).values_list("actor", flat=True)
            known[moves] = list(made)
        for actor_key in known[moves]:
            post, _slash, account = actor_key.partition("/")
            same_post = actor.post is not None and post == f"post:{actor.post.pk}"
            same_person = actor.account is not None and account == str(actor.account.pk)
            if same_post or same_person:
                return False
        return True

    return Who("somebody who neither found it nor served the notice", answer)


leads = governs(Role.AREA_LEAD, Role.DUTY_OFFICER, Role.COMMITTEE_SECRETARY)
serves = holds(Part.DESK) | leads
claims = holds(Part.HANDLER) | holds(Part.DESK) | leads
checks = (holds(Part.VERIFIER) | leads) & _another(FOUND, "serve", "serve_again", "claim", "act")
imminent = while_(
    "while danger is imminent and nothing was done yet", lambda it: it.hazard.imminent and it.hazard.secured_at is None
)
may_reach = serves

reason, text, demand, until = given("reason"), given("text"), given("demand"), given("days")
answers, handed, answer, amount = given("answers"), given("handed"), given("answer"), given("amount")
notice = (demand, answers, until, handed)

WORKFLOW = Workflow(
    kind="hazard",
    initial="found",
    opens=(LOOKS,),
    states={
        "found": State(Stage.COLLECT, Part.DESK),
        "noticed": State(Stage.HANDLE, Part.HANDLER),
        "claimed": State(Stage.FEED_BACK, Part.VERIFIER),
        "unresolved": State(Stage.DISPATCH, Part.DESK),
        "escalated": State(Stage.HANDLE, Part.HANDLER),
        "closed": State(Stage.VERIFY),
        "none": State(None),
    },
    moves=[
        Move("serve", "found", "noticed", serves, (RECTIFY,), (LOOKS,), needs=notice, audience=Audience.PARTIES),
        Move("secure", "found", STAY, serves & imminent, (LOOKS,), (LOOKS,), needs=(text,)),
        Move("claim", "noticed", "claimed", claims, (LOOK_AGAIN,), (RECTIFY,), needs=(text,)),
        Move("confirm", ("noticed", "claimed"), "closed", checks, (), (RECTIFY, LOOK_AGAIN), needs=(text, answer),
             audience=Audience.PARTIES),
        Move("not_right", ("noticed", "claimed"), "unresolved", checks, (AGAIN,), (LOOK_AGAIN,), drops=(RECTIFY,),
             needs=(reason,)),
        Move("serve_again", "unresolved", "noticed", serves, (RECTIFY,), (AGAIN,), needs=notice,
             audience=Audience.PARTIES),
        Move("more_time", "noticed", STAY, leads, extends=(RECTIFY,), needs=(reason, amount)),
        Move("escalate", ("found", "noticed", "unresolved"), "escalated", serves, (DEPARTMENT,),
             (LOOKS, AGAIN), drops=(RECTIFY,), needs=(reason,), audience=Audience.PARTIES),
        Move("act", "escalated", "claimed", holds(Part.HANDLER), (LOOK_AGAIN,), (DEPARTMENT,), needs=(text,)),
        Move("no_hazard", "found", "none", serves, (), (LOOKS,), needs=(reason, answer), audience=Audience.PARTIES),
    ],
)  # fmt: skip
