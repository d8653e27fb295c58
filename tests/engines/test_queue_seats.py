"""Seats of a hall: its hours, the holidays, and the share that no booking can take from walk-ins."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.clocks import Calendar, Year
from linli.engines.queue import Counter, day_hours, free_times, grid, seat_at

# New Year's Day 2026 is a Thursday; Friday is off too, and Sunday the 4th is worked instead.
CALENDAR = Calendar(
    "test", "Asia/Shanghai",
    {2026: Year(rest=frozenset({date(2026, 1, 1), date(2026, 1, 2)}), work=frozenset({date(2026, 1, 4)}))},
    ((time(9), time(11, 30)), (time(13, 30), time(17, 30))),
)  # fmt: skip
HOURS = [*((day, 540, 690) for day in range(5)), *((day, 810, 1050) for day in range(5)), (5, 540, 660)]
COUNTERS = [
    Counter(1, frozenset({"general"})),
    Counter(2, frozenset({"general", "law"})),
    Counter(3, frozenset({"law"})),
]


def minute(year: int, month: int, day: int, hour: int, minutes: int = 0) -> int:
    return int(datetime(year, month, day, hour - 8, minutes, tzinfo=UTC).timestamp()) // 60


def a_day(**changes: object):
    told = {"first": date(2026, 1, 5), "days": 1, "shut": (), "calendar": CALENDAR, "step": 30, "walk_in_share": 0}
    return grid(COUNTERS, HOURS, **(told | changes))


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2025, 12, 31), [(540, 690), (810, 1050)]),
        (date(2026, 1, 1), []),
        (date(2026, 1, 2), []),
        (date(2026, 1, 3), [(540, 660)]),  # a Saturday with hours of its own
        (date(2026, 1, 4), [(540, 690), (810, 1050)]),  # a Sunday that is worked has Monday's hours
        (date(2026, 1, 11), []),
    ],
)
def test_holidays_are_shut_and_days_worked_instead_are_open(day, hours):
    assert day_hours(day, HOURS, (), CALENDAR) == hours
    assert day_hours(day, HOURS, {day}, CALENDAR) == []


def test_a_time_is_free_for_as_many_as_have_the_skill_and_are_not_taken():
    seats = a_day()
    ten = minute(2026, 1, 5, 10)
    everything = free_times(seats, COUNTERS, "law", taken=[(ten, 2)], after=minute(2026, 1, 5, 9, 30))

    assert everything[:3] == [(minute(2026, 1, 5, 9, 30), 2), (ten, 1), (minute(2026, 1, 5, 10, 30), 2)]
    assert everything[4] == (minute(2026, 1, 5, 13, 30), 2)  # after the break, with the last seat before it at 11:00
    assert free_times(seats, COUNTERS, "housing", taken=[], after=0) == []


def test_a_booking_takes_the_counter_that_can_do_least_else():
    assert seat_at(COUNTERS, "law", {1, 2, 3}) == 3
    assert seat_at(COUNTERS, "general", {2, 3}) == 2
    assert seat_at(COUNTERS, "general", {3}) is None


def test_a_hall_without_counters_or_shut_for_good_has_no_seats():
    assert a_day(days=0).seats(slice(None)) == []
    assert (
        grid([], HOURS, first=date(2026, 1, 5), days=3, shut=(), calendar=CALENDAR, step=20, walk_in_share=40).seats(
            slice(None)
        )
        == []
    )


@given(share=st.integers(0, 100), step=st.sampled_from([10, 15, 20, 30, 45]), number=st.integers(1, 12))
def test_of_any_seats_in_a_row_the_share_stays_for_walk_ins(share, step, number):
    counters = [Counter(key, frozenset({"general"})) for key in range(number)]
    seats = grid(
        counters, HOURS, first=date(2026, 1, 5), days=1, shut=(), calendar=CALENDAR, step=step, walk_in_share=share
    )
    for counter in counters:
        kept = [not bool(each) for each in seats.bookable[seats.counter == counter.key]]
        for begin in range(len(kept)):
            for end in range(begin + 1, len(kept) + 1):
                assert (end - begin) * share // 100 <= sum(kept[begin:end]) <= -(-(end - begin) * share // 100)


def test_the_share_is_spread_over_the_counters_too():
    counters = [Counter(key, frozenset({"general"})) for key in range(10)]
    seats = grid(counters, HOURS, first=date(2026, 1, 5), days=1, shut=(), calendar=CALENDAR, step=20, walk_in_share=40)

    open_ = [times for _, times in free_times(seats, counters, "general", taken=[], after=0)]
    assert open_ == [6] * len(open_)
