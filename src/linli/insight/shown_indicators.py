"""The pages of indicators, made ready: each indicator with its number, its course, what it is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from linli.insight import words
from linli.insight.domain import outside
from linli.insight.domain.definitions import Indicator
from linli.insight.domain.fair import compare
from linli.insight.domain.figures import Form, Value
from linli.insight.domain.indicators import Latest, Point, has_list, list_url, stands
from linli.insight.domain.periods import Period, before, last_whole, period_of
from linli.insight.domain.readers import Reader
from linli.insight.enums import Group, Span
from linli.insight.models import OutsideValue
from linli.insight.spark import spark
from linli.insight.words_indicators import amount, changed, doubt, fairly, outside_said, said
from linli.people.domain.directory import directory
from linli.places.domain.queries import governed_path


@dataclass(frozen=True)
class Told:
    """A number in words, with the page that lists as many."""

    point: Point
    text: str
    url: str
    n_url: str

    @property
    def period(self) -> str:
        return words.title(self.point.period)


@dataclass(frozen=True)
class CardShown:
    """One indicator of the overview."""

    indicator: Indicator
    url: str
    whole: Told
    running: Told | None
    running_before: str
    before: str
    year: str
    usual: str
    change: str
    tone: str
    fairly: str
    notes: Sequence[str]
    spark: SafeString
    owners: str
    reported: Sequence[str]
    row: OutsideValue | None

    @property
    def is_shown(self) -> bool:
        return self.whole.point.value is not None

    @property
    def is_silent(self) -> bool:
        """There is nothing to show of it: no number, not even a hidden one, and no course."""
        return not self.spark and {self.whole.text, self.before, self.year} == {words.NOTHING}

    @property
    def is_rate(self) -> bool:
        return self.indicator.form == Form.RATE

    @property
    def is_mean(self) -> bool:
        return self.indicator.form == Form.MEAN

    @property
    def is_part(self) -> bool:
        """A count of some among others, such as those that are late among those that are due."""
        return self.indicator.form == Form.COUNT and self.whole.point.above != self.whole.point.n


@dataclass(frozen=True)
class GroupShown:
    group: Group
    cards: Sequence[CardShown]
    waiting: Sequence[Indicator]

    @property
    def told(self) -> list[CardShown]:
        """Those with a figure."""
        return [card for card in self.cards if not card.is_silent]

    @property
    def silent(self) -> list[Indicator]:
        """Those without."""
        return [card.indicator for card in self.cards if card.is_silent]


def overview(
    reader: Reader, today: date, on: date | None, definitions: Mapping[str, Indicator], held: outside.Held
) -> list[GroupShown]:
    """Every indicator by group, those without a number yet by name alone. Nine statements at most."""
    if reader.is_public:
        definitions = {code: each for code, each in definitions.items() if each.public}
    shown = {code: each for code, each in definitions.items() if not each.is_waiting}
    found = stands(shown, reader, today, on, held)
    return [
        GroupShown(
            group,
            [
                card_of(found[code], held.reported.get(code, ()), reader)
                for code, each in shown.items()
                if each.group == group
            ],
            [each for each in definitions.values() if each.is_waiting and each.group == group],
        )
        for group in Group
    ]


def card_of(latest: Latest, reported: Sequence[OutsideValue], reader: Reader) -> CardShown:
    indicator = latest.indicator
    fair = compare(indicator.form, latest.whole, latest.before)
    change, tone = changed(indicator, fair)
    linked = indicator.is_computed and not reader.is_public
    running = _told(latest.now, indicator, reader.place, linked=linked) if indicator.is_computed else None
    return CardShown(
        indicator=indicator,
        url=reverse("indicators:indicator", args=[indicator.code]),
        whole=_told(latest.whole, indicator, reader.place, linked=linked),
        running=None if reader.is_public else running,
        running_before=said(indicator, latest.now_before),
        before=said(indicator, latest.before),
        year=said(indicator, latest.year),
        usual="" if latest.usual is None else amount(indicator.form, latest.usual),
        change=change,
        tone=tone,
        fairly=fairly(fair),
        notes=_notes(latest, fair.chance if fair else None),
        spark=spark([(point.period, _as_value(indicator, point)) for point in latest.trend]),
        owners=owners_of(indicator),
        reported=[f"{outside_said(indicator, row)} ({words.days(row.first, row.last)})" for row in reported],
        row=latest.whole.row,
    )


def _notes(latest: Latest, chance: bool | None) -> list[str]:
    """What whoever reads the number must know beside it."""
    point = latest.whole
    cut = gettext("counted only from a day within this period on") if point.partial and point.value is not None else ""
    by_chance = gettext("the change may be chance") if chance and point.value != latest.before.value else ""
    return [note for note in (cut, doubt(latest.indicator, point), by_chance) if note]


def _told(point: Point, indicator: Indicator, place: str, *, linked: bool) -> Told:
    shown = linked and point.value is not None and has_list(indicator)
    return Told(
        point,
        said(indicator, point),
        list_url(indicator.code, "above", point.period, place) if shown else "",
        list_url(indicator.code, "n", point.period, place) if shown else "",
    )


def _as_value(indicator: Indicator, point: Point) -> Value:
    """A point as the small drawing takes it."""
    return Value(cast("Any", indicator), point.above or 0, point.n or 0, point.value, point.few)


def owners_of(indicator: Indicator) -> str:
    """The posts that own an indicator, by name; the role where no post has it."""
    root = governed_path()
    posts = [post.title for post in directory().with_role(indicator.owner) if post.place.path.startswith(root)]
    return gettext(", ").join(posts[:3]) if posts and len(posts) <= 3 else str(indicator.owner.label)


# --- one indicator


@dataclass(frozen=True)
class RowShown:
    """One period of the table."""

    told: Told
    change: str
    tone: str
    fairly: str
    year: str
    notes: Sequence[str]


def rows(indicator: Indicator, course: Sequence[Point], place: str, *, linked: bool) -> list[RowShown]:
    """The table of a course, the newest first, each period against the one before and a year before."""
    by_first = {point.period.first: point for point in course}
    found = []
    for number, point in enumerate(course):
        then = course[number - 1] if number and not point.period.is_partial else None
        fair = compare(indicator.form, point, then) if then else None
        long_ago = by_first.get(_year_earlier(point.period.first))
        year = compare(indicator.form, point, long_ago) if long_ago and not point.period.is_partial else None
        change, tone = changed(indicator, fair)
        found.append(
            RowShown(
                _told(point, indicator, place, linked=linked), change, tone, fairly(fair), changed(indicator, year)[0],
                _row_notes(indicator, point),
            )
        )  # fmt: skip
    return found[::-1]


def _row_notes(indicator: Indicator, point: Point) -> list[str]:
    over = ""
    if point.period.is_partial:
        over = gettext("not over: until {day}").format(day=words.one_day(point.period.until))
    elif point.partial and point.value is not None:
        over = gettext("counted only from a day within this period on")
    return [note for note in (over, doubt(indicator, point)) if note]


def _year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28))


def choices_of_months(span: Span, today: date, number: int = 24) -> list[tuple[str, str]]:
    """The last whole periods of a kind, to choose from."""
    found, period = [], last_whole(span, today)
    for _number in range(number):
        found.append((period.first.isoformat(), words.title(period)))
        period = before(period)
    return found


def query(view: str, asked: Mapping[str, Any], *args: Any) -> str:
    given = {name: value for name, value in asked.items() if value}
    return f"{reverse(view, args=args)}{'?' + urlencode(given) if given else ''}"


def period_asked(kind: str, on: date, until: date | None, today: date) -> Period:
    """The period of a list; until: where it is cut to as many days as another has run."""
    span = Span(kind) if kind in Span.values and kind != Span.FREE else Span.MONTH
    period = period_of(span, on, today)
    if until is not None and period.first <= until < period.until:
        return Period(period.kind, period.first, period.last, until)
    return period
