"""The petitions of the demonstration's past: made up, in different states, by the posts that would do each step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.domain.queries import holder_of
from linli.people.enums import OrganisationKind
from linli.petitions.domain import answering, handling, reviewing
from linli.petitions.domain.opening import Person, open_petition
from linli.petitions.domain.posts import receivers
from linli.petitions.domain.queries import organisations
from linli.places.domain.kept import tree
from linli.places.domain.queries import called
from linli.world.papers import store_paper

NAMESPACE = UUID("5d7a52c3-0d1e-5d0f-8e40-3e3c1f2f9a06")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Told:
    """A petition: how many days ago it came, how, on what, and how far it went."""

    days: int
    klass: str
    channel: str
    field: str
    matter: str
    text: str
    way: str = "received"
    estate: str = ""
    against: str = ""
    outcome: str = "explain"
    photos: int = 0


PAST = (
    Told(
        210,
        "request",
        "letter",
        "housing",
        "楼栋雨水管堵塞倒灌",
        "大雨天雨水管倒灌到一楼门厅，请求彻底疏通并说明养护安排。",
        "rechecked",
        "乐山二村",
    ),
    Told(
        175,
        "request",
        "visit",
        "renewal",
        "加装电梯施工损坏地坪",
        "施工车辆压坏门前地坪，请求修复。",
        "done",
        "乐山四村",
    ),
    Told(
        70,
        "request",
        "phone",
        "order",
        "路口早高峰电动车逆行",
        "早高峰路口电动车逆行严重，请求增派疏导。",
        "review_delivered",
    ),
    Told(
        45,
        "request",
        "network",
        "housing",
        "屋面漏水多次报修未果",
        "顶层屋面漏水，报修四次未见效，请求限期修复。",
        "carrying_out",
        "乐山六村",
        "property_company",
        "support",
        photos=2,
    ),
    Told(
        50,
        "request",
        "network",
        "environment",
        "餐饮油烟影响居住",
        "楼下餐饮店油烟直排，请求检查处理。",
        "reviewing",
        "虹二小区",
    ),
    Told(
        40,
        "request",
        "visit",
        "care",
        "申请临时救助手续不明",
        "家中突发变故，想了解救助手续，请求说明办理途径。",
        "delivered",
    ),
    Told(
        52,
        "request",
        "phone",
        "renewal",
        "外墙修缮工期反复延后",
        "脚手架搭了五个月，请求公布完工日期。",
        "extended",
        "乐山三村",
    ),
    Told(
        40,
        "suggestion",
        "network",
        "order",
        "建议在菜场门口设临时停放区",
        "菜场门口停车混乱，建议划出临时停放区。",
        "replied",
        "",
        "",
        "adopted",
    ),
    Told(
        38,
        "suggestion",
        "letter",
        "care",
        "建议助餐点延长供餐时间",
        "老人下午取餐不便，建议延长一小时。",
        "replied",
        "",
        "",
        "partly",
    ),
    Told(
        33,
        "accusation",
        "letter",
        "conduct",
        "反映公共收益账目不公开",
        "小区停车收益账目两年未公示，请求核查。",
        "taken_up",
        "乐山三村",
        "property_company",
    ),
    Told(26, "request", "fax", "work", "保洁人员工资拖欠", "楼道保洁工资拖欠两个月，请求协助。", "not_accepted"),
    Told(
        21,
        "request",
        "network",
        "housing",
        "电梯停运两个月",
        "电梯停运两个月，老人上下楼困难，请求尽快恢复。",
        "handling",
        "乐山六村",
        "property_company",
    ),
    Told(
        14, "request", "phone", "environment", "夜间装卸噪声", "凌晨装卸货物噪声大，请求处理。", "handling", "虹二小区"
    ),
    Told(9, "request", "visit", "order", "人行道长期被占", "人行道被堆物占用，轮椅无法通行，请求清理。", "objected"),
    Told(
        6, "request", "network", "school", "放学时段校门口拥堵", "放学时段车辆拥堵，请求设置家长等候区。", "forwarded"
    ),
    Told(4, "suggestion", "network", "environment", "建议增设旧衣回收箱", "建议在小区入口增设旧衣回收箱。", "notified"),
    Told(1, "request", "phone", "housing", "楼道消防门损坏", "楼道消防门闭门器损坏，请求维修。"),
    Told(
        0,
        "request",
        "network",
        "care",
        "无障碍坡道过陡",
        "门口坡道过陡，轮椅上不去，请求改造。",
        "received",
        "乐山四村",
    ),
)


def play(at: datetime) -> None:
    """Every petition of the list, once however often it is played. at: the demonstration's present."""
    places = called(tree().places)
    company = next((each for each in organisations() if each.kind == OrganisationKind.PROPERTY_COMPANY), None)
    for number, told in enumerate(PAST):
        came = at - timedelta(days=told.days) - HOUR
        opened = open_petition(
            klass=told.klass, channel=told.channel, field=told.field, matter=told.matter, text=told.text,
            people=[Person(f"演示信访人{number + 1}", f"1380000{number:04}", "乐山路演示地址")],
            place=places.get(told.estate) if told.estate else None, accused=company if told.against else None,
            papers=[store_paper("paper", at=came) for _each in range(told.photos)], by=None, at=came,
            action=uuid5(NAMESPACE, f"{number}"),
        )  # fmt: skip
        petition = handling.fresh(opened.petition)
        if petition.procedure.version == 1:
            _Way(petition, told, came, number, at).go()


