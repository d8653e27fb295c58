"""The handover log of a desk: what is open, what was told, signed off by the next. Nothing in it is ever changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, Invalid, Refused
from linli.people.actors import Actor
from linli.station.domain.desks import Desk, desk_named, is_on_duty
from linli.station.models import DeskHandover

MOST = 2000
SHOWN = 30
UNSIGNED_LATE = timedelta(hours=2)  # after that an unsigned handover stands red


def hand_over(*, desk: Desk, open_work: str, told: str, by: Actor, at: datetime, action: UUID) -> DeskHandover:
    """Leave a desk to whoever comes next. A second call with the same action returns the same handover.

    Raises:
        Refused: the post does not keep this desk, or is not on duty now by the roster.
        Invalid: nothing is written, or too much.
    """
    if by.post is None or by.account is None or not desk.has(by.post, at):
        raise Refused(_("Only a post of this desk hands it over."))
    if (done := DeskHandover.objects.filter(action=action).first()) is not None:
        return done
    if not is_on_duty(by.post, at):
        raise Refused(_("Your post is not on duty now by the roster, so it has nothing to hand over."))
    open_work, told = open_work.strip(), told.strip()
    if not open_work and not told:
        raise Invalid(fields={"open_work": _("Write what is open; if nothing is, write “nothing”.")})
    for name, text in (("open_work", open_work), ("told", told)):
        if len(text) > MOST:
            raise Invalid(fields={name: _("Write at most 2,000 characters.")})
    try:
        with transaction.atomic():
            return DeskHandover.objects.create(
                action=action, desk=desk.code, post=by.post, giver=by.account, open_work=open_work, told=told, at=at
            )
    except IntegrityError:  # the same submit, at the same time
        return DeskHandover.objects.get(action=action)


def sign_off(*, handover: DeskHandover, by: Actor, at: datetime) -> DeskHandover:
    """The next has read it and takes over.

    Raises:
        Refused: the post does not keep this desk or is not on duty, or it is the person who wrote it.
        Conflict: somebody has signed it already.
    """
    if not may_sign(handover, by=by, at=at):
        raise Refused(_("It is signed by somebody else of this desk, while their post is on duty."))
    unsigned = DeskHandover.objects.filter(pk=handover.pk, taken_at=None)
    if not unsigned.update(taken_by=by.post, taker=by.account, taken_at=at):
        raise Conflict(_("Somebody has signed this handover already."))
    handover.refresh_from_db()
    return handover


def may_sign(handover: DeskHandover, *, by: Actor, at: datetime) -> bool:
    """Whether this person, in this post, may sign it now."""
    if by.post is None or by.account is None or by.account.pk == handover.giver_id:
        return False
    return desk_named(handover.desk).has(by.post, at) and is_on_duty(by.post, at)


def may_hand_over(desk: Desk, *, by: Actor, at: datetime) -> bool:
    return by.post is not None and desk.has(by.post, at) and is_on_duty(by.post, at)


def handovers(desk: Desk, *, size: int = SHOWN) -> Sequence[DeskHandover]:
    """The latest of a desk, the newest first. One statement."""
    found = DeskHandover.objects.filter(desk=desk.code).select_related("post", "giver", "taken_by", "taker")
    return list(found.order_by("-at", "-pk")[:size])


def unsigned(at: datetime) -> list[DeskHandover]:
    """Those that nobody signed within two hours, the newest of each desk only: the next handover replaces it."""
    newest: dict[str, DeskHandover] = {}
    recent = DeskHandover.objects.filter(at__gt=at - timedelta(days=7)).select_related("post").order_by("at", "pk")
    newest.update((handover.desk, handover) for handover in recent)
    return [one for one in newest.values() if one.taken_at is None and at - one.at > UNSIGNED_LATE]
