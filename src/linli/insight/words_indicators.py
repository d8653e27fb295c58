"""Indicators as people read them: the number, what changed, and how far it can be trusted."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, ngettext

from linli.insight import words
from linli.insight.domain.definitions import Indicator
from linli.insight.domain.fair import Fair, interval
from linli.insight.domain.figures import Form
from linli.insight.domain.indicators import Point
from linli.insight.enums import Telling
from linli.insight.models import OutsideValue

SURE_FROM = 30  # of so many on, how far chance reaches is not said any more


def said(indicator: Indicator, point: Point) -> str:
    """92 %, 14, 3 h 20 min; a star where it is hidden, a dash where there is nothing."""
    if point.few:
        return words.HIDDEN
    return words.NOTHING if point.value is None else amount(indicator.form, point.value)


def amount(form: Form, number: float) -> str:
    return words.amount(form, number)


def changed(indicator: Indicator, fair: Fair | None) -> tuple[str, str]:
    """By how much, and its tone: better, worse, or nothing where more is neither, or chance would do as much."""
    if fair is None:
        return "", ""
    told = DIFFERENCES[indicator.form](fair)
    if not told:
        return gettext("unchanged"), ""
    tone = (
        "" if indicator.up is None or fair.chance else ("better" if (fair.difference > 0) == indicator.up else "worse")
    )
    return told, tone


def _points(fair: Fair) -> str:
    points = round(fair.difference * 100)
    return _signed(points, ngettext("{n} point", "{n} points", abs(points)).format(n=abs(points))) if points else ""


def _minutes(fair: Fair) -> str:
    return _signed(fair.difference, amount(Form.MEAN, abs(fair.difference))) if round(fair.difference) else ""


def _count(fair: Fair) -> str:
    if not fair.difference:
        return ""
    by = f"{abs(fair.difference):,.0f}" if fair.share is None else percent(abs(fair.share))
    return _signed(fair.difference, by)


DIFFERENCES = {Form.RATE: _points, Form.MEAN: _minutes, Form.COUNT: _count}


def _signed(by: float, told: str) -> str:
    return f"{'+' if by > 0 else '−'}{told}"


def percent(share: float) -> str:
    return f"{round(share * 100)}\u00a0%"


def fairly(fair: Fair | None) -> str:
    """What the change is for each day or working day, where the two periods have not as many. Empty where they have."""
    if fair is None:
        return ""
    found = []
    if fair.per_day is not None:
        found.append(gettext("{change} a day").format(change=_signed(fair.per_day, percent(abs(fair.per_day)))))
    if fair.per_working_day is not None:
        told = gettext("{change} a working day ({now} against {then})")
        change = _signed(fair.per_working_day, percent(abs(fair.per_working_day)))
        found.append(told.format(change=change, now=fair.working[0], then=fair.working[1]))
        if fair.assumed:
            found.append(gettext("the calendar of these days is assumed"))
    return gettext(", ").join(found)


def doubt(indicator: Indicator, point: Point) -> str:
    """How far chance reaches where a number stands on few. Empty where it stands on many, or on nobody knows what."""
    stands_on = point.value if indicator.form == Form.COUNT else point.n
    reach = interval(indicator.form, point)
    if stands_on is None or stands_on >= SURE_FROM or not stands_on:
        return ""
    if reach is None:
        return gettext("only {n} of them: a single one moves it").format(n=round(stands_on))
    low, high = (amount(indicator.form, end) for end in reach)
    return gettext("few: by chance alone between {low} and {high}").format(low=low, high=high)


def as_percent(number: float) -> str:
    return f"{number * 100:.4g}"


def outside_said(indicator: Indicator | None, row: OutsideValue) -> str:
    """A figure that Linli did not compute: 91 %, more than 20, fell by more than 30 %."""
    if row.telling == Telling.CHANGE:
        return _change_said(row)
    form = indicator.form if indicator else Form.COUNT
    told = f"{as_percent(row.number)}\u00a0%" if form == Form.RATE else amount(form, row.number)
    return gettext("more than {number}").format(number=told) if row.at_least else told


def _change_said(row: OutsideValue) -> str:
    by = f"{as_percent(abs(row.number))}\u00a0%"
    texts: dict[tuple[bool, bool], Any] = {
        (True, True): gettext("fell by more than {by}"),
        (True, False): gettext("fell by {by}"),
        (False, True): gettext("rose by more than {by}"),
        (False, False): gettext("rose by {by}"),
    }
    return str(texts[row.number < 0, row.at_least]).format(by=by)


def notes(parts: Sequence[str]) -> str:
    return gettext("; ").join(part for part in parts if part)
