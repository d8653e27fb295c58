"""What tests of the sensing net share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from linli.sensing.domain import observations
from linli.sensing.domain.properties import load_properties
from linli.sensing.domain.rulebook import load_rules
from tests.neighbourhood import LONG_AGO, Street
from tests.sensing.rules import Net


@pytest.fixture
def store_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this test's observations; nothing lies in it yet."""
    monkeypatch.setattr(settings, "OBSERVATIONS", tmp_path / "observations")
    observations._open.cache_clear()
    return tmp_path / "observations"


@pytest.fixture
def rulebook(street: Street) -> Street:
    """The street with the rules that come with Linli, at work."""
    load_properties()
    load_rules(at=LONG_AGO)
    return street


@pytest.fixture
def net(rulebook: Street, tmp_path: Path) -> Iterator[Callable[[], Net]]:
    """A function that opens the host, once the devices that it is to know are registered."""
    made: list[Net] = []

    def build() -> Net:
        made.append(Net(tmp_path))
        return made[-1]

    yield build
    for each in made:
        each.store.close()
