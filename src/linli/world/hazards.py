"""Hazards and premises of the synthetic neighbourhood: found, notified, put right, looked at again; all invented.

The fifty premises are those of the article's story, 'closed or put right by themselves'; six more are under way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import localdate
from PIL import Image, ImageDraw

from linli.core.signatures import Signature
from linli.hazards.domain import steps
from linli.hazards.domain.checklists import checklists, line_named
from linli.hazards.domain.inspecting import Round, Tick, record_inspection
from linli.hazards.domain.opening import find_hazard, tell_hazard
from linli.hazards.domain.premises import add_premises, follow_up, record_talk, record_visit
from linli.hazards.enums import HazardKind
from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role
from linli.places.domain.kept import tree
from linli.places.domain.queries import called
from linli.world.people import FIRE

NAMESPACE = UUID("3f9a1c52-7c4e-5b8e-9a61-0e2d4b6c8f13")
AREA = "乐山片区"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STORY, UNDER_WAY = 50, 6


@dataclass(frozen=True)
class Plot:
    """One hazard. ago: days since it was found.  fate: how far it has come.  line: what of which list was not so."""

    ago: float
    line: str
    text: str
    where: str
    answers: str
    name: str
    fate: str
    days: int = 7
    told: bool = False
    imminent: bool = False


PLOTS = (
    Plot(0.1, "stairwell.way_clear", "四楼到五楼堆放旧家具，只剩半人宽", "4–5层楼梯", "household", "501室", "found"),
    Plot(0.2, "gas.old_hose", "灶台软管发硬开裂", "一层公用厨房", "household", "102室", "found", told=True),
    Plot(1.2, "roof.brackets", "六楼空调外机支架锈蚀掉片", "北立面6层", "household", "602室", "found", told=True),
    Plot(0.3, "shop.bottled_gas", "店内两只液化气瓶紧靠灶台，有燃气味", "沿街底层", "unit", "阿毛面馆", "secured",
         imminent=True),
    Plot(3, "stairwell.no_ebikes", "两辆电动自行车停在楼梯下充电", "底层", "household", "101、103室", "noticed", 3),
    Plot(4, "meter_room.empty", "电表间堆满纸箱", "底层电表间", "manager", "高建物业乐山服务部", "noticed", 7),
    Plot(6, "ebike_shed.sockets", "三个充电插座外壳烧黑", "车棚东侧", "manager", "高建物业乐山服务部", "noticed", 10),
    Plot(9, "stairwell.no_wires", "从二楼窗口拉线到楼下充电", "南侧窗口", "household", "203室", "late", 3),
    Plot(12, "roof.drains", "落水管断裂，雨水沿外墙流下", "西山墙", "manager", "高建物业乐山服务部", "late", 10),
    Plot(3, "stairwell.extinguishers", "灭火器过期两只", "3层、5层", "manager", "高建物业乐山服务部", "claimed", 7),
    Plot(3.5, "shop.exit", "后门上锁，钥匙不在店里", "沿街底层", "unit", "乐山便民超市", "claimed", 3),
    Plot(4, "stairwell.hydrant", "消火栓箱里没有水枪", "2层", "manager", "高建物业乐山服务部", "unresolved", 5),
    Plot(6, "stairwell.way_clear", "走道放鞋柜和婴儿车，改后又放回", "3层走道", "household", "302室", "again", 5),
    Plot(3, "shop.nobody_sleeps", "店铺阁楼住人，只有一个出口", "沿街底层", "unit", "宏发五金店", "escalated", 3),
    Plot(5, "room.exit", "活动室唯一出口被桌子挡住", "底层", "unit", "老街坊棋牌室", "acted", 3),
    Plot(18, "stairwell.no_ebikes", "电池拎回家放在走道充电", "5层走道", "household", "503室", "closed", 3, told=True),
    Plot(19, "lift.call", "紧急呼叫没人应答", "轿厢", "manager", "高建物业乐山服务部", "closed", 2),
    Plot(24, "gas.riser", "立管上挂着拖把和水桶", "厨房", "household", "401室", "closed", 7),
    Plot(27, "meter_room.closed", "配电箱门关不上，露出电线", "底层", "manager", "高建物业乐山服务部", "closed", 3),
    Plot(30, "roof.facade", "外墙粉刷空鼓，掉下一块", "东山墙", "owners", "全体业主", "closed", 14, told=True),
    Plot(34, "kitchen.flue", "排油烟管道一年没有清洗", "沿街底层", "unit", "小绍兴菜馆", "closed", 14),
    Plot(36, "stairwell.lights", "应急灯三盏不亮", "1–3层", "manager", "高建物业乐山服务部", "closed", 7),
    Plot(40, "ebike_shed.no_batteries", "车棚角落堆放旧电池", "车棚", "manager", "高建物业乐山服务部", "second", 1),
    Plot(44, "room.dwelling", "居室改作活动室，没有问过楼上楼下", "102室", "unit", "春申茶座", "closed", 14),
    Plot(10, "stairwell.handrail", "说扶手松动，到现场看是装饰条", "2层", "manager", "", "none", told=True),
)  # fmt: skip
ROUNDS: tuple[tuple[int, str, dict[str, str]], ...] = (
    # days ago, list, what is not so
    (2, "stairwell", {"lights": "四楼应急灯不亮"}),
    (5, "meter_room", {}),
    (11, "shop", {"extinguisher": "灭火器压力不足", "wiring": "插线板串联三个"}),
    (16, "gas", {}),
    (23, "lift", {"label": "检验标志九月到期"}),
)
ROOMS = ("老街坊", "春申", "乐山", "四季", "安顺", "同心", "番禺路", "和乐", "弈友", "晚晴")
TALKED = (
    "晚上九点后关窗、停止营业",
    "撤掉两张桌子，留出通道",
    "配齐灭火器，出口不上锁",
    "与楼上住户说好开放时间",
    "办好手续前不再营业",
)


def play(at: datetime) -> None:
    """Two months of hazards and a register that has grown over years. Done twice, it is there once."""
    _holder.cache_clear()
    _fire_head.cache_clear()
    buildings = _buildings()
    if not buildings:
        return
    for number, plot in enumerate(PLOTS):
        _hazard(plot, buildings[number * 7 % len(buildings)], uuid5(NAMESPACE, f"hazard {number}"), at)
    for number, (ago, code, bad) in enumerate(ROUNDS):
        _round(code, bad, buildings[(number * 11 + 3) % len(buildings)], at - ago * DAY, number)
    for number in range(STORY + UNDER_WAY):
        _premises(number, buildings[(number * 5 + 1) % len(buildings)], at)


def _buildings() -> list[Any]:
    area = called(tree().places)[AREA].path
    return [place for place in tree().places if place.kind == "building" and place.path.startswith(area)]


def _by(role: Role, place: Any, at: datetime) -> Actor:
    known = directory()
    return _holder(next(post for post in known.above(role, place.path) if known.is_staffed(post, at)).pk, at)


@cache
def _fire_head(at: datetime) -> Actor:
    known = office_posts(Role.DEPARTMENT_HANDLER)
    return _holder(next(each for each in known if each.organisation.name == FIRE).pk, at)


@cache
def _holder(key: int, at: datetime) -> Actor:
    post = directory().by_key[key]
    return Actor(post=post, account=holder_of(post, at=at))


# --- hazards


def _hazard(plot: Plot, building: Any, key: UUID, at: datetime) -> None:
    line = line_named(plot.line)
    assert line is not None
    found = at - plot.ago * DAY
    given: dict[str, Any] = {
        "kind": HazardKind(line.kind), "text": plot.text, "place": building, "where": plot.where, "at": found,
        "action": key, "imminent": plot.imminent, "blocks": line.blocks,
    }  # fmt: skip
    if plot.told:
        hazard = tell_hazard(**given).hazard
    else:
        hazard = find_hazard(by=_by(Role.COMMITTEE_SECRETARY, building, at), line=plot.line, **given)
    if hazard.procedure.version > 1:
        return  # played before
    for number, (verb, by, when, more) in enumerate(_course(plot, building, found, at)):
        hazard = verb(
            hazard=hazard, version=hazard.procedure.version, by=by, at=min(when, at), action=uuid5(key, str(number)),
            **more,
        )  # fmt: skip


Move = tuple[Any, Actor, datetime, dict[str, Any]]
FATES: dict[str, tuple[str, ...]] = {
    "found": (),
    "secured": ("secure",),
    "noticed": ("serve",),
    "late": ("serve",),
    "claimed": ("serve", "claim"),
    "unresolved": ("serve", "claim", "not_right"),
    "again": ("serve", "claim", "not_right", "serve_again"),
    "escalated": ("serve", "not_right", "escalate"),
    "acted": ("serve", "not_right", "escalate", "act"),
    "closed": ("serve", "claim", "confirm"),
    "second": ("serve", "claim", "not_right", "serve_again", "claim", "confirm"),
    "none": ("no_hazard",),
}
# Each step by whom, and how many days after the one before.
PACE = {
    "secure": 0.01, "serve": 0.4, "claim": 2.0, "not_right": 1.0, "serve_again": 0.5, "escalate": 0.6, "act": 2.0,
    "confirm": 1.0, "no_hazard": 1.0,
}  # fmt: skip


def _course(plot: Plot, building: Any, found: datetime, at: datetime) -> Iterator[Move]:
    office, lead = _by(Role.COMMITTEE_SECRETARY, building, at), _by(Role.AREA_LEAD, building, at)
    fire, when = _fire_head(at), found
    notice = steps.Demand(
        demand=f"消除隐患：{plot.text}。", answers=plot.answers, answers_name=plot.name, days=plot.days,
        handed="signed", signature=Signature("收件人", scribble(plot.text) if plot.days == 3 else None),
    )  # fmt: skip
    says: dict[str, tuple[Any, Actor, dict[str, Any]]] = {
        "secure": (steps.secure_hazard, office, {"text": "已拨打119，关阀断气，疏散底层人员，店铺停业。"}),
        "serve": (steps.serve_notice, office, {"demand": notice}),
        "claim": (steps.claim_right, office, {"text": "责任人来电：已经改好。"}),
        "not_right": (steps.not_right, lead, {"reason": "到现场看，只改了一半。"}),
        "serve_again": (steps.serve_notice, office, {"demand": notice}),
        "escalate": (steps.pass_on, office, {"to": fire.post, "reason": "期限已到没有改，请消防依法处置。"}),
        "act": (steps.department_acted, fire, {"text": "已现场责令改正，通道清空。"}),
        "confirm": (
            steps.confirm_right, lead, {"text": "现场复查，隐患已消除。", "answer": "您反映的隐患已经消除，请放心。"},
        ),
        "no_hazard": (
            steps.no_hazard, office,
            {"reason": "现场查看是松动的装饰条，扶手牢固。", "answer": "去看过：扶手牢固，装饰条已请物业固定。"},
        ),
    }  # fmt: skip
    for name in FATES[plot.fate]:
        when += timedelta(days=PACE[name])
        verb, by, more = says[name]
        yield verb, by, when, more


def scribble(seed: str) -> bytes:
    """A signature that is nobody's: a line that runs like writing."""
    random, paper = Random(seed), Image.new("RGB", (720, 240), "white")
    points = [(60 + step * 30, 120 + random.randint(-60, 60)) for step in range(20)]
    ImageDraw.Draw(paper).line(points, fill="#17252d", width=5, joint="curve")
    out = BytesIO()
    paper.save(out, "PNG")
    return out.getvalue()


