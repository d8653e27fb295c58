"""Staff come in by invitation, once, and back in by another."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import Delivery, Installation
from linli.people.domain.holdings import close_account
from linli.people.domain.invitations import (
    accept_invitation,
    forget_invitations,
    invite,
    invite_back,
    open_invitation,
    send_invitation,
)
from linli.people.domain.posts import close_post
from linli.people.models import Account, AdminAct, Holding, Invitation
from tests.neighbourhood import Street
from tests.people.conftest import SignIn

WEEK = timedelta(days=7)
GOOD = "four words of a sentence"


def invited(street: Street, post: str = "mediator", email: str = "New@Example.org") -> str:
    return invite(post=street.posts[post], name="新人", email=email, by=street.by("administrator"), at=street.now)


def accept(street: Street, token: str, password: str | None = GOOD, *, later: timedelta = timedelta()) -> Account:
    return accept_invitation(token=token, name="新人", password=password, at=street.now + later)


def test_an_invitation_makes_the_account_and_hands_it_the_post(street: Street):
    account = accept(street, invited(street))

    assert (account.kind, account.name, account.email) == ("staff", "新人", "new@example.org")
    assert account.check_password(GOOD)
    assert EmailAddress.objects.filter(user=account).values_list("email", "verified").get() == ("new@example.org", True)
    now = street.posts["mediator"].holdings.filter(until=None)
    assert list(now.values_list("account", "kind")) == [(account.pk, "holder")]


def test_an_invitation_opens_once(street: Street):
    token = invited(street)
    accept(street, token)

    with pytest.raises(NotFound):
        accept(street, token)
    assert Account.objects.filter(email="new@example.org").count() == 1


def test_an_invitation_opens_for_seven_days_and_not_an_instant_longer(street: Street):
    token = invited(street)

    with pytest.raises(NotFound):
        open_invitation(token=token, at=street.now + WEEK)
    assert open_invitation(token=token, at=street.now + WEEK - timedelta(microseconds=1)).name == "新人"


def test_a_second_invitation_ends_the_first(street: Street):
    first, second = invited(street), invited(street)

    with pytest.raises(NotFound):
        open_invitation(token=first, at=street.now)
    assert open_invitation(token=second, at=street.now)


def test_only_a_hash_of_the_secret_is_kept(street: Street):
    token = invited(street)
    send_invitation(token=token, link=f"https://linli.example/invitation/{token}/", at=street.now)

    kept = repr([list(model.objects.values()) for model in (Invitation, Delivery, AdminAct)])
    assert token not in kept


def test_whoever_has_an_account_is_appointed_and_not_invited(street: Street):
    with pytest.raises(Invalid) as refusal:
        invited(street, email="AUDITOR@example.org")

    assert list(refusal.value.fields) == ["email"]


def test_nobody_is_invited_from_outside_nor_to_a_closed_post(street: Street):
    post = street.posts["mediator"]
    with pytest.raises(Refused):
        invite(post=post, name="x", email="x@example.org", by=street.by("outsider"), at=street.now)
    close_post(post=post, by=street.by("administrator"), at=street.now)
    with pytest.raises(Conflict):
        invited(street)

    assert Invitation.objects.count() == 0


def test_somebody_let_back_in_has_new_keys_and_none_of_the_old(street: Street):
    account = street.accounts["mediator"]
    account.set_password("the old one, long enough")
    account.save()
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    token = invite_back(account=account, by=street.by("administrator"), at=street.now)
    assert account.check_password("the old one, long enough")

    renewed = accept(street, token)

    assert renewed == account
    assert renewed.check_password(GOOD)
    assert renewed.sessions_ended == account.sessions_ended + 1
    assert not Authenticator.objects.filter(user=account).exists()
    assert list(AdminAct.objects.order_by("-id").values_list("what", flat=True)[:2]) == [
        "account_recovered",
        "invited_back",
    ]


def test_residents_and_closed_accounts_are_not_invited_back(street: Street):
    close_account(account=street.accounts["mediator"], by=street.by("administrator"), at=street.now)
    for who in ("resident", "mediator"):
        account = Account.objects.get(pk=street.accounts[who].pk)
        with pytest.raises(Invalid):
            invite_back(account=account, by=street.by("administrator"), at=street.now)


def test_an_open_link_back_into_a_closed_account_leads_nowhere(street: Street):
    token = invite_back(account=street.accounts["mediator"], by=street.by("administrator"), at=street.now)
    close_account(account=street.accounts["mediator"], by=street.by("administrator"), at=street.now)

    with pytest.raises(NotFound):
        accept(street, token)

    assert not AdminAct.objects.filter(what="account_recovered").exists()


def test_nobody_is_invited_back_by_whoever_does_not_reach_their_post(street: Street):
    with pytest.raises(Refused):
        invite_back(account=street.accounts["administrator"], by=street.by("outsider"), at=street.now)


def test_invitations_are_forgotten_a_month_after_they_end(street: Street):
    invited(street)

    assert forget_invitations(at=street.now + WEEK + timedelta(days=30)) == 0
    assert forget_invitations(at=street.now + WEEK + timedelta(days=30, seconds=1)) == 1


def page(token: str) -> str:
    return f"/invitation/{token}/"


def test_the_page_of_an_invitation_leads_to_the_second_key(street: Street, client: Client):
    token = invited_now(street)
    assert client.get(page(token)).status_code == 200

    answer = client.post(page(token), {"name": "新人", "way": "password", "password": GOOD})

    assert answer.url == "/account/keys/totp/activate/"
    assert client.get("/account/").url == "/account/keys/"
    assert client.get(answer.url).status_code == 200
    assert Client().get(page(token)).status_code == 404


def test_with_a_passkey_there_is_no_password(street: Street, client: Client):
    answer = client.post(page(invited_now(street)), {"name": "新人", "way": "passkey", "password": "ignored"})

    assert answer.url == "/account/keys/webauthn/add/"
    assert not Account.objects.get(email="new@example.org").has_usable_password()
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("password", ["", "short", "123456789012", "password1234"])
def test_a_weak_password_is_refused_and_the_invitation_stays_good(street: Street, client: Client, password: str):
    token = invited_now(street)

    answer = client.post(page(token), {"name": "新人", "way": "password", "password": password})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["password"])
    assert client.get(page(token)).status_code == 200


def test_a_secret_that_was_never_made_opens_nothing(client: Client, street: Street):
    assert client.get(page("x" * 43)).status_code == 404


def test_the_link_is_shown_once_and_sent(street: Street, sign_in: SignIn):
    Installation.objects.update(demo=True)
    address = f"/people/posts/{street.posts['mediator'].pk}/invite/"

    answer = sign_in("administrator").post(
        address, {"name": "新人", "email": "new@example.org", "kind": Holding.Kind.DEPUTY}
    )

    token = answer.context["link"].rstrip("/").rpartition("/")[2]
    assert Invitation.objects.values_list("kind", "post").get() == ("deputy", street.posts["mediator"].pk)
    assert Delivery.objects.filter(channel="mail").count() == 1
    assert Client().get(page(token)).status_code == 200


def invited_now(street: Street) -> str:
    """An invitation that is good today, for pages read the clock."""
    from django.utils import timezone

    return invite(
        post=street.posts["mediator"],
        name="新人",
        email="new@example.org",
        by=street.by("administrator"),
        at=timezone.now(),
    )
