"""How django-allauth does things here: nobody signs up, secrets are sealed, the last second key stays."""

from base64 import b64decode, b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.messages import ERROR
from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.core import limits
from linli.core.sealed import seal, unseal
from linli.people.domain.keys import needs_second_key
from linli.people.domain.queries import SECOND_KEYS
from linli.people.middleware import NEEDS_SECOND_KEY
from linli.people.models import Account

SEALED_AS = {"row": "authenticator", "field": "authenticator.secret"}


class StaffAccounts(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Staff come by invitation, residents by code."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """By the same rule as everywhere: only a proxy of ours is believed."""
        return limits.address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try for this account, by whatever name it is asked for, before the password is looked at."""
        limits.limit(request, "staff.password", who=_named(credentials))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """Whose password it is. One that is right wipes the tries, so that only guesses close the door."""
        account = super().authenticate(request, **credentials)
        if account is not None:
            limits.forgive(request, "staff.password", who=_named(credentials))
        return account

    def login(self, request: HttpRequest, user: Account) -> None:
        super().login(request, user)
        if needs_second_key(account=user):
            request.session[NEEDS_SECOND_KEY] = True

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Only what went wrong: the page itself shows that somebody is signed in or that a key was added."""
        if level >= ERROR:
            super().add_message(request, level, *args, **kwargs)


def _named(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").strip().lower()


class SealedAuthenticators(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return b64encode(seal(text, **SEALED_AS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(b64decode(encrypted_text), **SEALED_AS)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last second key of a staff account stays; another is added before it goes."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=SECOND_KEYS).exclude(
            pk=authenticator.pk
        )
        return authenticator.type not in SECOND_KEYS or others.exists()

    def generate_authenticator_name(self, user: Account, type: Authenticator.Type) -> str:  # noqa: A002  allauth's name
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}
