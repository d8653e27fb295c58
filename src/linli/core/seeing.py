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


_events: Callable[[HttpRequest], SeesEvent] = _no_events
_files: SeesFile = _no_file


def register(*, events: Callable[[HttpRequest], SeesEvent], files: SeesFile) -> None:
    """Set both judgements. `events(request)` may ask the database once, when a connection opens; what it returns
    may not. `files(request, procedure, audience)` says whether this request may read a file of that procedure.
    """
    global _events, _files
    _events, _files = events, files


def sees_events(request: HttpRequest) -> SeesEvent:
    return _events(request)


def sees_file(request: HttpRequest, *, procedure: UUID, audience: str) -> bool:
    return _files(request, procedure, audience)
