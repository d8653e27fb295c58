"""Who asks, and what they may: a signed-in post, an operator's token, or anybody on this machine during a trial."""

from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone

from linli.core.errors import Refused
from linli.gateway.sensorthings.errors import NotSignedIn
from linli.people.domain.demo import asked_from_here
from linli.sensing.domain.sender import Sender
from linli.sensing.domain.tokens import post_of_token

READ, WRITE = "sensing.entities", "sensing.write_entities"


@dataclass
class TokenUser:
    """What the rules of permissions ask of a caller: the post that a token speaks for."""

    post: Any
    is_authenticated: bool = True
    is_active: bool = True


def admit(request: HttpRequest, *, writes: bool) -> Sender:
    """Let the caller in, or not. Returns the name under which readings are sent.

    Raises:
        NotSignedIn: nobody is signed in, and no token opens this.
        Refused: the post may not do that, or a page of another site asks in its name.
    """
    if settings.SENSORTHINGS_TRIAL and asked_from_here(request.META):
        return Sender.system()
    secret = token_in(request.headers.get("Authorization", ""))
    if secret is not None:
        return _by_token(secret, writes=writes)
    user = request.user
    if not user.is_authenticated:
        raise NotSignedIn
    if not user.has_perm(WRITE if writes else READ):
        raise Refused
    if writes:
        _check_csrf(request)
    return Sender.system()


def token_in(header: str) -> str | None:
    """The secret of `Bearer <kid>.<secret>` or of Basic with kid and secret; None where neither is given."""
    scheme, _blank, rest = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return None
    try:
        kid, _colon, secret = b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        return ""
    return f"{kid}.{secret}"


def _by_token(secret: str, *, writes: bool) -> Sender:
    held = post_of_token(secret, timezone.now())
    if held is None:
        raise NotSignedIn
    post, kid = held
    if not TokenPermissions(post).may(WRITE if writes else READ):
        raise Refused
    return Sender.operator(kid)


@dataclass(frozen=True)
class TokenPermissions:
    post: Any

    def may(self, permission: str) -> bool:
        from linli.people.rules import PERMISSIONS

        return bool(PERMISSIONS[permission](TokenUser(self.post)))


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class _Check(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _check_csrf(request: HttpRequest) -> None:
    """A session's cookie comes along with whatever another site makes a browser send: only our pages know the token."""
    check = _Check(_nothing)
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    check.process_request(request)
    if check.process_view(request, _nothing, (), {}) is not None:
        raise Refused(code="csrf")
