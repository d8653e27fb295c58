"""What every test shares: how hypothesis looks for examples, and what is skipped where something is not installed."""

import hashlib
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from math import inf
from pathlib import Path

import hypothesis
import pytest
import pytest_django

pytest_plugins = ["tests.neighbourhood", "tests.sensing.door"]

hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, max_examples=50)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_configure(config: pytest.Config) -> None:
    """Tests write into a folder of their own, never into the data folder of whoever runs them."""
    from django.conf import settings

    folder = tempfile.TemporaryDirectory(prefix="linli-tests-")
    config.add_cleanup(folder.cleanup)
    for name in ("FILES", "ANCHORS", "OUTGOING", "TRIAGE", "OBSERVATIONS", "SENSING", "KERNELS"):
        setattr(settings, name, Path(folder.name) / name.lower())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as in service: all threads of a live server share one connection to a database in memory."""
    from django.conf import settings

    if on_sqlite():
        path = tmp_path_factory.mktemp("database") / "linli.sqlite3"
        settings.DATABASES["default"]["TEST"]["NAME"] = str(path)
        if migrated().exists():
            shutil.copy(migrated(), path)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return on_sqlite()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """Keeps the empty database for the next run: all migrations together take a quarter of a minute."""
    from django.db import connection

    if on_sqlite() and not migrated().exists():
        with django_db_blocker.unblock():
            connection.close()  # what is in the log of writes comes into the file
        migrated().parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(shutil.copy(connection.settings_dict["NAME"], f"{migrated()}.{os.getpid()}"))
        fresh.replace(migrated())
    yield
    # The threads of the service keep their connections, as they shall; PostgreSQL drops no database in use.
    if asgi := sys.modules.get("linli.site.asgi"):
        asgi.handler.disconnect()


def on_sqlite() -> bool:
    from django.conf import settings

    return "sqlite3" in settings.DATABASES["default"]["ENGINE"]


@cache
def migrated() -> Path:
    """Where the empty database is kept, made by just these migrations."""
    import django

    root = Path(__file__).parents[1]
    told = hashlib.sha256(django.__version__.encode())
    for path in sorted(root.glob("src/linli/*/migrations/*.py")):
        told.update(path.read_bytes())
    return root / "var" / "tests" / f"{told.hexdigest()[:16]}.sqlite3"


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process keeps is read anew in each test, for the last one was rolled back; and asked for once, not by the
    clock."""
    from linli.core import kept

    monkeypatch.setattr(kept, "CHECK_EVERY", inf)
    for part in kept.Watched.all:
        part.forget()


def missing_for_browser() -> str | None:
    if find_spec("playwright") is None:
        return "playwright is not installed (tools/bootstrap.py dev)"
    if shutil.which("chromium") is None:
        return "Chromium is not installed (Debian: apt install chromium)"
    return None


def missing_for_postgres() -> str | None:
    from django.conf import settings

    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        return "LINLI_DATABASE_URL names no PostgreSQL"
    return None


MISSING = {"browser": missing_for_browser, "postgres": missing_for_postgres}


DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
BY_PROCESSES = {"faults", "site"}  # their tests start processes, which find the database by themselves


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--asking-the-database", action="store_true", help="only tests that another database could fail")


def asks_the_database(item: pytest.Item) -> bool:
    fixtures = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return bool(fixtures or item.get_closest_marker("django_db")) or item.path.parent.name in BY_PROCESSES


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--asking-the-database"):
        others = [item for item in items if not asks_the_database(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if asks_the_database(item)]
    for marker, missing in MISSING.items():
        marked = [item for item in items if item.get_closest_marker(marker)]
        if marked and (reason := missing()):
            for item in marked:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One plain line for each reason why tests were skipped."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in reports)
    for reason, number in sorted(reasons.items()):
        terminalreporter.write_line(f"{number} skipped: {reason}")
