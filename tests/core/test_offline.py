"""The service worker, the token, and what a script is answered that sends an act which a phone kept."""

import pytest
from django.conf import settings

from linli import __version__
from linli.core import keeping


def test_the_worker_rules_the_whole_site_and_bears_the_release(client, db):
    answer = client.get("/sw.js")

    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    first, second, *_rest = answer.content.decode().splitlines()
    assert first.startswith(f'const RELEASE = "{__version__}-')
    assert second == f'const FILES_AT = "{settings.STATIC_URL}";'


def test_the_page_without_signal_names_nobody(street, sign_in):
    for role in ("grid_worker", "resident"):
        page = sign_in(role).get("/no-signal/").content.decode()
        assert str(street.accounts[role]) not in page


def test_the_token_says_who_is_here_and_is_kept_by_nothing(street, sign_in, client):
    worker, post = street.accounts["grid_worker"], street.posts["grid_worker"]

    answer = sign_in("grid_worker").get("/queue/token/")

    assert (answer.json()["who"], answer.headers["Cache-Control"]) == (f"{worker.uuid}/{post.pk}", "no-store")
    assert client.get("/queue/token/").json()["who"] == ""
    assert sign_in("resident").get("/queue/token/").json()["who"] == ""


def queued(client, path: str, who: str, when: str = "later", **given: object):
    return client.post(path, given, headers={"X-Linli-Queued": when, "X-Linli-Who": who})


@pytest.fixture
def who(street, monkeypatch) -> str:
    """The grid worker; and the forms that these tests send may come from a phone's queue."""
    monkeypatch.setattr(keeping, "_forms", {"core:care", "people:accounts"})
    return f"{street.accounts['grid_worker'].uuid}/{street.posts['grid_worker'].pk}"


def test_an_answer_that_would_lead_on_is_said_in_a_word(sign_in, who):
    client = sign_in("grid_worker")

    answer = queued(client, "/care/", who, next="/grid/", care="1")

    assert (answer.status_code, answer.json()) == (200, {"url": "/grid/"})


def test_what_was_kept_for_another_account_or_post_is_not_taken(sign_in, who, client, street):
    other = f"{street.accounts['grid_worker'].uuid}/{street.posts['grid_worker_2'].pk}"

    assert queued(sign_in("grid_worker"), "/care/", other, care="1").status_code == 401
    assert queued(sign_in("grid_worker_2"), "/care/", who, care="1").status_code == 401
    assert queued(client, "/care/", who, care="1").status_code == 401
    assert queued(client, "/care/", "", care="1").json() == {"url": "/"}


def test_who_is_signed_out_is_asked_to_sign_in(client, who):
    answer = queued(client, "/people/accounts/", "")

    assert (answer.status_code, answer.json()) == (401, {"code": "signed-out"})


def test_a_form_that_may_not_wait_on_a_phone_is_not_taken_from_one(sign_in, who, monkeypatch):
    monkeypatch.setattr(keeping, "_forms", set())

    answer = queued(sign_in("grid_worker"), "/care/", who, care="1")

    assert (answer.status_code, answer.json(), answer.cookies.get("linli_care")) == (403, {"code": "not-queued"}, None)


def test_a_page_that_is_not_registered_is_kept_by_no_phone(sign_in, who, monkeypatch):
    client = sign_in("grid_worker")
    assert "X-Linli-Keep" in client.get("/queue/", headers={"X-Linli-Keep": "1"}).headers
    monkeypatch.setattr(keeping, "_pages", set())

    with pytest.raises(LookupError, match="core:queue"):
        client.get("/queue/", headers={"X-Linli-Keep": "1"})


def test_what_may_be_kept_and_what_may_wait_is_this_and_no_more():
    """Whoever adds a page or a form here has seen to it that nothing sealed is on it."""
    assert keeping.kept_pages() == {
        "core:queue", "procedures:inbox", "cases:grid", "cases:grid_report", "cases:case", "cases:move",
        "hazards:inspections", "hazards:round", "hazards:hazard", "hazards:new",
    }  # fmt: skip
    assert keeping.queued_forms() == {
        "cases:grid_report", "cases:move", "cases:note", "hazards:round", "hazards:hazard", "hazards:new",
    }  # fmt: skip
