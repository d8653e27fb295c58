import json
from datetime import date, time

import pytest

from linli.engines.clocks import Calendar, Year

YEAR = Year(rest=frozenset({date(2026, 1, 1)}), work=frozenset({date(2026, 1, 4)}))
HOURS = ((time(9), time(12)), (time(13), time(17)))
DATA = {
    "version": "v1",
    "zone": "Asia/Shanghai",
    "office_hours": [["09:00:00", "12:00:00"], ["13:00:00", "17:00:00"]],
    "years": {"2026": {"rest": ["2026-01-01"], "work": ["2026-01-04"]}},
}


def test_a_calendar_is_kept_as_plain_data_and_read_back():
    calendar = Calendar("v1", "Asia/Shanghai", {2026: YEAR}, HOURS)

    assert calendar.as_data() == DATA
    assert Calendar.from_data(json.loads(json.dumps(DATA))).as_data() == DATA


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 1, 1), False),  # a Thursday of rest
        (date(2026, 1, 2), True),
        (date(2026, 1, 3), False),
        (date(2026, 1, 4), True),  # a Sunday that is worked
        (date(2027, 1, 1), True),  # nothing is known of 2027
        (date(2027, 1, 2), False),
    ],
)
def test_weekdays_are_worked_but_for_what_the_year_says(day, working):
    assert Calendar("v1", "Asia/Shanghai", {2026: YEAR}, HOURS).is_working(day) is working


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"zone": "Asia/Xujiahui"}, "Unknown time zone: Asia/Xujiahui"),
        ({"zone": "Asia"}, "Unknown time zone: Asia"),
        ({"office_hours": []}, "Office hours"),
        ({"office_hours": [["17:00", "09:00"]]}, "Office hours"),
        ({"office_hours": [["13:00", "17:00"], ["09:00", "12:00"]]}, "Office hours"),
        ({"years": {"2026": {"rest": ["2025-12-31"], "work": []}}}, "another year under 2026"),
        ({"years": {"2026": {"rest": ["2026-01-01"], "work": ["2026-01-01"]}}}, "Both rest and working"),
        ({"years": {"2026": {"rest": ["1 January"], "work": []}}}, "1 January"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(change, told):
    with pytest.raises(ValueError, match=told):
        Calendar.from_data(DATA | change)
