"""The desk and the list of all cases: order, filters, search, pages, cost; the grid worker's phone."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from linli.cases.domain.desk import CaseRow, Filters, desk, listed
from linli.cases.domain.heaps import SHOWN, count_heaps
from linli.cases.enums import Source
from linli.cases.jobs import index
from linli.cases.models import Case
from linli.core.models import File, Outbox
from linli.people.actors import Viewer
from linli.procedures.models import Procedure
from tests.procedures.test_pages import ROLES

WHO = {
    "/desk/": {"duty_officer", "area_lead"},
    "/cases/all/": {
        "duty_officer", "area_lead", "grid_worker", "property_manager", "committee_secretary", "auditor",
        "administrator",
    },
    "/grid/": {"grid_worker"},
    "/grid/report/": {"grid_worker"},
}  # fmt: skip


@pytest.fixture
def officer(street) -> Viewer:
    return Viewer(posts=(street.posts["duty_officer"],), account=street.accounts["duty_officer"])


def numbers(rows: list[CaseRow]) -> list[str]:
    return [row.number for row in rows]


@pytest.mark.parametrize("url", list(WHO))
def test_a_page_opens_to_whom_it_concerns_and_to_nobody_else(sign_in, url):
    assert {role for role in ROLES if sign_in(role).get(url).status_code == 200} == WHO[url]


# --- order, filters, pages


def test_what_is_due_first_stands_on_top_and_what_has_no_date_last(report, officer):
    made = [report().case.procedure for _ in range(3)]
    dues = (timezone.now() + timedelta(hours=2), None, timezone.now() - timedelta(hours=2))
    for procedure, due in zip(made, dues, strict=True):
        Procedure.objects.filter(pk=procedure.pk).update(due=due)

    assert numbers(desk(officer, Filters()).rows) == [made[2].number, made[0].number, made[1].number]


def test_every_case_of_the_desk_is_reached_once_page_by_page(report, officer, street):
    made = [report().case.procedure for _ in range(7)]
    for number, procedure in enumerate(made):
        due = None if number > 3 else street.now + timedelta(hours=number // 2)  # two are due at one instant
        Procedure.objects.filter(pk=procedure.pk).update(due=due)

    for size in (1, 2, 3, 4, 5, 8):
        seen, after = [], None
        while True:
            page = desk(officer, Filters(), after=after, size=size)
            seen += numbers(page.rows)
            if not (after := page.after):
                break
        assert sorted(seen) == sorted(procedure.number for procedure in made), size


def test_every_case_of_the_list_is_reached_once_the_newest_first(report, officer, street):
    made = [report(at=street.now + timedelta(minutes=minute // 2)).case.procedure for minute in range(5)]

    seen, after = [], None
    while True:
        page = listed(officer, Filters(), after=after, size=2)
        seen += page.rows
        if not (after := page.after):
            break

    assert sorted(numbers(seen)) == sorted(procedure.number for procedure in made)
    assert [row.opened for row in seen] == sorted((row.opened for row in seen), reverse=True)


def test_counts_and_tabs_agree(case_in, report, officer, street):
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    stands = [
        ("received", midnight, None),  # until the end of today
        ("received", midnight + timedelta(seconds=1), None),
        ("handling", now - timedelta(seconds=1), None),  # late
        ("handling", midnight + timedelta(days=2), now - timedelta(hours=1)),  # soon
        ("closed", now - timedelta(days=1), None),
    ]
    for state, due, amber in stands:
        Procedure.objects.filter(pk=case_in(state).pk).update(due=due, amber=amber)

    case_in("dispatched")
    Procedure.objects.filter(state="dispatched").update(due=now - timedelta(minutes=1))
    since = street.now - timedelta(minutes=1)

    heaps = count_heaps(officer, now, since)

    assert {name: heaps.count(name) for name in SHOWN} == {
        "": 5, "waiting": 2, "untaken": 1, "late": 2, "soon": 1, "today": 1, "shift": 5, "alarm": 2,
    }  # fmt: skip
    for name in SHOWN:
        assert len(desk(officer, Filters(show=name, at=now, shift=since)).rows) == heaps.count(name)


def test_a_list_is_narrowed_by_state_class_place_and_words(case_in, officer, street):
    lamp = case_in("filed", text="三楼楼道灯不亮").procedure
    lift = case_in("received", klass=street.klass("facility"), text="电梯停在五楼", place=street.places["building_15"])
    for message in Outbox.objects.all():
        if message.topic in ("case.opened", "case.file"):
            index(message)

    def found(**narrowed: str) -> list[str]:
        return numbers(listed(officer, Filters(**narrowed)).rows)

    assert found(state="filed") == [lamp.number]
    assert found(klass="facility") == [lift.procedure.number]
    assert found(place=street.places["building_15"].path) == [lift.procedure.number]
    assert found(words="电梯") == [lift.procedure.number]
    assert found(words=lamp.number.lower()) == [lamp.number]
    assert found(words="没有这样的词") == []


def test_the_page_takes_filters_that_nobody_offers_for_none(sign_in, report):
    number = report().case.procedure.number
    client = sign_in("duty_officer")

    for url in ("/desk/", "/cases/all/"):
        for query in ("state=x&klass=y&place=z&show=w", "after=~", "after=~x", "after=2026~1", "words=%27%22%2A"):
            assert client.get(f"{url}?{query}").status_code == 200, query
        assert number in client.get(f"{url}?state=nonsense").content.decode()


def test_a_number_in_the_search_opens_the_case(sign_in, report):
    number = report().case.procedure.number

    answer = sign_in("duty_officer").get("/desk/", {"words": f" {number[:4]}-{number[4:].lower()} "})

    assert (answer.status_code, answer.url) == (302, f"/case/{number}/")


def test_text_of_a_report_is_escaped_in_a_list(sign_in, report):
    report(text="<script>alert(1)</script>")

    page = sign_in("duty_officer").get("/desk/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_case_without_a_known_place_says_so(sign_in, report):
    report(place=None, lon=121.0, lat=31.0)

    assert "place not known" in sign_in("duty_officer").get("/desk/").content.decode()


def test_a_desk_without_work_says_so_calmly(sign_in, street):
    page = sign_in("duty_officer").get("/desk/?show=late").content.decode()

    assert "Nothing is overdue." in page


# --- who sees what


def test_lists_hold_only_what_the_post_may_see(street, case_in, report):
    case_in("dispatched", place=street.places["building_15"])
    sealed = report().case
    Procedure.objects.filter(pk=sealed.pk).update(sealed=True)

    seen = {
        role: len(listed(Viewer(posts=(street.posts[role],)), Filters()).rows)
        for role in ("duty_officer", "grid_worker", "grid_worker_2", "mediator", "outsider")
    }

    # The sealed one is the desk's own, by its assignment.
    assert seen == {"duty_officer": 2, "grid_worker": 0, "grid_worker_2": 1, "mediator": 0, "outsider": 0}


# --- cost


def test_three_rows_cost_what_one_costs(sign_in, report, officer):
    report()
    costs = []
    for _round in (1, 3):
        with CaptureQueriesContext(connection) as counted:
            desk(officer, Filters(), size=1)
            listed(officer, Filters())
            count_heaps(officer, timezone.now(), None)
        costs.append(len(counted))
        report()
        report()

    assert costs == [4, 3]  # with one row alone the desk also looks for what has no date


@pytest.mark.parametrize(("url", "most"), [("/cases/all/", 5), ("/desk/", 8)])
def test_a_page_of_rows_costs_few_statements(sign_in, report, url, most):
    for _ in range(3):
        report()
    client = sign_in("duty_officer")
    client.get(url)

    with CaptureQueriesContext(connection) as counted:
        client.get(url)

    assert len(counted) <= most, [query["sql"][:90] for query in counted]


# --- the grid worker


def picture() -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (64, 48), "#0b6e63").save(drawn, "PNG")
    return SimpleUploadedFile("seen.png", drawn.getvalue(), "image/png")


def test_the_cell_shows_what_is_to_be_verified_first_and_only_what_is_here(sign_in, case_in, street):
    mine, open_here = case_in("handled"), case_in("received")
    elsewhere = case_in("received", place=street.places["building_15"])

    page = sign_in("grid_worker").get("/grid/").content.decode()

    assert page.index(mine.procedure.number) < page.index("Also open here") < page.index(open_here.procedure.number)
    assert elsewhere.procedure.number not in page
    assert 'data-lon="121.43' in page


def test_a_grid_worker_reports_from_here_once(sign_in, street):
    client, place = sign_in("grid_worker"), street.places["building"].path
    given = {"text": "Wires hang down.", "place": place, "klass": "charging", "action": str(uuid4())}

    answers = [client.post("/grid/report/", {**given, "photos": picture()}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    case = Case.objects.get()
    assert (case.source, case.text, case.klass.code) == (Source.GRID_WORKER, "Wires hang down.", "charging")
    assert (case.procedure.place, case.procedure.cell) == (street.places["building"], street.places["cell_01"])
    assert File.objects.filter(procedure=case.pk).count() == 1
    assert client.get(answers[0].url).status_code == 200


@pytest.mark.parametrize("changed", [{"text": ""}, {"place": "zzzz"}, {"photos": SimpleUploadedFile("x.png", b"no")}])
def test_a_report_from_here_that_cannot_be_taken_is_asked_for_again(sign_in, street, changed):
    given = {"text": "x", "place": street.places["building"].path, "klass": "", "action": str(uuid4())}

    answer = sign_in("grid_worker").post("/grid/report/", {**given, **changed})

    assert (answer.status_code, Case.objects.count()) == (422, 0)


def test_a_building_of_another_cell_is_not_offered(sign_in, street):
    page = sign_in("grid_worker").get("/grid/report/").content.decode()

    assert street.places["building"].path in page
    assert street.places["building_15"].path not in page
