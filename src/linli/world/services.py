"""The service hall's months in the demonstration: the items, and requests lived through by those who would do it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import localdate, localtime

from linli.people.actors import Actor
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role
from linli.places.domain.kept import tree
from linli.places.domain.queries import called
from linli.procedures.domain.limits import calendar
from linli.services.domain import rating
from linli.services.domain.applying import Application, apply_for
from linli.services.domain.catalogue import item_on, load_starter_items
from linli.services.domain.content import Content
from linli.services.domain.handling import VERBS as STEPS
from linli.services.domain.handling import fresh
from linli.services.domain.queries import missing_papers
from linli.services.domain.visits import plan_visit
from linli.services.enums import Channel, Mode
from linli.world.papers import store_paper

NAMESPACE = UUID("4c0a6d3e-1f57-5b7e-9d11-2b6a5e0c7f43")
SINCE = timedelta(days=400)
AREA = "乐山片区"
Step = tuple[str, Actor, int, int, dict[str, Any]]  # verb, who, working days ago, hour, what is given
VERBS: dict[str, Callable[..., Any]] = {
    **STEPS,
    "rate": rating.rate,
    "call": rating.call_back,
    "rectify": rating.rectify,
}
REFUSAL = {
    "reason": "家庭在本市已有住房，人均面积超过规定标准。",
    "remedy": "六十日内可以向区政府申请行政复议；窗口可以帮您看看租金补贴。",
}
RESULTS = {"legal_aid": "准予法律援助，已指派周律师，三日内与您联系。"}


@dataclass(frozen=True)
class Asked:
    """One request: which item, for whom, in which way, how many working days ago, and how far it came.

    ends: received, asked (for papers), accepted, passed_on, decided, refused, ended; then with a grade.
    photos: how many of its papers were sent along as pictures.
    """

    code: str
    name: str
    days: int
    ends: str = "ended"
    channel: Channel = Channel.WINDOW
    proxy: tuple[str, str] = ("", "")
    grade: int = 0
    words: str = ""
    asked: str = ""
    visit: str = ""
    room: str = ""
    keep: bool = False
    photos: int = 0


REQUESTS: Sequence[Asked] = (
    Asked("senior_card", "周根发", 40, grade=5, words="小姑娘手脚快，一刻钟就拿到了。", keep=True),
    Asked("senior_allowance", "周根发", 39, grade=5),
    Asked("social_card", "李招娣", 36, grade=4),
    Asked("residence_permit", "马晓东", 34, grade=4, channel=Channel.ONLINE, asked="租房合同缺第二页，请补上。"),
    Asked("medical_refund", "陆阿妹", 33, grade=3, proxy=("陆敏", "女儿")),
    Asked("treatment_away", "沈国强", 30, grade=5),
    Asked("pension_check", "钱宝珍", 28, grade=5, channel=Channel.HOME, room="302"),
    Asked("birth_register", "吴怡", 27, grade=5, channel=Channel.ONLINE),
    Asked("disability_subsidies", "顾建平", 26, grade=4),
    Asked("unemployment_register", "邵磊", 24, grade=4),
    Asked("medical_booklet", "张阿大", 22, grade=5),
    Asked("charging_place", "汤俊", 21, grade=2, words="等了两个星期才说没有位置，也没人先打个电话。"),
    Asked("public_rental", "何琳", 20, "refused", channel=Channel.ONLINE),
    Asked("family_doctor", "金月娥", 18, grade=5),
    Asked("volunteer", "任思远", 16, grade=5, channel=Channel.ONLINE),
    Asked("serious_illness", "曹伯明", 14, grade=4, asked="诊断证明要盖章的原件。"),
    Asked("meals", "钱宝珍", 12, proxy=("钱小燕", "女儿"), grade=5),
    Asked("legal_aid", "黄桂芳", 11, "decided"),
    Asked("care_insurance", "施阿婆", 9, "passed_on", proxy=("施伟", "儿子")),
    Asked("archives", "戴志明", 8, "ended"),
    Asked("great_age", "秦老太", 6, "received", channel=Channel.PHONE, visit="am", room="501"),
    Asked("temporary_aid", "潘永福", 5, "passed_on", channel=Channel.PAPER),
    Asked("veteran_card", "宋卫国", 4, "asked", asked="退役证只有封面，请带内页；证件照一张。"),
    Asked("pension_check", "鲍仁德", 3, "received", channel=Channel.PHONE, visit="am", room="203"),
    Asked("disability_certificate", "蔡小弟", 2, "received", channel=Channel.PAPER, visit="pm", room="104"),
    Asked("flexible_work", "孔令飞", 1, "accepted"),
    Asked("residence_permit", "𬭛小青", 1, "received", channel=Channel.ONLINE, photos=2),
)


def lay(at: datetime) -> None:
    """The 48 items, in force for a year already."""
    load_starter_items(at=at - SINCE)


def play(at: datetime) -> None:
    """Each request on its days, by the window clerk, the department and the duty officer. Done twice, it is there
    once."""
    life = _Life(at)
    for number, asked in enumerate(REQUESTS):
        life.play(number, asked)


class _Life:
    """Who acts in the demonstration's requests, and on which working day."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.clerk = self._by(Role.WINDOW_CLERK, Role.DUTY_OFFICER)
        self.department = self._by(Role.DEPARTMENT_HANDLER, Role.COMMITTEE_SECRETARY)
        self.officer = self._by(Role.DUTY_OFFICER)
        inside = called(tree().places)[AREA].path
        self.buildings = [
            place for place in tree().places if place.kind == "building" and place.path.startswith(inside)
        ]

    def _by(self, *roles: Role) -> Actor:
        post = office_posts(*roles)[0]
        return Actor(post=post, account=holder_of(post, at=self.at))

    def play(self, number: int, asked: Asked) -> None:
        moment = self._moment(asked.days, 10, number)
        content = item_on(asked.code, localdate(moment)).content
        comes = bool(asked.visit or asked.room)
        papers = content.papers(choice=content.options[0].key, for_other=False)
        brought = [paper for paper in papers if not paper.office][: asked.photos]
        applied = apply_for(
            asked=Application(
                code=asked.code, applicant=asked.name, choice=content.options[0].key, proxy=asked.proxy[0],
                relation=asked.proxy[1], room=asked.room, keep_papers=asked.keep,
                place=self.buildings[number * 7 % len(self.buildings)] if comes else None,
                files={paper.key: [store_paper(paper.text.zh, at=moment)] for paper in brought},
            ),
            channel=asked.channel, by=None if asked.channel == Channel.ONLINE else self.clerk, at=moment,
            action=uuid5(NAMESPACE, f"{number}:apply"), desk=self.clerk.post,
        )  # fmt: skip
        request = fresh(applied.request)
        if request.procedure.version == 1:
            for name, by, back, hour, given in self._way(asked, content, missing_papers(request)):
                request = self._take(request, name, by, self._moment(back, hour, number), number, given)
        if asked.visit:
            self._visit(request, asked.visit, number)

    def _take(self, request: Any, name: str, by: Actor, at: datetime, number: int, given: dict[str, Any]) -> Any:
        return VERBS[name](
            request=request, version=request.procedure.version, by=by, at=at,
            action=uuid5(NAMESPACE, f"{number}:{name}"), **given,
        )  # fmt: skip

    def _way(self, asked: Asked, content: Content, papers: list[str]) -> Iterator[Step]:
        """The steps of one request, until where it stands today."""
        back, result = asked.days, RESULTS.get(asked.code, content.result.zh)
        if asked.asked:
            yield "ask_papers", self.clerk, back, 11, {"text": asked.asked}
            back = max(back - 3, 0)
        if asked.ends in ("received", "asked"):
            return
        if content.mode == Mode.PASS_ON:
            yield from self._through_department(asked.ends, back, papers, result)
        else:
            name = "settle" if asked.ends == "ended" else "accept"
            yield name, self.clerk, back, 13, {"papers": papers, **({"result": result} if name == "settle" else {})}
        if asked.grade:
            yield from self._rated(asked)

    def _through_department(self, ends: str, back: int, papers: list[str], result: str) -> Iterator[Step]:
        yield "accept", self.clerk, back, 13, {"papers": papers}
        if ends == "accepted":
            return
        yield "pass_on", self.clerk, back, 14, {"to": self.department.post}
        if ends == "refused":
            yield "refuse", self.department, max(back - 6, 0), 15, REFUSAL
        if ends in ("decided", "ended"):
            yield "decide", self.department, max(back - 5, 0), 15, {"result": result}
        if ends == "ended":
            yield "hand_over", self.clerk, max(back - 6, 0), 16, {"handing": "window"}

    def _rated(self, asked: Asked) -> Iterator[Step]:
        """The grade on the slip; a bad one is called back the same afternoon, and put right days later."""
        day = max(asked.days - 7, 0)
        yield "rate", self.clerk, day, 17, {"grade": asked.grade, "words": asked.words}
        if rating.is_bad(asked.grade):
            yield "call", self.officer, day, 18, {"text": "打电话道歉。对方说主要是没人说明进度。"}
            put_right = "超过五个工作日没有结果的，窗口主动打电话说明。"
            yield "rectify", self.officer, max(day - 5, 0), 11, {"text": put_right}

    def _visit(self, request: Any, half: str, number: int) -> None:
        """Planned for the next working day, so that the round has stops whenever one looks."""
        plan_visit(
            request=request, on=self._workday(-1), half=half, by=self.clerk, at=self.at,
            action=uuid5(NAMESPACE, f"{number}:visit"),
        )  # fmt: skip

    def _workday(self, back: int) -> date:
        """So many working days before today, or after it where it is less than none."""
        day, left, days = localdate(self.at), abs(back), calendar()
        while left > 0 or not days.is_working(day):
            day += timedelta(days=-1 if back >= 0 else 1)
            left -= days.is_working(day)
        return day

    def _moment(self, back: int, hour: int, number: int) -> datetime:
        """An hour of a working day, never in the time to come."""
        then = datetime.combine(self._workday(back), time(hour, number * 7 % 50), localtime(self.at).tzinfo)
        return min(then, self.at - timedelta(minutes=30))
