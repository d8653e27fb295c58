"""The vectors of the time arithmetic, T1 to T10, and what a pause, an extension and an event do to a limit."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from linli.engines.clocks import Calendar, Counted, Due, Kind, Limit, Span, Step, Why, amber, counted, due
from linli.lawbook.calendars import calendar_from_chinesecalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
LUNCH = ((time(9), time(12)), (time(13), time(17)))


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return calendar_from_chinesecalendar(range(2024, 2030), office_hours=LUNCH)


def at(text: str) -> datetime:
    """An instant of Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def span(start: str, end: str | None = None) -> Span:
    return Span(at(start), end and at(end))


def natural(amount: int, **more: bool) -> Limit:
    return Limit(amount, Kind.NATURAL_DAY, **more)


def working(amount: int, **more: bool) -> Limit:
    return Limit(amount, Kind.WORKING_DAY, **more)


# The vectors


def test_t1_the_first_day_is_left_out(calendar):
    early, late = due(natural(1), at("2026-03-02 00:00"), calendar), due(natural(1), at("2026-03-02 23:59"), calendar)

    assert early == late
    assert early.at == at("2026-03-04 00:00")
    assert early.day == date(2026, 3, 3)


@pytest.mark.parametrize("kind", [Kind.NATURAL_HOUR, Kind.URGENT_HOUR])
def test_t2_hours_run_from_the_stated_moment_round_the_clock(calendar, kind):
    result = due(Limit(24, kind), at("2026-02-13 16:40"), calendar)

    assert result.at == result.raw == at("2026-02-14 16:40")
    assert (result.day, result.rolled, result.provisional) == (None, False, False)


@pytest.mark.parametrize(
    ("limit", "start", "day"),
    [
        (Limit(1, Kind.MONTH), "2026-03-10 10:00", date(2026, 4, 10)),
        (Limit(1, Kind.MONTH, roll=False), "2026-01-31 10:00", date(2026, 2, 28)),
        (Limit(1, Kind.MONTH, roll=False), "2024-01-31 10:00", date(2024, 2, 29)),
        (Limit(13, Kind.MONTH, roll=False), "2025-01-31 10:00", date(2026, 2, 28)),
        (Limit(1, Kind.YEAR, roll=False), "2024-02-29 10:00", date(2025, 2, 28)),
        (Limit(2, Kind.YEAR), "2024-03-10 10:00", date(2026, 3, 10)),
    ],
)
def test_t3_months_and_years_end_on_the_corresponding_day_or_the_last_of_the_month(calendar, limit, start, day):
    assert due(limit, at(start), calendar).day == day


def test_t4_a_last_day_of_rest_moves_to_the_next_working_day_and_both_are_kept(calendar):
    result = due(natural(5), at("2026-03-02 10:00"), calendar)

    assert (result.raw, result.at, result.rolled) == (at("2026-03-08 00:00"), at("2026-03-10 00:00"), True)


def test_t4_where_the_limit_says_so_it_does_not_move_or_ends_at_close_of_business(calendar):
    stays = due(natural(5, roll=False), at("2026-03-02 10:00"), calendar)
    closes = due(natural(5, close_of_business=True), at("2026-03-02 10:00"), calendar)

    assert (stays.at, stays.rolled) == (at("2026-03-08 00:00"), False)
    assert (closes.raw, closes.at) == (at("2026-03-07 17:00"), at("2026-03-09 17:00"))


def test_t5_the_last_day_is_within_the_limit_and_its_end_is_not(calendar):
    result = due(natural(15), at("2026-03-02 10:00"), calendar)

    assert result.missed(at("2026-03-17 23:59")) is False
    assert result.missed(at("2026-03-18 00:00")) is True


def test_t6_the_same_number_of_natural_and_of_working_days_differ(calendar):
    start = at("2026-03-05 10:00")

    assert due(natural(5), start, calendar).day == date(2026, 3, 10)
    assert due(working(5), start, calendar).day == date(2026, 3, 12)


