"""The whole interface, called by a machine that has read its description: never 5xx, and every answer is as described.

As nobody and in several roles. Hypothesis looks for the examples, the same ones each time.
"""

from urllib.parse import quote

import hypothesis
import pytest
import schemathesis
from django.conf import settings as the_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from linli.site.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ROLES = ["nobody", "resident", "outsider", "duty_officer", "property_manager", "auditor"]
EXAMPLES = 500  # for each operation, the roles taking turns
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture(autouse=True)
def one_connection():
    """The application is called as it is, without Django's client, which keeps the test's connection open so."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def cookies(street, settings):
    """The cookies of somebody signed in; and limits so high that the machine is not taken for one."""
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    settings.LIMITS = {group: {name: [10**6, 60] for name in table} for group, table in settings.LIMITS.items()}

    def of(role: str) -> dict[str, str]:
        if role == "nobody":
            return {}
        client = Client()
        client.force_login(street.accounts[role])
        return {the_settings.SESSION_COOKIE_NAME: client.session.session_key}

    return of


OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.label for operation in OPERATIONS])
def test_every_answer_is_as_described(operation, cookies, case_in):
    case_in("dispatched")
    signed_in = {role: cookies(role) for role in ROLES}

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @hypothesis.given(
        case=operation.as_strategy() | operation.as_strategy(schemathesis.GenerationMode.NEGATIVE),
        role=strategies.sampled_from(ROLES),
    )
    def call(case, role):
        case.call_and_validate(cookies=signed_in[role], checks=CHECKS)

    call()


HOSTILE = [
    "\0",
    "\ud800",
    "\u202e",
    "😀" * 50,
    "'; DROP TABLE cases_case; --",
    "../../etc/passwd",
    "%00",
    "a" * 5000,
    "٣",
]


@pytest.mark.parametrize("word", HOSTILE)
def test_odd_words_in_each_place_are_answered(word, street, sign_in, settings):
    settings.LIMITS = {"act": {"report.api": [100, 60]}, "post": {}}
    client = sign_in("duty_officer")
    plain = word.encode("utf-8", "replace").decode()
    asked = [
        client.get(f"/api/v1/cases/{quote(plain, safe='')}"),
        client.get("/api/v1/cases", {"words": plain, "class": plain, "state": plain}),
        client.get("/api/v1/cases", {"after": plain}),
        client.get("/api/v1/cases/map.geojson", {"bbox": plain}),
    ]
    asked += [
        client.post("/api/v1/cases", {"text": "灯坏了", name: word}, content_type="application/json")
        for name in ("text", "class", "where", "contact", "action", "place", "lon")
    ]

    assert {answer.status_code for answer in asked} <= {200, 201, 400, 404, 413, 422}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422), (b"{", 400), (b"[" * 100_000, 400), (b'{"text":' + b"[" * 30 + b"]" * 30 + b"}", 400),
        (b'{"text":"' + b"a" * 300_000 + b'"}', 413), (b'{"text": NaN}', 400), (b"\xff\xfe", 400), (b"[]", 422),
        (b"null", 422), (b'{"text": "\\ud800"}', 400), (b'{"text": {"a": 1}}', 422),
    ],
)  # fmt: skip
def test_a_body_that_is_no_report_is_refused(client, street, body, status):
    answer = client.post("/api/v1/cases", body, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_nothing_unseen_comes_in(client, street, sign_in):
    made = client.post("/api/v1/cases", {"text": "灯\u200b泡\u0000坏\u202e了"}, content_type="application/json").json()

    assert sign_in("duty_officer").get(f"/api/v1/cases/{made['number']}").json()["text"] == "灯泡坏了"
