"""Web push: browsers that asked to be told, and the way to them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.core import channels, outside
from linli.core.errors import Invalid
from linli.core.models import PushSubscription
from linli.core.sealed import seal, unseal

FIELD = "push.subscription"
DAY = 24 * 60 * 60


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


@channels.sender("push", "vapid")
def by_push(address: str, subject: str, text: str, key: str) -> None:
    """LINLI_PUSH=vapid:mailto:somebody@example.org names whom a push service may write to."""
    from pywebpush import WebPushException, webpush  # it takes half a second, which only the worker should pay

    row = PushSubscription.objects.filter(pk=address).first()
    if row is None:
        raise channels.Gone
    try:
        with outside.session() as asked:
            webpush(
                json.loads(unseal(row.sealed, row=row.uuid, field=FIELD)),
                json.dumps({"title": subject, "text": text}, ensure_ascii=False),
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
