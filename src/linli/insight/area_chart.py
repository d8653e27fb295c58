"""Areas side by side: two bars for each, this month's above that of the month before."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.insight import drawing, report_words, words
from linli.insight.domain.figures import BY_NAME

MOST = 12  # areas that are drawn; the table has all
ROW, WIDE = 46, 720  # pixels
NAME, NUMBER = 190, 160  # left and right of the bars

Row = Mapping[str, Any]


def by_area(rows: Sequence[Row], nothing: str) -> SafeString:
    """The drawing, or nothing where nothing is shown. A hidden number has no bar, but the star of the table."""
    shown = rows[:MOST]
    known = [number for row in shown for number in (row["reported"]["amount"], row["before"]) if number]
    if not known:
        return mark_safe("")
    where = drawing.Frame(1, 0.0, 1.0, width=WIDE, height=ROW * len(shown) + 10)
    parts = [_pair(row, number, max(known), nothing) for number, row in enumerate(shown)]
    said = "; ".join(f"{report_words.titled(row, nothing)} {_numbers(row)}" for row in shown)
    return drawing.svg(
        where, parts, said=_("Reports by area, this month and the month before: %(all)s") % {"all": said}
    )


def _pair(row: Row, number: int, most: float, nothing: str) -> str:
    top = 8 + number * ROW
    drawn = drawing.text(NAME - 10, top + 20, report_words.titled(row, nothing), anchor="end", colour=drawing.INK)
    for amount, low, high, colour in (
        (row["reported"]["amount"], top, 18, drawing.TANGERINE), (row["before"], top + 20, 9, drawing.LINE),
    ):  # fmt: skip
        wide = (WIDE - NAME - NUMBER) * (amount or 0) / most
        drawn += f'<rect x="{NAME}" y="{low}" width="{wide:.1f}" height="{high}" fill="{colour}"/>'
    end = NAME + (WIDE - NAME - NUMBER) * max(row["reported"]["amount"] or 0, row["before"] or 0) / most
    return drawn + drawing.text(end + 8, top + 20, _numbers(row), colour=drawing.INK, bold=True)


def _numbers(row: Row) -> str:
    """This month's number and the one before, as the table has them."""
    now = report_words.value(BY_NAME["reported"], row["reported"])
    then = words.HIDDEN if row["before_few"] else report_words.amount(BY_NAME["reported"], row["before"])
    return f"{now} ({then})"
