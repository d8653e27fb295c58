"""A person's own consent to one purpose: given with the words that were shown, withdrawn in one step."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.core.errors import Conflict
from linli.people.models import Account, Consent


def give_consent(*, account: Account, purpose: str, wording: str, at: datetime) -> Consent:
    """Keep that this person agreed to `purpose`, and to which words.

    Raises:
        Conflict: a consent to this purpose stands already.
    """
    try:
        with transaction.atomic():
            return Consent.objects.create(account=account, purpose=purpose, wording=wording, given_at=at)
    except IntegrityError as error:
        raise Conflict(_("You agreed to this already.")) from error


def withdraw_consent(*, account: Account, purpose: str, at: datetime) -> bool:
    """Withdraw at once, without a reason. Returns whether a consent stood."""
    return bool(Consent.objects.filter(account=account, purpose=purpose, withdrawn_at=None).update(withdrawn_at=at))


def has_consent(*, account: Account, purpose: str, at: datetime) -> bool:
    """Whether a consent to this purpose stood at an instant."""
    given = Consent.objects.filter(account=account, purpose=purpose, given_at__lte=at)
    return given.filter(withdrawn_at=None).exists() or given.filter(withdrawn_at__gt=at).exists()
