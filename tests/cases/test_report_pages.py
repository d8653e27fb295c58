"""Reporting question by question: what is kept, what is refused, and what becomes of it."""

import io
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from django.test import Client
from PIL import Image

from linli.cases.domain.catalogue import CLASSES
from linli.cases.models import Case
from linli.core.models import File
from linli.core.sealed import unseal
from linli.places.domain.tree import create_place
from linli.places.models import Kind
from linli.procedures.models import Action, Assignment, Party, Procedure

RARE = "𠮷 😀 ，三楼灯不亮"
HOSTILE = """<script>alert(1)</script>'; DROP TABLE cases_case; --"""


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48)) -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", size, (9, 99, 99)).save(data, kind)
    data.name = f"photo.{kind.lower()}"
    data.seek(0)
    return data


def named(name: str, content: bytes) -> io.BytesIO:
    data = io.BytesIO(content)
    data.name = name
    return data


def spot(place: object) -> str:
    return f"/report/where/spot/?in={place.path}"


def answer_all(client: Client, street, **other: str) -> str:
    """Answer every question; returns the draft's action."""
    given = {"klass": "lighting", "where": "三楼", "text": "楼道灯不亮", "contact": "", **other}
    client.post("/report/", {"klass": given["klass"]})
    client.post(spot(street.places["building"]), {"where": given["where"]})
    client.post("/report/text/", {"text": given["text"]})
    client.post("/report/contact/", {"contact": given["contact"]})
    return client.session["report"]["action"]


def send(client: Client, action: str) -> Case:
    assert client.post("/report/check/", {"action": action}).url == "/report/sent/"
    return Case.objects.select_related("procedure__place", "procedure__cell", "klass").get(
        pk=Action.objects.get(pk=action).procedure_id
    )


def test_a_report_arrives_as_it_was_written_and_somebody_has_it(street, visitor):
    client = visitor()
    case = send(client, answer_all(client, street, text=RARE))

    assert (case.klass.code, case.procedure.place, case.where, case.text) == (
        "lighting", street.places["building"], "三楼", RARE,
    )  # fmt: skip
    assert (case.source, case.procedure.state) == ("resident", "received")
    assert case.procedure.cell == street.places["cell_01"]
    turn = Assignment.objects.get(procedure=case.pk, open=True)
    assert turn.post == street.posts["duty_officer"]


def test_the_last_page_shows_number_code_who_has_it_and_by_when(street, visitor):
    client = visitor()
    case = send(client, answer_all(client, street))
    shown = client.get("/report/sent/")

    assert shown.context["case"].procedure.number == case.procedure.number
    assert len(shown.context["code"]) == 10
    text = shown.content.decode()
    assert case.procedure.number in text
    assert f"http://testserver/r/{case.procedure.number}/" in text
    assert "(街道值班长) has your report" in text
    assert shown.context["stands"].when.startswith("They decide by ")
    assert client.get("/report/sent/").context["code"] == shown.context["code"]


def test_the_code_of_the_last_page_opens_the_report_elsewhere(street, visitor):
    client, elsewhere = visitor(), visitor()
    case = send(client, answer_all(client, street))
    code = client.get("/report/sent/").context["code"]
    page = f"/r/{case.procedure.number}/"

    assert elsewhere.post(page, {"code": code}).url == page
    assert elsewhere.get(page).context["case"] == case


def test_sending_twice_has_one_effect(street, visitor):
    client = visitor()
    action = answer_all(client, street)
    first = send(client, action)

    assert send(client, action) == first
    assert Procedure.objects.count() == 1
    assert client.get("/report/check/").url == "/report/"


def test_a_page_of_an_earlier_report_does_not_send_the_next(street, visitor):
    client = visitor()
    answer_all(client, street)
    again = client.post("/report/check/", {"action": str(uuid4())})

    assert again.status_code == 200
    assert not Procedure.objects.exists()


def test_what_was_typed_is_there_when_one_goes_back(street, visitor):
    client = visitor()
    answer_all(client, street, text=RARE, contact="13812345678")

    assert client.get("/report/").context["form"]["klass"].value() == "lighting"
    assert client.get(spot(street.places["building"])).context["form"]["where"].value() == "三楼"
    assert client.get("/report/text/").context["form"]["text"].value() == RARE
    assert client.get("/report/contact/").context["form"]["contact"].value() == "13812345678"


def test_a_changed_answer_leads_back_to_the_overview(street, visitor):
    client = visitor()
    answer_all(client, street)
    client.get("/report/check/")

    assert client.post("/report/text/", {"text": "anders"}).url == "/report/check/"
    assert client.get("/report/text/").context["back_url"] == "/report/check/"


@pytest.mark.parametrize("page", ["check", "sent"])
def test_whoever_comes_too_early_is_led_to_the_first_question(street, visitor, page):
    assert visitor().get(f"/report/{page}/").url == "/report/"


