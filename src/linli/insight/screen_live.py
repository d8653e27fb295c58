"""Open screens: one picture for each place, kept in the process, and handed to all of them when it has changed.

A picture is taken anew when the outbox has a newer message or a roster, class or place has changed, and every `FRESH`
seconds, for a clock turns red without a word. Where taking it costs much (a million cases) whoever asks gets the last
one at once, with its age, and the new one is taken beside it, in at most a `DEAR`th of the time.

One thread per process looks while screens are open. It renders what has changed once for each place and language and
puts the same bytes into every connection, so that a thousand screens cost little more than one. A new connection gets
everything, so a line that was cut leaves no gap.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic, perf_counter, thread_time
from typing import Any, NamedTuple, TypeVar, cast

import orjson
from asgiref.sync import sync_to_async
from django.db import connections
from django.utils import timezone
from django.utils.translation import override

from linli.cases.domain.catalogue import CLASSES
from linli.cases.domain.heaps import told
from linli.core.events import HEARTBEAT, LIFE, PER_ACCOUNT, PER_PROCESS
from linli.core.kept import Watched
from linli.insight.domain.screen import Picture, picture
from linli.insight.screen_shown import Shown, show
from linli.people.domain.directory import PEOPLE
from linli.places.domain.kept import TREE

T = TypeVar("T")

logger = logging.getLogger(__name__)

POLL = 1.0  # seconds between two looks while screens are open
FRESH = 15.0  # seconds after which clocks may have turned
AT_ONCE = 0.02  # seconds: a picture that took no longer is taken while one waits for it
HOUR = 3600.0
DEAR = 20  # times what it cost: so long one that is slower is kept at least
QUEUE = 20  # changes that a connection may be behind before it is closed


class Key(NamedTuple):
    """One picture in one language."""

    path: str
    language: str


@dataclass(frozen=True)
class _Held:
    picture: Picture
    mark: Any
    taken: float
    waited: float  # seconds that taking it took
    cost: float  # seconds of this processor that it took


class Pictures(Watched):
    """The last picture of each place, and what it looks like in each language."""

    def __init__(self) -> None:
        super().__init__("screen")
        self._lock = Lock()
        self._held: dict[str, _Held] = {}
        self._shown: dict[Key, Shown] = {}
        self._hours: dict[Any, tuple[float, Any]] = {}
        self._taking: set[str] = set()

    def forget(self) -> None:
        super().forget()
        self._held, self._shown, self._hours = {}, {}, {}

    def of(self, path: str, *, patient: bool = False) -> Picture:
        """The newest picture that is at hand, or a new one where that is quick.

        patient: nobody waits for the answer, so a slow one may be taken here.
        """
        held, mark = self._held.get(path), _mark()
        if held is None:
            return self._take(path, mark, first=True)
        if held.mark == mark and monotonic() - held.taken < FRESH:
            return held.picture
        if held.waited <= AT_ONCE:
            return self._take(path, mark)
        if monotonic() - held.taken > held.cost * DEAR:
            if patient:
                return self._take(path, mark)
            self._take_beside(path, mark)
        return held.picture

    def shown(self, key: Key, *, patient: bool = False) -> Shown:
        """The picture in words and drawings, in the language of the key."""
        taken, known = self.of(key.path, patient=patient), self._shown.get(key)
        if known is None or known.picture is not taken:
            with override(key.language):
                known = show(taken)
            self._shown = {**self._shown, key: known}
        return known

    def hourly(self, name: Any, make: Callable[[], T]) -> T:
        """What is of days or months that are over: made anew each hour."""
        held = self._hours.get(name)
        if held is None or monotonic() - held[0] > HOUR:
            held = (monotonic(), make())
            fresh = {each: kept for each, kept in self._hours.items() if held[0] - kept[0] <= HOUR}
            self._hours = {**fresh, name: held}  # what is older is asked for by another name, or never again
        return cast("T", held[1])

    def _take(self, path: str, mark: Any, *, first: bool = False) -> Picture:
        """first: what it cost is not believed, for much is read that is at hand the next time."""
        begun, worked = perf_counter(), thread_time()
        taken = picture(path, timezone.now())
        waited, cost = (0.0, 0.0) if first else (perf_counter() - begun, thread_time() - worked)
        with self._lock:
            self._held = {**self._held, path: _Held(taken, mark, monotonic(), waited, cost)}
        return taken

    def _take_beside(self, path: str, mark: Any) -> None:
        with self._lock:
            if path in self._taking:
                return
            self._taking.add(path)
        Thread(target=self._take_and_close, args=(path, mark), name="linli-screen-picture", daemon=True).start()

    def _take_and_close(self, path: str, mark: Any) -> None:
        try:
            self._take(path, mark)
        except Exception:  # the last picture stays, and says how old it is
            logger.exception("could not take a picture of %s", path)
        finally:
            connections.close_all()
            with self._lock:
                self._taking.discard(path)


def _mark() -> Any:
    """What a picture was taken under: while it stays, nothing has moved."""
    return told(), PEOPLE.token(), TREE.token(), CLASSES.token()


PICTURES = Pictures()


def changes(before: Shown | None, now: Shown) -> dict[str, Any]:
    """What a screen that shows `before` needs to show `now`. A spot that is gone is null."""
    old = before or Shown(now.picture, {}, {}, {})
    spots = {key: spot for key, spot in now.spots.items() if old.spots.get(key) != spot}
    return {
        "at": now.picture.at,
        "whole": before is None,
        "html": {name: text for name, text in now.html.items() if old.html.get(name) != text},
        "data": {name: value for name, value in now.data.items() if old.data.get(name) != value},
        "spots": {**spots, **dict.fromkeys(old.spots.keys() - now.spots.keys())},
    }


def event(body: Mapping[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(body) + b"\n\n"


# --- open connections


@dataclass(eq=False)
class Listener:
    """One open screen: whose it is, what it shows, and what waits to be sent to it."""

    owner: str
    key: Key
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    loop: asyncio.AbstractEventLoop | None = None
    is_new: bool = True

    def offer(self, sent: bytes) -> None:
        """Called in the listener's own loop. Who cannot keep up is sent away, and comes back for everything."""
        if self.waiting.full():
            self.waiting.get_nowait()
            self.waiting.put_nowait(None)
        else:
            self.waiting.put_nowait(sent)


