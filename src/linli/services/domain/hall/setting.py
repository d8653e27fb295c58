"""The hall as it is set up: its hours, counters and lines, in the form in which the engine reads them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from linli.core.errors import NotFound
from linli.engines.clocks import Calendar
from linli.engines.queue import Counter as Seats
from linli.engines.queue import day_hours
from linli.procedures.domain.limits import calendar
from linli.services.models_queue import Counter, Hall, Line

MINUTE = timedelta(minutes=1)


def the_hall() -> Hall:
    """The hall of this installation: the first one.

    Raises:
        NotFound: none was set up.
    """
    hall = Hall.objects.select_related("place").first()
    if hall is None:
        raise NotFound(_("This office has no service hall in Linli yet."))
    return hall


@dataclass(frozen=True)
class Setting:
    """What a hall's seats are made of; three statements. hours: (weekday, opens, closes) in minutes."""

    hall: Hall
    hours: list[tuple[int, int, int]]
    shut: frozenset[date]
    counters: list[Counter]
    calendar: Calendar

    @cached_property
    def seats(self) -> list[Seats]:
        """The counters as the engine knows them, by their numbers."""
        return [Seats(counter.number, frozenset(counter.skills)) for counter in self.counters]

    def hours_on(self, day: date) -> list[tuple[int, int]]:
        return day_hours(day, self.hours, self.shut, self.calendar)

    def spans_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The openings of a day, as instants."""
        ordinal = day.toordinal()
        return [
            (
                self.calendar.instant(ordinal, timedelta(minutes=opens)),
                self.calendar.instant(ordinal, timedelta(minutes=closes)),
            )
            for opens, closes in self.hours_on(day)
        ]

    def closes(self, at: datetime) -> datetime | None:
        """When the hall that is open at an instant closes; none where it is shut."""
        return next((ends for begins, ends in self.spans_on(self.day_of(at)) if begins <= at < ends), None)

    def opens_next(self, at: datetime) -> datetime | None:
        """The next opening after an instant, within a month."""
        today = self.day_of(at)
        days = (today + timedelta(days=number) for number in range(32))
        return next((begins for day in days for begins, _ends in self.spans_on(day) if begins > at), None)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.calendar.tz).date()

    def skills(self) -> set[str]:
        """What at least one counter can do."""
        return {skill for counter in self.counters for skill in counter.skills}


def setting(hall: Hall) -> Setting:
    return Setting(
        hall=hall,
        hours=list(hall.hours.values_list("weekday", "opens", "closes")),
        shut=frozenset(hall.shut_days.values_list("day", flat=True)),
        counters=list(hall.counters.filter(retired_at=None)),
        calendar=calendar(),
    )


def lines(hall: Hall, *, only: Collection[str] | None = None) -> list[Line]:
    """What one can queue for, by letter; `only` these skills."""
    found = hall.lines.all()
    return [line for line in found if only is None or line.skill in only]
