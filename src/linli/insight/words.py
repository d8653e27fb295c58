"""Figures and periods as people read them."""

from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from linli.core.dates import MONTHS as MONTH_NAMES
from linli.insight.domain.figures import Figure, Form, Value
from linli.insight.domain.periods import Period
from linli.insight.enums import Span

HOUR, DAY = 60, 24 * 60  # minutes
NOTHING = "–"
HIDDEN = "*"


def value(shown: Value) -> str:
    """The figure in a word: 92 %, 14, 3 h 20 min; a star where it is hidden, a dash where there is none."""
    if shown.few:
        return HIDDEN
    if shown.amount is None:
        return NOTHING
    return amount(shown.figure.form, shown.amount)


def amount(form: Form, number: float) -> str:
    return SAID[form](number)


def _percent(share: float) -> str:
    """Whole percent; 100 and 0 are said only where it is all or none."""
    rounded = round(share * 100)
    if 0 < share < 1:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}\u00a0%"  # never broken between the two


def _minutes(number: float) -> str:
    minutes = round(number)
    if minutes < HOUR:
        return gettext("{n} min").format(n=minutes)
    if minutes % HOUR == 0 and minutes < 2 * DAY:
        return gettext("{hours} h").format(hours=minutes // HOUR)
    if minutes < 2 * DAY:
        return gettext("{hours} h {minutes} min").format(hours=minutes // HOUR, minutes=minutes % HOUR)
    return gettext("{days} days").format(days=f"{minutes / DAY:.1f}")


SAID = {Form.COUNT: lambda number: f"{number:,.0f}", Form.RATE: _percent, Form.MEAN: _minutes}


def change(now: Value, then: Value) -> tuple[str, str]:
    """How a figure has changed, and its tone: better, worse, or nothing where more is neither."""
    if now.amount is None or then.amount is None:
        return "", ""
    by = now.amount - then.amount
    words = _difference(now.figure, by)
    return (words, _tone(now.figure, by)) if words else (gettext("unchanged"), "")


def _difference(figure: Figure, by: float) -> str:
    """Nothing where it is too small to be said."""
    if figure.form == Form.RATE:
        points = round(by * 100)
        return _signed(points, ngettext("{n} point", "{n} points", abs(points))) if points else ""
    if figure.form == Form.MEAN:
        return _signed(by, _minutes(abs(by))) if round(by) else ""
    return _signed(by, f"{abs(by):,.0f}") if by else ""


def _signed(by: float, words: str) -> str:
    return f"{'+' if by > 0 else '−'}{words.format(n=abs(round(by)))}"


def _tone(figure: Figure, by: float) -> str:
    if figure.up is None or not by:
        return ""
    return "better" if (by > 0) == figure.up else "worse"


# --- periods


def _english() -> bool:
    return (get_language() or "").startswith("en")


def title(period: Period) -> str:
    """November 2026, week of 23 November 2026, 2026年第四季度 …"""
    if period.kind == Span.FREE or (period.kind in NAMED and period.first.day != 1):
        return days(period.first, period.last)
    return (NAMES_EN if _english() else NAMES_ZH)[period.kind](period)


def _week(period: Period) -> str:
    return days(period.first, period.last)


NAMES_EN: dict[Span, Any] = {
    Span.DAY: lambda period: one_day(period.first),
    Span.WEEK: _week,
    Span.MONTH: lambda period: f"{MONTH_NAMES[period.first.month - 1]} {period.first.year}",
    Span.QUARTER: lambda period: f"Q{(period.first.month + 2) // 3} {period.first.year}",
    Span.HALF: lambda period: f"{'first' if period.first.month == 1 else 'second'} half of {period.first.year}",
    Span.YEAR: lambda period: str(period.first.year),
}
NAMES_ZH: dict[Span, Any] = {
    Span.DAY: lambda period: one_day(period.first),
    Span.WEEK: _week,
    Span.MONTH: lambda period: f"{period.first.year}年{period.first.month}月",
    Span.QUARTER: lambda period: f"{period.first.year}年第{'一二三四'[(period.first.month - 1) // 3]}季度",
    Span.HALF: lambda period: f"{period.first.year}年{'上' if period.first.month == 1 else '下'}半年",
    Span.YEAR: lambda period: f"{period.first.year}年",
}
NAMED = frozenset({Span.MONTH, Span.QUARTER, Span.HALF, Span.YEAR})


def one_day(day: date) -> str:
    if _english():
        return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def days(first: date, last: date) -> str:
    """1–25 Nov 2026, 2026年11月1日至25日."""
    if first == last:
        return one_day(first)
    if _english():
        begin = str(first.day)
        if (first.year, first.month) != (last.year, last.month):
            begin = f"{first.day} {MONTH_NAMES[first.month - 1]}" + (
                f" {first.year}" if first.year != last.year else ""
            )
        return f"{begin} – {one_day(last)}"
    end = one_day(last)
    if first.year == last.year:
        end = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
    return f"{one_day(first)}至{end}"


def counted(period: Period) -> str:
    """The days of a period that are counted."""
    return days(period.first, period.until)
