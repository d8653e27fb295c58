"""The log names what happened and nobody: planted contacts, texts, codes and numbers are in no line of it."""

import io
import json
import logging

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from linli.core import jobs
from linli.core.access import public
from linli.core.logs import FORMATS, JsonLines
from linli.core.models import Job
from tests.core.test_middleware import fail

CONTACT, TEXT, HOST = "13800131234", "PLANTED-TEXT-of-a-resident", "planted-host.example"


@public
def break_(request, number: str) -> HttpResponse:
    raise ValueError(f"cannot send {request.GET.get('text')} to {CONTACT}")


urlpatterns = [
    path("fail/<name>/", fail),
    path("break/<number>/", break_, name="break"),
    path("", include("linli.site.urls")),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.test_logs")]


@pytest.fixture(params=sorted(FORMATS))
def log(request):
    """Everything that is logged while the test runs, in one of the forms that an installation may choose."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(FORMATS[request.param]())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_planted_word_is_in_the_log(log, report):
    made = report(text=TEXT)
    number, code = made.case.procedure.number, made.code
    client = Client(raise_request_exception=False)
    strict = Client(raise_request_exception=False, enforce_csrf_checks=True)

    status = [
        client.get(f"/cases/{number}/?text={TEXT}").status_code,
        client.get(f"/no/such/{number}/{code}/?contact={CONTACT}").status_code,
        client.get(f"/break/{number}/?text={TEXT}").status_code,
        client.get("/fail/odd/", {"contact": CONTACT}).status_code,
        strict.post(f"/cases/{number}/thanks/", {"text": TEXT}).status_code,
        client.get(f"/cases/{number}/", headers={"host": HOST}).status_code,
        client.post("/find/", {"number": number, "code": code}).status_code,
        client.post("/sign-in/code/", {"contact": CONTACT, "code": code}).status_code,
    ]

    said = log.getvalue()
    assert status[1:6] == [404, 500, 400, 403, 400]
    assert "linli.requests" in said
    planted = (CONTACT, TEXT, HOST, number, code, "127.0.0.1")
    assert {word: word in said for word in planted} == dict.fromkeys(planted, False)


def test_a_job_that_fails_says_where_and_not_what(log):
    @jobs.job("tests.quoting")
    def quoting() -> None:
        raise ValueError(f"{TEXT} {CONTACT}")

    from django.utils import timezone

    jobs.enqueue("tests.quoting", at=timezone.now())
    jobs.work_once()

    assert Job.objects.get(name="tests.quoting").attempts == 1
    said = log.getvalue()
    assert "ValueError at core/test_logs.py" in said or "ValueError at test_logs.py" in said
    assert (TEXT in said, CONTACT in said) == (False, False)


def test_a_line_of_json_says_which_request_came_to_what(client):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("linli.requests")
    logger.addHandler(handler)
    try:
        answer = client.get("/healthz?who=me")
    finally:
        logger.removeHandler(handler)

    line = json.loads(out.getvalue())
    assert {name: line[name] for name in ("level", "logger", "route", "method", "status", "request")} == {
        "level": "INFO",
        "logger": "linli.requests",
        "route": "core:health",
        "method": "GET",
        "status": 200,
        "request": answer["X-Request-ID"],
    }
    assert sorted(line) == ["at", "level", "logger", "message", "method", "ms", "request", "route", "status"]


def test_the_forms_are_those_that_the_settings_know():
    assert sorted(settings.LOGGING["formatters"]) == ["full", *sorted(FORMATS)]
