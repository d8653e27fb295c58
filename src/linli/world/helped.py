"""Dated actions of the demonstration's past, and the reports by which one can see whether they helped.

One helped, one did not, one came after a peak that would have passed by itself, and one is too young to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid5

from django.utils.timezone import localtime

from linli.insight.domain.actions import register_action
from linli.people.actors import Actor
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role
from linli.places.domain.kept import tree
from linli.places.domain.queries import called
from linli.world.life import Occurrence
from linli.world.stories import PLOTS

WEEKS_BEFORE = 22


@dataclass(frozen=True)
class Dated:
    """An action, and how often a week its trouble is reported: in its estates before and after, and in the others.

    peak: more a week, in the three weeks right before it.
    """

    title: str
    title_en: str
    done: str
    done_en: str
    estates: tuple[str, ...]
    days: int
    klass: str
    before: float = 0.0
    after: float = 0.0
    others: float = 0.0
    peak: float = 0.0


ACTIONS = (
    Dated(
        "六村充电棚启用", "Charging shed in Village 6 opened",
        "六村东侧新建24个充电位，居民凭卡充电。", "24 places to charge an e-bike, east of Village 6.",
        ("乐山六村",), 112, "charging", before=1.6, after=0.35, others=1.0,
    ),
    Dated(
        "二村、三村夜间巡逻开始", "Night patrols in Villages 2 and 3 began",
        "志愿者每周两晚巡楼道，劝清堆物。", "Volunteers walk the staircases two evenings a week.",
        ("乐山二村", "乐山三村"), 84, "piling", before=0.8, after=0.8, others=1.0,
    ),
    Dated(
        "四村楼道灯换新", "Landing lights in Village 4 replaced",
        "四村全部楼道灯换成LED。", "Every landing of Village 4 has LED lights now.",
        ("乐山四村",), 126, "lighting", before=0.9, after=0.9, others=0.8, peak=4.0,
    ),
    Dated(
        "虹二弄堂重铺", "The lane of Hong'er was repaved",
        "弄堂路面重铺，坑洼填平。", "The lane has a new surface.",
        ("虹二小区",), 35, "facility",
    ),
)  # fmt: skip


def write_down(at: datetime, namespace: Any) -> None:
    """Each action on its day, by the area lead. Done twice, it is there once."""
    post = office_posts(Role.AREA_LEAD)[0]
    places = called(tree().places)
    for dated in ACTIONS:
        day = at - timedelta(days=dated.days)
        estates = [places[name] for name in dated.estates]
        register_action(
            title=dated.title, title_en=dated.title_en, done=dated.done, done_en=dated.done_en,
            day=localtime(day).date(), place=estates[0], estates=estates, counted="cases", code=dated.klass,
            by=Actor(post=post, account=holder_of(post, at=at)), at=day, action=uuid5(namespace, dated.title_en),
        )  # fmt: skip


def remembered(at: datetime, namespace: Any) -> Iterator[Occurrence]:
    """The reports of the months around the actions; the same for the same time."""
    places = tree().places
    plots = {plot.klass: plot for plot in PLOTS}
    names = called(places)
    for dated in ACTIONS:
        random = Random(dated.title_en)
        inside = tuple(names[name].path for name in dated.estates)
        buildings = [place for place in places if place.kind == "building"]
        ours = [place for place in buildings if place.path.startswith(inside)]
        committees = names[dated.estates[0]].path[:-8]
        rest = [place for place in buildings if place.path.startswith(committees) and not place.path.startswith(inside)]
        for number, (week, treated) in enumerate(_weeks(dated, random)):
            begins = at - timedelta(days=dated.days - 7 * week)
            yield Occurrence(
                key=uuid5(namespace, f"{dated.title_en}:{number}"),
                plot=plots[dated.klass],
                building=random.choice(ours if treated else rest),
                at=begins + timedelta(minutes=random.randrange(7 * 24 * 60 - 600)),
                random=Random(f"{dated.title_en}:{number}"),
            )


def _weeks(dated: Dated, random: Random) -> Iterator[tuple[int, bool]]:
    """In which week from the action on something is reported, and whether in its estates."""
    for week in range(-WEEKS_BEFORE, dated.days // 7):
        peak = dated.peak if -3 <= week < 0 else 0
        for weekly, treated in (((dated.before if week < 0 else dated.after) + peak, True), (dated.others, False)):
            whole = int(weekly) + (random.random() < weekly % 1)
            yield from ((week, treated) for _ in range(whole))
