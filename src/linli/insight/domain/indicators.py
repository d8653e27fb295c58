"""Indicators as pages, reports and the one screen read them: their definitions, their courses, and how they stand.

A course holds one kind of number: what Linli computed, or what an office handed in. What a publication reported stands
apart (`outside.reported`) and is never in a course.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from linli.insight.domain import outside, sources
from linli.insight.domain.defining import known
from linli.insight.domain.definitions import Apps, Indicator
from linli.insight.domain.delivered import COMPUTED
from linli.insight.domain.figures import Form
from linli.insight.domain.guard import is_few
from linli.insight.domain.handed_in import OUTSIDE, WAITING
from linli.insight.domain.periods import DAY, Period, before, last_whole, period_of, year_before
from linli.insight.domain.readers import Reader, reader_of
from linli.insight.enums import Making, Span
from linli.people.actors import Viewer

INDICATORS = (*COMPUTED, *OUTSIDE, *WAITING)  # as delivered; `known` gives them as they hold here
BY_CODE = {each.code: each for each in INDICATORS}
SCREEN_TEN = (
    "reported", "first_word", "right_dispatch", "in_time", "satisfaction", "five_disorders", "alarms", "alarm_answer",
    "on_scene", "devices_heard",
)  # fmt: skip
BACK = 12  # periods before the last whole one that are its usual
FEWEST_FOR_USUAL = 6


@dataclass(frozen=True)
class Point:
    """An indicator over one period. value: a count, a share of 1, or minutes; none where there is nothing, or it hides.

    above, n: numerator and denominator, none where an outside source did not say.  few: hidden.
    partial: the period is not over, or Linli counted only from some day in it.
    """

    period: Period
    value: float | None
    above: int | None = None
    n: int | None = None
    few: bool = False
    partial: bool = False
    row: Any = None  # the outside value it is


@dataclass(frozen=True)
class Latest:
    """How an indicator stands. usual: the median of the periods before `whole`, none below six of them."""

    indicator: Indicator
    now: Point
    now_before: Point
    now_year: Point
    whole: Point
    before: Point
    year: Point
    trend: Sequence[Point]
    usual: float | None


def course(
    code: str, whose: Viewer | None, first: date, last: date, by: Span = Span.MONTH, *, place: str = "",
    today: date | None = None,
) -> list[Point]:  # fmt: skip
    """One indicator, period by period, the oldest first. See `courses`."""
    return courses([code], whose, first, last, by, place=place, today=today)[code]


def courses(
    codes: Iterable[str], whose: Viewer | None, first: date, last: date, by: Span = Span.MONTH, *, place: str = "",
    today: date | None = None,
) -> dict[str, list[Point]]:  # fmt: skip
    """Several indicators over the periods of this kind from the one of `first` to the one of `last`.

    whose: what these posts may see, or none for everybody, who reads of whole periods of the indicator's own kind only,
    so that no two answers differ by a few.  place: a path.  Outside values come in their own kind of period: asked for
    another, their course is empty. Twelve statements at most, and one for each that another app keeps.

    Raises:
        KeyError: no indicator has this code.
    """
    today = today or timezone.localdate()
    wanted = {code: indicator for code, indicator in known(today).items() if code in set(codes)}
    if missing := set(codes) - set(wanted):
        raise KeyError(f"no indicator is called {sorted(missing)}")
    periods = periods_between(by, first, last, today)
    if whose is None:
        periods = [period for period in periods if not period.is_partial and period.last < today]
        wanted = {code: each for code, each in wanted.items() if each.public and each.span == by}
    found = points(wanted, reader_of(whose, place), periods, today)
    return {code: [found[code][period] for period in periods] if code in found else [] for code in dict.fromkeys(codes)}


def periods_between(by: Span, first: date, last: date, today: date) -> list[Period]:
    """The periods of a kind that touch these days, the oldest first; none begins after today."""
    found = [period_of(by, first, today)]
    while (begins := found[-1].last + DAY) <= min(last, today):
        found.append(period_of(by, begins, today))
    return found


def points(
    wanted: Mapping[str, Indicator], reader: Reader, periods: Sequence[Period], today: date, *,
    held: outside.Held | None = None, own_periods: bool = False,
) -> dict[str, dict[Period, Point]]:  # fmt: skip
    """Each indicator over each period. Waiting ones have no number, and outside ones only in their own kind of period.

    held: what was handed in, where it was read already.  own_periods: computed ones too in their own kind alone.
    """
    if not periods:
        return {code: {} for code in wanted}
    found: dict[str, dict[Period, Point]] = {}
    computed = {code: each for code, each in wanted.items() if each.is_computed}
    for span in sorted({each.span for each in computed.values()}) if own_periods else [None]:
        of_it = {code: each for code, each in computed.items() if span in (None, each.span)}
        theirs = [period for period in periods if span in (None, period.kind)]
        if of_it:
            found |= _computed(of_it, reader, theirs, today)
    handed = [code for code, each in wanted.items() if each.making == Making.OUTSIDE]
    if handed and held is None:
        held = outside.in_force(handed, place=reader.place)
    for code in handed:
        by_days = {(row.first, row.last): row for row in (held.office.get(code, []) if held else [])}
        found[code] = {
            period: _outside_point(wanted[code], period, by_days.get((period.first, period.last)), reader)
            for period in periods
            if period.kind == wanted[code].span
        }
    for code, each in wanted.items():
        if each.is_waiting:
            found[code] = {period: Point(period, None, partial=period.is_partial) for period in periods}
    return {code: by for code, by in found.items() if by}


def _computed(
    wanted: Mapping[str, Indicator], reader: Reader, periods: Sequence[Period], today: date
) -> dict[str, dict[Period, Point]]:
    asked = dict(wanted)
    if reader.is_public:  # what a hidden difference would be worked out from is read too
        asked |= {each.within: BY_CODE[each.within] for each in wanted.values() if each.within}
    unique = list(dict.fromkeys(periods))
    readings = sources.read(asked.values(), reader, unique, now=timezone.now(), today=today)
    starts = sources.begins()
    found: dict[str, dict[Period, Point]] = {}
    for code, each in wanted.items():
        start = starts.get(type(each.way))
        whole = readings.get(each.within) if reader.is_public and each.within else None
        found[code] = {
            period: _point(each, period, readings[code][period], start, whole[period] if whole else None)
            for period in unique
        }
    return found


def _point(
    indicator: Indicator, period: Period, reading: sources.Reading, start: date | None, whole: sources.Reading | None
) -> Point:
    """Before the first row of its source there is nothing, which is not nought."""
    if start is None or period.until < start:
        return Point(period, None, partial=period.is_partial)
    few = is_few(reading.n) or (whole is not None and is_few(whole.n - reading.n))
    value = None if few else AMOUNTS[indicator.form](reading)
    partial = period.is_partial or period.first < start
    return Point(period, value, reading.above, reading.n, few, partial)


AMOUNTS = {
    Form.COUNT: lambda reading: float(reading.above),
    Form.RATE: lambda reading: reading.above / reading.n if reading.n else None,
    Form.MEAN: lambda reading: reading.total / reading.n if reading.n else None,
}


def _outside_point(indicator: Indicator, period: Period, row: Any, reader: Reader) -> Point:
    """Of a number that an office handed in, the public sees none from one to four either; staff entered it."""
    if row is None:
        return Point(period, None, partial=period.is_partial)
    counted = round(row.number) if indicator.form == Form.COUNT else row.n
    few = counted is not None and is_few(counted) and (reader.is_public or indicator.form != Form.COUNT)
    return Point(period, None if few else row.number, row.above, row.n, few, period.is_partial, row)


# --- how they stand


def latest(
    codes: Iterable[str], whose: Viewer | None, *, today: date | None = None, place: str = "", on: date | None = None
) -> dict[str, Latest]:
    """How each of these stands: the running period, the last whole one, what each is compared with, and the course.

    on: a day in the period that counts as the last whole one; none for the last that is over.  Twelve statements at
    most for those of one kind of period.
    """
    today = today or timezone.localdate()
    wanted = {code: each for code, each in known(today).items() if code in set(codes)}
    if whose is None:
        wanted = {code: each for code, each in wanted.items() if each.public}
    return stands(wanted, reader_of(whose, place), today, on)


def stands(
    wanted: Mapping[str, Indicator], reader: Reader, today: date, on: date | None = None,
    held: outside.Held | None = None,
) -> dict[str, Latest]:  # fmt: skip
    """The same, for definitions at hand."""
    spans = {
        span: _needed(span, today, on, public=reader.is_public) for span in {each.span for each in wanted.values()}
    }
    asked = list(dict.fromkeys(period for needed in spans.values() for period in needed.all))
    found = points(wanted, reader, asked, today, held=held, own_periods=True)
    return {
        code: _latest(each, found.get(code, {}), spans[each.span]) for code, each in wanted.items()
    }  # fmt: skip


@dataclass(frozen=True)
class Needed:
    """The periods that one kind of period takes to be judged."""

    now: Period
    whole: Period
    trend: Sequence[Period]
    public: bool

    @property
    def all(self) -> list[Period]:
        """The public reads of whole periods alone."""
        whole = [*self.trend, year_before(self.whole), before(self.whole)]
        return whole if self.public else [self.now, before(self.now), year_before(self.now), *whole]


def _needed(span: Span, today: date, on: date | None, *, public: bool) -> Needed:
    now, ended = period_of(span, today, today), last_whole(span, today)
    whole = min(period_of(span, on, today), ended, key=lambda period: period.first) if on else ended
    trend = [whole]
    while len(trend) <= BACK:
        trend.insert(0, before(trend[0]))
    return Needed(now, whole, trend, public)


def _latest(indicator: Indicator, found: Mapping[Period, Point], needed: Needed) -> Latest:
    def at(period: Period) -> Point:
        return found.get(period) or Point(period, None, partial=period.is_partial)

    trend = [at(period) for period in needed.trend]
    earlier = [point.value for point in trend[:-1] if point.value is not None and not point.partial]
    return Latest(
        indicator=indicator,
        now=at(needed.now), now_before=at(before(needed.now)), now_year=at(year_before(needed.now)),
        whole=trend[-1], before=at(before(needed.whole)), year=at(year_before(needed.whole)),
        trend=trend, usual=median(earlier) if len(earlier) >= FEWEST_FOR_USUAL else None,
    )  # fmt: skip


def has_list(indicator: Indicator) -> bool:
    """Whether a page lists what was counted: not for what was handed in, nor for rows of another app."""
    return indicator.way is not None and not isinstance(indicator.way, Apps)


def list_url(code: str, part: str, period: Period, place: str = "") -> str:
    """The page whose list holds as many as the number says. part: above or n."""
    asked = {"part": part, "period": period.kind.value, "on": period.first.isoformat()}
    if period.until < period.last:
        asked["until"] = period.until.isoformat()
    return f"{reverse('indicators:list', args=[code])}?{urlencode(asked | ({'place': place} if place else {}))}"


__all__ = [
    "BY_CODE", "INDICATORS", "SCREEN_TEN", "Indicator", "Latest", "Point", "course", "courses", "has_list", "known",
    "latest", "list_url",
]  # fmt: skip
