"""Residents sign in with a code of six digits, sent to their telephone or e-mail.

Neither the code nor the number is kept in the clear. Whether a number is known makes no difference that could be seen
or measured: sending never looks, and the account is made when its first code is right.
"""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from linli.core.deliver import send
from linli.core.errors import Invalid, Refused, TooMany
from linli.core.sealed import keyed_hash, seal, unseal
from linli.people.domain.accounts import contact_hash, create_resident_account
from linli.people.domain.contacts import Contact, read_contact
from linli.people.models import Account, SignInCode

LIFE = timedelta(minutes=10)
TRIES = 5
KEPT = timedelta(days=1)
# How many codes one number or address is sent within a time: a mistyped one, a slow network, but no flood.
LIMITS = ((3, timedelta(minutes=10)), (6, timedelta(hours=6)), (10, timedelta(days=1)))


def send_code(*, contact: Contact, at: datetime) -> str:
    """Make a code, end the one before it, and send it. Returns it too, which only a demonstration shows.

    Raises:
        TooMany: this number or address was sent too many codes of late; `after` says how many seconds to wait.
    """
    hashed = contact_hash(contact)
    _check_limits(hashed, at)
    code = f"{secrets.randbelow(10**6):06}"
    with transaction.atomic():
        SignInCode.objects.filter(contact_hash=hashed, used_at=None, expires_at__gt=at).update(expires_at=at)
        sent = SignInCode.objects.create(
            contact_hash=hashed,
            contact_sealed=seal(contact.address, row=hashed, field="code.contact"),
            code_hash=_code_hash(hashed, code),
            created_at=at,
            expires_at=at + LIFE,
        )
        send(
            contact.channel,
            contact.address,
            _("Your code for Linli"),
            _("{secret} is your code for Linli. It is good for 10 minutes. We never ask you for it."),
            key=f"sign-in-code:{sent.pk}",
            procedure=None,
            at=at,
            secret=code,
        )
    return code


def check_code(*, contact_hash: str, code: str, at: datetime) -> Account:
    """The account of whoever has the code; made now if this is the first time.

    Each try is counted before the code is compared, so that tries at the same moment are counted too.

    Raises:
        Invalid: wrong, too late, used, or tried five times. The words are the same for all of these.
        Refused: the account was closed.
    """
    found = (
        SignInCode.objects.filter(contact_hash=contact_hash, used_at=None, expires_at__gt=at).order_by("-pk").first()
    )
    wrong = Invalid(
        fields={"code": _("This code is not right or not good any more. Check the six digits, or ask for a new code.")}
    )
    if found is None or not _count_try(found):
        raise wrong
    if not compare_digest(found.code_hash, _code_hash(contact_hash, code)):
        raise wrong
    with transaction.atomic():
        if not SignInCode.objects.filter(pk=found.pk, used_at=None).update(used_at=at):
            raise wrong
        account = Account.objects.filter(contact_hash=contact_hash).first() or create_resident_account(
            contact=_contact(found), at=at
        )
    if not account.is_active:
        raise Refused(_("This account is closed."))
    return account


def forget_codes(*, at: datetime) -> int:
    """Delete codes that are a day old. Returns how many."""
    return SignInCode.objects.filter(created_at__lt=at - KEPT).delete()[0]


def _check_limits(hashed: str, at: datetime) -> None:
    longest = max(span for _many, span in LIMITS)
    sent = list(
        SignInCode.objects.filter(contact_hash=hashed, created_at__gt=at - longest)
        .order_by("-created_at")
        .values_list("created_at", flat=True)
    )
    for many, span in LIMITS:
        recent = [when for when in sent if when > at - span]
        if len(recent) >= many:
            wait = recent[many - 1] + span - at
            raise TooMany(
                _("We sent several codes already. Use the last one, or wait a little."),
                after=max(1, round(wait.total_seconds())),
            )


def _count_try(code: SignInCode) -> bool:
    return bool(SignInCode.objects.filter(pk=code.pk, tries__lt=TRIES).update(tries=F("tries") + 1))


def _code_hash(hashed: str, code: str) -> str:
    return keyed_hash(f"{hashed}:{code}", purpose="sign-in code")


def _contact(code: SignInCode) -> Contact:
    return read_contact(unseal(bytes(code.contact_sealed), row=code.contact_hash, field="code.contact"))
