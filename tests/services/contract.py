"""What the contract of every workflow says of requests: who may make each move, what it needs, how it gets there."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import uuid4

from linli.people.actors import Actor
from linli.procedures.enums import PartyKind
from linli.services.domain import rating
from linli.services.domain.handling import fresh
from linli.services.models import Request
from tests.neighbourhood import Street
from tests.services.window import ONE_PAPER, ask, missing, open_window, step

DESK, HANDLER, CHECKER = {"window_clerk"}, {"department_handler"}, {"duty_officer"}
PERSON = DESK | {"reporter"}
ALL = ["id_card", "photo", "lease", "landlord", "insured", "permit"]

# name: state, who may, what it needs, what comes before
REQUESTS: Mapping[str, tuple[str, set[str], dict[str, Any], tuple[str, ...]]] = {
    "settle": ("received", DESK, {"result": "津贴已登记", "papers": ["id_card", "hukou"]}, ("at_once",)),
    "receive": ("received", DESK, {"papers": ["id_card"]}, ()),
    "ask_papers": ("received", DESK, {"text": "租房合同缺第二页"}, ()),
    "papers_in": ("received", DESK, {"papers": ALL}, ("ask_papers",)),
    "accept": ("received", DESK, {"papers": ALL}, ()),
    "pass_on": ("accepted", DESK, {}, ()),
    "send_back": ("passed_on", HANDLER, {"reason": "不归我们管"}, ()),
    "decide": ("passed_on", HANDLER, {"result": "准予发证"}, ()),
    "refuse": ("passed_on", HANDLER, {"reason": "不满半年", "remedy": "六十日内可申请复议"}, ()),
    "hand_over": ("decided", DESK, {"handing": "window"}, ()),
    "withdraw": ("received", PERSON, {}, ()),
    "rate": ("ended", PERSON, {"grade": 4}, ()),
    "rate_badly": ("ended", PERSON, {"grade": 1}, ()),
    "call": ("rectifying", CHECKER, {"text": "等了太久"}, ()),
    "rectify": ("rectifying", CHECKER, {"text": "已增开窗口"}, ()),
    "rate_again": ("rectified", PERSON, {"grade": 3}, ()),
}


def request_in(street: Street, state: str, before: Collection[str] = ()) -> Request:
    """A request as a clause wants it, brought there by the verbs of its app."""
    open_window()
    request = ask(street, ONE_PAPER if "at_once" in before else "residence_permit").request
    if "ask_papers" in before:
        request = step(street, request, "ask_papers", text="租房合同缺第二页")
    handler = street.posts["department_handler"]
    way = {
        "accepted": lambda it: step(street, it, "accept", papers=missing(it)),
        "passed_on": lambda it: step(street, it, "pass_on", to=handler),
        "decided": lambda it: step(street, it, "decide", "department_handler", result="准予发证"),
        "ended": lambda it: step(street, it, "hand_over", handing="window"),
        "rectifying": lambda it: rated(street, it, 1),
        "rectified": lambda it: rating.rectify(
            request=it, version=it.procedure.version, text="已增开窗口", by=street.by("duty_officer"), at=street.now,
            action=uuid4(),
        ),
    }  # fmt: skip
    for act in way.values():
        if request.procedure.state == state:
            break
        request = act(request)
    return fresh(request)


def applicant(request: Request) -> Actor:
    return Actor(party=str(request.procedure.parties.get(kind=PartyKind.REPORTER).pk))


def rated(street: Street, request: Request, grade: int, words: str = "") -> Request:
    """The person rates it."""
    now = fresh(request)
    return rating.rate(
        request=now, version=now.procedure.version, grade=grade, words=words, by=applicant(now), at=street.now,
        action=uuid4(),
    )  # fmt: skip
