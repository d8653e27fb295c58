"""The care check: sealed, to the one contact whom the person named; nobody else learns that somebody lives alone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.cases.domain.closing import void_case
from linli.cases.domain.queries import public_cases
from linli.cases.models import Case
from linli.core.models import Delivery, Outbox
from linli.people.actors import Viewer
from linli.procedures.models import Assignment, Procedure
from linli.sensing.domain.alerts import forget_care
from linli.sensing.domain.calls import escalate_calls
from linli.sensing.domain.judging import judge_episode
from linli.sensing.models import Alert, Call, CareConsent, Device, Episode
from linli.station.models import CallOut
from tests.alarm import CARE, NIGHT, act, alert, build_station, fire, make_care, make_rule

MINUTE = timedelta(minutes=1)
OTHERS = [
    "duty_officer", "area_lead", "grid_worker", "grid_worker_2", "department_handler", "property_manager", "mediator",
    "petition_clerk", "window_clerk", "volunteer_captain", "owners_chair", "project_lead", "police_liaison", "auditor",
    "administrator", "outsider", "station_1",
]  # fmt: skip

PAGES = ("/inbox/", "/phone/", "/desk/", "/grid/", "/cases/all/", "/alerts/", "/station/calls/", "/figures/list/")


@pytest.fixture
def gateway(street) -> Device:
    build_station(street)
    make_rule("care_check", CARE)
    return make_care(street)


@pytest.fixture
def case(gateway) -> Case:
    fire(alert(gateway, rule="care_check", grade="notice", datastream=1))
    return Case.objects.select_related("procedure", "episode").get()


def test_the_contact_alone_has_it_and_neither_reading_nor_device_nor_home_is_kept(case, street):
    episode, told = Episode.objects.get(), Alert.objects.get()
    building = street.places["building"]

    assert [row.post.name for row in Assignment.objects.filter(procedure=case.pk)] == ["居委书记"]
    assert [call.post.name for call in Call.objects.all()] == ["居委书记"]
    assert (case.procedure.sealed, case.procedure.state, case.procedure.place) == (
        True, "received", street.places["estate"],
    )  # fmt: skip
    assert (episode.device, episode.place, episode.place_path, episode.care) == (None, None, "", True)
    assert (told.device, told.place_path, told.evidence) == (None, "", [])
    assert "device" not in told.key
    assert ("302室" in case.where, "302" in case.text) == (True, False)
    assert building.path not in case.procedure.place_path
    assert (case.lon, case.lat, CallOut.objects.count()) == (None, None, 0)


def test_nobody_else_finds_it_anywhere(case, street, sign_in):
    number = case.procedure.number
    for role in OTHERS:
        client = sign_in(role)
        assert client.get(f"/case/{number}/").status_code in (403, 404), role
        for page in PAGES:
            answer = client.get(page, {"words": "关怀", "over": "1"})
            said = answer.content.decode()
            assert [word for word in (number, "302室", "Care check") if word in said] == [], (role, page)
        assert client.get(f"/alerts/{case.episode.pk}/").status_code in (403, 404), role
        assert client.post(f"/phone/{Call.objects.get().pk}/go/").status_code in (403, 404), role
        assert client.post(f"/phone/{case.episode.pk}/there/").status_code in (403, 404), role
        assert client.post(f"/phone/{case.episode.pk}/judge/", {"verdict": "true"}).status_code in (403, 404), role
    viewers = {role: Viewer((street.posts[role],), street.accounts[role]) for role in OTHERS}
    seers = [role for role, viewer in viewers.items() if Procedure.objects.visible_to(viewer).filter(pk=case.pk)]
    assert (seers, public_cases().filter(pk=case.pk).exists()) == ([], False)


def test_the_contact_sees_it_on_the_phone_and_on_its_page_without_any_link_to_the_device(case, sign_in, gateway):
    client = sign_in("committee_secretary")

    phone, page = (client.get(url).content.decode() for url in ("/phone/", f"/case/{case.procedure.number}/"))

    for said in (phone, page):
        assert [word for word in ("302室", "sealed") if word not in said] == []
        assert [word for word in (gateway.code, f"/alerts/{case.episode.pk}", "geo:") if word in said] == []
    assert 'class="evidence"' not in page


def test_what_is_told_of_it_is_heard_by_the_contact_alone(case, street):
    heard = [message.body["seen_by"] for message in Outbox.objects.filter(procedure=case.pk)]

    assert {seen["sealed"] for seen in heard} == {True}
    assert {tuple(seen["posts"]) for seen in heard} == {(street.posts["committee_secretary"].pk,)}
    assert {row.procedure for row in Delivery.objects.all()} <= {None}


def test_the_contact_is_rung_again_and_nobody_else_ever_is(case):
    for number in range(1, 9):
        escalate_calls(NIGHT + number * 15 * MINUTE)

    assert [(call.level, call.post.name) for call in Call.objects.order_by("level")] == [
        (level, "居委书记") for level in range(3)
    ]
    case.refresh_from_db()
    assert case.supervised_at is None


def test_without_a_consent_nothing_is_opened(gateway):
    CareConsent.objects.update(withdrawn_at=NIGHT - MINUTE)

    fire(alert(gateway, rule="care_check", grade="notice"))

    assert Case.objects.count() == 0


def test_of_what_opened_nothing_nothing_is_left_after_two_days(gateway):
    CareConsent.objects.update(withdrawn_at=NIGHT - MINUTE)
    fire(alert(gateway, rule="care_check", grade="notice"))

    forget_care(NIGHT + timedelta(hours=47))
    assert Episode.objects.filter(care=True).count() == 1
    forget_care(NIGHT + timedelta(hours=49))
    assert Episode.objects.filter(care=True).count() == 0


def test_the_contact_ends_it_and_what_was_told_is_gone_after_two_days(case, street):
    contact = street.by("committee_secretary")
    judge_episode(episode=case.episode, verdict="false", by=contact, at=NIGHT + MINUTE, action=uuid4())
    void_case(**act(case), reason="已电话联系，在女儿家。", by=contact, at=NIGHT + 2 * MINUTE)

    assert forget_care(NIGHT + timedelta(hours=47)) == 0
    assert forget_care(NIGHT + timedelta(hours=49)) == 1
    assert Alert.objects.count() == 0


def test_a_rule_of_care_with_an_open_class_opens_nothing(street, gateway):
    make_rule("care_silent", CARE, klass="lighting")

    fire(alert(gateway, rule="care_silent", grade="notice"))

    assert Case.objects.count() == 0