# --- rounds and premises


def _round(code: str, bad: dict[str, str], building: Any, at: datetime, number: int) -> None:
    known = checklists()[code]
    ticks = {
        line.code: Tick("bad", bad[line.code]) if line.code in bad else Tick("good") for line in known.lines
    }  # fmt: skip
    by = _by(Role.COMMITTEE_SECRETARY, building, at)
    record_inspection(
        done=Round(checklist=known, place=building, ticks=ticks, where="全楼"), by=by, at=at,
        action=uuid5(NAMESPACE, f"round {number}"),
    )  # fmt: skip


def _premises(number: int, building: Any, at: datetime) -> None:
    """Visited, talked with, and closed or put right; the last six are under way."""
    key, random = uuid5(NAMESPACE, f"premises {number}"), Random(number)
    started = at - (random.randint(20, 300) if number < STORY else random.randint(3, 15)) * DAY
    by = _by(Role.COMMITTEE_SECRETARY, building, at)
    kind = "room" if number % 8 else ("rental" if number % 16 else "shop")
    suffix = {"room": "棋牌室", "rental": "出租屋", "shop": "小店"}[kind]
    name = f"{ROOMS[number % len(ROOMS)]}{suffix}{number // len(ROOMS) + 1}号"
    premises = add_premises(
        kind=kind, name=name, place=building, where="底层", operator=f"演示电话 {5550000 + number}", by=by, at=started,
        action=key,
    )  # fmt: skip
    if premises.version > 1:
        return
    concerns = random.sample(["noise", "fire", "dwelling", "licence", "crowd"], random.randint(1, 2))
    record_visit(
        premises=premises, version=1, concerns=concerns, text="已当面说明，请经营者自行整改。", after="correcting",
        by=by, at=started + HOUR, action=uuid5(key, "first"),
    )  # fmt: skip
    done = number < STORY
    followed = localdate(started + 10 * DAY)
    talk = record_talk(
        premises=premises, talked_with=random.choice(["operator", "landlord", "both"]),
        promised=TALKED[number % len(TALKED)], follow_up_on=followed, by=by, at=started + DAY,
        action=uuid5(key, "talk"),
    )  # fmt: skip
    if not done:
        return
    follow_up(talk=talk, kept=number % 7 != 0, found="", by=by, at=started + 10 * DAY)
    premises.status, after = "correcting", "closed" if number % 3 == 0 else "corrected"
    record_visit(
        premises=premises, version=2, concerns=["none"], text="复查：已按承诺做到。", after=after, by=by,
        at=started + 12 * DAY, action=uuid5(key, "last"),
    )  # fmt: skip
