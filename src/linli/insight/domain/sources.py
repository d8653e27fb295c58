"""Where computed indicators get their numbers: one reader for each kind of source, each a few statements for them all.

A reading is (above, n, total): the numerator, the denominator, and the sum of minutes where the indicator is a mean.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from linli.core.models import Installation
from linli.insight.domain.definitions import Apps, CallOuts, Cases, Indicator, Looks, Story, Troubles
from linli.insight.domain.periods import Period
from linli.insight.domain.readers import Reader
from linli.insight.domain.segments import Segments
from linli.insight.domain.sources_apps import KINDS, ROWS, Rows
from linli.insight.domain.sources_cases import read_cases
from linli.insight.models import CaseFact, DailyCount
from linli.procedures.models import Entry, Procedure
from linli.sensing.domain.calls import arrival_limit
from linli.sensing.enums import Verdict
from linli.sensing.models import Call, Episode
from linli.station.models import CallOut

MINUTE = timedelta(minutes=1)


class Reading(NamedTuple):
    """What an indicator says of one period. total: minutes, for a mean."""

    above: int = 0
    n: int = 0
    total: float = 0.0


Readings = dict[Period, Reading]


def read(
    indicators: Iterable[Indicator], reader: Reader, periods: Sequence[Period], *, now: datetime, today: date
) -> dict[str, Readings]:
    """Each computed indicator over each of these periods. Nine statements at most, and one for each of another app."""
    by_source: dict[type, list[Indicator]] = {}
    for indicator in indicators:
        by_source.setdefault(type(indicator.way), []).append(indicator)
    found: dict[str, Readings] = {}
    for source, of_it in by_source.items():
        if source in SOURCES:
            found |= SOURCES[source](of_it, reader, Segments(tuple(periods)), now, today)
    return found


# --- cases


def _cases(
    indicators: Sequence[Indicator], reader: Reader, segments: Segments, _now: datetime, today: date
) -> dict[str, Readings]:
    ways = {each.code: each.way for each in indicators if isinstance(each.way, Cases)}
    found = read_cases(ways, reader, segments.periods, today)
    return {code: {period: Reading(*sums) for period, sums in by.items()} for code, by in found.items()}


# --- the stories of cases


def entries(way: Story, reader: Reader) -> QuerySet[Entry]:
    return Entry.objects.filter(kind=way.entry, procedure__in=reader.procedures())


def _story(
    indicators: Sequence[Indicator], reader: Reader, segments: Segments, _now: datetime, _today: date
) -> dict[str, Readings]:
    kinds = {each.way.entry: each.code for each in indicators if isinstance(each.way, Story)}
    rows = (
        Entry.objects.filter(segments.within("at"), kind__in=kinds, procedure__in=reader.procedures())
        .order_by()
        .values("kind", stretch=segments.of_instant("at"))
        .annotate(number=Count("pk"))
    )
    by_kind: dict[str, list[Mapping[str, Any]]] = {kind: [] for kind in kinds}
    for row in rows:
        by_kind[row["kind"]].append(row)
    return {
        code: {
            period: Reading(int(sums["number"]), int(sums["number"]))
            for period, sums in segments.collect(by_kind[kind], ["number"]).items()
        }
        for kind, code in kinds.items()
    }


# --- troubles that devices called


def troubles(reader: Reader) -> QuerySet[Episode]:
    """The troubles that opened a case, each with its first call, its first answer and the time between."""
    calls = Call.objects.filter(episode=OuterRef("pk"))
    called = calls.order_by("called_at").values("called_at")[:1]
    answered = calls.exclude(answered_at=None).order_by("answered_at").values("answered_at")[:1]
    return (
        Episode.objects.filter(care=False, case__procedure__in=reader.procedures())
        .annotate(called=Subquery(called), answered=Subquery(answered))
        .annotate(wait=ExpressionWrapper(F("answered") - F("called"), output_field=DurationField()))
    )


TROUBLES: dict[str, Q] = {
    "called": Q(),
    "judged": Q(judgement__isnull=False),
    "needed": Q(judgement__verdict=Verdict.TRUE),
    "answered": Q(answered__isnull=False),
    "wait": Q(answered__isnull=False),
}


def _troubles(
    indicators: Sequence[Indicator], reader: Reader, segments: Segments, _now: datetime, _today: date
) -> dict[str, Readings]:
    rows = (
        troubles(reader)
        .filter(segments.within("opened_at"))
        .order_by()
        .values(stretch=segments.of_instant("opened_at"))
        .annotate(**{f"n_{name}": Count("pk", filter=where) for name, where in TROUBLES.items()}, time=Sum("wait"))
    )
    return _shared(indicators, segments, rows, TROUBLES)


# --- the mini fire station


def call_outs(reader: Reader) -> QuerySet[CallOut]:
    way = ExpressionWrapper(F("on_scene_at") - F("called_at"), output_field=DurationField())
    return CallOut.objects.filter(case__procedure__in=reader.procedures(), case__procedure__sealed=False).annotate(
        way=way
    )


def call_out_parts(now: datetime) -> dict[str, Q]:
    """Who is still within the three minutes is judged neither way."""
    there, limit = Q(on_scene_at__isnull=False), arrival_limit()
    return {
        "calls": Q(),
        "judged": there | Q(called_at__lt=now - limit),
        "in_time": there & Q(way__lte=limit),
        "there": there,
        "way": there,
    }


def _call_outs(
    indicators: Sequence[Indicator], reader: Reader, segments: Segments, now: datetime, _today: date
) -> dict[str, Readings]:
    parts = call_out_parts(now)
    rows = (
        call_outs(reader)
        .filter(segments.within("called_at"))
        .order_by()
        .values(stretch=segments.of_instant("called_at"))
        .annotate(**{f"n_{name}": Count("pk", filter=where) for name, where in parts.items()}, time=Sum("way"))
    )
    return _shared(indicators, segments, rows, parts)


def _shared(
    indicators: Sequence[Indicator], segments: Segments, rows: Iterable[Mapping[str, Any]], parts: Iterable[str]
) -> dict[str, Readings]:
    """The readings of indicators whose parts were counted together."""
    names = [f"n_{part}" for part in parts]
    told = [{**row, "time": (row["time"] or timedelta()) / MINUTE} for row in rows]
    sums = segments.collect(told, [*names, "time"])
    return {
        each.code: {
            period: Reading(int(row[f"n_{each.way.numerator}"]), int(row[f"n_{each.way.denominator}"]), row["time"])
            for period, row in sums.items()
        }
        for each in indicators
        if isinstance(each.way, Troubles | CallOuts)
    }


# --- looks at devices


def looks(names: Iterable[str], reader: Reader) -> QuerySet[DailyCount]:
    return DailyCount.objects.filter(reader.places(), code__in=list(names))


def _looks(
    indicators: Sequence[Indicator], reader: Reader, segments: Segments, _now: datetime, _today: date
) -> dict[str, Readings]:
    names = {each.way.name: each.code for each in indicators if isinstance(each.way, Looks)}
    rows = (
        looks(names, reader)
        .filter(day__gte=segments.cuts[0], day__lt=segments.cuts[-1])
        .order_by()
        .values("code", "day")
        .annotate(seen=Sum("above"), all=Sum("n"))
    )
    by_name: dict[str, list[Mapping[str, Any]]] = {name: [] for name in names}
    for row in rows:
        by_name[row["code"]].append({**row, "stretch": segments.of_day(row["day"])})
    return {
        code: {
            period: Reading(int(sums["seen"]), int(sums["all"]))
            for period, sums in segments.collect(by_name[name], ["seen", "all"]).items()
        }
        for name, code in names.items()
    }


# --- the rows of other apps


def _apps(
    indicators: Sequence[Indicator], reader: Reader, segments: Segments, _now: datetime, _today: date
) -> dict[str, Readings]:
    """One statement for each indicator: their rows lie in tables of their own."""
    return {each.code: _app(ROWS[each.way.name], reader, segments) for each in indicators if isinstance(each.way, Apps)}


def _app(rows: Rows, reader: Reader, segments: Segments) -> Readings:
    found = (
        rows.of(reader.paths())
        .filter(segments.within(rows.at))
        .order_by()
        .values(stretch=segments.of_instant(rows.at))
        .annotate(all=Count(rows.counted, distinct=True), above=Count(rows.counted, filter=rows.above, distinct=True))
    )
    sums = segments.collect(list(found), ["above", "all"])
    return {period: Reading(int(row["above"]), int(row["all"])) for period, row in sums.items()}


Source = Callable[[Sequence[Indicator], Reader, Segments, datetime, date], dict[str, Readings]]
SOURCES: dict[type, Source] = {
    Cases: _cases, Story: _story, Troubles: _troubles, CallOuts: _call_outs, Looks: _looks,
    Apps: _apps,
}  # fmt: skip


# --- since when there is anything


def begins() -> dict[type, date | None]:
    """The day of the first row of each source: before it nothing was kept, which is not nought. One statement."""

    def first(queryset: QuerySet[Any], column: str) -> Subquery:
        return Subquery(queryset.order_by(column).values(column)[:1])

    row: Mapping[str, Any] = (
        Installation.objects.annotate(
            cases=first(CaseFact.objects.all(), "reported"),
            troubles=first(Episode.objects.filter(care=False), "opened_at"),
            call_outs=first(CallOut.objects.all(), "called_at"),
            looks=first(DailyCount.objects.all(), "day"),
            apps=first(Procedure.objects.filter(kind__in=KINDS, excludes=False), "opened"),
        )
        .values("cases", "troubles", "call_outs", "looks", "apps")
        .first()
    ) or {}
    cases = row.get("cases")
    return {
        Cases: cases, Story: cases, Troubles: _local(row.get("troubles")), CallOuts: _local(row.get("call_outs")),
        Looks: row.get("looks"), Apps: _local(row.get("apps")),
    }  # fmt: skip


def _local(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None
