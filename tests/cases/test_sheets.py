"""Tables as people send them: any delimiter, encoding and date, and every way in which a row can be broken."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import process_time
from zipfile import ZipFile

import pytest
from django.utils.translation import override
from openpyxl import Workbook

from linli.cases.domain import sheets
from linli.cases.domain.importing import begin_import, continue_import
from linli.cases.domain.rows import BadRow, Message, Reading, guess_columns, read_messages
from linli.cases.domain.sheets import Unreadable, open_sheet
from linli.cases.enums import Flaw
from linli.cases.models import Case, ImportRow

COLUMNS = {"text": "text", "time": "time"}
AT = datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC)
LAST = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "table"


def read(path: Path, content: bytes | str, **changes) -> list[Message | BadRow]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    reading = Reading(**({"columns": COLUMNS} | changes))
    with open_sheet(path) as sheet:
        return list(read_messages(sheet, reading, source="test", until=LAST))


def texts(rows: list[Message | BadRow]) -> list[str | Flaw]:
    return [row.text if isinstance(row, Message) else row.flaw for row in rows]


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with override("en"), pytest.raises(Unreadable) as told, open_sheet(path):
        pass
    return told.value.fields["file"]


def workbook(path: Path, rows: list[list[object]], **formats: str) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in formats.items():
        book.active[cell].number_format = number_format
    book.save(path)
    return path.read_bytes()


# --- how it was saved


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_table_is_read_however_it_was_saved(path, delimiter, encoding, newline):
    lines = ["time;text", '2019-02-28 11:25:05;"楼道灯不亮；，\t请来看"', '2019-02-28 11:25:05;"第一行\n第二行"', ""]
    content = newline.join(line.replace(";", delimiter, 1) for line in lines)

    assert texts(read(path, content.encode(encoding))) == ["楼道灯不亮；，\t请来看", "第一行\n第二行"]


def test_lines_of_two_encodings_in_one_file_are_read_each_by_its_own(path):
    content = "time,text\n2019-02-28,电梯停运三天了\n".encode() + "2019-02-28,楼道灯不亮，老人看不清\n".encode(
        "gb18030"
    )

    assert texts(read(path, content + b"2019-02-28,\xff\xff\xff\n")) == [
        "电梯停运三天了",
        "楼道灯不亮，老人看不清",
        Flaw.UNREADABLE,
    ]


def test_rare_characters_stay_and_nul_goes(path):
    assert texts(read(path, "time,text\n2019-02-28,👨‍👩‍👧 𠮷\0野家 <b>'; DROP TABLE\n")) == [
        "👨‍👩‍👧 𠮷野家 <b>'; DROP TABLE"
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"   \n \n", "The first line is empty"),
        (b"time|text\n1|2\n", "This is no table"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "This is no table"),
        (b"<html><body>table</body></html>", "This is no table"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "This is no table"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "This is an old or a locked Excel file"),
        (b"PK\x03\x04 and then nothing", "This XLSX file is damaged"),
    ],
)
def test_what_is_no_table_is_refused_in_words(path, content, words):
    assert words in refused(path, content)


def test_a_zip_that_is_no_workbook_or_unpacks_too_large_is_refused(path, monkeypatch):
    with ZipFile(path, "w") as other:
        other.writestr("report.docx", "no table")
    assert "damaged" in refused(path, path.read_bytes())

    book = workbook(path, [["time", "text"]])
    monkeypatch.setattr(sheets, "UNPACKED_MOST", 100)
    assert "too large" in refused(path, book)


def test_a_workbook_cut_off_in_the_middle_is_refused(path):
    book = workbook(path, [["time", "text"], *([["2019-02-28", "灯"]] * 500)])

    assert "damaged" in refused(path, book[: len(book) // 2])


# --- columns


def test_columns_are_told_apart_by_name(path):
    path.write_text("text, text,,time,text,,\n", encoding="utf-8")
    with open_sheet(path) as sheet:
        assert sheet.heading == ["text", "text (2)", "#3", "time", "text (3)"]
        assert guess_columns(sheet.heading) == {"text": "text", "time": "time"}


def test_a_row_may_end_early_but_not_late(path):
    content = "time,text,where\n2019-02-28,灯\n2019-02-28,灯,门口,,\n2019-02-28,灯,坏了,三天\n2019-02-28\n"

    assert texts(read(path, content)) == ["灯", "灯", Flaw.TOO_MANY_CELLS, Flaw.NO_TEXT]


# --- rows


def test_a_quotation_mark_that_is_never_closed_is_found(path):
    rows = read(path, 'time,text\n2019-02-28,灯\n2019-02-28,"没有结束\n2019-02-28,灯\n2019-02-28,灯\n')

    assert [row.line for row in rows] == [2, 3]
    assert texts(rows) == ["灯", Flaw.OPEN_QUOTE]


def test_a_cell_of_a_megabyte_is_reported_and_the_next_row_read(path):
    rows = read(path, f"time,text\n2019-02-28,{'长' * 2**20}\n2019-02-28,灯\n")

    assert texts(rows) == [Flaw.CELL_TOO_LONG, "灯"]


def test_a_long_text_is_cut_and_says_so(path):
    with override("en"):
        (row,) = read(path, f"time,text\n2019-02-28,{'长' * 6999}\n")

    assert (len(row.text), row.text.lstrip("长")) == (4000, "… (cut: the whole has 6999 characters)")


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2019-02-28T11:25:05", AT),
        ("2019-02-28 11:25:05.000", AT),
        ("2019-02-28T03:25:05Z", AT),
        ("2019/2/28 11:25:05", AT),
        ("2019.02.28 11:25", AT.replace(second=0)),
        ("2019年2月28日 11:25", AT.replace(second=0)),
        ("2019年2月28日11时25分5秒", AT),
        ("2019-02-28", datetime(2019, 2, 27, 16, tzinfo=UTC)),
        ("43524.4757523148", AT),
        ("43524", datetime(2019, 2, 27, 16, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_people_and_spreadsheets_write_them(path, written, at):
    (row,) = read(path, f"time,text\n{written},灯\n")

    assert row.at.astimezone(UTC) == at


@pytest.mark.parametrize(
    ("written", "flaw"),
    [
        ("", Flaw.NO_TIME),
        ("昨天", Flaw.NOT_A_TIME),
        ("2019-02-30", Flaw.NOT_A_TIME),
        ("2019-02-28 25:00", Flaw.NOT_A_TIME),
        ("28/02/2019", Flaw.NOT_A_TIME),
        ("0001-01-01", Flaw.NOT_PAST),
        ("9999-12-31T23:59:59-14:00", Flaw.NOT_PAST),
        ("2027-01-01", Flaw.NOT_PAST),
        ("1969-12-31", Flaw.NOT_PAST),
    ],
)
def test_what_is_no_time_of_the_past_is_reported(path, written, flaw):
    assert texts(read(path, f"time,text\n{written},灯\n")) == [flaw]


def test_a_zone_is_that_of_times_without_one(path):
    rows = read(path, "time,text\n2019-02-28 03:25:05,灯\n2019-02-28T11:25:05+08:00,灯\n", zone="UTC")

    assert [row.at for row in rows] == [AT, AT]


@pytest.mark.parametrize(
    ("lon", "lat", "position"),
    [
        ("121.437", "31.195", (121.437, 31.195)),
        ("", "", (None, None)),
        ("121.437", "", None),
        ("east", "north", None),
        ("31.195", "121.437", None),
        ("nan", "inf", None),
        ("'-77.0", "39.0", (-77.0, 39.0)),
    ],
)
def test_positions_are_degrees(path, lon, lat, position):
    (row,) = read(
        path, f"time,text,lon,lat\n2019-02-28,灯,{lon},{lat}\n", columns=COLUMNS | {"lon": "lon", "lat": "lat"}
    )

    if position is None:
        assert row.flaw == Flaw.NOT_A_POSITION
    else:
        assert (row.lon, row.lat) == position


def test_chinese_map_positions_are_converted(path):
    (row,) = read(
        path, "time,text,lon,lat\n2019-02-28,灯,121.4415,31.1930\n", columns=COLUMNS | {"lon": "lon", "lat": "lat"},
        datum="gcj02",
    )  # fmt: skip

    assert abs(row.lon - 121.4370) < 0.0005
    assert abs(row.lat - 31.1950) < 0.0005


# --- XLSX


def test_a_workbook_is_read_with_dates_of_every_kind(path):
    moment = datetime(2019, 2, 28, 11, 25, 5)  # noqa: DTZ001  a spreadsheet knows no zone
    rows = [
        ["time", "text"],
        [moment, "日期"],
        [date(2019, 2, 28), "日"],
        [43524.4757523148, "序列"],
        ["2019/2/28 11:25:05", "文字"],
    ]
    found = read(path, workbook(path, rows))

    assert texts(found) == ["日期", "日", "序列", "文字"]
    assert [row.at.astimezone(UTC) for row in found] == [AT, AT - timedelta(hours=11, minutes=25, seconds=5), AT, AT]


def test_formulas_of_a_workbook_are_not_run_and_empty_rows_count(path):
    rows = [["time", "text", "number"], [], ["2019-02-28", '=HYPERLINK("http://x")', 1], ["2019-02-28", "灯", 188006]]
    found = read(path, workbook(path, rows), columns=COLUMNS | {"number": "number"})

    assert [(row.line, text) for row, text in zip(found, texts(found), strict=True)] == [(3, Flaw.NO_TEXT), (4, "灯")]
    assert found[1].number == "188006"


def test_csv_and_workbook_of_the_same_rows_are_the_same_messages(path):
    rows = [["time", "text"], ["2019-02-28 11:25:05", "灯"], ["2019-02-28 11:25:05", "灯"]]
    out = io.StringIO()
    csv.writer(out).writerows(rows)

    by_csv, by_workbook = read(path, out.getvalue()), read(path, workbook(path, rows))

    assert by_csv == by_workbook
    assert len({row.key for row in by_csv}) == 2


# --- what is kept


def test_every_broken_row_can_be_kept(street, path, settings, tmp_path):
    settings.DATA = tmp_path
    rows = ["time,text,where", "昨天,灯,\0", "2019-02-28,\0,👨‍👩‍👧", "2019-02-28,a,b,c\0", "2019-02-28,好的\0,𠮷\0野"]
    path.write_bytes("\n".join(rows).encode() + b"\n2019-02-28,\xff,\n")

    run = begin_import(
        path=path,
        name="坏\0行.csv",
        reading=Reading(COLUMNS | {"where": "where"}),
        mode="history",
        all_or_none=False,
        at=street.now,
    )
    run = continue_import(run, at=street.now)

    assert (run.status, run.rows, run.taken, run.bad, run.name) == ("done", 5, 1, 4, "坏行.csv")
    assert list(ImportRow.objects.order_by("line").values_list("line", "reason")) == [
        (2, "not_a_time"), (3, "no_text"), (4, "too_many_cells"), (6, "unreadable"),
    ]  # fmt: skip
    assert (Case.objects.get().text, Case.objects.get().where) == ("好的", "𠮷野")


def test_a_hundred_thousand_rows_are_read_in_seconds(path):
    lines = "\n".join(f"{number},2019-02-28 11:25:05,乐山六村{number}号门前路灯不亮" for number in range(100_000))
    began = process_time()

    rows = read(path, "number,time,text\n" + lines)

    assert (len(rows), len({row.key for row in rows})) == (100_000, 100_000)
    assert process_time() - began < 15
