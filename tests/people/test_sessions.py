"""How long a session lasts, when its key changes, and what no cache may keep."""

import pytest
from django.conf import settings
from django.test import Client

from linli.people.domain.holdings import appoint
from linli.people.domain.posts import create_post
from linli.people.enums import Role
from linli.people.middleware import SEEN
from tests.neighbourhood import LONG_AGO, SETUP


def left_alone(client: Client, seconds: float) -> None:
    session = client.session
    session[SEEN] -= seconds
    session.save()


def test_staff_who_do_nothing_for_an_hour_are_signed_out(sign_in):
    client = sign_in("duty_officer")
    left_alone(client, 3599)
    assert client.get("/desk/").status_code == 200

    left_alone(client, 3601)
    assert client.get("/desk/").url == "/sign-in/?next=%2Fdesk%2F"


def test_an_open_page_that_renews_itself_keeps_nobody_signed_in(sign_in):
    client = sign_in("duty_officer")
    left_alone(client, 3000)
    assert client.get("/inbox/", headers={"Sec-Fetch-Mode": "cors"}).status_code == 200
    assert client.get("/inbox/", headers={"Sec-Fetch-Mode": "cors"}).status_code == 200

    left_alone(client, 601)
    assert client.get("/inbox/").status_code == 302


def test_a_page_that_somebody_opens_begins_the_hour_anew(sign_in):
    client = sign_in("duty_officer")
    left_alone(client, 3000)
    client.get("/inbox/")

    left_alone(client, 3000)
    assert client.get("/inbox/").status_code == 200


def test_nobody_hurries_a_resident(sign_in):
    client = sign_in("resident")

    assert SEEN not in client.session
    assert client.get("/my/").status_code == 200


def test_what_was_written_when_the_session_had_ended_stands_on_the_page(sign_in, case_in):
    number, client = case_in("received").procedure.number, sign_in("duty_officer")
    left_alone(client, 3601)
    answer = client.post(f"/case/{number}/note/", {"text": "The lamp is on order.", "reader": "staff"})

    assert answer.status_code == 401
    assert "The lamp is on order." in answer.content.decode()


def test_a_session_that_somebody_else_began_is_not_taken_over(street):
    """Fixation: whoever planted a key in a browser does not hold the session that is signed in."""
    client = Client()
    client.get("/report/")
    client.post("/report/", {"klass": "lighting"})
    planted = client.session.session_key
    client.force_login(street.accounts["duty_officer"])

    assert client.session.session_key != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert thief.get("/desk/").status_code == 302


def test_another_post_is_another_key(street, sign_in):
    officer = street.accounts["duty_officer"]
    second = create_post(
        organisation=street.posts["auditor"].organisation, role=Role.AUDITOR, place=street.places["street"],
        name="第二审计", by=SETUP, at=LONG_AGO,
    )  # fmt: skip
    appoint(post=second, account=officer, by=SETUP, at=LONG_AGO)
    client = sign_in("duty_officer")
    before = client.session.session_key
    assert client.post("/post/", {"post": second.pk}).status_code == 302

    assert client.session.session_key != before
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = before
    assert old.get("/audit/").status_code == 302


def test_signing_out_everywhere_ends_the_sessions_of_other_devices(sign_in):
    here, there = sign_in("duty_officer"), sign_in("duty_officer")
    here.post("/account/sign-out-everywhere/")

    assert [client.get("/desk/").status_code for client in (here, there)] == [302, 302]


@pytest.mark.parametrize(
    "address", ["/", "/desk/", "/inbox/", "/account/", "/my-data/", "/my-data/take-along/", "/cases/"]
)
def test_no_cache_keeps_what_somebody_signed_in_was_shown(sign_in, address):
    answer = sign_in("duty_officer").get(address)

    assert "no-store" in answer["Cache-Control"]


def test_an_address_that_leads_elsewhere_is_not_followed(street, sign_in):
    """`next` of every page that takes one."""
    client = sign_in("duty_officer")
    for away in ("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "http:evil"):
        went = [
            client.post("/care/", {"next": away, "care": "1"}).url,
            client.post("/language/", {"next": away, "language": "en"}).url,
            client.post("/post/", {"next": away, "post": street.posts["duty_officer"].pk}).url,
            client.get("/sign-in/", {"next": away}).url,
        ]
        assert went == ["/", "/", "/start/", "/start/"]
