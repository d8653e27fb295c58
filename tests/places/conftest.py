from datetime import UTC, datetime

import pytest

from linli.places.models import Place
from linli.world.places import build_places

SEEDED = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def leshan(db: None) -> dict[str, Place]:
    """The synthetic neighbourhood's places, by what they are called."""
    return build_places(at=SEEDED)
