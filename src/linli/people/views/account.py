"""A person's own account: name, language, keys, consents, sessions; and the post chosen in the header."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from linli.core import push
from linli.core.access import signed_in
from linli.core.errors import Refused
from linli.people.domain import accounts, consent
from linli.people.domain.keys import has_second_key
from linli.people.forms import AccountForm
from linli.people.middleware import CHOSEN_POST, Request


@signed_in
def account(request: Request) -> HttpResponse:
    person = request.account
    form = AccountForm(
        request.POST or None, initial={"name": person.name, "language": person.language or settings.LANGUAGE_CODE}
    )
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        accounts.change_account(account=person, name=form.cleaned_data["name"], language=language)
        return _in_language(redirect("people:account"), language)
    contact = accounts.contact_of(person)
    context = {
        "form": form,
        "is_staff": person.kind == person.Kind.STAFF,
        "has_key": has_second_key(account=person),
        "contact": contact.hint if contact else person.email,
        "consents": person.consents.filter(withdrawn_at=None).order_by("-given_at"),
        "wishes": push.wishes_of(person),
        "devices": len(push.addresses(person)),
    }
    return render(request, "people/account.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def withdraw(request: Request, purpose: str) -> HttpResponse:
    """Withdraw a consent: one press, no question why."""
    consent.withdraw_consent(account=request.account, purpose=purpose, at=timezone.now())
    return redirect("people:account")


@signed_in
@require_POST
def sign_out_everywhere(request: Request) -> HttpResponse:
    accounts.sign_out_everywhere(account=request.account)
    logout(request)
    return redirect("people:sign_in")


@signed_in
@require_POST
def choose_post(request: Request) -> HttpResponse:
    """Act in another of one's posts from now on."""
    chosen = request.POST.get("post", "")
    if chosen not in {str(post.pk) for post in request.posts}:
        raise Refused
    request.session[CHOSEN_POST] = int(chosen)
    request.session.cycle_key()  # other rights, another key
    after = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return redirect(after if own else "people:start")


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    translation.activate(language)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.HTTPS)
    return response
