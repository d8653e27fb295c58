"""The course of a datastream as a drawing made on the server: no script draws it, and the table says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor, log10

import numpy as np
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.core import dates
from linli.sensing.domain.history import Course, History, Span, Window
from linli.sensing.domain.last_values import FEWEST, value_words

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 12, 28
TICKS = 4


@dataclass(frozen=True)
class Scale:
    """Where an instant and a value stand in the drawing."""

    since: int
    until: int
    low: float
    high: float

    def x(self, at: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (at - self.since) / (self.until - self.since)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - self.low) / (self.high - self.low)


def chart(history: History) -> SafeString:
    """The drawing, or nothing where nothing was told."""
    course = history.course
    if not len(course.times):
        return mark_safe("")
    bars = history.is_truth or history.is_counted
    since, until = history.window.microseconds
    low, high = (0.0, 1.0) if history.is_truth else reach(course, from_nought=bars)
    scale = Scale(since, until, low, high)
    body = _bars(course, scale) if bars else _band(course, scale) + _line(course, scale)
    drawn = [_grid(history, scale), _days(history.window, scale), body, _alerts(history, scale)]
    return format_html(
        '<svg class="course" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH, HEIGHT, in_words(history), mark_safe("".join(drawn)),  # noqa: S308  numbers of ours, words escaped
    )  # fmt: skip


def in_words(history: History) -> str:
    """What the drawing shows: the lowest and the highest, how many gaps and alerts."""
    course, stream = history.course, history.stream
    facts = {
        "what": stream.observed_property.title, "gaps": max(len(course.runs) - 1, 0), "alerts": len(history.alerts),
        "low": value_words(stream, float(course.low.min())), "high": value_words(stream, float(course.high.max())),
    }  # fmt: skip
    return _("%(what)s: lowest %(low)s, highest %(high)s; gaps: %(gaps)d, alerts: %(alerts)d") % facts


def reach(course: Course, *, from_nought: bool) -> tuple[float, float]:
    """The lowest and highest of the drawing, on round numbers."""
    low, high = float(course.low.min()), float(course.high.max())
    if from_nought:
        low, high = min(low, 0.0), max(high, 1.0)
    if high <= low:
        low, high = low - 1, high + 1
    step = round_step((high - low) / TICKS)
    return floor(low / step) * step, ceil(high / step) * step


def round_step(step: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** floor(log10(step))
    return next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= step * 0.999)


def _line(course: Course, scale: Scale) -> str:
    return "".join(_run_line(course, scale, run) for run in course.runs)


def _run_line(course: Course, scale: Scale, run: slice) -> str:
    xs = [scale.x(at) for at in course.times[run].tolist()]
    ys = [scale.y(value) for value in course.mean[run].tolist()]
    if len(xs) == 1:
        return f'<circle class="course-dot" cx="{xs[0]:.1f}" cy="{ys[0]:.1f}" r="2"/>'
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    return f'<polyline class="course-line" points="{points}"/>'


def _band(course: Course, scale: Scale) -> str:
    """From the least to the greatest of each point, where the two differ."""
    if np.array_equal(course.low, course.high):
        return ""
    return "".join(_run_band(course, scale, run) for run in course.runs if run.stop - run.start > 1)


def _run_band(course: Course, scale: Scale, run: slice) -> str:
    xs = [scale.x(at) for at in course.times[run].tolist()]
    up = [f"{x:.1f},{scale.y(value):.1f}" for x, value in zip(xs, course.high[run].tolist(), strict=True)]
    down = [f"{x:.1f},{scale.y(value):.1f}" for x, value in zip(xs, course.low[run].tolist(), strict=True)]
    return f'<polygon class="course-band" points="{" ".join([*up, *reversed(down)])}"/>'


def _bars(course: Course, scale: Scale) -> str:
    """A bar for each point. Of yes and no it is the part of the readings that said yes."""
    floor_y = scale.y(max(scale.low, 0.0))
    wide = max(scale.x(scale.since + course.step) - LEFT, 1.0)
    parts = [
        f"M{scale.x(at):.1f} {floor_y:.1f}V{scale.y(value):.1f}h{wide:.1f}V{floor_y:.1f}z"
        for at, value in zip(course.times.tolist(), course.mean.tolist(), strict=True)
        if value > 0
    ]
    return f'<path class="course-bars" d="{"".join(parts)}"/>' if parts else ""


def _grid(history: History, scale: Scale) -> str:
    ticks = [0.0, 1.0] if history.is_truth else _ticks(scale)
    lines = []
    for value in ticks:
        y = scale.y(value)
        said = conditional_escape(_tick_words(history, value))
        lines.append(f'<path class="course-grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        lines.append(f'<text class="course-y" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{said}</text>')
    return "".join(lines)


def _ticks(scale: Scale) -> list[float]:
    step = round_step((scale.high - scale.low) / TICKS)
    return [scale.low + n * step for n in range(round((scale.high - scale.low) / step) + 1)]


def _tick_words(history: History, value: float) -> str:
    return value_words(history.stream, value) if history.is_truth else f"{value:,.6g}"


def _days(window: Window, scale: Scale) -> str:
    """Marks of time: hours of a day, else days. Phones leave out every second one."""
    marks = _marks(window)
    drawn = []
    for number, (at, words) in enumerate(marks):
        x = scale.x(round(at.timestamp() * 1_000_000))
        drawn.append(f'<path class="course-grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        minor = " course-minor" if number % 2 else ""
        drawn.append(
            f'<text class="course-x{minor}" x="{x + 3:.1f}" y="{HEIGHT - 8}">{conditional_escape(words)}</text>'
        )
    return "".join(drawn)


def _marks(window: Window) -> Sequence[tuple[datetime, str]]:
    since = timezone.localtime(window.since)
    if window.span == Span.DAY:
        return [(since + timedelta(hours=hour), f"{hour:02}:00") for hour in range(0, 24, 3)]
    if window.span == Span.YEAR:
        return [(since + timedelta(days=day), _short(since + timedelta(days=day))) for day in range(0, 364, 56)]
    every = 1 if window.span == Span.WEEK else 5
    days = range(0, window.cut.days, every)
    return [(since + timedelta(days=day), _short(since + timedelta(days=day))) for day in days]


def _short(at: datetime) -> str:
    """The day without its weekday: 23 Nov, or 11月23日."""
    english = (get_language() or "").startswith("en")
    return f"{at.day} {dates.MONTHS[at.month - 1]}" if english else f"{at.month}月{at.day}日"


def _alerts(history: History, scale: Scale) -> str:
    """A mark for each alert, with what it is."""
    drawn = []
    for alert in history.alerts:
        x = scale.x(round(alert.at.timestamp() * 1_000_000))
        said = conditional_escape(f"{dates.when(alert.at)} {alert.version.title}")
        drawn.append(
            f'<g class="course-alert"><title>{said}</title><path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
            f'<path class="course-flag" d="M{x - 5:.1f} {TOP - 8}h10l-5 8z"/></g>'
        )
    return "".join(drawn)


def count_words(value: float, *, fewer: bool) -> str:
    """A count for the table: with hours left out that may not be shown, it is a least number."""
    if fewer and value <= 0:
        return f"<{FEWEST}"
    return _("at least %(n)s") % {"n": f"{value:,.0f}"} if fewer else f"{value:,.0f}"
