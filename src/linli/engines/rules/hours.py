"""The hours of a schedule as intervals of instants, so that the operator need not know a calendar."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from linli.engines.rules.model import Schedule


def active_intervals(
    schedule: Schedule, since: date, until: date, zone: ZoneInfo, workdays: Collection[date]
) -> NDArray[np.int64]:
    """When the schedule is on from the day `since` to before the day `until`: (n, 2), [start, end) in microseconds.

    The day on which hours begin decides about weekday and kind of day.  `workdays`: every working day from the day
    before `since` on; the others are holidays.  Intervals are in order and do not touch.
    """
    found = []
    day = since - timedelta(days=1)
    while day < until:
        if schedule.days == "all" or (day in workdays) == (schedule.days == "workdays"):
            found += [
                (instant(day, start, zone), instant(day, end, zone))
                for weekdays, start, end in schedule.hours
                if day.weekday() in weekdays
            ]
        day += timedelta(days=1)
    first, last = instant(since, 0, zone), instant(until, 0, zone)
    return merged([(max(start, first), min(end, last)) for start, end in found])


def instant(day: date, minute: int, zone: ZoneInfo) -> int:
    """Microseconds since 1970 of a local time of day, given as minutes from that day's midnight."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    return round(local.timestamp() * 1_000_000)


def merged(intervals: list[tuple[int, int]]) -> NDArray[np.int64]:
    rows: list[list[int]] = []
    for start, end in sorted(pair for pair in intervals if pair[0] < pair[1]):
        if rows and start <= rows[-1][1]:
            rows[-1][1] = max(rows[-1][1], end)
        else:
            rows.append([start, end])
    return np.array(rows, np.int64).reshape(-1, 2)
