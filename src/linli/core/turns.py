"""How many requests a process works on at once: so many that a database has connections for all, the others in turn.

Each request has a thread and a database connection of its own. When two hundred people press a button in the same
second, most of them wait here for a moment, which costs nothing, instead of being told that the server is full.
"""

from collections.abc import Callable
from threading import BoundedSemaphore

from django.http import HttpRequest, HttpResponseBase

from linli.core.errors import Busy
from linli.core.errors_pages import answer

AT_ONCE = 24  # requests of one process; two processes and the jobs stay below PostgreSQL's usual hundred connections
PATIENCE = 10.0  # seconds that one waits for a turn
ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})  # whoever asks how the server is must hear it

_turns = BoundedSemaphore(AT_ONCE)


class InTurn:
    """Lets in so many requests at a time. A stream that is open has had its turn: its view has answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path in ALWAYS:
            return self.get_response(request)
        if not _turns.acquire(timeout=PATIENCE):
            told = answer(request, Busy())
            told["Retry-After"] = "2"
            return told
        try:
            return self.get_response(request)
        finally:
            _turns.release()
