"""Monthly reports: gathered once and kept, said in words, as page and files; what everybody reads; open data."""

import csv
import json
import re
from datetime import date, datetime
from html import unescape
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation
from openpyxl import load_workbook

from linli.core import typeset
from linli.core.errors import Invalid, NotFound
from linli.core.jobs import work_once
from linli.core.models import Job
from linli.insight import report_files, report_words
from linli.insight.domain import reports
from linli.insight.models import Report
from linli.insight.report_shown import Table, shown
from linli.people.enums import Role
from linli.people.models import AdminAct

READERS = {"duty_officer", "area_lead", "committee_secretary", "project_lead", "auditor", "administrator"}
MARCH = date(2026, 3, 1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def spring(street, walk, report, tell):
    """From September 2025 to March 2026: five reports of lights a month and one of a leak; in March more lights."""
    for month in [date(2025, month, 1) for month in range(9, 13)] + [date(2026, month, 1) for month in (1, 2, 3)]:
        for number in range(15 if month == MARCH else 5):
            at = datetime(month.year, month.month, 1 + number, 10, tzinfo=SHANGHAI)
            report(at=at, place=street.places["estate"])
        report(klass=street.klass("leak"), at=datetime(month.year, month.month, 9, tzinfo=SHANGHAI))
    street.now = datetime(2026, 3, 9, 10, tzinfo=SHANGHAI)
    for grade in (5, 4, 3, 3, 1):
        walk().done(grade)
    tell()


def make(render=lambda _report: []) -> Report:
    return reports.make_report(month=MARCH, render=render, account=None, at=timezone.now())


@pytest.fixture
def made(spring):
    """The report of March, without files."""
    return make()


@pytest.fixture
def filed(spring):
    """The report of March with its files."""
    return make(report_files.files_of)


def row(snapshot: dict, part: str, key: str) -> dict:
    return next(each for each in snapshot[part] if each["key"] == key)


def test_a_report_is_gathered_from_what_was_counted_and_compared_with_what_is_usual(made):
    figures = {each["name"]: each for each in made.office["figures"]}
    lights, leak = row(made.office, "classes", "lighting"), row(made.office, "classes", "leak")

    assert (figures["reported"]["amount"], figures["reported"]["before"]) == (21, 6)
    assert (figures["satisfaction"]["amount"], figures["satisfaction"]["n"]) == (0.8, 5)
    assert (lights["reported"]["amount"], lights["before"], lights["side"]) == (20, 5, 1)
    assert (leak["reported"]["amount"], leak["before"], leak["side"]) == (1, 1, 0)
    assert [each["kind"] for each in lights["why"]] == ["place"]
    assert len(made.office["course"]) == 7


def test_everybody_reads_no_number_below_five_nor_what_gives_one_away(made):
    lights, leak = row(made.public, "classes", "lighting"), row(made.public, "classes", "leak")

    assert leak["reported"] == {"amount": None, "n": None, "few": True}
    assert lights["reported"]["few"]  # the whole less the lights would say the leak
    assert made.public["figures"][0]["amount"] == 21
    reasons = [why["kind"] for part in ("classes", "estates") for each in made.public[part] for why in each["why"]]
    assert "place" not in reasons


def test_its_figures_do_not_change_when_the_cases_do(made, walk, street, tell):
    before = json.loads(json.dumps(made.office))
    street.now = datetime(2026, 3, 20, 10, tzinfo=SHANGHAI)
    walk().done(5)
    tell()
    second = make()

    assert Report.objects.get(pk=made.pk).office == before
    assert (second.version, second.office["figures"][0]["amount"]) == (2, 22)
    assert reports.report_of(MARCH).version == 2
    assert reports.report_of(MARCH, 1).office == before


def test_a_month_that_is_not_over_has_no_report(spring):
    with pytest.raises(Invalid):
        reports.make_report(
            month=timezone.localdate().replace(day=1), render=lambda _r: [], account=None, at=timezone.now()
        )
    with pytest.raises(NotFound):
        reports.report_of(MARCH)


def test_the_text_says_what_changed_and_claims_no_cause(made):
    with translation.override("en"):
        said = report_words.paragraphs(made.office)

    assert said[0] == ("21 reports came in, 15 more than in the month before. That is above what is usual (0 – 14).")
    assert said[1].startswith("Closed in time: 100\u00a0% of 5; the month before")
    assert any(
        line.startswith("Lighting: 20 reports, above what is usual")
        and "Most of the rise lies in Leshan Estate 6 (15 of 15)." in line
        for line in said
    )
    assert not any(word in " ".join(said) for word in ("because of", "thanks to", "caused"))


def test_the_report_of_last_month_is_made_once_by_itself(spring):
    last = reports.periods.months_on(timezone.localdate().replace(day=1), -1)
    assert reports.first_whole_month() == date(2025, 9, 1)

    Job.objects.all().delete()
    reports.jobs.enqueue("insight.reports", at=timezone.now())
    assert work_once()
    reports.jobs.enqueue("insight.reports", at=timezone.now())
    assert work_once()

    assert list(Report.objects.values_list("month", "version")) == [(last, 1)]


def test_whoever_asks_gets_a_version_and_a_line_in_the_log(spring, sign_in, street):
    Job.objects.all().delete()
    client = sign_in("duty_officer")
    assert client.post("/reports/new/", {"month": "2026-03"}).status_code == 302
    assert client.post("/reports/new/", {"month": "2999-01"}).status_code == 422
    assert client.post("/reports/new/", {"month": "x"}).status_code == 422
    while work_once():
        pass

    found = Report.objects.get()
    assert (found.month, found.made_by) == (MARCH, street.accounts["duty_officer"])
    assert AdminAct.objects.filter(what="report_asked").values_list("target", flat=True).get() == "2026-03"


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_reports_of_the_office_are_read_by_these_posts(sign_in, role, db):
    client = sign_in(role)
    expected = 200 if role in READERS else 403

    assert client.get("/reports/").status_code == expected
    assert client.get("/reports/2026-3/").status_code == (404 if role in READERS else 403)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_the_page_shows_text_drawings_tables_and_what_everybody_reads(made, sign_in):
    client = sign_in("committee_secretary")
    page = client.get("/reports/2026-3/").content.decode()
    public = Client(headers={"accept-language": "en"}).get("/reports/public/2026-3/").content.decode()

    assert "Monthly report Mar 2026" in plain(page)
    assert "Its figures do not change later." in plain(page)
    assert page.count("<svg") >= 2
    assert 'aria-label="Reports by month: 6, 6, 6, 6, 6, 6, 21"' in page
    assert "Most of the rise lies in" in page
    assert "Most of the rise lies in" not in public
    assert "Leaking water" in page
    assert re.search(r"Leaking water</th><td[^>]*>\*</td>", public)
    for wrong in ("/reports/public/2026-13/", "/reports/public/2026-4/", "/reports/public/2026-3/9/"):
        assert Client().get(wrong).status_code == 404


def test_a_newer_version_is_pointed_at(made, sign_in):
    make()
    client = sign_in("auditor")

    assert "There is a newer version." in client.get("/reports/2026-3/1/").content.decode()
    assert "There is a newer version." not in client.get("/reports/2026-3/").content.decode()


def test_a_workbook_holds_the_same_numbers_as_numbers_and_no_formula(filed):
    content = reports.file_of(filed, public=False, language="en", kind="xlsx").content
    book = load_workbook(BytesIO(bytes(content)))

    assert book.sheetnames == [
        "Report", "The month in figures", "By kind of report", "By estate", "Actions", "Definitions"
    ]  # fmt: skip
    assert [cell.value for cell in book["By kind of report"][2]][:3] == ["Lighting", 20, 5]
    assert not any(cell.data_type == "f" for sheet in book for line in sheet for cell in line)


@pytest.mark.skipif(not typeset.can_typeset(), reason="typst or a typeface with Chinese characters is missing")
def test_a_pdf_is_made_in_both_languages_with_its_typeface_inside(filed):
    kinds = reports.kinds_of(filed, public=True)
    content = bytes(reports.file_of(filed, public=True, language="zh-hans", kind="pdf").content)

    assert kinds == {(language, kind) for language in ("zh-hans", "en") for kind in ("pdf", "xlsx")}
    assert content.startswith(b"%PDF-")
    assert b"/FontFile" in content
    assert b"NotoSans" in content or b"SourceHan" in content


@pytest.mark.skipif(not typeset.can_typeset(), reason="typst or a typeface with Chinese characters is missing")
def test_what_somebody_wrote_is_never_markup_of_the_pdf(made):
    made.office["classes"][0]["title"] = made.office["classes"][0]["title_en"] = '#panic("x") *a* $b$ @c <d> [e'
    with translation.override("en"):
        assert report_files.pdf(shown(made, public=False)).startswith(b"%PDF-")


def test_without_typst_the_page_says_in_one_line_how_to_get_it(made, sign_in, monkeypatch):
    monkeypatch.setattr(typeset, "FAMILIES", ("A typeface that nobody has",))
    typeset.typeface.cache_clear()
    try:
        page = sign_in("duty_officer").get("/reports/2026-3/").content.decode()
        assert {each["kind"] for each in report_files.files_of(made)} == {"xlsx"}
    finally:
        typeset.typeface.cache_clear()

    assert "Until then, print this page." in page


def test_files_are_saved_by_their_names_and_only_where_they_are(filed, sign_in):
    visitor = Client()
    answer = visitor.get("/reports/public/2026-3/1/en.xlsx")

    assert answer["Content-Disposition"] == 'attachment; filename="report-public-2026-03-v1-en.xlsx"'
    assert visitor.get("/reports/2026-3/1/en.xlsx").status_code == 302
    assert sign_in("auditor").get("/reports/2026-3/1/en.xlsx").status_code == 200
    for wrong in ("1/en.docx", "1/fr.xlsx", "7/en.xlsx"):
        assert visitor.get(f"/reports/public/2026-3/{wrong}").status_code == 404


def read(file: str) -> list[dict[str, str]]:
    answer = Client().get(f"/reports/open-data/{file}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_open_data_hold_what_the_public_reports_say(made):
    months = {each["figure"]: each for each in read("months.csv")}
    classes = {each["class"]: each for each in read("classes.csv")}

    assert months["reported"] == {
        "month": "2026-03", "version": "1", "figure": "reported", "value": "21", "hidden": "0", "n": "21"
    }  # fmt: skip
    assert (classes["leak"]["reported"], classes["leak"]["reported_hidden"]) == ("", "1")
    assert {each["estate"] for each in read("estates.csv")} >= {""} or read("estates.csv")


def test_the_dictionary_names_every_column_of_every_file_and_its_licence(made):
    client = Client(headers={"accept-language": "en"})
    package = client.get("/reports/open-data/datapackage.json").json()

    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert {each["path"].rsplit("/", 1)[-1] for each in package["resources"]} == {
        "places.geojson", "devices.geojson", "months.csv", "classes.csv", "areas.csv", "estates.csv",
        "indicators.csv",
    }  # fmt: skip
    for each in package["resources"]:
        answer = client.get(each["path"])
        assert answer.status_code == 200
        assert answer["Access-Control-Allow-Origin"] == "*"
        fields = [field["name"] for field in each["schema"]["fields"]]
        if each["format"] == "csv":
            heading = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]
            assert heading.split(",") == fields
    assert client.get("/reports/open-data/people.csv").status_code == 404


def test_open_places_end_with_the_building_and_hold_no_figures(street):
    found = Client().get("/reports/open-data/places.geojson").json()["features"]

    assert {each["properties"]["kind"] for each in found} == {"area", "committee", "cell", "estate", "building"}
    assert all(set(each["properties"]) == {"kind", "name", "name_en", "code", "parent"} for each in found)


def test_the_page_of_open_data_says_what_each_column_means(db, street):
    page = plain(Client(headers={"accept-language": "en"}).get("/reports/open-data/").content.decode())

    assert "CC-BY-4.0" in page
    assert "1 where the number is hidden: one to four, or what would give such a one away" in page


def test_a_long_table_shows_five_rows_at_once_and_a_short_or_a_needed_one_all():
    rows = [[str(number), "1"] for number in range(9)]
    parts = [
        (len(table.first), len(table.rest))
        for table in (Table("", ["", "n"], rows, []), Table("", ["", "n"], rows[:7], []),
                      Table("", ["", "n"], rows, [], whole=True))
    ]  # fmt: skip

    assert parts == [(5, 4), (7, 0), (9, 0)]
