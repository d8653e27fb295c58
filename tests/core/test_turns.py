"""Requests in turn: never more at once than there are threads, nobody forgotten, and a full server says so."""

import asyncio
from collections.abc import Callable
from threading import Event, Lock, get_ident

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpResponse
from django.test import AsyncRequestFactory

from linli.core.turns import Handler, Turns

View = Callable[[ASGIRequest], HttpResponse]


class Server:
    """A server whose every address is one view."""

    def __init__(self, view: View, at_once: int = 2, patience: float = 10) -> None:
        self.handler = Handler(Turns(at_once, patience))
        self.handler._middleware_chain = sync_to_async(view)

    def begin(self, path: str = "/") -> ApplicationCommunicator:
        headers = [(b"host", b"localhost"), (b"accept", b"application/json")]
        return ApplicationCommunicator(self.handler, {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
            "raw_path": path.encode(), "query_string": b"", "headers": headers, "scheme": "http",
            "server": ("localhost", 80), "client": ("203.0.113.7", 5000),
        })  # fmt: skip

    async def ask(self, path: str = "/") -> tuple[int, dict[str, str]]:
        """(status, headers) of the answer."""
        wire = self.begin(path)
        await wire.send_input({"type": "http.request", "body": b"", "more_body": False})
        start = await wire.receive_output(20)
        await wire.receive_output(20)
        await wire.wait(20)
        return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}


def test_all_are_answered_and_never_more_at_once_than_there_are_turns():
    lock, inside, most = Lock(), 0, 0

    def view(_request):
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        Event().wait(0.02)
        with lock:
            inside -= 1
        return HttpResponse("done")

    async def scene() -> list[int]:
        server = Server(view)
        return [status for status, _ in await asyncio.gather(*(server.ask() for _ in range(12)))]

    assert (asyncio.run(scene()), most, inside) == ([200] * 12, 2, 0)


@pytest.mark.django_db(transaction=True)
def test_the_next_request_finds_the_thread_and_the_connection_of_the_last():
    seen = []

    def view(_request):
        connections["default"].ensure_connection()
        seen.append((get_ident(), connections["default"].connection))
        return HttpResponse("done")

    def last(_request):
        connections.close_all()
        return HttpResponse("closed")

    async def scene() -> None:
        server = Server(view)
        for _ in range(5):
            await server.ask()
        server.handler._middleware_chain = sync_to_async(last)
        await server.ask()

    asyncio.run(scene())
    assert len(seen) == 5
    assert all(each[0] == seen[0][0] and each[1] is seen[0][1] for each in seen)


def test_who_waits_too_long_is_told_to_come_again_and_health_is_always_heard():
    both, go_on = Event(), Event()
    inside = []

    def view(request):
        if request.path == "/healthz":
            return HttpResponse("well")
        inside.append(request)
        if len(inside) == 2:
            both.set()
        go_on.wait(20)
        return HttpResponse("done")

    async def scene() -> None:
        server = Server(view, patience=0.05)
        busy = [asyncio.create_task(server.ask()) for _ in range(2)]
        assert await asyncio.to_thread(both.wait, 20)
        status, headers = await server.ask()
        assert (status, headers["Retry-After"].isdigit()) == (503, True)
        assert (await server.ask("/healthz"))[0] == 200
        go_on.set()
        assert [status for status, _ in await asyncio.gather(*busy)] == [200, 200]

    asyncio.run(scene())


def test_a_turn_comes_back_where_a_view_breaks():
    async def broken(_request):
        raise RuntimeError("broken")

    async def scene() -> None:
        server = Server(lambda _request: HttpResponse("well"), at_once=1, patience=0.5)
        chain, server.handler._middleware_chain = server.handler._middleware_chain, broken
        for _ in range(3):
            with pytest.raises(RuntimeError):
                await server.handler.run_get_response(AsyncRequestFactory().get("/"))
        server.handler._middleware_chain = chain
        assert (await server.ask())[0] == 200

    asyncio.run(scene())


def test_who_sends_slowly_keeps_no_thread():
    async def scene() -> None:
        server = Server(lambda _request: HttpResponse("done"), at_once=1, patience=0.5)
        slow = server.begin()
        await slow.send_input({"type": "http.request", "body": b"half", "more_body": True})
        assert (await server.ask())[0] == 200
        await slow.send_input({"type": "http.request", "body": b"", "more_body": False})
        assert (await slow.receive_output(20))["status"] == 200
        await slow.receive_output(20)
        await slow.wait(20)

    asyncio.run(scene())