def test_t7_a_make_up_weekend_counts_as_a_working_day_and_a_holiday_does_not(calendar):
    result = due(working(5), at("2026-02-13 10:00"), calendar)

    assert result == Due(
        at=at("2026-02-28 00:00"),
        raw=at("2026-02-28 00:00"),
        day=date(2026, 2, 27),
        rolled=False,
        provisional=False,
        steps=(
            Step(Why.FROM, {"amount": 5, "kind": "working_day", "start": "2026-02-13"}),
            Step(Why.SKIPPED, {"rest_days": 9}),
        ),
    )


def test_t8_fifteen_days_from_1_february_fall_in_the_holiday_and_roll_to_24_february(calendar):
    result = due(natural(15), at("2026-02-01 10:00"), calendar)

    assert result == Due(
        at=at("2026-02-25 00:00"),
        raw=at("2026-02-17 00:00"),
        day=date(2026, 2, 24),
        rolled=True,
        provisional=False,
        steps=(
            Step(Why.FROM, {"amount": 15, "kind": "natural_day", "start": "2026-02-01"}),
            Step(Why.ROLLED, {"raw": "2026-02-16", "day": "2026-02-24"}),
        ),
    )


def test_t9_a_year_without_its_notice_makes_a_due_date_provisional_and_names_the_rest_days_assumed(calendar):
    result = due(working(4), at("2026-12-29 10:00"), calendar)

    assert result.day == date(2027, 1, 4)
    assert result.provisional is True
    assert result.steps[-1] == Step(Why.ASSUMED, {"years": (2027,), "rest_days": ("2027-01-02", "2027-01-03")})


def test_t9_a_due_date_that_asks_for_no_rest_day_beyond_the_loaded_years_is_certain(calendar):
    start = at("2026-12-29 10:00")

    assert due(natural(10, roll=False), start, calendar).provisional is False
    assert due(natural(10), start, calendar).provisional is True
    assert due(Limit(500, Kind.NATURAL_HOUR), start, calendar).provisional is False
    assert due(Limit(100, Kind.WORKING_HOUR), start, calendar).provisional is True
    assert due(working(1), at("2026-12-30 10:00"), calendar).provisional is False


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        (Kind.MINUTE, "2026-02-13 16:03"),
        (Kind.NATURAL_HOUR, "2026-02-13 19:00"),
        (Kind.URGENT_HOUR, "2026-02-13 19:00"),
        (Kind.WORKING_HOUR, "2026-02-14 11:00"),
        (Kind.NATURAL_DAY, "2026-02-25 00:00"),
        (Kind.WORKING_DAY, "2026-02-26 00:00"),
        (Kind.MONTH, "2026-05-14 00:00"),
        (Kind.YEAR, "2029-02-14 00:00"),
    ],
)
def test_t10_each_kind_of_clock(calendar, kind, end):
    assert due(Limit(3, kind), at("2026-02-13 16:00"), calendar).at == at(end)


def test_t10_a_pause_is_made_up_and_told(calendar):
    result = due(working(5), at("2026-03-02 10:00"), calendar, [span("2026-03-03 09:00", "2026-03-05 16:00")])

    assert result.day == date(2026, 3, 11)
    assert result.steps == (
        Step(Why.FROM, {"amount": 5, "kind": "working_day", "start": "2026-03-02"}),
        Step(Why.PAUSED, {"days": 2}),
        Step(Why.SKIPPED, {"rest_days": 2}),
    )


# Office hours


@pytest.mark.parametrize(
    ("hours", "start", "end"),
    [
        (1, "2026-03-02 09:30", "2026-03-02 10:30"),
        (1, "2026-03-02 11:30", "2026-03-02 13:30"),  # over lunch
        (1, "2026-03-02 12:10", "2026-03-02 14:00"),
        (3, "2026-03-02 08:00", "2026-03-02 12:00"),  # ends as the break begins
        (1, "2026-03-02 16:30", "2026-03-03 09:30"),
        (1, "2026-03-02 20:00", "2026-03-03 10:00"),
        (7, "2026-03-02 07:00", "2026-03-02 17:00"),  # ends at close, not at the next opening
        (14, "2026-03-06 09:00", "2026-03-09 17:00"),
        (2, "2026-02-14 16:00", "2026-02-24 10:00"),  # the Saturday is worked, the holiday is not
        (0, "2026-03-01 20:00", "2026-03-01 20:00"),
    ],
)
def test_working_hours_run_in_office_hours(calendar, hours, start, end):
    assert due(Limit(hours, Kind.WORKING_HOUR), at(start), calendar).at == at(end)


