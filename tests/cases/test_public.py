"""What anybody may see of cases, and what nobody may."""

from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from django.utils.timezone import now

from linli.cases.domain.catalogue import CLASSES
from linli.cases.domain.closing import release_case, void_case
from linli.cases.domain.queries import public_list
from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.core.models import File
from linli.places.domain.tree import create_place
from linli.places.models import Kind
from linli.procedures.models import Exclusion, Procedure
from tests.cases.conftest import statements

SECRET = "三楼张家门口"


def numbers(response) -> list[str]:
    return [row.number for row in response.context["rows"]]


def test_the_first_page_leads_to_everything_a_resident_does(street, case_in, visitor):
    case = case_in("handling")
    page = visitor().get("/")
    text = page.content.decode()

    assert [row.number for row in page.context["newest"]] == [case.procedure.number]
    for address in ("/report/", "/follow/", "/cases/", "tel:110", "tel:119", "tel:120", "/sign-in/"):
        assert f'href="{address}' in text


def test_staff_are_led_to_their_inbox_and_residents_see_their_reports(street, report, visitor):
    case = report(account=street.accounts["resident"]).case
    staff, resident = visitor(), visitor()
    staff.force_login(street.accounts["duty_officer"])
    resident.force_login(street.accounts["resident"])

    assert staff.get("/").url == "/inbox/"
    assert [row.number for row in resident.get("/").context["mine"]] == [case.procedure.number]


def test_the_list_holds_class_place_state_and_dates(street, case_in, visitor):
    case = case_in("handling", text=SECRET, where=SECRET, contact="13812345678")
    page = visitor().get("/cases/")
    text = page.content.decode()

    assert numbers(page) == [case.procedure.number]
    for told in ("Lighting", "Leshan Estate 6, No. 12", "Being dealt with", "Mon 23 Nov"):
        assert told in text
    for hidden in (SECRET, "13812345678", "张家"):
        assert hidden not in text
        assert hidden not in visitor().get(f"/cases/{case.procedure.number}/").content.decode()
        assert hidden not in visitor().get("/cases.geojson").content.decode()


def test_words_and_photos_appear_once_staff_release_them_and_go_again(street, case_in, visitor):
    case = case_in("handling", text="<b>灯不亮</b>")
    shot = File.objects.create(
        procedure=case.pk, audience="parties", name="x.jpg", media_type="image/jpeg", size=1, sha256="0" * 64,
        uploaded_at=street.now,
    )  # fmt: skip
    page = f"/cases/{case.procedure.number}/"
    assert visitor().get(page).context["photos"] == []

    release_case(case=case, released=True, by=street.by("duty_officer"), at=street.now)
    shown = visitor().get(page)
    assert "&lt;b&gt;灯不亮&lt;/b&gt;" in shown.content.decode()
    assert [photo["full"] for photo in shown.context["photos"]] == [f"/files/{shot.pk}/"]

    release_case(case=case, released=False, by=street.by("duty_officer"), at=street.now)
    assert "灯不亮" not in visitor().get(page).content.decode()
    assert visitor().get(page).context["photos"] == []


@pytest.mark.parametrize("publicity", ["estate", "never"])
def test_a_released_photo_is_gone_once_its_class_is_public_no_more(street, case_in, visitor, publicity):
    case = case_in("handled")
    release_case(case=case, released=True, by=street.by("duty_officer"), at=street.now)
    shot = File.objects.get(procedure=case.pk)
    assert visitor().get(f"/files/{shot.pk}/").status_code == 200

    CaseClass.objects.filter(pk=case.klass_id).update(publicity=publicity)

    assert visitor().get(f"/files/{shot.pk}/").status_code == 404


def received(street, case_in, report):
    return report().case


def void(street, case_in, report):
    return void_case(
        case=report().case, version=1, reason="no", by=street.by("duty_officer"), at=street.now, action=uuid4()
    )


def sealed(street, case_in, report):
    case = case_in("filed")
    Procedure.objects.filter(pk=case.pk).update(sealed=True)
    return case


def excluded(street, case_in, report):
    case = case_in("filed")
    Exclusion.objects.create(procedure=case.procedure, post=street.posts["property_manager"], since=street.now)
    Procedure.objects.filter(pk=case.pk).update(excludes=True)
    return case


def estate_only(street, case_in, report):
    return case_in("filed", klass=street.klass("noise"))


def never(street, case_in, report):
    klass = street.klass("gas")
    klass.publicity = Publicity.NEVER
    klass.save()
    CLASSES.changed()
    return case_in("filed", klass=klass)


@pytest.mark.parametrize("kind", [received, void, sealed, excluded, estate_only, never])
def test_what_is_not_public_is_on_no_page(street, case_in, report, visitor, kind):
    case = kind(street, case_in, report)
    number = case.procedure.number

    assert numbers(visitor().get("/cases/")) == []
    assert visitor().get("/").context["newest"] == []
    assert orjson.loads(visitor().get("/cases.geojson").content)["features"] == []
    assert visitor().get(f"/cases/{number}/").status_code == 404
    assert visitor().post(f"/cases/{number}/too/").status_code == 404


@pytest.mark.parametrize("number", ["AAAAAAAAA", "x", "'; DROP TABLE", "𠮷"])
def test_an_unknown_number_is_answered_like_one_that_is_not_public(street, visitor, number):
    assert visitor().get(f"/cases/{number}/").status_code == 404


