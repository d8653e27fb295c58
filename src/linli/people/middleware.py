"""Which post a signed-in person acts in: `request.post`, `request.viewer` and `request.by`."""

from collections.abc import Callable
from functools import cache, cached_property
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from linli.core.errors import Refused
from linli.people.actors import Actor, Viewer
from linli.people.domain.queries import posts_held
from linli.people.models import Account, Post

SESSION_KEY = "post"


class Request(HttpRequest):
    """A request as views see it. Posts are read when first asked for: pages that never ask cost no query."""

    @cached_property
    def posts(self) -> tuple[Post, ...]:
        """The posts this person holds now, as holder or deputy, with their places and organisations. One query."""
        user = self.user
        if not isinstance(user, Account) or user.kind != Account.Kind.STAFF:
            return ()
        return posts_held(account=user, at=timezone.now())

    @cached_property
    def post(self) -> Post | None:
        """The post chosen in the header, or else the first."""
        chosen = self.session.get(SESSION_KEY) if self.posts else None
        return next((post for post in self.posts if post.pk == chosen), self.posts[0] if self.posts else None)

    @cached_property
    def viewer(self) -> Viewer:
        return Viewer(posts=(self.post,) if self.post else (), account=self._account)

    @cached_property
    def by(self) -> Actor:
        """Who acts.

        Raises:
            Refused: nobody is signed in, or in no post.
        """
        if self.post is None or self._account is None:
            raise Refused
        return Actor.in_post(self.post, self._account)

    @property
    def _account(self) -> Account | None:
        return self.user if isinstance(self.user, Account) else None


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
