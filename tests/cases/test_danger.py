"""Words of danger: the number to call stands there while one writes, and again before anything is sent; no trace."""

import logging

import pytest
from django.test import Client

from linli.cases.domain.danger import danger_in
from linli.core import steps
from linli.mediation.domain.screening import QUESTIONS

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def guest(street) -> Client:
    return Client(headers=ENGLISH)


@pytest.mark.parametrize(
    ("text", "number", "violence"),
    [("厨房着火了", "119", False), ("There is smoke is everywhere, on fire", "119", False), ("他晕倒了", "120", False),
     ("有人持刀", "110", False), ("老公喝酒就动手", "110", True), ("前夫来了", "110", True)],
)  # fmt: skip
def test_words_of_danger_name_the_number_and_what_is_violence_at_home(street, text, number, violence):
    found = danger_in(text)

    assert (found.number, found.violence) == (number, violence)


def test_ordinary_words_name_none(street):
    assert [danger_in(text) for text in ("三楼楼道灯不亮", "The lamp is broken", "")] == [None] * 3


def test_while_one_writes_the_box_comes_and_goes_and_nothing_is_kept_or_cached(
    guest, caplog, django_assert_num_queries
):
    with caplog.at_level(logging.DEBUG):
        answer = guest.post("/report/danger/", {"text": "My husband hit me"})
        calm = guest.post("/report/danger/", {"words": "The lamp is broken"})

    page = answer.content.decode()
    assert ('href="tel:110"' in page, 'form="leave-safely"' in page, "husband" in page) == (True, True, False)
    assert "no-store" in answer["Cache-Control"]
    assert "tel:" not in calm.content.decode()
    assert "husband" not in caplog.text
    assert dict(guest.session) == {}
    assert guest.get("/report/danger/?text=fire").status_code == 405


FORMS = {
    "/report/text/": ("text", [("/report/", {"klass": "noise"})]),
    "/hazards/tell/seen/": (
        "text",
        [
            ("/hazards/tell/", {"kind": "fire"}),
            ("/hazards/tell/estate/", "estate"),
            ("/hazards/tell/place/", "building"),
        ],
    ),
    "/legal/ask/words/": ("words", [("/legal/ask/", {"topic": "family"})]),
    "/help/tell/": ("text", []),
    "/mediation/apply/dispute/": ("matter", [("/mediation/apply/", dict.fromkeys(QUESTIONS, "no"))]),
}
LED = {"/help/tell/": 302}


def come_to(guest: Client, street, page: str) -> str:
    name, before = FORMS[page]
    for address, given in before:
        guest.post(address, {"place": street.places[given].path} if isinstance(given, str) else given)
    return name


@pytest.mark.parametrize("page", FORMS)
def test_every_form_with_free_words_asks_while_one_writes_and_needs_no_javascript(guest, street, page):
    name = come_to(guest, street, page)
    asked = guest.get(page).content.decode()
    about = {"about": "noise"} if "mediation" in page else {}
    sent = guest.post(page, {name: "There is a fire, people are trapped", **about})
    after = guest.get(sent.headers["Location"]).content.decode()

    assert 'hx-post="/report/danger/"' in asked
    assert f'hx-params="{name},csrfmiddlewaretoken"' in asked
    assert 'id="leave-safely"' in asked
    assert (sent.status_code, 'href="tel:119"' in after) == (302, True)


@pytest.mark.parametrize("page", [page for page in FORMS if page not in LED])
def test_violence_is_offered_hidden_help_before_the_words_are_kept(guest, street, page):
    name = come_to(guest, street, page)
    before = str(dict(guest.session))
    about = {"about": "noise"} if "mediation" in page else {}
    words = {name: "My husband hit me and I want it to stop", **about}
    halted = guest.post(page, words)

    shown = halted.content.decode()
    assert (halted.status_code, 'form="leave-safely"' in shown, "My husband hit me" in shown) == (200, True, True)
    assert str(dict(guest.session)) == before
    assert guest.post(page, words | {"anyway": "1"}).status_code == 302


@pytest.mark.parametrize("page", FORMS)
def test_whoever_goes_there_leaves_nothing_of_any_form_on_the_device(guest, street, page):
    name = come_to(guest, street, page)
    guest.post(page, {name: "The lamp is broken", "about": "noise"})

    led = guest.post("/report/leave/")

    assert led.url == "/protection/help/"
    assert "no-store" in led["Cache-Control"]
    assert [name for name in dict(guest.session.items()) if name in steps._names or name == "carried"] == []
