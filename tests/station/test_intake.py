"""Tell us once: each row of the table, words of danger, and that what was written is carried and never typed twice."""

import pytest
from django.test import Client

from linli.cases.domain.danger import danger_in
from linli.cases.draft import Draft
from linli.cases.models import Case
from linli.mediation.domain.screening import QUESTIONS
from linli.station.destinations import DESTINATIONS
from linli.station.domain.intake import propose, rules
from tests.neighbourhood import LONG_AGO

EVERYWHERE = frozenset(rule.to for rule in rules())
EXAMPLES = [(rule.code, text) for rule in rules() for text in rule.examples]
ANSWERS = [(rule.code, about, wants) for rule in rules() if not rule.examples
           for about in sorted(rule.about or [""]) for wants in sorted(rule.wants or [""])]  # fmt: skip


@pytest.fixture
def guest(street) -> Client:
    return Client(headers={"accept-language": "en"})


def tell(client: Client, text: str, *, about: str = "", wants: str = "") -> None:
    client.post("/help/tell/", {"text": text})
    client.post("/help/tell/about/", {"about": about})
    client.post("/help/tell/wish/", {"wants": wants})


@pytest.mark.parametrize(("code", "text"), EXAMPLES)
def test_each_example_is_read_as_its_row_says(code, text):
    assert propose(text, offered=EVERYWHERE).rule == code


@pytest.mark.parametrize(("code", "about", "wants"), ANSWERS)
def test_where_the_words_say_nothing_the_answers_decide(code, about, wants):
    assert propose("……", about=about, wants=wants, offered=EVERYWHERE).rule == code


def test_each_row_has_its_examples_in_both_languages_or_goes_by_answers():
    def languages(texts: tuple[str, ...]) -> set[bool]:
        return {text.isascii() for text in texts}

    by_words = [rule for rule in rules() if rule.asked.words]
    assert {rule.code: languages(rule.examples) for rule in by_words} == {rule.code: {True, False} for rule in by_words}
    assert [rule.code for rule in rules() if not (rule.asked.words or rule.about or rule.wants)] == []
    assert [rule.code for rule in rules() if not all(rule.because)] == []


def test_a_destination_that_is_not_there_is_not_proposed():
    everywhere = propose("楼上天天吵到半夜", offered=EVERYWHERE)
    reports_only = propose("楼上天天吵到半夜", about="place", offered={"case"})

    assert (everywhere.to, reports_only.to, reports_only.rule) == ("mediation", "case", "about-place")


def test_words_that_say_nothing_are_not_guessed_at(street):
    assert propose("嗯", offered=EVERYWHERE).to == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("有人拿着刀", "110"), ("他要自杀", "120"), ("楼上起火了", "119"), ("My neighbour is unconscious", "120"),
        ("厨房有煤气味", "119"), ("电梯里困着一个人", "119"), ("有人受伤", "120"), ("三楼的灯不亮", None),
    ],
)  # fmt: skip
def test_words_of_danger_bring_the_number_to_call(text, number, street):
    from linli.cases.domain.rulebook import load_starter_rules

    load_starter_rules(at=LONG_AGO)
    found = danger_in(text)

    assert (found.number if found else None) == number


def test_the_numbers_stand_again_where_danger_was_typed(guest):
    guest.post("/help/tell/", {"text": "He has a knife and shouts on the stairs"})
    page = guest.get("/help/tell/about/").content.decode()

    assert ("If you are not safe" in page, 'href="tel:110"' in page) == (True, True)
    guest.post("/help/tell/", {"text": "The lamp is out"})
    assert 'href="tel:110"' not in guest.get("/help/tell/about/").content.decode()


def test_what_was_told_becomes_the_text_of_a_report_without_typing_it_again(guest):
    tell(guest, "The light on the landing is broken", about="place", wants="mend")
    page = guest.get("/help/tell/where/").content.decode()
    sent = guest.post("/help/tell/where/", {"to": "case"})

    assert ("Something in the estate has to be mended" in page, sent.url) == (True, "/report/")
    assert Draft.of(guest.session).text == "The light on the landing is broken"
    assert "The light on the landing is broken" in guest.get("/report/text/").content.decode()
    assert "intake" not in guest.session


def test_another_destination_than_the_proposed_can_be_chosen(guest):
    tell(guest, "The light on the landing is broken")

    assert guest.post("/help/tell/where/", {"to": "police"}).url == "/help/tell/police/"
    assert "The light on the landing is broken" in guest.get("/help/tell/police/").content.decode()
    assert guest.post("/help/tell/police/").url == "/report/"
    assert Draft.of(guest.session).text == "The light on the landing is broken"


def test_where_nothing_is_chosen_the_words_stay(guest):
    tell(guest, "The light on the landing is broken")
    refused = guest.post("/help/tell/where/", {"to": "nowhere"})

    assert refused.status_code == 422
    assert "The light on the landing is broken" in refused.content.decode()


