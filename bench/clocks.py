"""Due dates a CPU-second, on the published calendar."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time

from bench.figure import Figure
from linli.engines.clocks import Kind, Limit, Span, arithmetic, due
from linli.lawbook.calendars import calendar_from_chinesecalendar

CALENDAR = calendar_from_chinesecalendar(range(2020, 2027))
LIMITS = [
    Limit(3, Kind.WORKING_DAY),
    Limit(5, Kind.WORKING_DAY),
    Limit(60, Kind.WORKING_DAY),
    Limit(15, Kind.NATURAL_DAY),  # rolls to a working day
]
STARTS = 20_000
ROUNDS = 5


def measure() -> list[Figure]:
    random = Random(1)
    year, first = timedelta(days=365).total_seconds(), datetime(2025, 1, 1, tzinfo=UTC)
    starts = [first + timedelta(seconds=random.uniform(0, year)) for _ in range(STARTS)]

    def as_they_come() -> None:
        for n, start in enumerate(starts):
            due(LIMITS[n % len(LIMITS)], start, CALENDAR)

    def each_anew() -> None:
        for n, start in enumerate(starts):
            arithmetic.due_from_day.__wrapped__(LIMITS[n % len(LIMITS)], CALENDAR.day_of(start), 0, CALENDAR)

    def paused() -> None:
        for n, start in enumerate(starts):
            pause = Span(start + timedelta(hours=30), start + timedelta(hours=80))
            due(LIMITS[n % len(LIMITS)], start, CALENDAR, (pause,))

    return [
        Figure("due dates with working days", best(as_they_come), "per CPU-s", 100_000, more_is_better=True),
        Figure("due dates with working days, no day seen before", best(each_anew), "per CPU-s", more_is_better=True),
        Figure("due dates with working days and a pause", best(paused), "per CPU-s", more_is_better=True),
    ]


def best(work: Callable[[], None]) -> float:
    """The best of some rounds, for other programs share the processor."""
    return max(rate(work) for _ in range(ROUNDS))


def rate(work: Callable[[], None]) -> float:
    begun = process_time()
    work()
    return STARTS / (process_time() - begun)
