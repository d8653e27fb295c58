"""A report of service requests that nobody here wrote: Baltimore 2018, by the importer that an office uses.

It is read from the folder that LINLI_REAL_DATA names; without it only a file of the same kind, made here, is read.
"""

import csv
import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from linli.cases.domain.importing import begin_import, continue_import
from linli.cases.domain.rows import Reading
from linli.insight.domain import reports
from linli.insight.domain.comparing import rebuild
from linli.insight.models import Report

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")
COLUMNS = {"text": "SRType", "time": "CreatedDate", "number": "SRRecordID", "lon": "Longitude", "lat": "Latitude"}
BALTIMORE, SHANGHAI = ZoneInfo("America/New_York"), ZoneInfo("Asia/Shanghai")
SOME = 1500  # rows of the real file; each becomes a case with its story


def twin(path: Path) -> Path:
    """A year of requests with the same dirt: a point far away, a time that is none, a row twice."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS.values())
        for number in range(80):
            at = datetime(2018, 1, 3, 8, tzinfo=UTC) + timedelta(days=4 * number)
            rows.writerow([f"HCD-Vacant {number % 7}", f"{at:%Y-%m-%d %H:%M:%S}", f"18-{number}", -76.6, 39.3])
        rows.writerow(["TRT-Signal", "not a time", "18-x", -76.6, 39.3])
        rows.writerow(["HCD-Vacant 0", "2018-01-03 08:00:00", "18-0", -76.6, 39.3])
    return path


def some(path: Path, into: Path) -> Path:
    with path.open(newline="", encoding="utf-8") as file, into.open("w", newline="", encoding="utf-8") as out:
        out.writelines(islice(file, SOME + 1))
    return into


def by_month(path: Path) -> Counter:
    """How many requests each month has, in this office's zone; a number that stands twice counts once."""
    found: dict[str, datetime] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            try:
                at = datetime.strptime(row["CreatedDate"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BALTIMORE)
            except ValueError:
                continue
            found.setdefault(row["SRRecordID"], at.astimezone(SHANGHAI))
    return Counter(at.date().replace(day=1) for at in found.values())


def report_of(path: Path, month: date, tmp_path: Path, settings) -> Report:
    settings.DATA = tmp_path
    run = begin_import(
        path=path, name=path.name, reading=Reading(COLUMNS, "America/New_York"), mode="history", source="messages",
        all_or_none=False, post=None, account=None, at=timezone.now(),
    )  # fmt: skip
    assert continue_import(run, at=timezone.now()).status == "done"
    rebuild()
    return reports.make_report(month=month, render=lambda _report: [], account=None, at=timezone.now())


def held_to(report: Report, path: Path) -> None:
    """The report's course is what the file holds, month by month; fewer than five are not said."""
    counts = by_month(path)
    for point in report.office["course"]:
        number = counts[date.fromisoformat(point["month"])]
        assert point["reported"] == (None if 0 < number < 5 else number), point
    assert len(report.office["course"]) >= 6
    assert report.public["figures"][0]["amount"] in (None, 0)  # nobody has filed them under a class that may be shown


def test_requests_of_another_kind_become_a_report_that_counts_as_the_file_does(street, tmp_path, settings):
    path = twin(tmp_path / "requests.csv")

    held_to(report_of(path, date(2018, 10, 1), tmp_path, settings), path)


@real
def test_real_requests_become_a_report_that_counts_as_the_file_does(street, tmp_path, settings):
    path = some(Path(FOLDER) / "cases311" / "baltimore311_2018_sample.csv", tmp_path / "baltimore.csv")

    held_to(report_of(path, date(2018, 10, 1), tmp_path, settings), path)
