"""Reading a file of messages: its rows as text, what each column is, and each row as a message or a reason why not."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID, uuid5
from zipfile import BadZipFile
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from linli.cases.domain.report import TEXT_MOST
from linli.core.errors import Invalid
from linli.places.domain.gcj02 import to_wgs84

NAMESPACE = UUID("5a0e7c64-5f0f-5f66-9d0a-6d7a2d6f8f21")  # of the actions made from imported rows
ROWS_MOST = 500_000
ENCODINGS = ("utf-8-sig", "gb18030")

# What a message can have, and the headings under which it is usually found. Text may come from several columns.
FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("topic", "title", "subject", "主题", "标题", "留言主题"),
    "text": ("text", "content", "description", "message", "details", "内容", "留言详情", "描述", "问题描述"),
    "time": ("time", "opened", "created_date", "createddate", "created", "date", "留言时间", "时间", "创建时间"),
    "closed": ("closed", "closed_date", "closedate", "reply_time", "办结时间", "答复时间"),
    "answer": ("answer", "reply", "答复意见", "答复"),
    "class": ("class", "klass", "category", "类别", "一级标签"),
    "number": ("number", "message_id", "unique_key", "srrecordid", "id", "编号", "留言编号"),
    "where": ("where", "address", "location", "地址", "地点"),
    "lon": ("lon", "lng", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
}


@dataclass(frozen=True)
class Reading:
    """How to read a file: which column is what, the zone of times without one, and the datum of coordinates."""

    columns: Mapping[str, str]
    zone: str = "Asia/Shanghai"
    datum: str = "wgs84"


@dataclass(frozen=True)
class Message:
    """One row that can be taken."""

    line: int
    key: UUID
    text: str
    at: datetime
    closed: datetime | None = None
    answer: str = ""
    klass: str = ""
    number: str = ""
    where: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class BadRow:
    """One row that cannot be taken, why, and the row itself."""

    line: int
    reason: str
    raw: str


@dataclass
class Sheet:
    """A file's heading and rows. Lines are counted as a spreadsheet counts them, the heading being 1."""

    heading: list[str]
    rows: Iterator[tuple[int, list[str]]] = field(repr=False)


def open_sheet(file: IO[bytes], name: str) -> Sheet:
    """Open CSV (UTF-8 or GB 18030, comma, semicolon or tab) or XLSX.

    Raises:
        Invalid: it is neither, is empty, or has no heading.
    """
    sheet = _open_xlsx(file) if Path(name).suffix.lower() == ".xlsx" else _open_csv(file)
    if not any(sheet.heading):
        raise Invalid(fields={"file": _("The file is empty. Its first line must name the columns.")})
    return sheet


def _open_csv(file: IO[bytes]) -> Sheet:
    text = _decode(file.read())
    if "\0" in text[:4096]:
        raise Invalid(fields={"file": _("This is no table. Save it as CSV or XLSX and choose it again.")})
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    heading = [cell.strip() for cell in next(rows, [])]
    return Sheet(heading, ((number, row) for number, row in enumerate(rows, start=2) if any(row)))


def _decode(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(fields={"file": _("The characters cannot be read. Save the file as UTF-8 and choose it again.")})


def _open_xlsx(file: IO[bytes]) -> Sheet:
    try:
        rows = load_workbook(file, read_only=True, data_only=True).active.iter_rows(values_only=True)
    except (BadZipFile, KeyError, OSError, ValueError) as error:
        raise Invalid(fields={"file": _("This XLSX file is damaged. Save it again, or as CSV.")}) from error
    heading = [_cell(cell) for cell in next(rows, ())]
    return Sheet(heading, ((number, [_cell(c) for c in row]) for number, row in enumerate(rows, start=2) if any(row)))


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value).strip()


def guess_columns(heading: Sequence[str]) -> dict[str, str]:
    """Which column is what, as far as the headings tell."""
    known = {name.lower(): name for name in heading}
    return {
        what: next(known[name] for name in names if name in known)
        for what, names in FIELDS.items()
        if any(name in known for name in names)
    }


