"""Booking rooms, sessions, day care, stalls and tools: who has what, who waits, and when it is too late."""

from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone, translation

from linli.core.errors import Conflict, Invalid, Refused
from linli.core.models import Delivery
from linli.people.domain.accounts import create_resident_account
from linli.services.domain import booking_queries as queries
from linli.services.domain.booking import (
    Full,
    Person,
    approve,
    book,
    cancel_for,
    cancel_own,
    cut_off,
    keeps,
    lapse_all,
    offer_next,
    refuse,
    take_offer,
)
from linli.services.domain.booking_news import as_told
from linli.services.domain.resource_rules import (
    RULES,
    Draft,
    change_rules,
    create_resource,
    forget_bookings,
    open_day,
    shut_day,
    write_attendance,
)
from linli.services.models_bookings import Attendance, Booking, Resource
from tests.neighbourhood import LONG_AGO

EVERY_DAY = tuple((day, 8 * 60, 20 * 60) for day in range(7))
MONDAY = date(2026, 11, 30)
WANG, LI, ZHAO = (Person(name, f"1380000000{number}") for number, name in enumerate(("王阿姨", "李老师", "赵先生")))


def on(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), timezone.get_default_timezone())


@pytest.fixture
def make(street):
    """A function that lays down a resource: open every day from 8 to 20, in half hours, unless told otherwise."""

    def of(code: str = "room", *, kind: str = "room", hours=EVERY_DAY, place: str = "committee", **rules) -> Resource:
        draft = Draft(code, kind, "房间", "Room", "", "", tuple(hours), {"keeps_holidays": False, **rules})
        return create_resource(draft=draft, place=street.places[place])

    return of


@pytest.fixture
def take(street):
    """A function by which somebody books from one hour to another."""

    def booked(resource: Resource, starts: datetime, ends: datetime, person: Person = WANG, **more) -> Booking:
        given = {"at": street.now, "action": uuid4(), **more}
        return book(resource=resource, starts=starts, ends=ends, person=person, **given).booking

    return booked


def status(booking: Booking) -> str:
    return Booking.objects.get(pk=booking.pk).status


# --- no two have the same


def test_two_bookings_keep_the_buffers_of_both_between_them(make, take):
    room = make(buffer_before=15, buffer_after=15)
    first = take(room, on(MONDAY, 9), on(MONDAY, 10))

    assert (first.holds_from, first.holds_until) == (on(MONDAY, 8, 45), on(MONDAY, 10, 15))
    with pytest.raises(Full):
        take(room, on(MONDAY, 10), on(MONDAY, 11), LI)
    assert take(room, on(MONDAY, 10, 30), on(MONDAY, 11), LI).status == "booked"  # 10:15 to 10:15: they touch
    assert take(room, on(MONDAY, 8), on(MONDAY, 8, 30), ZHAO).status == "booked"


def test_what_is_booked_keeps_its_buffers_when_the_rules_change(make, take, street):
    room = make(buffer_after=30)
    booked = take(room, on(MONDAY, 9), on(MONDAY, 10))
    room.refresh_from_db()
    change_rules(
        resource=room, version=1, rules=rules_of(room) | {"buffer_after": 0}, hours=EVERY_DAY,
        by=street.by("area_lead"), at=street.now,
    )  # fmt: skip
    booked.refresh_from_db()

    assert booked.holds_until == on(MONDAY, 10, 30)
    with pytest.raises(Full):
        take(room, on(MONDAY, 10), on(MONDAY, 11), LI)


def test_the_lowest_free_unit_is_given_and_the_last_one_is_the_last(make, take):
    stalls = make("stalls", kind="stall", units=2, whole=True, hours=[(2, 480, 720)])
    wednesday = MONDAY + timedelta(days=2)
    span = on(wednesday, 8), on(wednesday, 12)

    assert [take(stalls, *span, person).unit for person in (WANG, LI)] == [1, 2]
    with pytest.raises(Full):
        take(stalls, *span, ZHAO)


