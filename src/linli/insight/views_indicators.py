"""Indicators: how they stand, one with its course, what stands behind a number, and what everybody may read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from linli.cases.views.desk import lines
from linli.core import tables
from linli.core.access import needs, public
from linli.core.errors import NotFound
from linli.insight import words
from linli.insight.course_chart import course_chart
from linli.insight.domain import outside
from linli.insight.domain.behind import cases_behind, days_behind, rows_behind
from linli.insight.domain.defining import editions, known
from linli.insight.domain.definitions import Cases, Indicator, Looks
from linli.insight.domain.indicators import Point, has_list, periods_between, points
from linli.insight.domain.mechanisms import MECHANISMS
from linli.insight.domain.periods import MONTHS, months_on
from linli.insight.domain.readers import PostReader, Reader, reader_of
from linli.insight.enums import Making, Span
from linli.insight.forms import places_of
from linli.insight.forms_indicators import BYS, CourseForm
from linli.insight.models import OutsideValue
from linli.insight.shown_indicators import choices_of_months, overview, owners_of, period_asked, query, rows
from linli.insight.words_indicators import outside_said
from linli.people.middleware import Request

BACK = {Span.MONTH: 24, Span.QUARTER: 48, Span.HALF: 108, Span.YEAR: 120}  # months that a course shows by itself
MOST_POINTS = 120
LONG_AGO = date(1990, 1, 1)


@needs("insight.indicators")
@require_safe
def indicators(request: Request) -> HttpResponse:
    """All indicators by group: the last whole period, what it is compared with, and its course."""
    today = timezone.localdate()
    place = _place(request)
    on = _day(request.GET.get("on"))
    months = choices_of_months(Span.MONTH, today)
    form = CourseForm({"place": place}, places=places_of(request.viewer))
    definitions = known(today)
    held = outside.in_force(definitions, place=place)
    context = {
        "groups": overview(reader_of(request.viewer, place), today, on, definitions, held),
        "form": form,
        "months": months,
        "on": on.replace(day=1).isoformat() if on else months[0][0],
        "place": place,
        "sources": Making,
    }
    return render(request, "insight/indicators/overview.html", context)


def _place(request: Request) -> str:
    """The place that was chosen; none where it is not among those that this post reads of."""
    given = request.GET.get("place", "")
    return given if given in dict(places_of(request.viewer)) else ""


def _day(text: str | None) -> date | None:
    try:
        found = parse_date(text or "")
    except ValueError:
        return None
    return found if found is not None and found >= LONG_AGO else None


def definition(code: str, today: date) -> Indicator:
    found = known(today).get(code)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class CourseAsked:
    """What a page of one indicator was asked for, and what was found."""

    indicator: Indicator
    by: Span
    since: date
    place: str
    reader: Reader
    points: Sequence[Point]
    reported: Sequence[OutsideValue]


def _asked(request: Request, code: str, today: date) -> CourseAsked:
    indicator = definition(code, today)
    place = _place(request)
    form = CourseForm(request.GET, places=places_of(request.viewer))
    by = Span(form.chosen("by", indicator.span)) if indicator.is_computed else indicator.span
    since = _since(form.chosen("since", None), by, today)
    reader = reader_of(request.viewer, place)
    periods = periods_between(by, since, today, today)
    found = points({code: indicator}, reader, periods, today).get(code, {})
    course = [found[period] for period in periods if period in found]
    if not indicator.is_computed:  # a period that is not over has nothing to hand in yet
        course = [point for point in course if not point.period.is_partial]
    course = list(dropwhile(_says_nothing, course))
    return CourseAsked(indicator, by, since, place, reader, course, outside.reported(code))


def _says_nothing(point: Point) -> bool:
    """Before the first number there is no course to show."""
    return point.value is None and not point.few and not point.n


def _since(given: date | None, by: Span, today: date) -> date:
    """From when on a course is shown; at most so many periods that it can be drawn and read."""
    first = given if given and given <= today else months_on(today.replace(day=1), -BACK[by])
    return max(first, LONG_AGO, months_on(today.replace(day=1), -MOST_POINTS * MONTHS[by]))


@needs("insight.indicators")
@require_safe
def indicator(request: Request, code: str) -> HttpResponse:
    """One indicator: its course as a drawing and a table, its definition and all versions of it."""
    today = timezone.localdate()
    asked = _asked(request, code, today)
    form = CourseForm(
        {"by": asked.by, "since": asked.since.isoformat(), "place": asked.place}, places=places_of(request.viewer)
    )
    given = {"by": asked.by.value, "since": asked.since.isoformat(), "place": asked.place}
    context = {
        "indicator": asked.indicator,
        "form": form,
        "asked": asked,
        "chart": course_chart(asked.indicator, asked.points, asked.reported),
        "rows": rows(asked.indicator, asked.points, asked.place, linked=asked.indicator.is_computed),
        "reported": [_told(asked.indicator, row) for row in asked.reported],
        "handed_in": _history(asked) if asked.indicator.making == Making.OUTSIDE else [],
        "editions": editions(code),
        "owners": owners_of(asked.indicator),
        "mechanisms": [each for each in MECHANISMS if code in each.indicators],
        "csv": query("indicators:csv", given, code),
        "hidden": any(point.few for point in asked.points),
        "sources": Making,
        "bys": BYS,
    }
    return render(request, "insight/indicators/one.html", context)


@dataclass(frozen=True)
class ValueTold:
    """A figure that Linli did not compute, in words."""

    row: OutsideValue
    text: str
    days: str
    replaced: str = ""


def _told(indicator: Indicator, row: OutsideValue) -> ValueTold:
    before = outside_said(indicator, row.replaces) if row.replaces is not None else ""
    return ValueTold(row, outside_said(indicator, row), words.days(row.first, row.last), before)


def _history(asked: CourseAsked) -> list[ValueTold]:
    return [_told(asked.indicator, row) for row in outside.history(asked.indicator.code, place=asked.place)]


HEADING = ("indicator", "from", "to", "value", "counted", "of", "kind", "whole", "source")


@needs("insight.indicators")
@require_safe
def course_csv(request: Request, code: str) -> StreamingHttpResponse:
    """The course to take along. What is hidden on the page is a star; what was reported stands apart, by its kind."""
    asked = _asked(request, code, timezone.localdate())
    return tables.download(f"{code}.csv", HEADING, _csv(asked))


def _csv(asked: CourseAsked) -> Iterator[Sequence[Any]]:
    each = asked.indicator
    for point in asked.points:
        hidden = words.HIDDEN if point.few else ""
        source = point.row.source if point.row else str(each.source)
        value = hidden if point.value is None else round(point.value, 4)
        above, n = ("", "") if point.few else (point.above, point.n)
        yield (
            each.code, point.period.first, point.period.until, value, above, n, each.making.value,
            int(not point.partial), source,
        )  # fmt: skip
    for row in asked.reported:
        yield (
            each.code, row.first, row.last, row.number, row.above, row.n, f"{row.origin} {row.telling}", 1, row.source,
        )  # fmt: skip


@needs("insight.figures")
@require_safe
def listed(request: Request, code: str) -> HttpResponse:
    """The rows behind a number: as many as it says."""
    today = timezone.localdate()
    now = timezone.now()
    asked = definition(code, today)
    if not has_list(asked):
        raise NotFound
    part = "n" if request.GET.get("part") == "n" else "above"
    period = period_asked(
        request.GET.get("period", ""), _day(request.GET.get("on")) or today, _day(request.GET.get("until")), today
    )
    reader = PostReader(request.viewer, _place(request))
    point = points({code: asked}, reader, [period], today)[code][period]
    context = {
        "indicator": asked, "counted": words.counted(period), "what": asked.counts if part == "above" else asked.of,
        "number": (point.above if part == "above" else point.n) or 0,
        "place": dict(places_of(request.viewer)).get(reader.place, ""), "part": part,
    }  # fmt: skip
    if isinstance(asked.way, Looks):
        days = days_behind(asked.way, reader, period)
        return render(request, "insight/indicators/days.html", context | {"days": days})
    after = request.GET.get("after")
    if isinstance(asked.way, Cases):
        page = cases_behind(asked.way, part, reader, period, today, after)
        return render(request, "insight/indicators/cases.html", context | {"lines": lines(page.rows), "page": page})
    page = rows_behind(asked, part, reader, period, now, after)
    took = [(row, words.amount(asked.form, row.minutes) if row.minutes is not None else "") for row in page.rows]
    return render(request, "insight/indicators/list.html", context | {"rows": took, "page": page})


@public
@require_safe
def public_indicators(request: Request) -> HttpResponse:
    """What everybody may read: whole periods, nothing below five, each with its source; what was reported apart, and
    by name alone what has no figure yet."""
    today = timezone.localdate()
    definitions = known(today)
    held = outside.in_force(definitions)
    groups = overview(reader_of(None), today, None, definitions, held)
    context = {
        "groups": [group for group in groups if group.told],
        "silent": [indicator for group in groups for indicator in group.silent],
        "reported": [
            (definitions[code].label, _told(definitions[code], row))
            for code, rows_of_it in held.reported.items()
            for row in rows_of_it
        ],
        "sources": Making,
    }
    return render(request, "insight/indicators/public.html", context)
