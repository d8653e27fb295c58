"""Which times can be booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.db.models import QuerySet

from linli.engines.queue import Grid, free_seats, free_times, grid
from linli.services.domain.hall.setting import Setting
from linli.services.models_queue import HOLDING, Appointment

DAY_MINUTES = 24 * 60
NEXT_DAYS, NEXT_MOST = 4, 3  # how far and how many a page offers in place of a time that was taken


@dataclass(frozen=True)
class FreeTime:
    """A time that can be booked, and how many can have it."""

    minute: int
    free: int

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.minute * 60, UTC)


@dataclass(frozen=True)
class FreeDay:
    """A day with its free times."""

    day: date
    times: Sequence[FreeTime]


def free(of: Setting, skill: str, *, first: date, days: int, at: datetime) -> list[FreeTime]:
    """The free times of some days, in order. One statement. What begins within one step from now is a walk-in's."""
    seats = _grid(of, first, days)
    after = int(at.timestamp()) // 60 + of.hall.step
    found = free_times(seats, of.seats, skill, taken=_taken(of, first, days), after=after)
    return [FreeTime(minute, count) for minute, count in found]


def free_days(of: Setting, skill: str, *, at: datetime) -> list[FreeDay]:
    """Every day that can be booked and has something free."""
    found = free(of, skill, first=of.day_of(at), days=of.hall.ahead, at=at)
    return [FreeDay(day, list(times)) for day, times in groupby(found, key=lambda each: of.day_of(each.at))]


def free_counters(of: Setting, skill: str, *, minute: int, at: datetime) -> set[int]:
    """The numbers of the counters whose seat at a minute can be booked now. One statement."""
    day = of.day_of(datetime.fromtimestamp(minute * 60, UTC))
    if not of.day_of(at) <= day < of.day_of(at) + timedelta(days=of.hall.ahead):
        return set()
    seats = _grid(of, day, 1)
    after = int(at.timestamp()) // 60 + of.hall.step
    taken = _held(of).filter(minute=minute).values_list("minute", "counter__number")
    where = free_seats(seats, of.seats, skill, taken=taken, after=after) & (seats.minute == minute)
    return {seat.counter for seat in seats.seats(where)}


def nearest(of: Setting, skill: str, *, minute: int, at: datetime) -> list[FreeTime]:
    """Up to three free times near one that is not free: of the same day and the days after it."""
    day = max(of.day_of(datetime.fromtimestamp(minute * 60, UTC)), of.day_of(at))
    last = of.day_of(at) + timedelta(days=of.hall.ahead - 1)
    days = min(NEXT_DAYS, (last - day).days + 1)
    found = free(of, skill, first=day, days=days, at=at) if days > 0 else []
    return sorted(sorted(found, key=lambda each: abs(each.minute - minute))[:NEXT_MOST], key=lambda each: each.minute)


def _grid(of: Setting, first: date, days: int) -> Grid:
    hall = of.hall
    return grid(
        of.seats, of.hours, first=first, days=days, shut=of.shut, calendar=of.calendar, step=hall.step,
        walk_in_share=hall.walk_in_share,
    )  # fmt: skip


def _taken(of: Setting, first: date, days: int) -> list[tuple[int, int]]:
    begins = int(of.calendar.midnight(first.toordinal()).timestamp()) // 60
    held = _held(of).filter(minute__gte=begins, minute__lt=begins + days * DAY_MINUTES)
    numbers = {counter.pk: counter.number for counter in of.counters}
    return [
        (minute, numbers[counter])
        for minute, counter in held.values_list("minute", "counter").order_by()
        if counter in numbers
    ]


def _held(of: Setting) -> QuerySet[Appointment]:
    return Appointment.objects.filter(hall=of.hall, status__in=HOLDING)