def test_working_hours_over_a_holiday_tell_the_rest_days(calendar):
    result = due(Limit(2, Kind.WORKING_HOUR), at("2026-02-14 16:00"), calendar)

    assert result.steps == (
        Step(Why.FROM, {"amount": 2, "kind": "working_hour", "start": "2026-02-14T08:00:00+00:00"}),
        Step(Why.SKIPPED, {"rest_days": 9}),
    )


# Pauses


@pytest.mark.parametrize(
    ("pause", "day"),
    [
        (span("2026-03-03 10:00", "2026-03-03 16:00"), date(2026, 3, 4)),  # within a day: nothing
        (span("2026-03-03 10:00", "2026-03-04 10:00"), date(2026, 3, 5)),  # over one end of day: one day
        (span("2026-03-03 00:00", "2026-03-05 00:00"), date(2026, 3, 6)),  # two whole days
        (span("2026-03-04 23:59", "2026-03-10 00:00"), date(2026, 3, 10)),  # no limit ends during a pause
        (span("2026-03-05 00:00", "2026-03-10 00:00"), date(2026, 3, 4)),  # the limit was over
        (span("2026-02-20 00:00", "2026-03-02 09:00"), date(2026, 3, 4)),  # before the start
        (span("2026-02-20 00:00", "2026-03-04 09:00"), date(2026, 3, 5)),  # begun before the start
    ],
)
def test_a_day_counts_when_the_clock_ran_as_it_ended(calendar, pause, day):
    assert due(natural(2, roll=False), at("2026-03-02 10:00"), calendar, [pause]).day == day


def test_hours_stop_for_exactly_as_long_as_the_pause(calendar):
    pauses = [span("2026-03-02 12:00", "2026-03-02 12:20"), span("2026-03-02 12:10", "2026-03-02 13:00")]

    result = due(Limit(6, Kind.URGENT_HOUR), at("2026-03-02 10:00"), calendar, pauses)

    assert result.at == at("2026-03-02 17:00")
    assert result.steps[-1] == Step(Why.PAUSED, {"minutes": 60})


def test_working_hours_make_up_only_the_office_time_of_a_pause(calendar):
    pauses = [span("2026-03-02 16:00", "2026-03-03 10:00")]

    assert due(Limit(4, Kind.WORKING_HOUR), at("2026-03-02 14:00"), calendar, pauses).at == at("2026-03-03 12:00")


def test_a_pause_in_the_rest_period_moves_the_rolled_day_and_not_the_raw_one(calendar):
    result = due(natural(5), at("2026-03-02 10:00"), calendar, [span("2026-03-08 10:00", "2026-03-10 10:00")])

    assert (result.raw, result.at) == (at("2026-03-08 00:00"), at("2026-03-11 00:00"))


@pytest.mark.parametrize("limit", [natural(5), working(5), Limit(50, Kind.NATURAL_HOUR), Limit(50, Kind.WORKING_HOUR)])
def test_a_clock_paused_until_further_notice_has_no_due_date(calendar, limit):
    start, pauses = at("2026-03-02 10:00"), [span("2026-03-03 10:00")]

    result = due(limit, start, calendar, pauses)

    assert (result.at, result.raw, result.day, result.rolled, result.provisional) == (None, None, None, False, False)
    assert result.steps[-1] == Step(Why.STANDING, {"since": "2026-03-03T02:00:00+00:00"})
    assert result.missed(at("2030-01-01 00:00")) is False
    assert amber(limit, start, calendar, pauses) is None


def test_a_pause_without_end_that_begins_after_the_due_date_changes_nothing(calendar):
    start, late = at("2026-03-02 10:00"), span("2026-04-01 10:00")

    assert due(natural(5), start, calendar, [late]) == due(natural(5), start, calendar)


