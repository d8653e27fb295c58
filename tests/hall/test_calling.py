"""What a clerk does at a counter, and in which order the hall is called."""

import pytest

from linli.core.errors import Conflict, Refused
from linli.services.domain.hall import calling, queries
from linli.services.domain.hall.calling import call_next
from linli.services.domain.hall.tickets import check_in, clear, give_back
from linli.services.models_queue import CounterStatus, Ticket, TicketStatus


def called(hall, at, counter: int = 1, by=None) -> str:
    """The number that is called next, served and done with at once."""
    by = by or hall.clerk
    ticket = call_next(counter=hall.counters[counter], by=by, at=at)
    if ticket is None:
        return ""
    calling.serve(ticket=ticket, by=by, at=at)
    calling.done(ticket=ticket, by=by, at=at)
    return ticket.shown


def test_numbers_count_within_a_day_and_a_line(hall, minutes):
    shown = [hall.ticket(0).shown, hall.ticket(1, skill="civil").shown, hall.ticket(2).shown, hall.ticket(1440).shown]

    assert shown == ["A001", "B001", "A002", "A001"]


def test_walk_ins_are_called_as_they_came_and_need_goes_first_but_not_without_end(hall, minutes):
    ordinary = hall.ticket(0)
    needs = [hall.ticket(number, need=True) for number in range(1, 6)]

    order = [called(hall, minutes(10 + number)) for number in range(6)]

    assert hall.hall.most == 3
    assert order == [*[each.shown for each in needs[:3]], ordinary.shown, *[each.shown for each in needs[3:]]]
    assert called(hall, minutes(20)) == ""


def test_an_appointment_is_called_at_its_time_and_a_walk_in_overtakes_nobody(hall, minutes):
    booked = hall.appointment(minutes(60))
    first, second = hall.ticket(20), hall.ticket(30)
    mine = check_in(of=hall.of(), appointment=booked, at=minutes(25))
    third = hall.ticket(35)

    order = [called(hall, minutes(number)) for number in (36, 61, 62, 63)]

    assert order == [first.shown, mine.shown, second.shown, third.shown]
    assert [Ticket.objects.get(pk=each.pk).overtaken for each in (first, second, third)] == [0, 1, 1]


def test_who_comes_too_late_for_an_appointment_stands_in_line_like_a_walk_in(hall, minutes):
    booked = hall.appointment(minutes(60))
    walk_in = hall.ticket(65)
    late = check_in(of=hall.of(), appointment=booked, at=minutes(71))

    assert (late.timed, late.place_at) == (False, minutes(71))
    assert [called(hall, minutes(80)), called(hall, minutes(81))] == [walk_in.shown, late.shown]


def test_two_clerks_call_different_people_and_each_what_their_counter_does(hall, minutes):
    calling.open_counter(counter=hall.counters[2], by=hall.colleague, at=minutes(0))
    general, civil = hall.ticket(1), hall.ticket(2, skill="civil")
    hall.ticket(3, skill="law")

    assert call_next(counter=hall.counters[1], by=hall.clerk, at=minutes(4)) == general
    assert call_next(counter=hall.counters[2], by=hall.colleague, at=minutes(4)) == civil
    with pytest.raises(Conflict) as told:
        call_next(counter=hall.counters[1], by=hall.clerk, at=minutes(5))
    assert "A001" in told.value.message


def test_not_there_can_be_said_only_after_the_grace_and_whoever_comes_after_all_waits_again(hall, minutes):
    gone, other = hall.ticket(0), hall.ticket(1)
    ticket = call_next(counter=hall.counters[1], by=hall.clerk, at=minutes(2))
    assert calling.call_again(ticket=ticket, by=hall.clerk, at=minutes(3)).calls == 2
    with pytest.raises(Conflict) as told:
        calling.not_there(ticket=ticket, by=hall.clerk, at=minutes(4))
    assert "10:05" in told.value.message

    assert calling.not_there(ticket=ticket, by=hall.clerk, at=minutes(5)).status == TicketStatus.NO_SHOW
    calling.came_back(ticket=ticket, by=hall.clerk, at=minutes(6))

    assert [called(hall, minutes(7)), called(hall, minutes(8))] == [other.shown, gone.shown]


def test_on_hold_the_counter_is_free_and_the_time_at_it_is_counted_without_the_hold(hall, minutes):
    first, second = hall.ticket(0), hall.ticket(1)
    ticket = call_next(counter=hall.counters[1], by=hall.clerk, at=minutes(2))
    calling.serve(ticket=ticket, by=hall.clerk, at=minutes(2))
    calling.hold(ticket=ticket, by=hall.clerk, at=minutes(5))
    assert called(hall, minutes(6)) == second.shown

    calling.back_from_hold(ticket=ticket, counter=hall.counters[1], by=hall.clerk, at=minutes(20))
    ended = calling.done(ticket=ticket, by=hall.clerk, at=minutes(24))

    assert (ended.shown, ended.status, ended.served_seconds) == (first.shown, TicketStatus.DONE, 7 * 60)