def test_the_list_is_narrowed_by_class_estate_and_state(street, case_in, visitor):
    other = create_place(parent=street.places["committee"], kind=Kind.ESTATE, name="乐山七村", name_en="Leshan 7")
    lamp, waste = case_in("handling"), case_in("handling", klass=street.klass("waste"))
    Procedure.objects.filter(pk=waste.pk).update(closed=street.now, state="closed")

    def narrowed(**query) -> list[str]:
        return numbers(visitor().get("/cases/", query))

    lamp_number, waste_number = lamp.procedure.number, waste.procedure.number
    assert narrowed(klass="waste") == [waste_number]
    assert narrowed(state="open") == [lamp_number]
    assert set(narrowed(estate=street.places["estate"].path)) == {lamp_number, waste_number}
    assert narrowed(estate=other.path) == []
    assert set(narrowed(klass="'; --", estate="\x01", state="x", after="~~~")) == {lamp_number, waste_number}


def test_older_cases_stand_on_the_next_pages_each_once(street, report):
    made = [report(at=street.now - timedelta(hours=n)).case.procedure.number for n in range(7)]
    Procedure.objects.update(state="filed")
    found, after = [], None
    for _ in range(3):
        page = public_list(after=after, size=3)
        found += [row.number for row in page.rows]
        after = page.after

    assert found == made
    assert after is None


@pytest.mark.parametrize(
    "after", ["9999-12-31T23:59:59-23:59~{0}", "0001-01-01T00:00:00+23:59~{0}", "2026-13-01~{0}", "~"]
)
def test_a_cursor_that_nobody_made_begins_at_the_start(street, case_in, visitor, after):
    case = case_in("handling")

    page = visitor().get("/cases/", {"after": after.format(case.pk)})

    assert (page.status_code, [row.number for row in page.context["rows"]]) == (200, [case.procedure.number])


def test_a_long_list_costs_no_more_statements_than_a_short_one(street, case_in, visitor):
    case_in("handling")
    client = visitor()
    few = statements(client, "/cases/")
    for _ in range(3):
        case_in("handling")

    assert statements(client, "/cases/") == few == 1


def test_a_case_costs_two_statements_with_its_photographs(street, case_in, visitor):
    case = case_in("handling")
    page = f"/cases/{case.procedure.number}/"
    assert statements(visitor(), page) == 1

    release_case(case=case, released=True, by=street.by("duty_officer"), at=street.now)
    assert statements(visitor(), page) == 2


def test_the_map_has_a_point_a_title_and_a_way_to_the_case(street, case_in, visitor):
    case = case_in("handling")
    client = visitor()
    response = client.get("/cases.geojson")
    place = street.places["building"]

    assert orjson.loads(response.content) == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
                "properties": {
                    "id": case.procedure.number,
                    "title": "Lighting – Being dealt with",
                    "href": f"/cases/{case.procedure.number}/",
                    "state": "handling",
                    "class": "lighting",
                    "tone": "active",
                },
            }
        ],
    }
    assert response["Content-Type"] == "application/geo+json"


def test_the_map_is_sent_again_only_when_it_changed(street, case_in, visitor):
    client = visitor()
    first = client.get("/cases.geojson")
    again = client.get("/cases.geojson", headers={"If-None-Match": first["ETag"]})
    case_in("handling")
    changed = client.get("/cases.geojson", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, changed.status_code) == (304, b"", 200)
    assert first["Cache-Control"] == "private, max-age=30"
    assert "Cookie" in first["Vary"]


def test_small_numbers_of_an_estate_are_said_as_fewer_than_five(street, case_in, visitor):
    street.now = now()
    for number, code in ((4, "noise"), (5, "pets")):
        for _ in range(number):
            case_in("filed", klass=street.klass(code))
    table = visitor().get("/cases/numbers/").context["table"]

    assert table.classes == [
        "Lean-tos and enclosures", "Illegal building", "Noise", "Dogs and other pets", "Things thrown from above",
        "Camera to be put right", "Something else",
    ]  # fmt: skip
    assert [(row.estate, [number for _klass, number in row.cells]) for row in table.estates] == [
        ("Leshan Estate 6", ["0", "0", "<5", "5", "0", "0", "0"])
    ]


def test_sealed_and_old_cases_are_in_no_number(street, case_in, report, visitor):
    street.now = now() - timedelta(days=400)
    for _ in range(6):
        case_in("filed", klass=street.klass("noise"))
    street.now = now()
    for _ in range(6):
        sealed_case = case_in("filed", klass=street.klass("noise"))
        Procedure.objects.filter(pk=sealed_case.pk).update(sealed=True)
    table = visitor().get("/cases/numbers/").context["table"]

    assert dict(table.estates[0].cells)["Noise"] == "0"


def test_the_numbers_cost_one_statement(street, case_in, visitor):
    case_in("filed", klass=street.klass("noise"))

    assert statements(visitor(), "/cases/numbers/") == 1


def test_the_public_pages_speak_both_languages(street, case_in, visitor):
    case = case_in("handling")
    client = visitor()
    client.cookies["django_language"] = "zh-hans"

    assert "乐山六村12号" in client.get("/cases/").content.decode()
    feature = orjson.loads(client.get("/cases.geojson").content)["features"][0]
    assert feature["properties"]["title"] == "照明 – 正在处理"
    assert "灯已正常" in client.get(f"/cases/{case.procedure.number}/").content.decode()


@pytest.mark.parametrize("page", ["/cases/", "/cases/numbers/", "/cases.geojson", "/"])
def test_public_pages_only_answer_questions(street, visitor, page):
    assert visitor().post(page).status_code == 405
