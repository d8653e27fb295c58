"""One neighbourhood on a database of its own, for all tests of faults."""

from collections.abc import Iterator

import pytest

from tests.processes import a_database, run


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of that database."""
    with a_database(tmp_path_factory.mktemp("faults")) as env:
        run(env, "-m", "tests.faults.worker", "lay")
        yield env
