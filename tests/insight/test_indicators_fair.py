"""Comparing periods fairly: as many days, as many working days, and whether chance alone would do as much."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.clocks import Calendar
from linli.insight.domain import fair as fairly
from linli.insight.domain.fair import Fair, compare, interval
from linli.insight.domain.figures import Form
from linli.insight.domain.indicators import BY_CODE, Point
from linli.insight.domain.periods import before, period_of, year_before
from linli.insight.enums import Span
from linli.insight.words_indicators import changed, doubt
from linli.insight.words_indicators import fairly as in_words
from linli.lawbook.calendars import calendar_from_chinesecalendar

TODAY = date(2026, 11, 25)
CALENDAR = calendar_from_chinesecalendar([2024, 2025, 2026])


@pytest.fixture(autouse=True)
def _calendar(monkeypatch):
    """The published calendar of three years, without a database; and words in English."""
    monkeypatch.setattr(fairly, "calendar", lambda: CALENDAR)
    with translation.override("en"):
        yield


def month(year: int, number: int, today: date = TODAY):
    return period_of(Span.MONTH, date(year, number, 1), today)


def point(period, value, n=None) -> Point:
    return Point(period, value, above=None, n=n)


def test_february_against_january_is_also_said_for_each_day_and_working_day():
    found = compare(Form.COUNT, point(month(2026, 2), 28), point(month(2026, 1), 31))

    assert found == Fair(
        difference=-3, share=28 / 31 - 1, per_day=0.0, per_working_day=(28 / 16) / (31 / 21) - 1, days=(28, 31),
        working=(16, 21), assumed=False, chance=True,
    )  # fmt: skip


def test_a_leap_february_has_a_day_more_than_the_one_before():
    found = compare(Form.COUNT, point(month(2024, 2), 29), point(month(2023, 2), 28))

    assert found is not None
    assert (found.days, found.per_day, found.assumed) == ((29, 28), 0.0, True)  # the calendar does not know 2023


def test_months_of_as_many_days_and_working_days_need_no_more_words():
    found = compare(Form.COUNT, point(month(2026, 7), 40), point(month(2025, 7), 40))

    assert found is not None
    assert (found.days, found.working, found.per_day, found.per_working_day) == ((31, 31), (23, 23), None, None)
    assert (in_words(found), changed(BY_CODE["reported"], found)) == ("", ("unchanged", ""))


def test_a_month_that_runs_is_set_against_as_many_days():
    now = month(2026, 11)
    found = compare(Form.COUNT, point(now, 50), point(before(now), 40))
    year = compare(Form.COUNT, point(now, 50), point(year_before(now), 40))

    assert found is not None
    assert year is not None
    assert (found.days, year.days) == ((25, 25), (25, 25))
    assert found.per_day is None


def test_the_end_of_february_is_the_last_day_that_a_leap_day_is_set_against():
    today = date(2024, 2, 29)
    now = period_of(Span.MONTH, today, today)

    assert year_before(now).until == date(2023, 2, 28)


def test_what_chance_does_is_neither_better_nor_worse():
    thefts = BY_CODE["thefts"]
    small = compare(Form.COUNT, point(month(2026, 7), 7), point(month(2026, 8), 9))
    large = compare(Form.COUNT, point(month(2026, 7), 12), point(month(2026, 8), 49))

    assert changed(thefts, small) == ("−22 %".replace(" ", "\u00a0"), "")
    assert changed(thefts, large) == ("−76 %".replace(" ", "\u00a0"), "better")


def test_shares_are_compared_in_points_with_what_they_stand_on():
    many = compare(Form.RATE, point(month(2026, 7), 0.91, 600), point(month(2025, 7), 0.78, 600))
    few = compare(Form.RATE, point(month(2026, 7), 0.9, 10), point(month(2025, 7), 0.8, 10))
    unknown = compare(Form.RATE, point(month(2026, 7), 0.91), point(month(2025, 7), 0.78))

    assert (changed(BY_CODE["in_time"], many), changed(BY_CODE["in_time"], few)) == (
        ("+13 points", "better"), ("+10 points", ""),
    )  # fmt: skip
    assert unknown is not None
    assert unknown.chance is None


def test_what_is_not_shown_is_not_compared():
    assert compare(Form.COUNT, point(month(2026, 7), None), point(month(2025, 7), 9)) is None
    assert changed(BY_CODE["reported"], None) == ("", "")


def test_few_say_how_far_chance_reaches_and_many_do_not():
    in_time, reported = BY_CODE["in_time"], BY_CODE["reported"]
    few = Point(month(2026, 7), 5 / 7, 5, 7)

    assert doubt(in_time, few) == "few: by chance alone between 36\u00a0% and 92\u00a0%"
    assert doubt(in_time, Point(month(2026, 7), 0.9, 27, 30)) == ""
    assert doubt(reported, Point(month(2026, 7), 10.0, 10, 10)) == "few: by chance alone between 5 and 18"
    assert doubt(in_time, Point(month(2026, 7), None, 0, 0)) == ""


@given(n=st.integers(1, 10_000), data=st.data())
def test_an_interval_holds_the_share_and_narrows_with_more(n, data):
    above = data.draw(st.integers(0, n))
    low, high = interval(Form.RATE, Point(month(2026, 7), above / n, above, n))
    wide = interval(Form.RATE, Point(month(2026, 7), above / n, above * 10, n * 10))

    assert 0 <= low <= above / n <= high <= 1
    assert wide[1] - wide[0] < high - low


@given(count=st.integers(0, 5000))
def test_limits_of_a_count_are_those_of_the_table(count):
    """Byar's are within a twentieth of the exact Poisson limits from ten on, and hold the count always."""
    from scipy.stats import chi2

    low, high = interval(Form.COUNT, Point(month(2026, 7), float(count), count, count))
    exact = (chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, chi2.ppf(0.975, 2 * count + 2) / 2)

    assert low <= count <= high
    if count >= 10:
        assert (low, high) == pytest.approx(exact, rel=0.05)


def test_the_calendar_of_these_tests_is_a_real_one():
    assert isinstance(CALENDAR, Calendar)
