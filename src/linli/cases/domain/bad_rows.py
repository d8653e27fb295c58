"""The rows that a run could not take: read, and written as a file that can be put right and sent again."""

import csv
import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from linli.cases.domain.rows import reason
from linli.cases.models import ImportRow, ImportRun

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # by which spreadsheets know UTF-8


def bad_rows(run: ImportRun, *, most: int) -> list[ImportRow]:
    return list(run.bad_rows.order_by("line")[:most])


def why_bad(row: ImportRow) -> str:
    return reason(row.reason, row.about)


def cells_of(row: ImportRow) -> list[str]:
    """The row as it stood in the file; empty once it was forgotten."""
    return json.loads(row.raw) if row.raw else []


def bad_rows_csv(run: ImportRun) -> Iterator[str]:
    """Lines of CSV for a download: where, why, and the row under the file's own heading.

    Cells that a spreadsheet would run as a formula begin with an apostrophe, which reading the file takes away again.
    """
    writer = csv.writer(Echo())
    yield BOM + writer.writerow([_("line"), _("what is wrong"), *map(harmless, run.mapping["heading"])])
    for row in run.bad_rows.order_by("line").iterator():
        yield writer.writerow([row.line, why_bad(row), *map(harmless, cells_of(row))])


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


class Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value
