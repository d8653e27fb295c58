"""The desks' duty: handovers that stay as they were written, monthly checks whose faults become cases, drills."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from linli.cases.models import Case
from linli.core.errors import Conflict, Invalid, Refused
from linli.people.domain.duty import set_duty
from linli.station.domain.desks import desk_named
from linli.station.domain.drills import drills, is_in_time, record_drill
from linli.station.domain.equipment import Found, check_equipment, equipment, last_check, months
from linli.station.domain.handover import hand_over, handovers, may_sign, sign_off, unsigned
from linli.station.enums import DrillKind, Outcome
from linli.station.models import DeskHandover, Drill, EquipmentCheck
from tests.alarm import NIGHT, build_station
from tests.neighbourhood import LONG_AGO, SETUP

MINUTE = timedelta(minutes=1)
GOOD = Found(Outcome.GOOD)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def station(street) -> None:
    build_station(street)  # station_1 and station_2 are on duty at NIGHT, station_head is not


def fire():
    return desk_named("fire")


def left(street, key: str = "station_1", **changes) -> DeskHandover:
    given = {
        "desk": fire(), "open_work": "2号灭火器送检未回", "told": "已告知值班长", "by": street.by(key), "at": NIGHT,
        "action": uuid4(), **changes,
    }  # fmt: skip
    return hand_over(**given)


def test_a_handover_is_signed_by_the_next_once(street):
    handover = sign_off(handover=left(street), by=street.by("station_2"), at=NIGHT + MINUTE)

    assert (handover.taken_by, handover.taker, handover.taken_at) == (
        street.posts["station_2"], street.accounts["station_2"], NIGHT + MINUTE,
    )  # fmt: skip
    with pytest.raises(Conflict):
        sign_off(handover=handover, by=street.by("station_2"), at=NIGHT + MINUTE)


@pytest.mark.parametrize("key", ["station_head", "duty_officer", "police_liaison", "department_handler"])
def test_who_is_not_on_duty_at_this_desk_neither_hands_over_nor_signs(key, street):
    handover = left(street)

    with pytest.raises(Refused):
        left(street, key)
    with pytest.raises(Refused):
        sign_off(handover=handover, by=street.by(key), at=NIGHT)
    assert DeskHandover.objects.count() == 1


def test_nobody_hands_over_after_their_duty_has_ended(street):
    ends = NIGHT + timedelta(hours=16)  # station_1 went on duty eight hours before NIGHT, for a day
    left(street, at=ends - timedelta(seconds=1))

    with pytest.raises(Refused):
        left(street, at=ends)


def test_who_wrote_it_does_not_sign_it_from_any_post(street):
    handover = left(street)
    as_another = street.by("station_2").in_post(street.posts["station_2"], street.accounts["station_1"])

    assert not may_sign(handover, by=as_another, at=NIGHT)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeskHandover.objects.filter(pk=handover.pk).update(
            taken_by=street.posts["station_2"], taker=handover.giver, taken_at=NIGHT
        )


def test_a_doubled_submit_writes_one_and_an_empty_one_none(street):
    action = uuid4()
    assert left(street, action=action) == left(street, action=action, open_work="changed")
    assert [one.open_work for one in handovers(fire())] == ["2号灭火器送检未回"]

    for wrong in ({"open_work": " ", "told": ""}, {"open_work": "长" * 2001}):
        with pytest.raises(Invalid):
            left(street, **wrong)


def test_what_nobody_signs_within_two_hours_stands_on_the_page_until_the_next_handover(street):
    left(street)
    later = NIGHT + timedelta(hours=2)
    assert (unsigned(later), [one.desk for one in unsigned(later + MINUTE)]) == ([], ["fire"])

    sign_off(handover=left(street, at=later + MINUTE), by=street.by("station_2"), at=later + MINUTE)
    assert unsigned(later + 5 * MINUTE) == []


def all_good(**changes: Found) -> dict[str, Found]:
    return {item.code: GOOD for item in equipment()} | changes


def look(street, *, at: datetime, key: str = "station_1", found=None, action=None) -> EquipmentCheck:
    return check_equipment(found=found or all_good(), by=street.by(key), at=at, action=action or uuid4())


def test_a_fault_opens_one_case_with_the_words_of_the_finding(street):
    action, found = uuid4(), all_good(hose=Found(Outcome.FAULT, "3号水带破口"))
    checks = [look(street, at=NIGHT, found=found, action=action) for _ in range(2)]

    case = Case.objects.get()
    assert checks[0] == checks[1]
    assert (case.klass.code, case.text, case.procedure.place) == (
        "facility", "微型消防站器材故障：65毫米水带。3号水带破口", street.places["street"],
    )  # fmt: skip
    assert [(one.item, one.case) for one in last_check().findings.exclude(case=None)] == [("hose", case)]


def test_a_check_that_passes_over_something_or_describes_no_fault_is_not_taken(street):
    partly = all_good()
    del partly["radio"]
    for found, where in ((partly, "radio"), (all_good(axe=Found(Outcome.FAULT, " ")), "axe")):
        with pytest.raises(Invalid) as told:
            look(street, at=NIGHT, found=found)
        assert list(told.value.fields) == [where]
    assert (EquipmentCheck.objects.count(), Case.objects.count()) == (0, 0)


@pytest.mark.parametrize("key", ["duty_officer", "department_handler", "police_liaison"])
def test_only_the_fire_station_checks_and_drills(key, street):
    with pytest.raises(Refused):
        look(street, at=NIGHT, key=key)
    with pytest.raises(Refused):
        drill(street, key=key)


def test_a_month_without_a_check_is_missed_the_month_after(street):
    def at(*moment: int) -> datetime:
        return datetime(*moment, tzinfo=SHANGHAI)

    look(street, at=at(2026, 9, 30, 23, 59))

    assert [(month.first.month, month.state) for month in months(at(2026, 10, 24, 0, 0))] == [(10, "due"), (9, "done")]
    assert [month.state for month in months(at(2026, 10, 25, 0, 0))] == ["soon", "done"]
    assert [month.state for month in months(at(2026, 10, 31, 23, 59))] == ["soon", "done"]
    assert [month.state for month in months(at(2026, 11, 1, 0, 0))] == ["due", "missed", "done"]
    assert [month.state for month in months(at(2027, 1, 1, 0, 0))] == ["due", "missed", "missed", "missed", "done"]


def test_a_missed_check_shows_red_on_the_pages(street, sign_in, monkeypatch):
    look(street, at=NIGHT - timedelta(days=70))
    client = sign_in("station_head")

    assert "was not checked in" in client.get("/station/").content.decode()
    assert "tag-late" in client.get("/station/equipment/").content.decode()


def drill(street, *, key: str = "station_1", **changes) -> Drill:
    given = {
        "kind": DrillKind.CALL, "alarm_at": NIGHT - MINUTE, "turned_out": 45, "on_scene": 150, "people": 4,
        "where": "乐山六村12号", "by": street.by(key), "at": NIGHT, "action": uuid4(), **changes,
    }  # fmt: skip
    return record_drill(**given)


def test_a_drill_is_held_to_the_three_minutes_of_a_call(street):
    times = {seconds: is_in_time(drill(street, on_scene=seconds)) for seconds in (179, 180, 181)}

    assert times == {179: True, 180: True, 181: False}
    assert (drills(NIGHT).in_time, len(drills(NIGHT).drills)) == (2, 3)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on_scene": 44}, "on_scene"), ({"alarm_at": NIGHT + MINUTE}, "alarm_at"), ({"people": 0}, "people"),
        ({"alarm_at": NIGHT - timedelta(days=32)}, "alarm_at"), ({"where": " "}, "where"),
        ({"on_scene": 7201}, "turned_out"),
    ],
)  # fmt: skip
def test_times_that_cannot_be_are_asked_again(wrong, field, street):
    with pytest.raises(Invalid) as told:
        drill(street, **wrong)

    assert list(told.value.fields) == [field]


def test_a_quarter_without_a_drill_is_missed(street):
    assert drills(NIGHT).missed
    alarm = datetime(2026, 8, 31, 20, 0, tzinfo=SHANGHAI)
    drill(street, alarm_at=alarm, at=alarm + MINUTE)

    assert not drills(datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI)).missed
    assert drills(datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI)).missed


def test_the_pages_of_the_desk_are_used_end_to_end(street, sign_in):
    from django.utils import timezone

    now = timezone.now()
    for key in ("petition_clerk", "police_liaison"):
        set_duty(post=street.posts[key], starts=now - MINUTE, ends=now + 60 * MINUTE, by=SETUP, at=LONG_AGO)
    clerk, police = sign_in("petition_clerk"), sign_in("police_liaison")

    sent = clerk.post("/station/desks/petition/", {"action": uuid4(), "open_work": "等区里回函", "told": ""})
    handover = DeskHandover.objects.get()
    page = clerk.get("/station/desks/petition/").content.decode()

    assert (sent.status_code, handover.open_work in page, "take over" in page) == (302, True, False)
    assert police.post(f"/station/handovers/{handover.pk}/sign/").status_code == 403
    assert police.post("/station/desks/petition/", {"action": uuid4(), "open_work": "x"}).status_code == 403
    assert clerk.post("/station/desks/petition/", {"action": uuid4(), "open_work": ""}).status_code == 422


def test_who_may_open_the_station(street, sign_in):
    may = ("duty_officer", "area_lead", "committee_secretary", "mediator", "window_clerk", "station_head")
    may_not = ("resident", "outsider", "auditor", "administrator", "property_manager", "volunteer_captain")

    assert {key: sign_in(key).get("/station/").status_code for key in (*may, *may_not)} == {
        **dict.fromkeys(may, 200), **dict.fromkeys(may_not, 403),
    }  # fmt: skip
