"""The rows that a run could not take: read, and written as a file that can be put right and sent again."""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from linli.cases.domain.rows import reason
from linli.cases.models import ImportRow, ImportRun
from linli.core import tables


def bad_rows(run: ImportRun, *, most: int) -> list[ImportRow]:
    return list(run.bad_rows.order_by("line")[:most])


def why_bad(row: ImportRow) -> str:
    return reason(row.reason, row.about)


def cells_of(row: ImportRow) -> list[str]:
    """The row as it stood in the file; empty once it was forgotten."""
    return json.loads(row.raw) if row.raw else []


def bad_rows_csv(run: ImportRun) -> Iterator[str]:
    """Lines of CSV for a download: where, why, and the row under the file's own heading."""
    heading = [_("line"), _("what is wrong"), *run.mapping["heading"]]
    rows = run.bad_rows.order_by("line").iterator()
    return tables.lines(heading, ([row.line, why_bad(row), *cells_of(row)] for row in rows))
