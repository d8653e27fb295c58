from datetime import date

from linli.lawbook.calendars import calendar_from_chinesecalendar


def test_the_published_calendar_has_the_holidays_and_the_weekends_worked_for_them():
    spring = calendar_from_chinesecalendar([2026]).years[2026]

    assert {day for day in spring.rest if day.month == 2} == {date(2026, 2, day) for day in (16, 17, 18, 19, 20, 23)}
    assert {day for day in spring.work if day.month == 2} == {date(2026, 2, 14), date(2026, 2, 28)}


def test_a_year_that_is_not_published_is_not_known():
    calendar = calendar_from_chinesecalendar([2200, 2026, 2003, 2025])

    assert list(calendar.years) == [2025, 2026]
    assert calendar.version.startswith("chinesecalendar 1.")
