"""How often somebody may try: one declared table (site/limits.toml), counted for all processes together.

What is counted lies in the database under hashes whose key dies within the hour: it is made of a salt that is deleted
at the full hour, with everything counted under it, and of the key file. No address is stored, and none can be found
again from a copy of the database. What must be linked to nobody, not even for an hour, is counted in this process's
memory instead (`unlinked`): ballots and tips.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from linli.core import jobs
from linli.core.errors import TooMany
from linli.core.errors_pages import answer
from linli.core.models import Tries, TriesHour
from linli.core.sealed import keyed_hash

HOUR = 60 * 60
MOST = 200_000  # callers remembered in memory at once; beyond that the hour ends early
READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

# The count of the window that has not ended, or one of a new window.
COUNT = """
    INSERT INTO core_tries (name, count, ends) VALUES (%s, 1, %s)
    ON CONFLICT (name) DO UPDATE SET
        count = CASE WHEN core_tries.ends <= %s THEN 1 ELSE core_tries.count + 1 END,
        ends = CASE WHEN core_tries.ends <= %s THEN excluded.ends ELSE core_tries.ends END
    RETURNING count, ends
"""


def limit(request: HttpRequest, name: str, *, who: str | None = None, unlinked: bool = False) -> None:
    """Count one call of `name`, as the table's `act` says, for one caller: an address, or whatever `who` says.

    Raises:
        TooMany: with the seconds to wait.
    """
    _allow(settings.LIMITS["act"][name], _caller(request, name, who), unlinked=unlinked)


def forgive(request: HttpRequest, name: str, *, who: str | None = None) -> None:
    """Forget what was counted: whoever proved who they are was not guessing."""
    Tries.objects.filter(pk=_hashed(_caller(request, name, who), time.time())).delete()


class PostLimits:
    """Counts whatever is sent to an address that the table names under `post`: by account, or else by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        rate = settings.LIMITS["post"].get(name)
        if rate is None or request.method in READING:
            return None
        who = f"account:{request.user.pk}" if request.user.is_authenticated else None
        try:
            _allow(rate, _caller(request, f"post:{name}", who))
        except TooMany as told:
            return answer(request, told)
        return None


def address(request: HttpRequest) -> str:
    """The caller's network address, for IPv6 its /64.

    The chain of X-Forwarded-For is read from its end for as long as LINLI_PROXIES names who says it.
    """
    near = request.META.get("REMOTE_ADDR", "")
    said = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip()]
    while said and is_proxy(near):
        near = said.pop()
    found = _address(near)
    if found is None:
        return ""
    return str(found) if found.version == 4 else found.exploded[:19]


def is_proxy(near: str) -> bool:
    """Whether this is the address of a proxy in front, or lies in a network of them."""
    found = _address(near)
    return found is not None and any(found in ip_network(each, strict=False) for each in settings.PROXIES)


@jobs.periodic("limits.forget", every=timedelta(hours=1))
def forget() -> None:
    """Where nobody comes, what was counted in the last hour goes all the same."""
    _new_hour(int(time.time() // HOUR))


# --- counting


def _caller(request: HttpRequest, name: str, who: str | None) -> str:
    return f"{name}\0{who if who is not None else address(request)}"


def _allow(rate: tuple[int, int], caller: str, *, unlinked: bool = False) -> None:
    per, seconds = rate
    tried, left = _counts.add(caller, seconds, time.time()) if unlinked else _count(caller, seconds, time.time())
    if tried > per:
        raise TooMany(after=int(left) + 1)


def _count(caller: str, seconds: int, now: float) -> tuple[int, float]:
    """Count one; returns how many there were in this window, and how many seconds are left of it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [_hashed(caller, now), now + seconds, now, now])
        count, ends = cursor.fetchone()
    return count, ends - now


def _hashed(caller: str, now: float) -> str:
    return hmac.new(_key(int(now // HOUR)), caller.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=1)
def _key(hour: int) -> bytes:
    """The key of this hour, which every process makes of the same salt."""
    _new_hour(hour)
    salt = TriesHour.objects.values_list("salt", flat=True).get(pk=hour)
    return bytes.fromhex(keyed_hash(bytes(salt).hex(), purpose="limits"))


def _new_hour(hour: int) -> None:
    """Begin the hour, unless another process did; whoever does forgets the one before."""
    begun = TriesHour(hour=hour, salt=secrets.token_bytes(32))
    TriesHour.objects.bulk_create([begun], ignore_conflicts=True)
    if TriesHour.objects.filter(hour__lt=hour).delete()[0]:
        Tries.objects.all().delete()


@dataclass
class _Counts:
    """The same in memory, for what must leave no trace in the database."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    hour: int = 0
    windows: dict[bytes, tuple[float, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def add(self, what: str, seconds: int, now: float) -> tuple[int, float]:
        """Count one; returns how many there were in this window, and how many seconds are left of it."""
        with self.lock:
            if int(now // HOUR) != self.hour or len(self.windows) > MOST:
                self.key, self.hour, self.windows = secrets.token_bytes(32), int(now // HOUR), {}
            name = hmac.digest(self.key, what.encode(), hashlib.sha256)
            began, count = self.windows.get(name, (now, 0))
            if now - began >= seconds:
                began, count = now, 0
            self.windows[name] = (began, count + 1)
            return count + 1, began + seconds - now


_counts = _Counts()


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """A server that listens for both kinds writes an IPv4 address as IPv6: ::ffff:192.0.2.7 is 192.0.2.7."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
