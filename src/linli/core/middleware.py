"""Security headers, and the one place that turns what the domain says into pages and problem+json."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from linli.core.body import MAX_BODY
from linli.core.errors import Busy, DomainError, TooLarge
from linli.core.errors_pages import answer, is_busy
from linli.core.limits import is_proxy

# Scripts and styles come from files of our own only: text that somebody typed can never become either.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; worker-src 'self'; "
    "connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}

# A page with scripts weighs its files first and sends nothing; this is for the others.
FORM_TOO_LARGE = _(
    "The files of this form are larger than 64 MB together, so nothing of it arrived. Go back with the arrow of your "
    "browser: what you wrote mostly still stands there. Send fewer files, and add the rest afterwards."
)

SCHEME = "HTTP_X_FORWARDED_PROTO"


class KnownProxies:
    """Takes nobody's word that a request came by HTTPS but that of a proxy named in LINLI_PROXIES.

    The first of all: what follows asks by which scheme the request came.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if SCHEME in request.META and not is_proxy(request.META.get("REMOTE_ADDR", "")):
            request.META[SCHEME] = ""  # still there: the demonstration's cards open for no forwarded request
        return self.get_response(request)


class SecurityHeaders:
    """Adds the headers above where the view has not set its own, and refuses what nobody should send.

    That is a body that is too long, and a NUL in the address or a cookie: no name holds one, and PostgreSQL keeps none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.headers = HEADERS | {"Content-Security-Policy": _policy(settings.BASEMAP)}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _length(request) > MAX_BODY:
            response: HttpResponseBase = answer(request, _too_large(request))
        elif _has_nul(request):
            response = answer(request, DomainError())
        else:
            response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class OwnPages:
    """What somebody signed in was shown is kept by no cache, of the browser or of a proxy.

    Stands inside the session's middleware. A view that says itself how long its answer is good is left alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.session.accessed and SESSION_KEY in request.session:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class DomainErrors:
    """What a view raises becomes an answer that a person, a page fragment or a program can use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DomainError):
            return answer(request, error)
        if is_busy(error):
            return answer(request, Busy(after=5))
        return None


def _policy(basemap: str) -> str:
    """The policy, with the server of the base map among those that a page may ask."""
    server = urlsplit(basemap)
    if not server.netloc:
        return CONTENT_SECURITY_POLICY
    return CONTENT_SECURITY_POLICY.replace(
        "connect-src 'self'", f"connect-src 'self' {server.scheme}://{server.netloc}"
    )


def _too_large(request: HttpRequest) -> TooLarge:
    return TooLarge() if request.path.startswith("/api/") else TooLarge(FORM_TOO_LARGE, code="form-too-large")


def _has_nul(request: HttpRequest) -> bool:
    asked = request.META.get("QUERY_STRING", "")
    return "\0" in request.path or "%00" in asked or "\0" in asked or any("\0" in v for v in request.COOKIES.values())


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0
