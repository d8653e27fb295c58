"""Appointments and the waiting list: one wins, the others are told what is free; a freed time goes to the next."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from linli.core import deliver
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.models import Delivery
from linli.people.domain.contacts import read_contact
from linli.services.domain.hall import booking, waiting_list
from linli.services.domain.hall.booking import Taken, book, cancel
from linli.services.domain.hall.codes import code_of
from linli.services.domain.hall.forgetting import forget
from linli.services.domain.hall.queries import held_by
from linli.services.domain.hall.setting import setting
from linli.services.domain.hall.setup import shut
from linli.services.domain.hall.slots import free, free_days
from linli.services.domain.hall.tickets import check_in
from linli.services.models_queue import Appointment, AppointmentStatus, EntryStatus, Ticket, TicketStatus
from tests.hall.conftest import build_hall
from tests.neighbourhood import NOW, build_street

RIVALS = 20
TO_MORROW = 24 * 60


def minute_of(at) -> int:
    return int(at.timestamp()) // 60


def test_the_times_that_can_be_booked_leave_the_share_of_walk_ins_and_the_days_the_hall_is_shut(hall, minutes):
    days = free_days(hall.of(), "general", at=hall.now)

    assert [each.day.isoformat() for each in days[:6]] == [
        "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30",
    ]  # fmt: skip
    # Two counters × 7 steps before noon and 12 after it, three in five of them to be booked.
    assert sum(each.free for each in days[1].times) == 22
    assert days[0].times[0].at > minutes(19)
    assert free(hall.of(), "housing", first=days[0].day, days=30, at=hall.now) == []


def test_a_booked_time_is_free_for_one_less_and_then_for_nobody(hall, minutes):
    """At 11:00 counters 1 and 2 can be booked."""
    at = minutes(60)
    assert [each.free for each in free(hall.of(), "general", first=hall.of().day_of(at), days=1, at=hall.now)
            if each.at == at] == [2]  # fmt: skip

    first, second = hall.appointment(at), hall.appointment(at)

    assert [first.counter.number, second.counter.number] == [1, 2]
    with pytest.raises(Taken) as told:
        hall.appointment(at)
    assert [each.at for each in told.value.near] == [minutes(each) for each in (20, 210, 230)]


@pytest.mark.parametrize("minutes_later", [-60, 10, 41, 90 + 41, 24 * 60 * 40])
def test_no_time_is_booked_that_is_past_too_soon_no_seat_in_the_break_or_too_far_away(hall, minutes, minutes_later):
    with pytest.raises(Taken):
        hall.appointment(minutes(minutes_later))
    assert not Appointment.objects.exists()


def test_one_form_sent_twice_books_once_and_its_code_opens_it(hall, minutes):
    action = uuid4()
    twice = [
        book(of=hall.of(), skill="general", minute=minute_of(minutes(60)), at=hall.now, action=action) for _ in range(2)
    ]

    assert twice[0] == twice[1]
    assert held_by(f" {code_of(action).lower()[:4]}-{code_of(action)[4:]}").appointment == twice[0]
    assert held_by("AAAAAAAAAA") is None


def test_cancelled_before_the_cut_off_it_is_free_again_and_after_it_stays(hall, minutes):
    booked = hall.appointment(minutes(250))
    with pytest.raises(Conflict) as told:
        cancel(appointment=booked, at=minutes(130))
    assert "12:10" in told.value.message
    assert cancel(appointment=booked, at=minutes(129)).status == AppointmentStatus.CANCELLED

    again = hall.appointment(minutes(250))
    assert again.counter == booked.counter
    with pytest.raises(Conflict):
        cancel(appointment=booked, at=minutes(1))
    with pytest.raises(Conflict):
        check_in(of=hall.of(), appointment=booked, at=minutes(230))


def test_a_reminder_is_sent_the_day_before_and_dropped_where_the_appointment_was_cancelled(hall, minutes):
    booked = hall.appointment(minutes(2 * TO_MORROW + 60), contact=read_contact("13812345678"))

    told = Delivery.objects.get()
    assert booking._is_booked(told) is True
    cancel(appointment=booked, at=minutes(60))
    assert booking._is_booked(told) is False
    booked.refresh_from_db()
    assert booked.contact_sealed is None


# --- the waiting list


@pytest.fixture(autouse=True)
def news(monkeypatch):
    """What happened on the day of these tests is still told, whenever they run."""
    monkeypatch.setattr(deliver, "NEWS", timedelta(days=36_500))


def join(hall, on, **more):
    day = hall.of().day_of(on)
    told = {"of": hall.of(), "skill": "general", "first": day, "last": day, "at": hall.now, "action": uuid4()}
    return waiting_list.join(**(told | more))


def test_a_freed_time_is_offered_to_the_first_and_when_that_expires_to_the_next(hall, minutes):
    to_morrow = minutes(TO_MORROW + 60)
    booked = hall.appointment(to_morrow)
    first = join(hall, to_morrow, contact=read_contact("first@example.org"))
    second = join(hall, to_morrow, at=hall.now + timedelta(minutes=1))
    other = join(hall, to_morrow, skill="law")

    cancel(appointment=booked, at=minutes(10))

    first.refresh_from_db()
    assert (first.status, first.appointment.starts_at, first.appointment.offer_until) == (
        EntryStatus.OFFERED, to_morrow, minutes(130),
    )  # fmt: skip
    assert [each.key for each in Delivery.objects.all()] == [f"hall.offered:{first.appointment_id}"]
    hall.appointment(to_morrow)  # the other counter's
    with pytest.raises(Taken):  # for it is kept
        hall.appointment(to_morrow)

    assert waiting_list.expire(at=minutes(129)) == 0
    assert waiting_list.expire(at=minutes(130)) == 1
    for each in (first, second, other):
        each.refresh_from_db()
    assert [each.status for each in (first, second, other)] == [
        EntryStatus.LAPSED, EntryStatus.OFFERED, EntryStatus.WAITING,
    ]  # fmt: skip
    with pytest.raises(Conflict):
        waiting_list.accept(entry=first, at=minutes(131))
    taken = waiting_list.accept(entry=second, at=minutes(131))
    assert (taken.status, second.status) == (AppointmentStatus.BOOKED, EntryStatus.TAKEN)


def test_declined_it_goes_to_the_next_and_begins_it_too_soon_to_nobody(hall, minutes):
    booked = hall.appointment(minutes(250))
    first, second = join(hall, minutes(250)), join(hall, minutes(250))
    cancel(appointment=booked, at=minutes(100))
    first.refresh_from_db()

    waiting_list.give_up(entry=first, at=minutes(150))

    second.refresh_from_db()
    assert (first.status, second.status) == (EntryStatus.WITHDRAWN, EntryStatus.OFFERED)
    waiting_list.give_up(entry=second, at=minutes(215))
    third = join(hall, minutes(250))
    assert waiting_list.offer_freed(of=hall.of(), counter=booked.counter, minute=booked.minute, at=minutes(216)) is None
    assert third.status == EntryStatus.WAITING


def test_days_that_make_no_sense_are_told_and_an_entry_ends_with_its_days(hall, minutes):
    day = hall.of().day_of(hall.now)
    for first, last in ((day, day - timedelta(days=1)), (day - timedelta(days=3), day - timedelta(days=2)),
                        (day, day + timedelta(days=30))):  # fmt: skip
        with pytest.raises(Invalid):
            join(hall, hall.now, first=first, last=last)
    entry = join(hall, hall.now, contact=read_contact("first@example.org"))

    waiting_list.expire(at=minutes(TO_MORROW))

    entry.refresh_from_db()
    assert (entry.status, entry.contact_sealed) == (EntryStatus.LAPSED, None)


# --- in the hall


def test_checking_in_too_early_or_on_another_day_is_told_and_twice_gives_one_ticket(hall, minutes):
    booked = hall.appointment(minutes(250))
    for at in (minutes(189), minutes(250 + TO_MORROW)):
        with pytest.raises(Conflict):
            check_in(of=hall.of(), appointment=booked, at=at)

    one = check_in(of=hall.of(), appointment=booked, at=minutes(210))

    assert check_in(of=hall.of(), appointment=booked, at=minutes(211)) == one
    assert (one.shown, one.status, one.place_at) == ("A001", TicketStatus.WAITING, minutes(250))


def test_nobody_came_is_marked_after_the_late_minutes(hall, minutes):
    booked = hall.appointment(minutes(60))

    assert [booking.miss(hall=hall.hall, at=minutes(each)) for each in (70, 71)] == [0, 1]
    booked.refresh_from_db()
    assert booked.status == AppointmentStatus.MISSED
    assert check_in(of=hall.of(), appointment=booked, at=minutes(80)).timed is False


@pytest.mark.django_db(transaction=True)
def test_of_many_rivals_for_one_seat_one_wins_and_all_others_are_told_what_is_free():
    """On real threads and whatever database the tests run on."""
    hall = build_hall(build_street())
    at = NOW + timedelta(days=1, minutes=60)
    book(of=setting(hall), skill="general", minute=minute_of(at), at=NOW, action=uuid4())  # one of two seats is left

    def rival(_number: int) -> str:
        try:
            book(of=setting(hall), skill="general", minute=minute_of(at), at=NOW, action=uuid4())
        except Taken as told:
            return f"taken, {len(told.near)} others"
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(RIVALS) as threads:
        told = list(threads.map(rival, range(RIVALS)))

    assert sorted(told) == ["booked", *["taken, 3 others"] * (RIVALS - 1)]
    assert Appointment.objects.filter(minute=minute_of(at), status=AppointmentStatus.BOOKED).count() == 2


# --- a day on which the hall is shut, and what is forgotten


def test_a_day_with_appointments_is_shut_by_calling_them_off_and_telling_who_can_be_told(hall, minutes):
    to_morrow = minutes(TO_MORROW + 60)
    reached, unknown = hall.appointment(to_morrow, contact=read_contact("13812345678")), hall.appointment(to_morrow)
    after = hall.appointment(minutes(2 * TO_MORROW + 60))
    storm = {"hall": hall.hall, "day": hall.of().day_of(to_morrow), "reason": "台风", "at": minutes(10)}
    officer = hall.by("duty_officer")

    with pytest.raises(Conflict) as told:
        shut(**storm, by=officer)
    assert "2" in str(told.value.message)
    assert not hall.hall.shut_days.exists()
    with pytest.raises(Refused):
        shut(**storm, call_off=True, by=hall.clerk)
    shut(**storm, call_off=True, by=officer)

    for each in (reached, unknown, after):
        each.refresh_from_db()
    assert [(each.status, each.contact_sealed) for each in (reached, unknown, after)] == [
        (AppointmentStatus.CANCELLED, None), (AppointmentStatus.CANCELLED, None), (AppointmentStatus.BOOKED, None),
    ]  # fmt: skip
    news = Delivery.objects.get(key=f"hall.called_off:{reached.pk}")
    assert ("台风" in news.text, deliver.address_of(news)) == (True, "13812345678")
    with pytest.raises(Taken):
        hall.appointment(to_morrow)


def test_who_was_offered_a_time_of_a_day_that_is_shut_waits_on(hall, minutes):
    to_morrow = minutes(TO_MORROW + 60)
    booked = hall.appointment(to_morrow)
    entry = join(hall, to_morrow, last=hall.of().day_of(to_morrow) + timedelta(days=2))
    cancel(appointment=booked, at=minutes(10))

    shut(
        hall=hall.hall, day=hall.of().day_of(to_morrow), reason="台风", call_off=True, by=hall.by("duty_officer"),
        at=minutes(20),
    )  # fmt: skip

    entry.refresh_from_db()
    assert (entry.status, entry.appointment) == (EntryStatus.WAITING, None)


def test_the_code_of_a_time_that_was_offered_and_taken_opens_it_until_two_weeks_after_it(hall, minutes):
    in_three_weeks = minutes(21 * TO_MORROW + 60)
    booked, action = hall.appointment(in_three_weeks), uuid4()
    entry = join(hall, in_three_weeks, action=action)
    cancel(appointment=booked, at=minutes(10))
    entry.refresh_from_db()
    waiting_list.accept(entry=entry, at=minutes(20))

    forget(at=minutes(20 * TO_MORROW))
    assert held_by(code_of(action)).appointment.starts_at == in_three_weeks
    forget(at=minutes(36 * TO_MORROW + 120))
    assert held_by(code_of(action)) is None


def test_a_year_and_a_half_after_it_an_appointment_that_was_kept_is_gone_too(hall, minutes):
    kept = hall.appointment(minutes(250))
    check_in(of=hall.of(), appointment=kept, at=minutes(240))
    missed = hall.appointment(minutes(TO_MORROW + 60))
    booking.miss(hall=hall.hall, at=minutes(TO_MORROW + 120))

    forget(at=minutes(530 * TO_MORROW))
    assert set(Appointment.objects.all()) == {kept, missed}
    forget(at=minutes(542 * TO_MORROW))
    assert (Appointment.objects.exists(), Ticket.objects.exists()) == (False, False)
