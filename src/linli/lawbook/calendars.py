"""The published calendar of rest days, from the package that keeps the State Council's notices."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from importlib.metadata import version

import chinese_calendar

from linli.engines.clocks import Calendar, Year

ZONE = "Asia/Shanghai"
# No law sets the hours of a neighbourhood office; a place that keeps others says so in its own calendar.
OFFICE_HOURS = ((time(9), time(12)), (time(13), time(17)))


def calendar_from_chinesecalendar(
    years: Iterable[int],
    *,
    zone: str = ZONE,
    office_hours: tuple[tuple[time, time], ...] = OFFICE_HOURS,
) -> Calendar:
    """The calendar of the given years, as far as they are published.

    A year whose notice the package does not hold is left out: the calendar does not know it, and due dates that reach
    it are provisional. `calendar.years` tells what was found.
    """
    return Calendar(
        version=f"chinesecalendar {version('chinesecalendar')}",
        zone=zone,
        years={number: year for number in sorted(set(years)) if (year := _year(number)) is not None},
        office_hours=office_hours,
    )


def _year(number: int) -> Year | None:
    first = date(number, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(number + 1, 1, 1) - first).days)]
    try:
        working = {day for day in days if chinese_calendar.is_workday(day)}
    except NotImplementedError:
        return None
    weekdays = {day for day in days if day.weekday() < 5}
    return Year(rest=frozenset(weekdays - working), work=frozenset(working - weekdays))
