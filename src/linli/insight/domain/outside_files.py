"""Figures from outside as a table: read row by row, each bad row told, and either the good ones taken or none."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from linli.core.errors import DomainError, Invalid, Refused
from linli.core.tables import as_typed
from linli.core.text import tidy
from linli.insight.domain.defining import known
from linli.insight.domain.definitions import Indicator
from linli.insight.domain.figures import Form
from linli.insight.domain.outside import Draft, check, correct_value, enter_value, may_write, whole_path
from linli.insight.domain.periods import period_of
from linli.insight.enums import Kept, Origin, Telling
from linli.insight.models import OutsideValue
from linli.people.actors import Actor

COLUMNS = (
    "indicator", "from", "to", "value", "counted", "of", "source", "source_date", "source_url", "note", "said_by",
    "reason",
)  # fmt: skip
NEEDED = ("indicator", "from", "value", "source", "source_date")
MOST = 2000
LONGEST_CELL = 300
SIGNS = str.maketrans({"％": "%", "，": "", ",": "", " ": "", "\u00a0": "", "−": "-", "＞": ">"})
NUMBER = re.compile(r"(>?)([+-]?\d+(?:\.\d+)?)(%?)", re.ASCII)


@dataclass(frozen=True)
class Line:
    """One row of a file, by its number there (the heading is 1). done: new, corrected, or there already."""

    number: int
    draft: Draft | None
    reason: str = ""
    replaces: OutsideValue | None = None
    is_there: bool = False
    wrong: str = ""


@dataclass(frozen=True)
class Reading:
    """A file, read. Nothing of it is kept yet."""

    lines: Sequence[Line]

    @property
    def bad(self) -> list[Line]:
        return [line for line in self.lines if line.wrong]

    @property
    def good(self) -> list[Line]:
        return [line for line in self.lines if not line.wrong and not line.is_there]

    @property
    def there(self) -> list[Line]:
        return [line for line in self.lines if line.is_there]


def read_table(text: str, *, at: datetime, place: str = "") -> Reading:
    """Read a table of figures of a place. Three statements, whatever the number of rows.

    Raises:
        Invalid: it is no such table at all, or too long.
    """
    rows = _rows(text)
    today = timezone.localdate(at)
    definitions = known(today)
    found = [_line(number, row, definitions, today, place) for number, row in rows]
    return Reading(_against(found, place or whole_path()))


def _rows(text: str) -> list[tuple[int, Mapping[str, str]]]:
    reader = csv.reader(StringIO(text.removeprefix("\ufeff").replace("\0", "")))
    try:
        table = [(reader.line_num, [tidy(as_typed(cell)).strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise Invalid(fields={"table": _("This is no table: a quotation mark is missing somewhere.")}) from error
    table = [(number, row) for number, row in table if any(row)]
    heading = [name.lower() for name in table[0][1]] if table else []
    if missing := [name for name in NEEDED if name not in heading]:
        told = _("The heading lacks: %(names)s. Take the example as a pattern.")
        raise Invalid(fields={"table": told % {"names": ", ".join(missing)}})
    if len(table) - 1 > MOST:
        raise Invalid(fields={"table": _("At most %(n)d rows at once. Split the table.") % {"n": MOST}})
    if len(table) == 1:
        raise Invalid(fields={"table": _("There is a heading and no row.")})
    return [(number, _named(heading, row)) for number, row in table[1:]]


def _named(heading: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """The cells by column; what stands beyond the heading is kept apart, so that it is told."""
    return dict(zip(heading, row, strict=False)) | ({"": "extra"} if any(row[len(heading) :]) else {})


def _line(number: int, row: Mapping[str, str], definitions: Mapping[str, Indicator], today: date, place: str) -> Line:
    if "" in row and row[""] == "extra":
        return Line(number, None, wrong=_("It has more cells than the heading."))
    if any(len(cell) > LONGEST_CELL for cell in row.values()):
        return Line(number, None, wrong=_("A cell is longer than %(n)d characters.") % {"n": LONGEST_CELL})
    try:
        draft = replace(_draft(row, definitions, today), place=place)
        check(draft, today=today)
    except Invalid as error:
        return Line(number, None, wrong=" ".join(str(text) for text in error.fields.values()))
    return Line(number, draft, reason=row.get("reason", ""))


def _draft(row: Mapping[str, str], definitions: Mapping[str, Indicator], today: date) -> Draft:
    indicator = definitions.get(row.get("indicator", ""))
    if indicator is None:
        raise Invalid(fields={"code": _("There is no indicator “%(code)s”.") % {"code": row.get("indicator", "")}})
    first = _day(row, "from")
    period = period_of(indicator.span, first, today)
    last = _day(row, "to") if row.get("to") else period.last
    number, telling, at_least = _number(row.get("value", ""), indicator, row.get("said_by", "") == Origin.REPORTED)
    return Draft(
        code=indicator.code, first=first, last=last, number=number, telling=telling, at_least=at_least,
        above=_whole(row, "counted"), n=_whole(row, "of"), source=row.get("source", ""),
        source_on=_day(row, "source_date"), source_url=_url(row), note=row.get("note", ""), origin=_origin(row),
    )  # fmt: skip


def _origin(row: Mapping[str, str]) -> str:
    given = row.get("said_by") or Origin.OFFICE
    if given not in Origin.values:
        raise Invalid(fields={"origin": _("“said_by” is office or reported.")})
    return given


def _url(row: Mapping[str, str]) -> str:
    given = row.get("source_url", "")
    if given and not given.startswith(("https://", "http://")):
        raise Invalid(fields={"source_url": _("An address begins with https://.")})
    return given


def _day(row: Mapping[str, str], column: str) -> date:
    try:
        found = parse_date(row.get(column, "").replace("/", "-"))
    except ValueError:
        found = None
    if found is None:
        told = _("“%(text)s” under “%(column)s” is no day. Write 2026-06-30.")
        raise Invalid(fields={column: told % {"text": row.get(column, ""), "column": column}})
    return found


def _whole(row: Mapping[str, str], column: str) -> int | None:
    given = row.get(column, "").translate(SIGNS)
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        told = _("“%(text)s” under “%(column)s” is no whole number.")
        raise Invalid(fields={column: told % {"text": row.get(column, ""), "column": column}})
    return int(given)


def _number(text: str, indicator: Indicator, is_reported: bool) -> tuple[float, str, bool]:
    """The number, what it tells, and whether it is only a bound. With + or - in front it is a change."""
    found = NUMBER.fullmatch(text.translate(SIGNS))
    if found is None or len(text) > 24:
        raise Invalid(fields={"number": _("“%(text)s” is no number. Write 91 for 91 %%.") % {"text": text}})
    bound, digits, sign = found.groups()
    number = float(digits)
    if is_reported and digits[0] in "+-":
        return number / 100, Telling.CHANGE, bool(bound)
    if sign and indicator.form != Form.RATE:
        raise Invalid(fields={"number": _("This indicator is a number of things, not a share.")})
    return (number / 100 if indicator.form == Form.RATE else number), Telling.LEVEL, bool(bound)


def _against(lines: Sequence[Line], place: str) -> list[Line]:
    """Against what is there, and against each other: the same again is passed over, another number needs a reason."""
    held = {_key(row): row for row in OutsideValue.objects.filter(status=Kept.IN_FORCE, place=place)}
    seen: dict[Any, int] = {}
    found = []
    for line in lines:
        if line.draft is None:
            found.append(line)
            continue
        key = _key(line.draft)
        if key in seen:
            found.append(replace(line, wrong=_("Row %(number)d says the same period.") % {"number": seen[key]}))
            continue
        seen[key] = line.number
        found.append(_beside(line, held.get(key)))
    return found


def _key(row: Any) -> tuple[Any, ...]:
    return row.code, row.origin, row.telling, row.first, row.last


def _beside(line: Line, held: OutsideValue | None) -> Line:
    draft = line.draft
    assert draft is not None
    if held is None:
        return line
    if abs(held.number - draft.number) < 1e-9 and (held.above, held.n) == (draft.above, draft.n):
        return replace(line, is_there=True)
    if not line.reason:
        told = _("There is another figure for these days already. Say in “reason” why it was wrong.")
        return replace(line, wrong=told)
    return replace(line, replaces=held)


def take_table(*, text: str, rest: bool, by: Actor, at: datetime, place: str = "") -> tuple[Reading, int]:
    """Take the rows of a table; where some are bad, the good ones (`rest`) or none. Returns how many were taken.

    Raises:
        Refused: this post may not.  Invalid: it is no such table.
    """
    if not may_write(by, place):
        raise Refused
    reading = read_table(text, at=at, place=place)
    if reading.bad and not rest:
        return reading, 0
    with transaction.atomic():
        for line in reading.good:
            _take(line, by, at)
    return reading, len(reading.good)


def _take(line: Line, by: Actor, at: datetime) -> None:
    assert line.draft is not None
    try:
        if line.replaces is None:
            enter_value(draft=line.draft, by=by, at=at)
        else:
            correct_value(value=line.replaces, draft=line.draft, reason=line.reason, by=by, at=at)
    except DomainError as error:
        told = _("Row %(number)d could not be taken, so none was. Send the table again.")
        raise Invalid(fields={"table": told % {"number": line.number}}) from error
