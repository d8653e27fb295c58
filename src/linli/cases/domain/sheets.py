"""Opening a table that somebody sends, whatever its name and however it was saved: CSV or XLSX, row by row.

What the file is, is read off its bytes. Nothing is read into memory whole but an XLSX's strings.
"""

import csv
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from linli.cases.enums import Flaw
from linli.core.errors import Invalid

SIZE_MOST = 64 * 2**20
UNPACKED_MOST = 512 * 2**20  # of an XLSX, which is a zip: a small one can unpack to any size
ROWS_MOST = 500_000
LINES_MOST = 2**20  # a spreadsheet has no more; some say that they do
CELL_MOST = 32_767  # characters, as in a spreadsheet
CHUNK = 2**20
OLD_EXCEL, ZIP, UTF_16 = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", (BOM_UTF16_LE, BOM_UTF16_BE)
ENCODINGS = ("utf-8", "gb18030")
DELIMITERS = ",;\t"
# What openpyxl raises over a file that is not what it says.
DAMAGED = (
    BadZipFile, zlib.error, ParseError, OSError, EOFError, ArithmeticError, AttributeError, LookupError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip

# A quotation mark that is never closed takes the rest of the file into one cell, which must then be reported as such.
csv.field_size_limit(SIZE_MOST)


class Unreadable(Invalid):
    """The file is no table, or is damaged. `fields["file"]` says what to do."""

    code = "unreadable"


@dataclass(frozen=True)
class Row:
    """One row. Lines are counted as a spreadsheet counts them, the heading being 1. `flaw` says it cannot be taken."""

    line: int
    cells: list[str]
    flaw: Flaw | None = None


@dataclass
class Sheet:
    """A file's heading, its columns told apart by name, and its rows without the empty ones."""

    heading: list[str]
    rows: Iterator[Row] = field(repr=False)


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """Open CSV (UTF-8, UTF-16 or GB 18030; comma, semicolon or tab) or XLSX for reading.

    Raises:
        Unreadable: it is neither, is empty or damaged, or its first line does not name at least two columns.
    """
    with path.open("rb") as file:
        head = file.read(512)
    if refused := _refused(head):
        raise refused
    with _xlsx(path) if head.startswith(ZIP) else _csv(path) as rows:
        heading = _heading(next(rows, None))
        yield Sheet(heading, _checked(rows, len(heading)))


def _refused(head: bytes) -> Unreadable | None:
    """Why a file that begins so is no table, if that can be told by its beginning."""
    if not head:
        return _refusal(_("The file is empty. Its first line must name the columns."))
    if head.startswith(OLD_EXCEL):
        return _refusal(_("This is an old or a locked Excel file. Save it as XLSX or CSV and choose it again."))
    if b"\0" in head.partition(b"\n")[0] and not head.startswith((ZIP, *UTF_16)):
        return _no_table()
    return None


def _no_table() -> Unreadable:
    return _refusal(
        _("This is no table, or nothing parts its columns. Save it as XLSX or as CSV with commas and choose it again.")
    )


def _refusal(words: str) -> Unreadable:
    return Unreadable(words, fields={"file": words})


def _heading(first: Row | None) -> list[str]:
    if first is None or not any(first.cells):
        raise _refusal(_("The first line is empty. It must name the columns."))
    heading = _told_apart(first.cells)
    if first.flaw or len(heading) < 2:
        raise _no_table()
    return heading


def _told_apart(names: Iterable[str]) -> list[str]:
    """The names of the columns: `text` twice becomes `text` and `text (2)`, one without a name `#5`."""
    wanted = [" ".join(name.split()) for name in names]
    while wanted and not wanted[-1]:
        wanted.pop()
    heading: list[str] = []
    for number, name in enumerate(wanted, start=1):
        told = name = name or f"#{number}"
        again = 1
        while told in heading:
            again += 1
            told = f"{name} ({again})"
        heading.append(told)
    return heading


def _checked(rows: Iterator[Row], width: int) -> Iterator[Row]:
    for row in rows:
        filled = any(row.cells)
        if row.line > (ROWS_MOST if filled else LINES_MOST):
            yield Row(row.line, [], Flaw.TOO_MANY_ROWS)
            return
        if filled:
            yield row if row.flaw else Row(row.line, row.cells, _flaw(row.cells, width))


def _flaw(cells: list[str], width: int) -> Flaw | None:
    if any(len(cell) > CELL_MOST for cell in cells):
        return Flaw.CELL_TOO_LONG
    return Flaw.TOO_MANY_CELLS if any(cells[width:]) else None


# --- CSV


@contextmanager
def _csv(path: Path) -> Iterator[Iterator[Row]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding or "latin-1", newline="") as lines:
        yield _csv_rows(lines if encoding else map(_by_line, lines))


def _csv_rows(lines: Iterator[str]) -> Iterator[Row]:
    first = next(lines, "")
    delimiter = max(DELIMITERS, key=first.count)
    at_end = False

    def watched() -> Iterator[str]:
        nonlocal at_end
        yield from chain([first], lines)
        at_end = True

    for line, cells in enumerate(csv.reader(watched(), delimiter=delimiter), start=1):
        plain = [cell.replace("\0", "").strip() for cell in cells]
        # The reader asks for a line after the last only where it stands inside quotation marks.
        yield Row(line, plain, Flaw.OPEN_QUOTE if at_end else _unreadable(plain))


def _unreadable(cells: list[str]) -> Flaw | None:
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:  # what `_by_line` could not decode
        return Flaw.UNREADABLE
    return None


def _by_line(line: str) -> str:
    """A line, read as Latin-1, of a file with no one encoding: UTF-8, or else GB 18030, or else marked."""
    data = line.encode("latin-1")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "surrogateescape")


def _encoding(path: Path) -> str | None:
    """The one encoding of the whole file, or None where it has none."""
    with path.open("rb") as file:
        head = file.read(3)
        if head.startswith(UTF_16):
            return "utf-16" if _decodes(file, "utf-16") else None
        if head == BOM_UTF8:
            return "utf-8-sig" if _decodes(file, "utf-8") else None
        return next((encoding for encoding in ENCODINGS if _decodes(file, encoding)), None)


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


# --- XLSX


@contextmanager
def _xlsx(path: Path) -> Iterator[Iterator[Row]]:
    with path.open("rb") as file:
        yield _xlsx_rows(file)


def _xlsx_rows(file: IO[bytes]) -> Iterator[Row]:
    """The rows of the first sheet.

    Raises:
        Unreadable: damaged, or unpacked too large. A file may turn out to be damaged after some rows.
    """
    try:
        with ZipFile(file) as parts:
            if sum(part.file_size for part in parts.infolist()) > UNPACKED_MOST:
                raise _refusal(_("The file is too large. Split it into parts of at most 64 MB."))
        sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # some programs write wrong ones, and rows would be cut
        for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_cell(value) for value in values]
            yield Row(line, cells, _unreadable(cells))
    except DAMAGED as error:
        raise _refusal(_("This XLSX file is damaged. Save it again, or as CSV.")) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return str(value).replace("\0", "").strip()
