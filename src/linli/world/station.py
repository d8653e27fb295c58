"""The safety work station of the demonstration: who keeps the five desks, and what they handed over, checked, drilled
and promised in the months before."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import localdate, make_aware

from linli.people.actors import Actor
from linli.people.domain.duty import PATTERNS, plan_duty
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role
from linli.station.domain.commitments import publish
from linli.station.domain.desks import Desk, desk_named, kept_at
from linli.station.domain.drills import record_drill
from linli.station.domain.equipment import Found, check_equipment, equipment
from linli.station.domain.handover import hand_over, sign_off
from linli.station.domain.kept import load_starters
from linli.station.enums import DrillKind, Outcome
from linli.world.people import BY

WEEKS_BEFORE, WEEKS = 3, 6
DESK_ROLES = (Role.POLICE_LIAISON, Role.MEDIATOR, Role.PETITION_CLERK, Role.COMMITTEE_SECRETARY)
NIGHTS = 6  # changes of shift that are in the log
CHANGES = (time(8), time(20))
MINUTE = timedelta(minutes=1)
SHIFTS = (
    ("乐山二村电动车棚充电器温度偏高，已断电，等物业换件；每两小时看一次。", "已告知值班长和物业。"),
    ("无未完事项，器材在位。", "夜间两次巡查无异常。"),
    ("对讲机3号电池送充，8点前取回。", "已告知站长。"),
    ("六村12号楼道堆物已劝清，明早复看。", "已告知居委。"),
    ("无未完事项。", "与119指挥中心通话试线正常。"),
    ("消火栓扳手1把借物业用，今晚归还。", "物业值班已签收。"),
)
DRILLS = (  # days ago, kind, seconds until they left and until they were there, how many, where, what was learnt
    (9, DrillKind.CALL, 48, 166, 4, "乐山六村12号", "集合快；楼道门禁要提前取卡。"),
    (41, DrillKind.BATTERY, 55, 174, 5, "乐山二村车棚", "防爆箱在位，戴手套慢了十秒。"),
    (75, DrillKind.NIGHT, 74, 193, 4, "虹二小区", "夜间道闸未开，超时；已与物业约定值守开闸。"),
    (104, DrillKind.HOSE, 50, 158, 6, "乐山四村", "两人一组接水带顺利。"),
    (133, DrillKind.EVACUATION, 61, 178, 6, "乐山一村活动室", "老人疏散需两人扶一人。"),
)
PROMISES = (
    ("model", "report_told", 1, "working_day", "您说的事，一个工作日内告诉您谁在办",
     "Within one working day we tell you who has what you told us"),
    ("model", "report_done", 5, "working_day", "五个工作日内给您答复", "Within five working days you are answered"),
    ("fire", "call_out", 3, "minute", "接警后三分钟到场", "On the scene three minutes after the call"),
    ("fire", "hazard_again", None, "", "整改报完，按时复查", "What is said to be put right is looked at again in time"),
    ("legal", "legal_answer", None, "", "法律咨询按时答复", "A question about the law is answered in time"),
    ("legal", "mediation_begun", 10, "working_day", "调解申请十个工作日内由调解员开始",
     "A mediator begins within ten working days of the application"),
    ("model", "hall_wait", 20, "minute", "大厅取号后二十分钟内叫号", "Called within twenty minutes of the ticket"),
)  # fmt: skip
PROMISED, CHECKS = timedelta(days=80), 4  # days ago; months before this one


def lay(at: datetime) -> int:
    """Put the desks on the roster: three weeks back and three to come, in office hours. Returns how many duties."""
    monday = localdate(at) - timedelta(days=localdate(at).weekday(), weeks=WEEKS_BEFORE)
    made = 0
    for role in DESK_ROLES:
        posts = office_posts(role)
        for week in range(WEEKS):
            turn = posts[week % len(posts) :] + posts[: week % len(posts)]
            first = monday + timedelta(weeks=week)
            made += len(plan_duty(posts=turn, shifts=PATTERNS["day"], first=first, days=5, by=BY, at=at))
    return made


def play(at: datetime, namespace: UUID) -> None:
    """The station's months. Done twice, it is there once."""
    load_starters(at=at)
    _promise(at, namespace)
    _check(at, namespace)
    _drill(at, namespace)
    _hand_over(at, namespace)