def test_the_database_itself_keeps_two_from_one_unit_at_one_time(make, take):
    booked = take(make(), on(MONDAY, 9), on(MONDAY, 10))
    fields = {
        field.attname: getattr(booked, field.attname)
        for field in Booking._meta.fields
        if field.attname not in ("uuid", "number", "action")
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(**fields, number="4XTTNVFE3", action=uuid4())


@pytest.mark.django_db(transaction=True)
def test_of_rivals_for_one_time_exactly_one_has_it_and_the_others_are_told(make, street):
    room, gate, came = make(buffer_after=10), Barrier(8), []

    def rival(number: int) -> None:
        gate.wait()
        try:
            book(
                resource=room, starts=on(MONDAY, 9), ends=on(MONDAY, 10), person=Person("某人", f"1390000000{number}"),
                at=street.now, action=uuid4(),
            )  # fmt: skip
            came.append("booked")
        except Full:
            came.append("full")
        finally:
            connections.close_all()

    rivals = [Thread(target=rival, args=(number,)) for number in range(8)]
    for each in rivals:
        each.start()
    for each in rivals:
        each.join()

    assert sorted(came) == ["booked", *["full"] * 7]
    assert Booking.objects.count() == 1


def test_a_doubled_submit_books_once(make, street):
    room, action = make(), uuid4()
    given = {"resource": room, "starts": on(MONDAY, 9), "ends": on(MONDAY, 10), "person": WANG, "at": street.now}

    first, second = (book(**given, action=action) for _twice in range(2))

    assert (first.booking.pk, first.code) == (second.booking.pk, second.code)
    assert Booking.objects.count() == 1


# --- what the rules allow


@pytest.mark.parametrize(
    ("starts", "ends", "told"),
    [
        (on(date(2026, 11, 23), 9), on(date(2026, 11, 23), 10), "over"),
        (on(date(2026, 11, 23), 10, 30), on(date(2026, 11, 23), 11), "too soon"),
        (on(date(2026, 12, 22), 9), on(date(2026, 12, 22), 10), "too far"),
        (on(MONDAY, 7, 30), on(MONDAY, 8, 30), "not open"),
        (on(MONDAY, 19, 30), on(MONDAY, 20, 30), "not open"),
        (on(MONDAY, 9), on(MONDAY, 12, 30), "so long"),
        (on(MONDAY, 9), on(MONDAY, 9, 15), "so short"),
        (on(MONDAY, 9, 10), on(MONDAY, 10, 10), "times shown"),
    ],
    ids=["past", "soon", "far", "before it opens", "after it closes", "too long", "too short", "between the steps"],
)
def test_a_time_that_the_rules_do_not_allow_is_refused_in_words(make, take, starts, ends, told, language):
    with pytest.raises(Invalid) as refused:
        take(make(notice=60, longest=180), starts, ends)

    assert told in str(refused.value.fields["start"])


@pytest.fixture
def language():
    with translation.override("en"):
        yield


def test_the_last_day_that_can_be_booked_is_so_many_days_ahead(make, take):
    room = make(ahead_days=7)  # it is Monday the 23rd

    assert take(room, on(MONDAY, 9), on(MONDAY, 10)).status == "booked"
    with pytest.raises(Invalid):
        take(room, on(MONDAY + timedelta(days=1), 9), on(MONDAY + timedelta(days=1), 10))


def test_one_person_has_so_many_and_not_two_at_once(make, take):
    room = make(per_person=2, units=3)
    take(room, on(MONDAY, 9), on(MONDAY, 10))

    with pytest.raises(Invalid):
        take(room, on(MONDAY, 9, 30), on(MONDAY, 10, 30))  # the same person at the same time
    second = take(room, on(MONDAY, 11), on(MONDAY, 12))
    with pytest.raises(Invalid):
        take(room, on(MONDAY, 13), on(MONDAY, 14), Person("同一个人", "138 0000 0000"))  # another name, the same number
    cancel_own(booking=second, at=on(date(2026, 11, 24), 9))
    assert take(room, on(MONDAY, 13), on(MONDAY, 14)).status == "booked"


def test_a_closed_day_shows_why_and_whoever_had_it_is_told(make, take, street):
    room = make()
    booked = take(room, on(MONDAY, 9), on(MONDAY, 10))
    waiting = take(room, on(MONDAY, 9), on(MONDAY, 10), LI, wait=True)

    gone = shut_day(
        resource=room,
        day=MONDAY,
        why="水管爆裂",
        why_en="Burst pipe",
        by=street.by("committee_secretary"),
        at=street.now,
    )

    assert {each.pk for each in gone} == {booked.pk, waiting.pk}
    assert {status(booked), status(waiting)} == {"cancelled"}
    with pytest.raises(Invalid):
        take(room, on(MONDAY, 14), on(MONDAY, 15), LI)
    with translation.override("zh-hans"):
        (day,) = queries.days_of(room, 30, street.now, MONDAY, 1)
    assert (day.times, day.free, day.shut) == (0, 0, "水管爆裂")
    open_day(resource=room, day=MONDAY, by=street.by("area_lead"), at=street.now)
    assert take(room, on(MONDAY, 14), on(MONDAY, 15), LI).status == "booked"


def test_what_keeps_holidays_is_shut_on_new_years_day_and_open_the_year_after_that_is_not_announced(make, street):
    room = make(ahead_days=366, keeps_holidays=True, hours=[(day, 480, 600) for day in range(5)])
    new_year = date(2026, 1, 1)  # a Thursday, and announced as a holiday
    in_2025 = datetime(2025, 12, 20, 2, tzinfo=UTC)

    days = queries.days_of(room, 30, in_2025, new_year - timedelta(days=1), 2)

    assert [(each.day.year, each.times > 0) for each in days] == [(2025, True), (2026, False)]
    unannounced = queries.days_of(room, 30, street.now, date(2027, 1, 4), 1)  # a Monday of a year not loaded
    assert unannounced[0].times > 0


def test_open_until_midnight_and_from_midnight_is_one_night_over_the_year_end(make, take):
    room = make(hours=[(3, 20 * 60, 24 * 60), (4, 0, 2 * 60)], ahead_days=60)
    thursday = date(2026, 12, 31)

    booked = take(room, on(thursday, 23), on(date(2027, 1, 1), 1))

    assert (booked.status, booked.ends) == ("booked", datetime(2026, 12, 31, 17, tzinfo=UTC))
    times = queries.times_of(room, thursday, 120, on(date(2026, 12, 30), 9))
    assert [(slot.span.start.astimezone(UTC).hour, slot.free) for slot in times][-2:] == [(15, 0), (15, 0)]
    with pytest.raises(Invalid):
        take(room, on(date(2027, 1, 1), 1, 30), on(date(2027, 1, 1), 3), LI)


def test_what_is_lent_stays_out_overnight_but_is_fetched_and_brought_back_in_open_hours(make, take):
    ladder = make(
        "ladder", kind="tool", shortest=1440, longest=4320, overnight=True, hours=[(0, 540, 1020), (2, 540, 720)]
    )
    wednesday = MONDAY + timedelta(days=2)

    assert take(ladder, on(MONDAY, 9), on(wednesday, 9, 30)).status == "booked"
    with pytest.raises(Invalid):  # back on Wednesday afternoon, when it is shut
        take(ladder, on(MONDAY, 16), on(wednesday, 16), LI)


# --- giving back, and who is next


def test_cancelling_ends_at_the_cut_off_to_the_instant(make, take):
    room = make(cut_off=24 * 60)
    booked = take(room, on(MONDAY, 9), on(MONDAY, 10))
    limit = cut_off(booked, room)

    assert limit == on(MONDAY - timedelta(days=1), 9)
    with pytest.raises(Conflict):
        cancel_own(booking=booked, at=limit)
    cancel_own(booking=booked, at=limit - timedelta(microseconds=1))
    assert status(booked) == "cancelled"
    assert cancel_own(booking=booked, at=limit).status == "cancelled"  # pressed twice, it is told the same


def test_who_waits_is_asked_in_the_order_in_which_they_came(make, take, street):
    room = make(offer_for=60)
    booked = take(room, on(MONDAY, 9), on(MONDAY, 10))
    early = take(room, on(MONDAY, 9), on(MONDAY, 10), LI, wait=True)
    late = take(room, on(MONDAY, 9, 30), on(MONDAY, 10, 30), ZHAO, wait=True, at=street.now + timedelta(seconds=1))
    assert [queries.ahead_of(each) for each in (early, late)] == [0, 1]
    given_back = on(date(2026, 11, 24), 9)

    cancel_own(booking=booked, at=given_back)

    early.refresh_from_db()
    assert (early.status, early.unit, early.offer_until) == ("offered", 1, given_back + timedelta(hours=1))
    assert status(late) == "waiting"
    with pytest.raises(Full):  # an offered place is held
        take(room, on(MONDAY, 9), on(MONDAY, 10), Person("别人", "13900000009"), at=given_back)
    assert lapse_all(at=early.offer_until) == 1
    assert (status(early), status(late)) == ("lapsed", "offered")
    with pytest.raises(Conflict):
        take_offer(booking=early, at=early.offer_until)
    late.refresh_from_db()
    assert take_offer(booking=late, at=late.offer_until - timedelta(seconds=1)).status == "booked"


def test_an_offer_never_lasts_beyond_the_beginning_and_waiting_ends_with_it(make, take, street):
    room = make(offer_for=3 * 24 * 60, cut_off=0)
    booked = take(room, on(MONDAY, 9), on(MONDAY, 10))
    waiting = take(room, on(MONDAY, 9), on(MONDAY, 10), LI, wait=True)
    cancel_own(booking=booked, at=on(MONDAY, 8))

    waiting.refresh_from_db()
    assert waiting.offer_until == on(MONDAY, 9)
    lapse_all(at=on(MONDAY, 9))
    assert status(waiting) == "lapsed"


def test_a_request_is_approved_or_refused_with_a_reason_and_frees_the_time(make, take, street):
    hall = make(approval=True, asks_what_for=True)
    asked = take(hall, on(MONDAY, 9), on(MONDAY, 10), what_for="产品推介")
    waiting = take(hall, on(MONDAY, 9), on(MONDAY, 10), LI, wait=True)
    assert asked.status == "asked"
    by = street.by("committee_secretary")

    with pytest.raises(Invalid):
        refuse(booking=asked, version=1, reason=" ", by=by, at=street.now)
    with pytest.raises(Refused):
        refuse(booking=asked, version=1, reason="不行", by=street.by("property_manager"), at=street.now)
    refuse(booking=asked, version=1, reason="不借给商业推销。", by=by, at=street.now)
    asked.refresh_from_db()
    assert (asked.status, asked.reason, status(waiting)) == ("refused", "不借给商业推销。", "offered")
    with pytest.raises(Conflict):
        approve(booking=asked, version=2, by=by, at=street.now)
    waiting.refresh_from_db()
    taken = take_offer(booking=waiting, at=street.now)
    assert approve(booking=taken, version=taken.version, by=by, at=street.now).status == "booked"


def test_the_office_cancels_after_the_cut_off_too_and_the_second_of_two_is_told(make, take, street):
    room = make()
    booked = take(room, on(MONDAY, 9), on(MONDAY, 10))
    late, by = on(MONDAY, 8, 59), street.by("committee_secretary")

    cancel_for(booking=booked, version=1, reason="停电", by=by, at=late)

    assert status(booked) == "cancelled"
    with pytest.raises(Conflict):
        cancel_for(booking=booked, version=1, reason="停电", by=by, at=late)


# --- who keeps, who learns


def test_a_post_keeps_what_lies_in_its_place_and_nothing_else(make, street):
    ours, area = make(), make("hub", place="area")
    kept = {
        role: [keeps(street.by(role), each) for each in (ours, area)]
        for role in ("duty_officer", "area_lead", "committee_secretary", "window_clerk", "mediator", "outsider")
    }

    assert kept == {
        "duty_officer": [True, True], "area_lead": [True, True], "committee_secretary": [True, False],
        "window_clerk": [True, True], "mediator": [False, False], "outsider": [False, False],
    }  # fmt: skip


def test_news_go_to_who_booked_and_never_of_what_is_no_longer_true(make, take):
    now = timezone.now().replace(microsecond=0)
    room = make(ahead_days=60, cut_off=0)
    day = timezone.localdate(now) + timedelta(days=5)
    booked = take(room, on(day, 9), on(day, 10), at=now)
    told, reminder = Delivery.objects.order_by("pk")
    assert [told.channel, reminder.channel] == ["sms", "sms"]
    assert (told.key, reminder.key) == (f"booking.told:{booked.pk}:1", f"booking.reminder:{booked.pk}:1")
    assert as_told(reminder)
    cancel_own(booking=booked, at=now)
    assert not as_told(reminder)


def test_thirty_days_later_nothing_of_the_person_is_left(make, take, street):
    account = create_resident_account(name="居民", at=LONG_AGO)
    room = make(asks_what_for=True)
    booked = take(room, on(MONDAY, 9), on(MONDAY, 10), Person("王阿姨", "13800000000", account), what_for="茶话")
    end = booked.ends

    assert forget_bookings(at=end + timedelta(days=30)) == 0
    assert forget_bookings(at=end + timedelta(days=30, seconds=1)) == 1
    booked.refresh_from_db()
    left = (booked.account, booked.called, booked.what_for, booked.contact_sealed, booked.claim_hash, booked.who)
    assert left == (None, "", "", None, "", "")
    assert forget_bookings(at=end + timedelta(days=90)) == 0


def test_attendance_is_a_number_of_a_session_that_has_begun(make, street):
    care = make("care", kind="day_care", units=12, whole=True, counts=True, hours=[(0, 510, 990)])
    session, by = on(MONDAY, 8, 30), street.by("committee_secretary")
    write = {"resource": care, "starts": session, "by": by}

    with pytest.raises(Invalid):
        write_attendance(**write, number=9, at=session - timedelta(seconds=1))
    with pytest.raises(Invalid):
        write_attendance(**write, number=-1, at=session)
    write_attendance(**write, number=9, at=session)
    write_attendance(**write, number=10, at=session)

    assert list(Attendance.objects.values_list("number", flat=True)) == [10]
    assert {field.name for field in Attendance._meta.fields} == {
        "id", "resource", "starts", "number", "entered_by", "at"
    }  # fmt: skip


def test_rules_that_contradict_each_other_are_not_kept(make, street):
    room = make()
    change = {"resource": room, "version": 1, "by": street.by("area_lead"), "at": street.now}

    for wrong in ({"longest": 10, "shortest": 60}, {"units": 0}, {"step": 1}):
        with pytest.raises(Invalid):
            change_rules(**change, rules=rules_of(room) | wrong, hours=EVERY_DAY)
    with pytest.raises(Invalid):
        change_rules(**change, rules=rules_of(room), hours=[(0, 540, 700), (0, 690, 720)])
    with pytest.raises(Refused):
        change_rules(**change | {"by": street.by("mediator")}, rules=rules_of(room), hours=EVERY_DAY)
    change_rules(**change, rules=rules_of(room), hours=[(0, 540, 700), (0, 700, 720)])
    with pytest.raises(Conflict):
        change_rules(**change, rules=rules_of(room), hours=EVERY_DAY)


def rules_of(resource: Resource) -> dict:
    return {name: getattr(resource, name) for name in RULES}


def test_a_week_costs_no_more_statements_however_many_book(make, take, street, django_assert_num_queries):
    room = make(units=3, per_person=0)
    for hour in (9, 10, 11):
        take(room, on(MONDAY, hour), on(MONDAY, hour + 1))
    with django_assert_num_queries(5):
        week = queries.week_of(room, MONDAY, street.now)

    assert [len(session.bookings) for day in week for session in day.sessions] == [3, 0, 0, 0, 0, 0, 0]


def test_what_was_lent_over_a_day_that_is_shut_is_offered_for_the_other_days(make, take, street):
    ladder = make("ladder", kind="tool", shortest=1440, longest=4320, overnight=True)
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    lent = take(ladder, on(MONDAY, 9), on(wednesday, 9))
    waits = take(ladder, on(wednesday, 8, 30), on(wednesday + timedelta(days=1), 8, 30), LI, wait=True)

    shut_day(resource=ladder, day=tuesday, why="盘点", by=street.by("committee_secretary"), at=street.now)

    assert (status(lent), status(waits)) == ("cancelled", "offered")


def test_nobody_is_offered_a_time_at_which_it_is_shut_by_now(make, take, street):
    room = make(cut_off=0)
    booked = take(room, on(MONDAY, 18), on(MONDAY, 19))
    waits = take(room, on(MONDAY, 18), on(MONDAY, 19), LI, wait=True)
    change_rules(
        resource=room, version=1, rules={name: getattr(room, name) for name in RULES},
        hours=tuple((day, 8 * 60, 17 * 60) for day in range(7)), by=street.by("committee_secretary"), at=street.now,
    )  # fmt: skip
    assert (status(booked), status(waits)) == ("booked", "cancelled")

    cancel_own(booking=booked, at=street.now)

    assert (status(waits), Booking.objects.get(pk=waits.pk).reason != "") == ("cancelled", True)


def test_who_waits_is_looked_through_in_few_statements(make, take, street, django_assert_max_num_queries):
    room = make(units=1, per_person=0)
    take(room, on(MONDAY, 9), on(MONDAY, 10))
    for hour in range(5):
        take(room, on(MONDAY, 9), on(MONDAY, 10), Person(f"等{hour}", f"1390000000{hour}"), wait=True)

    with transaction.atomic(), django_assert_max_num_queries(3 + 5):
        assert offer_next(room, street.now) == []
