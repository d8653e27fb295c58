"""Calls to duty phones: rung, answered, passed on up the ladder when nobody answers, and being there.

Every step is a compare-and-swap on the call's own row, so that two workers never ring the same phone twice and of two
who answer at once one is told that the other goes.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli import lawbook
from linli.cases.domain.handling import accept_case, fresh
from linli.cases.domain.watching import supervise_case
from linli.cases.models import Case
from linli.core import deliver, push
from linli.core.errors import Conflict, Refused
from linli.core.models import Delivery
from linli.core.outbox import tell
from linli.people.actors import Actor
from linli.people.domain.queries import held_at
from linli.people.models import Account, Holding, Post
from linli.procedures.domain.assignments import reassign
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.move import first_time
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Part
from linli.procedures.models import Assignment
from linli.sensing.domain.orders import Orders, orders_of, rule_actor
from linli.sensing.domain.recipients import rungs
from linli.sensing.models import Call, Episode, RuleVersion

logger = logging.getLogger(__name__)

AT_ONCE = 100  # overdue calls that one round looks at
CARE_RINGS = 3  # how often the one contact of a care check is rung; nobody else ever is
NEW = {"received", "filed", "dispatched"}  # nobody has taken it on yet
PUSH = "call"
ARRIVAL = "fire.station_arrival"


class Step(StrEnum):
    CALLED = "called"
    ANSWERED = "answered"
    ON_SCENE = "on_scene"


@dataclass(frozen=True)
class CallEvent:
    """What happened at a duty phone, for apps above that keep a book of it. account: who, where a person acted."""

    step: Step
    case: Case
    post: Post
    at: datetime
    account: Account | None = None


_listeners: list[Callable[[CallEvent], None]] = []


def listen(listener: Callable[[CallEvent], None]) -> None:
    """Be told of calls within their transaction."""
    _listeners.append(listener)


def _say(event: CallEvent) -> None:
    for listener in _listeners:
        listener(event)


def ring(
    *, episode: Episode, case: Case, post: Post, level: int, version: RuleVersion, orders: Orders, at: datetime
) -> Call:
    """Ring a post's duty phone: the page shows it at once, and whoever holds the post is told by push."""
    answer_by = at + orders.answer_within
    with transaction.atomic():
        call, rung = Call.objects.get_or_create(
            episode=episode, post=post, level=level, defaults={"called_at": at, "answer_by": answer_by}
        )
        if rung:
            append_entry(case.procedure, "call", by=rule_actor(version), at=at, says={"to": post.pk})
            tell("sensing.call", case.pk, envelope(case.procedure, [post.pk]), at)
            _push(call, case, at)
            _say(CallEvent(Step.CALLED, case, post, at))
    return call


def _push(call: Call, case: Case, at: datetime) -> None:
    """On a lock screen it says that somebody is called, and never what or where."""
    sealed = case.procedure.sealed
    holdings = Holding.objects.filter(held_at(at), post=call.post_id).select_related("account")
    for account in {holding.account_id: holding.account for holding in holdings}.values():
        with override(account.language or "zh-hans"):
            words = f"{_('You are called. Open the duty phone.')}\n{reverse('sensing:phone')}"
            for address in push.addresses(account):
                deliver.send(
                    "push", address, _("Linli"), words, key=f"push:{PUSH}:{address}:{call.pk}",
                    procedure=None if sealed else case.pk, at=at, wanted_if="sensing.call",
                )  # fmt: skip


@deliver.still_wanted("sensing.call")
def still_rings(delivery: Delivery) -> bool:
    """Whether nobody has answered yet."""
    call = delivery.key.rpartition(":")[2]
    return Call.objects.filter(pk=call, answered_at=None, passed_on_at=None).exists()


def answer_call(*, call: Call, by: Actor, at: datetime) -> Case:
    """'I am going': the first who answers has the case, and accepts it with the same tap. Once.

    Raises:
        Refused: it is not this post's call.
        Conflict: somebody else goes already.
    """
    if by.post is None or by.post.pk != call.post_id:
        raise Refused
    with transaction.atomic():
        episode = Episode.objects.select_for_update().get(pk=call.episode_id)
        case = fresh(_case_of(episode))
        before = Call.objects.filter(episode=episode).exclude(answered_at=None).select_related("post").first()
        if before is not None and before.pk != call.pk:
            raise Conflict(_("%(post)s is going already. You can stay.") % {"post": before.post.title})
        if not Call.objects.filter(pk=call.pk, answered_at=None).update(answered_at=at, account=by.account):
            return case
        Call.objects.filter(episode=episode, answered_at=None, passed_on_at=None).update(passed_on_at=at)
        _take_on(case, episode, by, at)
        append_entry(case.procedure, "answered_call", by=by, at=at)
        tell("sensing.answered", case.pk, envelope(case.procedure, _posts(episode, case)), at)
        _say(CallEvent(Step.ANSWERED, fresh(case), by.post, at, by.account))
    return fresh(case)


def _case_of(episode: Episode) -> Case:
    return Case.objects.select_related("procedure").get(pk=episode.case_id)


