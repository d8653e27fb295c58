"""Which post a signed-in person acts in: `request.post`, `request.viewer` and `request.by`."""

import time
from collections.abc import Callable
from functools import cache, cached_property
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from linli.core.errors import Refused
from linli.people.actors import Actor, Viewer
from linli.people.domain.keys import has_second_key
from linli.people.domain.queries import posts_held
from linli.people.models import Account, Post

CHOSEN_POST = "post"
NEEDS_SECOND_KEY = "needs_second_key"
SEEN = "seen"
NOTED_EVERY = 60  # seconds: a session is not written anew for each page


class Request(HttpRequest):
    """A request as views see it. Posts are read when first asked for: pages that never ask cost no query."""

    @property
    def account(self) -> Account:
        """Who is signed in.

        Raises:
            Refused: nobody is.
        """
        if not isinstance(self.user, Account):
            raise Refused
        return self.user

    @property
    def who(self) -> Account | None:
        """Who is signed in, if anybody is."""
        return self.user if isinstance(self.user, Account) else None

    @property
    def resident(self) -> Account | None:
        """Who is signed in for themselves: holders of posts act for others, at pages of their own."""
        return None if self.posts else self.who

    @cached_property
    def posts(self) -> tuple[Post, ...]:
        """The posts this person holds now, as holder or deputy, with their places and organisations. One query."""
        if not isinstance(self.user, Account) or self.user.kind != Account.Kind.STAFF:
            return ()
        return posts_held(account=self.user, at=timezone.now())

    @cached_property
    def post(self) -> Post | None:
        """The post chosen in the header, or else the first."""
        chosen = self.session.get(CHOSEN_POST) if self.posts else None
        return next((post for post in self.posts if post.pk == chosen), self.posts[0] if self.posts else None)

    @cached_property
    def keeper(self) -> str:
        """For whom a phone keeps pages and acts: the account in its post, or nobody. See core.keeping."""
        return f"{self.account.uuid}/{self.post.pk}" if self.post else ""

    @cached_property
    def viewer(self) -> Viewer:
        return Viewer(
            posts=(self.post,) if self.post else (),
            account=self.who,
            beside=tuple(post for post in self.posts if post != self.post),
        )

    @cached_property
    def by(self) -> Actor:
        """Who acts.

        Raises:
            Refused: nobody is signed in, or in no post.
        """
        if self.post is None:
            raise Refused
        return Actor.in_post(self.post, self.account)


class CurrentPost:
    """Makes each request a `Request`, and lets permissions ask the signed-in account for its post."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.__class__ = _with_posts(type(request))  # type: ignore[arg-type]
        asked = cast("Request", request)
        user = asked.user
        asked.user = cast("Account", SimpleLazyObject(lambda: _in_post(asked, user)))
        return self.get_response(asked)


@cache
def _with_posts(kind: type[HttpRequest]) -> type[Request]:
    """WSGI and ASGI have each their own class of request; ours is laid over it, so that properties stay lazy."""
    return type(kind.__name__, (Request, kind), {})


def _in_post(request: Request, user: Account | AnonymousUser) -> Account | AnonymousUser:
    if isinstance(user, Account):
        user.post = cast("Post", SimpleLazyObject(lambda: request.post))
    return user


class IdleSessions:
    """Signs staff out who have done nothing for LINLI_IDLE minutes. Residents stay: nobody hurries them.

    What counts is a page that somebody opened or something that was sent, not what a page asks for by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        seen = request.session.get(SEEN) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        if seen is not None:
            now = time.time()
            if now - seen > settings.IDLE.total_seconds():
                logout(request)
            elif now - seen > NOTED_EVERY and _is_by_hand(request):
                request.session[SEEN] = now
        return self.get_response(request)


def _is_by_hand(request: HttpRequest) -> bool:
    return request.method == "POST" or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


@receiver(user_logged_in)
def _begin_to_count(request: HttpRequest, user: Account, **_more: Any) -> None:
    if user.kind == Account.Kind.STAFF:
        request.session[SEEN] = time.time()


class SecondKeyFirst:
    """Leads a member of staff who has neither passkey nor authenticator app to set one up before anything else."""

    ALWAYS = frozenset(
        {"account_reauthenticate", "people:sign_out", "core:language", "core:care", "core:worker", "core:no_signal"}
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """The session knows whether to ask: an account that has its key costs no query."""
        if not request.session.get(NEEDS_SECOND_KEY) or not isinstance(request.user, Account):
            return None
        if has_second_key(account=request.user):
            del request.session[NEEDS_SECOND_KEY]
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        return None if name in self.ALWAYS or name.startswith("mfa_") else redirect("mfa_index")
