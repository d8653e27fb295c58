"""Pages of hazards: the way of a resident, of staff, of a notice on paper; and who finds nothing."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from linli.core.models import File
from linli.core.typeset import can_typeset
from linli.hazards.models import Hazard, Inspection, Notice, Premises
from linli.hazards.views import STEPS
from linli.hazards.workflow import WORKFLOW
from tests.core.test_signatures import drawn
from tests.hazards.contract import found_hazard, hazard_in
from tests.hazards.test_premises import room

ENGLISH = {"accept-language": "en"}


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (64, 48), "#0b6e63").save(out, "PNG")
    return SimpleUploadedFile("seen.png", out.getvalue(), "image/png")


def page(hazard: Hazard) -> str:
    return reverse("hazards:hazard", args=[hazard.procedure.number])


def test_every_move_has_its_button():
    assert set(STEPS) == set(WORKFLOW.moves)


def test_staff_serve_a_signed_notice_and_print_it(street, sign_in):
    hazard = found_hazard(street, text="走道堆物 <b>𬭛</b>")
    client = sign_in("grid_worker")
    given = {
        "step": "serve", "version": 1, "action": str(uuid4()), "demand": "Clear it", "answers": "unit",
        "answers_name": "㛃记面馆" * 6, "days": "3", "handed": "signed", "signature": drawn(),
        "signature_typed": "王𬭛",
    }  # fmt: skip

    missing = client.post(page(hazard), {**given, "signature": "", "signature_typed": ""})
    served = client.post(page(hazard), given)

    assert (missing.status_code, served.status_code) == (422, 302)
    assert "Sign on the glass" in missing.content.decode()
    notice = Notice.objects.get()
    assert File.objects.get(pk=notice.signature).audience == "sealed"
    printed = client.get(f"{page(hazard)}notice/1/").content.decode()
    assert "走道堆物 &lt;b&gt;𬭛&lt;/b&gt;" in printed
    assert "¥500" in printed  # the range as the law has it, with its article
    assert "Fire Protection Law, 60" in printed
    if can_typeset():
        pdf = client.get(f"{page(hazard)}notice/1/notice.pdf")
        assert (pdf.status_code, pdf.content[:5], pdf["Content-Type"]) == (200, b"%PDF-", "application/pdf")
    assert client.get(f"{page(hazard)}notice/2/").status_code == 404
    drawing = reverse("core:file", args=[notice.signature])
    assert (client.get(drawing).status_code, drawing in printed) == (200, True)
    auditor = sign_in("auditor")
    assert auditor.get(drawing).status_code == 404  # who looks on opens nothing that is sealed
    assert drawing not in auditor.get(page(hazard)).content.decode()


def test_imminent_danger_shows_119_first(street, sign_in):
    hazard = found_hazard(street, imminent=True)

    shown = sign_in("area_lead").get(page(hazard)).content.decode()

    main = shown[shown.index("<main") :]
    assert main.index("tel:119") < main.index("<h1>")


def test_strangers_and_other_posts_find_nothing(street, sign_in):
    hazard, premises = hazard_in(street, "noticed"), room(street)
    inside = [page(hazard), f"{page(hazard)}notice/1/", f"{page(hazard)}notice/1/notice.pdf"]
    register = [f"/hazards/premises/{premises.number}/"]

    assert {Client().get(each).status_code for each in inside + register} == {302}
    for role in ("outsider", "grid_worker_2"):
        client = sign_in(role)
        assert {client.get(each).status_code for each in inside + register} <= {302, 403, 404}
    for role in ("mediator", "police_liaison", "petition_clerk", "administrator", "auditor", "property_manager"):
        assert sign_in(role).get(register[0]).status_code == 403
    number = hazard.procedure.number
    exported = {
        role: sign_in(role).get("/hazards/export.csv").getvalue().decode() for role in ("area_lead", "grid_worker_2")
    }
    assert {role: number in rows for role, rows in exported.items()} == {"area_lead": True, "grid_worker_2": False}


def test_no_public_page_names_premises(street):
    premises = room(street, name="GEHEIM")

    for address in ("/", "/cases/", "/hazards/tell/", "/hazards/answer/", "/hazards/tell/paper/", "/cases.geojson"):
        assert premises.name not in Client().get(address).content.decode()


def test_a_round_is_kept_and_its_hazard_opened(street, sign_in):
    client = sign_in("grid_worker")
    address = "/hazards/inspections/list/meter_room/"
    given = {"place": street.places["building"].path}
    given |= {f"tick_{code}": "good" for code in ("empty", "closed", "heat", "sealed", "extinguisher")}
    given |= {"tick_heat": "bad", "open_heat": "on", "action": str(uuid4())}

    silent = client.post(address, given)
    kept = client.post(address, {**given, "note_heat": "A scorched socket", "photo_heat": picture()})

    assert (silent.status_code, kept.status_code) == (422, 302)
    assert "Write what you saw." in silent.content.decode()
    assert "No. 12" in client.get(address, {"place": street.places["building"].path}).content.decode()
    assert (Inspection.objects.get().bad, Hazard.objects.get().text) == (1, "A scorched socket")
    assert Hazard.objects.get().procedure.number in client.get(kept.url).content.decode()


def test_premises_are_visited_and_talked_with_by_pages(street, sign_in):
    client = sign_in("committee_secretary")
    place = {"place": street.places["building"].path}
    made = client.post(
        "/hazards/premises/new/",
        {"kind": "room", "name": "春申茶座", "operator": "139", "action": str(uuid4()), **place},
    )
    address = made.url
    visit = {"version": 1, "action": str(uuid4()), "concerns": ["noise"], "after": "correcting"}
    talk = {"talked_with": "both", "promised": "quiet", "follow_up_on": "2035-01-01", "action": str(uuid4())}

    assert client.post(f"{address}visit/", visit).status_code == 302
    assert client.post(f"{address}visit/", {**visit, "action": str(uuid4())}).status_code == 409
    assert client.post(f"{address}talk/", talk).status_code == 422  # more than a year away
    assert "139" in client.post(f"{address}operator/", {"reason": "a visit"}).content.decode()
    assert Premises.objects.get().status == "correcting"
    assert "春申茶座" in client.get("/hazards/premises/").content.decode()


@pytest.mark.parametrize("address", ["/hazards/", "/hazards/buildings/", "/hazards/inspections/", "/hazards/premises/"])
def test_a_list_of_three_costs_no_more_than_a_list_of_one(street, sign_in, address):
    client = sign_in("area_lead")

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    hazard_in(street, "noticed")
    room(street)
    statements()
    before = statements()
    for _ in range(2):
        hazard_in(street, "noticed")
        room(street)

    assert statements() == before


def test_the_hazards_of_one_round_are_all_listed_wherever_a_page_ends(street, sign_in, monkeypatch):
    monkeypatch.setattr("linli.hazards.views.ROWS", 2)
    found = {found_hazard(street, text=f"第{number}层堆物").procedure.number for number in range(5)}

    first = reverse("hazards:list")
    shown, address, client = [], first, sign_in("area_lead")
    while address:
        page = client.get(address).context
        shown += [row["number"] for row in page["rows"]]
        address = page["next"] and f"{first}?after={page['next']}"

    assert (len(shown), set(shown)) == (5, found)
