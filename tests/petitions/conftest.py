import pytest

from tests.petitions import making


@pytest.fixture
def in_state(street):
    """A function that brings a petition into a state."""
    return lambda state, **more: making.petition_in(street, state, **more)
