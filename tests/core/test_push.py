"""Web push: only to push services, encrypted for the browser, and forgotten when the browser is gone."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings as django_settings
from py_vapid import Vapid

from linli.core import push
from linli.core.errors import Invalid
from linli.core.models import PushSubscription

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def plain(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def subscription(endpoint: str = "https://fcm.googleapis.com/fcm/send/abc") -> dict:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"endpoint": endpoint, "expirationTime": None, "keys": {"p256dh": plain(key), "auth": plain(b"x" * 16)}}


@pytest.fixture
def account(db, django_user_model):
    return django_user_model.objects.create_user("resident")


def test_the_public_key_belongs_to_the_private_key_of_the_key_file():
    theirs = Vapid.from_string(django_settings.KEYS.vapid).public_key
    assert push.public_key() == plain(theirs.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def test_a_subscription_is_sealed(account):
    row = push.subscribe(account=account, subscription=subscription(), at=AT)

    assert push.addresses(account) == [str(row.uuid)]
    assert b"fcm.googleapis.com" not in bytes(PushSubscription.objects.get().sealed)


@pytest.mark.parametrize(
    "given",
    [
        None, [], "text", {}, {"endpoint": "https://fcm.googleapis.com/x"}, {**subscription(), "keys": {}},
        subscription("http://fcm.googleapis.com/x"), subscription("https://127.0.0.1/x"),
        subscription("https://fcm.googleapis.com.evil.example/x"), subscription("https://evilfcm.googleapis.com.cn/x"),
        subscription("https://x@localhost/fcm.googleapis.com"), subscription("https://[::1]/x"),
        {**subscription(), "keys": {"p256dh": "AAAA", "auth": "AAAA"}},
    ],
)  # fmt: skip
def test_whatever_is_no_subscription_at_a_push_service_is_refused(account, given):
    with pytest.raises(Invalid):
        push.subscribe(account=account, subscription=given, at=AT)

    assert PushSubscription.objects.count() == 0


def test_a_subdomain_of_a_push_service_is_one(account):
    push.subscribe(account=account, subscription=subscription("https://db5p.notify.windows.com/w"), at=AT)

    assert PushSubscription.objects.count() == 1


def test_a_browser_subscribes_and_takes_it_back(client, account, django_user_model):
    assert client.post("/push/", subscription(), content_type="application/json").status_code == 302
    client.force_login(account)
    assert client.get("/push/").json() == {"key": push.public_key()}

    made = client.post("/push/", subscription(), content_type="application/json")
    assert made.status_code == 201
    assert client.post("/push/", "no json", content_type="application/json").status_code == 400

    address = made.json()["url"]
    other = django_user_model.objects.create_user("other")
    client.force_login(other)
    client.delete(address)
    assert PushSubscription.objects.count() == 1

    client.force_login(account)
    assert client.delete(address).status_code == 204
    assert PushSubscription.objects.count() == 0
