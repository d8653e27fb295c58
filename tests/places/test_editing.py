"""One place at a time: added, changed, taken out of use, by who keeps the tree and by nobody else."""

import json

import pytest

from linli.people.models import AdminAct
from linli.places.models import Kind, Place
from tests.neighbourhood import square

NEW = {"kind": "building", "name": "18号", "name_en": "No. 18", "code": "", "geometry": ""}


def acts() -> list[tuple[str, str]]:
    return list(AdminAct.objects.filter(what__startswith="place_").order_by("pk").values_list("what", "detail"))


def test_a_building_is_added_with_its_outline_and_the_log_says_so(sign_in, street):
    estate = street.places["estate"]
    outline = json.dumps(square(121.4336, 31.1926, 121.4339, 31.1928))

    asked = sign_in("administrator").get(f"/places/{estate.path}/new/")
    sent = sign_in("administrator").post(f"/places/{estate.path}/new/", {**NEW, "geometry": outline})

    made = Place.objects.get(name="18号")
    assert (asked.status_code, sent.url) == (200, f"/places/{made.path}/")
    assert (made.parent_id, made.kind, round(made.lon, 5)) == (estate.pk, Kind.BUILDING, 121.43375)
    assert acts() == [("place_added", "")]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"name": ""}, 422), ({"name": "12号"}, 422), ({"kind": "unit"}, 422), ({"geometry": "{"}, 422),
        ({"geometry": "[1]"}, 422), ({"geometry": '{"type": "Polygon", "coordinates": []}'}, 422),
        ({"name": "x" * 81}, 422), ({"geometry": '{"type": "Polygon"}'}, 422),
    ],
)  # fmt: skip
def test_what_is_no_place_is_told_and_kept(sign_in, street, wrong, status):
    before = Place.objects.count()

    told = sign_in("administrator").post(f"/places/{street.places['estate'].path}/new/", {**NEW, **wrong})

    assert told.status_code == status
    assert Place.objects.count() == before
    assert acts() == []


def test_a_cell_that_overlaps_its_neighbour_is_refused(sign_in, street):
    committee = street.places["committee"]
    cell = {"kind": "cell", "name": "第三网格", "name_en": "", "code": "", "geometry": json.dumps(
        square(121.4335, 31.1920, 121.4345, 31.1930)
    )}  # fmt: skip

    told = sign_in("administrator").post(f"/places/{committee.path}/new/", cell)

    assert told.status_code == 422
    assert not Place.objects.filter(name="第三网格").exists()


def test_a_name_is_changed_and_the_outline_stays(sign_in, street):
    building = street.places["building"]

    sent = sign_in("administrator").post(
        f"/places/{building.path}/change/", {"name": "12甲号", "name_en": "No. 12", "code": "", "geometry": ""}
    )

    now = Place.objects.get(pk=building.pk)
    assert (sent.status_code, now.name, now.geometry) == (302, "12甲号", building.geometry)
    assert acts() == [("place_changed", "name: 12号 → 12甲号")]


def test_an_estate_goes_out_of_use_with_what_lies_in_it(sign_in, street):
    estate, client = street.places["estate"], sign_in("administrator")

    asked = client.get(f"/places/{estate.path}/close/")
    client.post(f"/places/{estate.path}/close/")
    again = client.post(f"/places/{estate.path}/close/")

    assert "2" in asked.content.decode()
    assert Place.objects.below(estate.path).filter(retired_at=None).count() == 0
    assert again.status_code == 409
    assert acts() == [("place_retired", "3")]


@pytest.mark.parametrize("page", ["new", "change", "close"])
@pytest.mark.parametrize("role", ["duty_officer", "committee_secretary", "auditor", "outsider"])
def test_others_keep_their_hands_off(sign_in, street, role, page):
    estate = street.places["estate"]

    assert sign_in(role).post(f"/places/{estate.path}/{page}/", NEW).status_code == 403
    assert Place.objects.get(pk=estate.pk).retired_at is None