def test_violence_at_home_is_led_to_the_safe_page_before_anything_is_asked(guest):
    led = guest.post("/help/tell/", {"text": "My husband hit me again last night"})
    page = guest.get(led.url).content.decode()

    assert (led.url, "no message to the other side" in page, "call 110" in page) == ("/help/tell/safe/", True, True)
    assert "My husband" not in page
    assert guest.post("/help/tell/safe/").url == "/help/tell/about/"


def test_the_draft_is_sealed_in_the_session_and_one_button_forgets_it(guest):
    tell(guest, "前夫天天威胁我")
    assert "前夫" not in str(dict(guest.session))

    guest.post("/help/tell/forget/")

    assert ("intake" in guest.session, "carried" in guest.session) == (False, False)
    assert guest.get("/help/tell/where/").url == "/help/tell/"


def test_a_clerk_takes_a_report_down_and_tells_number_and_code(sign_in, street):
    clerk = sign_in("window_clerk")
    given = {"text": "The light on the landing is broken", "words": "乐山六村12号", "about": "place", "wants": "mend",
             "action": "5b0e9b9c-50d7-4a0c-8d7c-0d8d4a3d5f11"}  # fmt: skip

    looked = clerk.post("/station/intake/", {**given, "look": "1"}).content.decode()
    assert ("Something in the estate has to be mended" in looked, Case.objects.count()) == (True, 0)
    sent = [clerk.post("/station/intake/", {**given, "send": "1", "to": "case"}).content.decode() for _ in range(2)]

    case = Case.objects.get()
    assert (case.text, case.source, case.procedure.place) == (given["text"], "window", street.places["building"])
    assert all(case.procedure.number in page for page in sent)


def test_a_clerk_chooses_where_it_goes(sign_in):
    given = {"text": "嗯", "action": "5b0e9b9c-50d7-4a0c-8d7c-0d8d4a3d5f12", "send": "1"}
    answer = sign_in("window_clerk").post("/station/intake/", given)

    assert (answer.status_code, "Choose where it goes." in answer.content.decode()) == (422, True)


def test_every_destination_has_pages_that_exist(guest):
    from django.urls import reverse

    for each in DESTINATIONS.values():
        assert reverse(each.page)
        assert not each.desk or reverse(each.desk)


DISPUTE = "The neighbours upstairs make noise every night"


def test_a_dispute_is_carried_into_the_application_for_mediation(guest):
    tell(guest, DISPUTE, about="neighbour", wants="talk")

    assert guest.post("/help/tell/where/", {"to": "mediation"}).url == "/mediation/apply/"
    guest.post("/mediation/apply/", dict.fromkeys(QUESTIONS, "no"))
    assert DISPUTE in guest.get("/mediation/apply/dispute/").content.decode()


@pytest.mark.parametrize(
    ("to", "text", "page"),
    [
        ("assistance", "We have no money left for food", "/bookings/assistance/apply/"),
        ("petition", "The office was unfair to me", "/petitions/write/"),
        ("legal", "My landlord keeps my deposit", "/legal/ask/"),
        ("hazard", "A bare wire hangs at the entrance", "/hazards/tell/"),
    ],
)
def test_what_was_told_stands_in_the_first_page_of_where_it_goes(to, text, page, guest):
    tell(guest, text)
    first = guest.get("/help/tell/where/").context["form"].initial["to"]

    assert (first, guest.post("/help/tell/where/", {"to": to}).url) == (to, page)
    assert text in guest.get(page).content.decode()


def test_a_service_is_searched_by_the_words_that_were_recognised(guest):
    tell(guest, "妈妈的敬老卡丢了")
    led = guest.post("/help/tell/where/", {"to": "service"})

    assert led.url == "/services/?q=%E6%95%AC%E8%80%81%E5%8D%A1"
    assert guest.get(led.url).status_code == 200


def test_to_the_help_with_violence_at_home_nothing_goes_along_and_nothing_stays(guest):
    guest.post("/help/tell/", {"text": "My husband hit me again last night"})
    led = guest.post("/help/tell/safe/", {"help": "1"})

    assert (led.url, "intake" in guest.session, "carried" in guest.session) == ("/protection/help/", False, False)
    tell(guest, "We quarrel at home", about="family")
    assert guest.post("/help/tell/where/", {"to": "protection"}).url == "/protection/help/"
    assert ("intake" in guest.session, "carried" in guest.session) == (False, False)


def test_a_mediator_at_the_desk_goes_on_where_a_clerk_enters_a_dispute(sign_in):
    mediator = sign_in("mediator")
    given = {"text": DISPUTE, "action": "5b0e9b9c-50d7-4a0c-8d7c-0d8d4a3d5f13", "send": "1", "to": "mediation"}

    led = mediator.post("/station/intake/", given)
    assert led.url == "/mediation/enter/"
    assert DISPUTE in mediator.get(led.url).content.decode()
    assert sign_in("police_liaison").post("/station/intake/", given).url == "/mediation/apply/"
