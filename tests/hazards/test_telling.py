"""A resident points out a hazard, one question a page; and is told what was found and done, and no name."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from linli.core.models import Delivery, File
from linli.core.outbox import drain
from linli.hazards.domain import steps
from linli.hazards.domain.answering import answer_outside
from linli.hazards.domain.opening import tell_hazard
from linli.hazards.domain.telling import as_told
from linli.hazards.enums import Answers, HazardKind
from linli.hazards.models import Hazard
from linli.places.domain.tree import create_place
from linli.places.models import Kind
from tests.hazards.test_premises import room

ENGLISH = {"accept-language": "en"}
MINE = "13812345678"


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (64, 48), "#0b6e63").save(out, "PNG")
    return SimpleUploadedFile("seen.png", out.getvalue(), "image/png")


@pytest.fixture
def resident(street) -> Client:
    return Client(headers=ENGLISH)


def walk(client: Client, street, **other) -> list[str]:
    """All questions; where each answer led."""
    answers = {
        "": {"kind": "fire"},
        "estate/": {"place": street.places["estate"].path},
        "place/": {"place": street.places["building"].path, "where": "third floor"},
        "seen/": {"text": "Boxes on the stairs", "blocks": "on"},
        "photos/": {"photos": picture()},
        "reach/": {"contact": MINE},
    } | other
    return [client.post(f"/hazards/tell/{page}", given).headers.get("Location", "") for page, given in answers.items()]


def send(client: Client):
    page = client.get("/hazards/tell/check/")
    return client.post("/hazards/tell/check/", {"action": page.context["form"]["action"].value()})


def test_one_question_a_page_the_overview_and_the_way_back_by_number_and_code(resident, street):
    first = resident.get("/hazards/tell/").content.decode()
    assert first.index("tel:119") < first.index("<h1>")
    assert "Step 1 of 7" in first

    led = walk(resident, street)
    assert led == [f"/hazards/tell/{page}/" for page in ("estate", "place", "seen", "photos", "reach", "check")]
    check = resident.get("/hazards/tell/check/").content.decode()
    shown = ("Boxes on the stairs", "third floor", "138****5678", "Fire")
    assert [part for part in shown if part not in check] == []
    assert MINE not in check
    sent = send(resident)

    number, code = resident.session["hazard_told"]
    hazard = Hazard.objects.get(procedure__number=number)
    assert sent.url == "/hazards/tell/sent/"
    assert (hazard.blocks, hazard.origin, File.objects.get().procedure) == (True, "resident", hazard.pk)
    assert "Boxes on the stairs" in resident.get(f"/hazards/answer/{number}/").content.decode()
    assert "hazard.tell" not in resident.session
    stranger = Client(headers=ENGLISH)
    assert stranger.get(f"/hazards/answer/{number}/").status_code == 302
    assert stranger.post("/hazards/answer/", {"number": number, "code": "AAAAAAAAAA"}).status_code == 422
    assert "Boxes" in stranger.post("/hazards/answer/", {"number": number, "code": code}, follow=True).content.decode()


def test_pressing_twice_sends_once(resident, street):
    walk(resident, street)
    action = resident.get("/hazards/tell/check/").context["form"]["action"].value()

    sent = [resident.post("/hazards/tell/check/", {"action": action}).headers["Location"] for _ in range(2)]

    assert (sent, Hazard.objects.count()) == (["/hazards/tell/sent/"] * 2, 1)


def test_what_is_wrong_is_said_and_what_was_typed_stays(resident, street):
    resident.post("/hazards/tell/", {"kind": "fire"})
    resident.post("/hazards/tell/estate/", {"place": street.places["estate"].path})
    nowhere = resident.post("/hazards/tell/place/", {"place": "", "where": "by the lift"})
    walk(resident, street)
    wrong = resident.post("/hazards/tell/reach/", {"contact": "1381"})

    assert [answer.status_code for answer in (nowhere, wrong)] == [422, 422]
    told_ = nowhere.content.decode()
    assert ("Please choose: Which building?" in told_, "by the lift" in told_) == (True, True)
    assert 'value="1381"' in wrong.content.decode()


def test_back_shows_the_answer_and_a_changed_one_leads_to_the_overview(resident, street):
    walk(resident, street)
    back = resident.get("/hazards/tell/photos/").context["back_url"]
    before = resident.get("/hazards/tell/seen/").content.decode()
    resident.get("/hazards/tell/check/")

    changed = resident.post("/hazards/tell/seen/", {"text": "The boxes are gone, the wire is bare"})

    assert (back, changed.url) == ("/hazards/tell/seen/", "/hazards/tell/check/")
    assert ("Boxes on the stairs" in before, "checked" in before) == (True, True)
    assert resident.get("/hazards/tell/place/").context["back_url"] == "/hazards/tell/check/"
    send(resident)
    assert (Hazard.objects.get().text, Hazard.objects.get().blocks) == ("The boxes are gone, the wire is bare", False)


def test_it_may_be_in_no_building_and_another_estate_asks_for_its_own(resident, street):
    second = create_place(parent=street.places["committee"], kind=Kind.ESTATE, name="二村", name_en="Estate 2")
    walk(resident, street)
    assert "Leshan Estate 6" in resident.get("/hazards/tell/check/").content.decode()

    resident.post("/hazards/tell/estate/", {"place": second.path})
    resident.get("/hazards/tell/check/")
    without_buildings = resident.get("/hazards/tell/place/").content.decode()
    resident.post("/hazards/tell/estate/", {"place": street.places["estate"].path})
    resident.post("/hazards/tell/place/", {"place": "yard", "where": "east gate"})
    send(resident)

    assert ("Where exactly?" in without_buildings, "No. 12" in without_buildings) == (True, False)
    hazard = Hazard.objects.get()
    assert (hazard.procedure.place, hazard.where) == (street.places["estate"], "east gate")


def test_nobody_comes_to_a_later_page_without_the_earlier_answer(resident, street):
    assert [resident.get(f"/hazards/tell/{page}/").headers["Location"] for page in ("seen", "photos", "check")] == [
        "/hazards/tell/"
    ] * 3
    assert resident.get("/hazards/tell/nothing/").status_code in (302, 404)


def test_a_photo_that_is_none_is_named_and_one_can_be_removed(resident, street):
    walk(resident, street)
    wrong = resident.post("/hazards/tell/photos/", {"photos": SimpleUploadedFile("a.png", b"no picture", "image/png")})
    (photo,) = resident.get("/hazards/tell/photos/").context["draft"].photos

    resident.post("/hazards/tell/photos/", {"remove": photo["uuid"]})

    assert (wrong.status_code, "a.png" in wrong.content.decode()) == (422, True)
    assert resident.get("/hazards/tell/photos/").context["draft"].photos == []


def test_the_place_of_a_code_at_a_door_is_not_asked_for(resident, street):
    resident.get(f"/hazards/tell/?place={street.places['building'].path}")

    assert resident.post("/hazards/tell/", {"kind": "gas"}).url == "/hazards/tell/seen/"


def test_the_session_holds_nothing_that_can_be_read(resident, street):
    walk(resident, street)

    assert [part for part in (MINE, "Boxes") if part in str(dict(resident.session))] == []


# --- the answer


def told(street, contact=MINE, **more) -> Hazard:
    return tell_hazard(
        kind=HazardKind.FIRE, text="Boxes", place=street.places["building"], contact=contact, at=timezone.now(),
        action=uuid4(), **more,
    ).hazard  # fmt: skip


def close(street, hazard: Hazard, answer: str) -> Hazard:
    return steps.no_hazard(
        hazard=hazard, version=hazard.procedure.version, reason="a stand", answer=answer, by=street.by("area_lead"),
        at=timezone.now(), action=uuid4(),
    )  # fmt: skip


def messages() -> list[Delivery]:
    drain("hazards.answer")
    return list(Delivery.objects.order_by("pk"))


def test_whoever_left_a_contact_is_told_what_was_found(street):
    hazard = told(street)
    assert messages() == []
    close(street, hazard, "It is a bicycle stand, fixed to the wall.")

    (message,) = messages()

    assert ("It is a bicycle stand" in message.text, hazard.procedure.number in message.text) == (True, True)
    assert (message.channel, as_told(message)) == ("sms", True)
    assert messages() == [message]


@pytest.mark.parametrize("contact", ["", "door 301"])
def test_without_a_contact_that_can_be_reached_nothing_is_sent(street, contact):
    close(street, told(street, contact), "It is a stand.")

    assert messages() == []


@pytest.mark.parametrize(
    ("answers", "name", "said"),
    [(Answers.UNIT, "㛃记面馆", "a shop or another unit cleared it."),
     (Answers.MANAGER, "高建物业", "高建物业 cleared it."), (Answers.HOUSEHOLD, "301", "a household cleared it.")],
)  # fmt: skip
def test_the_answer_names_nobody_whose_name_is_on_no_public_page(street, answers, name, said):
    hazard = told(street)
    hazard.answers, hazard.answers_name, hazard.answer = answers, name, f"{name} cleared it."

    with override("en"):
        assert answer_outside(hazard) == said


def test_nor_does_it_name_premises(street):
    hazard = told(street)
    hazard.premises, hazard.answer = room(street, name="GEHEIM"), "GEHEIM has an extinguisher now."

    with override("en"):
        assert answer_outside(hazard) == "a shop or another unit has an extinguisher now."
