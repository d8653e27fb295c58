"""The legal studio of the demonstration: who is on call at night, questions in every state, lessons and checks."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import localtime

from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.domain.duty import Shift, plan_duty
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import OrganisationKind, Role
from linli.station.domain import legal, lessons
from linli.station.domain.cards import CARDS
from linli.world.people import BY
from linli.world.roster import BEFORE

NIGHT = Shift(time(17), timedelta(hours=16))  # outside the studio's hours somebody is on call
# Topic, words, days back, and how far it went.
QUESTIONS = (
    ("neighbours", "楼上装修到晚上九点多，说了几次都不听，我该先找谁？", 20, "closed"),
    ("home", "物业说不交费就停电梯卡，可以这样吗？", 14, "answered"),
    ("family", "母亲一个人住，三个子女说好轮流付护工费，有一个不付了。", 12, "appointed"),
    ("money", "在饭店做了两个月，老板关门了，工资没有拿到。", 6, "aid"),
    ("privacy", "对门装了可视门铃，正对我家门，能要求他转一下吗？", 3, "answered"),
    ("owners", "加装电梯表决，一楼一户都没有通知，结果算数吗？", 1, "answering"),
    ("other", "收到一封律师函，看不懂，想请人一起看看。", 0, "asked"),
)
LESSONS = (
    ("过马路和陌生人", "kindergarten", -40, "乐山幼儿园", 46),
    ("网络上的话也要负责", "primary", -25, "乐山小学三年级", 88),
    ("校园里受了欺负怎么办", "middle", -12, "虹桥中学", 132),
    ("家长怎样和孩子谈钱", "parents", -5, "邻里汇二楼", 31),
    ("防骗：投资、保健品和中奖电话", "aged", 4, "邻里汇一楼", None),
    ("律师接待日：房屋继承和遗嘱", "adults", 9, "平安工作站二楼", None),
    ("宪法日：规则是大家定的", "primary", 8, "乐山小学五年级", None),
)


def lay(at: datetime) -> None:
    """On call every night, so that what is asked then has an owner."""
    plan_duty(
        posts=[_lawyer()], shifts=[NIGHT], first=localtime(at).date() - BEFORE, days=BEFORE.days + 14, by=BY, at=at
    )


def _lawyer() -> Any:
    legal_studio = OrganisationKind.LEGAL_ADVISER
    return next(post for post in directory().by_key.values() if post.organisation.kind == legal_studio)


def play(at: datetime, namespace: UUID) -> None:
    """Questions, lessons and checks. Played twice, they are there once."""
    lawyer = _lawyer()
    officer = office_posts(Role.DUTY_OFFICER)[0]
    by, checker = _actor(lawyer, at), _actor(officer, at)
    _lessons(lawyer, at, by, checker, namespace)
    for index, (topic, words, back, until) in enumerate(QUESTIONS):
        _question(topic, words, at - timedelta(days=back, hours=1 if back else 0, minutes=20), until, by, at,
                  uuid5(namespace, f"legal:{index}"))  # fmt: skip


def _actor(post: Any, at: datetime) -> Actor:
    account = holder_of(post, at=at)
    assert account is not None
    return Actor.in_post(post, account)


def _lessons(lawyer: Any, at: datetime, by: Actor, checker: Actor, namespace: UUID) -> None:
    account = holder_of(lawyer, at=at)
    day = (localtime(at) - timedelta(days=90)).date()
    if account is not None and not lessons.is_checked(account, on=date.fromordinal(day.toordinal() + 1)):
        lessons.record_check(account=account, checked_on=day, by=checker, at=at - timedelta(days=90))
    for index, (title, band, back, where, came) in enumerate(LESSONS):
        starts = localtime(at + timedelta(days=back)).replace(hour=14, minute=0, second=0, microsecond=0)
        lesson = lessons.announce(
            title=title, band=band, starts=starts, ends=starts + timedelta(hours=1), where=where, post=lawyer, by=by,
            at=starts - timedelta(days=20), action=uuid5(namespace, f"lesson:{index}"),
        )  # fmt: skip
        if came is not None and lesson.attended is None:
            lessons.count_attended(lesson=lesson, attended=came, by=by, at=starts + timedelta(hours=2))


def _question(topic: str, words: str, asked: datetime, until: str, by: Actor, at: datetime, key: UUID) -> None:
    question = legal.ask(topic=topic, words=words, at=asked, action=key).question
    owner = question.procedure.assignments.select_related("post").get(open=True).post
    actor = by if owner == by.post else _actor(owner, asked)

    def step(name: str, hours: float, verb, **given) -> None:
        nonlocal question
        then = min(asked + timedelta(hours=hours), at)
        question = verb(
            question=question, version=question.procedure.version, by=actor, at=then, action=uuid5(key, name), **given
        )  # fmt: skip

    if until == "asked":
        return
    step("take", 0.5, legal.take)
    if until == "answering":
        return
    if until in ("aid", "appointed"):
        step("aid", 3, legal.apply_aid, text="申请表、身份材料和情况说明已交区法律援助中心。")
        if until == "aid":
            return
        step("grant", 80, legal.grant_aid)
        step("appoint", 120, legal.appoint, text="援助律师：演示律师事务所，值班电话见工作站。")
        return
    step("answer", 4, legal.answer, cards=_cards(topic),
         text="先把时间和经过记下来，请居委先劝阻；不愿意停的，可以申请调解，不收费。有需要我们陪您去。")  # fmt: skip
    if until == "closed":
        step("close", 60, legal.close)


def _cards(topic: str) -> list[str]:
    return [card.code for card in CARDS.values() if card.topic == topic][:2]
