"""Indicators out of the sums over cases: one statement over what is kept, and a few over what that leaves out."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from linli.cases.domain.queries import classes
from linli.cases.models import CaseClass
from linli.insight.domain.definitions import Cases
from linli.insight.domain.measures import DUE, GOOD, GRADES, KEPT, MEASURES, MINUTES, REPORTED
from linli.insight.domain.periods import DAY, Period, joined, parts
from linli.insight.domain.readers import Reader
from linli.insight.enums import Grain

Sums = tuple[int, int, float]  # above, n, minutes
Row = Mapping[str, Any]
KEYS = frozenset({"grain", "day", REPORTED, DUE})  # of a row; all else in it is a sum


def read_cases(
    ways: Mapping[str, Cases], reader: Reader, periods: Sequence[Period], today: date
) -> dict[str, dict[Period, Sums]]:
    """Each indicator over each period. Three statements at most, however many indicators, periods and cases."""
    klasses = _keys_of_classes(ways)
    found: dict[tuple[str, date], dict[str, int]] = {}
    _read_kept(found, ways, klasses, reader, periods, today)
    _read_rest(found, ways, klasses, reader, periods, today)
    return {
        code: {period: _over(found, code, period, today) for period in periods} for code in ways
    }  # fmt: skip


def _keys_of_classes(ways: Mapping[str, Cases]) -> dict[str, list[int]]:
    """The keys of the classes of each indicator that names some; retired ones too, for their cases stay."""
    named = {code for way in ways.values() for code in way.klasses}
    if not named:
        return {}
    keys = {klass.code: klass.pk for klass in classes()}
    missing = named - set(keys)
    if missing:
        keys |= dict(CaseClass.objects.filter(code__in=missing).values_list("code", "pk"))
    return {code: [keys[name] for name in way.klasses if name in keys] for code, way in ways.items() if way.klasses}


def _read_kept(
    found: dict[tuple[str, date], dict[str, int]], ways: Mapping[str, Cases], klasses: Mapping[str, list[int]],
    reader: Reader, periods: Sequence[Period], today: date,
) -> None:  # fmt: skip
    wanted = Q(pk__in=[])
    for grain, first, last in joined(periods, today):
        wanted |= Q(grain=grain, day__gte=first, day__lte=last)
    sums: dict[str, Any] = {}
    for code, way in ways.items():
        of = Q(klass__in=klasses[code]) if code in klasses else Q()
        sums[f"above_{code}"] = _sum(way.numerator, of, today)
        sums[f"n_{code}"] = _sum(way.denominator, of, today)
        sums[f"minutes_{code}"] = Sum(MINUTES, filter=of) if of else Sum(MINUTES)
    for row in reader.rollups.filter(wanted).order_by().values("grain", "day").annotate(**sums):
        _add(found, (row["grain"], row["day"]), row)


def _sum(measure: str, of: Q, today: date) -> Sum:
    """The sum of a measure over rows of sums. What is late was due before today and is not handled."""
    if measure in KEPT:
        return Sum(measure, filter=of) if of else Sum(measure)
    if measure == "late":
        return Sum(F("due") - F("handled"), filter=of & Q(day__lt=today))
    lowest = GOOD if measure == "content" else min(GRADES)
    rated: Any = sum((F(f"grade_{grade}") for grade in GRADES if grade > lowest), F(f"grade_{lowest}"))
    return Sum(rated, filter=of) if of else Sum(rated)


def _read_rest(
    found: dict[tuple[str, date], dict[str, int]], ways: Mapping[str, Cases], klasses: Mapping[str, list[int]],
    reader: Reader, periods: Sequence[Period], today: date,
) -> None:  # fmt: skip
    """What the sums leave out, counted row by row: by both days, so that one statement serves either."""
    first, last = min(period.first for period in periods), max(period.until for period in periods)
    counts = _counts(ways, klasses, today)
    within = Q(reported__gte=first, reported__lte=last) | Q(due_day__gte=first, due_day__lte=last)
    for facts in reader.rest():
        for row in facts.filter(within).order_by().values(REPORTED, DUE).annotate(**counts):
            for day in (REPORTED, DUE):
                if row[day] is not None:
                    _add(found, ("", row[day]), {name: row[name] for name in counts if _day_of(name, ways) == day})


def _counts(ways: Mapping[str, Cases], klasses: Mapping[str, list[int]], today: date) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    for code, way in ways.items():
        of = Q(klass__in=klasses[code]) if code in klasses else Q()
        for part, measure in (("above", way.numerator), ("n", way.denominator)):
            late = Q(due_day__lt=today) if measure == "late" else Q()
            counts[f"{part}_{code}"] = Count("pk", filter=MEASURES[measure].where & of & late)
        counts[f"minutes_{code}"] = Coalesce(Sum(MINUTES, filter=of) if of else Sum(MINUTES), 0)
    return counts


def _day_of(name: str, ways: Mapping[str, Cases]) -> str:
    """On which day of a case this sum counts it."""
    part, _line, code = name.partition("_")
    way = ways[code]
    return MEASURES[way.numerator if part == "above" else way.denominator].day


def _add(found: dict[tuple[str, date], dict[str, int]], key: tuple[str, date], row: Row) -> None:
    into = found.setdefault(key, {})
    for name, number in row.items():
        if name not in KEYS:
            into[name] = into.get(name, 0) + int(number or 0)


def _over(found: Mapping[tuple[str, date], Mapping[str, int]], code: str, period: Period, today: date) -> Sums:
    """The sums of one period, out of whole months, days, and what was counted by day."""
    keys: list[tuple[str, date]] = []
    for grain, first, last in parts(period, today):
        keys += [(grain, first)] if grain == Grain.MONTH.value else [(grain, day) for day in _days(first, last)]
    keys += [("", day) for day in _days(period.first, period.until)]
    rows = [found[key] for key in keys if key in found]
    above, n, minutes = (sum(row.get(f"{part}_{code}", 0) for row in rows) for part in ("above", "n", "minutes"))
    return above, n, float(minutes)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first) // DAY + 1)]
