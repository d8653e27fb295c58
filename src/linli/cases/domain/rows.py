"""What the columns of a table of messages are, and each row as a message or the reason why not."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from linli.cases.domain.report import TEXT_MOST
from linli.cases.domain.sheets import Row, Sheet
from linli.cases.enums import Flaw
from linli.core.errors import Invalid
from linli.core.tables import as_typed
from linli.core.text import tidy
from linli.places.domain.gcj02 import to_wgs84

NAMESPACE = UUID("5a0e7c64-5f0f-5f66-9d0a-6d7a2d6f8f21")  # of the actions made from imported rows
DATUMS = ("wgs84", "gcj02")

# What a message can have, and the headings under which it is usually found.
FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("topic", "title", "subject", "主题", "标题", "留言主题"),
    "text": ("text", "content", "description", "message", "details", "内容", "留言详情", "描述", "问题描述"),
    "time": ("time", "opened", "created_date", "createddate", "created", "date", "留言时间", "时间", "创建时间"),
    "closed": ("closed", "closed_date", "closedate", "reply_time", "办结时间", "答复时间"),
    "answer": ("answer", "reply", "答复意见", "答复"),
    "class": ("class", "klass", "category", "类别", "一级标签"),
    "number": ("number", "message_id", "unique_key", "srrecordid", "id", "编号", "留言编号"),
    "place": ("place", "borough", "district", "区域", "所属区域", "小区", "社区"),
    "where": ("where", "address", "location", "地址", "地点"),
    "lon": ("lon", "lng", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
}
NEEDED = ("text", "time")

FIRST_TIME = datetime(1970, 1, 1, tzinfo=UTC)
# Days since 1899, as a spreadsheet keeps a time in a cell that was not told to show one: 1954 to 2119.
SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?")
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  in the zone that the file is read in
WRITTEN = re.compile(
    r"(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:：时点](\d{1,2})(?:[:：分](\d{1,2})(?:\.\d+)?)?[分秒]?)?"
)


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
    place: str = ""  # its name, as the file says it
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class BadRow:
    """One row that cannot be taken, why, and the row itself."""

    line: int
    flaw: Flaw
    about: str
    cells: list[str]

    @property
    def reason(self) -> str:
        return reason(self.flaw, self.about)

    @property
    def raw(self) -> str:
        """The row as it is kept, whatever characters it holds."""
        plain = [cell.encode("utf-8", "replace").decode() for cell in self.cells]
        return json.dumps(plain, ensure_ascii=False)


class Unfit(ValueError):
    """A row that cannot be taken."""

    def __init__(self, flaw: Flaw, about: str = "") -> None:
        super().__init__(flaw)
        self.flaw, self.about = flaw, about[:40]


def reason(flaw: str, about: str) -> str:
    """Why a row cannot be taken, in the reader's language."""
    return Flaw(flaw).label.format(about=about)


def guess_columns(heading: Sequence[str]) -> dict[str, str]:
    """Which column is what, as far as the headings tell."""
    known = {name.lower(): name for name in reversed(heading)}
    return {
        what: next(known[name] for name in names if name in known)
        for what, names in FIELDS.items()
        if any(name in known for name in names)
    }


def check_reading(reading: Reading, heading: Sequence[str]) -> None:
    """Raises Invalid where text or time has no column, a column is not in the file, or zone or datum is unknown."""
    columns = reading.columns
    wrong = {what: _("Choose the column that holds this.") for what in NEEDED if not columns.get(what)}
    wrong |= {what: _("The file has no such column.") for what, name in columns.items() if name not in ("", *heading)}
    wrong |= {what: _("A message has no such part.") for what in columns if what not in FIELDS}
    if bool(columns.get("lon")) != bool(columns.get("lat")):
        wrong["lat"] = _("Choose both longitude and latitude, or neither.")
    if reading.datum not in DATUMS:
        wrong["datum"] = _("Choose one of: {choices}.").format(choices=", ".join(DATUMS))
    try:
        ZoneInfo(reading.zone)
    except (ZoneInfoNotFoundError, ValueError):
        wrong["zone"] = _("No time zone has this name.")
    if wrong:
        raise Invalid(_("Say which column is what."), fields=wrong)


