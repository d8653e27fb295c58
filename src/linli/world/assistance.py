"""Applications for assistance in the demonstration, lived through step by step. Every person in them is invented."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import localdate

from linli.people.actors import Actor
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role
from linli.services.domain import assistance as domain
from linli.services.domain.thanks import release_thanks, thanks_of, write_thanks

NAMESPACE = UUID("8f0e3c4a-77c5-5c0e-9a9d-2b1f6a5d3e77")
DAY = timedelta(days=1)
Act = tuple[str, float, dict[str, Any]]  # the verb, how many days after the last step, what it is given
ONE_OFF = {"aid": "临时救助3000元，一次", "one_off": True}
MONTHLY = {"aid": "每月1200元，12月起", "one_off": False}


@dataclass(frozen=True)
class Plot:
    """One application: how long ago it began, who brought it, and what became of it."""

    days: int
    need: str
    called: str
    words: str
    acts: tuple[Act, ...]
    by: str = "window"
    thanks: str = ""


PLOTS = (
    Plot(80, "sudden", "陈伯伯", "厨房着火，锅碗和被褥都没了，今晚没地方做饭。", (
        ("give_urgent_aid", 0.1, {"text": "当天送来被褥、电饭锅和500元。"}), ("begin", 1, {}),
        ("papers_in", 6, {"text": "申请表和身份证复印件已补。"}), ("grant", 9, ONE_OFF),
        ("call_back", 5, {"text": "钱到了，灶台也修好了。"}),
    ), thanks="着火那天晚上就有人送被子来，心里暖了。谢谢大家。"),
    Plot(60, "living", "刘阿姨", "一个人带孙子，上月超市的工停了。", (
        ("begin", 2, {}), ("grant", 20, MONTHLY), ("call_back", 6, {"text": "收到了，问过孩子午饭，另走教育救助。"}),
    ), by="committee"),
    Plot(75, "living", "赵先生", "腿伤两个月没上工。", (
        ("begin", 1, {}), ("grant", 18, MONTHLY), ("call_back", 4, {"text": "收到了。"}),
        ("plan_reduction", 25, {"reason": "本人已回去上工，收入可能超过标准。"}),
        ("hear", 4, {"text": "只上半天，药还在吃，请缓到下月。"}),
    )),
    Plot(30, "housing", "何女士", "房租从三月起涨，想问能不能补。", (
        ("begin", 2, {}),
        ("refuse", 15, {"reason": "本户人均收入高于廉租补贴标准，按规定不能给。公租房可以申请，已约好到窗口填表。"}),
    )),
    Plot(6, "medical", "孙老师", "住院自费部分太多，发票都在。", (("begin", 2, {}),)),
    Plot(1, "education", "周女士", "两个孩子开学，校服费一时拿不出。", ()),
)  # fmt: skip


def play(at: datetime) -> None:
    """Live through each of them. Done twice, each is there once."""
    for number, plot in enumerate(PLOTS):
        _live(plot, number, at)
    committee = _post(Role.COMMITTEE_SECRETARY, at)
    domain.report_need(
        need="living", lead="七村独居老人，邻居说几天没买菜。上午在家，敲门大声些。", by=committee, at=at - DAY / 2,
        action=uuid5(NAMESPACE, "found"),
    )  # fmt: skip


def _post(role: Role, at: datetime) -> Actor:
    post = office_posts(role)[0]
    return Actor(post=post, account=holder_of(post, at=at))


def _live(plot: Plot, number: int, at: datetime) -> None:
    window, committee, officer = (
        _post(role, at) for role in (Role.WINDOW_CLERK, Role.COMMITTEE_SECRETARY, Role.DUTY_OFFICER)
    )
    by_committee = plot.by == "committee"
    moment = at - plot.days * DAY
    found = domain.apply_for_assistance(
        application=domain.Application(
            need=plot.need, called=plot.called, words=plot.words, consent_on=localdate(moment), consent_how="signed",
            found_by="committee" if by_committee else "self",
        ),
        by=committee if by_committee else window, at=moment, action=uuid5(NAMESPACE, f"{number}"),
    ).assistance  # fmt: skip
    for step, (name, days, given) in enumerate(plot.acts):
        moment = min(moment + days * DAY, at)
        by = (committee if by_committee else officer) if name == "call_back" else window
        verb: Callable[..., Any] = getattr(domain, name)
        found = verb(
            assistance=found, version=found.procedure.version, by=by, at=moment,
            action=uuid5(NAMESPACE, f"{number} {step}"), **given,
        )  # fmt: skip
    if plot.thanks and thanks_of(found.procedure) is None:
        note = write_thanks(procedure=found.procedure, text=plot.thanks, public=True, by=window, at=moment)
        release_thanks(thanks=note, by=window, at=moment)
