"""A control chart as a drawing made on the server: points, what is usual, its bounds. The table says the same."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.riskmap.domain.hotspot_looking import FEWEST
from linli.riskmap.enums_hotspots import ChartMethod

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 26
SHOWN = 120  # points
DAY, COUNT, EXPECTED, STATISTIC, LOWER, UPPER, MARK = range(7)


def control_svg(points: Sequence[Sequence[Any]], method: str, baseline: int) -> SafeString:
    """The last points of a chart. Numbers below five are drawn at nought, hollow: which it was is not shown."""
    rows = list(points)[-SHOWN:]
    by_itself = method in (ChartMethod.COUNT, ChartMethod.RATE)
    values = [None if by_itself and 0 < row[COUNT] < FEWEST else row[STATISTIC] for row in rows]
    high = max([row[UPPER] for row in rows] + [each for each in values if each is not None]) * 1.08 or 1.0
    low = min(0.0, min(row[LOWER] for row in rows), min((each for each in values if each is not None), default=0.0))

    def x(number: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / len(rows)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low)

    bounds = " ".join(f"{x(n):.1f},{y(row[UPPER]):.1f}" for n, row in enumerate(rows))
    bounds += " " + " ".join(f"{x(n):.1f},{y(row[LOWER]):.1f}" for n, row in reversed(list(enumerate(rows))))
    drawn = [f'<polygon class="usual" points="{bounds}"/>', _ticks(low, high, y), _years(rows, x)]
    if by_itself:
        scale = [row[EXPECTED] * (row[STATISTIC] / row[COUNT] if row[COUNT] else 1) for row in rows]
        if method == ChartMethod.COUNT:
            drawn.append(_path("expected", [(x(n), y(each)) for n, each in enumerate(scale)]))
    drawn += [_run([(x(n), y(value)) for n, value in run]) for run in _shown(values)]
    begins = baseline - (len(points) - len(rows))
    if 0 < begins < len(rows):
        drawn.append(f'<line class="since" x1="{x(begins) - 3:.1f}" x2="{x(begins) - 3:.1f}" y1="{TOP}" '
                     f'y2="{HEIGHT - BOTTOM}"/>')  # fmt: skip
    for number, (row, value) in enumerate(zip(rows, values, strict=True)):
        if value is None:
            drawn.append(f'<circle class="few" cx="{x(number):.1f}" cy="{y(max(low, 0)):.1f}" r="2.5"/>')
        elif row[MARK]:
            drawn.append(_diamond(x(number), y(value)))
    unusual = sum(row[MARK] == "high" for row in rows)
    words = _("Control chart of %(number)s points; %(unusual)s of them unusually high. The table below says the same.")
    return format_html(
        '<svg class="control" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH, HEIGHT, words % {"number": len(rows), "unusual": unusual},
        mark_safe("".join(drawn)),  # noqa: S308  numbers of ours
    )  # fmt: skip


def _shown(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The stretches of points that are shown; a line over what is hidden would say what it was."""
    runs: list[list[tuple[int, float]]] = [[]]
    for number, value in enumerate(values):
        if value is not None:
            runs[-1].append((number, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _run(points: Sequence[tuple[float, float]]) -> str:
    if len(points) > 1:
        return _path("course-line", points)
    return f'<circle class="dot" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="2"/>'


def _path(name: str, points: Sequence[tuple[float, float]]) -> str:
    return f'<polyline class="{name}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


def _diamond(x: float, y: float) -> str:
    return f'<path class="unusual" d="M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z"/>'


def _ticks(low: float, high: float, y: Any) -> str:
    step = next(each for each in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 1e4, 1e9)
                if (high - low) / each <= 6)  # fmt: skip
    found, value = "", step * round(low / step)
    while value <= high:
        found += f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
        found += f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>'
        value = round(value + step, 6)
    return found


def _years(rows: Sequence[Sequence[Any]], x: Any) -> str:
    """The month and year at six places at most."""
    every = max(1, len(rows) // 6)
    found = ""
    for number in range(0, len(rows), every):
        day = date.fromisoformat(rows[number][DAY])
        if x(number) < WIDTH - 40:
            found += f'<text x="{x(number):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{day.year}-{day.month:02}</text>'
    return found