def read_messages(sheet: Sheet, reading: Reading, *, source: str, until: datetime) -> Iterator[Message | BadRow]:
    """Each row as a message, or the reason why not, in the order of the file.

    A row's key is made of the source, its content and its ordinal among equal rows: the same file twice gives the same
    keys, and two rows that read alike stay two. Nothing can have happened after `until`.
    """
    check_reading(reading, sheet.heading)
    index = {what: sheet.heading.index(name) for what, name in reading.columns.items() if name}
    reader = _Reader(ZoneInfo(reading.zone), reading.datum, until)
    seen = Counter[bytes]()
    for row in sheet.rows:
        if row.flaw:
            yield BadRow(row.line, row.flaw, "", row.cells)
            continue
        content = hashlib.sha256("\x1f".join(row.cells).encode()).digest()
        seen[content] += 1
        key = uuid5(NAMESPACE, f"{source}\x1f{content.hex()}\x1f{seen[content]}")
        cells = {what: _plain(row.cells[place]) if place < len(row.cells) else "" for what, place in index.items()}
        try:
            yield reader.read(row, key, cells)
        except Unfit as unfit:
            yield BadRow(row.line, unfit.flaw, unfit.about, row.cells)


def _plain(cell: str) -> str:
    """What somebody wrote: without what our own report of bad rows puts before a formula, and what nobody sees."""
    return tidy(as_typed(cell))


@dataclass(frozen=True)
class _Reader:
    """Reads the cells of one row. Its methods raise Unfit."""

    zone: ZoneInfo
    datum: str
    until: datetime

    def read(self, row: Row, key: UUID, cells: Mapping[str, str]) -> Message:
        text, at = _text(cells), self._time(cells["time"])
        closed = self._time(cells["closed"]) if cells.get("closed") else None
        if closed is not None and closed < at:
            raise Unfit(Flaw.CLOSED_FIRST, cells["closed"])
        lon, lat = self._position(cells.get("lon", ""), cells.get("lat", ""))
        return Message(
            line=row.line,
            key=key,
            text=text,
            at=at,
            closed=closed,
            answer=_cut(cells.get("answer", ""), 2000),
            klass=cells.get("class", ""),
            number=cells.get("number", "")[:40],
            where=(cells.get("where") or cells.get("place", ""))[:200],
            place=cells.get("place", "")[:80],
            lon=lon,
            lat=lat,
        )

    def _time(self, text: str) -> datetime:
        if not text:
            raise Unfit(Flaw.NO_TIME)
        try:
            at = _written_time(text)
            at = at if at.tzinfo else at.replace(tzinfo=self.zone)
            past = FIRST_TIME <= at <= self.until
        except (ValueError, OverflowError) as error:
            raise Unfit(Flaw.NOT_A_TIME, text) from error
        if not past:
            raise Unfit(Flaw.NOT_PAST, text)
        return at

    def _position(self, lon: str, lat: str) -> tuple[float | None, float | None]:
        if not lon and not lat:
            return None, None
        try:
            x, y = float(lon), float(lat)
        except ValueError as error:
            raise Unfit(Flaw.NOT_A_POSITION, f"{lon}, {lat}") from error
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise Unfit(Flaw.NOT_A_POSITION, f"{lon}, {lat}")
        return to_wgs84(x, y) if self.datum == "gcj02" else (x, y)


def _text(cells: Mapping[str, str]) -> str:
    title, body = cells.get("title", ""), cells["text"]
    text = body if not title or body.startswith(title) else f"{title}\n{body}".strip()
    if not text:
        raise Unfit(Flaw.NO_TEXT)
    return _cut(text, TEXT_MOST)


def _cut(text: str, most: int) -> str:
    """The text, or its beginning and how long it was, so that a reader sees that there is more in the source."""
    if len(text) <= most:
        return text
    said = _("… (cut: the whole has {characters} characters)").format(characters=len(text))
    return text[: most - len(said)] + said


def _written_time(text: str) -> datetime:
    """An instant as people and spreadsheets write it: ISO, 2019/2/28 9:05, 2019年2月28日 9:05, 43524.378.

    Raises:
        ValueError: it is none of these.  OverflowError: a date beyond all calendars.
    """
    if SERIAL.fullmatch(text):
        return SERIAL_ZERO + timedelta(seconds=round(float(text) * 86_400))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise
    return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
