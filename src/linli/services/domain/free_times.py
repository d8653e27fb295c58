"""Which times of a resource are free: the rules of one resource and what is taken, without a database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from linli.services.domain.opening_hours import Hours, Span, spans

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Rules:
    """How one resource may be booked; minutes, but for `ahead_days`. See models_bookings.Resource."""

    hours: tuple[Hours, ...]
    shut: frozenset[date]
    tz: tzinfo
    units: int = 1
    step: int = 30
    shortest: int = 30
    longest: int = 120
    whole: bool = False
    overnight: bool = False
    before: int = 0
    after: int = 0
    notice: int = 0
    ahead_days: int = 28

    def held(self, span: Span) -> Span:
        """The use and its buffers: what keeps others out."""
        return Span(span.start - self.before * MINUTE, span.end + self.after * MINUTE)

    def last_day(self, at: datetime) -> date:
        return at.astimezone(self.tz).date() + timedelta(days=self.ahead_days)


@dataclass(frozen=True)
class Taken:
    """A held piece: which unit, from when until when, buffers included."""

    unit: int
    span: Span


@dataclass(frozen=True)
class Slot:
    """A time that can be chosen, and how many units are free for it; none: it is full."""

    span: Span
    free: int


def openings(rules: Rules, first: date, last: date) -> list[Span]:
    """The open spans that touch these days, with a day before and after so that midnight cuts none."""
    day = timedelta(days=1)
    return spans(first - day, last + day, rules.hours, rules.tz, rules.shut)


def free_units(rules: Rules, span: Span, taken: Iterable[Taken]) -> list[int]:
    """The units that nobody holds while this use and its buffers last, the lowest first."""
    held = rules.held(span)
    gone = {each.unit for each in taken if each.span.overlaps(held)}
    return [unit for unit in range(1, rules.units + 1) if unit not in gone]


WRONG = ("past", "soon", "far", "closed", "length", "step")


def fault(rules: Rules, span: Span, at: datetime) -> str:
    """Why this time cannot be booked at all, as a word of WRONG, or "" where the rules allow it."""
    if span.start <= at:
        return "past"
    if span.start < at + rules.notice * MINUTE:
        return "soon"
    if span.start.astimezone(rules.tz).date() > rules.last_day(at):
        return "far"
    around = _around(rules, span)
    if rules.whole:
        return "" if span in around else "closed"
    if not rules.shortest <= span.minutes <= rules.longest:
        return "length"
    opening = _opening(rules, span, around)
    if opening is None:
        return "closed"
    on_step = (span.start - opening.start).total_seconds() % (rules.step * 60) == 0
    return "" if on_step else "step"


def is_open(rules: Rules, span: Span) -> bool:
    """Whether it is open while this use lasts, whatever else the rules say."""
    around = _around(rules, span)
    return span in around if rules.whole else _opening(rules, span, around) is not None


def _around(rules: Rules, span: Span) -> list[Span]:
    first, last = (moment.astimezone(rules.tz).date() for moment in (span.start, span.end))
    return openings(rules, first, last)


def _opening(rules: Rules, span: Span, around: Sequence[Span]) -> Span | None:
    """The opening in which this use begins; it must end there too, or in another one where it may stay out."""
    begun = next((each for each in around if each.start <= span.start < each.end), None)
    if begun is None or begun.holds(span):
        return begun
    back = any(each.start < span.end <= each.end for each in around)
    return begun if rules.overnight and back else None


def slots(rules: Rules, day: date, minutes: int, taken: Collection[Taken], at: datetime) -> list[Slot]:
    """The times of this length that begin on a day and that the rules allow, the full ones among them.

    minutes: how long; without meaning where whole openings are booked.
    """
    until = day + timedelta(days=minutes // (24 * 60) + 1)
    starts = (span for opening in openings(rules, day, until) for span in _starts(rules, opening, minutes))
    return [
        Slot(span, len(free_units(rules, span, taken)))
        for span in starts
        if span.start.astimezone(rules.tz).date() == day and not fault(rules, span, at)
    ]


def _starts(rules: Rules, opening: Span, minutes: int) -> Iterable[Span]:
    if rules.whole:
        yield opening
        return
    start, length = opening.start, minutes * MINUTE
    while start < opening.end and (rules.overnight or start + length <= opening.end):
        yield Span(start, start + length)
        start += rules.step * MINUTE


def lengths(rules: Rules, *, most: int = 12) -> list[int]:
    """The lengths that can be chosen, in minutes: from the shortest to the longest, at most so many."""
    if rules.whole:
        return [0]
    each = max(rules.step, rules.shortest) if rules.overnight else rules.step
    return list(range(rules.shortest, rules.longest + 1, each))[:most]
