"""A city that says no more of a place than its district: New York, December 2015, by the importer that an office uses.

The real file is read from the folder that LINLI_REAL_DATA names; without it only a file of the same kind, made here.
"""

import csv
import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from openpyxl import load_workbook

from linli.cases.domain.importing import begin_import, continue_import, preview
from linli.cases.domain.rows import Reading, guess_columns
from linli.cases.models import Case
from linli.insight import report_files
from linli.insight.domain import reports
from linli.insight.domain.comparing import rebuild
from linli.insight.report_shown import shown
from linli.places.domain.aliases import add_alias
from linli.places.domain.tree import create_place
from linli.places.models import Kind
from tests.neighbourhood import SETUP

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")
HEADING = ["unique_key", "created_date", "closed_date", "complaint_type", "descriptor", "borough"]
BOROUGHS = {
    "manhattan": "曼哈顿",
    "bronx": "布朗克斯",
    "brooklyn": "布鲁克林",
    "queens": "皇后区",
    "staten island": "史泰登岛",
}
CITY, SHANGHAI = ZoneInfo("America/New_York"), ZoneInfo("Asia/Shanghai")
DECEMBER = date(2015, 12, 1)
SOME = 1500  # rows of the real file; each becomes a case with its story


@pytest.fixture
def city(street):
    """Five boroughs as areas of this office for once, with their Chinese and their English names."""
    for name, chinese in BOROUGHS.items():
        area = create_place(parent=street.places["street"], kind=Kind.AREA, name=chinese, name_en=name.title())
        street.places[name] = create_place(parent=area, kind=Kind.COMMITTEE, name=chinese)
        street.places[f"area {name}"] = area
    return street