def test_a_pause_without_end_that_begins_in_the_rest_period_keeps_the_raw_date(calendar):
    result = due(natural(5), at("2026-03-02 10:00"), calendar, [span("2026-03-08 10:00")])

    assert (result.raw, result.at) == (at("2026-03-08 00:00"), None)


# Extension, events, 0 days


def test_an_extension_is_counted_from_the_original_start(calendar):
    result = due(Limit(60, Kind.NATURAL_DAY), at("2026-03-02 10:00"), calendar, extension=30)

    assert result.day == date(2026, 6, 1)
    assert result.steps[:2] == (
        Step(Why.FROM, {"amount": 60, "kind": "natural_day", "start": "2026-03-02"}),
        Step(Why.EXTENDED, {"amount": 30, "kind": "natural_day"}),
    )


@pytest.mark.parametrize(
    ("limit", "end"),
    [
        (natural(15, backwards=True, roll=False), "2026-03-06 00:00"),
        (natural(16, backwards=True, roll=False), "2026-03-05 00:00"),
        (natural(20, backwards=True, close_of_business=True), "2026-02-28 17:00"),  # a Saturday that is worked
        (natural(19, backwards=True, close_of_business=True), "2026-02-28 17:00"),  # a Sunday moves to the day before
        (working(3, backwards=True), "2026-03-18 00:00"),
        (Limit(1, Kind.MONTH, backwards=True), "2026-02-15 00:00"),
        (Limit(36, Kind.NATURAL_HOUR, backwards=True), "2026-03-19 02:00"),
        (Limit(2, Kind.WORKING_HOUR, backwards=True), "2026-03-20 11:00"),
        (Limit(4, Kind.WORKING_HOUR, backwards=True), "2026-03-20 09:00"),
        (Limit(5, Kind.WORKING_HOUR, backwards=True), "2026-03-19 16:00"),
        (natural(0, backwards=True), "2026-03-20 14:00"),
    ],
)
def test_backwards_the_limit_is_the_latest_moment_before_the_event(calendar, limit, end):
    assert due(limit, at("2026-03-20 14:00"), calendar).at == at(end)


def test_backwards_from_the_last_of_a_month(calendar):
    result = due(Limit(1, Kind.MONTH, roll=False, backwards=True), at("2026-03-31 14:00"), calendar)

    assert result.steps == (
        Step(Why.BEFORE, {"amount": 1, "kind": "month", "event": "2026-03-31"}),
        Step(Why.MONTH_END, {"day": "2026-02-28"}),
    )


@pytest.mark.parametrize(
    ("limit", "start", "end"),
    [
        (natural(0), "2026-03-02 23:00", "2026-03-03 00:00"),
        (natural(0, close_of_business=True), "2026-03-02 16:00", "2026-03-02 17:00"),
        (natural(0, close_of_business=True), "2026-03-02 18:00", "2026-03-03 17:00"),
        (working(0), "2026-03-01 10:00", "2026-03-03 00:00"),
        (Limit(0, Kind.MONTH), "2026-03-31 10:00", "2026-04-01 00:00"),
    ],
)
def test_0_days_are_the_day_itself_as_long_as_it_lasts(calendar, limit, start, end):
    assert due(limit, at(start), calendar).at == at(end)


# Amber and what has run


@pytest.mark.parametrize(
    ("limit", "start", "end"),
    [
        (Limit(20, Kind.MINUTE), "2026-03-02 10:00", "2026-03-02 10:15"),
        (Limit(24, Kind.NATURAL_HOUR), "2026-03-02 10:00", "2026-03-03 04:00"),
        (Limit(4, Kind.WORKING_HOUR), "2026-03-02 11:00", "2026-03-02 15:00"),
        (natural(4), "2026-03-02 10:00", "2026-03-06 00:00"),
        (natural(15), "2026-02-01 10:00", "2026-02-13 06:00"),  # what rolls is not counted
        (natural(1, close_of_business=True), "2026-03-02 10:00", "2026-03-03 12:45"),
        (working(1), "2026-03-02 10:00", "2026-03-03 15:15"),  # three quarters of the office day
        (working(5), "2026-02-13 10:00", "2026-02-26 15:15"),
        (working(4), "2026-03-02 10:00", "2026-03-05 17:00"),
        (Limit(1, Kind.MONTH), "2026-03-10 10:00", "2026-04-03 06:00"),
        (natural(0), "2026-03-02 20:00", "2026-03-02 20:00"),
    ],
)
def test_amber_is_three_quarters_of_the_counted_time(calendar, limit, start, end):
    assert amber(limit, at(start), calendar) == at(end)


