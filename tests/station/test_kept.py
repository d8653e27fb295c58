"""What the lead of the station keeps: hours, shut days and words of the desks, the equipment; who changed what."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from linli.core.errors import Conflict, NotFound, Refused
from linli.people.models import AdminAct
from linli.station.domain.desks import desk_named, desks, hours_words
from linli.station.domain.equipment import Found, check_equipment, due_items, equipment
from linli.station.domain.kept import change, contents, load_starters, number_of
from linli.station.enums import Kept, Outcome
from linli.station.forms_kept import initial_of
from linli.station.models import StationVersion
from tests.alarm import NIGHT, build_station
from tests.neighbourhood import Street

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=SHANGHAI)


def changed(street: Street, code: str = "petition", *, what: Kept = Kept.DESK, key: str = "area_lead", **more):
    content = contents(what)[code] | more
    return change(
        what=what, code=code, number=number_of(what, code), content=content, by=street.by(key), at=street.now,
        action=uuid4(),
    )  # fmt: skip


def form(code: str, what: Kept = Kept.DESK, **more) -> dict:
    given = initial_of(what, contents(what)[code], number_of(what, code)) | {"action": str(uuid4())} | more
    return {name: value for name, value in given.items() if value is not False}


def test_the_examples_are_written_down_once_and_marked_and_nothing_changes_by_it(street):
    before = (desks(), equipment())

    assert (load_starters(at=street.now), load_starters(at=street.now)) == (5 + 13, 0)
    assert set(StationVersion.objects.values_list("demo", "number", "post")) == {(True, 1, None)}
    assert (desks(), equipment()) == before


def test_hours_and_shut_days_hold_at_once(street):
    saturday, holiday, monday = at(2026, 11, 28, 10), at(2026, 10, 1, 10), at(2026, 11, 23, 10)
    assert [desk_named("petition").is_open(day) for day in (saturday, holiday, monday)] == [False, False, True]

    changed(street, hours=[[0, 540, 690], [3, 540, 690], [5, 540, 690]], shut=[["2026-11-23", "盘点"]])

    assert [desk_named("petition").is_open(day) for day in (saturday, holiday, monday)] == [True, False, False]
    assert desk_named("petition").is_open(at(2026, 11, 30, 11, 29))
    assert not desk_named("petition").is_open(at(2026, 11, 30, 11, 30))
    assert [why for _day, why in desk_named("petition").shut_soon(monday)] == ["盘点"]


def test_hours_are_said_in_words():
    week = [(day, 540, 690) for day in range(5)] + [(5, 600, 720), (5, 780, 1020)]
    with override("en"):
        assert hours_words(week) == "Mon to Fri 9:00–11:30; Sat 10:00–12:00, 13:00–17:00"
        assert (hours_words([]), hours_words([], round_the_clock=True)) == ("Shut at present", "Round the clock")


@pytest.mark.parametrize("key", ["duty_officer", "committee_secretary", "petition_clerk"])
def test_only_the_lead_and_the_administrator_change_it(key, street, sign_in):
    with pytest.raises(Refused):
        changed(street, key=key)

    assert sign_in(key).get("/station/kept/").status_code == 403
    assert sign_in(key).post("/station/kept/desk/petition/", form("petition")).status_code == 403
    assert StationVersion.objects.filter(demo=False).count() == 0


def test_residents_and_outsiders_do_not_even_read_the_form(street, sign_in):
    pages = ("/station/kept/", "/station/kept/desk/petition/", "/station/kept/item/new/")

    assert {sign_in(key).get(page).status_code for key in ("resident", "outsider") for page in pages} == {403}


def test_a_change_says_who_and_when_and_alters_no_version(street):
    changed(street, more="午间有人")
    changed(street, key="administrator", telephone="021-00000000")

    versions = StationVersion.objects.filter(what=Kept.DESK, code="petition").order_by("number")
    assert [(row.number, row.account, row.content["more"]) for row in versions] == [
        (1, None, ""), (2, street.accounts["area_lead"], "午间有人"), (3, street.accounts["administrator"], "午间有人"),
    ]  # fmt: skip
    acts = AdminAct.objects.filter(what="station_desk_changed").order_by("pk")
    assert [(act.account, act.detail) for act in acts] == [
        (street.accounts["area_lead"], "more"), (street.accounts["administrator"], "telephone"),
    ]  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        StationVersion.objects.filter(pk=versions[1].pk).update(post=None)


def test_the_second_of_two_is_told_and_a_doubled_submit_has_one_effect(street, sign_in):
    lead, shown = sign_in("area_lead"), form("petition", more="一")
    assert [lead.post("/station/kept/desk/petition/", shown).status_code for _ in range(2)] == [302, 302]

    late = sign_in("administrator").post("/station/kept/desk/petition/", {**shown, "more": "二", "action": uuid4()})

    assert (late.status_code, "二" in late.content.decode()) == (422, True)
    assert contents(Kept.DESK)["petition"]["more"] == "一"
    assert late.context["form"]["number"].value() == "2"  # sent once more, it follows what was first
    with pytest.raises(Conflict):
        change(
            what=Kept.DESK, code="petition", number=1, content=contents(Kept.DESK)["petition"],
            by=street.by("area_lead"), at=street.now, action=uuid4(),
        )  # fmt: skip


def test_desks_are_neither_added_nor_taken_away(street, sign_in):
    content = contents(Kept.DESK)["petition"]
    for code, gone in (("sixth", False), ("petition", True)):
        with pytest.raises(NotFound):
            change(
                what=Kept.DESK, code=code, number=0, content=content, gone=gone, by=street.by("area_lead"),
                at=street.now, action=uuid4(),
            )  # fmt: skip
    assert sign_in("area_lead").get("/station/kept/desk/sixth/").status_code == 404
    assert sign_in("area_lead").get("/station/kept/room/petition/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day_0": "9-8:30"}, "closes before it opens"), ({"day_0": "9:00-12:00, 11:00-13:00"}, "overlap"),
        ({"day_0": "morning"}, "Write it like this"), ({"shut": "tomorrow"}, "Write a line like this"),
        ({"telephone": "call me"}, "Write a telephone number"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_asked_again(wrong, said, street, sign_in):
    answer = sign_in("area_lead").post("/station/kept/desk/petition/", form("petition", **wrong))

    assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_everybody_reads_the_new_words_at_once(street, sign_in):
    today = timezone.localdate()
    sent = sign_in("area_lead").post(
        "/station/kept/desk/petition/",
        form("petition", telephone="021-00000000", day_6="10:00-12:00", shut=f"{today} 盘点", does_en="Hears you."),
    )
    page = Client(headers={"accept-language": "en"}).get("/help/").content.decode()

    assert sent.status_code == 302
    for words in ("Hears you.", 'href="tel:021-00000000"', "Sun 10:00–12:00", "盘点"):
        assert words in page
    assert "Sun 10:00–12:00" in sign_in("duty_officer").get("/station/").content.decode()


def test_a_thing_is_added_with_its_place_and_interval_and_taken_off_again(street, sign_in):
    lead = sign_in("area_lead")
    thing = {
        "number": 0, "action": str(uuid4()), "name": "防毒面具", "name_en": "Gas mask", "least": 4, "place": "二号柜",
        "look": "滤罐在有效期内", "every": 3,
    }  # fmt: skip
    assert [lead.post("/station/kept/item/new/", thing).status_code for _ in range(2)] == [302, 302]
    added = equipment()[-1]
    assert (added.names[0], added.least, added.place, added.every, len(equipment())) == (
        "防毒面具", 4, "二号柜", 3, 14,
    )  # fmt: skip

    gone = form(added.code, Kept.ITEM, gone="1")
    assert lead.post(f"/station/kept/item/{added.code}/", gone).status_code == 302
    assert len(equipment()) == 13
    assert AdminAct.objects.filter(what__in=("station_item_added", "station_item_removed")).count() == 2


def test_a_thing_with_a_long_interval_is_asked_for_only_when_it_is_due(street):
    build_station(street)
    changed(street, "hose", what=Kept.ITEM, every=3)
    good = {item.code: Found(Outcome.GOOD) for item in equipment()}
    check_equipment(found=good, by=street.by("station_1"), at=NIGHT, action=uuid4())

    asked = ["hose" in {item.code for item in due_items(NIGHT + timedelta(days=days))} for days in (0, 30, 60, 93)]
    assert asked == [True, False, False, True]
    later = NIGHT + timedelta(days=30)
    without = {code: found for code, found in good.items() if code != "hose"}
    check = check_equipment(found=without, by=street.by("station_1"), at=later, action=uuid4())
    assert check.findings.count() == 12
