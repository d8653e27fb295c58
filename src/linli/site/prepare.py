"""Bringing an installation up to date: database, static files, the calendar of working days."""

import hashlib
from datetime import datetime
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.utils.timezone import now

PACKAGE = Path(__file__).resolve().parents[1]


def prepare() -> None:
    """Do what is needed and nothing else; a second call takes no time."""
    django.setup()
    _migrate()
    _collect_static()
    _load_calendar(now())


def _migrate() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _collect_static() -> None:
    """Copy the static files where the server reads them, if any changed since."""
    stamp, print_now = settings.STATIC_ROOT / ".collected", _static_print()
    if not stamp.exists() or stamp.read_text() != print_now:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(print_now)


def _static_print() -> str:
    """A hash of the names, sizes and times of our static files."""
    whole = hashlib.sha256()
    for path in sorted(PACKAGE.glob("*/static/**/*")):
        if path.is_file():
            found = path.stat()
            whole.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return whole.hexdigest()


def _load_calendar(at: datetime) -> None:
    """Load the published years if the calendar in force knows fewer."""
    from linli.lawbook.calendars import calendar_from_chinesecalendar
    from linli.procedures.domain.limits import calendar, load_calendar

    published = calendar_from_chinesecalendar(range(2019, at.year + 2))
    if set(published.years) - set(calendar().years):
        load_calendar(data=published.as_data(), source=published.version, at=at)
