"""Tables as CSV, for people who open them in a spreadsheet: the one writer of every export.

A cell that a spreadsheet would run as a formula begins with an apostrophe; `as_typed` takes it away again, so that a
file that was exported, put right and sent back holds what it held.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

BOM = "\ufeff"  # by which spreadsheets know UTF-8
# What begins a formula: in full width too, which East Asian editions take for the same; and what is skipped before it.
SIGNS = "=+-@＝＋－＠"
SKIPPED = "\t\r\n \u00a0\u3000"


def download(name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """An answer that is saved as a file, sent line by line. `name` is ours, in ASCII."""
    response = StreamingHttpResponse(lines(heading, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def lines(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of CSV, the heading first. Numbers stay numbers; texts are made harmless."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([harmless(cell) for cell in heading])
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def harmless(cell: Any) -> Any:
    """A text that no spreadsheet takes for a formula; anything but a text stays as it is."""
    if cell is None or isinstance(cell, int | float):
        return cell
    text = str(cell)
    begins = text.lstrip(SKIPPED)[:1]
    return f"'{text}" if (begins and begins in SIGNS) or text.startswith(("\t", "\r", "\n")) else text


def as_typed(cell: str) -> str:
    """What stood in a cell before `harmless`."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value