def some(path: Path, into: Path) -> Path:
    """Every so many-th row, so that no borough is left out."""
    with path.open(newline="", encoding="utf-8") as file, into.open("w", newline="", encoding="utf-8") as out:
        rows = csv.DictWriter(out, HEADING, extrasaction="ignore")
        rows.writeheader()
        rows.writerows(islice(csv.DictReader(file), 0, None, 19_859 // SOME))
    return into


def twin(path: Path) -> Path:
    """November and December with the same dirt: a borough that is none, one in capitals, a time that is none."""
    many = {"brooklyn": (9, 14), "queens": (8, 6), "manhattan": (0, 5), "bronx": (7, 2), "STATEN ISLAND": (0, 1)}
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow([*HEADING, "class"])
        number = 0
        for borough, months in many.items():
            for month, count in zip((11, 12), months, strict=True):
                for _again in range(count):
                    number += 1
                    at = datetime(2015, month, 2, 15, tzinfo=UTC) + timedelta(days=number % 20)
                    told = ["noise", "loud", borough, "trees"]
                    rows.writerow([number, f"{at:%Y-%m-%d %H:%M:%S}", f"{at + timedelta(days=1):%Y-%m-%d}", *told])
        rows.writerow([998, "2015-12-03 10:00:00", "", "noise", "loud", "unspecified", "trees"])
        rows.writerow([999, "no time", "", "noise", "loud", "queens", "trees"])
        rows.writerow([1000, "2015-10-01 10:00:00", "", "noise", "loud", "bronx", "trees"])  # so November is whole
    return path


def bring_in(path: Path, tmp_path, settings):
    """As `linli import messages FILE --zone America/New_York --map text=complaint_type` does."""
    settings.DATA = tmp_path
    with path.open(newline="", encoding="utf-8") as file:
        columns = guess_columns(next(csv.reader(file))) | {"text": "complaint_type"}
    assert (columns["place"], columns["number"]) == ("borough", "unique_key")
    reading = Reading(columns, "America/New_York")
    run = begin_import(
        path=path, name=path.name, reading=reading, mode="history", source="messages", all_or_none=False, post=None,
        account=None, at=timezone.now(),
    )  # fmt: skip
    look = preview(run, reading, at=timezone.now())
    return continue_import(run, at=timezone.now()), look


def by_borough(path: Path) -> Counter:
    """How many requests of December, in this office's zone, each borough has."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [(row["borough"].lower(), row["created_date"]) for row in csv.DictReader(file) if row["borough"]]
    at = ((name, datetime.fromisoformat(when).replace(tzinfo=CITY).astimezone(SHANGHAI)) for name, when in rows
          if when[:1] == "2")  # fmt: skip
    return Counter(name for name, when in at if (when.year, when.month) == (2015, 12))


def numbers_of(snapshot) -> dict[str, float | None]:
    return {row["title_en"].lower(): row["reported"]["amount"] for row in snapshot["areas"]}


def made_report():
    rebuild()
    return reports.make_report(month=DECEMBER, render=report_files.files_of, account=None, at=timezone.now())


def test_districts_of_a_column_become_places_and_the_report_counts_by_them(city, tmp_path, settings):
    path = twin(tmp_path / "requests.csv")
    run, look = bring_in(path, tmp_path, settings)

    assert (run.status, run.taken, run.bad, look.unknown) == ("done", 54, 1, ("unspecified",))
    counts = by_borough(path)
    paths = {name: city.places[f"area {name}"].path for name in BOROUGHS}
    told = Counter(Case.objects.values_list("procedure__place__path", flat=True))
    assert {name: told[area] for name, area in paths.items()} == {
        "brooklyn": 23, "queens": 14, "manhattan": 5, "bronx": 10, "staten island": 1,
    }  # fmt: skip
    assert Case.objects.get(procedure__place=None).where == "unspecified"

    report = made_report()
    assert numbers_of(report.office) == {name: counts[name] for name in BOROUGHS} | {"": 1}
    assert numbers_of(report.public) == {
        "brooklyn": 14, "queens": 6, "manhattan": None, "bronx": None, "staten island": None, "": None
    }  # fmt: skip  # the small ones are four together, so the five go with them
    rows = {row["title_en"]: row for row in report.office["areas"]}
    assert (rows["Brooklyn"]["before"], rows["Bronx"]["before"]) == (9, 7)


def test_the_report_by_area_stands_on_the_page_in_the_workbook_and_in_the_drawing(city, tmp_path, settings, sign_in):
    bring_in(twin(tmp_path / "requests.csv"), tmp_path, settings)
    report = made_report()
    with translation.override("en"):
        told, open_to_all = shown(report, public=False), shown(report, public=True)
        book = load_workbook(BytesIO(report_files.workbook(open_to_all)))
    page = sign_in("duty_officer").get("/reports/2015-12/", headers={"accept-language": "en"}).content.decode()

    assert [table.title for table in told.tables][2:] == ["By area"]  # no estate is known, so there is no such table
    assert told.areas.headings[:4] == ["", "Reports", "Month before", "Change"]
    brooklyn = next(row for row in told.areas.rows if row[0] == "Brooklyn")
    assert brooklyn[1:3] == ["14", "9"]
    assert "Brooklyn 14 (9)" in told.by_area
    assert "Bronx 2" not in open_to_all.by_area
    assert {row[0]: row[1] for row in book["By area"].iter_rows(min_row=2, values_only=True)}["Bronx"] == "*"
    assert "<h2>By area</h2>" in page
    assert "Brooklyn 14 (9)" in page


def test_one_area_alone_gets_no_section_of_its_own(street):
    report = reports.make_report(month=DECEMBER, render=lambda _report: [], account=None, at=timezone.now())

    assert report.office["areas"] == []
    assert [table.title for table in shown(report, public=True).tables if table.title in ("By area", "按片区")] == []


def test_a_name_that_people_use_is_a_place_and_one_that_two_have_is_none(city, tmp_path, settings):
    add_alias(place=city.places["queens"], text="皇后那边", by=SETUP, at=timezone.now())
    path = tmp_path / "few.csv"
    path.write_text(
        "text,time,place\na,2015-12-01 10:00:00,皇后那边\nb,2015-12-01 10:00:00,QUEENS\nc,2015-12-01 10:00:00,1号\n",
        encoding="utf-8",
    )
    settings.DATA = tmp_path
    run = begin_import(
        path=path, name=path.name, reading=Reading({"text": "text", "time": "time", "place": "place"}), mode="live",
        all_or_none=False, at=timezone.now(),
    )  # fmt: skip
    assert continue_import(run, at=timezone.now()).taken == 3
    told = dict(Case.objects.values_list("text", "procedure__place__path"))
    assert told == {"a": city.places["queens"].path, "b": city.places["area queens"].path, "c": None}


@real
def test_real_requests_by_borough_become_a_report_that_counts_as_the_file_does(city, tmp_path, settings):
    path = some(Path(FOLDER) / "cases311" / "nyc311_2015_endofyear_no_latlon.csv", tmp_path / "city.csv")
    run, look = bring_in(path, tmp_path, settings)
    report = made_report()

    assert run.taken > SOME - 50
    assert look.unknown == ()
    counts = by_borough(path)
    assert set(counts) == set(BOROUGHS)
    assert numbers_of(report.office) == dict(counts)
    assert report.public["figures"][0]["amount"] in (None, 0)  # nobody has filed them under a class that may be shown
