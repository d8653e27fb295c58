"""The course of an indicator as a drawing made on the server; the table beneath says the same.

What a publication reported is drawn in a strip of its own above the course: never on its line, never on its scale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil, floor

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.insight import words
from linli.insight.domain.definitions import Indicator
from linli.insight.domain.figures import Form
from linli.insight.domain.indicators import Point
from linli.insight.models import OutsideValue
from linli.insight.words_indicators import outside_said, said
from linli.sensing.chart import round_step

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 72, 12, 14, 30
STRIP = 62  # height of the strip of what was reported
TICKS = 4
MOST_LABELS = 9


@dataclass(frozen=True)
class Frame:
    """Where a day and a value stand. down: how far the course is moved down by the strip above it."""

    since: int
    until: int
    low: float
    high: float
    down: int

    def x(self, day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day.toordinal() - self.since) / max(1, self.until - self.since)

    def y(self, value: float) -> float:
        reach = HEIGHT - TOP - BOTTOM
        return self.down + HEIGHT - BOTTOM - reach * (value - self.low) / (self.high - self.low)


def middle(point: Point) -> date:
    period = point.period
    return date.fromordinal((period.first.toordinal() + period.last.toordinal()) // 2)


def course_chart(indicator: Indicator, course: Sequence[Point], reported: Sequence[OutsideValue]) -> SafeString:
    """The drawing, or nothing where there are not two numbers to draw and nothing was reported."""
    known = [point.value for point in course if point.value is not None]
    if len(known) < 2 and not reported:
        return mark_safe("")
    frame = _frame(indicator, course, known, reported)
    parts = [_grid(indicator, frame), _days(course, frame, reported), _line(indicator, course, frame)]
    if reported:
        parts.append(_strip(indicator, reported, frame))
    return format_html(
        '<svg class="indicator-course" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH, HEIGHT + frame.down, in_words(indicator, course, reported),
        mark_safe("".join(parts)),  # noqa: S308  numbers of ours, words escaped
    )  # fmt: skip


def in_words(indicator: Indicator, course: Sequence[Point], reported: Sequence[OutsideValue]) -> str:
    """From … to …, lowest and highest; what was reported is named apart."""
    known = [point for point in course if point.value is not None]
    if not known:
        return _("No number yet; {n} reported elsewhere").format(n=len(reported))
    values = sorted(known, key=lambda point: point.value or 0.0)
    return _(
        "Course: {begin} in {first}, {end} in {last}; lowest {low}, highest {high}; {n} reported elsewhere, drawn apart"
    ).format(
        begin=said(indicator, known[0]), first=words.title(known[0].period), end=said(indicator, known[-1]),
        last=words.title(known[-1].period), low=said(indicator, values[0]), high=said(indicator, values[-1]),
        n=len(reported),
    )  # fmt: skip


def _frame(
    indicator: Indicator, course: Sequence[Point], known: Sequence[float], reported: Sequence[OutsideValue]
) -> Frame:
    firsts = [point.period.first for point in course] + [row.first for row in reported]
    lasts = [point.period.last for point in course] + [row.last for row in reported]
    low, high = _reach(known, indicator.form)
    return Frame(min(firsts).toordinal(), max(lasts).toordinal(), low, high, STRIP if reported else 0)


def _reach(known: Sequence[float], form: Form) -> tuple[float, float]:
    """Numbers and times begin at nought. Shares have a fifth at least, so that noise stays small."""
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    if form != Form.RATE:
        low = 0.0
    elif high - low < 0.2:
        low = max(0.0, min(low, high - 0.2))
    step = round_step(max(high - low, 1e-9 if form == Form.RATE else 1.0) / TICKS)
    top = ceil(high / step - 1e-9) * step
    return floor(low / step + 1e-9) * step, min(top, 1.0) if form == Form.RATE else max(top, step)


def _grid(indicator: Indicator, frame: Frame) -> str:
    step = round_step((frame.high - frame.low) / TICKS)
    found, value = [], frame.low
    while value <= frame.high + step / 100:
        y = frame.y(value)
        label = conditional_escape(words.amount(indicator.form, round(value, 6)))
        found.append(
            f'<line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
        )
        value += step
    return "".join(found)


def _days(course: Sequence[Point], frame: Frame, reported: Sequence[OutsideValue]) -> str:
    """The beginnings of years, and of as many months between as there is room for."""
    months = [point.period.first for point in course] or [row.first for row in reported]
    years = sorted({day.year for day in [*months, *(row.first for row in reported)]})
    if len(years) > 3:
        every = ceil(len(years) / MOST_LABELS)
        marks = [(date(year, 1, 1), str(year)) for year in years[::every]]
    else:
        every = ceil(len(months) / MOST_LABELS)
        marks = [(day, f"{day.year}-{day.month:02}") for day in months[::every]]
    base = frame.down + HEIGHT - BOTTOM
    found = []
    for number, (day, told) in enumerate(marks):
        x = frame.x(max(day, date.fromordinal(frame.since)))
        anchor = ' text-anchor="end"' if x > WIDTH - RIGHT - 50 else ""
        found.append(
            f'<text class="tick{" spare" * (number % 3 > 0)}" x="{x:.1f}" y="{base + 22}"{anchor}>{told}</text>'
        )
    return "".join(found)


def _line(indicator: Indicator, course: Sequence[Point], frame: Frame) -> str:
    """The course: gaps where nothing is shown, hollow marks where the period is not whole."""
    drawn = [
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in run)}"/>'
        for run in _runs(course, frame)
        if len(run) > 1
    ]
    marks = [
        f'<circle class="{"part" if point.partial else "whole"}" cx="{frame.x(middle(point)):.1f}" '
        f'cy="{frame.y(point.value):.1f}" r="{4 if len(course) < 40 else 2.5}">'
        f"<title>{conditional_escape(words.title(point.period))}: {conditional_escape(said(indicator, point))}</title>"
        "</circle>"
        for point in course
        if point.value is not None
    ]
    return f'<g class="course">{"".join(drawn)}{"".join(marks)}</g>'


def _runs(course: Sequence[Point], frame: Frame) -> Iterator[list[tuple[float, float]]]:
    for is_gap, run in groupby(course, key=lambda point: point.value is None):
        if not is_gap:
            yield [(frame.x(middle(point)), frame.y(point.value or 0.0)) for point in run]


def _strip(indicator: Indicator, reported: Sequence[OutsideValue], frame: Frame) -> str:
    """What was reported, on its own strip: over its days, in words, without a height that could be compared."""
    found = [f'<text class="tick" x="{LEFT}" y="18">{conditional_escape(_("Reported, not computed by Linli"))}</text>']
    free = float(LEFT)
    for row in reported:
        begin, end = frame.x(row.first), frame.x(row.last)
        told = outside_said(indicator, row)
        width = 8.0 * sum(2 if ord(character) > 0x2E80 else 1 for character in told)
        at = min(max(begin, free), WIDTH - RIGHT - width)
        free = at + width + 8
        found.append(
            f'<line class="reported-days" x1="{begin:.1f}" x2="{max(end, begin + 4):.1f}" y1="52" y2="52"/>'
            f'<text class="reported-said" x="{at:.1f}" y="44">{conditional_escape(told)}</text>'
        )
    return f'<g class="reported">{"".join(found)}</g>'
