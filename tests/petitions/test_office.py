"""Where the petition desk is found: facts of the office, in versions, on its pages and in its letters."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from linli.core.errors import Conflict, Invalid, Refused
from linli.core.typeset import can_typeset
from linli.people.models import AdminAct
from linli.petitions.domain import handling
from linli.petitions.domain.office import delivered, keep_office, office
from linli.petitions.models import Office
from tests.petitions.making import act, opened

MOVED = {
    "address": "乐山二路8号", "address_en": "8 Second Leshan Road", "hours": "周一至周六 8:30–18:00",
    "hours_en": "Monday to Saturday 8:30–18:00", "telephone": "021-555 00199", "reason": "the desk moved",
}  # fmt: skip


def keep(street, **changes):
    given = {**MOVED, "version": 1, "by": street.by("duty_officer"), "at": street.now, "action": uuid4(), **changes}
    return keep_office(**given)


def notified(street):
    """A petition of which its petitioner was told, and the letter of that."""
    petition = act(street, opened(street).petition, handling.notify, street.by("petition_clerk"), street.now, text="")
    return petition, petition.letters.get()


def test_before_the_office_wrote_its_own_an_example_stands_and_says_so(street, sign_in):
    assert (office(), office().example) == (delivered(), True)

    page = sign_in("duty_officer").get("/petitions/office/").content.decode()
    public = Client(headers={"accept-language": "en"}).get("/petitions/").content.decode()

    assert "This is example data" in page
    assert (delivered().address_en in public, delivered().telephone in public) == (True, True)


def test_a_version_is_written_on_the_page_with_its_reason_and_who_wrote_it(street, sign_in):
    client = sign_in("duty_officer")

    assert client.post("/petitions/office/", {**MOVED, "version": 1, "action": str(uuid4())}).status_code == 302

    page = client.get("/petitions/office/").content.decode()
    public = Client(headers={"accept-language": "en"}).get("/petitions/").content.decode()
    paper = Client(headers={"accept-language": "en"}).get("/petitions/paper/").content.decode()
    assert "This is example data" not in page
    assert (MOVED["reason"] in page, street.accounts["duty_officer"].name in page) == (True, True)
    assert all(MOVED[name] in shown for name in ("address_en", "telephone") for shown in (public, paper))
    assert list(AdminAct.objects.filter(what="petition_office_kept").values_list("target", "detail")) == [
        (MOVED["address"], MOVED["reason"])
    ]


def test_only_who_leads_the_desk_or_an_administrator_writes_it(street, sign_in):
    for role in ("petition_clerk", "department_handler", "resident", "auditor"):
        client = sign_in(role)
        answers = {client.get("/petitions/office/").status_code,
                   client.post("/petitions/office/", {**MOVED, "version": 1}).status_code}  # fmt: skip
        assert answers == {403}, role
    with pytest.raises(Refused):
        keep(street, by=street.by("petition_clerk"))
    assert Office.objects.count() == 0


def test_the_second_of_two_is_told_and_the_same_submit_writes_one(street):
    action = uuid4()
    keep(street, action=action)
    keep(street, action=action)

    with pytest.raises(Conflict):
        keep(street)
    assert Office.objects.count() == 1
    assert keep(street, version=2, telephone="12345").version == 3


@pytest.mark.parametrize(("field", "text"), [("address", " "), ("hours", ""), ("reason", ""), ("telephone", "ring me")])
def test_what_lacks_is_said_beside_its_field(street, field, text):
    with pytest.raises(Invalid) as told:
        keep(street, **{field: text})
    assert set(told.value.fields) == {field}


@pytest.mark.skipif(not can_typeset(), reason="typst or a typeface with Chinese characters is missing")
def test_a_letter_names_what_stood_when_it_was_written(street, sign_in):
    keep(street, at=street.now - timedelta(days=2))
    petition, letter = notified(street)
    keep(street, version=2, at=street.now + timedelta(days=1), address="新址", address_en="elsewhere", telephone="110")
    url = f"/petitions/file/{petition.procedure.number}/letters/{letter.pk}/"

    page = sign_in("petition_clerk").get(url).content.decode()
    pdf = sign_in("petition_clerk").post(url, {"as": "pdf"}).content
    told = "".join("".join(each.extract_text().split()) for each in PdfReader(BytesIO(pdf)).pages)

    wanted = [MOVED["address_en"], MOVED["hours_en"], MOVED["telephone"]]
    assert [text in page for text in wanted] == [True, True, True]
    assert ["".join(text.split()) in told for text in wanted] == [True, True, True]
    assert "elsewhere" not in page
