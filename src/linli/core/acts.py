"""The one hook through which core and places write the log of what administrators do. People keeps it.

    with transaction.atomic():
        …                                           the change itself
        acts.record("job_dropped", target=job.name, detail=because, by=by, at=at)

`by` is an actor of people's, or None for whoever has the command line of the server. `what` is one of the words of
`people.domain.acts`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

Record = Callable[..., None]


def _nobody_keeps_it(*_what: Any, **_of: Any) -> None:
    raise LookupError("nobody keeps the log of what administrators do")


_record: Record = _nobody_keeps_it


def register(record: Record) -> None:
    global _record
    _record = record


def record(what: str, *, target: object, detail: object = "", by: Any, at: datetime) -> None:
    """Write one line, in the transaction of what it tells of."""
    _record(what, target=target, detail=detail, by=by, at=at)
