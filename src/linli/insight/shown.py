"""The pages of figures, made ready: what was asked, each figure with its links, its course and what it was before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.catalogue import catalogue
from linli.insight import words
from linli.insight.domain import periods, queries
from linli.insight.domain.figures import BY_NAME, GRADES, GROUPS, IN_TABLE, WORKLOAD, Figure, Form, Value, value_of
from linli.insight.domain.measures import Sums
from linli.insight.domain.periods import Period
from linli.insight.domain.queries import Division, Scope
from linli.insight.enums import By, Span
from linli.insight.forms import FiguresForm
from linli.insight.spark import spark
from linli.people.actors import Viewer

OUTSIDE = {
    By.KLASS: _("not yet filed"),
    By.PLACE: _("none of these"),
    By.ORGANISATION: _("not yet dispatched"),
    By.POST: _("not yet dispatched"),
}
MORE_ONLY = {By.KLASS: "klass", By.PLACE: "place", By.ORGANISATION: "organisation"}


@dataclass(frozen=True)
class Asked:
    """What a page of figures was asked for."""

    form: FiguresForm
    scope: Scope
    period: Period
    by: By
    today: date

    @cached_property
    def query(self) -> dict[str, str]:
        """The question as an address repeats it; what is empty is left out."""
        given = {name: self.form.chosen(name) for name in ("klass", "place", "organisation")}
        free = {"last": self.period.last.isoformat()} if self.period.kind == Span.FREE else {}
        found = {"period": self.period.kind.value, "on": self.period.first.isoformat(), **free, **given}
        return {name: str(value) for name, value in found.items() if value}

    def link(self, view: str, **more: str) -> str:
        return f"{reverse(view)}?{urlencode(self.query | {'by': self.by.value} | more)}"

    def list_link(self, measure: str, **more: str) -> str:
        return f"{reverse('insight:list')}?{urlencode(self.query | more | {'measure': measure})}"

    @property
    def earlier(self) -> str:
        return self.link("insight:figures", on=(self.period.first - periods.DAY).isoformat())

    @property
    def later(self) -> str:
        """The next period; none where it has not begun."""
        begins = self.period.last + periods.DAY
        return "" if begins > self.today else self.link("insight:figures", on=begins.isoformat())


def ask(given: QueryDict, viewer: Viewer, today: date) -> Asked:
    """Read what was asked; what does not fit counts as not asked, and the form shows what holds instead."""
    whose = Scope(viewer)
    form = FiguresForm(given, viewer=viewer, own=whose.own)
    kind = Span(form.chosen("period", Span.MONTH))
    klass = catalogue().named(form.chosen("klass")) if form.chosen("klass") else None
    scope = Scope(viewer, klass.pk if klass else 0, form.chosen("place"), int(form.chosen("organisation", 0)))
    on = form.chosen_day("on", today)
    period = periods.period_of(kind, on, today, last=form.chosen_day("last", on))
    by = By(form.chosen("by", By.KLASS))
    asked = Asked(form, scope, period, by, today)
    shown = FiguresForm(asked.query | {"by": by.value, "on": min(on, today).isoformat()}, viewer=viewer, own=whose.own)
    return replace(asked, form=shown)


@dataclass(frozen=True)
class Card:
    """One figure with all that stands beside it."""

    figure: Figure
    value: Value
    text: str
    numerator_url: str
    n_url: str
    before: str
    year: str
    change: str
    tone: str
    spark: SafeString

    @property
    def is_rate(self) -> bool:
        return self.figure.form == Form.RATE

    @property
    def is_part(self) -> bool:
        """A number of cases among others."""
        return self.figure.form == Form.COUNT and self.figure.numerator != self.figure.denominator

    @property
    def is_mean(self) -> bool:
        return self.figure.form == Form.MEAN

    @property
    def is_shown(self) -> bool:
        return self.value.amount is not None


@dataclass(frozen=True)
class Grade:
    """One grade of satisfaction and its share."""

    label: Any
    text: str
    url: str
    share: int


@dataclass(frozen=True)
class Board:
    """The figures of one page."""

    groups: Sequence[tuple[Any, Sequence[Card]]]
    grades: Sequence[Grade]
    before: Period
    year: Period

    @property
    def cards(self) -> list[Card]:
        return [card for _title, cards in self.groups for card in cards]


def board(asked: Asked) -> Board:
    """Every figure of the period, with its course, and what it was before and a year before."""
    before, year = periods.before(asked.period), periods.year_before(asked.period)
    course = periods.trend(asked.period, asked.today)
    sums = queries.read(asked.scope, [asked.period, before, year, *course], asked.today)
    groups = [(title, [_card(asked, BY_NAME[name], sums, before, year, course) for name in names]) for title, names in
              GROUPS]  # fmt: skip
    return Board(groups, _grades(asked, sums[asked.period]), before, year)


def _card(
    asked: Asked, figure: Figure, sums: Mapping[Period, Sums], before: Period, year: Period, course: Sequence[Period]
) -> Card:
    now, then, long_ago = (value_of(figure, sums[period]) for period in (asked.period, before, year))
    change, tone = words.change(now, then)
    return Card(
        figure=figure,
        value=now,
        text=words.value(now),
        numerator_url=asked.list_link(figure.numerator),
        n_url=asked.list_link(figure.denominator),
        before=words.value(then),
        year=words.value(long_ago),
        change=change,
        tone=tone,
        spark=spark([(period, value_of(figure, sums[period])) for period in course]),
    )


def _grades(asked: Asked, sums: Sums) -> list[Grade]:
    found = [value_of(figure, sums) for figure in GRADES]
    return [
        Grade(
            value.figure.label, words.value(value), asked.list_link(value.figure.numerator), round(value.amount * 100)
        )
        for value in found
        if value.amount is not None
    ]


# --- the table


@dataclass(frozen=True)
class CellShown:
    """One figure of one row."""

    figure: Figure
    value: Value
    text: str
    url: str


@dataclass(frozen=True)
class RowShown:
    name: Any
    url: str
    cells: Sequence[CellShown]


@dataclass(frozen=True)
class TableShown:
    figures: Sequence[Figure]
    rows: Sequence[RowShown]
    whole: RowShown
    is_withheld: bool = False


def table(asked: Asked) -> TableShown:
    """The figures by class, place or organisation; of posts nothing but the workload, and only for whole months."""
    names = WORKLOAD if asked.by == By.POST else IN_TABLE
    figures = [BY_NAME[name] for name in names]
    whole = queries.read(asked.scope, [asked.period], asked.today)[asked.period]
    total = RowShown(_("all"), "", _cells(asked, figures, whole, frozenset(), {}))
    if asked.by == By.POST and asked.period.kind != Span.MONTH:
        return TableShown(figures, [], total, is_withheld=True)
    pairs = [(figure.name, figure.denominator) for figure in figures]
    found = queries.divisions(asked.scope, asked.period, asked.by, asked.today, pairs)
    return TableShown(figures, [_row(asked, figures, row) for row in found if any(row.sums.values())], total)


def _row(asked: Asked, figures: Sequence[Figure], row: Division) -> RowShown:
    more = _narrowing(asked, row)
    url = asked.link("insight:figures", **more) if more else ""
    return RowShown(row.name or OUTSIDE[asked.by], url, _cells(asked, figures, row.sums, row.guarded, more or None))


def _narrowing(asked: Asked, row: Division) -> dict[str, str]:
    """What narrows the page to this row; nothing for what no filter offers, such as a class no longer in force."""
    name = MORE_ONLY.get(asked.by)
    offered = asked.form.fields[name].choices if name else ()  # type: ignore[attr-defined]
    return {name: row.key} if name and row.key in dict(offered) else {}


def _cells(
    asked: Asked, figures: Sequence[Figure], sums: Sums, guarded: frozenset[str], more: Mapping[str, str] | None
) -> list[CellShown]:
    """more: what narrows the list of a row; none where no list can be narrowed so."""
    found = [value_of(figure, sums, guarded=figure.name in guarded) for figure in figures]
    return [
        CellShown(
            value.figure,
            value,
            words.value(value),
            asked.list_link(value.figure.numerator, **more) if more is not None and value.amount is not None else "",
        )
        for value in found
    ]
