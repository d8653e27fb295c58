"""What nobody sees goes, what somebody means stays; what a spreadsheet would run is made harmless, and comes back."""

import pytest

from linli.core import tables
from linli.core.text import mixes_alphabets, tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("楼道灯不亮", "楼道灯不亮"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("灯\u200b泡\ufeff", "灯泡"),
        ("a\0b\x1b[31mc", "ab[31mc"),
        ("soft\xadhyphen", "softhyphen"),
        ("a\u200dd\u200cmin", "admin"),
        ("👨‍👩‍👧 一家", "👨‍👩‍👧 一家"),
        ("می‌خواهم", "می‌خواهم"),
        ("Z" + "\u0301" * 30, "Z" + "\u0301" * 4),
        ("half \ud800 a pair", "half  a pair"),
        ("\U000e0041tag", "tag"),
        ("𠮷野家 ñ é ½", "𠮷野家 ñ é ½"),
    ],
)
def test_text_is_kept_as_it_is_seen(typed, kept):
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("admin", False),
        ("аdmin", True),
        ("王小明 Wang", False),
        ("Иван", False),
        ("Νίκος", False),
        ("Αdam", True),
        ("", False),
    ],
)
def test_a_name_has_one_alphabet(name, mixed):
    assert mixes_alphabets(name) is mixed


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1",
    "－cmd",
    "＠x",
    "\t=1",
    "\r=1",
    " =1",
    "\u3000=1",
    "\n=1",
    '=HYPERLINK("x")',
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_is_made_harmless_and_comes_back_as_it_was(cell):
    assert tables.harmless(cell) == f"'{cell}"
    assert tables.as_typed(tables.harmless(cell)) == cell


@pytest.mark.parametrize("cell", ["", "12号", "'quoted'", "a=b", "电梯-坏了", 5, -5, 1.5, None])
def test_anything_else_stays_as_it_is(cell):
    assert tables.harmless(cell) == cell


def test_a_whole_table_is_written_line_by_line():
    written = "".join(tables.lines(["=a", "b"], [["-1", -1], ['x,"y"', None]]))

    assert written == '\ufeff\'=a,b\r\n\'-1,-1\r\n"x,""y""",\r\n'
