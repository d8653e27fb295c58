from html import unescape
from io import BytesIO
from uuid import UUID

import orjson
import pytest
from django import forms
from django.http import QueryDict

from linli.core.forms import KitForm
from linli.core.models import Installation
from linli.places.domain.intake import MOST_BYTES
from linli.places.domain.tree import create_place
from linli.places.forms import PlaceField
from linli.places.models import Place
from tests.neighbourhood import Street, square

NO_IMPORT = UUID(int=1)  # the same in every worker that collects these tests
STAFF = "/places/", "/places/0001/", "/places/0001/mark.geojson"
MANAGING = (
    "/places/import/",
    "/places/export.geojson",
    f"/places/import/{NO_IMPORT}/",
    f"/places/import/{NO_IMPORT}/report.csv",
)


def text(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def sign_in(client, street: Street):
    def sign_in(role: str):
        client.force_login(street.accounts[role])
        return client

    return sign_in


# --- who may


@pytest.mark.parametrize("address", [*STAFF, *MANAGING])
def test_who_is_not_signed_in_is_led_to_the_door(client, street, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("role", ["resident", "outsider"])
@pytest.mark.parametrize("address", [*STAFF, *MANAGING])
def test_who_holds_no_post_here_is_refused(sign_in, role, address):
    assert sign_in(role).get(address).status_code == 403


@pytest.mark.parametrize("address", MANAGING)
def test_only_the_administrator_exchanges_files(sign_in, address):
    assert sign_in("duty_officer").get(address).status_code == 403


# --- the tree


@pytest.mark.parametrize("role", ["grid_worker", "property_manager", "auditor", "administrator"])
def test_any_post_sees_the_tree(sign_in, role):
    page = text(sign_in(role).get("/places/"))

    assert "乐山六七村" in page
    assert ("导入 GeoJSON 文件" in page) == (role == "administrator")


def test_the_tree_finds_a_place(sign_in):
    page = text(sign_in("grid_worker").get("/places/", {"q": "六村12"}))

    assert "乐山六村12号" in page
    assert "15号" not in page


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "'; DROP TABLE places_place; --", "𠮷🏠", "x" * 5_000])
def test_a_search_for_nonsense_finds_nothing_and_says_so(sign_in, words):
    response = sign_in("grid_worker").get("/places/", {"q": words})

    assert response.status_code == 200
    assert "没有找到" in text(response)
    assert b"<script>alert" not in response.content


def test_a_place_has_its_page_and_an_unknown_one_has_none(sign_in, street):
    client = sign_in("grid_worker")

    page = text(client.get(f"/places/{street.places['committee'].path}/"))

    assert [name in page for name in ("徐汇区", "乐山六村", "第一网格", "/places/map.geojson?kinds=")] == [True] * 4
    assert client.get("/places/zzzz/").status_code == 404


def test_many_places_cost_no_more_statements_than_one(sign_in, street, django_assert_num_queries):
    client, estate = sign_in("grid_worker"), street.places["estate"]
    client.get("/places/")
    with django_assert_num_queries(SIGNED_IN):
        client.get("/places/")
    with django_assert_num_queries(SIGNED_IN + 3):
        client.get(f"/places/{estate.path}/")

    for number in range(3):
        create_place(parent=estate, kind="building", name=f"{number}号楼")

    client.get("/places/")
    with django_assert_num_queries(SIGNED_IN):
        client.get("/places/")
    with django_assert_num_queries(SIGNED_IN + 3):
        client.get(f"/places/{estate.path}/")


SIGNED_IN = 3  # session, account, posts


# --- choosing a place


class WhereForm(KitForm):
    place = PlaceField(label="在哪里")


def choose(client, **given: str) -> str:
    response = client.get("/places/choose/", given)
    assert response.status_code == 200
    return response.content.decode()


def test_a_resident_is_offered_estates_then_buildings_then_entrances(client, leshan):
    Installation.objects.create(name="徐家汇街道", root_path=leshan["徐家汇街道"].path)
    estate, building, entrance = (leshan[name] for name in ("乐山六村", "乐山六村12号楼", "乐山六村12号楼1号门"))

    first = choose(client)
    assert (estate.path in first, building.path in first, "邻街小区" in first) == (True, False, False)
    second = choose(client, place_estate=estate.path)
    assert (building.path in second, entrance.path in second) == (True, False)
    third = choose(client, place_estate=estate.path, place_building=building.path)
    assert f'<option value="{building.path}" selected>12号楼</option>' in third
    assert f'<option value="{entrance.path}">1号门</option>' in third


