"""The reporter's way back: who may open a report, what it says, and what the reporter may do with it."""

import zipfile
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils.timezone import now
from django.utils.translation import override

from linli.cases.domain.closing import close_case, release_case, verify_case, void_case
from linli.cases.domain.handling import note_on_case
from linli.cases.domain.report import claim_code
from linli.cases.plain_words import BY_WHEN, STATES, TONES, WHO_HAS_IT, WORDS
from linli.cases.workflow import WORKFLOW
from linli.core.files import attach
from linli.core.models import File
from linli.engines.workflow import Audience
from linli.procedures.domain.story import story
from linli.procedures.enums import PartyKind
from linli.procedures.models import Entry, Party
from tests.cases.conftest import statements
from tests.neighbourhood import photo

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def claimed(street, case_in, visitor):
    """A function that brings a case into a state and a browser that has typed its code."""

    def bring(state: str, **changes) -> SimpleNamespace:
        action = uuid4()
        case = case_in(state, action=action, **changes)
        client = visitor()
        page = f"/r/{case.procedure.number}/"
        client.post(page, {"code": claim_code(action)})
        return SimpleNamespace(case=case, client=client, page=page, code=claim_code(action))

    return bring


@pytest.fixture
def answered(street, claimed):
    """A closed case with its answer, and the browser of its reporter. `ago`: days since it was closed."""

    def bring(*, ago: int = 0) -> SimpleNamespace:
        given = claimed("handled")
        case = verify_case(case=given.case, version=5, by=street.by("grid_worker"), at=street.now, action=uuid4())
        closed = now() - timedelta(days=ago)
        given.case = close_case(
            case=case, version=6, answer="灯泡已更换。", by=street.by("duty_officer"), at=closed, action=uuid4()
        )
        return given

    return bring


def last_entry(case) -> Entry:
    return Entry.objects.filter(procedure=case.pk).order_by("-seq").first()


def note(street, case, text: str, *, to_reporter: bool) -> None:
    note_on_case(
        case=case, text=text, to_reporter=to_reporter, by=street.by("duty_officer"), at=street.now, action=uuid4()
    )


def picture(street, case, audience: str) -> File:
    return File.objects.create(
        procedure=case.pk, audience=audience, name="x.jpg", media_type="image/jpeg", size=1, sha256="0" * 64,
        uploaded_at=street.now,
    )  # fmt: skip


def kinds(case) -> list[str]:
    return [line.kind for line in story(case.procedure, list(Audience))]


def test_the_code_opens_the_report_for_this_browser_alone(street, claimed, visitor):
    given = claimed("handling")
    shown = given.client.get(given.page)

    assert shown.context["case"] == given.case
    assert "form" in visitor().get(given.page).context
    assert "case" not in visitor().get(given.page).context


@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "{0:.5}-{0[5]}{0[6]}{0[7]}{0[8]}{0[9]}", "{0:.5} {0[5]}{0[6]}{0[7]}{0[8]}{0[9]}"]
)
def test_a_code_is_read_as_people_type_it(street, claimed, visitor, typed):
    given = claimed("handling")
    wide = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
    for text in (typed.format(given.code), typed.format(given.code).lower(), given.code.translate(wide)):
        client = visitor()
        assert client.post(given.page, {"code": text}).url == given.page
        assert client.get(given.page).context["case"] == given.case


def test_a_wrong_code_and_an_unknown_number_are_answered_alike(street, claimed, visitor):
    given, client = claimed("handling"), visitor()
    unknown = client.post("/r/AAAAAAAAA/", {"code": given.code})
    wrong = client.post(given.page, {"code": "AAAAAAAAAA"})

    assert (unknown.status_code, wrong.status_code) == (422, 422)
    assert unknown.context["form"].errors == wrong.context["form"].errors
    assert client.get("/r/AAAAAAAAA/").status_code == client.get(given.page).status_code == 200


def test_the_code_of_one_report_opens_no_other(street, claimed, visitor):
    one, other, client = claimed("handling"), claimed("filed"), visitor()

    assert client.post(other.page, {"code": one.code}).status_code == 422


