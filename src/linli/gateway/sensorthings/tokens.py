"""The words of a filter: literals, names, signs. One pass, no backtracking that grows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _

from linli.gateway.sensorthings.errors import malformed
from linli.gateway.sensorthings.times import parse_date, parse_duration, parse_instant, parse_time

INSTANT = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]|[+\-]\d\d(?::?\d\d)?|[ ]\d\d:\d\d)?"
DURATION = r"[+-]?P(?:\d+W)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?(?![\w'])"
TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+)
  | (?P<interval>{INSTANT}/(?:{INSTANT}|{DURATION})|{DURATION}/{INSTANT})
  | (?P<instant>{INSTANT})
  | (?P<date>\d{{4}}-\d\d-\d\d(?![\w-]))
  | (?P<clock>\d\d:\d\d:\d\d(?:\.\d+)?)
  | (?P<geo>geography'(?:[^']|'')*')
  | (?P<duration>duration'[^']*')
  | (?P<text>'(?:[^']|'')*')
  | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?![\w]))
  | (?P<name>@?[^\W\d][\w]*(?:[.\-:@][^\W]\w*)*)
  | (?P<segment>/\s*@?[\w](?:[\w.\-:@]*\w)?)
  | (?P<position>\[\d{{1,6}}\])
  | (?P<sign>[(),\-+])
    """,
    re.VERBOSE,
)
LONGEST = 16_384
MOST_VERTICES = 10_000


@dataclass(frozen=True, slots=True)
class Token:
    """kind: literal, name, segment, position, sign or end.  value: what it says.  at: where it begins."""

    kind: str
    value: Any
    at: int
    offset: int = 0
    spaced: bool = False  # a blank stands before it


def tokens(text: str, *, option: str) -> list[Token]:
    """The words of `text`, closed by one of kind `end`.

    Raises:
        BadRequest: something in it begins no word, or a literal is none.
    """
    if len(text) > LONGEST:
        raise malformed(option, len(text), _("It is too long."))
    return list(_tokens(text, option))


def _tokens(text: str, option: str) -> Iterator[Token]:
    at, spaced = 0, False
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            raise malformed(option, text[at:], _("Nothing can be written so at this place."))
        kind = found.lastgroup or ""
        if kind != "space":
            try:
                yield _token(kind, found[0], at, spaced)
            except (ValueError, OverflowError, shapely.errors.ShapelyError) as error:
                raise malformed(option, found[0], _("This is no such value.")) from error
        spaced = kind == "space"
        at = found.end()
    yield Token("end", "", at)


def _token(kind: str, said: str, at: int, spaced: bool) -> Token:
    if kind in ("name", "sign"):
        return Token(kind, said, at, spaced=spaced)
    if kind == "segment":
        return Token(kind, said[1:].strip(), at)
    if kind == "position":
        return Token(kind, int(said[1:-1]), at)
    if kind == "instant":
        instant, offset = parse_instant(said)
        return Token("literal", instant, at, offset, spaced)
    return Token("literal", LITERALS[kind](said), at, spaced=spaced)


def _text(said: str) -> str:
    return said[1:-1].replace("''", "'")


def _number(said: str) -> int | float:
    if said.isdecimal():
        return int(said) if len(said) < 40 else float(said)
    number = float(said)
    if number in (float("inf"), float("-inf")):
        raise ValueError(said)
    return number


def _clock(said: str) -> "Clock":
    hour, minute, second = said.split(":")
    if int(hour) > 23 or int(minute) > 59 or float(second) >= 60:
        raise ValueError(said)
    return Clock((int(hour) * 60 + int(minute)) * 60_000_000 + round(float(second) * 1_000_000))


def _geo(said: str) -> shapely.Geometry:
    wkt = said[len("geography'") : -1].replace("''", "'").strip()
    if wkt[:5].upper() == "SRID=":
        wkt = wkt.partition(";")[2]
    if wkt.count(",") > MOST_VERTICES:
        raise ValueError(said[:80])
    shape = shapely.from_wkt(wkt)
    if shape is None or not bool(shapely.is_valid_input(shape)):
        raise ValueError(said[:80])
    return shape


@dataclass(frozen=True, order=True, slots=True)
class Clock:
    """A time of day, in microseconds since midnight."""

    us: int


@dataclass(frozen=True, order=True, slots=True)
class Duration:
    us: int


def _duration(said: str) -> Duration:
    return Duration(parse_duration(said[len("duration'") : -1]))


LITERALS = {
    "interval": parse_time,
    "date": parse_date,
    "clock": _clock,
    "geo": _geo,
    "duration": _duration,
    "text": _text,
    "number": _number,
}
