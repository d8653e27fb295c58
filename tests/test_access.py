"""Every address and every role: the table below says who may open what, and a page without a line in it fails.

`access.toml` is written by hand: an address, and who may open it – "public", "signed_in", or a permission. Which roles
hold a permission is the table of people's rules, held to docs/people.md by a test there.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from linli.core.access import AccessMiddleware, access_of
from linli.people.rules import PERMISSIONS
from linli.procedures.models import Procedure

TABLE: dict[str, str] = tomllib.loads(Path(__file__).with_name("access.toml").read_text())["address"]
# The API's operations, SensorThings and the second keys have tests of their own; `events` never ends.
OWN_TESTS = (
    "events", "api/v1/cases", "sensorthings/", "account/confirm/", "account/keys/reauthenticate/",
    "account/keys/webauthn/",
)  # fmt: skip


def addresses(patterns: list, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route, pattern


ALL = dict(addresses(get_resolver().url_patterns))


def decision(pattern: URLPattern) -> str | None:
    access = access_of(pattern.callback)
    if access is None:
        return None
    return access.permission or ("signed_in" if access.signed_in else "public")


def test_every_address_has_a_line_in_the_table_and_the_view_agrees():
    assert {route: decision(pattern) for route, pattern in ALL.items()} == TABLE


def test_every_permission_asked_for_is_one_that_somebody_can_hold():
    assert {said for said in TABLE.values() if said not in ("public", "signed_in")} <= set(PERMISSIONS)


@pytest.fixture
def visitor(street):
    """A client for each role, for a resident, and for nobody."""

    def enter(role: str) -> Client:
        client = Client()
        if role != "nobody":
            client.force_login(street.accounts[role])
        return client

    return enter


@pytest.fixture
def path_of(case_in):
    """An address with its places filled: a case that exists, and keys that do not."""
    number = case_in("dispatched").procedure.number
    filled = {"int": "999999", "uuid": str(uuid4()), "slug": "none", "str": number, "path": "none"}

    def fill(route: str) -> str:
        return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: filled[found[1] or "str"], route)

    return fill


ROLES = [
    "nobody", "resident", "outsider", "duty_officer", "area_lead", "grid_worker", "department_handler",
    "property_manager", "committee_secretary", "mediator", "petition_clerk", "window_clerk", "volunteer_captain",
    "owners_chair", "project_lead", "police_liaison", "auditor", "administrator",
]  # fmt: skip


def may_open(said: str, role: str, street) -> bool:
    if said == "public":
        return True
    if role == "nobody":
        return False
    if said == "signed_in":
        return True
    user = street.accounts[role]
    user.post = street.posts.get(role)
    if user.post is not None:
        user.post.is_inside = role != "outsider"
    return bool(PERMISSIONS[said](user))


@pytest.mark.parametrize("role", ROLES)
def test_each_address_opens_for_whom_the_table_says_and_for_nobody_else(role, street, visitor, path_of):
    client, wrong = visitor(role), []
    for route, said in TABLE.items():
        if route.startswith(OWN_TESTS):
            continue
        answer = client.get(path_of(route))
        sent_away = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/?next=")
        opened = not sent_away and answer.status_code not in (401, 403)
        if opened != may_open(said, role, street) or answer.status_code >= 500:
            wrong.append((route, answer.status_code))

    assert wrong == []


def test_the_outsider_reads_of_cases_what_a_visitor_reads(street, visitor, path_of, case_in):
    """Page by page, wherever the outsider gets in, no case is named that a visitor does not see there too."""
    for klass in ("noise", "lighting"):
        case_in("received", klass=street.klass(klass))
    numbers = set(Procedure.objects.values_list("number", flat=True))
    outsider, nobody = visitor("outsider"), visitor("nobody")

    def named(client: Client, route: str) -> set[str]:
        answer = client.get("/" + route)
        sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
        page = sent.decode(errors="replace")
        return {number for number in numbers if number in page}

    for route, said in TABLE.items():
        if said in ("public", "signed_in") and "<" not in route and not route.startswith(OWN_TESTS):
            assert named(outsider, route) <= named(nobody, route), route


def test_a_view_without_a_decision_is_refused(rf, street):
    request = rf.get("/")
    request.user, request.session = AnonymousUser(), {}
    undecided = AccessMiddleware(lambda _request: None).process_view(request, lambda _request: None, (), {})

    assert undecided.status_code == 403
