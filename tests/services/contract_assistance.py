"""What the contract of workflows says of assistance, and how an application is brought into each state."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

from linli.people.actors import Actor
from linli.services.domain import assistance as domain
from linli.services.domain import assistance_steps as steps
from linli.services.models_assistance import Assistance
from tests.neighbourhood import Street

DESK, CALLER = {"window_clerk"}, {"committee_secretary"}
OR_PERSON = DESK | {"petitioner"}
CONSENT: dict[str, object] = {"consent_on": date(2026, 11, 23), "consent_how": "signed"}
HEARD = ("hear",)
# Move: from which state, who may, what it needs, what came before in that state.
ASSISTANCE: dict[str, tuple] = {
    "agree": ("found", OR_PERSON | CALLER, CONSENT),
    "decline": ("found", OR_PERSON | CALLER),
    "urgent_aid": ("received", DESK, {"text": "rice, oil and 500 yuan"}),
    "more_aid": ("received", DESK, {"text": "one more night in the hostel"}, ("urgent_aid",)),
    "papers_in": ("received", DESK, {"text": "the form"}, ("urgent_aid",)),
    "ask_missing": ("received", DESK, {"text": "the rent contract and the bank book"}),
    "missing_in": ("received", DESK, {"text": "both"}, ("ask_missing",)),
    "extend": ("checking", DESK, {"amount": 10, "reason": "The house in the village is still to be looked at."}),
    "begin": ("received", DESK),
    "grant": ("checking", DESK, {"aid": "1,200 yuan a month"}),
    "refuse": ("checking", DESK, {"reason": "The income is above the line."}),
    "call_back": ("granted", CALLER, {"text": "It arrived."}),
    "finish": ("running", DESK | CALLER, {}, ("once",)),
    "plan_reduction": ("running", DESK, {"reason": "work was found"}),
    "hear": ("hearing", DESK, {"text": "only on two days a week"}),
    "keep_aid": ("hearing", DESK, {"reason": "the pay is too low"}),
    "reduce": ("hearing", DESK, {"reason": "half of it is earned", "aid": "600 yuan a month"}, HEARD),
    "end_aid": ("hearing", DESK, {"reason": "the pay is enough"}, HEARD),
    "withdraw": ("checking", OR_PERSON),
}


def application(street: Street, **changes: object) -> domain.Application:
    """Mrs Wang asks, on paper, and lets her committee know."""
    given = {
        "need": "living", "called": "王阿姨", "words": "老伴住院，这个月房租交不出。", "contact": "13812345678",
        "committee": street.posts["committee_secretary"], "consent_on": date(2026, 11, 23), "consent_how": "signed",
        **changes,
    }  # fmt: skip
    return domain.Application(**given)


def assistance_in(street: Street, state: str, before: tuple[str, ...] = ()) -> Assistance:
    """An application in a state, brought there by the verbs that lead to it."""
    desk, caller, at = street.by("window_clerk"), street.by("committee_secretary"), street.now
    if state == "found":
        return domain.report_need(need="living", lead="三号楼底楼敲门。", by=caller, at=at, action=uuid4())
    found = domain.apply_for_assistance(application=application(street), by=desk, at=at, action=uuid4()).assistance

    def step(verb: Callable[..., Assistance], by: Actor = desk, **given: object) -> None:
        nonlocal found
        found = verb(
            assistance=found, version=found.procedure.version, by=by, at=at, action=uuid4(), **given
        )  # fmt: skip

    way: list[tuple[str, Callable[[], None]]] = [
        ("checking", lambda: step(steps.begin)),
        ("granted", lambda: step(steps.grant, aid="每月1200元", one_off=False)),
        ("running", lambda: step(steps.call_back, caller, text="收到了。")),
        ("hearing", lambda: step(steps.plan_reduction, reason="有了工作")),
    ]
    for reached, act in way:
        if found.procedure.state == state:
            break
        act()
        assert found.procedure.state == reached
    verbs = {
        "urgent_aid": lambda: step(steps.give_urgent_aid, text="米和油"),
        "ask_missing": lambda: step(steps.ask_missing, text="租房合同、存折"),
        "hear": lambda: step(steps.hear, text="一周只做两天"),
        "once": lambda: Assistance.objects.filter(pk=found.pk).update(one_off=True),  # and it did not end yet
    }
    for name in before:
        verbs[name]()
    return found
