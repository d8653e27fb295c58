"""The pages of figures: who reads what, each figure's list, the downloads, and what everybody may read."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.core.models import Job
from linli.insight.domain.comparing import compare
from linli.people.enums import Role
from linli.people.models import Organisation
from linli.procedures.models import Procedure
from tests.cases.conftest import statements

READERS = {
    "duty_officer", "area_lead", "committee_secretary", "department_handler", "property_manager", "project_lead",
    "auditor", "administrator",
}  # fmt: skip
MARCH = "period=month&on=2026-03-10"


@pytest.fixture
def march(street, walk, tell):
    """Seven cases of March 2026, long over: six closed, five of them in time, and one with the handler."""
    street.now = street.now.replace(month=3, day=9)
    for grade in (5, 4, 4, 3, 1):
        walk().done(grade)
    walk().done(late=True)
    walk(klass=street.klass("leak")).file().dispatch()
    tell()


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_figures_are_read_by_those_who_lead_handle_or_check(sign_in, role):
    answer = sign_in(role).get("/figures/")

    assert answer.status_code == (200 if role in READERS else 403)


def links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="(/figures/list/\?[^"]+)"', page)]


def listed(client: Client, link: str) -> int:
    """How many cases a list really holds, page after page."""
    number, after = 0, ""
    while True:
        page = client.get(link + after).content.decode()
        number += len(re.findall(r'<th scope="row"><a href="/case/', page))
        more = re.search(r'rel="next" href="\?[^"]*after=([^"&]+)', page)
        if more is None:
            return number
        after = f"&after={unescape(more[1])}"


@pytest.mark.parametrize("role", ["duty_officer", "property_manager", "committee_secretary"])
def test_each_link_opens_a_list_of_as_many_cases_as_it_says(march, sign_in, role):
    client = sign_in(role)
    page = client.get(f"/figures/?{MARCH}&by=place").content.decode()
    found = links(page)

    assert len(found) > 25
    for link in dict.fromkeys(found):
        said = re.search(r'<h1>.*<span class="count-of">(\d+)</span>', client.get(link).content.decode())
        assert said is not None
        assert listed(client, link) == int(said[1]), link
    shares = re.findall(r'<a href="([^"]+)">(\d+)</a> of <a href="([^"]+)">(\d+)</a>', page)
    assert shares
    for above, number, below, n in shares:
        assert (listed(client, unescape(above)), listed(client, unescape(below))) == (int(number), int(n))


def test_a_page_says_value_n_course_and_definition_in_words(march, sign_in):
    page = sign_in("duty_officer").get(f"/figures/?{MARCH}").content.decode()
    plain = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))

    assert "Closed in time 71 % open the cases 5 of 7" in plain
    assert "Closing rate 86 % open the cases 6 of 7" in plain
    assert "Satisfied 80 % open the cases 4 of 5" in plain
    assert "Counted: 1 – 31 Mar 2026, as the cases stand now." in plain
    assert "Before: 1 – 28 Feb 2026. A year before: 1 – 31 Mar 2025." in plain
    assert "those that are closed and whose work, as it was accepted, was handed in before the limit ended" in plain


def test_a_running_period_says_so_and_compares_as_many_days(walk, street, tell, sign_in):
    street.now = timezone.now() - timedelta(hours=60)
    walk().file()
    tell()
    page = sign_in("duty_officer").get("/figures/?period=year").content.decode()

    assert "The period is not over" in page
    assert 'rel="next"' not in page


def test_fewer_than_five_cases_are_not_judged(street, walk, tell, sign_in):
    for _ in range(3):
        walk().done(5)
    tell()
    page = sign_in("duty_officer").get("/figures/?period=month&on=2026-11-23").content.decode()

    assert page.count("fewer than five cases") >= 8
    assert "%" not in re.sub(r"<[^>]+>", "", page.split("figure-grid", 1)[1].split('id="table"')[0])


def test_posts_are_shown_by_workload_alone_and_for_whole_months_only(march, sign_in):
    client = sign_in("duty_officer")
    month = client.get(f"/figures/?{MARCH}&by=post").content.decode()
    week = client.get("/figures/?period=week&on=2026-03-10&by=post").content.decode()
    table = month.split('class="table figure-table"')[1]

    assert re.findall(r'<th scope="col" class="number">([^<]+)', table) == ["Cases due", "Handling rate"]
    assert "六村物业经理" in table
    assert "shown for whole months only" in week
    assert "figure-table" not in week


def test_a_department_reads_of_its_own_cases_alone(march, street, walk, tell, sign_in):
    for _ in range(6):
        walk(klass=street.klass("illegal_building")).file().dispatch(to="department_handler")
    tell()
    page = sign_in("department_handler").get(f"/figures/?{MARCH}&by=klass").content.decode()

    assert "Illegal" in page.split("figure-table")[1]
    assert "Lighting" not in page.split("figure-table")[1]


def test_a_sealed_case_is_counted_for_the_posts_it_is_given_to_and_for_nobody_else(march, street, walk, tell, sign_in):
    sealed = walk().file().dispatch().case
    Procedure.objects.filter(pk=sealed.pk).update(sealed=True)
    tell()

    def due(role: str) -> int:
        return listed(sign_in(role), f"/figures/list/?{MARCH}&measure=due")

    assert {role: due(role) for role in ("property_manager", "committee_secretary", "auditor")} == {
        "property_manager": 8, "committee_secretary": 7, "auditor": 7,
    }  # fmt: skip


def test_what_does_not_fit_in_an_address_counts_as_not_asked(march, sign_in):
    client = sign_in("duty_officer")
    for query in (
        "period=century", "on=yesterday", "klass=none", "place=zzzz", "organisation=x", "organisation=999999",
        "by=person", "period=free&on=2026-03-10&last=1999-01-01", "on=9999-12-31", "on=0001-01-01",
        "period=free&on=2024-02-29",
    ):  # fmt: skip
        assert client.get(f"/figures/?{query}").status_code == 200, query
        assert client.get(f"/figures/list/?{query}&measure=person&after=nonsense").status_code == 200, query


def test_the_downloads_hold_what_the_page_shows_and_no_formula(march, street, sign_in):
    Organisation.objects.filter(pk=street.posts["property_manager"].organisation_id).update(
        name="=HYPERLINK(evil)", name_en="=HYPERLINK(evil)"
    )
    client = sign_in("duty_officer")
    text = client.get(f"/figures/figures.csv?{MARCH}&by=organisation").content.decode("utf-8-sig")
    book = load_workbook(BytesIO(client.get(f"/figures/figures.xlsx?{MARCH}&by=organisation").content))

    rows = list(csv.reader(StringIO(text)))
    assert rows[0] == ["of", "figure", "value", "numerator", "n", "period"]
    assert ["all", "Closed in time", "0.7143", "5", "7", "1 – 31 Mar 2026"] in rows
    assert ["'=HYPERLINK(evil)", "Closed in time", "0.7143", "5", "7", "1 – 31 Mar 2026"] in rows
    sheet = list(book["Figures"].iter_rows(values_only=True))
    assert [["" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row] for row in
            sheet] == [[cell.removesuffix(".0") for cell in row] for row in rows]  # fmt: skip
    assert {cell.data_type for row in book["Figures"].iter_rows() for cell in row} <= {"s", "n"}
    assert len(list(book["Definitions"].iter_rows())) == 14


def test_the_public_page_shows_whole_months_of_what_may_be_public(march, street, walk, tell):
    CaseClass.objects.filter(code="leak").update(publicity=Publicity.NEVER)
    visitor = Client(headers={"accept-language": "en"})
    page = visitor.get("/figures/public/?month=2026-03-01").content.decode()
    table = page.split('<table class="table">')[1].split("</table>")[0]

    assert "Lighting" in table
    assert "Leak" not in table
    shown = re.findall(r'<p class="stat-value">([^<]+)</p>', page.replace("\u00a0", " "))
    assert shown == ["6", "100 %", "83 %", "0 %", "80 %"]
    assert "/figures/list/" not in page
    now = timezone.localdate().replace(day=1).isoformat()
    assert f'value="{now}"' not in page
    assert visitor.get(f"/figures/public/?month={now}&by=post").status_code == 200


def test_the_administrator_reads_what_the_last_comparison_found_and_asks_for_another(march, street, sign_in):
    client = sign_in("administrator")
    assert "Nothing was compared yet" in client.get("/figures/check/").content.decode()

    client.post("/figures/check/now/")
    client.post("/figures/check/now/")
    compare(at=timezone.now())

    assert Job.objects.filter(name="insight.compare_now").count() == 1
    assert "all of it fits" in client.get("/figures/check/").content.decode()
    assert sign_in("auditor").get("/figures/check/").status_code == 403


def test_a_page_costs_the_same_statements_over_seven_cases_and_over_nine(march, street, walk, tell, sign_in):
    client = sign_in("duty_officer")
    paths = [f"/figures/?{MARCH}&by={by}" for by in ("klass", "place", "organisation", "post")]
    paths += [f"/figures/list/?{MARCH}&measure=due", "/figures/public/?month=2026-03-01"]
    first = [statements(client, path) for path in paths]
    walk(klass=street.klass("waste")).done(3)
    walk(klass=street.klass("facility")).done()
    tell()

    assert [statements(client, path) for path in paths] == first
    assert max(first) <= 20
