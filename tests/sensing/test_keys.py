"""Keys of devices: shown once, kept as a hash, followed by another, revoked."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from linli.core.errors import Conflict, Invalid, Refused
from linli.sensing.domain.devices import register_device
from linli.sensing.domain.keys import issue_key, revoke_key, rotate_key
from linli.sensing.domain.properties import load_properties
from linli.sensing.domain.sender import Sender, device_sender
from linli.sensing.models import Device, DeviceKey

SENDER = Sender.device("SM-1")


@pytest.fixture
def device(street) -> Device:
    load_properties()
    return register_device(
        code="SM-1", type="smoke", site="stairwell", place=street.places["building"],
        owner=street.posts["property_manager"].organisation, operator=street.posts["area_lead"].organisation,
        purpose="尽早发现火情", sees="烟雾浓度", properties=["smoke"], by=street.by("administrator"), at=street.now,
    )  # fmt: skip


def test_a_secret_finds_its_device_and_is_kept_nowhere(device, street) -> None:
    secret = issue_key(device=device, by=street.by("administrator"), at=street.now)

    kid, _dot, rest = secret.partition(".")
    assert len(rest) * 6 >= 160  # bits, at six a character
    assert device_sender(secret, street.now) == SENDER
    row = DeviceKey.objects.get()
    assert row.kid == kid
    assert rest not in row.digest
    assert device.notes.filter(detail__contains=rest).count() == 0


@pytest.mark.parametrize("change", ["x{}", "{}x", "{:.12}", "", ".", "{:.13}", "\0{}", "a" * 5000])
def test_anything_but_the_secret_finds_nothing(device, street, change) -> None:
    secret = issue_key(device=device, by=street.by("administrator"), at=street.now)
    assert device_sender(change.format(secret), street.now) is None


def test_the_day_of_use_is_written_once_a_day(device, street, django_assert_num_queries) -> None:
    secret = issue_key(device=device, by=street.by("administrator"), at=street.now)
    assert device_sender(secret, street.now) == SENDER
    assert DeviceKey.objects.get().used_on == date(2026, 11, 23)

    with django_assert_num_queries(0):
        device_sender(secret, street.now + timedelta(hours=3))
    with django_assert_num_queries(1):
        device_sender(secret, street.now + timedelta(days=1))
    assert DeviceKey.objects.get().used_on == date(2026, 11, 24)


def test_both_keys_hold_during_a_change_over_and_then_the_new_one_alone(device, street) -> None:
    by = street.by("administrator")
    old = issue_key(device=device, by=by, at=street.now)
    new = rotate_key(device=device, by=by, at=street.now, overlap=timedelta(days=2))

    during, after = street.now + timedelta(days=1), street.now + timedelta(days=2)
    assert [device_sender(secret, during) for secret in (old, new)] == [SENDER, SENDER]
    assert [device_sender(secret, after) for secret in (old, new)] == [None, SENDER]


def test_a_revoked_key_ends_at_once(device, street) -> None:
    by = street.by("administrator")
    secret = issue_key(device=device, by=by, at=street.now)
    revoke_key(key=DeviceKey.objects.get(), by=by, at=street.now)
    revoke_key(key=DeviceKey.objects.get(), by=by, at=street.now)
    assert device_sender(secret, street.now) is None
    assert [note.what for note in device.notes.order_by("id")] == ["registered", "key_issued", "key_revoked"]


def test_a_fourth_key_needs_room_and_a_change_over_makes_it(device, street) -> None:
    by = street.by("administrator")
    first, _second, third = (issue_key(device=device, by=by, at=street.now) for _ in range(3))
    with pytest.raises(Invalid):
        issue_key(device=device, by=by, at=street.now)
    rotate_key(device=device, by=by, at=street.now)
    later = street.now + timedelta(minutes=1)
    assert (device_sender(first, later), device_sender(third, later)) == (None, SENDER)


def test_one_action_makes_one_key(device, street) -> None:
    by, action = street.by("administrator"), uuid4()
    issue_key(device=device, by=by, at=street.now, action=action)
    with pytest.raises(Conflict):
        issue_key(device=device, by=by, at=street.now, action=action)
    assert DeviceKey.objects.count() == 1


def test_a_post_elsewhere_may_give_no_key(device, street) -> None:
    with pytest.raises(Refused):
        issue_key(device=device, by=street.by("outsider"), at=street.now)