def test_guessing_is_slow(street, claimed, visitor):
    given, client = claimed("handling"), visitor()
    tries = [client.post(given.page, {"code": f"AAAAAAAA{n:02}"}).status_code for n in range(12)]

    assert tries == [422] * 10 + [429] * 2
    assert client.post(given.page, {"code": given.code}).status_code == 429
    assert client.post("/follow/", {"number": given.case.procedure.number, "code": given.code}).status_code == 429


def test_number_and_code_are_asked_for_together_without_an_address(street, claimed, visitor):
    given, client = claimed("handling"), visitor()
    number = given.case.procedure.number
    typed = f"{number[:4]}-{number[4:]}".lower()

    assert client.post("/follow/", {"number": typed, "code": given.code}).url == given.page
    assert client.post("/follow/", {"number": number[:8], "code": given.code}).status_code == 422
    assert client.post("/follow/", {"number": "", "code": ""}).status_code == 422


@pytest.mark.parametrize(
    ("state", "who", "when"),
    [
        ("received", "街道值班长", "They decide by "),
        ("filed", "街道值班长", "They pass it on by "),
        ("dispatched", "六村物业经理", "It must be done by "),
        ("handling", "六村物业经理", "It must be done by "),
        ("handled", "第一网格网格员", "They look by "),
    ],
)
def test_it_says_who_has_it_and_by_when(street, claimed, state, who, when):
    street.now = now()
    given = claimed(state)
    stands = given.client.get(given.page).context["stands"]

    assert who in stands.who
    assert stands.when.startswith(when)
    assert not stands.late


def test_a_promise_that_was_broken_is_said(street, claimed):
    street.now = now() - timedelta(days=60)
    given = claimed("handling")
    stands = given.client.get(given.page).context["stands"]

    assert stands.late
    assert stands.when.endswith("It is late.")


def test_the_story_holds_what_is_for_the_parties_and_nothing_else(street, claimed):
    given = claimed("handled")
    note(street, given.case, "only us", to_reporter=False)
    note(street, given.case, "We need the key.", to_reporter=True)
    page = given.client.get(given.page)

    with override("en"):
        assert [(line.what, line.because) for line in page.context["story"]] == [
            ("You reported it.", ""),
            ("街道值班长 passed it to 六村物业经理.", ""),
            ("六村物业经理 took it on.", ""),
            ("街道值班长 writes to you:", "We need the key."),
        ]
    assert "only us" not in page.content.decode()


def test_a_note_for_another_party_is_not_shown(street, claimed):
    given = claimed("handling")
    other = Party.objects.create(procedure=given.case.procedure, kind="third_party")
    note(street, given.case, "secret", to_reporter=True)
    Entry.objects.filter(pk=last_entry(given.case).pk).update(only=other)

    assert "secret" not in given.client.get(given.page).content.decode()


def test_every_line_that_parties_may_read_has_words():
    for_parties = {move.name for move in WORKFLOW.moves.values() if move.audience == Audience.PARTIES}

    assert for_parties <= WORDS.keys()
    assert STATES.keys() == TONES.keys() == WHO_HAS_IT.keys() == WORKFLOW.states.keys()
    assert BY_WHEN.keys() == WORKFLOW.states.keys() - set(WORKFLOW.closed)


def test_the_reporter_signed_in_needs_no_code(street, report, visitor):
    case = report(account=street.accounts["resident"]).case
    client = visitor()
    client.force_login(street.accounts["resident"])

    assert client.get(f"/r/{case.procedure.number}/").context["case"] == case


def test_the_reporters_photos_go_along_and_no_others(street, report, visitor, tmp_path, settings):
    settings.FILES = tmp_path
    case = report(account=street.accounts["resident"]).case
    own, internal = photo("the lamp.png"), photo("inside the office.png")
    attach([own], procedure=case.pk, audience=Audience.PARTIES)
    attach([internal], procedure=case.pk, audience=Audience.STAFF)
    second = report(text="Theirs").case
    attach([photo("theirs.png")], procedure=second.pk, audience=Audience.PARTIES)
    account = street.accounts["resident"]
    Party.objects.create(procedure=second.procedure, kind=PartyKind.FURTHER, account=account)
    client = visitor()
    client.force_login(account)

    answer = client.get("/my-data/take-all-along/")

    archive = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content)))
    assert archive.namelist() == ["my-data.json", f"{case.procedure.number}/01-the lamp.png"]
    assert "Theirs" not in archive.read("my-data.json").decode()


