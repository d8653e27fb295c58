"""Messages to one person, by mail, SMS or web push: written in the caller's transaction, sent by a job, once.

    send("sms", number, "", _("Your report was answered."), key=f"answered:{case.uuid}:3", procedure=case.uuid, at=at)

`key` makes one message of two equal calls. `wanted_if` names a check that is asked again at the moment of sending
(`@still_wanted("cases.open")`): what is no longer true is dropped. A code that must not be read by anybody else is
given as `secret`; it stands where the text says {secret}, is sealed until then and wiped after.

Sending again after a failure in between is possible (the network cannot be part of a transaction); what was marked as
sent never is.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.utils import timezone

from linli.core import channels, jobs
from linli.core.models import Delivery
from linli.core.sealed import seal, unseal

KEPT = timedelta(days=90)
NEWS = timedelta(days=2)  # what happened before that is no news: an imported or replayed past writes to nobody
CODE_HERE = "{secret}"
TO, CODE = "delivery.to", "delivery.secret"

Check = TypeVar("Check", bound=Callable[[Delivery], bool])
_checks: dict[str, Callable[[Delivery], bool]] = {}


def still_wanted(name: str) -> Callable[[Check], Check]:
    """Register the check `name`: given the delivery, is the message still true and still wanted?"""

    def register(check: Check) -> Check:
        _checks[name] = check
        return check

    return register


def send(
    channel: str,
    address: str,
    subject: str,
    text: str,
    *,
    key: str,
    procedure: UUID | None,
    at: datetime,
    wanted_if: str = "",
    secret: str = "",
    not_before: datetime | None = None,
) -> None:
    """Write a message to `address`, to be sent as soon as the caller's transaction has committed.

    channel: mail, sms or push; for push the address is one of `core.push.addresses(account)`.
    not_before: when it may be sent at the earliest, where somebody wants to be left in peace until then.
    Raises:
        LookupError: no check is registered as `wanted_if`.
    """
    if wanted_if and wanted_if not in _checks:
        raise LookupError(f"no check is registered as {wanted_if!r}")
    if timezone.now() - at > NEWS:
        return
    row, fresh = Delivery.objects.get_or_create(
        key=key,
        defaults={
            "channel": Delivery.Channel(channel),
            "to_sealed": seal(address, row=key, field=TO),
            "subject": subject[:120],
            "text": text,
            "secret_sealed": seal(secret, row=key, field=CODE) if secret else None,
            "wanted_if": wanted_if,
            "procedure": procedure,
            "created_at": at,
        },
    )
    if fresh:
        jobs.enqueue("deliver.send", {"delivery": row.pk}, at=max(at, not_before or at))


@jobs.job("deliver.send", steps=True)
def send_now(lease: jobs.Lease, delivery: int) -> None:
    """Send one message outside any transaction, then tick it off."""
    found = Delivery.objects.filter(pk=delivery, status__in=[Delivery.Status.WAITING, Delivery.Status.FAILED]).first()
    if found is None:
        return
    if found.wanted_if and not _checks[found.wanted_if](found):
        _mark(lease, found, Delivery.Status.DROPPED)
        return
    try:
        channels.post(found.channel, address_of(found), found.subject, _whole_text(found), key=found.key)
    except channels.Gone:
        _mark(lease, found, Delivery.Status.DROPPED)
    except Exception as error:
        Delivery.objects.filter(pk=found.pk).update(status=Delivery.Status.FAILED, error=jobs.describe(error))
        raise
    else:
        _mark(lease, found, Delivery.Status.SENT)


def address_of(delivery: Delivery) -> str:
    return unseal(delivery.to_sealed, row=delivery.key, field=TO)


def masked(delivery: Delivery) -> str:
    """Enough of the address to tell two apart, and no more: 138****5678, l***@example.org."""
    address = address_of(delivery)
    if delivery.channel == Delivery.Channel.MAIL:
        name, _, domain = address.partition("@")
        return f"{name[:1]}***@{domain}"
    if delivery.channel == Delivery.Channel.SMS:
        return f"{address[:3]}****{address[-4:]}" if len(address) > 8 else "****"
    return "****"


def _whole_text(delivery: Delivery) -> str:
    if delivery.secret_sealed is None:
        return delivery.text
    return delivery.text.replace(CODE_HERE, unseal(delivery.secret_sealed, row=delivery.key, field=CODE))


def _mark(lease: jobs.Lease, delivery: Delivery, status: Delivery.Status) -> None:
    sent = timezone.now() if status == Delivery.Status.SENT else None
    with lease.step():
        Delivery.objects.filter(pk=delivery.pk).update(status=status, sent_at=sent, secret_sealed=None, error="")


@jobs.periodic("deliver.clean", every=timedelta(hours=12), steps=True)
def clean(lease: jobs.Lease) -> None:
    """Forget messages 90 days later, in the database and in the files of outgoing messages."""
    channels.forget_files(before=timezone.now() - KEPT)
    old = Delivery.objects.filter(created_at__lt=timezone.now() - KEPT)
    while batch := list(old.values_list("pk", flat=True)[:200]):
        with lease.step():
            Delivery.objects.filter(pk__in=batch).delete()
