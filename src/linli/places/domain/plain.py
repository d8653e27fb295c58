"""Texts in one plain form, so that 乐山六村、樂山６村 and “Leshan  Village 6” meet their names; and the way back."""

import re
from bisect import bisect_right
from dataclasses import dataclass

# One character for one: full width, capitals, and the traditional or old forms of what addresses are made of.
OLD = dict(zip("樓號棟區門單園邨樂層〇　", "楼号栋区门单园村乐层零 ", strict=True))
WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
CAPITALS = {chr(code): chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
ONE_TO_ONE = str.maketrans({**{wide: narrow.lower() for wide, narrow in WIDE.items()}, **CAPITALS, **OLD})
RUN = re.compile(r"\s+|[零一二三四五六七八九十百]+")
DIGITS = {numeral: str(digit) for digit, numeral in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in plain form. `starts` and `origins` say where each piece of it begins, here and in the original."""

    text: str
    original: str
    starts: list[int]
    origins: list[int]

    def quote(self, start: int, end: int) -> str:
        """The words of the original that became `text[start:end]`."""
        return self.original[self._origin(start) : self._origin(end - 1, last=True)].strip()

    def _origin(self, at: int, *, last: bool = False) -> int:
        piece = bisect_right(self.starts, at) - 1
        begins, origin = self.starts[piece], self.origins[piece]
        following = (self.starts[piece + 1], self.origins[piece + 1]) if piece + 1 < len(self.starts) else None
        long, source = (following[0] - begins, following[1] - origin) if following else (1, 1)
        if following is None or long == source:
            return origin + at - begins + last
        return origin + source if last else origin  # a numeral is quoted whole


def plain(text: str) -> Plain:
    """Letters small, one width, numerals as digits, without blanks; but for one between two numbers, which stays."""
    flat = text.translate(ONE_TO_ONE)
    pieces: list[str] = []
    starts, origins = [0], [0]
    length = done = 0
    for run in RUN.finditer(flat):
        begin, end = run.span()
        kept = flat[done:begin]
        written = _blank(flat, begin, end) if run[0][0].isspace() else _apart(flat, begin, end)
        pieces += (kept, written)
        length += len(kept)
        starts.append(length)
        origins.append(begin)
        length += len(written)
        starts.append(length)
        origins.append(end)
        done = end
    pieces.append(flat[done:])
    return Plain("".join(pieces), text, starts, origins)


def _blank(flat: str, begin: int, end: int) -> str:
    between_numbers = begin and end < len(flat) and _counts(flat[begin - 1]) and _counts(flat[end])
    return " " if between_numbers else ""


def _apart(flat: str, begin: int, end: int) -> str:
    """A numeral as digits, kept apart from figures beside it: 虹二5号 is No. 5 of 虹二."""
    before = " " if begin and flat[begin - 1].isdigit() else ""
    after = " " if end < len(flat) and flat[end].isdigit() else ""
    return before + number(flat[begin:end]) + after


def _counts(character: str) -> bool:
    return character.isdigit() or character in DIGITS or character == "十"


def number(numeral: str) -> str:
    """十二 is 12, 二十 20, 一百零八 108; numerals side by side, as in 六七村 and 三零二, are read one by one."""
    if "百" not in numeral and "十" not in numeral:
        return "".join(DIGITS[sign] for sign in numeral)
    hundreds, hundred, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return str(100 * _figure(hundreds, len(hundred)) + 10 * _figure(tens, len(ten)) + _figure(ones, 0))


def _figure(signs: str, unsaid: int) -> int:
    """unsaid: what an empty place counts: 十二 has one ten."""
    figures = "".join(DIGITS.get(sign, "") for sign in signs)
    return int(figures) if figures else unsaid