def check_columns(columns: Mapping[str, str], heading: Sequence[str]) -> None:
    """Raises Invalid where text or time has no column, or a column is not in the file."""
    missing = {what: _("Choose the column that holds this.") for what in ("text", "time") if not columns.get(what)}
    gone = {what: _("The file has no such column.") for what, name in columns.items() if name and name not in heading}
    unknown = {what: _("Unknown.") for what in columns if what not in FIELDS}
    if found := {**missing, **gone, **unknown}:
        raise Invalid(_("Say which column is what."), fields=found)


def read_messages(sheet: Sheet, reading: Reading, source: str) -> Iterator[Message | BadRow]:
    """Each row as a message, or the reason why not, in the order of the file.

    A row's key is made of the source, its content and its ordinal among equal rows: the same file twice gives the same
    keys, and two rows that read alike stay two.
    """
    check_columns(reading.columns, sheet.heading)
    index = {what: sheet.heading.index(name) for what, name in reading.columns.items() if name}
    zone, seen = ZoneInfo(reading.zone), Counter[bytes]()
    for line, row in sheet.rows:
        if line > ROWS_MOST:
            yield BadRow(line, _("Too many rows. Split the file."), "")
            return
        content = hashlib.sha256("\x1f".join(row).encode("utf-8", "replace")).digest()
        seen[content] += 1
        key = uuid5(NAMESPACE, f"{source}\x1f{content.hex()}\x1f{seen[content]}")
        cells = {what: (row[place].strip() if place < len(row) else "") for what, place in index.items()}
        try:
            yield _message(line, key, cells, zone, reading.datum)
        except ValueError as problem:
            yield BadRow(line, str(problem), ",".join(row)[:2000])


def _message(line: int, key: UUID, cells: Mapping[str, str], zone: ZoneInfo, datum: str) -> Message:
    """Raises ValueError, in words for a person, for a row that cannot be taken."""
    text = _text(cells)
    at = _time(cells["time"], zone)
    closed = _time(cells["closed"], zone) if cells.get("closed") else None
    if closed is not None and closed < at:
        raise ValueError(_("It was closed before it was opened."))
    lon, lat = _position(cells.get("lon", ""), cells.get("lat", ""), datum)
    return Message(
        line=line,
        key=key,
        text=text,
        at=at,
        closed=closed,
        answer=cells.get("answer", "")[:2000],
        klass=cells.get("class", ""),
        number=cells.get("number", "")[:40],
        where=cells.get("where", "")[:200],
        lon=lon,
        lat=lat,
    )


def _text(cells: Mapping[str, str]) -> str:
    title, body = cells.get("title", ""), cells["text"]
    text = body if not title or body.startswith(title) else f"{title}\n{body}"
    text = text.replace("\0", "").strip()
    if not text:
        raise ValueError(_("There is no text."))
    if len(text) > TEXT_MOST:
        text = text[: TEXT_MOST - 1] + "…"
    return text


def _time(text: str, zone: ZoneInfo) -> datetime:
    if not text:
        raise ValueError(_("There is no time."))
    try:
        at = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise ValueError(_("“{text}” is not a time. Write 2026-11-25 17:00.").format(text=text[:40])) from error
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _position(lon: str, lat: str, datum: str) -> tuple[float | None, float | None]:
    if not lon and not lat:
        return None, None
    try:
        found = float(lon), float(lat)
    except ValueError as error:
        raise ValueError(_("“{text}” is not a position.").format(text=f"{lon}, {lat}"[:40])) from error
    if not (-180 <= found[0] <= 180 and -90 <= found[1] <= 90):
        raise ValueError(_("“{text}” is not a position.").format(text=f"{lon}, {lat}"[:40]))
    return to_wgs84(*found) if datum == "gcj02" else found
