"""What a rule's conditions ask, and what an instant is by the calendar."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from linli.engines.routing import Conditions, Matter, Time, first, matches, times_of, words_of
from linli.lawbook.calendars import calendar_from_chinesecalendar

CALENDAR = calendar_from_chinesecalendar([2026])
LIFT = Matter("facility", "000100020003", "hotline", frozenset({Time.OFF, Time.NIGHT}), "电梯把人困住了 LIFT")


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        (Conditions(), True),
        (Conditions(classes=("gas", "facility")), True),
        (Conditions(classes=("gas",)), False),
        (Conditions(places=("00010002",)), True),
        (Conditions(places=("00010003",)), False),
        (Conditions(sources=("hotline",)), True),
        (Conditions(sources=("sensor",)), False),
        (Conditions(times=(Time.REST, Time.NIGHT)), True),
        (Conditions(times=(Time.OFFICE,)), False),
        (Conditions(words=(("水管",), ("电梯", "困"))), True),
        (Conditions(words=(("电梯", "坏"),)), False),
        (Conditions(words=(("lift",),)), True),
        (Conditions(classes=("facility",), sources=("sensor",)), False),
    ],
)
def test_all_lines_must_hold_and_of_one_line_any(asked, holds):
    assert matches(asked, LIFT) is holds


def test_without_text_no_words_are_found():
    assert not matches(Conditions(words=(("电梯",),)), replace(LIFT, text=""))


@pytest.mark.parametrize(
    ("at", "times"),
    [
        ((2026, 11, 23, 10, 0), {Time.OFFICE}),
        ((2026, 11, 23, 12, 0), {Time.OFF}),  # lunch
        ((2026, 11, 23, 22, 0), {Time.OFF, Time.NIGHT}),
        ((2026, 11, 24, 5, 59), {Time.OFF, Time.NIGHT}),
        ((2026, 11, 24, 6, 0), {Time.OFF}),
        ((2026, 11, 22, 10, 0), {Time.OFF, Time.REST}),
        ((2026, 10, 1, 10, 0), {Time.OFF, Time.REST}),  # a Thursday, the national holiday
        ((2026, 10, 10, 10, 0), {Time.OFFICE}),  # a Saturday that is worked
    ],
)
def test_what_an_instant_is(at, times):
    assert times_of(datetime(*at, tzinfo=ZoneInfo("Asia/Shanghai")), CALENDAR) == times


def test_the_first_that_says_something_decides():
    assert first(["", "urgent", "ordinary"], lambda said: said or None) == ("urgent", "urgent")
    assert first([], lambda said: said) is None


def test_lines_of_words_are_alternatives():
    assert words_of(["电梯 困", "  ", "漏气"]) == (("电梯", "困"), ("漏气",))
