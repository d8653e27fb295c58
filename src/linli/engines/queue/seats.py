"""Seats that can be booked: counters × skills × opening hours × holidays, with a share kept for walk-ins.

A seat is one counter for one step of time. Whoever books holds a seat, so that no more is promised than the counters
can do; who then serves them is settled in the hall. The share for walk-ins is spread over the day and over the
counters by whole numbers: of any n seats in a row of one counter at least the whole part of the share stays free.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from linli.engines.clocks import Calendar

Hours = tuple[int, int, int]  # weekday (0 is Monday), opens, closes; minutes since midnight
WEIGHT = 1 << 12  # counters that one hall can tell apart in a seat's number
WORKDAY = 0  # whose hours a weekend day has that is worked to make up for a holiday


@dataclass(frozen=True)
class Counter:
    """A counter as seats see it. key: its number, below 4096.  skills: what it can do."""

    key: int
    skills: frozenset[str]


@dataclass(frozen=True, order=True)
class Seat:
    """One counter from one minute on; minutes since 1970 in UTC."""

    minute: int
    counter: int


@dataclass(frozen=True)
class Grid:
    """All seats of a span of days: minute (n, int64), counter (n, int64; its key), open to booking (n, bool)."""

    minute: np.ndarray
    counter: np.ndarray
    bookable: np.ndarray

    def seats(self, where: np.ndarray) -> list[Seat]:
        return [Seat(int(m), int(c)) for m, c in zip(self.minute[where], self.counter[where], strict=True)]


def day_hours(day: date, hours: Iterable[Hours], shut: Collection[date], calendar: Calendar) -> list[tuple[int, int]]:
    """When the hall is open on a day. A public holiday is shut; a weekend day that is worked instead, and has no hours
    of its own, has Monday's."""
    working = calendar.is_working(day)
    if day in shut or (day.weekday() < 5 and not working):
        return []
    own = sorted((opens, closes) for weekday, opens, closes in hours if weekday == day.weekday())
    if own or day.weekday() < 5 or not working:
        return own
    return sorted((opens, closes) for weekday, opens, closes in hours if weekday == WORKDAY)


def grid(
    counters: Sequence[Counter],
    hours: Sequence[Hours],
    *,
    first: date,
    days: int,
    shut: Collection[date],
    calendar: Calendar,
    step: int,
    walk_in_share: int,
) -> Grid:
    """The seats of `days` days from `first` on.

    step: minutes of a seat.  walk_in_share: percent of each counter's seats that cannot be booked, 0 to 100.
    A step that the hall's closing cuts short is no seat.
    """
    times, index = _times(hours, first, days, shut, calendar, step)
    share = 100 - walk_in_share
    keys = np.array([counter.key for counter in counters], dtype=np.int64)
    phase = 100 * np.arange(len(keys), dtype=np.int64) // max(len(keys), 1)
    reached = phase[None, :] + (index[:, None] + 1) * share
    bookable = (reached % 100) < share
    minute = np.broadcast_to(times[:, None], bookable.shape)
    counter = np.broadcast_to(keys[None, :], bookable.shape)
    return Grid(minute.ravel(), counter.ravel(), bookable.ravel())


def _times(
    hours: Sequence[Hours], first: date, days: int, shut: Collection[date], calendar: Calendar, step: int
) -> tuple[np.ndarray, np.ndarray]:
    """The minutes at which a seat begins, and the how-manieth of its day each is."""
    times, index = [], []
    for number in range(days):
        day, before = first + timedelta(days=number), 0
        for opens, closes in day_hours(day, hours, shut, calendar):
            count = (closes - opens) // step
            begins = int(calendar.instant(day.toordinal(), timedelta(minutes=opens)).timestamp()) // 60
            times.append(begins + step * np.arange(count, dtype=np.int64))
            index.append(before + np.arange(count, dtype=np.int64))
            before += count
    empty = np.empty(0, dtype=np.int64)
    return np.concatenate([empty, *times]), np.concatenate([empty, *index])


def free_seats(
    seats: Grid, counters: Sequence[Counter], skill: str, *, taken: Iterable[tuple[int, int]], after: int
) -> np.ndarray:
    """Which seats can be booked for a skill (n, bool). taken: (minute, counter key).  after: not before this minute."""
    able = np.array([counter.key for counter in counters if skill in counter.skills], dtype=np.int64)
    open_ = seats.bookable & (seats.minute >= after) & np.isin(seats.counter, able)
    held = np.fromiter((minute * WEIGHT + counter for minute, counter in taken), dtype=np.int64)
    return open_ & ~np.isin(seats.minute * WEIGHT + seats.counter, held)


def free_times(
    seats: Grid, counters: Sequence[Counter], skill: str, *, taken: Iterable[tuple[int, int]], after: int
) -> list[tuple[int, int]]:
    """The times at which something is free for a skill, as (minute, how many seats), in order."""
    open_ = free_seats(seats, counters, skill, taken=taken, after=after)
    minutes, count = np.unique(seats.minute[open_], return_counts=True)
    return list(zip(minutes.tolist(), count.tolist(), strict=True))


def seat_at(counters: Sequence[Counter], skill: str, free: Collection[int]) -> int | None:
    """The counter whose seat a booking takes of several free at one time: the one that can do least else, so that the
    others stay free for who needs them."""
    able = [counter for counter in counters if counter.key in free and skill in counter.skills]
    return min(able, key=lambda counter: (len(counter.skills), counter.key)).key if able else None
