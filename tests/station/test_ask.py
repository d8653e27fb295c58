"""Asking the legal studio, one question a page."""

import pytest
from django.test import Client

from linli.procedures.models import Party
from linli.station.models_legal import LegalQuestion

WORDS = "May they cut the lift card?"


@pytest.fixture
def guest(street) -> Client:
    return Client(headers={"accept-language": "en"})


def walk(guest: Client, **other) -> list[str]:
    answers = {"": {"topic": "home"}, "words/": {"words": WORDS}, "reach/": {"contact": "138 1234 5678"}} | other
    return [guest.post(f"/legal/ask/{page}", given).headers.get("Location", "") for page, given in answers.items()]


def send(guest: Client):
    page = guest.get("/legal/ask/check/")
    return guest.post("/legal/ask/check/", {"action": page.context["form"]["action"].value()})


def test_one_question_a_page_and_then_the_overview(guest):
    led = walk(guest)
    check = guest.get("/legal/ask/check/").content.decode()

    assert led == ["/legal/ask/words/", "/legal/ask/reach/", "/legal/ask/check/"]
    assert [part for part in (WORDS, "138****5678", "Step 4 of 4") if part not in check] == []
    assert WORDS not in str(dict(guest.session))
    sent = send(guest)
    question = LegalQuestion.objects.select_related("procedure").get()
    assert (sent.url, question.topic) == (f"/legal/mine/{question.procedure.number}/", "home")
    assert Party.objects.get(procedure=question.pk).contact_sealed is not None
    assert guest.post("/legal/ask/check/", {"action": guest.session["legal_sent"]}).url == sent.url
    assert LegalQuestion.objects.count() == 1


def test_wrong_input_is_kept_as_typed(guest):
    guest.post("/legal/ask/", {"topic": "home"})
    long = guest.post("/legal/ask/words/", {"words": "Kept as typed. " + "x" * 3000})
    walk(guest)
    contact = guest.post("/legal/ask/reach/", {"contact": "1381"})

    assert (long.status_code, "Kept as typed." in long.content.decode()) == (422, True)
    assert (contact.status_code, 'value="1381"' in contact.content.decode()) == (422, True)
    assert guest.post("/legal/ask/", {}).status_code == 422


def test_a_changed_answer_leads_to_the_overview(guest):
    walk(guest, **{"reach/": {"none": "1"}})
    guest.get("/legal/ask/check/")

    assert guest.get("/legal/ask/words/").context["back_url"] == "/legal/ask/check/"
    assert guest.post("/legal/ask/words/", {"words": "And the gate?"}).url == "/legal/ask/check/"
    assert "And the gate?" in guest.get("/legal/ask/check/").content.decode()
    send(guest)
    assert Party.objects.get(kind="petitioner").contact_sealed is None
