"""Web push: browsers that asked to be told, and the way to them.

A message says that there is news, never what: it stands on a lock screen. Its last line is the page that it opens.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.core import channels, deliver, outside
from linli.core.errors import Invalid
from linli.core.models import Delivery, PushSubscription, PushWishes
from linli.core.sealed import seal, unseal

FIELD = "push.subscription"
DAY = 24 * 60 * 60
SLEEP, WAKE = 21, 8  # o'clock


def public_key() -> str:
    """The key a browser subscribes with: the point of the VAPID key, uncompressed, base64url."""
    private = ec.derive_private_key(int.from_bytes(_decoded(settings.KEYS.vapid)), ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")


def subscribe(*, account: Any, subscription: Any, at: datetime) -> PushSubscription:
    """Keep a browser's subscription, sealed.

    Raises:
        Invalid: it is no subscription, or names a server that is none of the push services in LINLI_PUSH_HOSTS.
    """
    row = PushSubscription(account=account, created_at=at)
    row.sealed = seal(json.dumps(_checked(subscription)), row=row.uuid, field=FIELD)
    row.save(force_insert=True)
    return row


def unsubscribe(*, account: Any, uuid: Any) -> None:
    PushSubscription.objects.filter(account=account, pk=uuid).delete()


def addresses(account: Any) -> list[str]:
    """What `deliver.send("push", ...)` takes: one for each browser of this person."""
    return [str(uuid) for uuid in PushSubscription.objects.filter(account=account).values_list("pk", flat=True)]


def wishes_of(account: Any) -> PushWishes:
    return PushWishes.objects.filter(account=account).first() or PushWishes(account=account)


def change_wishes(*, account: Any, **wishes: bool) -> None:
    """Keep what somebody wants to be told: `work`, `overdue`, `quiet`."""
    PushWishes.objects.update_or_create(account=account, defaults=wishes)


def forget(account: Any) -> None:
    """Tell this person nothing any more, on no device."""
    PushSubscription.objects.filter(account=account).delete()
    PushWishes.objects.filter(account=account).delete()


def tell(
    account: Any,
    *,
    news: str,
    text: str,
    page: str,
    procedure: UUID,
    version: int,
    at: datetime,
    wanted_if: str,
    not_before: datetime | None = None,
) -> None:
    """Say on each device of a person that there is news; where the same waits to be said already, that is enough.

    news: a word for what it is.  page: what opens at a touch.
    """
    for address in addresses(account):
        known = f"push:{news}:{address}:{procedure}:"
        if not Delivery.objects.filter(key__startswith=known, status=Delivery.Status.WAITING).exists():
            deliver.send(
                "push", address, gettext("Linli"), f"{text}\n{page}", key=f"{known}{version}", procedure=procedure,
                at=at, wanted_if=wanted_if, not_before=not_before,
            )  # fmt: skip


def told_of(delivery: Delivery) -> tuple[str, PushSubscription | None]:
    """What kind of news a delivery of `tell` is, and the device that it goes to, if that is still there."""
    _push, news, address, *_rest = delivery.key.split(":")
    return news, PushSubscription.objects.select_related("account").filter(pk=address).first()


def after_quiet(now: datetime) -> datetime:
    """When a person who sleeps may be told: now, or at eight."""
    local = timezone.localtime(now)
    if WAKE <= local.hour < SLEEP:
        return now
    morning = local.replace(hour=WAKE, minute=0, second=0, microsecond=0)
    return morning + timedelta(days=1) if local.hour >= SLEEP else morning


@channels.sender("push", "vapid")
def by_push(address: str, subject: str, text: str, key: str) -> None:
    """LINLI_PUSH=vapid:mailto:somebody@example.org names whom a push service may write to."""
    from pywebpush import WebPushException, webpush  # it takes half a second, which only the worker should pay

    row = PushSubscription.objects.filter(pk=address).first()
    if row is None:
        raise channels.Gone
    words, _newline, page = text.rpartition("\n")
    try:
        with outside.session() as asked:
            webpush(
                json.loads(unseal(row.sealed, row=row.uuid, field=FIELD)),
                json.dumps({"title": subject, "text": words, "page": page}, ensure_ascii=False),
                vapid_private_key=settings.KEYS.vapid,
                vapid_claims={"sub": settings.CHANNELS["push"].partition(":")[2]},
                ttl=DAY,
                timeout=channels.TIMEOUT,
                requests_session=asked,
            )
    except WebPushException as error:
        if error.response is not None and error.response.status_code in {404, 410}:
            row.delete()
            raise channels.Gone from error
        raise


def _checked(subscription: Any) -> dict[str, Any]:
    """Only what a push needs, and only to a push service: an address of the browser's choice could be anybody's."""
    try:
        address = urlsplit(subscription["endpoint"])
        known = outside.is_well_formed(subscription["endpoint"]) and any(
            address.hostname == host or str(address.hostname).endswith("." + host) for host in settings.PUSH_HOSTS
        )
        sizes = len(_decoded(subscription["keys"]["p256dh"])), len(_decoded(subscription["keys"]["auth"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(_("This is no subscription of a browser.")) from error
    if not known or sizes != (65, 16):
        raise Invalid(_("This browser's push service is not one that this installation writes to."))
    keys = {name: subscription["keys"][name] for name in ("p256dh", "auth")}
    return {"endpoint": subscription["endpoint"], "keys": keys}


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
