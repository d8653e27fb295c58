"""The hall's queue in the words of its pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.utils.translation import gettext as _

from linli.core.dates import hour
from linli.engines.queue import Expected
from linli.services.domain.hall.calling import can_serve
from linli.services.domain.hall.queries import Now
from linli.services.domain.hall.setting import Setting, lines
from linli.services.models_queue import CounterStatus, Ticket


@dataclass(frozen=True)
class LineNow:
    """A line of the hall: how many wait in it, and the numbers of the counters that are open for it."""

    letter: str
    skill: str
    title: str
    about: str
    waiting: int
    counters: Sequence[int]


def lines_now(here: Now) -> list[LineNow]:
    waiting = [ticket.skill for ticket in here.waiting()]
    open_ = [counter for counter in here.of.counters if counter.status == CounterStatus.OPEN]
    return [
        LineNow(
            line.letter,
            line.skill,
            line.get_skill_display(), line.about_title, waiting.count(line.skill),
            [counter.number for counter in open_ if line.skill in counter.skills],
        )
        for line in lines(here.of.hall, only=here.of.skills())
    ]  # fmt: skip


@dataclass(frozen=True)
class Wait:
    """When a ticket is likely to be called. words: for the page; empty where nobody can say."""

    words: str
    before: int
    about: datetime | None


def shown_wait(ticket: Ticket, found: Mapping[int, Expected], here: Now) -> Wait:
    each = found.get(ticket.pk)
    if each is None:
        return Wait("", sum(1 for other in here.waiting() if other.place_at < ticket.place_at), None)
    least, most = _rounded(each.low / 60, down=True), _rounded(each.high / 60, down=False)
    at = here.at + timedelta(seconds=each.seconds)
    if most <= 1:
        return Wait(_("You are next, within a minute or so."), each.before, at)
    if least < 1:
        return Wait(_("Within %(most)d minutes") % {"most": most}, each.before, at)
    return Wait(_("%(least)d to %(most)d minutes") % {"least": least, "most": most}, each.before, at)


def _rounded(minutes: float, *, down: bool) -> int:
    """Whole minutes, and from twenty on steps of five: nobody knows it better."""
    step = 5 if minutes >= 20 else 1
    return int(minutes // step) * step if down else ceil(minutes / step) * step


def for_ticket(here: Now, ticket: Ticket) -> list[int]:
    """The counters at work that could serve a ticket."""
    return [each.number for each in here.of.counters if each.status == CounterStatus.OPEN and can_serve(each, ticket)]


def span_words(opens: int, closes: int) -> str:
    return f"{opens // 60}:{opens % 60:02}–{closes // 60}:{closes % 60:02}"


def week(of: Setting, at: datetime) -> list[dict[str, Any]]:
    """The seven days from today on, holidays and shut days as they really are."""
    today = of.day_of(at)
    days = [today + timedelta(days=number) for number in range(7)]
    return [
        {
            "day": day, "today": day == today,
            "hours": [span_words(opens, closes) for opens, closes in of.hours_on(day)],
        }
        for day in days
    ]  # fmt: skip


def served_words(ticket: Ticket) -> str:
    """Since when somebody is at the counter."""
    since = ticket.serving_since or ticket.called_at
    return hour(since) if since else ""
