"""The pages of indicators: who reads and writes what, links that list as many, what everybody may read."""

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from linli.insight.domain.indicators import INDICATORS, has_list
from linli.insight.domain.looking import look
from linli.insight.domain.sources_apps import ROWS as APPS  # each lies in a table of its own
from linli.people.enums import Role
from tests.cases.conftest import statements

READERS = {
    "duty_officer", "area_lead", "committee_secretary", "department_handler", "property_manager", "project_lead",
    "auditor", "administrator",
}  # fmt: skip
WRITERS = {"duty_officer", "area_lead", "committee_secretary", "administrator"}
HEADING = "indicator,from,to,value,counted,of,source,source_date,said_by,reason\n"


@pytest.fixture
def march(street, walk, tell):
    """Seven reports of Mar 2026: five about parking, one of them late, and two about lights."""
    street.now = street.now.replace(month=3, day=9)
    for grade in (5, 4, 4, 3):
        walk(klass=street.klass("parking")).done(grade)
    walk(klass=street.klass("parking")).done(1, late=True)
    walk().done(4)
    walk().file().dispatch()
    tell()


def plain(answer) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_who_reads_and_who_hands_in(sign_in, role):
    client = sign_in(role)

    assert client.get("/indicators/").status_code == (200 if role in READERS else 403)
    assert client.get("/indicators/enter/").status_code == (200 if role in WRITERS else 403)
    assert client.get("/indicators/new/").status_code == (200 if role == "administrator" else 403)


def test_the_overview_says_value_comparison_definition_and_what_is_not_computed(march, sign_in):
    page = plain(sign_in("duty_officer").get("/indicators/?on=2026-03-01"))

    assert "Reports of the five disorders 5 open what is counted Mar 2026" in page
    assert "Closed in time 71 % open what is counted Mar 2026 · 5 of 7" in page
    assert "few: by chance alone between 36 % and 92 %" in page
    assert "Not yet computed Patrol, person-times · Renewal projects accepted" in page
    assert "Formula counted ÷ all of them" in page


def test_each_link_opens_a_list_of_as_many(march, sign_in):
    client = sign_in("duty_officer")
    page = client.get("/indicators/?on=2026-03-01").content.decode()
    links = {unescape(link) for link in re.findall(r'href="(/indicators/[a-z_]+/list/\?[^"]+)"', page)}
    told = dict(re.findall(r'<a href="(/indicators/[a-z_]+/list/\?[^"]+)">(\d+)</a>', page))

    assert len(links) >= 20
    for link in links:
        answer = client.get(link).content.decode()
        said = re.search(r'<span class="count-of">(\d+)</span>', answer)
        rows = len(re.findall(r'<th scope="row"><a href="/case/', answer))
        assert said is not None
        assert rows == int(said[1]), link
    for link, number in told.items():
        answer = client.get(unescape(link)).content.decode()
        assert f'<span class="count-of">{number}</span>' in answer


@pytest.mark.parametrize("code", [each.code for each in INDICATORS])
def test_every_indicator_has_its_page(march, sign_in, code):
    client = sign_in("area_lead")
    answer = client.get(f"/indicators/{code}/")

    assert answer.status_code == 200
    assert "as delivered" in answer.content.decode()
    assert client.get(f"/indicators/{code}/course.csv").status_code == 200


@pytest.mark.parametrize("code", ["premises", "petitions"])
def test_rows_of_another_app_and_numbers_handed_in_have_no_list(sign_in, code):
    asked = next(each for each in INDICATORS if each.code == code)

    answer = sign_in("duty_officer").get(f"/indicators/{code}/list/?part=above&period=month&on=2026-03-01")

    assert answer.status_code == 404
    assert not has_list(asked)


def test_pages_cost_a_fixed_number_of_statements(march, street, sign_in):
    client = sign_in("duty_officer")
    look(at=timezone.now())

    assert statements(client, "/indicators/?on=2026-03-01") <= 12 + len(APPS)
    assert statements(client, "/indicators/in_time/") <= 12
    assert statements(client, "/indicators/public/") <= 12
    assert statements(client, "/indicators/reviews/") <= 12


def test_everybody_reads_rows_with_a_figure_and_by_name_alone_what_has_none(march):
    page = Client(headers={"accept-language": "en"}).get("/indicators/public/").content.decode()

    tables, _line, names = page.partition("No figure yet:")
    rows = re.findall(r'<th scope="row">(.*?)\n.*?</th>(.*?)</tr>', tables, re.DOTALL)
    numbers = {label: re.findall(r'class="number[^>]*>([^ <]+)', cells) for label, cells in rows}
    assert numbers == {"Reports of the five disorders": ["0", "0", "–"], "Reports received": ["0", "0", "–"]}
    assert "Closed in time · Satisfied · Residents who feel happy here" in names
