"""Figures to take along, as CSV and as a workbook: what the page shows, hidden numbers hidden there too.

A cell that a spreadsheet would run as a formula begins with an apostrophe.
"""

import csv
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from linli.insight.domain.figures import Form, Value
from linli.insight.shown import Asked, Board, TableShown
from linli.insight.words import HIDDEN, counted

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = list[Any]


def as_csv(asked: Asked, board: Board, table: TableShown) -> str:
    """One long table, so that any program reads it: whose, figure, value, numerator, n, period."""
    out = StringIO()
    writer = csv.writer(out)
    for row in _rows(asked, board, table):
        writer.writerow([_safe(cell) for cell in row])
    return "\ufeff" + out.getvalue()  # Excel takes a file without this mark for another encoding


def as_workbook(asked: Asked, board: Board, table: TableShown) -> bytes:
    """The same rows on one sheet, the definitions on another."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = pgettext("cases", "Figures")
    _fill(first, list(_rows(asked, board, table)))
    _fill(book.create_sheet(_("Definitions")), list(_definitions(board)))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(asked: Asked, board: Board, table: TableShown) -> Iterator[Row]:
    yield [_("of"), _("figure"), _("value"), _("numerator"), _("n"), _("period")]
    period = counted(asked.period)
    for card in board.cards:
        yield [_("all"), str(card.figure.label), *_numbers(card.value), period]
    for row in table.rows:
        for cell in row.cells:
            yield [str(row.name), str(cell.figure.label), *_numbers(cell.value), period]


def _numbers(value: Value) -> Row:
    """Value, numerator and n as numbers; a share of 1, minutes or cases. A star where it is hidden."""
    if value.few:
        return [HIDDEN, "", ""]
    if value.amount is None:
        return ["", "", 0]
    amount = round(value.amount, 4) if value.figure.form == Form.RATE else round(value.amount)
    return [amount, value.numerator, value.n]


def _definitions(board: Board) -> Iterator[Row]:
    yield [_("figure"), _("numerator"), _("denominator"), _("source")]
    for card in board.cards:
        figure = card.figure
        yield [str(figure.label), str(figure.counts), str(figure.of), str(figure.source)]


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _fill(sheet: Worksheet, rows: Sequence[Row]) -> None:
    for row in rows:
        sheet.append([_safe(cell) for cell in row])
    for cell in sheet[1]:
        assert isinstance(cell, Cell)
        cell.font = Font(bold=True)
    for column, width in zip("ABCDEF", (28, 24, 40, 40, 40, 28), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
