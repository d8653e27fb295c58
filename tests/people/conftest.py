"""People at the door: a client for each of them."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.neighbourhood import Street

SignIn = Callable[[str], Client]


@pytest.fixture
def sign_in(street: Street) -> SignIn:
    """A function that gives a client in which the person of this key is signed in."""

    def enter(key: str) -> Client:
        client = Client()
        client.force_login(street.accounts[key])
        return client

    return enter
