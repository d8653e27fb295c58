"""How often somebody may try: counted in this process's memory, under hashes whose key dies within the hour.

No address is stored anywhere. Several processes count each for itself, and what is counted here is forgotten at every
full hour and at a restart: it slows guessing down; whatever must hold is counted in the database.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Lock

from django.conf import settings
from django.http import HttpRequest

from linli.core.errors import TooMany

HOUR = 60 * 60
MOST = 200_000  # callers remembered at once; beyond that the hour ends early


@dataclass
class _Counts:
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


def limit(request: HttpRequest, name: str, per: int, seconds: int, *, who: str | None = None) -> None:
    """Allow `per` calls in `seconds` (at most an hour) for one caller: an address, or whatever `who` says.

    Raises:
        TooMany: with the seconds to wait.
    """
    tried, left = _counts.add(f"{name}\0{who if who is not None else address(request)}", seconds, time.time())
    if tried > per:
        raise TooMany(after=int(left) + 1)


def address(request: HttpRequest) -> str:
    """The caller's network address, for IPv6 its /64. The word of a proxy named in LINLI_PROXIES is taken."""
    near = request.META.get("REMOTE_ADDR", "")
    if near in settings.PROXIES:
        near = request.headers.get("X-Forwarded-For", near).rpartition(",")[2].strip()
    try:
        found = ip_address(near)
    except ValueError:
        return ""
    return str(found) if found.version == 4 else found.exploded[:19]
