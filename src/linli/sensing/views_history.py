"""The course of what a device observed: a drawing, the table of the same, and a file."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from linli.core import dates, tables
from linli.core.access import needs
from linli.people.middleware import Request
from linli.sensing.chart import chart, count_words
from linli.sensing.domain.history import History, Span, TableRow, Window, csv_rows, history, stream_of, window
from linli.sensing.domain.last_values import value_words
from linli.sensing.views_devices import named

SPANS: dict[Span, Any] = {
    Span.DAY: pgettext_lazy("span", "Day"), Span.WEEK: pgettext_lazy("span", "Week"),
    Span.MONTH: pgettext_lazy("span", "Month"), Span.YEAR: gettext_lazy("52 weeks"),
}  # fmt: skip
EARLIEST = date(2000, 1, 1)


def asked_window(request: Request) -> Window:
    """`?span=week&until=2026-11-23`; what is wrong or in the future is today."""
    span, today = request.GET.get("span", Span.DAY), timezone.localdate()
    try:
        last = date.fromisoformat(request.GET.get("until", ""))
    except ValueError:
        last = today
    return window(Span(span) if span in list(Span) else Span.DAY, min(max(last, EARLIEST), today))


@needs("sensing.see")
@require_safe
def course(request: Request, code: str, name: str) -> HttpResponse:
    """One datastream over a day, a week, a month or a year."""
    device = named(request, code)
    seen = asked_window(request)
    found = history(device, stream_of(device, name), seen)
    days, today = timedelta(days=seen.cut.days), timezone.localdate()
    later = min(seen.last_day + days, today)
    context = {
        "device": device, "stream": found.stream, "found": found, "drawing": chart(found),
        "rows": [_row(found, row) for row in found.rows], "headings": _headings(found),
        "tabs": [(span.value, label, span == seen.span) for span, label in SPANS.items()],
        "span": seen.span.value, "last": seen.last_day.isoformat(), "title": _title(seen),
        "earlier": (seen.last_day - days).isoformat(), "later": later.isoformat() if later > seen.last_day else "",
        "alerts": [(alert, alert.version.title) for alert in found.alerts],
    }  # fmt: skip
    return render(request, "sensing/devices/history.html", context)


@needs("sensing.see")
@require_safe
def course_csv(request: Request, code: str, name: str) -> HttpResponseBase:
    """The readings of the window; counts of what people do in whole hours, as on the page."""
    device = named(request, code)
    stream, seen = stream_of(device, name), asked_window(request)
    unit = stream.observed_property.unit
    heading = [_("time"), stream.observed_property.title + (f" ({unit})" if unit else "")]
    return tables.download(f"{device.code}-{seen.span}-{seen.last_day}.csv", heading, csv_rows(stream, seen))


def _title(seen: Window) -> str:
    last = dates.day(seen.until - timedelta(minutes=1))
    return last if seen.span == Span.DAY else f"{dates.day(seen.since)} – {last}"


def _headings(found: History) -> list[str]:
    if found.is_counted:
        return [_("Counted")]
    return [_("Part of the readings")] if found.is_truth else [_("Lowest"), _("Mean"), _("Highest")]


def _row(found: History, row: TableRow) -> tuple[str, list[str]]:
    at = dates.when(row.at) if found.window.span == Span.DAY else dates.day(row.at)
    if found.is_counted:
        return at, [count_words(row.mean, fewer=row.fewer)]
    if found.is_truth:
        return at, [f"{row.mean:.0%}"]
    return at, [value_words(found.stream, float(f"{value:.4g}")) for value in (row.low, row.mean, row.high)]
