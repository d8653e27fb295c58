"""Petitions for tests: opened, and brought into a state by the verbs that lead there."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from linli.people.actors import Actor
from linli.petitions.domain import answering, handling, reviewing
from linli.petitions.domain.opening import Opened, Person, open_petition
from linli.petitions.models import Petition
from linli.procedures.enums import Part
from linli.procedures.models import Assignment
from tests.neighbourhood import Street

WRITER = Person("测试信访人", "13800000001", "测试路1号101室")
OPINION = {
    "asked": "请求修复屋面漏水。", "facts": "经现场查看，屋面防水层老化。", "opinion": "三十日内完成修复。",
    "basis": "《物业管理条例》第三十五条", "outcome": "support",
}  # fmt: skip
REVIEW = {
    "verdict": "uphold",
    "facts": "复核了现场记录。",
    "opinion": "维持原意见。",
    "basis": "《信访工作条例》第三十五条",
}
WAY = (
    "received", "forwarded", "objected", "disputed", "handling", "answered", "carrying_out", "delivered", "reviewing",
    "reviewed", "review_delivered", "rechecking", "hearing", "rechecked",
)  # fmt: skip


def opened(street: Street, **changes: object) -> Opened:
    """A request by telephone about a roof, written down by the clerk, complaining of nobody."""
    given = {
        "klass": "request", "channel": "phone", "field": "housing", "matter": "屋面漏水久未修复",
        "text": "顶楼屋面漏水三个月，请求修复。", "people": [WRITER], "place": street.places["estate"],
        "by": street.by("petition_clerk"), "at": street.now, "action": uuid4(), **changes,
    }  # fmt: skip
    return open_petition(**given)  # type: ignore[arg-type]


def holder_of(petition: Petition, part: Part, street: Street) -> Actor:
    """The actor who holds a part in it, or in its turn."""
    post = Assignment.objects.get(procedure=petition.pk, part=part).post
    return street.by(next(key for key, known in street.posts.items() if known.pk == post.pk))


def act(
    street: Street, petition: Petition, verb: Callable[..., Petition], by: Actor, at: datetime, **more: object
) -> Petition:
    return verb(
        petition=petition, version=handling.fresh(petition).procedure.version, by=by, at=at, action=uuid4(), **more
    )


def petition_in(
    street: Street, state: str, *, at: datetime | None = None, outcome: str = "", **changes: object
) -> Petition:
    """A petition brought into a state by the moves that lead there, all at one moment."""
    at = at or street.now
    petition = opened(street, at=at, **changes).petition
    clerk, handler = street.by("petition_clerk"), street.by("department_handler")
    to = street.posts["department_handler"]
    objection = {"ground": "not_ours", "text": "不属于本单位职权。"}
    opinion = {**OPINION, "outcome": outcome or ("support" if state == "carrying_out" else "explain")}

    def step(verb: Callable[..., Petition], by: Actor, **more: object) -> None:
        nonlocal petition
        petition = act(street, petition, verb, by, at, **more)

    if state == "received":
        return petition
    step(handling.forward, clerk, to=to)
    if state in ("objected", "disputed"):
        step(handling.object_to, handler, **objection)
    if state == "disputed":
        step(handling.refuse, clerk, reason="属于该单位职权。")
        step(handling.object_to, handler, **objection)
    if state in ("forwarded", "objected", "disputed"):
        return petition
    step(handling.accept, handler)
    later = [
        ("answered", lambda: step(answering.answer, handler, **opinion)),
        ("delivered", lambda: step(answering.deliver, clerk)),
        ("reviewing", lambda: step(reviewing.ask_review, clerk, reason="不接受处理意见。")),
        ("reviewed", lambda: step(reviewing.review, holder_of(petition, Part.VERIFIER, street), **REVIEW)),
        ("review_delivered", lambda: step(reviewing.deliver_review, clerk)),
        ("rechecking", lambda: step(reviewing.ask_recheck, clerk, reason="不接受复查意见。")),
        ("hearing", lambda: step(reviewing.hear, holder_of(petition, Part.VERIFIER, street), text="下周一上午听证。")),
        ("rechecked", lambda: step(reviewing.recheck, holder_of(petition, Part.VERIFIER, street), **REVIEW)),
    ]  # fmt: skip
    for reached, go in later:
        if petition.procedure.state == state or (reached == "hearing" and state == "rechecked"):
            continue
        go()
    return petition