def _promise(at: datetime, namespace: UUID) -> None:
    lead, day = _by(office_posts(Role.AREA_LEAD)[0], at), at - PROMISED
    for desk, measure, amount, unit, text, text_en in PROMISES:
        publish(
            desk=desk_named(desk), measure=measure, amount=amount, unit=unit, text=text, text_en=text_en,
            since=localdate(day), by=lead, at=day, action=uuid5(namespace, f"promise:{text_en}"),
        )  # fmt: skip


def _check(at: datetime, namespace: UUID) -> None:
    """On the third of each month; of this month a moment ago, with a torn hose that has become a case."""
    good = {item.code: Found(Outcome.GOOD) for item in equipment()}
    head = _firemen(at)[0]
    for first in _months_before(localdate(at)):
        moment = _local(first.replace(day=3), time(10))
        check_equipment(found=good, by=_by(head, at), at=moment, action=uuid5(namespace, f"check:{first}"))
    torn = {**good, "hose": Found(Outcome.FAULT, "3号水带接口处渗漏，需更换")}
    action = uuid5(namespace, f"check:{localdate(at).replace(day=1)}")
    check_equipment(found=torn, by=_by(head, at), at=at - 12 * MINUTE, action=action)


def _drill(at: datetime, namespace: UUID) -> None:
    head = _by(_firemen(at)[0], at)
    for days, kind, left, there, people, where, note in DRILLS:
        alarm = at - timedelta(days=days)
        record_drill(
            kind=kind, alarm_at=alarm, turned_out=left, on_scene=there, people=people, where=where, note=note, by=head,
            at=alarm + timedelta(hours=1), action=uuid5(namespace, f"drill:{days}"),
        )  # fmt: skip


def _hand_over(at: datetime, namespace: UUID) -> None:
    """Each change of shift of the last days: the one leaves word, the next signs it a little later."""
    desk = desk_named("fire")
    for number, (change, following) in enumerate(pairwise([*_changes(at), at])):
        giver = _on_duty(desk, change - 10 * MINUTE)
        taker = next((post for post in _on_duty(desk, change + 5 * MINUTE) if post not in giver), None)
        if not giver or following <= change:
            continue
        open_work, told = SHIFTS[number % len(SHIFTS)]
        moment = change - 10 * MINUTE
        left = hand_over(
            desk=desk, open_work=open_work, told=told, by=_by(giver[0], moment), at=moment,
            action=uuid5(namespace, f"handover:{number}"),
        )  # fmt: skip
        if taker is not None and left.taken_at is None:
            sign_off(handover=left, by=_by(taker, change), at=change + 5 * MINUTE)


def _changes(at: datetime) -> list[datetime]:
    """The last changes of shift that are over, the oldest first."""
    today = localdate(at)
    all_of_them = [_local(today - timedelta(days=n), change) for n in range(NIGHTS) for change in CHANGES]
    return sorted(change for change in all_of_them if change + 10 * MINUTE < at)[-NIGHTS:]


def _on_duty(desk: Desk, moment: datetime) -> list[Any]:
    return next(list(kept.now) for kept in kept_at(moment) if kept.desk == desk)


def _firemen(at: datetime) -> list[Any]:
    return [post for post in office_posts(Role.DEPARTMENT_HANDLER) if desk_named("fire").has(post, at)]


def _months_before(day: date) -> Iterator[date]:
    first = day.replace(day=1)
    for _ in range(CHECKS):
        first = (first - timedelta(days=1)).replace(day=1)
        yield first


def _local(day: date, moment: time) -> datetime:
    return make_aware(datetime.combine(day, moment))


def _by(post: Any, at: datetime) -> Actor:
    return Actor(post=post, account=holder_of(post, at=at))
