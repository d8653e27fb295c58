"""`/healthz`: whether this process can serve, in plain lines. 503 where it cannot; late jobs are only told of.

`/readyz`: whether it should be given work: the database answers and has just the tables of this version.
"""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.core import jobs, outbox
from linli.core.access import public

LEAST_FREE = 200 * 1024 * 1024
LATE = timedelta(minutes=5)

Line = Callable[[datetime], str | None]
_lines: dict[str, Line] = {}


def tell(name: str, line: Line) -> None:
    """Let an app say a word about a process of its own; None where there is nothing to say."""
    _lines[name] = line


@public
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    lines = {"disk": _disk()} | {name: said for name, line in _lines.items() if (said := line(now)) is not None}
    try:
        connection.ensure_connection()
        lines |= {"database": "ok", "jobs": _age(jobs.oldest_due(at=now)), "outbox": _age(outbox.lag(at=now))}
    except DatabaseError:
        lines["database"] = "away"
    well = lines["database"] == lines["disk"] == "ok"
    text = "".join(f"{name} {state}\n" for name, state in sorted(lines.items()))
    return HttpResponse(
        text, status=200 if well else 503, content_type="text/plain", headers={"Cache-Control": "no-store"}
    )


@public
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    try:
        waiting = pending_migrations()
    except DatabaseError:
        return _ready("the database is away", 503)
    return _ready(f"{waiting} migrations wait", 503) if waiting else _ready("ready", 200)


def pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _ready(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})


def _disk() -> str:
    return "ok" if shutil.disk_usage(settings.DATA).free > LEAST_FREE else "full"


def _age(age: timedelta) -> str:
    return "ok" if age < LATE else f"late {int(age.total_seconds())} s"