def test_the_overview_leads_to_the_question_that_is_still_open(street, visitor):
    client = visitor()
    client.post("/report/", {"klass": "lighting"})

    assert client.get("/report/check/").url == "/report/where/"


@pytest.mark.parametrize(
    ("page", "given", "field", "said"),
    [
        ("/report/", {}, "klass", "Please choose: What is it about?"),
        ("/report/", {"klass": "no-such"}, "klass", None),
        ("/report/where/", {}, "place", "Please choose: Which estate is it in?"),
        ("/report/where/", {"place": HOSTILE}, "place", None),
        ("/report/where/words/", {"where": ""}, "where", "Please fill in: Where is it?"),
        ("/report/where/words/", {"where": "x" * 201}, "where", None),
        ("/report/text/", {"text": " \n "}, "text", "Write in a sentence what is wrong."),
        ("/report/text/", {"text": "很" * 4001}, "text", None),
        ("/report/text/", {"text": "\x00\u200b"}, "text", None),
        ("/report/contact/", {"contact": "call me"}, "contact",
         "Write a mobile number of 11 digits, such as 13812345678, or an e-mail address."),
        ("/report/contact/", {"contact": "x@"}, "contact",
         "This e-mail address is not complete. It looks like name@example.org."),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_asked_for_and_kept(street, visitor, page, given, field, said):
    response = visitor().post(page, given)

    assert response.status_code == 422
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert said in (None, errors[field][0])
    assert response.context["form"].data.get(field, "") == given.get(field, "")


def test_hostile_text_is_kept_and_shown_as_text(street, visitor):
    client = visitor()
    action = answer_all(client, street, text=HOSTILE, where=HOSTILE)
    overview = client.get("/report/check/").content.decode()
    case = send(client, action)

    assert case.text == HOSTILE
    for page in (overview, client.get(f"/r/{case.procedure.number}/").content.decode()):
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page


def test_the_estate_leads_to_its_buildings_and_a_building_to_its_entrances(street, visitor):
    create_place(parent=street.places["building"], kind=Kind.ENTRANCE, name="1号门", name_en="Entrance 1")
    door = create_place(parent=street.places["building"], kind=Kind.ENTRANCE, name="2号门", name_en="Entrance 2")
    client, estate, building = visitor(), street.places["estate"], street.places["building"]
    client.post("/report/", {"klass": "lighting"})
    buildings = client.post("/report/where/", {"place": estate.path})

    assert buildings.url == f"/report/where/building/?in={estate.path}"
    assert client.post(buildings.url, {"place": building.path}).url == spot(building)
    assert client.post(buildings.url, {"place": "yard"}).url == spot(estate)
    assert client.post(spot(building), {"where": ""}).status_code == 422
    assert client.post(spot(building), {"place": door.path, "where": ""}).url == "/report/nearby/"
    assert client.session["report"]["place"] == door.path
    client.post(spot(building), {"place": "any"})
    assert client.session["report"]["place"] == building.path


@pytest.mark.parametrize("path", ["", "0001", "x" * 5000, HOSTILE, "00010001"])
def test_a_place_that_is_none_of_ours_leads_back_to_the_list(street, visitor, path):
    assert visitor().get(f"/report/where/spot/?in={quote(path)}").url == "/report/where/"
    assert visitor().get(f"/report/where/building/?in={quote(path)}").url == "/report/where/"


def test_words_that_name_a_place_are_asked_about_once(street, visitor):
    client, building = visitor(), street.places["building"]
    client.post("/report/", {"klass": "lighting"})
    asked = client.post("/report/where/words/", {"where": "六村12号"})

    assert asked.status_code == 200
    assert next(value for value, _label in asked.context["form"].fields["place"].choices) == building.path
    given = {"where": "六村12号", "asked": "六村12号"}
    assert client.post("/report/where/words/", given).status_code == 422
    assert client.post("/report/where/words/", given | {"place": building.path}).url == "/report/nearby/"
    assert client.session["report"]["place"] == building.path
    client.post("/report/where/words/", given | {"place": "written"})
    assert (client.session["report"]["place"], client.session["report"]["where"]) == ("", "六村12号")


def test_a_place_in_words_alone_goes_to_the_desk(street, visitor):
    client = visitor()
    answer_all(client, street)
    client.post("/report/where/words/", {"where": "番禺路公交站旁"})
    case = send(client, client.session["report"]["action"])

    assert (case.procedure.place, case.where) == (None, "番禺路公交站旁")
    assert Assignment.objects.get(procedure=case.pk, open=True).post == street.posts["duty_officer"]


def test_a_point_outside_the_area_is_kept_flagged_and_said(street, visitor):
    client = visitor()
    action = answer_all(client, street)
    client.post("/report/where/map/", {"lon": "121.5", "lat": "31.3", "where": ""})
    said = client.get("/report/check/").content.decode()
    case = send(client, action)

    assert "This lies outside our area." in said
    assert (case.outside, case.lon, case.lat, case.procedure.place) == (True, 121.5, 31.3, None)
    assert Assignment.objects.get(procedure=case.pk, open=True).post == street.posts["duty_officer"]


def test_a_point_inside_finds_building_and_cell(street, visitor):
    client = visitor()
    action = answer_all(client, street)
    client.post("/report/where/map/", {"lon": "121.4335", "lat": "31.1924", "where": "门口"})
    case = send(client, action)

    assert (case.procedure.place, case.procedure.cell) == (street.places["building"], street.places["cell_01"])
    assert (case.outside, case.where) == (False, "门口")


@pytest.mark.parametrize(
    "given", [{}, {"lon": "121"}, {"lon": "200", "lat": "31"}, {"lon": "nan", "lat": "inf"}, {"lon": "x", "lat": "'"}]
)
def test_half_a_point_or_none_on_earth_is_asked_for_again(street, visitor, given):
    response = visitor().post("/report/where/map/", given)

    assert response.status_code == 422
    assert list(response.context["form"].errors.values()) == [
        ["Choose the place on the map: click it, or move the map and press Enter."]
    ]


def test_open_cases_nearby_are_offered_and_counted_once_a_browser(street, case_in, visitor):
    open_case = case_in("handling")
    client = visitor()
    client.post("/report/", {"klass": "lighting"})
    client.post(spot(street.places["building"]), {"where": ""})
    offered = client.get("/report/nearby/").context["found"]

    assert [(row.number, row.klass, row.place, row.text) for row in offered] == [
        (open_case.procedure.number, "Lighting", "Leshan Estate 6, No. 12", "")
    ]
    too = f"/cases/{open_case.procedure.number}/too/"
    assert client.post(too).url == f"/cases/{open_case.procedure.number}/thanks/"
    client.post(too)
    visitor().post(too)
    open_case.refresh_from_db()
    assert open_case.supporters == 2
    entries = open_case.procedure.entries.filter(kind="supported")
    assert [(entry.actor, entry.account) for entry in entries] == [("system:neighbour", None)] * 2


def test_neighbours_of_another_entrance_see_the_case_too(street, case_in, visitor):
    building = street.places["building"]
    first = create_place(parent=building, kind=Kind.ENTRANCE, name="1号门", name_en="Entrance 1")
    second = create_place(parent=building, kind=Kind.ENTRANCE, name="2号门", name_en="Entrance 2")
    open_case = case_in("handling", place=first)
    client = visitor()
    client.post("/report/", {"klass": "lighting"})
    client.post(spot(building), {"place": second.path})

    assert [row.number for row in client.get("/report/nearby/").context["found"]] == [open_case.procedure.number]


def test_what_the_public_may_not_see_is_not_offered_nearby(street, case_in, report, visitor):
    report()  # nobody has accepted it yet
    case_in("filed", klass=street.klass("noise"))
    client = visitor()
    for klass in ("lighting", "noise"):
        client.post("/report/", {"klass": klass})
        client.post(spot(street.places["building"]), {"where": ""})
        assert client.get("/report/nearby/").url == "/report/text/"


@pytest.mark.parametrize("number", ["AAAAAAAAA", "x", HOSTILE])
def test_nobody_supports_what_is_not_there(street, visitor, number):
    assert visitor().post(f"/cases/{quote(number, safe='')}/too/").status_code == 404


def test_photos_are_taken_shown_and_removed(street, visitor):
    client = visitor()
    answer_all(client, street)
    client.post("/report/photos/", {"photos": [picture(), picture("PNG"), picture("WEBP")]})
    taken = [photo["uuid"] for photo in client.session["report"]["photos"]]

    assert len(taken) == 3
    assert client.get(f"/files/{taken[0]}/320.webp").status_code == 200
    assert visitor().get(f"/files/{taken[0]}/320.webp").status_code == 404
    client.post("/report/photos/", {"remove": taken[0]})
    assert [photo["uuid"] for photo in client.session["report"]["photos"]] == taken[1:]
    case = send(client, client.session["report"]["action"])
    held = File.objects.filter(procedure=case.pk)
    assert {(str(file.uuid), file.audience) for file in held} == {(uuid, "parties") for uuid in taken[1:]}
    assert client.get(f"/files/{taken[1]}/").status_code == 200
    assert visitor().get(f"/files/{taken[1]}/").status_code == 404


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (lambda: named("empty.jpg", b""), "This file is empty. Take the photo again, or choose another file."),
        (lambda: named("page.jpg", b"<html><script>alert(1)</script></html>"), "This is a web page and no photo."),
        (lambda: named("program.png", b"MZ\x90\x00" * 20), "This is a program and no photo."),
        (lambda: named("half.jpg", picture().getvalue()[:200]), "This picture is damaged."),
        (lambda: named("paper.pdf", b"%PDF-1.7\n"), "This is no photo. Send a JPEG, PNG or WebP."),
        (lambda: named("huge.jpg", b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024)), "This file is larger than 10 MB."),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_with_the_reason_and_the_others_stay(street, visitor, upload, said):
    client = visitor()
    answer_all(client, street)
    response = client.post("/report/photos/", {"photos": [picture(), upload()]})

    assert response.status_code == 422
    assert said in response.context["form"].errors["photos"][0]
    assert [photo["name"] for photo in client.session["report"]["photos"]] == ["photo.jpg"]
    assert client.session["report"]["text"] == "楼道灯不亮"


def test_four_photos_are_enough(street, visitor):
    client = visitor()
    answer_all(client, street)

    assert client.post("/report/photos/", {"photos": [picture() for _ in range(5)]}).status_code == 422
    client.post("/report/photos/", {"photos": [picture() for _ in range(3)]})
    assert client.post("/report/photos/", {"photos": [picture(), picture()]}).status_code == 422
    assert len(client.session["report"]["photos"]) == 4


def test_somebody_elses_file_is_not_removed(street, visitor):
    owner, other = visitor(), visitor()
    answer_all(owner, street)
    owner.post("/report/photos/", {"photos": [picture()]})
    uuid = owner.session["report"]["photos"][0]["uuid"]
    other.post("/report/photos/", {"remove": uuid})

    assert File.objects.get(pk=uuid).purged_at is None


def test_the_contact_is_sealed_from_the_first_moment(street, visitor):
    client = visitor()
    action = answer_all(client, street, contact="+86 138-1234-5678")
    overview = client.get("/report/check/").content.decode()
    case = send(client, action)
    party = Party.objects.get(procedure=case.pk)

    assert "13812345678" not in str(dict(client.session.items()))
    assert "138****5678" in overview
    assert "13812345678" not in overview
    assert unseal(party.contact_sealed, row=party.uuid, field="party.contact") == "13812345678"


def test_no_contact_is_an_answer(street, visitor):
    client = visitor()
    action = answer_all(client, street, contact="13812345678")
    client.post("/report/contact/", {"contact": "not a number", "none": "1"})

    assert Party.objects.get(procedure=send(client, action).pk).contact_sealed is None


def test_who_is_signed_in_finds_the_report_among_theirs(street, visitor):
    client = visitor()
    client.force_login(street.accounts["resident"])
    client.cookies["django_language"] = "en"
    case = send(client, answer_all(client, street))

    assert Party.objects.get(procedure=case.pk).account == street.accounts["resident"]
    assert [row.number for row in client.get("/my/").context["reports"]] == [case.procedure.number]


def test_an_unknown_class_goes_to_the_desk_without_one(street, visitor):
    client = visitor()
    street.klass("other").delete()
    CLASSES.changed()
    case = send(client, answer_all(client, street, klass="other"))

    assert case.klass is None


def test_a_class_that_was_retired_meanwhile_is_sorted_by_the_desk(street, visitor):
    client = visitor()
    action = answer_all(client, street)
    klass = street.klass()
    klass.retired_at = street.now
    klass.save()
    CLASSES.changed()

    assert send(client, action).klass is None


def test_one_address_reports_twenty_times_an_hour(street, visitor):
    client = visitor()
    for _ in range(20):
        send(client, answer_all(client, street))
    action = answer_all(client, street)
    refused = client.post("/report/check/", {"action": action})

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert client.session["report"]["text"] == "楼道灯不亮"
    assert Procedure.objects.count() == 20


def test_on_a_shared_device_the_report_can_be_forgotten(street, visitor):
    client = visitor()
    case = send(client, answer_all(client, street))
    client.post("/report/forget/")

    assert client.get("/report/sent/").url == "/report/"
    assert "code" in client.get(f"/r/{case.procedure.number}/").context["form"].fields


def test_pages_of_a_report_are_kept_by_no_cache(street, visitor):
    assert "no-store" in visitor().get("/report/text/")["Cache-Control"]


def test_a_draft_of_an_older_version_does_no_harm(street, visitor):
    client = visitor()
    session = client.session
    session["report"] = {"action": str(UUID(int=7)), "klass": "lighting", "gone": 1}
    session.save()

    assert client.get("/report/text/").status_code == 200


def test_the_sending_costs_few_statements(street, visitor, django_assert_max_num_queries):
    client = visitor()
    action = answer_all(client, street)
    with django_assert_max_num_queries(40):
        client.post("/report/check/", {"action": action})
