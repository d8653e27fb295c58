"""A busy hour at the duty desk: a pump stands still and many call, one was promised an answer, a shift has changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from linli.cases.domain.further import join_report
from linli.cases.domain.promises import promise
from linli.cases.domain.report import report_case
from linli.cases.domain.routing import desk_post
from linli.cases.domain.shift import hand_over, handovers, read_sheet
from linli.cases.enums import Source
from linli.people.actors import Actor, Viewer
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role

CALLS, WITHIN = 14, 70  # calls, in so many minutes
WORDS = (
    "水泵不响了，六楼没有水。", "家里停水了，什么时候来？", "水压很小，洗衣机进不了水。", "水泵房有焦味，已经停水。",
    "老人在家等着用水，请快点。",
)  # fmt: skip
PROMISED = "已请水泵维修公司，正在更换电机，请先接水备用。"
LEFT = "水泵公司的师傅已在路上，到了请让物业开门；居委已通知三位独居老人，中午再上门看一次。"


def play_rush(*, at: datetime, klass: Any, buildings: Sequence[Any], namespace: UUID) -> None:
    """Once, however often it is called. buildings: of one estate."""
    random = Random(9)
    post = desk_post(buildings[0].path, at)
    officer = Actor(post=post, account=holder_of(post, at=at))
    first = None
    for call in range(CALLS):
        then = at - timedelta(minutes=WITHIN - call * WITHIN / CALLS)
        made = report_case(
            text=random.choice(WORDS), source=Source.HOTLINE, by=officer, at=then, klass=klass,
            place=random.choice(buildings), action=uuid5(namespace, f"rush:{call}"),
        )  # fmt: skip
        first = first or made.case
    if first is None or first.procedure.closed:
        return
    then = at - timedelta(minutes=20)
    join_report(case=first, text=WORDS[1], source=Source.HOTLINE, by=officer, at=then, action=uuid5(namespace, "join"))
    promise(
        case=first, text=PROMISED, until=at + timedelta(minutes=45), to_reporters=True, by=officer, at=then,
        action=uuid5(namespace, "promise"),
    )  # fmt: skip
    lead = office_posts(Role.AREA_LEAD)[0]
    left = Actor(post=lead, account=holder_of(lead, at=at))
    if not handovers(post, size=1):
        sheet = read_sheet(Viewer(posts=(lead,), account=left.account), then)
        hand_over(to=post, note=LEFT, sheet=sheet, by=left, at=then)
