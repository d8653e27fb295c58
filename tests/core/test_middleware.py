"""Headers on every answer, and problems told as a page, a fragment or problem+json, with what was typed."""

import json
from uuid import uuid4

import pytest
from django.contrib.messages.constants import SUCCESS
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from linli.core import errors, middleware
from linli.core.access import public, signed_in
from linli.core.body import MAX_BODY

RAISED = {
    "invalid": errors.Invalid(fields={"where": "Write the building number, for example 12."}),
    "refused": errors.Refused(),
    "missing": errors.NotFound(),
    "conflict": errors.Conflict(current=object(), when="10:42"),
    "large": errors.TooLarge(),
    "many": errors.TooMany(after=30),
    "locked": OperationalError("database is locked"),
    "deadlock": OperationalError("deadlock detected\nDETAIL: Process 1"),
    "gone": OperationalError("connection to server failed"),
    "no-table": OperationalError("no such table: cases"),
    "bug": ZeroDivisionError(),
    "big-form": RequestDataTooBig(),
    "odd": SuspiciousOperation(),
    "404": Http404(),
    "403": PermissionDenied("Ask the committee."),
}
STATUS = {
    "invalid": 422, "refused": 403, "missing": 404, "conflict": 409, "large": 413, "many": 429, "locked": 503,
    "deadlock": 503, "gone": 503, "no-table": 500, "bug": 500, "big-form": 413, "odd": 400, "404": 404, "403": 403,
}  # fmt: skip


@public
def fail(request, name: str) -> HttpResponse:
    raise RAISED[name]


def undecided(request) -> HttpResponse:
    return HttpResponse("anybody may read this")


@signed_in
def own(request) -> HttpResponse:
    return HttpResponse("mine")


urlpatterns = [
    path("fail/<name>/", fail),
    path("api/fail/<name>/", fail),
    path("undecided/", undecided),
    path("own/", own),
    path("", include("linli.site.urls")),
]
handler400 = "linli.core.errors_pages.bad_request"
handler403 = "linli.core.errors_pages.refused"
handler404 = "linli.core.errors_pages.not_found"
handler500 = "linli.core.errors_pages.failed"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def client() -> Client:
    client = Client(raise_request_exception=False)
    client.cookies["django_language"] = "en"
    return client


def test_every_answer_carries_the_headers(client):
    for address in ("/kit/", "/fail/bug/", "/fail/refused/", "/nothing/", "/healthz"):
        answer = client.get(address)
        assert {name: answer[name] for name in middleware.HEADERS} == middleware.HEADERS
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_nothing_runs_or_is_styled_from_within_a_page():
    policy = middleware.CONTENT_SECURITY_POLICY
    assert [word for word in ("unsafe", "http:", "https:", "*") if word in policy] == []
    for rule in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert rule in policy


@pytest.mark.parametrize("name", RAISED)
def test_each_problem_is_a_page_with_its_status(client, name):
    answer = client.get(f"/fail/{name}/")

    assert answer.status_code == STATUS[name]
    assert b"<h1" in answer.content
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("name", ["invalid", "refused", "missing", "conflict", "large", "many", "locked", "bug"])
def test_a_program_gets_problem_json(client, name):
    answer = client.get(f"/api/fail/{name}/")

    told = json.loads(answer.content)
    assert (answer.status_code, told["status"]) == (STATUS[name], STATUS[name])
    assert answer["Content-Type"] == "application/problem+json"
    assert set(told) - {"fields", "when", "after", "current"} == {"type", "title", "status", "code", "detail"}


def test_facts_that_are_no_plain_values_stay_inside(client):
    told = json.loads(client.get("/api/fail/conflict/").content)

    assert (told["when"], "current" in told) == ("10:42", False)
    assert json.loads(client.get("/api/fail/invalid/").content)["fields"] == {
        "where": "Write the building number, for example 12."
    }