@pytest.mark.parametrize("who", ["duty_officer", "outsider", "property_manager"])
def test_nobody_else_signed_in_gets_the_reporters_page(street, report, visitor, who):
    case = report(account=street.accounts["resident"]).case
    client = visitor()
    client.force_login(street.accounts[who])

    assert "case" not in client.get(f"/r/{case.procedure.number}/").context
    assert client.post(f"/r/{case.procedure.number}/rate/", {"grade": 5}).status_code == 404


@pytest.mark.parametrize("act", ["rate", "reopen", "add", "leave"])
def test_nobody_acts_for_the_reporter(street, claimed, visitor, act):
    given = claimed("handling")

    assert visitor().post(f"{given.page}{act}/", {"text": "x"}).status_code == 404


def test_the_answer_is_read_and_rated_once(street, answered):
    given = answered()
    page = given.client.get(given.page)
    assert "灯泡已更换。" in page.content.decode()

    assert given.client.post(f"{given.page}rate/", {"grade": "4", "text": HOSTILE}).url == given.page
    given.client.post(f"{given.page}rate/", {"grade": "1"})

    given.case.refresh_from_db()
    assert given.case.satisfaction == 4
    assert kinds(given.case).count("rated") == 1
    after = given.client.get(given.page).content.decode()
    assert "You said: satisfied" in after
    assert HOSTILE not in after


@pytest.mark.parametrize("given_grade", [{}, {"grade": "0"}, {"grade": "6"}, {"grade": "x"}])
def test_a_grade_that_is_none_is_asked_for_and_the_words_are_kept(street, answered, given_grade):
    given = answered()
    response = given.client.post(f"{given.page}rate/", given_grade | {"text": "because"})

    assert response.status_code == 422
    assert "because" in response.content.decode()
    given.case.refresh_from_db()
    assert given.case.satisfaction is None


def test_a_closed_report_is_taken_up_again_with_a_reason_once(street, answered):
    given = answered()
    page = f"{given.page}reopen/"
    form = given.client.get(page).context["form"]
    sent = {"action": str(form["action"].value()), "version": form["version"].value(), "reason": "又灭了"}

    assert given.client.post(page, sent).url == given.page
    assert given.client.post(page, sent).url == given.page
    given.case.refresh_from_db()
    assert (given.case.procedure.state, given.case.reopened) == ("filed", 1)
    assert "又灭了" in given.client.get(given.page).content.decode()


def test_taking_up_again_needs_a_reason(street, answered):
    given = answered()
    page = f"{given.page}reopen/"
    form = given.client.get(page).context["form"]
    response = given.client.post(page, {"action": str(uuid4()), "version": form["version"].value(), "reason": " "})

    assert response.status_code == 422
    assert given.case.procedure.state == "closed"


def test_after_fifteen_days_it_is_reported_anew(street, answered):
    given = answered(ago=16)
    page = f"{given.page}reopen/"
    response = given.client.post(page, {"action": str(uuid4()), "version": 7, "reason": "又灭了"})

    assert response.status_code == 422
    assert "又灭了" in response.content.decode()
    assert given.client.get(given.page).context["reopen_until"] is None


def test_who_is_second_keeps_the_words(street, answered):
    given = answered()
    response = given.client.post(f"{given.page}reopen/", {"action": str(uuid4()), "version": 3, "reason": "又灭了"})

    assert response.status_code == 422
    assert "又灭了" in response.content.decode()


def test_the_reporter_adds_something_and_whoever_has_it_is_told(street, claimed):
    from linli.core.models import Outbox

    given = claimed("handling")
    sent = {"action": str(uuid4()), "text": HOSTILE}
    given.client.post(f"{given.page}add/", sent)
    given.client.post(f"{given.page}add/", sent)

    assert kinds(given.case).count("added") == 1
    entry = last_entry(given.case)
    party = Party.objects.get(procedure=given.case.pk)
    assert (entry.actor, entry.audience) == (f"party:{party.uuid}", "parties")
    told = Outbox.objects.get(topic="case.added")
    assert told.body["seen_by"]["posts"] == [street.posts["property_manager"].pk]
    assert HOSTILE not in str(told.body)
    assert HOSTILE not in given.client.get(given.page).content.decode()


