"""Asking servers whose address somebody else named: push services, and whoever wants to be told of what happens.

Such an address could be the database's, the router's or a cloud's own. It is refused unless it is public, by name and
again by the peer that was really reached (a name may answer otherwise the second time); what a server answers leads
nowhere else. Networks of the office's own that may be asked all the same are named in LINLI_INSIDE.

    check_address(url)                  before it is kept
    with session() as asked:            when it is asked: a `requests` session
        asked.post(url, …)
"""

import socket
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid

PORTS = frozenset({None, 443, 8443})
NAT64 = ip_network("64:ff9b::/96")  # IPv6 addresses that stand for IPv4 ones


class NotOutside(Invalid):
    """The address is none that Linli asks."""

    code = "not-outside"
    message = _("This address cannot be asked. It must begin with https:// and belong to a public server.")


def check_address(url: str) -> None:
    """Hold an address to what may be asked: well formed, and of public servers only.

    Raises:
        NotOutside: it is none, or its name cannot be found.
    """
    if not is_well_formed(url):
        raise NotOutside
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotOutside from error
    if not all(may_be_asked(str(row[4][0])) for row in found):
        raise NotOutside


def is_well_formed(url: str) -> bool:
    """HTTPS, a usual port, no name and password, and no sign that one reader takes otherwise than another."""
    try:
        parts = urlsplit(url)
        usual = parts.port in PORTS
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not set("\\ ") & set(url)
    return plain and usual and parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def may_be_asked(address: str) -> bool:
    """Whether a network address is public, or lies in a network of LINLI_INSIDE."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if mapped is None and found in NAT64:
        mapped = ip_address(int(found) & 0xFFFFFFFF)
    if mapped is not None:
        found = mapped
    inside = any(found in ip_network(each, strict=False) for each in settings.INSIDE)
    return inside or (found.is_global and not found.is_multicast)


def session() -> Any:
    """A `requests` session that reaches no server inside, follows no redirect, and takes no proxy from outside."""
    import requests  # it takes long to import, which only the worker should pay
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPSConnectionPool, PoolManager
    from urllib3.connection import HTTPSConnection

    class Checked(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            """Before a byte is said: who was reached?"""
            reached = super()._new_conn()
            if not may_be_asked(str(reached.getpeername()[0])):
                reached.close()
                raise NotOutside
            return reached

    class CheckedPool(HTTPSConnectionPool):
        ConnectionCls = Checked

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            self.poolmanager = PoolManager(*args, **{"maxsize": 1, **kwargs})
            self.poolmanager.pool_classes_by_scheme = {"https": CheckedPool}

        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            answer = super().send(request, *args, **kwargs)
            answer.headers.pop("location", None)  # an answer leads nowhere else
            return answer

    made = requests.Session()
    made.trust_env = False
    made.adapters.clear()
    made.mount("https://", Adapter(max_retries=0))
    return made
