"""The readings behind an alert as a small drawing, made on the server, and the same in words."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.core import dates

WIDTH, HEIGHT = 560, 150
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 30
Point = tuple[float, float]
Readings = Sequence[Sequence[float]]


def evidence_chart(readings: Readings, *, at: datetime | None = None, unit: str = "") -> SafeString:
    """Readings as [milliseconds since 1970, value], the oldest first; at: when the alert was given, as a line.

    Yes and no stand as steps. Empty below two readings.
    """
    if len(readings) < 2:
        return mark_safe("")
    low, high = _reach([value for _when, value in readings])
    begin, end = readings[0][0], max(readings[-1][0], at.timestamp() * 1000 if at else 0)
    places = [(_x(when, begin, end), _y(value, low, high)) for when, value in readings]
    line = _steps(places) if {value for _when, value in readings} <= {0.0, 1.0} else places
    return format_html(
        '<svg class="evidence" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        WIDTH, HEIGHT, in_words(readings, unit), _axes(low, high, unit), _times(begin, end),
        _mark(at, begin, end) if at else "", _drawn(line),
    )  # fmt: skip


def in_words(readings: Readings, unit: str = "") -> str:
    """What the drawing shows: from when to when, the first, the highest and the last value."""
    values = [value for _when, value in readings]
    words = {
        "n": len(readings), "from": _hour(readings[0][0]), "until": _hour(readings[-1][0]),
        "first": f"{values[0]:g}{unit}", "last": f"{values[-1]:g}{unit}", "most": f"{max(values):g}{unit}",
    }  # fmt: skip
    return _("%(n)d readings from %(from)s to %(until)s: first %(first)s, highest %(most)s, last %(last)s") % words


def _hour(millis: float) -> str:
    return dates.hour(datetime.fromtimestamp(millis / 1000, UTC))


def _reach(values: Sequence[float]) -> tuple[float, float]:
    """From nought, or the lowest where that lies below, to the highest."""
    low, high = min(0.0, *values), max(values)
    return low, high if high > low else low + 1


def _x(when: float, begin: float, end: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (when - begin) / ((end - begin) or 1)


def _y(value: float, low: float, high: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low)


def _steps(places: Sequence[Point]) -> list[Point]:
    stepped = [places[0]]
    for x, y in places[1:]:
        stepped += [(x, stepped[-1][1]), (x, y)]
    return stepped


def _drawn(line: Sequence[Point]) -> SafeString:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
    base = f"{line[-1][0]:.1f},{HEIGHT - BOTTOM} {line[0][0]:.1f},{HEIGHT - BOTTOM}"
    x, y = line[-1]
    return format_html(
        '<polygon class="evidence-area" points="{} {}"/><polyline class="evidence-line" points="{}"/>'
        '<circle class="evidence-dot" cx="{}" cy="{}" r="4"/>',
        drawn, base, drawn, f"{x:.1f}", f"{y:.1f}",
    )  # fmt: skip


def _axes(low: float, high: float, unit: str) -> SafeString:
    rows = [(value, _y(value, low, high)) for value in (low, (low + high) / 2, high)]
    ends = (
        (LEFT, WIDTH - RIGHT, f"{y:.1f}", f"{y:.1f}", LEFT - 6, f"{y + 4:.1f}", f"{value:.3g}{unit}")
        for value, y in rows
    )
    line = (
        '<line class="evidence-grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" text-anchor="end">{}</text>'
    )
    return format_html_join("", line, ends)


def _times(begin: float, end: float) -> SafeString:
    ends = [(LEFT, "start", _hour(begin)), (WIDTH - RIGHT, "end", _hour(end))]
    text = '<text x="{}" y="{}" text-anchor="{}">{}</text>'
    return format_html_join("", text, ((x, HEIGHT - 6, anchor, hour) for x, anchor, hour in ends))


def _mark(at: datetime, begin: float, end: float) -> SafeString:
    x = f"{_x(at.timestamp() * 1000, begin, end):.1f}"
    return format_html('<line class="evidence-mark" x1="{}" x2="{}" y1="{}" y2="{}"/>', x, x, TOP - 4, HEIGHT - BOTTOM)
