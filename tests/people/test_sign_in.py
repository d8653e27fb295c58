"""The pages by which residents come in and everybody goes out."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.core.models import Installation
from linli.people.domain import codes
from linli.people.domain.accounts import contact_hash, create_resident_account
from linli.people.domain.contacts import read_contact
from linli.people.domain.holdings import appoint
from linli.people.models import Account, Holding, SignInCode
from tests.neighbourhood import SETUP, Street
from tests.people.conftest import SignIn

NUMBER = "138 1234 5678"

pytestmark = pytest.mark.django_db


def ask(client: Client, contact: str = NUMBER, **more: str):
    return client.post("/sign-in/", {"contact": contact, **more})


def fresh_code(contact: str = NUMBER) -> str:
    """A code that the test knows, in place of the one that was sent."""
    hashed = contact_hash(read_contact(contact))
    SignInCode.objects.filter(contact_hash=hashed).delete()
    return codes.send_code(contact=read_contact(contact), at=timezone.now())


def test_a_resident_signs_in_with_a_code_and_comes_to_the_page_they_wanted(client: Client):
    assert ask(client, next="/my-data/").url == "/sign-in/code/"
    before = client.session.session_key

    answer = client.post("/sign-in/code/", {"code": fresh_code()})

    account = Account.objects.get()
    assert (answer.status_code, answer.url) == (302, "/my-data/")
    assert client.session["_auth_user_id"] == str(account.pk)
    assert client.session.session_key != before
    assert client.session.get_expiry_age() > timedelta(days=59).total_seconds()


def test_a_code_may_be_written_as_a_chinese_keyboard_writes_it(client: Client):
    ask(client)
    wide = fresh_code().translate(str.maketrans("0123456789", "０１２３４５６７８９"))

    answer = client.post("/sign-in/code/", {"code": f"{wide[:3]}　{wide[3:]}"})

    assert (answer.status_code, answer.url) == (302, "/start/")


def test_the_page_after_is_always_one_of_ours(client: Client):
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        ask(client, next=elsewhere)
        assert client.session["sign_in"]["next"] == "/start/"
        SignInCode.objects.all().delete()


def test_known_and_unknown_numbers_get_the_same_page(client: Client):
    create_resident_account(contact=read_contact(NUMBER), at=timezone.now())
    pages = []
    for number in (NUMBER, "139 1234 5678"):
        asked = Client()
        first = ask(asked, number)
        pages.append((first.status_code, first.url, re.sub(r"13\d\*+|value=\"[^\"]*\"", "", shown(asked))))

    assert pages[0] == pages[1]


def shown(client: Client) -> str:
    return client.get("/sign-in/code/").content.decode()


def test_a_wrong_code_says_so_beside_the_field(client: Client):
    ask(client)
    code = fresh_code()

    answer = client.post("/sign-in/code/", {"code": f"{(int(code) + 1) % 10**6:06}"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["code"]
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "contact", ["", "12", "<script>alert(1)</script>", "'; DROP TABLE people_account; --", "9" * 500]
)
def test_what_is_no_contact_is_asked_for_again(client: Client, contact: str):
    answer = ask(client, contact)

    assert answer.status_code == 422
    assert SignInCode.objects.count() == 0
    assert "<script>alert" not in answer.content.decode()


def test_the_code_page_without_a_number_leads_to_the_first_page(client: Client):
    assert client.get("/sign-in/code/").url == "/sign-in/"


def test_the_fourth_code_within_minutes_is_refused_with_a_time_to_wait(client: Client):
    for _time in range(3):
        ask(client)

    answer = ask(client)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 600


def test_one_address_asks_for_so_many_codes_and_then_waits():
    answers = [ask(Client(REMOTE_ADDR="203.0.113.7"), f"1381234{n:04}").status_code for n in range(31)]
    elsewhere = ask(Client(REMOTE_ADDR="203.0.113.8"), "13912345678").status_code

    assert answers == [302] * 30 + [429]
    assert elsewhere == 302


def test_a_code_is_shown_on_the_page_in_a_demonstration_and_never_otherwise(client: Client):
    ask(client)
    assert client.session["sign_in"]["demo"] == ""

    Installation.objects.create(name="演示", demo=True)
    ask(client)
    assert client.session["sign_in"]["demo"] in shown(client)


def test_signing_out_is_a_press_of_a_button_and_ends_the_session(sign_in: SignIn):
    client = sign_in("mediator")
    assert client.get("/sign-out/").status_code == 405

    assert client.post("/sign-out/").url == "/"
    assert "_auth_user_id" not in client.session


def test_signing_out_everywhere_ends_all_sessions(sign_in: SignIn):
    here, there = sign_in("resident"), sign_in("resident")
    assert there.get("/account/").status_code == 200

    here.post("/account/sign-out-everywhere/")

    assert there.get("/account/").url.startswith("/sign-in/?next=")
    assert here.get("/account/").url.startswith("/sign-in/?next=")


def test_somebody_signed_in_is_led_on(sign_in: SignIn):
    assert sign_in("resident").get("/sign-in/").url == "/start/"
    assert sign_in("resident").get("/start/").url == "/"


def test_another_of_ones_posts_is_chosen_and_nobody_elses(street: Street, sign_in: SignIn):
    second = street.posts["petition_clerk"]
    appoint(post=second, account=street.accounts["mediator"], kind=Holding.Kind.DEPUTY, by=SETUP, at=street.now)
    client = sign_in("mediator")

    assert client.post("/post/", {"post": second.pk, "next": "/account/"}).url == "/account/"
    assert client.session["post"] == second.pk
    for other in (street.posts["administrator"].pk, "", "x"):
        assert client.post("/post/", {"post": other}).status_code == 403
    assert client.session["post"] == second.pk


def test_an_account_page_shows_only_its_own_person(sign_in: SignIn):
    page = sign_in("mediator").get("/account/").content.decode()

    assert "mediator@example.org" in page
    assert "petition_clerk@example.org" not in page


def test_the_header_offers_every_post_one_holds(street: Street, sign_in: SignIn):
    second = street.posts["petition_clerk"]
    appoint(post=second, account=street.accounts["mediator"], kind=Holding.Kind.DEPUTY, by=SETUP, at=street.now)
    client = sign_in("mediator")
    client.post("/post/", {"post": second.pk})

    page = client.get("/account/").content.decode()

    assert f'<option value="{second.pk}" selected>' in page
    assert f'<option value="{street.posts["mediator"].pk}">' in page
