"""What tests of cases' pages share."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

_addresses = count(1)


def statements(client: Client, page: str) -> int:
    """How many statements a page costs, not counting whether what is kept has changed, which is asked by time."""
    client.get(page)
    with CaptureQueriesContext(connection) as caught:
        client.get(page)
    return len([query for query in caught if "core_watch" not in query["sql"]])


@pytest.fixture
def visitor(db: None) -> Iterator[Callable[[], Client]]:
    """A function that brings another browser, in English, at an address of its own: limits count by address."""

    def come() -> Client:
        number = next(_addresses)
        client = Client(REMOTE_ADDR=f"10.9.{number // 250}.{number % 250 + 1}")
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    yield come
    translation.deactivate()  # the last page's language would stay with this thread
