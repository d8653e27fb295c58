"""`/events`: open pages hear at once that something moved, and ask for the news themselves.

One thread per process reads the outbox and hands each message to every open connection; what a connection may hear is
decided from the message alone (`core.seeing`), so that a hundred open pages cost one query. A connection holds no
database connection while it waits. It ends after ten minutes: the browser comes back by itself with the number of the
last event, and its rights are looked at anew. Events say that something happened to a procedure and nothing else.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from threading import Lock, Thread

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from linli.core import limits, metrics, outbox, seeing
from linli.core.access import public
from linli.core.errors import Busy, NotFound, TooMany
from linli.core.outbox import Cursor, Message

logger = logging.getLogger(__name__)

PUBLIC_TOPICS = frozenset({"case.public"})
POLL = 0.5  # seconds between two looks into the outbox
HEARTBEAT = 20  # seconds; also what finds out that a phone went away
LIFE = 600  # seconds
MISSED = 500  # the most events that a returning browser is told of
PER_ACCOUNT, PER_ADDRESS, PER_PROCESS = 8, 40, 2000
EVENT_NUMBER = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
QUEUE = 1000  # events a connection may be behind before it is closed


@dataclass(eq=False)
class Connection:
    """One open page: who it is counted under, what it may hear, and what waits to be sent to it."""

    owner: str
    hears: Callable[[Message], bool]
    waiting: asyncio.Queue[Message | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    loop: asyncio.AbstractEventLoop | None = None

    def offer(self, message: Message) -> None:
        """Called in the connection's own loop. Who cannot keep up is sent away, and comes back where it stopped."""
        if self.waiting.full():
            self.waiting.get_nowait()
            self.waiting.put_nowait(None)
        else:
            self.waiting.put_nowait(message)


class Fan:
    """The connections of this process, and the thread that reads for them while there are any."""

    def __init__(self) -> None:
        self._open: set[Connection] = set()
        self._lock = Lock()
        self._thread: Thread | None = None

    def number(self, owner: str | None = None) -> int:
        with self._lock:
            return sum(1 for one in self._open if owner is None or one.owner == owner)

    def join(self, connection: Connection) -> None:
        connection.loop = asyncio.get_running_loop()
        metrics.LISTENING.inc()
        with self._lock:
            self._open.add(connection)
            if self._thread is None:
                self._thread = Thread(target=self._read, name="linli-events", daemon=True)
                self._thread.start()

    def leave(self, connection: Connection) -> None:
        with self._lock:
            if connection in self._open:
                self._open.remove(connection)
                metrics.LISTENING.dec()

    def _read(self) -> None:
        cursor: Cursor | None = None
        while self._somebody_listens():
            try:
                if cursor is None:
                    cursor = outbox.end()
                for message in outbox.after(cursor):
                    cursor = message.cursor
                    self._hand_out(message)
            except Exception:  # the database is away: whoever listens keeps listening
                logger.exception("could not hand out events")
                connections.close_all()
            time.sleep(POLL)
        connections.close_all()

    def _somebody_listens(self) -> bool:
        with self._lock:
            if not self._open:
                self._thread = None
            return bool(self._open)

    def _hand_out(self, message: Message) -> None:
        with self._lock:
            listeners = list(self._open)
        for one in listeners:
            if one.hears(message) and one.loop is not None and not one.loop.is_closed():
                one.loop.call_soon_threadsafe(one.offer, message)


fan = Fan()


@public
@require_GET
def events(request: HttpRequest) -> StreamingHttpResponse:
    """The stream of events that this request may hear, as text/event-stream.

    `topic` (repeated) asks for some only: a whole topic, or its first word; `last` is the number of the last event.
    """
    if not isinstance(request, ASGIRequest):
        raise NotFound  # a worker that serves one request at a time would be lost to this one
    connection = _admit(request)
    response = StreamingHttpResponse(_stream(connection, _last(request)), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"
    return response


def _admit(request: HttpRequest) -> Connection:
    if request.user.is_authenticated:
        owner, most = f"account:{request.user.pk}", PER_ACCOUNT
        sees = seeing.sees_events(request)
    else:
        owner, most = f"address:{limits.address(request)}", PER_ADDRESS
        sees = _nothing
    if fan.number(owner) >= most:
        raise TooMany(after=30)
    if fan.number() >= PER_PROCESS:
        raise Busy(after=30)
    asked = frozenset(request.GET.getlist("topic"))

    def hears(message: Message) -> bool:
        wanted = not asked or message.topic in asked or message.topic.partition(".")[0] in asked
        return wanted and (message.topic in PUBLIC_TOPICS or sees(message.body))

    return Connection(owner, hears)


def _nothing(_body: seeing.Body) -> bool:
    return False


def _last(request: HttpRequest) -> Cursor | None:
    """The place that a returning browser names; None for one that comes for the first time."""
    named = EVENT_NUMBER.fullmatch(request.headers.get("Last-Event-ID") or request.GET.get("last", ""))
    return Cursor(int(named[1]), int(named[2])) if named else None


async def _stream(connection: Connection, last: Cursor | None) -> AsyncIterator[bytes]:
    fan.join(connection)
    try:
        await sync_to_async(_let_go)()
        yield b"retry: 3000\n\n"
        missed = await asyncio.to_thread(_missed, connection, last) if last else []
        for message in missed:
            last = message.cursor
            yield _event(message)
        ends = time.monotonic() + LIFE
        while time.monotonic() < ends:
            try:
                found = await asyncio.wait_for(connection.waiting.get(), HEARTBEAT)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if found is None:
                return
            if last is None or found.cursor > last:
                yield _event(found)
    finally:
        fan.leave(connection)


def _let_go() -> None:
    """Give back the database connection that the request's own thread used to find out who asks."""
    for one in connections.all(initialized_only=True):
        if not one.in_atomic_block:
            one.close()


def _missed(connection: Connection, last: Cursor) -> list[Message]:
    try:
        return [message for message in outbox.after(last, limit=MISSED) if connection.hears(message)]
    finally:
        connections.close_all()


def _event(message: Message) -> bytes:
    told = json.dumps({"topic": message.topic, "procedure": str(message.procedure) if message.procedure else None})
    return f"id: {message.cursor.xid}-{message.cursor.id}\ndata: {told}\n\n".encode()
