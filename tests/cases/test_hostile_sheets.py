"""A spreadsheet is a zip of XML, and both have been used as weapons."""

from pathlib import Path
from time import process_time
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from linli.cases.domain import sheets
from linli.cases.domain.sheets import Unreadable, open_sheet

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a9 SYSTEM "file://{path}">]>'


@pytest.fixture
def workbook(tmp_path) -> Path:
    path = tmp_path / "book.xlsx"
    book = Workbook()
    book.active.append(["text", "time"])
    book.active.append(["灯坏了", "2019-02-28"])
    book.save(path)
    return path


def rewritten(path: Path, part: str, change) -> Path:
    """The same file with one part changed."""
    with ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts[part])
    with ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def cells(path: Path) -> str:
    with open_sheet(path) as sheet:
        return repr([sheet.heading, [row.cells for row in sheet.rows]])


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("before", [LAUGHS, OUTSIDE])
def test_entities_neither_swell_nor_read_a_file(workbook, tmp_path, part, before):
    secret = tmp_path / "secret"
    secret.write_text("SECRET WORDS")

    def poisoned(data: bytes) -> bytes:
        text = data.decode().partition("?>")[2] if data.startswith(b"<?xml") else data.decode()
        return (
            before.replace("{path}", str(secret)) + text.replace("灯坏了", "&a9;").replace("Sheet", "&a9;")
        ).encode()

    began = process_time()
    try:
        told = cells(rewritten(workbook, part, poisoned))
    except Unreadable as refused:
        told = repr(refused.fields)

    assert "SECRET" not in told
    assert len(told) < 10_000
    assert process_time() - began < 5


def test_a_small_file_that_unpacks_to_a_large_one_is_refused_before_it_is_unpacked(workbook, monkeypatch):
    monkeypatch.setattr(sheets, "UNPACKED_MOST", 2**20)
    rewritten(workbook, "xl/sharedStrings.xml", lambda data: data + b" " * 2**21)

    assert workbook.stat().st_size < 2**16
    with pytest.raises(Unreadable):
        cells(workbook)


def test_a_part_that_says_it_is_small_gives_no_more_than_it_says(workbook):
    """The sizes that a zip names are not to be believed; more than that is not read."""
    rewritten(workbook, "xl/sharedStrings.xml", lambda data: data + b" " * 2**22)
    data = workbook.read_bytes()
    with ZipFile(workbook) as parts:
        real = parts.getinfo("xl/sharedStrings.xml").file_size
    lied = data.replace(real.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    workbook.write_bytes(lied)

    with pytest.raises(Unreadable):
        cells(workbook)
