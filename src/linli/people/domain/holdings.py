"""Who holds a post: appointed, handed over, vacated. Each change says so in the outbox where work must move."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid, Refused
from linli.core.outbox import tell
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.domain.posts import end_holdings, tell_vacated
from linli.people.domain.queries import held_at
from linli.people.models import Account, Handover, Holding, Invitation, Post

Kind = Holding.Kind


def appoint(*, post: Post, account: Account, kind: Holding.Kind = Kind.HOLDER, by: Actor, at: datetime) -> Holding:
    """Let somebody hold a post from `at`, as its holder or as a deputy. A deputy who becomes holder is deputy no more.

    Raises:
        Conflict: the post or the account is closed, the post has a holder already, or this person holds it in this way
            already.
        Invalid: the account is a resident's; a post is held with a staff account.
        Refused: the post is outside the reach of the actor's, or the actor's own account is to hold it.
    """
    acts.require_reach(by=by, place=post.place)
    _require_another(by, account)
    with transaction.atomic():
        was_empty = _is_empty(post, at)
        holding = _appoint(post, account, kind, at)
        if was_empty:
            tell("people.post_taken", None, {"post": post.pk}, at)
        acts.record(f"{kind}_appointed", target=post, detail=account, by=by, at=at)
    return holding


def hand_over(*, post: Post, to: Account, note: str, by: Actor, at: datetime) -> Handover:
    """Pass a post from its holder, if it has one, to the next, with a note that both can read.

    Raises:
        Conflict: the post or the account is closed, or `to` is its holder already.
        Refused: as for `appoint`.
    """
    acts.require_reach(by=by, place=post.place)
    _require_another(by, to)
    with transaction.atomic():
        held = post.holdings.filter(held_at(at), kind=Kind.HOLDER).select_related("account").first()
        if held is not None and held.account_id == to.pk:
            raise Conflict(_("This person holds the post already."))
        was_empty = _is_empty(post, at)
        end_holdings(post.holdings.filter(kind=Kind.HOLDER), at=at)
        _appoint(post, to, Kind.HOLDER, at)
        if was_empty:
            tell("people.post_taken", None, {"post": post.pk}, at)
        giver = held.account if held else None
        handover = Handover.objects.create(post=post, giver=giver, taker=to, note=note, at=at)
        acts.record("post_handed_over", target=post, detail=f"{giver or '-'} → {to}", by=by, at=at)
    return handover


def vacate(*, post: Post, account: Account, by: Actor, at: datetime) -> None:
    """End this person's hold of the post, as holder or deputy. With nobody left, its work goes up the ladder.

    Raises:
        Conflict: this person does not hold it now.
    """
    acts.require_reach(by=by, place=post.place)
    with transaction.atomic():
        if not post.holdings.filter(held_at(at), account=account).exists():
            raise Conflict(_("This person does not hold the post any more."))
        end_holdings(post.holdings.filter(account=account), at=at)
        acts.record("post_vacated", target=post, detail=account, by=by, at=at)
        if _is_empty(post, at):
            tell_vacated(post, at=at)


def close_account(*, account: Account, by: Actor, at: datetime) -> None:
    """Close the account of somebody who leaves: every hold, session and link back in ends; work nobody holds goes up.

    Raises:
        Conflict: it is closed already, or the actor's own.
        Refused: this person holds a post outside the reach of the actor's.
    """
    if by.account is not None and by.account.pk == account.pk:
        raise Conflict(_("Nobody closes their own account. Ask another administrator."))
    with transaction.atomic():
        open_one = Account.objects.filter(pk=account.pk, kind=Account.Kind.STAFF, is_active=True)
        if not open_one.update(is_active=False, sessions_ended=F("sessions_ended") + 1):
            raise Conflict(_("This account is closed already."))
        # From here on nobody can appoint this person any more (`_appoint`): what is held now is all.
        held = list(account.holdings.filter(held_at(at)).select_related("post__place"))
        for holding in held:
            acts.require_reach(by=by, place=holding.post.place)
        end_holdings(account.holdings.all(), at=at)
        Invitation.objects.filter(account=account, used_at=None, expires_at__gt=at).update(expires_at=at)
        acts.record("account_closed", target=account, by=by, at=at)
        for holding in held:
            if _is_empty(holding.post, at):
                tell_vacated(holding.post, at=at)


def _require_another(by: Actor, account: Account) -> None:
    """An administrator gives others their rights, and gets none by their own hand."""
    if by.account is not None and by.account.pk == account.pk:
        raise Refused(_("Nobody appoints themselves. Ask another administrator."))


def _appoint(post: Post, account: Account, kind: Holding.Kind, at: datetime) -> Holding:
    if post.closed_at is not None:
        raise Conflict(_("This post is closed."))
    if account.kind != Account.Kind.STAFF:
        raise Invalid(_("A post is held with a staff account. Invite this person first."))
    # Held until the commit, so that nobody is appointed while their account is being closed.
    if not Account.objects.select_for_update().filter(pk=account.pk, is_active=True).exists():
        raise Conflict(_("This account is closed already."))
    if kind == Kind.HOLDER:
        end_holdings(post.holdings.filter(account=account, kind=Kind.DEPUTY), at=at)
    try:
        with transaction.atomic():
            return Holding.objects.create(post=post, account=account, kind=kind, since=at)
    except IntegrityError as error:
        raise Conflict(_("Somebody holds this post already. Hand it over instead.")) from error


def _is_empty(post: Post, at: datetime) -> bool:
    """Whether neither holder nor deputy does this post's work."""
    return not post.holdings.filter(held_at(at)).exists()