def _take_on(case: Case, episode: Episode, by: Actor, at: datetime) -> None:
    """Whoever goes has it: a post further up the ladder gets the part of the one that did not answer."""
    part = {"received": Part.DESK, "dispatched": Part.HANDLER}.get(case.procedure.state)
    if part is None or by.post is None:
        return
    if not Assignment.objects.filter(procedure=case.pk, part=part, post=by.post).exists():
        because, rule = _("answered the call"), rule_actor(_version_of(episode))
        reassign(
            procedure=case.procedure, version=case.procedure.version, part=part, to=by.post, because=because, by=rule,
            at=at,
        )  # fmt: skip
    if part == Part.HANDLER:
        accept_case(
            case=case, version=case.procedure.version, by=by, at=at, action=uuid5(NAMESPACE_URL, f"go:{case.pk}:{at}")
        )


def _version_of(episode: Episode) -> RuleVersion:
    """The version that called, the latest where several did."""
    alert = episode.alerts.select_related("version__rule").order_by("-recorded", "-at").first()
    assert alert is not None, "an episode begins with an alert"
    return alert.version


def _posts(episode: Episode, case: Case) -> set[int]:
    """Everybody whose page shows this call."""
    assigned = Assignment.objects.filter(procedure=case.pk, open=True).values_list("post", flat=True)
    return {*assigned, *episode.calls.values_list("post", flat=True)}


def arrive(*, episode: Episode, by: Actor, at: datetime) -> Case:
    """'I am there'. Once; for whoever handles it or helps, while they do.

    Raises:
        Refused: this post was not sent there.
    """
    case = fresh(_case_of(episode))
    parts = (Part.HANDLER, Part.HELPER, Part.DESK)
    mine = Assignment.objects.filter(procedure=case.pk, post=by.post, part__in=parts, open=True)
    sent = by.post is not None and mine.exists()
    if by.post is None or not sent:
        raise Refused
    with transaction.atomic():
        if first_time(arrival(episode, by.post), "on_scene", procedure=case.procedure, by=by, at=at):
            append_entry(case.procedure, "on_scene", by=by, at=at)
            tell("sensing.on_scene", case.pk, envelope(case.procedure, _posts(episode, case)), at)
            _say(CallEvent(Step.ON_SCENE, case, by.post, at, by.account))
    return case


def arrival_limit() -> timedelta:
    """In what time a mini fire station is on the scene: three minutes (DOMAIN E7, `fire.station_arrival`)."""
    return timedelta(minutes=lawbook.book().versions(ARRIVAL)[-1].limit.amount)


def arrival(episode: Episode, post: Post) -> UUID:
    """The act that says that a post is there: there is one, whatever is tapped twice."""
    return uuid5(NAMESPACE_URL, f"on_scene:{episode.pk}:{post.pk}")


def escalate_calls(now: datetime) -> int:
    """Pass on what nobody answered in time. Returns how many calls were. One cheap statement where there are none."""
    late = Call.objects.filter(answer_by__lte=now, answered_at=None, passed_on_at=None).order_by("answer_by")
    keys = list(late.values_list("pk", flat=True)[:AT_ONCE])
    passed = 0
    for key in keys:
        try:
            with transaction.atomic():
                passed += _pass_on(key, now)
        except Conflict:  # somebody acted on the case in this moment: the next round looks again
            continue
    return passed


def _pass_on(key: int, now: datetime) -> bool:
    call = Call.objects.select_related("episode", "post").get(pk=key)
    episode = Episode.objects.select_for_update().get(pk=call.episode_id)
    waits = Call.objects.filter(pk=key, answered_at=None, passed_on_at=None)
    if not waits.update(passed_on_at=now):
        return False
    case = fresh(_case_of(episode))
    if case.procedure.state not in NEW or Call.objects.filter(episode=episode).exclude(answered_at=None).exists():
        return False  # it was taken on at the desk or on its page
    version = _version_of(episode)
    append_entry(case.procedure, "no_answer", by=rule_actor(version), at=now, says={"to": call.post_id})
    orders = orders_of(version)
    post = _next(call, case, orders, now)
    if post is not None:
        ring(episode=episode, case=case, post=post, level=call.level + 1, version=version, orders=orders, at=now)
    elif not episode.care:
        _supervise(case, version, now)
    return True


def _next(call: Call, case: Case, orders: Orders, now: datetime) -> Post | None:
    """The next on the ladder who was not called yet. The contact of a care check is rung again instead."""
    if orders.care:
        return call.post if call.level + 1 < CARE_RINGS else None
    called = set(Call.objects.filter(episode=call.episode_id).values_list("post", flat=True))
    first = Call.objects.filter(episode=call.episode_id).select_related("post").order_by("level").first()
    start = first.post if first else call.post
    return next((post for post in rungs(orders, case, start, now) if post.pk not in called), None)


def _supervise(case: Case, version: RuleVersion, now: datetime) -> None:
    """Nobody on the whole ladder answered: from above somebody must ask."""
    if case.supervised_at is None and case.procedure.state != "received":
        supervise_case(
            case=case, version=case.procedure.version, text=_("Nobody answered the duty phone."),
            by=rule_actor(version), at=now, action=uuid5(NAMESPACE_URL, f"nobody:{case.pk}:{case.procedure.version}"),
        )  # fmt: skip
