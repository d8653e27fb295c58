"""What the contract of all procedures says of a petition: state, who may, what it needs, what came before."""

from uuid import uuid4

from linli.petitions.domain import answering
from linli.petitions.domain.handling import accept
from linli.petitions.models import Petition
from tests.neighbourhood import Street
from tests.petitions.making import OPINION, REVIEW, act, petition_in

CLERK, HANDLER, CHAIR, SECOND = {"petition_clerk"}, {"department_handler"}, {"duty_officer"}, {"area_lead"}
OWN = CLERK | {"petitioner"}
REASON, TEXT, OBJECTION = {"reason": "写明理由"}, {"text": "写明情况"}, {"ground": "not_ours", "text": "不属于"}

PETITIONS: dict[str, tuple] = {
    "notify": ("received", CLERK),
    "waive_notice": ("received", CLERK, REASON),
    "forward": ("received", CLERK),
    "accept": ("received", CLERK),
    "take_up": ("received", CLERK, {}, ("suggestion",)),
    "not_accept": ("forwarded", HANDLER, {"ground": "court", "text": "请起诉"}),
    "merge": ("received", CLERK, {"into": "47TKF9VHF"}),
    "object": ("forwarded", HANDLER, OBJECTION),
    "agree": ("objected", CLERK),
    "refuse": ("objected", CLERK, REASON),
    "object_again": ("forwarded", HANDLER, OBJECTION),
    "decide": ("disputed", CHAIR, REASON),
    "supervise": ("handling", CLERK, TEXT),
    "ask_extension": ("handling", HANDLER, {"reason": "案情复杂", "amount": 30}),
    "extend": ("handling", CHAIR, {"amount": 30}, ("ask_extension",)),
    "refuse_extension": ("handling", CHAIR, REASON, ("ask_extension",)),
    "answer": ("handling", HANDLER, OPINION),
    "reply": ("handling", CLERK, {"text": "已研究", "outcome": "adopted"}, ("suggestion",)),
    "settle": ("handling", HANDLER, TEXT),
    "withdraw": ("handling", OWN),
    "deliver": ("answered", OWN),
    "deliver_supported": ("answered", OWN, {}, ("supported",)),
    "carried_out": ("carrying_out", HANDLER, TEXT),
    "ask_review": ("delivered", OWN, REASON),
    "review": ("reviewing", CHAIR, REVIEW),
    "deliver_review": ("reviewed", OWN),
    "ask_recheck": ("review_delivered", OWN, REASON),
    "hear": ("rechecking", SECOND, TEXT),
    "heard": ("hearing", SECOND),
    "recheck": ("rechecking", SECOND, REVIEW),
    "deliver_recheck": ("rechecked", OWN),
    "lapse": ("delivered", {"system:petitions"}),
    "recuse": ("handling", CLERK | HANDLER, REASON),
}


def petition_for(street: Street, state: str, before: tuple[str, ...]) -> Petition:
    """A petition as a clause wants it."""
    if "suggestion" in before:
        found = petition_in(street, "received", klass="suggestion")
        if state == "handling":
            found = act(street, found, accept, street.by("petition_clerk"), street.now)
        return found
    found = petition_in(street, state, outcome="support" if "supported" in before else "")
    if "ask_extension" in before:
        found = answering.ask_extension(
            petition=found, version=found.procedure.version, amount=30, reason="案情复杂",
            by=street.by("department_handler"), at=street.now, action=uuid4(),
        )  # fmt: skip
    return found
