import orjson
import pytest

from linli.core.models import Installation
from linli.places.domain.tree import change_place
from linli.places.models import Place


@pytest.fixture
def office(leshan: dict[str, Place]) -> dict[str, Place]:
    Installation.objects.create(name="徐家汇街道", root_path=leshan["徐家汇街道"].path)
    return leshan


def features(response) -> list[dict]:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/geo+json"
    return orjson.loads(response.content)["features"]


def titles(response) -> list[str]:
    return [feature["properties"]["title"] for feature in features(response)]


def test_anybody_sees_the_estates_of_this_office(client, office):
    found = features(client.get("/places/map.geojson?kinds=estate"))

    assert [feature["properties"]["title"] for feature in found] == [
        "乐山四村", "乐山五村", "乐山二村", "乐山三村", "乐山六村", "乐山七村", "乐山八九村小区", "虹二小区",
    ]  # fmt: skip
    estate = office["乐山四村"]
    assert found[0] == {
        "type": "Feature",
        "id": estate.pk,
        "properties": {"kind": "estate", "path": estate.path, "title": "乐山四村"},
        "geometry": estate.geometry,
    }


def test_estates_and_buildings_are_drawn_unless_something_else_is_asked_for(client, office):
    kinds = {feature["properties"]["kind"] for feature in features(client.get("/places/map.geojson"))}

    assert kinds == {"estate", "building"}


def test_titles_follow_the_language(client, office):
    response = client.get("/places/map.geojson?kinds=area", headers={"accept-language": "en"})

    assert titles(response) == ["Leshan Area"]


def test_a_box_and_a_branch_narrow_what_is_drawn(client, office):
    estate = office["乐山六村"]
    box = f"{estate.lon - 1e-5},{estate.lat - 1e-5},{estate.lon + 1e-5},{estate.lat + 1e-5}"

    assert titles(client.get(f"/places/map.geojson?kinds=estate&bbox={box}")) == ["乐山六村"]
    assert titles(client.get(f"/places/map.geojson?kinds=estate&below={office['邻街街道'].path}")) == ["邻街小区"]
    assert titles(client.get("/places/map.geojson?kinds=estate&bbox=0,0,1,1")) == []


@pytest.mark.parametrize(
    "query",
    [
        "kinds=unit",
        "kinds=estate,castle",
        "kinds=,",
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=1,2,3,4,5",
        "below=0001%0a",
        "below=%22x",
    ],
)
def test_what_cannot_be_drawn_is_refused(client, office, query):
    assert client.get(f"/places/map.geojson?{query}").status_code == 422


def test_a_map_that_did_not_change_is_not_sent_again(client, office):
    first = client.get("/places/map.geojson?kinds=estate")
    assert first["Cache-Control"] == "no-cache"

    again = client.get("/places/map.geojson?kinds=estate", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    change_place(place=office["乐山六村"], name_en="Leshan Six")
    changed = client.get("/places/map.geojson?kinds=estate", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    english = client.get("/places/map.geojson?kinds=estate", headers={"accept-language": "en"})
    assert english["ETag"] != changed["ETag"]


def test_the_map_takes_no_statement_once_the_tree_is_read(client, office, django_assert_num_queries):
    client.get("/places/map.geojson")

    with django_assert_num_queries(0):
        client.get("/places/map.geojson")


def test_a_place_is_marked_among_its_neighbours(client, street):
    client.force_login(street.accounts["grid_worker"])
    building, nowhere = street.places["building"], street.places["street"]

    found = features(client.get(f"/places/{building.path}/mark.geojson"))

    assert [(row["geometry"]["coordinates"], row["properties"]["title"]) for row in found] == [
        ([building.lon, building.lat], "12号")
    ]
    assert features(client.get(f"/places/{nowhere.path}/mark.geojson")) == []
