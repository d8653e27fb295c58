"""People at the door: a client for each of them."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from linli.core import limits
from tests.neighbourhood import Street

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    """Tries are counted in memory, which tests share."""
    limits._counts.windows.clear()
    cache.clear()


@pytest.fixture
def sign_in(street: Street) -> SignIn:
    """A function that gives a client in which the person of this key is signed in."""

    def enter(key: str) -> Client:
        client = Client()
        client.force_login(street.accounts[key])
        return client

    return enter
