"""Every view carries a decision about who may open it; a view without one is refused.

A decision is one of three: `public`, `signed_in`, or `needs("app.permission")`, where the permission is a predicate
that the people app registered. Rows are narrowed further by the queries; this is the door, not the room.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode

from linli.core.errors import Refused, SignInAgain
from linli.core.errors_pages import answer

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Who may open a view: anybody, anybody signed in, or who holds `permission`."""

    signed_in: bool = False
    permission: str | None = None

    def allows(self, user: Any) -> bool:
        if self.permission is not None:
            return bool(user.is_authenticated and user.has_perm(self.permission))
        return bool(user.is_authenticated) or not self.signed_in


PUBLIC = Access()
SIGNED_IN = Access(signed_in=True)

# Views of other packages, by where they come from; the most particular name counts.
ELSEWHERE: dict[str, Access] = {
    "django.views": PUBLIC,
    "ninja": PUBLIC,  # each operation has an `auth` of its own
    "allauth": SIGNED_IN,
    "allauth.account.views.LoginView": PUBLIC,
    "allauth.account.views.AccountInactiveView": PUBLIC,
    "allauth.mfa.base.views.AuthenticateView": PUBLIC,  # the second step of signing in
    "allauth.mfa.webauthn.views.LoginWebAuthnView": PUBLIC,
}


def decide(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


public = decide(PUBLIC)
signed_in = decide(SIGNED_IN)


def needs(permission: str) -> Callable[[View], View]:
    return decide(Access(signed_in=True, permission=permission))


def access_of(view: Callable[..., Any]) -> Access | None:
    """The decision a view carries, or that of the package it comes from, or none."""
    while isinstance(view, partial):
        view = view.func
    found = getattr(view, "access", None)
    if found is not None:
        return found
    name = f"{getattr(view, '__module__', '')}.{getattr(view, 'view_class', view).__name__}"
    fitting = [prefix for prefix in ELSEWHERE if name.startswith(prefix + ".") or name == prefix]
    return ELSEWHERE[max(fitting, key=len)] if fitting else None


class AccessMiddleware:
    """Holds every request to the decision of its view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        access = access_of(view)
        if access is None:
            return answer(request, Refused(code="undecided"))
        if access.allows(request.user):
            return None
        if request.user.is_authenticated:
            return answer(request, Refused())
        if request.method == "POST" and request.POST:  # the session ended while somebody was writing
            return answer(request, SignInAgain())
        return redirect(f"/sign-in/?{urlencode({'next': request.get_full_path()})}")