class Fan:
    """The open screens of this process, and the thread that looks for them while there are any."""

    def __init__(self) -> None:
        self._open: set[Listener] = set()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._last: dict[Key, Shown] = {}

    def number(self, owner: str | None = None) -> int:
        with self._lock:
            return sum(1 for one in self._open if owner is None or one.owner == owner)

    def is_full(self, owner: str) -> bool:
        return self.number() >= PER_PROCESS or self.number(owner) >= PER_ACCOUNT

    def join(self, listener: Listener) -> None:
        listener.loop = asyncio.get_running_loop()
        with self._lock:
            self._open.add(listener)
            if self._thread is None:
                self._thread = Thread(target=self._look, name="linli-screens", daemon=True)
                self._thread.start()

    def leave(self, listener: Listener) -> None:
        with self._lock:
            self._open.discard(listener)

    def _look(self) -> None:
        while self._somebody_looks():
            try:
                self._round()
            except Exception:  # the database is away: screens keep what they show
                logger.exception("could not look for screens")
                connections.close_all()
            time.sleep(POLL)
        connections.close_all()

    def _somebody_looks(self) -> bool:
        with self._lock:
            if not self._open:
                self._thread, self._last = None, {}
            return bool(self._open)

    def _round(self) -> None:
        with self._lock:
            by_key: dict[Key, list[Listener]] = {}
            for one in self._open:
                by_key.setdefault(one.key, []).append(one)
        for key, listeners in by_key.items():
            before, now = self._last.get(key), PICTURES.shown(key, patient=True)
            new = [one for one in listeners if one.is_new]
            if new:
                _hand(new, event(changes(None, now)))
            if before is not None and before is not now:
                _hand([one for one in listeners if not one.is_new], event(changes(before, now)))
            for one in new:
                one.is_new = False
            self._last[key] = now


def _hand(listeners: Iterable[Listener], sent: bytes) -> None:
    """The same bytes for all; each loop is woken once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Listener]] = {}
    for one in listeners:
        if one.loop is not None and not one.loop.is_closed():
            by_loop.setdefault(one.loop, []).append(one)
    for loop, own in by_loop.items():
        loop.call_soon_threadsafe(_offer_all, own, sent)


def _offer_all(listeners: Iterable[Listener], sent: bytes) -> None:
    for one in listeners:
        one.offer(sent)


fan = Fan()


async def stream(listener: Listener) -> AsyncIterator[bytes]:
    """Everything first, then what has changed, for as long as rights are believed (`core.events.LIFE`)."""
    fan.join(listener)
    try:
        await sync_to_async(connections.close_all)()
        yield b"retry: 3000\n\n"
        ends = time.monotonic() + LIFE
        while time.monotonic() < ends:
            try:
                found = await asyncio.wait_for(listener.waiting.get(), HEARTBEAT)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if found is None:
                return
            yield found
    finally:
        fan.leave(listener)
