"""What stands behind an indicator's number: as many rows as it says, of cases that the reader may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet, Sum

from linli.cases.models import CaseClass
from linli.insight.domain.definitions import CallOuts, Cases, Indicator, Looks, Story, Troubles
from linli.insight.domain.periods import Period
from linli.insight.domain.queries import Scope, listed
from linli.insight.domain.readers import PostReader
from linli.insight.domain.segments import Segments
from linli.insight.domain.sources import TROUBLES, call_out_parts, call_outs, entries, looks, troubles
from linli.procedures.domain.queries import PAGE, Page
from linli.procedures.models import Procedure

RELATED = ("place", "case__klass")


@dataclass(frozen=True)
class GroupScope(Scope):
    """A scope narrowed to several classes."""

    klasses: tuple[int, ...] = ()

    @cached_property
    def _narrowed(self) -> dict[str, Any]:
        found: dict[str, Any] = {"klass__in": self.klasses}
        if self.place:
            found |= {"place__gte": self.place, "place__lt": self.place + "~"}
        return found | ({"organisation__in": self.own} if self.own is not None else {})


@dataclass(frozen=True)
class Behind:
    """One row: the case, when it was, and the minutes it took where the indicator is a mean time."""

    procedure: Procedure
    at: datetime
    minutes: float | None = None


@dataclass(frozen=True)
class Day:
    """One day of looks."""

    day: date
    above: int
    n: int


def cases_behind(
    way: Cases, part: str, reader: PostReader, period: Period, today: date, after: str | None
) -> Page:  # fmt: skip
    """The cases that a measure counts, as the desk's list shows them. Two statements."""
    measure = way.numerator if part == "above" else way.denominator
    scope: Scope = reader.scope
    if way.klasses:
        keys = CaseClass.objects.filter(code__in=way.klasses).values_list("pk", flat=True)
        scope = GroupScope(reader.viewer, place=reader.place, klasses=tuple(keys))
    return listed(scope, measure, period, today, after=after)


def rows_behind(
    indicator: Indicator, part: str, reader: PostReader, period: Period, now: datetime, after: str | None
) -> Page:
    """What the numerator (above) or denominator (n) of an indicator counts, the latest first. Two statements."""
    return ROWS[type(indicator.way)](indicator.way, part, reader, period, now, after)


def _story(way: Story, _part: str, reader: PostReader, period: Period, _now: datetime, after: str | None) -> Page:
    found = entries(way, reader).filter(Segments((period,)).within("at"))
    return _page(found.select_related(*(f"procedure__{name}" for name in RELATED)), "at", "procedure", after)


def _troubles(way: Troubles, part: str, reader: PostReader, period: Period, _now: datetime, after: str | None) -> Page:
    wanted = TROUBLES[way.numerator if part == "above" else way.denominator]
    found = troubles(reader).filter(Segments((period,)).within("opened_at"), wanted)
    related = ("case__klass", "case__procedure__place", "case__procedure__case__klass")
    took = "wait" if way.numerator == "wait" else ""
    return _page(found.select_related(*related), "opened_at", "case", after, took)


def _call_outs(way: CallOuts, part: str, reader: PostReader, period: Period, now: datetime, after: str | None) -> Page:
    wanted = call_out_parts(now)[way.numerator if part == "above" else way.denominator]
    found = call_outs(reader).filter(Segments((period,)).within("called_at"), wanted)
    related = ("case__klass", "case__procedure__place", "case__procedure__case__klass")
    return _page(found.select_related(*related), "called_at", "case", after, "way")


def _page(found: QuerySet[Any], column: str, way: str, after: str | None, took: str = "") -> Page:
    """A page by time, the latest first; rows of one time by their keys."""
    if cursor := _cursor(after):
        at, key = cursor
        found = found.filter(Q(**{f"{column}__lt": at}) | Q(**{column: at, "pk__gt": key}), **{f"{column}__lte": at})
    rows = list(found.order_by(f"-{column}", "pk")[: PAGE + 1])
    shown = [
        Behind(
            row.procedure if way == "procedure" else row.case.procedure,
            getattr(row, column),
            getattr(row, took).total_seconds() / 60 if took and getattr(row, took) is not None else None,
        )
        for row in rows[:PAGE]
    ]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(shown, f"{getattr(last, column).isoformat()}~{last.pk}" if last is not None else None)


def _cursor(after: str | None) -> tuple[datetime, int] | None:
    """What does not fit counts as the first page."""
    at, _tilde, key = (after or "").partition("~")
    try:
        found, number = datetime.fromisoformat(at.replace(" ", "+")), int(key[:18])
    except ValueError:
        return None
    return (found, number) if found.tzinfo is not None and 1970 < found.year < 3000 else None


ROWS: dict[type, Callable[..., Page]] = {Story: _story, Troubles: _troubles, CallOuts: _call_outs}


def days_behind(way: Looks, reader: PostReader, period: Period) -> Sequence[Day]:
    """The looks of each day; added up they are the number. One statement."""
    rows = (
        looks([way.name], reader)
        .filter(day__gte=period.first, day__lte=period.until)
        .order_by("-day")
        .values("day")
        .annotate(seen=Sum("above"), all=Sum("n"))
    )
    return [Day(row["day"], row["seen"], row["all"]) for row in rows]