def test_amber_waits_for_the_end_of_a_pause(calendar):
    pauses = [span("2026-03-03 10:00", "2026-03-03 20:00")]

    assert amber(natural(1), at("2026-03-02 10:00"), calendar, pauses) == at("2026-03-03 20:00")


def test_a_limit_backwards_has_no_counted_time(calendar):
    limit = natural(15, backwards=True)

    assert amber(limit, at("2026-03-20 14:00"), calendar) is None
    with pytest.raises(ValueError, match="no counted time"):
        counted(limit, at("2026-03-20 14:00"), at("2026-03-01 10:00"), calendar)


@pytest.mark.parametrize(
    ("limit", "result"),
    [
        (Limit(100, Kind.NATURAL_HOUR), Counted(72 * 60, 6000, Kind.MINUTE)),
        (Limit(40, Kind.WORKING_HOUR), Counted(21 * 60, 2400, Kind.MINUTE)),
        (natural(5), Counted(2, 5, Kind.NATURAL_DAY)),
        (working(2), Counted(2, 2, Kind.WORKING_DAY)),
        (Limit(1, Kind.MONTH), Counted(2, 31, Kind.NATURAL_DAY)),
    ],
)
def test_what_has_run_leaves_the_pause_out(calendar, limit, result):
    start, now = at("2026-03-02 10:00"), at("2026-03-06 10:00")
    pauses = [span("2026-03-03 10:00", "2026-03-04 10:00"), span("2026-03-09 10:00")]

    assert counted(limit, start, now, calendar, pauses) == result


def test_what_is_left_is_never_less_than_nothing():
    assert (Counted(2, 5, Kind.NATURAL_DAY).left, Counted(7, 5, Kind.NATURAL_DAY).left) == (3, 0)


# Refused


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (lambda: Limit(-1, Kind.MINUTE), "no negative amount"),
        (lambda: Limit(1, "fortnight"), "fortnight"),
        (lambda: Limit(1, Kind.MINUTE, close_of_business=True), "close of business"),
    ],
)
def test_a_limit_that_makes_no_sense_does_not_come_to_be(build, told):
    with pytest.raises(ValueError, match=told):
        build()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((natural(1), datetime(2026, 3, 2)), "needs its zone"),  # noqa: DTZ001
        ((natural(1, backwards=True), datetime(2026, 3, 2)), "needs its zone"),  # noqa: DTZ001
        ((natural(1), at("2026-03-02 10:00"), [Span(datetime(2026, 3, 2))]), "needs its zone"),  # noqa: DTZ001
        ((natural(1), at("2026-03-02 10:00"), [span("2026-03-04 10:00", "2026-03-03 10:00")]), "before it begins"),
        ((natural(1, backwards=True), at("2026-03-02 10:00"), [span("2026-03-01 10:00")]), "neither paused nor"),
        ((natural(1, backwards=True), at("2026-03-02 10:00"), [], 3), "neither paused nor"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(calendar, arguments, told):
    limit, start, *more = arguments
    with pytest.raises(ValueError, match=told):
        due(limit, start, calendar, *more)


def test_results_are_in_utc_wherever_the_question_came_from(calendar):
    for limit in (natural(3), natural(3, backwards=True), natural(0, backwards=True), Limit(3, Kind.MINUTE)):
        result = due(limit, at("2026-03-02 10:00"), calendar)
        assert (result.at.tzinfo, result.raw.tzinfo) == (UTC, UTC)
    assert amber(natural(0), at("2026-03-02 20:00"), calendar).tzinfo is UTC