class _Way:
    """One petition's steps, each some days after the one before and never after the present."""

    def __init__(self, petition: Any, told: Told, came: datetime, number: int, now: datetime) -> None:
        self.petition, self.told, self.at, self.number, self.now, self.step = petition, told, came, number, now, 0

    def go(self) -> None:
        way = self.told.way
        if way == "received":
            return
        if way == "notified":
            self.do(handling.notify, self.part("desk"), 1)
        elif way == "not_accepted":
            self.do(
                handling.not_accept, self.part("desk"), 3, ground="arbitration",
                text="请向劳动人事争议仲裁委员会申请仲裁，也可向劳动保障监察投诉。",
            )  # fmt: skip
        elif way in ("replied", "taken_up"):
            self.do(handling.accept, self.part("desk"), 2)
            if way == "replied":
                self.do(
                    answering.reply, self.part("handler"), 12, outcome=self.told.outcome,
                    text="已会同有关方面研究，按上述意见落实，感谢您的建议。",
                )  # fmt: skip
        else:
            self._handled(way)

    def _handled(self, way: str) -> None:
        to = receivers(self.petition.procedure, self.at)[0]
        self.do(handling.forward, self.part("desk"), 2, to=to)
        if way == "forwarded":
            return
        if way == "objected":
            self.do(handling.object_to, self.part("handler"), 2, ground="not_ours", text="该路段由市政养护单位管理。")
            return
        self.do(handling.accept, self.part("handler"), 2)
        if way == "extended":
            self.do(answering.ask_extension, self.part("handler"), 30, amount=30, reason="需委托鉴定，时间较长。")
            self.do(answering.extend, self.part("approver"), 1, amount=30, reason="需委托鉴定，时间较长。")
        if way in ("handling", "extended"):
            return
        self.do(
            answering.answer,
            self.part("handler"),
            20,
            asked=self.told.text,
            facts="经现场查看并询问有关单位，情况属实。",
            opinion="责成有关单位按期处理，并向您反馈结果。",
            basis="《信访工作条例》第三十二条",
            outcome=self.told.outcome,
        )  # fmt: skip
        self.do(answering.deliver, self.part("desk"), 2)
        if way in ("carrying_out", "delivered"):
            return
        if way == "done":
            reviewing.lapse_due(at=self.now)
            return
        self._reviewed(way)

    def _reviewed(self, way: str) -> None:
        opinion = {"verdict": "uphold", "facts": "调阅了原办理材料。", "opinion": "维持原处理意见。",
                   "basis": "《信访工作条例》第三十五条"}  # fmt: skip
        self.do(reviewing.ask_review, self.part("desk"), 10, reason="不接受处理意见，请求复查。")
        if way == "reviewing":
            return
        self.do(reviewing.review, self.part("verifier"), 18, **opinion)
        self.do(reviewing.deliver_review, self.part("desk"), 2)
        if way == "review_delivered":
            return
        self.do(reviewing.ask_recheck, self.part("desk"), 8, reason="不接受复查意见，请求复核。")
        self.do(reviewing.recheck, self.part("verifier"), 20, **opinion)
        self.do(reviewing.deliver_recheck, self.part("desk"), 2)

    def part(self, name: str) -> Actor:
        rows = self.petition.procedure.assignments.filter(part=name).select_related("post")
        return _by(directory().by_key[rows.get().post_id], self.now)

    def do(self, verb: Callable[..., Any], by: Actor, days: int, **more: Any) -> None:
        self.step += 1
        self.at = min(self.at + timedelta(days=days), self.now)
        self.petition = verb(
            petition=self.petition, version=self.petition.procedure.version, by=by, at=self.at,
            action=uuid5(NAMESPACE, f"{self.number}:{self.step}"), **more,
        )  # fmt: skip


def _by(post: Any, at: datetime) -> Actor:
    account = holder_of(post, at=at)
    assert account is not None
    return Actor.in_post(post, account)
