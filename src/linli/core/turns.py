"""Threads that stay: each request has one of a few, with the database connection that an earlier one opened there.

Django's own handler gives each request a new thread. A connection opened there reads the whole scheme anew, which
costs more than many a page; and two hundred people who press a button in the same second get two hundred threads and
connections. Here most of them wait for a moment, which costs nothing, instead of being told that the server is full.
"""

import asyncio
from concurrent.futures import Executor, ThreadPoolExecutor

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections, connections
from django.http import HttpRequest, HttpResponseBase

from linli.core.errors import Busy
from linli.core.errors_pages import answer

AT_ONCE = 12  # requests of one process; two processes and the jobs stay below PostgreSQL's usual hundred connections
PATIENCE = 10.0  # seconds that one waits for a turn
ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})  # whoever asks how the server is must hear it


class Turns:
    """So many threads. Who comes first is next, and gets the thread whose connection was used last."""

    def __init__(self, at_once: int, patience: float) -> None:
        self.patience = patience
        self._free: asyncio.LifoQueue[Executor] = asyncio.LifoQueue()
        self._threads = [ThreadPoolExecutor(1, thread_name_prefix="linli-request") for _ in range(at_once)]
        for thread in self._threads:
            self.give_back(thread)

    async def take(self) -> Executor | None:
        """None: all were busy for too long."""
        try:
            return await asyncio.wait_for(self._free.get(), self.patience)
        except TimeoutError:
            return None

    def give_back(self, thread: Executor) -> None:
        self._free.put_nowait(thread)

    def disconnect(self) -> None:
        """Close the connection of each thread, once its turn is over. The next turn opens one anew."""
        for thread in self._threads:
            thread.submit(connections.close_all).result()


class Handler(ASGIHandler):
    """Django's, with turns. A turn lasts from the body's end until the view has answered: whoever sends slowly, reads
    slowly or listens to a stream keeps no thread."""

    def __init__(self, turns: Turns | None = None) -> None:
        super().__init__()
        self._turns = turns or Turns(AT_ONCE, PATIENCE)
        self._always = Turns(1, PATIENCE)

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        turns = self._always if request.path in ALWAYS else self._turns
        thread = await turns.take()
        if thread is None:
            return await sync_to_async(busy)(request)
        try:
            async with ThreadSensitiveContext(executor=thread):
                await sync_to_async(close_old_connections)()  # one that broke, or is as old as CONN_MAX_AGE
                return await super().run_get_response(request)
        finally:
            turns.give_back(thread)

    def disconnect(self) -> None:
        """Leave the database alone until the next request comes."""
        self._turns.disconnect()
        self._always.disconnect()


def busy(request: HttpRequest) -> HttpResponseBase:
    told = answer(request, Busy())
    told["Retry-After"] = "2"
    return told