def test_passed_on_one_waits_for_that_counter_in_the_place_one_always_had(hall, minutes):
    calling.open_counter(counter=hall.counters[2], by=hall.colleague, at=minutes(0))
    first = hall.ticket(0)
    hall.ticket(1, skill="civil")
    ticket = call_next(counter=hall.counters[1], by=hall.clerk, at=minutes(2))
    with pytest.raises(Conflict):
        calling.pass_on(ticket=ticket, to=hall.counters[3], by=hall.clerk, at=minutes(3))

    calling.pass_on(ticket=ticket, to=hall.counters[2], by=hall.clerk, at=minutes(3))

    assert call_next(counter=hall.counters[1], by=hall.clerk, at=minutes(4)) is None
    assert call_next(counter=hall.counters[2], by=hall.colleague, at=minutes(4)) == first


def test_only_who_sits_at_a_counter_calls_there_and_nobody_leaves_somebody_sitting(hall, minutes):
    hall.ticket(0)
    for act in (call_next, calling.pause_counter, calling.close_counter):
        with pytest.raises(Refused):
            act(counter=hall.counters[1], by=hall.colleague, at=minutes(1))
    with pytest.raises(Conflict):
        calling.open_counter(counter=hall.counters[1], by=hall.colleague, at=minutes(1))
    call_next(counter=hall.counters[1], by=hall.clerk, at=minutes(1))
    with pytest.raises(Conflict) as told:
        calling.close_counter(counter=hall.counters[1], by=hall.clerk, at=minutes(2))
    assert "A001" in told.value.message


def test_back_from_a_break_the_counter_is_at_work_again(hall, minutes):
    counter = hall.counters[1]
    calling.pause_counter(counter=counter, by=hall.clerk, at=minutes(1))
    with pytest.raises(Conflict):
        call_next(counter=counter, by=hall.clerk, at=minutes(2))

    calling.open_counter(counter=counter, by=hall.clerk, at=minutes(3))

    assert (counter.status, counter.post) == (CounterStatus.OPEN, hall.clerk.post)
    calling.open_counter(counter=hall.counters[2], by=hall.clerk, at=minutes(4))
    counter.refresh_from_db()
    assert (counter.status, counter.post) == (CounterStatus.CLOSED, None)


def test_a_step_on_what_has_moved_is_told_and_changes_nothing(hall, minutes):
    ticket = hall.ticket(0)
    give_back(of=hall.of(), ticket=ticket, at=minutes(1))

    with pytest.raises(Conflict):
        give_back(of=hall.of(), ticket=ticket, at=minutes(2))
    ticket.refresh_from_db()
    with pytest.raises(Conflict):
        calling.serve(ticket=ticket, by=hall.clerk, at=minutes(2))
    assert Ticket.objects.get().status == TicketStatus.CANCELLED


def test_what_is_left_when_the_day_ends_is_ended_the_next(hall, minutes):
    hall.ticket(0)
    call_next(counter=hall.counters[1], by=hall.clerk, at=minutes(1))
    hall.ticket(2)

    assert clear(hall=hall.hall, before=hall.of().day_of(minutes(1440)), at=minutes(1440)) == 2
    assert [each.status for each in Ticket.objects.all()] == [TicketStatus.DONE, TicketStatus.CANCELLED]


def test_whoever_waits_is_told_when_with_an_interval_and_how_many_are_before(hall, minutes):
    tickets = [hall.ticket(number) for number in range(3)]
    law = hall.ticket(3, skill="law")
    ticket = call_next(counter=hall.counters[1], by=hall.clerk, at=minutes(4))
    calling.serve(ticket=ticket, by=hall.clerk, at=minutes(4))

    found = queries.expected(queries.now_in(hall.of(), minutes(6)))

    assert {key: (round(each.seconds), each.before) for key, each in found.items()} == {
        tickets[1].pk: (6 * 60, 0), tickets[2].pk: (14 * 60, 1),
    }  # fmt: skip
    assert law.pk not in found  # no counter for it is open
    assert all(0 <= each.low < each.seconds < each.high for each in found.values())


def test_a_list_of_thirty_costs_no_more_statements_than_one_of_three(hall, minutes, django_assert_num_queries):
    for number in range(30):
        hall.ticket(number // 10)

    of = hall.of()
    with django_assert_num_queries(5):
        assert len(queries.expected(queries.now_in(of, minutes(5)))) == 30
