"""The course of a figure as a small drawing, made on the server, and the same in words."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from linli.insight import words
from linli.insight.domain.figures import Form, Value
from linli.insight.domain.periods import Period

WIDTH, HEIGHT, EDGE = 96, 28, 3
Point = tuple[float, float]


def spark(course: Sequence[tuple[Period, Value]]) -> SafeString:
    """The figure over these periods, the oldest first. What is hidden or has no value is a gap. Empty below two."""
    amounts = [value.amount for _period, value in course]
    known = [amount for amount in amounts if amount is not None]
    if len(known) < 2:
        return mark_safe("")
    low, high = _reach(known, course[-1][1].figure.form)
    points = [
        None if amount is None else _point(n, amount, len(amounts), low, high) for n, amount in enumerate(amounts)
    ]
    drawn = "".join(_line(run) for run in _runs(points)) + _dot(points[-1])
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>',
        WIDTH, HEIGHT, WIDTH, HEIGHT, in_words(course), mark_safe(drawn),  # noqa: S308  numbers of ours
    )  # fmt: skip


def in_words(course: Sequence[tuple[Period, Value]]) -> str:
    """From … to …, with the lowest and the highest: what the drawing shows."""
    known = [(period, value) for period, value in course if value.amount is not None]
    (first, begin), (last, end) = known[0], known[-1]
    amounts = [value.amount or 0.0 for _period, value in known]
    form = begin.figure.form
    return gettext(
        "Course: {begin} in {first}, {end} in {last}; lowest {low}, highest {high}; {n} periods with enough cases"
    ).format(
        begin=words.value(begin), first=words.title(first), end=words.value(end), last=words.title(last),
        low=words.amount(form, min(amounts)), high=words.amount(form, max(amounts)), n=len(known),
    )  # fmt: skip


def _reach(known: Sequence[float], form: Form) -> tuple[float, float]:
    """The lowest and highest of the drawing: numbers begin at nought; shares have some room, so that noise is small."""
    low, high = (0.0, max(known)) if form != Form.RATE else (min(known), max(known))
    if form == Form.RATE and high - low < 0.2:
        low = max(0.0, high - 0.2)
    return low, high if high > low else low + 1


def _point(number: int, amount: float, many: int, low: float, high: float) -> Point:
    x = EDGE + (WIDTH - 2 * EDGE) * number / (many - 1)
    return x, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (amount - low) / (high - low)


def _runs(points: Sequence[Point | None]) -> Iterator[list[Point]]:
    """The stretches without a gap."""
    for is_gap, run in groupby(points, key=lambda point: point is None):
        if not is_gap:
            yield [point for point in run if point is not None]


def _dot(point: Point | None) -> str:
    """The mark where the course ends."""
    return f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3"/>' if point else ""


def _line(run: Sequence[Point]) -> str:
    if len(run) == 1:
        return f'<circle cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="1.5"/>'
    return f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in run)}"/>'