def test_htmx_gets_a_fragment_for_the_notices(client):
    answer = client.post("/fail/conflict/", {"text": "kept words"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (409, "#notices", "innerHTML")
    assert b"<html" not in answer.content
    assert b"kept words" in answer.content


@pytest.mark.parametrize("name", ["conflict", "locked", "many", "refused", "invalid"])
def test_what_was_typed_comes_back_and_nothing_secret_does(client, name):
    typed = {
        "text": "三楼灯坏了 <script>alert(1)</script>", "reason": "because & so",
        "password": "swordfish", "code": "481516", "action": str(uuid4()), "version": "7",
    }  # fmt: skip

    page = client.post(f"/fail/{name}/", typed).content.decode()

    assert "三楼灯坏了 &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "because &amp; so" in page
    assert [word for word in ("swordfish", "481516", typed["action"]) if word in page] == []


@pytest.mark.parametrize(("name", "after"), [("locked", "5"), ("many", "30"), ("refused", None)])
def test_who_should_come_back_is_told_when(client, name, after):
    assert client.get(f"/fail/{name}/").headers.get("Retry-After") == after


def test_the_way_back_leads_here_and_nowhere_else(client):
    own = client.post("/fail/conflict/", headers={"referer": "http://testserver/cases/7/"}).content.decode()
    foreign = client.post("/fail/conflict/", headers={"referer": "https://evil.example/"}).content.decode()

    assert 'href="http://testserver/cases/7/"' in own
    assert "evil.example" not in foreign


def test_a_body_that_nobody_should_send_is_refused_unread(client):
    answer = client.generic("POST", "/fail/bug/", b"x", CONTENT_LENGTH=str(MAX_BODY + 1))

    assert answer.status_code == 413
    assert answer["Content-Security-Policy"] == middleware.CONTENT_SECURITY_POLICY


def test_a_form_whose_files_are_too_large_is_told_how_to_keep_what_was_written(client):
    """A link back would open the page anew, and empty."""
    english = {"accept-language": "en", "referer": "http://testserver/petitions/write/"}
    told = client.generic("POST", "/petitions/write/", b"x", CONTENT_LENGTH=str(MAX_BODY + 1), headers=english)
    program = client.generic("POST", "/api/open311/v2/requests.json", b"x", CONTENT_LENGTH=str(MAX_BODY + 1))

    page = told.content.decode()
    assert ("arrow of your browser" in page, "Go back</a>" in page) == (True, False)
    assert (program.status_code, program.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize("length", ["", "abc", "-5", "1e9"])
def test_a_length_that_is_no_number_breaks_nothing(client, length):
    assert client.generic("GET", "/healthz", CONTENT_LENGTH=length).status_code == 200


def test_text_of_more_than_two_megabytes_is_too_large():
    """It shows when the token of the form is looked for, before any view."""
    strict = Client(enforce_csrf_checks=True)
    strict.get("/kit/")
    status = strict.post("/fail/bug/", {"text": "x" * 3_000_000}).status_code

    assert status == 413


def test_a_form_that_was_open_for_too_long_is_a_page_of_ours_that_keeps_what_was_typed():
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["django_language"] = "en"
    answer = strict.post("/fail/bug/", {"text": "kept words"})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert ["open for too long" in page, "kept words" in page] == [True, True]


def test_a_view_without_a_decision_is_refused(client):
    answer = client.get("/undecided/")

    assert answer.status_code == 403
    assert b"anybody may read this" not in answer.content


def test_whoever_is_not_signed_in_is_led_to_sign_in(client):
    answer = client.get("/own/?a=1")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=%2Fown%2F%3Fa%3D1")


def test_a_busy_database_outside_the_views_is_busy_and_no_failure(client, monkeypatch):
    """The session is read before any view: what it meets there is told the same way."""
    from django.contrib.sessions.middleware import SessionMiddleware

    def locked(self, request) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(SessionMiddleware, "process_request", locked)
    answer = client.get("/kit/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("host", ["evil.example", "localhost:8000@evil.example", "a b"])
def test_another_host_is_refused_and_named_nowhere(client, method, host):
    answer = getattr(client, method)("/sign-in/", headers={"host": host})

    assert answer.status_code == 400
    assert b"evil" not in answer.content


@pytest.mark.parametrize(
    "address", ["/cases/%00/", "/cases/?klass=%00", "/api/v1/cases/%00", "/places/map.geojson?below=%00"]
)
def test_a_nul_in_an_address_is_refused_at_the_door(client, address):
    assert client.get(address).status_code == 400


def test_a_nul_in_a_cookie_is_refused_at_the_door(client):
    client.cookies["sessionid"] = "a\0" * 16

    assert client.get("/kit/").status_code == 400


def test_a_page_may_ask_the_server_of_the_base_map_and_no_other(settings):
    settings.BASEMAP = "https://tiles.example/street.pmtiles"
    answer = middleware.SecurityHeaders(lambda _request: HttpResponse())(RequestFactory().get("/"))

    assert "connect-src 'self' https://tiles.example;" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_what_is_to_be_said_of_an_act_outlives_an_error_beside_it(client, rf):
    said = CookieStorage(rf.get("/"))._encode([Message(SUCCESS, "It is done.")])
    client.cookies["messages"] = said

    missing = client.get("/no/such/picture")

    assert (missing.status_code, "messages" in missing.cookies) == (404, False)
    assert "It is done." not in missing.content.decode()
    assert "It is done." in client.get("/kit/").content.decode()