def test_nothing_is_added_to_a_closed_report_and_the_words_are_kept(street, answered):
    given = answered()
    response = given.client.post(f"{given.page}add/", {"action": str(uuid4()), "text": "noch etwas"})

    assert response.status_code == 422
    assert "noch etwas" in response.content.decode()
    assert "added" not in kinds(given.case)


@pytest.mark.parametrize("text", ["", "  ", "很" * 4001])
def test_an_addition_says_something_and_not_too_much(street, claimed, text):
    given = claimed("handling")

    assert given.client.post(f"{given.page}add/", {"action": str(uuid4()), "text": text}).status_code == 422


def test_a_refusal_gives_its_reason(street, claimed):
    given = claimed("received")
    why = "这是市政管的路。"
    void_case(case=given.case, version=1, reason=why, by=street.by("duty_officer"), at=street.now, action=uuid4())

    text = given.client.get(given.page).content.decode()
    assert why in text
    assert "Report something else" in text


def test_an_anonymous_report_is_taken_into_an_account(street, claimed, visitor):
    given = claimed("handling")
    assert given.client.post(f"{given.page}keep/").url.startswith("/sign-in/")
    given.client.force_login(street.accounts["resident"])
    given.client.post(given.page, {"code": given.code})

    given.client.post(f"{given.page}keep/")

    other = visitor()
    other.force_login(street.accounts["resident"])
    assert [row.number for row in other.get("/my/").context["reports"]] == [given.case.procedure.number]
    given.client.post(f"{given.page}keep/")
    assert kinds(given.case).count("kept") == 1
    assert last_entry(given.case).account is None


def test_a_report_of_somebody_elses_account_is_not_taken_over(street, claimed):
    from linli.people.domain.accounts import create_resident_account

    given = claimed("handling", account=street.accounts["resident"])
    given.client.force_login(create_resident_account(name="another", at=street.now))
    given.client.post(given.page, {"code": given.code})
    given.client.post(f"{given.page}keep/")

    assert Party.objects.get(procedure=given.case.pk).account == street.accounts["resident"]


def test_my_reports_are_mine_alone(street, report, visitor):
    mine = report(account=street.accounts["resident"]).case
    report(account=street.accounts["grid_worker"])
    report()
    client = visitor()
    assert client.get("/my/").url.startswith("/sign-in/")
    client.force_login(street.accounts["resident"])

    assert [row.number for row in client.get("/my/").context["reports"]] == [mine.procedure.number]


def test_photographs_open_with_the_report(street, claimed, visitor):
    given = claimed("handling")
    mine, staffs = (picture(street, given.case, audience) for audience in ("parties", "staff"))

    assert [shot["full"] for shot in given.client.get(given.page).context["photos"]] == [f"/files/{mine.pk}/"]
    assert visitor().get(f"/files/{mine.pk}/").status_code == 404
    assert given.client.get(f"/files/{staffs.pk}/").status_code == 404


def test_photographs_stay_the_reporters_when_they_are_no_longer_public(street, claimed):
    given = claimed("handling")
    shot = picture(street, given.case, "parties")
    for released in (True, False):
        release_case(case=given.case, released=released, by=street.by("duty_officer"), at=street.now)

    shot.refresh_from_db()
    assert shot.audience == "parties"


def test_a_purged_report_opens_for_nobody(street, answered):
    from linli.people.actors import Actor
    from linli.procedures.domain.audit import purge

    given = answered()
    purge(procedure=given.case.procedure, rule="case.keep", by=Actor.named("purge"), at=street.now)
    given.client.post(f"{given.page}leave/")

    assert given.client.post(given.page, {"code": given.code}).status_code == 422


def test_the_page_costs_the_same_however_long_the_story(street, claimed):
    given = claimed("handling")
    short = statements(given.client, given.page)
    for _ in range(5):
        given.client.post(f"{given.page}add/", {"action": str(uuid4()), "text": "more"})

    # the session; the report; whose turn it is; its clocks; the story; the posts it names; the photographs
    assert statements(given.client, given.page) == short == 7
