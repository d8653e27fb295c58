"""The mini fire station's book: each call-out once, measured against three minutes, and who may read it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.core.errors import Conflict, Invalid, Refused
from linli.people.actors import Viewer
from linli.sensing.domain.calls import answer_call, arrival_limit, arrive
from linli.sensing.models import Call
from linli.station.domain.call_outs import acknowledge, call_out, leave
from linli.station.domain.call_outs import arrive as be_there
from linli.station.domain.queries import call_outs_on, is_in_time
from linli.station.domain.roster import is_of_station, roster
from linli.station.models import CallOut
from tests.alarm import NIGHT, alert, build_station, fire, make_device, make_rule, smoke_case

SECOND = timedelta(seconds=1)
DAY = (NIGHT + timedelta(hours=8)).date()


@pytest.fixture(autouse=True)
def station(street) -> None:
    build_station(street)


def viewer(street, key: str) -> Viewer:
    return Viewer(posts=(street.posts[key],), account=street.accounts[key])


def run_out(street, *, seconds: int) -> CallOut:
    """A smoke alarm that station_1 answers, and reaches so many seconds after the call."""
    case = smoke_case(street)
    answer_call(call=Call.objects.get(), by=street.by("station_1"), at=NIGHT + 20 * SECOND)
    arrive(episode=case.episode, by=street.by("station_1"), at=NIGHT + seconds * SECOND)
    return CallOut.objects.get()


def test_the_steps_of_a_call_are_those_of_the_call_out(street):
    call = run_out(street, seconds=150)
    assert (call.status, call.called_at, call.acknowledged_at, call.on_scene_at) == (
        "on_scene", NIGHT, NIGHT + 20 * SECOND, NIGHT + 150 * SECOND,
    )  # fmt: skip
    assert call.account == street.accounts["station_1"]

    call = leave(call=call, note=" 已复位 ", by=street.by("station_2"), at=NIGHT + 900 * SECOND)

    assert (call.status, call.left_at, call.note) == ("left", NIGHT + 900 * SECOND, "已复位")


@pytest.mark.parametrize(("seconds", "in_time"), [(179, True), (180, True), (181, False)])
def test_three_minutes_from_the_call_are_in_time(seconds, in_time, street):
    assert arrival_limit() == timedelta(minutes=3)
    assert is_in_time(run_out(street, seconds=seconds)) == in_time


def test_of_a_day_those_within_their_time_count_for_neither(street):
    run_out(street, seconds=150)
    fire(alert(make_device(street, "SM-15", place=street.places["building_15"]), at=NIGHT))
    reader = viewer(street, "duty_officer")

    soon = call_outs_on(DAY, reader, now=NIGHT + 60 * SECOND)
    later = call_outs_on(DAY, reader, now=NIGHT + 600 * SECOND)

    assert (len(soon.calls), soon.in_time, soon.n) == (2, 1, 1)
    assert (len(later.calls), later.in_time, later.n) == (2, 1, 2)


def test_who_may_not_see_the_case_reads_nothing_of_its_call_out(street):
    run_out(street, seconds=150)
    readers = ("duty_officer", "area_lead", "station_head", "department_handler", "outsider", "police_liaison")

    seen = {key: len(call_outs_on(DAY, viewer(street, key), now=NIGHT).calls) for key in readers}

    assert seen == {
        "duty_officer": 1, "area_lead": 1, "station_head": 1, "department_handler": 0, "outsider": 0,
        "police_liaison": 0,
    }  # fmt: skip


def test_only_the_station_that_answers_for_fire_is_the_station(street):
    path, posts = street.places["building"].path, street.posts

    answers = {key: is_of_station(posts[key], path, NIGHT) for key in ("station_1", "department_handler", "area_lead")}

    assert answers == {"station_1": True, "department_handler": False, "area_lead": False}


def test_a_call_to_somebody_else_is_no_call_out(street):
    case = smoke_case(street, confirm=True)

    assert not CallOut.objects.exists()
    assert call_out(case=case, post=street.posts["duty_officer"], at=NIGHT) is None
    assert not acknowledge(case=case, post=street.posts["station_1"], account=None, at=NIGHT)


def test_who_comes_second_changes_nothing(street):
    call = run_out(street, seconds=150)

    assert not be_there(case=call.case, post=street.posts["station_1"], at=NIGHT + 400 * SECOND)
    assert not acknowledge(case=call.case, post=street.posts["station_2"], account=None, at=NIGHT)
    leave(call=call, by=street.by("station_1"), at=NIGHT + 900 * SECOND)
    with pytest.raises(Conflict):
        leave(call=call, by=street.by("station_1"), at=NIGHT + 901 * SECOND)


def test_who_is_of_another_organisation_does_not_say_that_they_are_back(street):
    call = run_out(street, seconds=150)

    for stranger in ("duty_officer", "department_handler", "administrator"):
        with pytest.raises(Refused):
            leave(call=call, by=street.by(stranger), at=NIGHT)
    with pytest.raises(Invalid):
        leave(call=call, note="长" * 301, by=street.by("station_1"), at=NIGHT)


def test_the_database_holds_what_a_state_means(street):
    call = run_out(street, seconds=150)

    for wrong in ({"status": "flying"}, {"on_scene_at": None}, {"acknowledged_at": None}, {"left_at": NIGHT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CallOut.objects.filter(pk=call.pk).update(**wrong)


def test_the_roster_is_that_of_duty(street):
    now = roster(street.places["street"], at=NIGHT)
    day_after = roster(street.places["street"], at=NIGHT + timedelta(days=2))

    assert [post.name for post in now.now] == ["微型消防站一号队员", "微型消防站二号队员"]
    assert (len(now.duties), day_after.now, day_after.duties) == (2, [], [])


def test_the_page_shows_the_day_and_who_is_refused(sign_in, street):
    run_out(street, seconds=150)

    page = sign_in("station_head").get("/station/calls/", {"day": DAY.isoformat()}).content.decode()

    assert ("1 / 1" in page, "after 150 s" in page, "Lighting" in page) == (True, True, False)
    for strange in ("2026-13-40", "x", "9999-01-01", "0001-01-01"):
        assert sign_in("station_head").get("/station/calls/", {"day": strange}).status_code == 200
    refused = {role: sign_in(role).get("/station/calls/").status_code for role in ("resident", "mediator", "auditor")}
    assert refused == {"resident": 403, "mediator": 403, "auditor": 403}


def test_a_rule_for_water_calls_no_station(street):
    make_rule(klass="leak", recipients=[{"role": "property_manager", "duty": False}], helpers=[])
    fire(alert(make_device(street)))

    assert not CallOut.objects.exists()
