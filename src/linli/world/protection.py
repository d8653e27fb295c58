"""Two sealed files of the demonstration, invented: one that waits to be reached, one with an order in force.

Nobody in them exists. They show those who may help what such a file looks like; nobody else finds them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import localdate

from linli.mediation.domain import protection_orders as orders
from linli.mediation.domain import protection_steps as steps
from linli.mediation.domain.protection import Asked, ask_for_contact, could_know
from linli.mediation.domain.protection_queries import who_knows
from linli.mediation.domain.protection_sealed import Reach
from linli.people.actors import Actor
from linli.people.domain.queries import holder_of
from linli.people.enums import Role

NAMESPACE = UUID("5d1f7d1c-2a0e-5c0b-8f57-6f0f4c1de2a7")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def play(at: datetime) -> None:
    """Begin both, and bring the second to where it stands. Played again, nothing happens."""
    ask_for_contact(
        reach=Reach(
            channel="text", to="13900001111", times="工作日上午九点到十一点", careful="有人接就说是图书馆催书",
            name="小周",
        ),
        said="他喝了酒就动手，孩子都看着。先别上门。", without=(), want_code=False, at=at - 2 * HOUR,
        action=uuid5(NAMESPACE, "waits"),
    )  # fmt: skip
    begun = at - 25 * DAY
    asked = ask_for_contact(
        reach=Reach(
            channel="call", to="13900002222", times="晚上八点后，他上夜班", careful="不是本人就挂断", name="李女士",
            address="现住姐姐家，地址不外传",
        ),
        said="上个月报过警，想知道保护令怎么申请。", without=(), want_code=False, at=begun,
        action=uuid5(NAMESPACE, "order"),
    )  # fmt: skip
    if asked.procedure.version == 1:
        _help(asked, begun, at)


def _help(asked: Asked, begun: datetime, at: datetime) -> None:
    """A talk, the police with her wish, a warning and the committee's visit, and an order that holds half a year."""
    procedure = asked.procedure
    handler = next(post for post, _part in who_knows(procedure))
    by = _actor(handler, at)
    police = next((post for post in could_know(at) if post.role == Role.POLICE_LIAISON), None)
    acts: list[tuple[Callable[..., Any], timedelta, dict[str, Any]]] = [
        (steps.screen, 5 * HOUR, {
            "whom": "adult", "danger": "near", "wishes": "先住姐姐家；要保护令，不要他知道住处；暂不离婚。"}),
        (steps.note, 8 * HOUR, {"about": "help", "text": "妇联已联系，孩子的学校只告诉班主任。"}),
        (steps.warning, 3 * DAY, {"day": localdate(begun + 3 * DAY), "text": "派出所出具告诫书，双方各一份。"}),
        (steps.visit, 4 * DAY, {"text": "单独见了她，平安。未与男方同时见面。"}),
        (orders.prepare_order, 5 * DAY, {
            "applicant": "themselves", "respondent": "王某",
            "request": "禁止殴打、威胁；禁止骚扰、跟踪、接触；禁止靠近其住处和单位。",
            "facts": "十月以来三次殴打，有报警记录、告诫书、病历和照片。"}),
        (orders.accept_order, 6 * DAY, {"accepted": None, "urgent": True}),
        (orders.make_order, 6 * DAY + 20 * HOUR, {
            "decided": None, "valid_until": localdate(begun + 6 * DAY + 170 * DAY)}),
        (orders.reconsider, 10 * DAY, {"asked": "no"}),
    ]  # fmt: skip
    if police is not None:
        told = {"to": police, "why": "她同意请民警查访。", "agreed": True}
        acts.insert(2, (steps.bring_in, 2 * DAY, told))
        acts.insert(
            5, (steps.visit, 4 * DAY + 2 * HOUR, {"text": "所里查访男方，告知告诫书内容。", "by": _actor(police, at)})
        )
    for number, (verb, later, given) in enumerate(acts):
        action = uuid5(NAMESPACE, f"order {number}")
        given = {"by": by, **given}
        procedure = verb(procedure=procedure, version=procedure.version, at=begun + later, action=action, **given)


def _actor(post: Any, at: datetime) -> Actor:
    account = holder_of(post, at=at)
    return Actor.in_post(post, account) if account else Actor(post=post)
