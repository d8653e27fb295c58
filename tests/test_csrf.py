"""Nothing can be sent from another site: each address that takes something asks for the token that our pages carry."""

import re

import pytest
from django.test import Client

from tests.test_access import ALL

# Reporting through the API needs no session, and takes none: there is nothing that another site could borrow.
# A device shows a key of its own, which no browser sends by itself.
WITHOUT = {
    "api/v1/", "api/v1/cases", "api/v1/cases/<number>", "api/v1/cases/map.geojson", "api/v1/devices/readings",
    "api/v1/openapi.json",
}  # fmt: skip
FILLED = {"int": "1", "uuid": "0" * 8 + "-0000-4000-8000-" + "0" * 12}


def filled(route: str) -> str:
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: FILLED.get(found[1], "none"), route)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}, {"Origin": "https://evil.example"}])
def test_without_the_token_everything_is_refused(street, method, headers):
    client = Client(enforce_csrf_checks=True)
    client.force_login(street.accounts["administrator"])
    let_in = {
        route
        for route in ALL
        if getattr(client, method)(filled(route), headers=headers).status_code != 403 and route not in WITHOUT
    }

    assert let_in == set()


def test_the_interface_takes_a_report_and_asks_for_no_session(street):
    client = Client(enforce_csrf_checks=True)
    client.force_login(street.accounts["resident"])
    made = client.post("/api/v1/cases", {"text": "灯坏了"}, content_type="application/json")

    assert made.status_code == 201
    assert client.get("/my/").context["reports"] == [], "a report sent from elsewhere is not put into this account"
