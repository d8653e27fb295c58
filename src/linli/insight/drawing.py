"""Drawings made on the server: lines, bands and bars on a grid, the same on a page, on paper and in a PDF.

Colours stand as attributes of the shapes, so that a drawing needs no style sheet; text is escaped here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, log10

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

INK, SOFT, LINE, TEAL, TANGERINE, BAND = "#17252d", "#55646d", "#d9d4c7", "#0b6e63", "#c2410c", "#f3d9c6"
LEFT, RIGHT, TOP, BOTTOM = 72, 12, 22, 30  # at the left there is room for “10,000” in the large type of a phone
FONT = "Noto Sans CJK SC, Noto Sans SC, system-ui, sans-serif"
TICKS = 4

Values = Sequence[float | None]


@dataclass(frozen=True)
class Frame:
    """Where number `n` of `many` and a value stand."""

    many: int
    low: float
    high: float
    width: int = 720
    height: int = 280

    def x(self, number: float) -> float:
        return LEFT + (self.width - LEFT - RIGHT) * (number + 0.5) / self.many

    def y(self, value: float) -> float:
        return self.height - BOTTOM - (self.height - TOP - BOTTOM) * (value - self.low) / (self.high - self.low)

    @property
    def step(self) -> float:
        return (self.width - LEFT - RIGHT) / self.many


def frame(
    values: Sequence[float | None], many: int, *, height: int = 280, least: float = 1.0, most: float | None = None
) -> Frame:
    """A frame from nought to a round number above the highest; least, most: where the scale ends at least, at most."""
    known = [value for value in values if value is not None]
    high = max([*known, least]) if most is None else min(max([*known, least]), most)
    step = round_step(high / TICKS)
    return Frame(max(many, 1), 0.0, ceil(high / step - 1e-9) * step, height=height)


def round_step(step: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** floor(log10(max(step, 1e-9)))
    return next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= step * 0.999)


def svg(where: Frame, parts: Sequence[str], *, said: str) -> SafeString:
    """The whole drawing. said: what it shows, for whoever does not see it."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 {} {}" role="img" aria-label="{}" '
        'font-family="{}" font-size="12">{}</svg>',
        where.width, where.height, said, FONT, mark_safe("".join(parts)),  # noqa: S308  numbers of ours, words escaped
    )  # fmt: skip


def grid(where: Frame, said: dict[int, str], *, percent: bool = False) -> str:
    """Lines with their values at the left, and words under some of the points."""
    step = round_step((where.high - where.low) / TICKS)
    drawn = []
    for number in range(round((where.high - where.low) / step) + 1):
        value = where.low + number * step
        words = f"{value:.0%}" if percent else f"{value:,.6g}"
        y = where.y(value)
        drawn.append(f'<path d="M{LEFT} {y:.1f}H{where.width - RIGHT}" stroke="{LINE}" fill="none"/>')
        drawn.append(text(LEFT - 6, y + 4, words, anchor="end"))
    drawn += [
        text(where.x(number), where.height - 10, words, anchor="middle", minor=bool(count % 2))
        for count, (number, words) in enumerate(said.items())
    ]
    return "".join(drawn)


def text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = SOFT, bold: bool = False,
    minor: bool = False,
) -> str:  # fmt: skip
    """Words in a drawing. minor: a phone leaves them out."""
    weight = ' font-weight="700"' if bold else ""
    weight += ' class="drawing-minor"' if minor else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"{weight}>'
        f"{conditional_escape(words)}</text>"
    )


def line(where: Frame, values: Values, *, colour: str = TEAL, dashed: bool = False, width: float = 2) -> str:
    """A line, broken where nothing is known or shown."""
    dash = ' stroke-dasharray="6 4"' if dashed else ""
    return "".join(
        f'<polyline points="{_points(where, run)}" fill="none" stroke="{colour}" stroke-width="{width}"{dash} '
        'stroke-linejoin="round"/>'
        for run in _runs(values)
        if len(run) > 1
    )


def dots(where: Frame, values: Values, *, colour: str = TEAL, size: float = 3) -> str:
    return "".join(
        f'<circle cx="{where.x(number):.1f}" cy="{where.y(value):.1f}" r="{size}" fill="{colour}"/>'
        for number, value in enumerate(values)
        if value is not None
    )


def bars(where: Frame, values: Values, *, colour: str = TEAL, last: str = "") -> str:
    """Bars from nought. last: the colour of the last one."""
    wide = max(where.step * 0.64, 1.5)
    drawn = []
    for number, value in enumerate(values):
        if value is None:
            continue
        fill = last if last and number == len(values) - 1 else colour
        top = where.y(value)
        drawn.append(
            f'<rect x="{where.x(number) - wide / 2:.1f}" y="{top:.1f}" width="{wide:.1f}" '
            f'height="{max(where.y(where.low) - top, 0):.1f}" fill="{fill}"/>'
        )
    return "".join(drawn)


def band(where: Frame, low: Values, high: Values, *, colour: str = BAND) -> str:
    """Between two lines; what lies above the frame is cut."""
    pairs = [
        None if a is None or b is None else (min(a, where.high), min(b, where.high))
        for a, b in zip(low, high, strict=True)
    ]
    drawn = ""
    for known, run in groupby(enumerate(pairs), key=lambda item: item[1] is not None):
        if known:
            rows = [(number, pair) for number, pair in run if pair is not None]
            up = [f"{where.x(number):.1f},{where.y(pair[1]):.1f}" for number, pair in rows]
            down = [f"{where.x(number):.1f},{where.y(pair[0]):.1f}" for number, pair in reversed(rows)]
            drawn += f'<polygon points="{" ".join([*up, *down])}" fill="{colour}"/>'
    return drawn


def mark(where: Frame, number: float, words: str) -> str:
    """An upright line between two points, with what happened there."""
    x = where.x(number)
    anchor = "start" if x < where.width * 0.6 else "end"
    beside = 6 if anchor == "start" else -6
    return (
        f'<path d="M{x:.1f} {TOP - 12}V{where.height - BOTTOM}" stroke="{TANGERINE}" stroke-width="2" fill="none"/>'
        + text(x + beside, TOP - 4, words, anchor=anchor, colour=TANGERINE, bold=True)
    )


def _runs(values: Values) -> Iterator[list[tuple[int, float]]]:
    for known, run in groupby(enumerate(values), key=lambda item: item[1] is not None):
        if known:
            yield [(number, value) for number, value in run if value is not None]


def _points(where: Frame, run: Sequence[tuple[int, float]]) -> str:
    return " ".join(f"{where.x(number):.1f},{where.y(min(value, where.high)):.1f}" for number, value in run)
