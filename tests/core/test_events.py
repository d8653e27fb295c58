"""`/events` through the ASGI application: who hears what, where one goes on, and that nothing is left behind."""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from typing import Self

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections, transaction
from django.utils import timezone

from linli.core import events, outbox, seeing
from linli.core.events import fan
from linli.core.models import Outbox
from linli.site.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)

SEEN = {"seen_by": {"posts": [7]}}
UNSEEN = {"seen_by": {"posts": [8]}}


@pytest.fixture(autouse=True)
def posts_see(monkeypatch):
    """Whoever is signed in holds post 7. Heartbeats come quickly."""
    before = seeing._events, seeing._files
    seeing.register(events=lambda _request: lambda body: 7 in body["seen_by"]["posts"], files=before[1])
    monkeypatch.setattr(events, "POLL", 0.05)
    monkeypatch.setattr(events, "HEARTBEAT", 0.3)
    yield
    seeing.register(events=before[0], files=before[1])
    deadline = time.monotonic() + 5
    while fan._thread is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (fan.number(), fan._thread) == (0, None), "connections and their reader are gone"


@pytest.fixture
def signed_in(django_user_model) -> str:
    """The cookie of somebody who is signed in."""
    account = django_user_model.objects.create_user("somebody", password="a long enough one")
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


class Page:
    """A browser's connection: what it asked for, and what it was sent."""

    def __init__(self, cookie: str = "", last: str = "", query: str = "") -> None:
        headers = [(b"host", b"localhost")]
        if cookie:
            headers.append((b"cookie", cookie.encode()))
        if last:
            headers.append((b"last-event-id", last.encode()))
        self.scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/events",
            "raw_path": b"/events", "query_string": query.encode(), "headers": headers, "scheme": "http",
            "server": ("localhost", 80), "client": ("203.0.113.7", 5000),
        }  # fmt: skip

    async def __aenter__(self) -> Self:
        self.wire = ApplicationCommunicator(application, self.scope)
        await self.wire.send_input({"type": "http.request", "body": b"", "more_body": False})
        start = await self.wire.receive_output(5)
        self.status = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}
        self.first = (await self.wire.receive_output(5))["body"]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.wire.send_input({"type": "http.disconnect"})
        with contextlib.suppress(asyncio.TimeoutError, asyncio.CancelledError):
            await self.wire.wait(5)

    async def chunk(self) -> str:
        return (await self.wire.receive_output(5))["body"].decode()

    async def event(self) -> tuple[str, dict]:
        """The next event: its id and what it says."""
        while (text := await self.chunk()).startswith(":"):
            continue
        number, data = text.strip().split("\n")
        return number.removeprefix("id: "), json.loads(data.removeprefix("data: "))


@sync_to_async
def tell(topic: str, body: dict = SEEN) -> None:
    with transaction.atomic():
        outbox.tell(topic, None, body, timezone.now())


def play(scene: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await scene()
        await sync_to_async(connections.close_all)()

    asyncio.run(whole())


def told(topic: str) -> dict:
    return {"topic": topic, "procedure": None}


def test_an_open_page_hears_what_it_may_see_and_nothing_else(signed_in):
    async def scene() -> None:
        async with Page(signed_in) as page:
            assert (page.status, page.headers["Content-Type"], page.first) == (
                200,
                "text/event-stream",
                b"retry: 3000\n\n",
            )
            await reader_is_there()
            await tell("case.filed", UNSEEN)
            await tell("case.moved")
            assert (await page.event())[1] == told("case.moved")

    play(scene)


def test_whoever_is_not_signed_in_hears_public_topics_only():
    async def scene() -> None:
        async with Page() as page:
            await reader_is_there()
            await tell("case.moved")
            await tell("case.public")
            assert (await page.event())[1] == told("case.public")

    play(scene)


def test_a_page_asks_for_some_topics(signed_in):
    async def scene() -> None:
        async with Page(signed_in, query="topic=case&topic=duty.changed") as page:
            await reader_is_there()
            for topic in ("volunteer.moved", "duty.other", "case.moved", "duty.changed"):
                await tell(topic)
            assert [(await page.event())[1] for _ in range(2)] == [told("case.moved"), told("duty.changed")]

    play(scene)


def test_a_returning_browser_hears_what_it_missed_once(signed_in):
    async def scene() -> None:
        async with Page(signed_in) as page:
            await reader_is_there()
            await tell("case.one")
            number, _ = await page.event()
        await tell("case.two")
        await tell("case.hidden", UNSEEN)
        await tell("case.three")
        for said in ({"last": number}, {"query": f"last={number}"}):
            async with Page(signed_in, **said) as page:
                assert [(await page.event())[1] for _ in range(2)] == [told("case.two"), told("case.three")]
                await tell("case.four")
                assert (await page.event())[1] == told("case.four")
            await sync_to_async(Outbox.objects.filter(topic="case.four").delete)()

    play(scene)


@pytest.mark.parametrize("last", ["x", "1", "1-", "-1", "1-2-3", "9" * 5000 + "-1"])
def test_a_number_that_is_none_begins_with_now(signed_in, last):
    async def scene() -> None:
        async with Page(signed_in, last=last) as page:
            assert page.status == 200

    play(scene)


def test_an_idle_connection_is_kept_alive(signed_in):
    async def scene() -> None:
        async with Page(signed_in) as page:
            assert [await page.chunk() for _ in range(2)] == [": still here\n\n"] * 2

    play(scene)


def test_a_connection_ends_and_the_browser_comes_back_with_its_rights_looked_at_anew(signed_in, monkeypatch):
    monkeypatch.setattr(events, "LIFE", 0.1)

    async def scene() -> None:
        async with Page(signed_in) as page:
            assert await page.chunk() == ": still here\n\n"
            assert not (await page.wire.receive_output(5)).get("more_body")

    play(scene)


def test_too_many_open_pages_of_one_account_are_refused(signed_in, monkeypatch):
    monkeypatch.setattr(events, "PER_ACCOUNT", 2)

    async def scene() -> None:
        async with Page(signed_in), Page(signed_in), Page() as other:
            assert other.status == 200
            async with Page(signed_in) as third:
                assert (third.status, third.headers["Retry-After"]) == (429, "30")

    play(scene)


def test_who_cannot_keep_up_is_sent_away_and_not_fed_for_ever():
    async def scene() -> None:
        connection = events.Connection("me", lambda _message: True, waiting=asyncio.Queue(2))
        messages = [outbox.Message(outbox.Cursor(0, n), "t", None, {}, timezone.now()) for n in range(4)]
        for message in messages:
            connection.offer(message)
        assert connection.waiting.qsize() == 2
        assert None in [connection.waiting.get_nowait() for _ in range(2)]

    play(scene)


@pytest.mark.postgres
def test_nobody_holds_a_database_connection_while_waiting(signed_in):
    """However many pages are open, there is one more than without: that of the one reader."""

    @sync_to_async
    def in_use() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            return cursor.fetchone()[0]

    async def scene() -> None:
        before = await in_use()
        async with Page(signed_in), Page(signed_in), Page(signed_in), Page(), Page(), Page():
            await reader_is_there()
            assert fan.number() == 6
            assert await in_use() <= before + 1

    play(scene)


def test_a_worker_that_serves_pages_only_has_no_events(client):
    assert client.get("/events").status_code == 404


async def reader_is_there() -> None:
    """Until the reader has found out where the outbox ends: what is told before that is not news."""
    await asyncio.sleep(0.5)
