"""Periods and those they are compared with, in whole days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.insight.domain.periods import Period, before, joined, parts, period_of, trend, year_before
from linli.insight.enums import Grain, Span

TODAY = date(2026, 11, 25)  # a Wednesday


def bounds(period: Period) -> tuple[str, str, str]:
    return (str(period.first), str(period.last), str(period.until))


@pytest.mark.parametrize(
    ("kind", "on", "itself", "earlier", "year"),
    [
        (Span.DAY, "2026-11-25", ("2026-11-25",) * 3, ("2026-11-24",) * 3, ("2025-11-26",) * 3),
        (Span.WEEK, "2026-11-25", ("2026-11-23", "2026-11-29", "2026-11-25"),
         ("2026-11-16", "2026-11-22", "2026-11-18"), ("2025-11-24", "2025-11-30", "2025-11-26")),
        (Span.MONTH, "2026-11-25", ("2026-11-01", "2026-11-30", "2026-11-25"),
         ("2026-10-01", "2026-10-31", "2026-10-25"), ("2025-11-01", "2025-11-30", "2025-11-25")),
        (Span.MONTH, "2026-03-09", ("2026-03-01", "2026-03-31", "2026-03-31"),
         ("2026-02-01", "2026-02-28", "2026-02-28"), ("2025-03-01", "2025-03-31", "2025-03-31")),
        (Span.MONTH, "2024-02-29", ("2024-02-01", "2024-02-29", "2024-02-29"),
         ("2024-01-01", "2024-01-31", "2024-01-31"), ("2023-02-01", "2023-02-28", "2023-02-28")),
        (Span.QUARTER, "2026-11-25", ("2026-10-01", "2026-12-31", "2026-11-25"),
         ("2026-07-01", "2026-09-30", "2026-08-25"), ("2025-10-01", "2025-12-31", "2025-11-25")),
        (Span.YEAR, "2026-11-25", ("2026-01-01", "2026-12-31", "2026-11-25"),
         ("2025-01-01", "2025-12-31", "2025-11-25"), ("2025-01-01", "2025-12-31", "2025-11-25")),
    ],
)  # fmt: skip
def test_a_period_and_what_it_is_compared_with(kind, on, itself, earlier, year):
    period = period_of(kind, date.fromisoformat(on), TODAY)

    assert (bounds(period), bounds(before(period)), bounds(year_before(period))) == (itself, earlier, year)


def test_a_free_period_is_compared_with_as_many_days_right_before_it():
    period = period_of(Span.FREE, date(2026, 11, 3), TODAY, last=date(2026, 11, 9))

    assert bounds(period) == ("2026-11-03", "2026-11-09", "2026-11-09")
    assert bounds(before(period)) == ("2026-10-27", "2026-11-02", "2026-11-02")
    assert bounds(year_before(period)) == ("2025-11-03", "2025-11-09", "2025-11-09")


def test_a_free_period_that_ends_before_it_begins_is_one_day_and_one_without_end_is_cut():
    assert bounds(period_of(Span.FREE, date(2026, 11, 3), TODAY, last=date(2026, 1, 1))) == ("2026-11-03",) * 3
    assert period_of(Span.FREE, date(2, 1, 1), TODAY, last=date(2999, 1, 1)).first == date(2000, 1, 1)
    assert period_of(Span.DAY, date(2999, 1, 1), TODAY).first == TODAY


@given(
    first=st.dates(date(2024, 1, 1), TODAY), last=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    kind=st.sampled_from(list(Span)),
)  # fmt: skip
def test_whole_months_and_days_cover_each_day_of_a_period_once(first, last, kind):
    period = period_of(kind, first, TODAY, last=last)
    days = []
    for grain, begin, end in parts(period, TODAY):
        if grain == Grain.MONTH:
            assert begin == end == begin.replace(day=1)
            end = period_of(Span.MONTH, begin, TODAY).last
            assert end < TODAY
        days += range(begin.toordinal(), end.toordinal() + 1)

    assert days == list(range(period.first.toordinal(), period.until.toordinal() + 1))


def test_the_course_ends_with_the_period_and_what_is_read_for_it_is_read_once():
    period = period_of(Span.MONTH, TODAY, TODAY)
    course = trend(period, TODAY)

    assert [bounds(each) for each in (course[0], course[-2], course[-1])] == [
        ("2025-12-01", "2025-12-31", "2025-12-31"), ("2026-10-01", "2026-10-31", "2026-10-31"),
        ("2026-11-01", "2026-11-30", "2026-11-25"),
    ]  # fmt: skip
    assert joined([period, before(period), *course], TODAY) == [
        ("d", date(2026, 10, 1), date(2026, 10, 25)), ("d", date(2026, 11, 1), date(2026, 11, 25)),
        ("m", date(2025, 12, 1), date(2026, 10, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize("days", [10, 200])
def test_the_course_of_a_free_period_keeps_inside_it(days):
    period = period_of(Span.FREE, date.fromordinal(TODAY.toordinal() - days), TODAY, last=TODAY)
    course = trend(period, TODAY)

    assert (course[0].first, course[-1].until) == (period.first, period.until)
    assert sum(part.days for part in course) == period.days
