"""What others say of the neighbourhood: the published figures of the model area, and years of made-up ones beside them.

The published ones are 'reported, not computed by Linli'. The made-up ones are marked as demonstration data; both are
handed in by domain calls, as an office would.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid5

from django.utils.timezone import localdate

from linli.insight.domain.mechanisms import MECHANISMS
from linli.insight.domain.outside import Draft, enter_value
from linli.insight.domain.reviews import begin_review, check_review, conclude_review, leave_out_review, open_review
from linli.people.actors import Actor
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role

ARTICLE, ARTICLE_ON = "《乐山模式》报道，2022年8月2日", date(2022, 8, 2)
HALF = (date(2022, 1, 1), date(2022, 6, 30))
UNDATED = "报道没有写明日期，记在综合治理开始的2018年和报道前的整年。"
WHOLE_TIME = (date(2018, 1, 1), date(2022, 6, 30))
MADE_UP = "演示数据（虚构）"


def _reported(code: str, first: date, last: date, number: float, **more: Any) -> Draft:
    return Draft(
        code=code, first=first, last=last, number=number, source=ARTICLE, source_on=ARTICLE_ON, origin="reported",
        **more,
    )  # fmt: skip


REPORTED = (
    _reported("fee_rate", date(2018, 1, 1), date(2018, 12, 31), 0.78, note=UNDATED),
    _reported("fee_rate", date(2021, 1, 1), date(2021, 12, 31), 0.91, note=UNDATED),
    _reported("petitions", *HALF, -0.30, telling="change", at_least=True),
    _reported("police_calls", *HALF, -0.30, telling="change", at_least=True),
    _reported("thefts", *HALF, -0.75, telling="change"),
    _reported("patrols", *WHOLE_TIME, 24, note="每日出动24人次。"),
    _reported("premises", *WHOLE_TIME, 50, note="取缔或者自行整改的棋牌室。"),
    _reported("projects", *WHOLE_TIME, 35, note="有序落地的项目。"),
)
# A year, or a half-year, each from the first on; the programme began in 2018.
YEARS: dict[str, tuple[int, ...]] = {
    "fee_rate": (4700, 4820, 5010, 5240, 5410, 5460, 5490, 5510),
    "happiness": (285, 296, 310, 335, 352, 361, 366, 371),
    "safety": (262, 281, 312, 341, 360, 368, 372, 377),
    "content": (251, 270, 295, 322, 344, 352, 360, 366),
    "turnout": (1830, 2110, 2260, 2490, 2740, 2810, 2890, 2920),
}
OF = {"fee_rate": 6000, "happiness": 420, "safety": 420, "content": 420, "turnout": 4300}
HALVES: dict[str, tuple[int, ...]] = {
    "petitions": (118, 112, 104, 98, 91, 88, 84, 79, 57, 55, 52, 54, 49, 50, 47, 44, 41),
    "police_calls": (412, 405, 388, 371, 352, 344, 331, 318, 224, 219, 226, 214, 208, 211, 203, 197, 199),
    "thefts": (64, 61, 58, 55, 49, 47, 44, 38, 11, 12, 9, 10, 8, 9, 7, 6, 7),
}
THANKS = (12, 15, 19, 24, 31, 36, 41, 52, 66, 71, 74, 80, 83, 88, 86, 91, 95)
COMPLAINTS = (96, 91, 88, 79, 74, 70, 61, 55, 49, 47, 44, 43, 41, 40, 39, 38, 36)


def hand_in(at: datetime, namespace: Any) -> int:
    """Hand in all figures whose period is over. Done twice, each is there once. Returns how many."""
    by = _lead(at)
    first_day = at - timedelta(days=390)  # what is older was handed in when Linli was set up
    number = 0
    for draft in (*REPORTED, *_made_up(localdate(at))):
        over = datetime.combine(draft.last, time(2), UTC) + timedelta(days=12)
        said = max(first_day, min(over, at))
        if draft.origin != "reported":
            draft = replace(draft, source_on=localdate(said))
        action = uuid5(namespace, f"{draft.code} {draft.first} {draft.last} {draft.origin} {draft.telling}")
        enter_value(draft=draft, by=by, at=said, action=action)
        number += 1
    return number


def _made_up(today: date) -> Iterator[Draft]:
    for code, numbers in YEARS.items():
        for year, above in enumerate(numbers, 2018):
            first, last = date(year, 1, 1), date(year, 12, 31)
            if last < today:
                yield _handed(code, first, last, above / OF[code], above, OF[code])
    for code, counts in HALVES.items():
        for (first, last), count in zip(_halves(), counts, strict=False):
            if last < today:
                yield _handed(code, first, last, count)
    for (first, last), thanks, complaints in zip(_halves(), THANKS, COMPLAINTS, strict=False):
        if last < today:
            both = thanks + complaints
            yield _handed("thanks", first, last, thanks / both, thanks, both)


def _halves() -> Iterator[tuple[date, date]]:
    for year in range(2018, 2040):
        yield date(year, 1, 1), date(year, 6, 30)
        yield date(year, 7, 1), date(year, 12, 31)


def _handed(code: str, first: date, last: date, number: float, above: int | None = None, n: int | None = None) -> Draft:
    return Draft(
        code=code, first=first, last=last, number=number, above=above, n=n, source=MADE_UP, source_on=last, demo=True
    )


def _lead(at: datetime) -> Actor:
    post = office_posts(Role.AREA_LEAD)[0]
    return Actor(post=post, account=holder_of(post, at=at))


# --- the reviews of the year before


@dataclass(frozen=True)
class Concluded:
    """What a review of the year before concluded. later: the next one is only in two years."""

    outcome: str
    text: str
    later: bool = False


CONCLUDED: dict[str, Concluded] = {
    "joint_meeting": Concluded("keep", "每月例会，跨部门的事有人牵头。决定的跟进还靠手抄，明年看数字。"),
    "area_pool": Concluded("change", "请人帮忙的次数多，延期也多。片区每周碰头一次，先分清谁牵头。"),
    "grid": Concluded("keep", "网格员发现得早，派错的少。五乱的数字还看不出变化，继续看。"),
    "one_window": Concluded("keep", "首次答复时间在一天之内，居民评价稳定。", later=True),
    "station": Concluded("keep", "五个单元在一处，出警三分钟内到场的多数做到。", later=True),
    "self_governance": Concluded("change", "投票参与率慢慢上升，但提议少。改为先在楼里议，再上理事会。"),
    "sensing": Concluded("change", "误报偏多的规则已经请岗位负责人看过，先调规则，再加设备。"),
    "loop": Concluded("keep", "按期结案率看得到，返工少。数字不说明为什么晚，要看案卷。"),
}
BASIS = "（当年系统里还没有数字，依据台账和例会记录。）"
LEFT_OUT = "sharing", "今年没有开展，不评。"


def review_the_year_before(at: datetime, namespace: Any) -> int:
    """Play the reviews of a year ago, from the opening to the check by another. Returns how many."""
    opened = at - timedelta(days=385)
    lead, desk = _lead(at), office_posts(Role.DUTY_OFFICER)[0]
    officer = Actor(post=desk, account=holder_of(desk, at=at))
    number = 0
    for mechanism in MECHANISMS:
        if mechanism.code not in CONCLUDED and mechanism.code != LEFT_OUT[0]:
            continue
        review = open_review(mechanism=mechanism, at=opened)
        if review is None:
            continue
        number += 1

        def act(step: str, code: str = mechanism.code) -> Any:
            return uuid5(namespace, f"review {code} {step}")

        if mechanism.code == LEFT_OUT[0]:
            leave_out_review(
                review=review, version=1, reason=LEFT_OUT[1], by=officer, at=opened + timedelta(days=5),
                action=act("leave_out"),
            )  # fmt: skip
            continue
        told = CONCLUDED[mechanism.code]
        review = begin_review(
            review=review, version=1, by=lead, at=opened + timedelta(days=4), action=act("begin")
        )  # fmt: skip
        review = conclude_review(
            review=review, version=2, outcome=told.outcome, text=told.text + BASIS,
            next_on=date(review.year + (2 if told.later else 1), 1 if not told.later else 12, 15), by=lead,
            at=opened + timedelta(days=20), action=act("conclude"),
        )  # fmt: skip
        check_review(review=review, version=3, by=officer, at=opened + timedelta(days=26), action=act("check"))
    return number
