"""What tests of core share."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override


@pytest.fixture
def en() -> Iterator[None]:
    """Messages in English, as the code writes them."""
    with override("en"):
        yield
