"""The report of a month: its numbers, gathered once and kept, for the office and for everybody.

What is gathered holds numbers and codes. For everybody a number below five is hidden, and what would give it away; only
whole months; only by class, by area and by estate, each by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from linli.core import acts, jobs, outbox
from linli.core.errors import Conflict, Invalid, NotFound
from linli.engines.effects import Usual, usual
from linli.insight.domain import effects, periods
from linli.insight.domain.actions import actions, counted_title
from linli.insight.domain.effect_series import shown_classes
from linli.insight.domain.figures import BY_NAME, Form, Value, value_of
from linli.insight.domain.measures import Sums
from linli.insight.domain.periods import Period
from linli.insight.domain.queries import Division, PublicTable, below, public_table
from linli.insight.enums import By, Grain, Span
from linli.insight.models import Action, Report, ReportFile, Rollup
from linli.people.actors import Actor
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path

MAKE = "insight.report"
FORMAT = 1
BACK = 12  # months before that are looked at
OFFICE = (
    "reported", "first_word", "due", "handling", "late", "right_dispatch", "rework", "closing", "in_time", "reopened",
    "satisfaction",
)  # fmt: skip
PUBLIC = ("reported", "due", "closing", "in_time", "reopened", "satisfaction")
IN_ROWS = ("reported", "due", "in_time")
PAIRS = [(BY_NAME[name].name, BY_NAME[name].denominator) for name in PUBLIC]
RECENT = 183  # days in which an action may explain a change
MOSTLY = 0.5  # share of a rise that one estate holds
LIKE_LAST_YEAR = 0.25

FACTS = "insight.facts"  # the consumer that counts

Snapshot = dict[str, Any]
Render = Callable[[Report], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Months:
    """The month of a report and those before it, the oldest first, with the tables of each for one reader."""

    all: Sequence[Period]
    tables: dict[By, list[PublicTable]]
    public: bool

    @property
    def month(self) -> Period:
        return self.all[-1]


def make_report(*, month: date, render: Render, account: int | None, at: datetime) -> Report:
    """Gather a month that is over, and keep it with its files as the next version. render: makes the files.
    account: of who asked for it; none where it was made by itself.

    Raises:
        Invalid: the month is not over.  Conflict: others made versions at the same time, again and again.
    """
    today = timezone.localdate(at)
    if month.day != 1 or periods.months_on(month, 1) > today:
        raise Invalid(fields={"month": _("This month is not over. Choose one that is.")})
    outbox.drain(FACTS)  # what only waits to be counted belongs to it
    report = Report(
        month=month, made_at=at, made_by_id=account, office=_gather(_read(month, today, public=False), today),
        public=_gather(_read(month, today, public=True), today), version=_next_version(month),
    )  # fmt: skip
    kept = render(report)
    for _again in range(3):
        try:
            with transaction.atomic():
                report.save(force_insert=True)
                ReportFile.objects.bulk_create([ReportFile(report=report, **each) for each in kept])
            return report
        except IntegrityError:  # somebody else made one at the same time
            report.pk, report.version = None, _next_version(month)
    raise Conflict


def _next_version(month: date) -> int:
    return (Report.objects.filter(month=month).aggregate(last=Max("version"))["last"] or 0) + 1


def ask_for_report(*, month: date, by: Actor, at: datetime) -> None:
    """Have a report made as soon as a worker is free; the log says who asked."""
    with transaction.atomic():
        key = f"{MAKE}:{month}"
        jobs.enqueue(MAKE, {"month": month, "account": by.account.pk if by.account else None}, at=at, unique=key)
        acts.record("report_asked", target=f"{month:%Y-%m}", by=by, at=at)


def first_whole_month() -> date | None:
    """The first month that was recorded from its first day on; none before anything is."""
    kept = Rollup.objects.filter(below(governed_path()), grain=Grain.DAY, reported__gt=0)
    first = kept.aggregate(first=Min("day"))["first"]
    return None if first is None else first if first.day == 1 else periods.months_on(first.replace(day=1), 1)


def reports() -> list[Report]:
    """The newest version of each month, the newest month first. The numbers are not read. One statement."""
    found: dict[date, Report] = {}
    for report in Report.objects.defer("office", "public"):
        found.setdefault(report.month, report)
    return list(found.values())


def is_made(month: date) -> bool:
    return Report.objects.filter(month=month).exists()


def report_of(month: date, version: int | None = None) -> Report:
    """Raises:
    NotFound: there is no such report.
    """
    found = Report.objects.filter(month=month, **({"version": version} if version else {})).first()
    if found is None:
        raise NotFound
    return found


def versions_of(month: date) -> list[Report]:
    return list(Report.objects.filter(month=month).defer("office", "public"))


def file_of(report: Report, *, public: bool, language: str, kind: str) -> ReportFile:
    """Raises:
    NotFound: this file was not made.
    """
    found = ReportFile.objects.filter(report=report, public=public, language=language, kind=kind).first()
    if found is None:
        raise NotFound
    return found


def kinds_of(report: Report, *, public: bool) -> set[tuple[str, str]]:
    """Which files there are: language and kind. One statement."""
    return set(report.files.filter(public=public).values_list("language", "kind"))


# --- gathering


def _read(month: date, today: date, *, public: bool) -> Months:
    """Three statements for each of thirteen months, twice."""
    first = max(periods.months_on(month, -BACK), first_whole_month() or month)
    found = [periods.period_of(Span.MONTH, month, today)]
    while found[0].first > first:
        found.insert(0, periods.period_of(Span.MONTH, periods.months_on(found[0].first, -1), today))
    tables = {
        by: [public_table(each, by, today, PAIRS, unfiled=not public) for each in found] for by in (By.KLASS, By.PLACE)
    }
    return Months(found, tables, public)


def _gather(months: Months, today: date) -> Snapshot:
    """One snapshot. From the public one small numbers, and what gives them away, are left out."""
    public = months.public
    wholes = [table.whole for table in months.tables[By.KLASS]]
    return {
        "format": FORMAT,
        "month": months.month.first.isoformat(),
        "public": public,
        "figures": [_figure(name, wholes) for name in (PUBLIC if public else OFFICE)],
        "course": [_point(period, sums) for period, sums in zip(months.all, wholes, strict=True)],
        "usual": _usual([_amount("reported", sums) for sums in wholes[:-1]], months),
        "classes": _rows(months, By.KLASS, [table.rows for table in months.tables[By.KLASS]]),
        "areas": _rows(months, By.PLACE, [table.areas for table in months.tables[By.PLACE]]),
        "estates": _rows(months, By.PLACE, [table.rows for table in months.tables[By.PLACE]]),
        "actions": _actions(months.month, today),
    }


def _figure(name: str, wholes: Sequence[Sums]) -> dict[str, Any]:
    before = value_of(BY_NAME[name], wholes[-2] if len(wholes) > 1 else {})
    return {
        "name": name, **_said(value_of(BY_NAME[name], wholes[-1])),
        "before": before.amount if len(wholes) > 1 else None, "before_few": before.few,
        "year": _amount(name, wholes[0]) if len(wholes) > BACK else None,
    }  # fmt: skip


def _said(value: Value) -> dict[str, Any]:
    """What a number stands on is kept only where it is shown."""
    if value.few:
        return {"amount": None, "n": None, "few": True}
    return {"amount": value.amount, "n": value.n, "few": False}


def _amount(name: str, sums: Sums, *, guarded: bool = False) -> float | None:
    return value_of(BY_NAME[name], sums, guarded=guarded).amount


def _point(period: Period, sums: Sums) -> dict[str, Any]:
    return {
        "month": period.first.isoformat(), "reported": _amount("reported", sums), "in_time": _amount("in_time", sums)
    }  # fmt: skip


def _usual(earlier: Sequence[float | None], months: Months) -> dict[str, float] | None:
    """What is usual, by the days of the months, from those that are known."""
    known = [(number, period.days) for number, period in zip(earlier, months.all, strict=False) if number is not None]
    found = usual([number for number, _days in known], size=[days for _number, days in known], now=months.month.days)
    return None if found is None else {"mean": found.mean, "low": found.low, "high": found.high}


def _rows(months: Months, by: By, tables: Sequence[Sequence[Division]]) -> list[dict[str, Any]]:
    """By class, area or estate: the month, the month before, a year before, what is usual, and why it may have changed.

    tables: the rows of each month.
    """
    public = months.public
    rows = [{row.key: row for row in table} for table in tables]
    found = []
    for key, row in rows[-1].items():
        course = [_reported(each.get(key), public=public) for each in rows]
        what = _usual(course[:-1], months)
        now = course[-1]
        side = 0 if what is None or now is None else Usual(**what).side(now)
        found.append(
            {
                "key": key, **_titles(key, by),
                **{name: _said(_cell(row, name, public=public)) for name in IN_ROWS},
                "before": course[-2] if len(course) > 1 else None,
                "before_few": len(course) > 1 and course[-2] is None, "year": course[0] if len(course) > BACK else None,
                "usual": what, "side": side,
                "why": _why(months, by, key, side, course) if side else [],
            }
        )  # fmt: skip
    return sorted(found, key=lambda row: -(row["reported"]["amount"] or 0))


def _cell(row: Division, name: str, *, public: bool) -> Value:
    figure = BY_NAME[name]
    value = value_of(figure, row.sums, guarded=public and name in row.guarded)
    if public or figure.form != Form.COUNT:
        return value
    number = row.sums.get(figure.numerator, 0)  # the office counts its own cases to the last
    return Value(figure, number, number, float(number), few=False)


def _reported(row: Division | None, *, public: bool) -> float | None:
    """How many were reported; nought where the month has no such row."""
    return 0.0 if row is None else _cell(row, "reported", public=public).amount


def _titles(key: Any, by: By) -> dict[str, str]:
    if key is None:
        return {"title": "", "title_en": ""}
    if by == By.KLASS:
        from linli.cases.models import CaseClass

        klass = CaseClass.objects.filter(code=key).first()
        return {"title": klass.name, "title_en": klass.name_en} if klass else {"title": key, "title_en": key}
    place = tree().by_path.get(key)
    return {"title": place.name, "title_en": place.name_en or place.name} if place else {"title": "", "title_en": ""}


# --- why it may have changed


def _why(months: Months, by: By, key: Any, side: int, course: Sequence[float | None]) -> list[dict[str, Any]]:
    """What is known beside a change. None of it is a proof, and the words say so."""
    found: list[dict[str, Any]] = []
    year = course[0] if len(course) > BACK else None
    if year and course[-1] and abs(course[-1] / year - 1) <= LIKE_LAST_YEAR:
        found.append({"kind": "season", "year": year})
    if by == By.KLASS and key is not None:
        found += [
            {
                "kind": "action",
                "title": each.title,
                "title_en": each.title_en or each.title,
                "day": each.day.isoformat(),
            }
            for each in actions(withdrawn=False).filter(counted="cases", code=key)
            if 0 <= (months.month.last - each.day).days <= RECENT and (not each.rises) == (side < 0)
        ]
        if side > 0 and not months.public:
            found += _where(months, key)
    return found


def _where(months: Months, code: str) -> list[dict[str, Any]]:
    """The estate that holds most of a rise. For the office alone: class and estate together are a small number."""
    kept = Rollup.objects.filter(grain=Grain.MONTH, klass__in=shown_classes(code))
    now: dict[str, float] = {}
    then: dict[str, float] = {}
    spans = ((now, [months.month]), (then, months.all[:-1]))
    for into, over in spans:
        rows = kept.filter(day__in=[period.first for period in over]).order_by().values("place")
        for row in rows.annotate(n=Sum("reported")):
            into[row["place"]] = into.get(row["place"], 0.0) + row["n"] / max(len(over), 1)
    more = {place: number - then.get(place, 0.0) for place, number in now.items()}
    rise = sum(now.values()) - sum(then.values())
    place, most = max(more.items(), key=lambda pair: pair[1], default=("", 0.0))
    estate = tree().by_path.get(place)
    if estate is None or rise <= 0 or most < MOSTLY * rise:
        return []
    return [
        {"kind": "place", "title": estate.name, "title_en": estate.name_en or estate.name, "count": now[place],
         "rise": round(most), "of": round(rise)}
    ]  # fmt: skip


def _actions(month: Period, today: date) -> list[dict[str, Any]]:
    """Actions of the last half year before the month's end, with their answer as it is now. No small number is kept."""
    return [
        _acted(action, effects.answer(action, today, exact=False))
        for action in actions(withdrawn=False)
        if 0 <= (month.last - action.day).days <= RECENT
    ]


def _acted(action: Action, answer: effects.Answer) -> dict[str, Any]:
    best = answer.best
    return {
        "key": str(action.key), "title": action.title, "title_en": action.title_en or action.title,
        "day": action.day.isoformat(), "counted": action.counted, "code": action.code,
        "of": _in("zh-hans", action), "of_en": _in("en", action), "rises": action.rises,
        "ratio": [best.value, best.low, best.high] if best else None, "beside": answer.compared is not None,
        "peak": answer.has_peak,
    }  # fmt: skip


def _in(language: str, action: Action) -> str:
    """What an action is held to, in a language."""
    with translation.override(language):
        return str(counted_title(action))
