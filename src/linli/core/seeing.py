"""The one hook that says what a request may see of a procedure. The procedures app sets it; until then: nothing.

Events are judged by the envelope `seen_by` in the message's body, so that a fan-out to a hundred open pages asks the
database nothing. Files are judged by the procedure they belong to and their audience.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest

Body = Mapping[str, Any]
"""`{"seen_by": {"path": str, "cell": int | None, "sealed": bool, "posts": [int], "closed_to": bool}, ...}`."""
SeesEvent = Callable[[Body], bool]

SeesFile = Callable[[HttpRequest, UUID, str], bool]


def _no_events(_request: HttpRequest) -> SeesEvent:
    return lambda _body: False


def _no_file(_request: HttpRequest, _procedure: UUID, _audience: str) -> bool:
    return False


def _as_sealed(_procedure: UUID) -> bool:
    return True


_events: Callable[[HttpRequest], SeesEvent] = _no_events
_files: SeesFile = _no_file
_sealed: Callable[[UUID], bool] = _as_sealed


def register(
    *, events: Callable[[HttpRequest], SeesEvent], files: SeesFile, sealed: Callable[[UUID], bool] | None = None
) -> None:
    """Set the judgements. `events(request)` may ask the database once, when a connection opens; what it returns
    may not. `files(request, procedure, audience)` says whether this request may read a file of that procedure.
    `sealed(procedure)` says whether it is sealed or closed to somebody, so that no browser keeps a file of it.
    """
    global _events, _files, _sealed
    _events, _files, _sealed = events, files, sealed or _sealed


def sees_events(request: HttpRequest) -> SeesEvent:
    return _events(request)


def sees_file(request: HttpRequest, *, procedure: UUID, audience: str) -> bool:
    return _files(request, procedure, audience)


def is_sealed(procedure: UUID) -> bool:
    return _sealed(procedure)
