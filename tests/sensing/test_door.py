"""The door: what is stored, what is refused, and that nothing else happens."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.sensing.domain.accept import Reading, accept_batch, accept_message
from linli.sensing.domain.devices import take_down
from linli.sensing.domain.refusals import Reason, Refusal
from linli.sensing.domain.sender import Sender, device_sender
from linli.sensing.enums import DeviceType, Site
from linli.sensing.models import CareConsent, Datastream, Device, ObservedProperty
from tests.sensing.door import key_of, message, refused, stored

SMOKE = Sender.device("SMK-1")


def stream_of(device: Device, code: str) -> Datastream:
    return Datastream.objects.get(thing=device.thing, observed_property__code=code)


def test_a_message_is_stored_as_a_row_for_each_reading(door, street, device_at):
    device = device_at("SMK-1", "smoke", "battery", "alive")
    at = street.now + timedelta(milliseconds=250)

    told = accept_message(message(at, smoke=12, battery=91, alive=True), sender=SMOKE, received=street.now)

    rows = stored(door)
    assert [(row["datastream"], row["number"], row["text"]) for row in rows] == [
        (stream_of(device, "smoke").pk, 12.0, None), (stream_of(device, "battery").pk, 91.0, None),
        (stream_of(device, "alive").pk, 1.0, None),
    ]  # fmt: skip
    micros = round(at.timestamp() * 1_000_000)
    assert {(row["at"], row["received"]) for row in rows} == {(micros, micros - 250_000)}
    assert [row["id"] for row in rows] == told.ids.tolist()
    assert (told.refused, told.doubled, refused(door)) == ([], 0, {})
    assert door.door.notes.battery == {device.pk: (91, micros)}


def test_a_message_costs_no_statement(door, street, device_at):
    device = device_at("SMK-1", "smoke")
    secret = key_of(device, street)
    accept_message(message(street.now, smoke=1), sender=SMOKE, received=street.now)
    device_sender(secret, street.now)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        sender = device_sender(secret, street.now)
        told = accept_message(message(street.now, smoke=2), sender=sender, received=street.now)

    assert (len(told.ids), asked.captured_queries) == (1, [])


def test_a_doubled_message_is_stored_once_even_after_a_restart(door, street, device_at, settings):
    device_at("SMK-1", "smoke")
    device_at("SMK-2", "smoke")
    twice = message(street.now, ident="same", smoke=1)
    first = accept_message(twice, sender=SMOKE, received=street.now)
    second = accept_message(b"[" + twice + b"," + twice + b"]", sender=SMOKE, received=street.now)
    other = accept_message(twice, sender=Sender.device("SMK-2"), received=street.now)

    assert (len(first.ids), len(second.ids), second.doubled, len(other.ids)) == (1, 0, 2, 1)
    assert (len(stored(door)), refused(door)) == (2, {"doubled": 2})


def test_one_bad_reading_refuses_its_message_and_no_other(door, street, device_at):
    device_at("SMK-1", "smoke", "battery")
    good, bad = message(street.now, smoke=1, battery=50), message(street.now, smoke=2, battery=900)

    told = accept_message(b"[" + bad + b"," + good + b"]", sender=SMOKE, received=street.now)

    assert (len(told.ids), told.refused) == (2, [Refusal(0, Reason.RANGE, "battery")])
    assert [row["number"] for row in stored(door)] == [1.0, 50.0]


def test_a_device_that_was_taken_down_is_refused(door, street, device_at):
    device = device_at("SMK-1", "smoke")
    accept_message(message(street.now, smoke=1), sender=SMOKE, received=street.now)
    take_down(device=device, by=street.by("administrator"), at=street.now, reason="broken", version=device.version)

    told = accept_message(message(street.now, smoke=1), sender=SMOKE, received=street.now)

    assert (told.refused, len(stored(door))) == ([Refusal(0, Reason.RETIRED)], 1)


def test_a_clock_that_is_ahead_is_noticed_and_the_reading_taken(door, street, device_at):
    device = device_at("SMK-1", "smoke")

    told = accept_message(message(street.now + timedelta(seconds=90), smoke=1), sender=SMOKE, received=street.now)

    assert (len(told.ids), refused(door), door.door.notes.skew) == (1, {"skew": 1}, {device.pk: 90_000_000})


def test_a_flood_is_refused_and_the_others_are_not(door, street, device_at, settings):
    settings.LIMITS = settings.LIMITS | {"door": {"device": [5, 60], "operator": [5, 60]}}
    device_at("SMK-1", "smoke")
    device_at("SMK-2", "smoke")
    door.door.__init__(door.door.store, clock=door.door.clock)
    codes = ["SMK-1"] * 50 + ["SMK-2"]
    came = [round(street.now.timestamp() * 1_000_000)] * 51

    burst = door.door.messages(codes, [message(street.now, smoke=1) for _ in codes], came)

    assert refused(door) == {"rate": 45}
    assert (len(burst.accepted(50).ids), len(burst.accepted(4).ids)) == (1, 1)
    assert burst.accepted(5).refused == [Refusal(0, Reason.RATE)]
    assert (
        accept_message(message(street.now, smoke=1), sender=SMOKE, received=street.now + timedelta(seconds=13)).refused
        == []
    ), "one comes back every twelve seconds"


@pytest.fixture
def care(street, device_at) -> Device:
    ObservedProperty.objects.filter(code="water_used").update(care=True)
    return device_at("CARE-1", "water_used", kind=DeviceType.CARE, site=Site.HOME)


def consent(device: Device, street) -> CareConsent:
    from linli.sensing.domain.kept import DEVICES

    made = CareConsent.objects.create(device=device, contact=street.posts["committee_secretary"], given_at=street.now)
    DEVICES.changed()
    return made


def test_the_care_check_needs_a_consent_and_takes_one_answer_a_day(door, street, care):
    sender = Sender.device("CARE-1")

    def send(hours: int, **readings) -> list[Refusal]:
        at = street.now + timedelta(hours=hours)
        return accept_message(message(at, **readings), sender=sender, received=at).refused

    assert send(0, water_used=True) == [Refusal(0, Reason.CONSENT, "water_used")]
    consent(care, street)
    assert send(0, water_used=13.5) == [Refusal(0, Reason.TYPE, "water_used")], "a flow is no yes or no"
    assert send(0, water_used=False) == []
    assert send(19, water_used=True) == [Refusal(0, Reason.OFTEN)]
    assert send(20, water_used=True) == []
    assert stored(door) == []
    assert [row["number"] for row in stored(door, ("care",))] == [0.0, 1.0]


def test_readings_by_datastream_are_refused_one_by_one(door, street, device_at):
    device = device_at("SMK-1", "smoke", "battery", "alive")
    smoke, battery, alive = (stream_of(device, code).pk for code in ("smoke", "battery", "alive"))
    at = round(street.now.timestamp() * 1_000_000)
    given = [
        (smoke, 1.5), (smoke, True), (battery, 101), (alive, True), (alive, "yes"), (999_999, 1), (smoke, 10**400),
        (smoke, float("nan")), (smoke, None), (smoke, 2),
    ]  # fmt: skip

    told = accept_batch([Reading(pk, at, each) for pk, each in given], sender=Sender.system(), received=street.now)

    assert {each.index: each.reason for each in told.refused} == {
        1: Reason.TYPE, 2: Reason.RANGE, 4: Reason.TYPE, 5: Reason.SENDER, 6: Reason.NUMBER, 7: Reason.NUMBER,
        8: Reason.TYPE,
    }  # fmt: skip
    assert np.flatnonzero(told.ids).tolist() == [0, 3, 9]
    assert sorted((row["datastream"], row["number"]) for row in stored(door)) == [
        (smoke, 1.5), (smoke, 2.0), (alive, 1.0)
    ]  # fmt: skip


def test_columns_go_to_the_log_of_each_estate_and_what_is_noticed_to_each_device(door, street, device_at):
    inside, outside = device_at("SMK-1", "smoke", "battery"), device_at("SMK-2", "smoke", place="committee")
    smoke, battery, other = (
        stream_of(inside, "smoke").pk, stream_of(inside, "battery").pk, stream_of(outside, "smoke").pk
    )  # fmt: skip
    now = round(street.now.timestamp() * 1_000_000)
    ahead = now + 90_000_000
    given = [
        (other, now, 1.0), (smoke, now, 2.0), (battery, now, 90.0), (other, now, -1.0), (other, ahead, 3.0),
        (smoke, ahead, 4.0), (999_999, now, 5.0), (battery, now, 80.0), (battery, now, 101.0), (other, now, -1.0),
    ]  # fmt: skip

    told = accept_batch([Reading(*each) for each in given], sender=Sender.system(), received=street.now)

    rows = {row["id"]: (row["datastream"], row["at"], row["number"]) for row in stored(door)}
    assert [rows.get(number) for number in told.ids.tolist()] == [
        None if index in (3, 6, 8, 9) else each for index, each in enumerate(given)
    ]
    assert len({number >> 43 for number in rows}) == 2  # logs
    notes = door.door.notes
    assert notes.refused == {
        (outside.pk, Reason.RANGE): 2, (inside.pk, Reason.RANGE): 1, (None, Reason.SENDER): 1,
        (inside.pk, Reason.SKEW): 1, (outside.pk, Reason.SKEW): 1,
    }  # fmt: skip
    assert (notes.seen, notes.battery) == ({inside.pk: now, outside.pk: now}, {inside.pk: (80, now)})


def test_a_device_sends_for_itself_alone(door, street, device_at):
    mine, other = device_at("SMK-1", "smoke"), device_at("SMK-2", "smoke")
    at = round(street.now.timestamp() * 1_000_000)

    told = accept_batch(
        [Reading(stream_of(each, "smoke").pk, at, 1.0) for each in (mine, other)], sender=SMOKE, received=street.now
    )

    assert told.refused == [Refusal(1, Reason.SENDER)]
    assert [row["datastream"] for row in stored(door)] == [stream_of(mine, "smoke").pk]


def test_parameters_are_those_of_the_observed_property(door, street, device_at):
    device = device_at("SMK-1", "smoke")
    ObservedProperty.objects.filter(code="smoke").update(parameters={"height": "number"})
    at, pk = round(street.now.timestamp() * 1_000_000), stream_of(device, "smoke").pk
    extras = [{"parameters": {"height": 2.5}}, {"parameters": {"height": "x"}}, {"parameters": {"who": 1}}, {"face": 1},
              {"resultQuality": {"faces": []}}]  # fmt: skip

    told = accept_batch(
        [Reading(pk, at, 1, extra=each) for each in extras], sender=Sender.system(), received=street.now
    )

    assert [each.reason for each in told.refused] == [Reason.TYPE, Reason.FIELD, Reason.FIELD, Reason.FORBIDDEN]
    assert [row["extra"] for row in stored(door)] == ['{"parameters":{"height":2.5}}']