def test_another_field_name_is_kept_and_a_strange_one_refused(client, leshan):
    assert 'name="where_estate"' in choose(client, name="where")
    assert client.get("/places/choose/", {"name": '"><script>'}).status_code == 422


def test_the_most_particular_place_chosen_is_the_answer(leshan):
    estate, building = leshan["乐山六村"], leshan["乐山六村12号楼"]

    whole = WhereForm(QueryDict(f"place_estate={estate.path}&place_building="))
    one = WhereForm(QueryDict(f"place_estate={estate.path}&place_building={building.path}"))
    wrong = WhereForm(QueryDict(f"place_estate={leshan['乐山七村'].path}&place_building={building.path}"))

    assert [form.is_valid() and form.cleaned_data["place"] for form in (whole, one, wrong)] == [
        estate, building, leshan["乐山七村"],
    ]  # fmt: skip


def test_a_place_that_is_asked_for_and_not_chosen_is_asked_for_again(leshan):
    form = WhereForm(QueryDict("place_estate=nonsense"))

    assert not form.is_valid()
    assert "place" in form.errors
    assert 'name="place_estate"' in str(form)


class WishForm(KitForm):
    place = PlaceField(label="在哪里", required=False)
    text = forms.CharField()


def test_a_place_that_need_not_be_chosen_may_be_none(leshan):
    form = WishForm(QueryDict("text=x"))

    assert form.is_valid()
    assert form.cleaned_data["place"] is None


# --- exchanging files


def upload(name: str, *features: dict) -> BytesIO:
    file = BytesIO(orjson.dumps({"type": "FeatureCollection", "features": list(features)}))
    file.name = name
    return file


def building(name: str, street: Street) -> dict:
    properties = {"kind": "building", "name": name, "parent": street.places["estate"].path}
    drawn = square(121.4332, 31.1926, 121.4338, 31.1928)
    return {"type": "Feature", "properties": properties, "geometry": drawn}


def test_a_file_is_checked_shown_and_taken(sign_in, street):
    client = sign_in("administrator")

    shown = client.post(
        "/places/import/", {"file": upload("a.geojson", building("17号", street)), "datum": "wgs84"}, follow=True
    )
    assert "导入预览" in text(shown)
    assert not Place.objects.filter(name="17号").exists()

    address = shown.redirect_chain[-1][0]
    done = client.post(address, follow=True)
    assert "新增1个地点" in text(done)
    assert Place.objects.get(name="17号").parent == street.places["estate"]
    assert client.get(address).status_code == 404


def test_bad_features_are_shown_and_can_be_downloaded_and_left_out(sign_in, street):
    client = sign_in("administrator")
    formula = building("=cmd|' /C calc'!A0", street) | {"geometry": 7}
    file = upload("places.geojson", building("17号", street), formula)

    shown = client.post("/places/import/", {"file": file, "datum": "wgs84"}, follow=True)
    address = shown.redirect_chain[-1][0]
    report = client.get(address.replace("/?", "/report.csv?"))

    assert "这里没有 GeoJSON 图形。" in text(shown)
    assert b"".join(report.streaming_content).decode("utf-8-sig").splitlines() == [
        "要素,地点名称,问题",
        "2,'=cmd|' /C calc'!A0,这里没有 GeoJSON 图形。",
    ]
    assert client.post(address).status_code == 422
    assert not Place.objects.filter(name="17号").exists()
    assert "未采用1个" in text(client.post(address, {"rest": "1"}, follow=True))
    assert Place.objects.filter(name="17号").exists()


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 200), (b"GIF89a", 422), (b"{}", 422), (b" " * (MOST_BYTES + 1), 413)]
)
def test_a_file_that_is_none_is_answered_in_words(sign_in, content, status):
    file = BytesIO(content)
    file.name = "places.geojson"

    response = sign_in("administrator").post("/places/import/", {"file": file, "datum": "wgs84"}, follow=True)

    assert response.status_code == status


def test_a_form_without_file_or_datum_asks_for_them(sign_in):
    page = text(sign_in("administrator").post("/places/import/", {}))

    assert "GeoJSON 文件" in page
    assert page.count('class="wrong"') == 2


def test_the_export_is_the_whole_tree(sign_in, street):
    response = sign_in("administrator").get("/places/export.geojson")

    found = orjson.loads(b"".join(response.streaming_content))
    assert len(found["features"]) == len(street.places)
    assert response["Content-Disposition"] == 'attachment; filename="places.geojson"'
