"""Signing in and out: residents by code, staff by passkey or password, new staff by invitation."""

from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from linli.core import navigation
from linli.core.access import public, signed_in
from linli.core.errors import Invalid
from linli.core.limits import limit
from linli.people.domain import codes, invitations
from linli.people.domain.accounts import contact_hash
from linli.people.domain.demo import asked_from_here, is_demo
from linli.people.domain.keys import needs_second_key
from linli.people.forms import AcceptForm, CodeForm, ContactForm, carry_over
from linli.people.middleware import NEEDS_SECOND_KEY, Request
from linli.people.models import Account

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
RESIDENT_STAYS = 60 * 60 * 24 * 60  # seconds; whoever signs in once in two months need not do it again
PENDING = "sign_in"


@public
@never_cache
def sign_in(request: Request) -> HttpResponse:
    """One question: where can we send you a code? Staff find their own way below it."""
    if request.user.is_authenticated:
        return redirect(_after(request))
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limit(request, "code.send")
        contact = form.cleaned_data["contact"]
        sent = codes.send_code(contact=contact, at=timezone.now())
        request.session[PENDING] = {
            "hash": contact_hash(contact),
            "hint": contact.hint,
            "channel": contact.channel,
            "next": _after(request),
            "demo": sent if is_demo() and asked_from_here(request.META) else "",
        }
        return redirect("people:code")
    has_cards = is_demo() and asked_from_here(request.META)
    return _page(request, "people/sign_in.html", form, next=_next(request), has_cards=has_cards)


@public
@never_cache
def code(request: Request) -> HttpResponse:
    """The six digits."""
    pending = request.session.get(PENDING)
    if pending is None:
        return redirect("people:sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limit(request, "code.check")
        try:
            account = codes.check_code(contact_hash=pending["hash"], code=form.cleaned_data["code"], at=timezone.now())
        except Invalid as told:
            carry_over(told, form)
        else:
            begin_session(request, account)
            return redirect(pending["next"])
    return _page(request, "people/code.html", form, pending=pending, back_url=reverse("people:sign_in"))


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    logout(request)
    return redirect("/")


@signed_in
def start(request: Request) -> HttpResponse:
    """Where somebody lands after signing in: staff at their first page, residents at the front."""
    links = navigation.links(request, "staff") if request.post else []
    return redirect(links[0].url if links else "/")


@public
@never_cache
@sensitive_post_parameters("password")
def invitation(request: Request, token: str) -> HttpResponse:
    """Set up an account from an invitation, or get back into one."""
    limit(request, "invitation")
    at = timezone.now()
    invited = invitations.open_invitation(token=token, at=at)
    form = AcceptForm(request.POST or None, initial={"name": invited.name, "way": AcceptForm.PASSKEY})
    if request.method == "POST" and form.is_valid():
        account = invitations.accept_invitation(
            token=token, name=form.cleaned_data["name"], password=form.password_or_none, at=at
        )
        begin_session(request, account)
        # Who opened the invitation a moment ago need not show again who they are before the first key is made.
        record_authentication(request, account, method="invitation", reauthenticated=True)
        return redirect("mfa_activate_totp" if form.password_or_none else "mfa_add_webauthn")
    return _page(request, "people/invitation.html", form, invitation=invited)


class AddPasskey(AddWebAuthnView):
    """allauth's page, asking for a key that signs in by itself and is protected by the device's lock."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": begin_registration(cast("Account", self.request.user), True)}
        return context


add_passkey = signed_in(AddPasskey.as_view())


def begin_session(request: HttpRequest, account: Account) -> None:
    """Sign in, under a new session key. A resident stays for two months, staff for the day."""
    login(request, account, backend=BACKEND)
    if account.kind == Account.Kind.RESIDENT:
        request.session.set_expiry(RESIDENT_STAYS)
    elif needs_second_key(account=account):
        request.session[NEEDS_SECOND_KEY] = True


def _next(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next", "")


def _after(request: HttpRequest) -> str:
    """The page somebody wanted before signing in, if it is one of ours."""
    wanted = _next(request)
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if own else str(settings.LOGIN_REDIRECT_URL)


def _page(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
