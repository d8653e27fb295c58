"""Staff sign in with two keys, and keep at least one of them."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.messages import get_messages
from django.test import Client

from linli.core.models import Installation
from linli.people.adapter import SealedAuthenticators
from linli.people.models import Account
from tests.neighbourhood import Street
from tests.people.conftest import SignIn

PASSWORD = "four words of a sentence"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def officer(street: Street) -> Account:
    account = street.accounts["duty_officer"]
    account.set_password(PASSWORD)
    account.save()
    return account


def code_now() -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(SECRET, counter))


def give_app(account: Account) -> None:
    TOTP.activate(account, SECRET)


def enter(client: Client, password: str = PASSWORD, email: str = "duty_officer@example.org"):
    return client.post("/sign-in/staff/", {"login": email, "password": password})


def test_password_and_app_together_sign_in(officer: Account, client: Client):
    give_app(officer)

    assert enter(client).url == "/account/keys/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.post("/account/keys/authenticate/", {"code": code_now()}).url == "/start/"

    assert client.session["_auth_user_id"] == str(officer.pk)


def test_a_wrong_code_does_not_sign_in(officer: Account, client: Client):
    give_app(officer)
    enter(client)

    answer = client.post("/account/keys/authenticate/", {"code": f"{(int(code_now()) + 1) % 10**6:06}"})

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_without_a_second_key_there_is_nothing_but_the_page_that_adds_one(officer: Account, client: Client):
    enter(client)

    for address in ("/account/", "/people/roster/", "/people/", "/start/"):
        assert client.get(address).url == "/account/keys/"
    assert client.get("/account/keys/").status_code == 200

    give_app(officer)
    assert client.get("/people/roster/").status_code == 200


def test_in_a_demonstration_a_password_is_enough(officer: Account, client: Client):
    Installation.objects.update(demo=True)
    enter(client)

    assert client.get("/people/roster/").status_code == 200


def test_wrong_password_and_unknown_address_look_the_same(officer: Account):
    pages = []
    for email in ("duty_officer@example.org", "nobody@example.org"):
        answer = enter(Client(), password="wrong words altogether", email=email)
        pages.append((answer.status_code, answer.context["form"].errors))

    assert pages[0] == pages[1]


def test_five_wrong_passwords_close_the_door_of_one_account_for_a_while(officer: Account, street: Street):
    give_app(officer)
    colleague = street.accounts["auditor"]
    colleague.set_password(PASSWORD)
    colleague.save()
    for _try in range(5):
        enter(Client(), password="wrong words altogether")

    here, beside = enter(Client()), enter(Client(), email=colleague.email)

    assert (here.status_code, beside.status_code) == (429, 302)
    assert 1 <= int(here["Retry-After"]) <= 301


def test_a_right_password_wipes_the_tries_before_it(officer: Account):
    give_app(officer)
    for _round in range(3):
        for _try in range(4):
            assert enter(Client(), password="wrong words altogether").status_code == 200
        assert enter(Client()).status_code == 302


def test_the_tries_of_one_account_count_from_every_address(officer: Account):
    for number in range(5):
        enter(Client(REMOTE_ADDR=f"203.0.113.{number}"), password="wrong words altogether")

    assert enter(Client(REMOTE_ADDR="203.0.113.99")).status_code == 429


def test_wrong_codes_of_an_app_close_the_door_too(officer: Account, client: Client):
    give_app(officer)
    enter(client)
    for _try in range(5):
        client.post("/account/keys/authenticate/", {"code": f"{(int(code_now()) + 1) % 10**6:06}"})

    assert client.post("/account/keys/authenticate/", {"code": code_now()}).status_code == 429
    assert "_auth_user_id" not in client.session


def test_a_resident_has_no_password_to_guess(street: Street, client: Client):
    enter(client, email=street.accounts["resident"].username)

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "address", ["/signup/", "/sign-in/signup/", "/account/signup/", "/password/reset/", "/account/keys/signup/"]
)
def test_nobody_signs_up_or_resets_a_password(client: Client, db: None, address: str):
    assert client.get(address).status_code == 404


def test_the_last_second_key_stays(officer: Account):
    give_app(officer)
    app = Authenticator.objects.get(user=officer, type=Authenticator.Type.TOTP)
    assert not SealedAuthenticators().can_delete_authenticator(app)

    Authenticator.objects.create(user=officer, type=Authenticator.Type.WEBAUTHN, data={})
    assert SealedAuthenticators().can_delete_authenticator(app)


def test_the_secret_of_an_app_is_sealed(officer: Account):
    give_app(officer)

    kept = Authenticator.objects.get(user=officer, type=Authenticator.Type.TOTP)
    assert SECRET not in str(kept.data)
    assert SealedAuthenticators().decrypt(kept.data["secret"]) == SECRET


def test_signing_in_says_nothing_that_the_page_shows_anyway(officer: Account, client: Client):
    give_app(officer)
    enter(client)
    answer = client.post("/account/keys/authenticate/", {"code": code_now()})

    assert [str(message) for message in get_messages(answer.wsgi_request)] == []


def test_keys_are_changed_only_after_showing_again_that_it_is_you(officer: Account, sign_in: SignIn):
    give_app(officer)
    client = sign_in("duty_officer")

    for address in (
        "/account/keys/webauthn/add/",
        "/account/keys/totp/deactivate/",
        "/account/keys/recovery-codes/generate/",
    ):
        assert client.get(address).url.startswith("/account/confirm/?next=")
