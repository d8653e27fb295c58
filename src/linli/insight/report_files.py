"""The files of a report: a workbook, and a PDF where typst is there and a typeface with the characters."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from linli.core.tables import harmless
from linli.core.typeset import can_typeset, typeset
from linli.insight.models import Report
from linli.insight.report_shown import Shown, Table, shown

PDF, XLSX = "pdf", "xlsx"
MIME = {PDF: "application/pdf", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
WIDTHS = (30, 16, 14, 16, 14, 14)


def files_of(report: Report) -> list[dict[str, Any]]:
    """Every file of a report: both readers, both languages, each kind that can be made here."""
    return list(_files(report))


def _files(report: Report) -> Iterator[dict[str, Any]]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for public in (False, True):
                told = shown(report, public=public)
                common = {"public": public, "language": language}
                yield {**common, "kind": XLSX, "content": workbook(told)}
                if can_typeset():
                    yield {**common, "kind": PDF, "content": pdf(told)}


# --- PDF


def pdf(told: Shown) -> bytes:
    """The report on A4, its typeface inside. What stands in it is data and never markup."""
    drawings = {"course": told.course, "in_time": told.in_time, "areas": told.by_area}
    pictures = {f"{key}.svg": str(drawn).encode() for key, drawn in drawings.items() if drawn}
    return typeset(files("linli.insight").joinpath("data/report.typ").read_bytes(), _data(told, drawings), pictures)


def _data(told: Shown, drawings: dict[str, Any]) -> dict[str, Any]:
    return {
        "office": told.office,
        "title": told.title, "version": told.version, "paragraphs": list(told.paragraphs),
        "tables": [_table(table) for table in told.tables],
        "drawings": [
            {"file": f"{key}.svg", "title": title, "said": ""}
            for key, title in (
                ("course", _("Reports by month")), ("in_time", _("Closed in time by month")),
                ("areas", _("Reports by area, this month and the month before")),
            )
            if drawings[key]
        ],
        "actions": [list(row) for row in told.actions], "acted": _("What was done, and whether it helped"),
        "notes": list(told.notes), "reading": _("How to read this"),
        "definitions": [list(row) for row in told.definitions], "defined": _("What is counted"),
    }  # fmt: skip


def _table(table: Table) -> dict[str, Any]:
    return {"title": table.title, "headings": list(table.headings), "rows": [list(row) for row in table.rows]}


# --- workbook


def workbook(told: Shown) -> bytes:
    """A sheet for the text, one for each table, one for the definitions; numbers are numbers."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = _("Report")
    rows = [[told.title], [told.office], [told.version], [""], *([line] for line in told.paragraphs), [""]]
    _fill(first, [*rows, *([line] for line in told.notes)], wide=110)
    for table in told.tables:
        _fill(book.create_sheet(table.title[:31]), [list(table.headings), *table.numbers])
    acted = [[_("Action"), _("Day"), _("What the numbers say")], *(list(row) for row in told.actions)]
    _fill(book.create_sheet(_("Actions")), acted)
    _fill(book.create_sheet(_("Definitions")), [[_("figure"), _("What is counted")], *map(list, told.definitions)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, rows: Sequence[Sequence[Any]], *, wide: int = 0) -> None:
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in zip("ABCDEF", (wide or WIDTHS[0], *WIDTHS[1:]), strict=True):
        sheet.column_dimensions[column].width = width
    if not wide:
        sheet.freeze_panes = "A2"
