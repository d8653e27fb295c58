"""The pages of petitions: writing one, the way back, the desk, letters in print and as PDF."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation

from linli.core.typeset import can_typeset
from linli.petitions.domain import answering
from linli.petitions.domain.identity import own_people, text_of
from linli.petitions.models import Petition
from tests.petitions.making import OPINION, Person, act, opened, petition_in

ANSWERS = {
    "klass": "request", "field": "housing", "estate": "", "matter": "屋面漏水", "text": "漏了三个月，请修。",
    "accused": "",
    "name": "钅䲟㛃", "phone": "13800000001", "address": "测试路1号", "persons": "2", "others": "第二人 13800000002",
}  # fmt: skip


def english() -> Client:
    return Client(headers={"accept-language": "en"})


def written(client: Client, page: int, **changes: str):
    return client.post("/petitions/write/", {**ANSWERS, "page": str(page), "action": str(uuid4()), **changes})


def test_the_channels_and_the_procedure_are_published(street):
    page = english().get("/petitions/").content.decode()

    assert all(said in page for said in ("12345", "Within 15 days", "within 60 days", "by at most 30 days"))


@pytest.mark.parametrize(("page", "shown"), [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6)])
def test_one_thing_on_a_page_and_nothing_kept_before_it_is_sent(page, shown, street):
    answer = written(english(), page)

    assert (answer.status_code, f"Step {shown} of 6" in answer.content.decode()) == (200, True)
    assert Petition.objects.count() == 0


def test_a_suggestion_is_asked_for_no_organisation(street):
    assert "Step 5 of 6" in written(english(), 3, klass="suggestion").content.decode()


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(street):
    answer = written(english(), 3, matter="")

    page = answer.content.decode()
    assert (answer.status_code, "漏了三个月，请修。" in page, "Please fill in: In a line" in page) == (422, True, True)


def test_sent_it_has_number_and_code_and_this_browser_finds_it_again(street):
    client = english()

    answer = written(client, 6)

    petition = Petition.objects.get()
    assert (petition.channel, petition.persons, text_of(petition)) == ("network", 2, ANSWERS["text"])
    assert [person.name for person in own_people(petition)] == ["钅䲟㛃", "第二人"]
    number = petition.procedure.number
    assert number in answer.content.decode()
    assert "屋面漏水" in client.get(f"/petitions/progress/{number}/").content.decode()
    assert english().get(f"/petitions/progress/{number}/").status_code == 302


def test_sent_twice_it_is_one(street):
    client, action = english(), str(uuid4())

    pages = [written(client, 6, action=action) for _ in range(2)]

    assert [page.status_code for page in pages] == [200, 200]
    assert Petition.objects.count() == 1


def test_six_representatives_are_too_many(street):
    others = "\n".join(f"代表{n} 1380000000{n}" for n in range(5))

    answer = written(english(), 6, others=others, persons="30")

    assert (answer.status_code, "five at most" in answer.content.decode()) == (422, True)


def test_number_and_code_lead_back(street):
    found = opened(street)
    client, number = english(), found.petition.procedure.number

    wrong = client.post("/petitions/progress/", {"number": number, "code": "AAAAAAAAAA"})
    right = client.post("/petitions/progress/", {"number": number.lower(), "code": found.claim_code.lower()})

    assert (wrong.status_code, right.status_code, right.url) == (422, 302, f"/petitions/progress/{number}/")


def test_the_clerk_writes_down_what_came_by_letter(street, sign_in):
    client = sign_in("petition_clerk")
    given = {**ANSWERS, "channel": "letter", "received_on": "2026-11-20", "action": str(uuid4())}

    answer = client.post("/petitions/register/", given)

    petition = Petition.objects.get()
    assert (answer.status_code, petition.channel, petition.received_at.date().isoformat()) == (
        200,
        "letter",
        "2026-11-20",
    )
    assert "屋面漏水" in client.get("/petitions/desk/").content.decode()


@pytest.mark.parametrize("state", ["received", "objected", "handling", "answered", "reviewing", "rechecked"])
def test_each_post_with_a_part_can_open_its_page(state, street, sign_in):
    petition = petition_in(street, state)
    number = petition.procedure.number

    shown = {
        key: sign_in(key).get(f"/petitions/file/{number}/").status_code
        for key in ("petition_clerk", "department_handler", "grid_worker", "administrator", "auditor")
    }

    theirs = 404 if state == "received" else 200
    assert shown == {
        "petition_clerk": 200, "department_handler": theirs, "grid_worker": 404, "administrator": 403, "auditor": 403,
    }  # fmt: skip


def test_a_step_on_the_page_moves_it_and_a_stale_one_is_told(street, sign_in):
    petition = opened(street).petition
    client, url = sign_in("petition_clerk"), f"/petitions/file/{petition.procedure.number}/"

    for status in (302, 409):
        answer = client.post(url, {"step": "notify", "version": "1", "action": str(uuid4()), "text": ""})
        assert answer.status_code == status


def test_letters_are_printed_with_long_names_and_rare_characters(street, sign_in):
    name = "阿卜杜热合曼·买买提伊明·钅䲟㛃𬭛" * 3
    petition = petition_in(street, "answered", people=[Person(name, "13800000001", "路")])
    client, number = sign_in("department_handler"), petition.procedure.number
    url = f"/petitions/file/{number}/letters/{petition.letters.get(form='opinion').pk}/"

    bare, addressed = client.get(url).content.decode(), client.post(url).content.decode()

    assert (name in bare, name in addressed) == (False, True)
    assert all(said in bare for said in ("Facts and reasons", "Legal basis", "within 30 days"))
    if can_typeset():
        pdf = client.post(url, {"as": "pdf"})
        assert (pdf.content[:5], pdf["Content-Disposition"]) == (b"%PDF-", f'inline; filename="letter-{number}.pdf"')


def test_letters_are_chinese_for_who_reads_chinese(street):
    from linli.petitions.letter_words import shown

    petition = petition_in(street, "answered")
    with translation.override("zh-hans"):
        words = shown(petition.letters.get(form="opinion"), petition, to="测试信访人")

    assert (words.to, words.date) == ("测试信访人", "2026年11月23日")


def test_the_petitioner_grades_once(street):
    petition = petition_in(street, "delivered", by=None, channel="network", account=street.accounts["resident"])
    client, url = english(), f"/petitions/progress/{petition.procedure.number}/"
    client.force_login(street.accounts["resident"])

    client.post(f"{url}rate/", {"grade": "5", "action": str(uuid4())})

    assert Petition.objects.get().grade == 5
    assert "Send my grade" not in client.get(url).content.decode()


def test_the_list_costs_no_more_for_three_than_for_one(street, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, costs = sign_in("petition_clerk"), []
    for _each in range(3):
        opened(street)
        client.get("/petitions/desk/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/petitions/desk/")
        costs.append(len(queries))

    assert costs[0] == costs[2]


def test_an_opinion_that_comes_too_late_is_shown_to_whoever_wrote_it(street, sign_in):
    petition = petition_in(street, "handling")
    stale = {**OPINION, "step": "answer", "version": petition.procedure.version, "action": uuid4()}
    url, client = f"/petitions/file/{petition.procedure.number}/", sign_in("department_handler")
    act(
        street,
        petition,
        answering.answer,
        street.by("department_handler"),
        street.now,
        **{**OPINION, "facts": "另一份"},
    )

    late = client.post(url, stale)

    assert (late.status_code, OPINION["facts"] in late.content.decode()) == (409, True)


def test_a_petitioner_whose_page_is_stale_keeps_the_reasons_and_can_send_them_again(street, sign_in):
    petition = petition_in(street, "delivered", by=None, account=street.accounts["resident"], at=timezone.now())
    stale = {"step": "ask_review", "version": petition.procedure.version - 1, "reason": "现场根本没有人来看过。"}
    url, client = f"/petitions/progress/{petition.procedure.number}/", sign_in("resident")

    late = client.post(url, {**stale, "action": uuid4()})
    form = next(form for name, form in late.context["steps"] if name == "ask_review")
    sent = client.post(url, {**stale, "version": form["version"].value(), "action": uuid4()})
    over = client.post(url, {**stale, "action": uuid4()})

    assert (late.status_code, form["reason"].value(), sent.status_code) == (409, stale["reason"], 302)
    assert (over.status_code, stale["reason"] in over.content.decode()) == (409, True)
    petition.procedure.refresh_from_db()
    assert petition.procedure.state == "reviewing"
