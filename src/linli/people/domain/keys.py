"""Second keys: what a member of staff signs in with beside, or in place of, the password."""

from allauth.mfa.models import Authenticator

from linli.people.domain.demo import is_demo
from linli.people.domain.queries import SECOND_KEYS
from linli.people.models import Account


def has_second_key(*, account: Account) -> bool:
    return Authenticator.objects.filter(user=account, type__in=SECOND_KEYS).exists()


def needs_second_key(*, account: Account) -> bool:
    """Whether this account must first be given a passkey or an authenticator app. Never in a demonstration."""
    return account.kind == Account.Kind.STAFF and not has_second_key(account=account) and not is_demo()
