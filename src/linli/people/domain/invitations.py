"""Invitations: how staff come to an account, and back into one. A link opens one account, once, within seven days."""

import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from linli.core.deliver import send
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.sealed import keyed_hash
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.domain.accounts import create_staff_account
from linli.people.domain.holdings import appoint, hand_over
from linli.people.domain.posts import is_vacant
from linli.people.domain.queries import held_at
from linli.people.models import Account, Holding, Invitation, Post

LIFE = timedelta(days=7)
KEPT = timedelta(days=30)


def invite(
    *, post: Post, kind: Holding.Kind = Holding.Kind.HOLDER, name: str, email: str, by: Actor, at: datetime
) -> str:
    """Invite somebody new to hold a post. Returns the link's secret; only its hash is kept.

    An earlier invitation of the same address ends.

    Raises:
        Invalid: this address has an account already: appoint that person instead.
        Conflict: the post is closed.
    """
    acts.require_reach(by=by, place=post.place)
    if post.closed_at is not None:
        raise Conflict(_("This post is closed."))
    if Account.objects.filter(email__iexact=email).exists():
        raise Invalid(fields={"email": _("This person has an account already. Appoint them from the list.")})
    with transaction.atomic():
        Invitation.objects.filter(email__iexact=email, used_at=None, expires_at__gt=at).update(expires_at=at)
        token = _make(post=post, kind=kind, name=name, email=email.lower(), at=at)
        acts.record("invited", target=post, detail=f"{name} · {kind}", by=by, at=at)
    return token


def invite_back(*, account: Account, by: Actor, at: datetime) -> str:
    """Let somebody back into their account, who lost the password or the authenticator. Returns the link's secret.

    The account opens with its old keys until the link is used; then all of them end, and every session.

    Raises:
        Invalid: not an open staff account; residents ask for a code.
        Refused: this person holds a post outside the reach of the actor's.
    """
    if account.kind != Account.Kind.STAFF or not account.is_active or not account.email:
        raise Invalid(_("Only an open staff account with an e-mail address is invited back."))
    for holding in account.holdings.filter(held_at(at)).select_related("post__place"):
        acts.require_reach(by=by, place=holding.post.place)
    with transaction.atomic():
        Invitation.objects.filter(account=account, used_at=None, expires_at__gt=at).update(expires_at=at)
        token = _make(account=account, name=account.name, email=account.email, at=at)
        acts.record("invited_back", target=account, by=by, at=at)
    return token


def send_invitation(*, token: str, link: str, at: datetime) -> None:
    """Send the link by e-mail. `link` is the full address of the page, which only the edge knows."""
    invitation = open_invitation(token=token, at=at)
    send(
        "mail",
        invitation.email,
        _("Your invitation to Linli"),
        _("Open this page within 7 days to set up your account. It works once.\n{secret}"),
        key=f"invitation:{invitation.pk}",
        procedure=None,
        at=at,
        secret=link,
    )


def open_invitation(*, token: str, at: datetime) -> Invitation:
    """The invitation that this secret opens.

    Raises:
        NotFound: never made, used, or too old; the words are the same.
    """
    found = (
        Invitation.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=at)
        .select_related("post__organisation", "post__place", "account")
        .first()
    )
    if found is None:
        raise NotFound(_("This invitation was used or is too old. Ask your administrator for a new one."))
    return found


def accept_invitation(*, token: str, name: str, password: str | None, at: datetime) -> Account:
    """Use an invitation: make the account and let it hold the post, or give an account new keys.

    password: None where the person will sign in with a passkey.  Strength is checked by the form.

    Raises:
        NotFound: the invitation is not good any more, or somebody used it a moment ago.
    """
    invitation = open_invitation(token=token, at=at)
    with transaction.atomic():
        if not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=at):
            raise NotFound(_("This invitation was used or is too old. Ask your administrator for a new one."))
        if invitation.account is not None:
            return _renew(invitation.account, name, password, at)
        account = create_staff_account(name=name, email=invitation.email, password=password, at=at)
        _take_post(invitation, account, at)
    return account


def forget_invitations(*, at: datetime) -> int:
    """Delete invitations that ended a month ago; the log of changes keeps that they were made. Returns how many."""
    return Invitation.objects.filter(expires_at__lt=at - KEPT).delete()[0]


def _renew(account: Account, name: str, password: str | None, at: datetime) -> Account:
    """New keys for an account: the old password, authenticators and sessions end."""
    account.name = name
    account.set_password(password)
    account.sessions_ended += 1
    account.save(update_fields=["name", "password", "sessions_ended"])
    Authenticator.objects.filter(user=account).delete()
    acts.record("account_recovered", target=account, by=Actor(account=account), at=at)
    return account


def _take_post(invitation: Invitation, account: Account, at: datetime) -> None:
    post, by = invitation.post, Actor.named("invitation")
    assert post is not None  # an invitation without an account has a post (constraint invitation_for_something)
    if invitation.kind == Holding.Kind.HOLDER and not is_vacant(post, at=at):
        hand_over(post=post, to=account, note="", by=by, at=at)
    else:
        appoint(post=post, account=account, kind=Holding.Kind(invitation.kind), by=by, at=at)


def _make(
    *,
    post: Post | None = None,
    kind: Holding.Kind = Holding.Kind.HOLDER,
    account: Account | None = None,
    name: str,
    email: str,
    at: datetime,
) -> str:
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        token_hash=_hash(token),
        post=post,
        kind=kind,
        account=account,
        name=name,
        email=email,
        created_at=at,
        expires_at=at + LIFE,
    )
    return token


def _hash(token: str) -> str:
    return keyed_hash(token, purpose="invitation")
