"""The legal studio: a question always has an owner and a clock, only the studio reads it, legal aid in 7 and 3 days."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from linli import lawbook
from linli.cases.domain.classes import starter
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import Delivery, ViewLog
from linli.core.outbox import drain
from linli.mediation.domain.types import types
from linli.people.actors import Actor
from linli.people.domain.duty import set_duty
from linli.people.enums import Role
from linli.procedures.domain import audit
from linli.procedures.models import Clock, Party, Procedure
from linli.station.domain import legal, legal_telling, lessons
from linli.station.domain.cards import CARDS, TOPICS, cards_for, shown
from linli.station.models_legal import Band, ChildWorkCheck, LegalQuestion, Lesson
from tests.neighbourhood import SETUP

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 3, 3, 22, tzinfo=SHANGHAI)  # a Tuesday
HOUR = timedelta(hours=1)
ASKED = "他欠我的钱能要回来吗？"


@pytest.fixture
def asked(street):
    def ask(at: datetime = NIGHT, **more) -> legal.Asked:
        given = {
            "topic": "family",
            "words": "他欠我的钱能要回来吗？",
            "contact": "13812345678",
            "action": uuid4(),
            **more,
        }
        return legal.ask(at=at, **given)

    return ask


def step(street, verb, question: LegalQuestion, role: str = "mediator", at: datetime = NIGHT, **more) -> LegalQuestion:
    version = question.procedure.version
    return verb(question=question, version=version, by=street.by(role), at=at, action=uuid4(), **more)


def asker(question: LegalQuestion) -> Actor:
    return Actor(party=str(Party.objects.get(procedure=question.pk).uuid))


def clocks(question: LegalQuestion) -> dict[str, tuple[str, datetime]]:
    rows = Clock.objects.filter(procedure=question.pk).order_by("pk")
    return {clock.rule: (clock.state, clock.due.astimezone(SHANGHAI)) for clock in rows}


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=SHANGHAI)


# --- an owner and a clock


def test_a_question_left_at_night_is_with_whoever_is_on_call(street, asked):
    mediator = street.posts["mediator"]
    set_duty(post=mediator, starts=NIGHT - HOUR, ends=NIGHT + HOUR, by=SETUP, at=NIGHT - HOUR)

    question = asked().question

    assert list(question.procedure.assignments.filter(open=True).values_list("post", flat=True)) == [mediator.pk]


def test_where_nobody_is_on_call_it_is_with_who_comes_next_or_keeps_the_studio(street, asked):
    first = asked().question
    set_duty(
        post=street.posts["mediator"], starts=NIGHT + 10 * HOUR, ends=NIGHT + 18 * HOUR, by=SETUP, at=NIGHT
    )  # fmt: skip
    second = asked().question

    owners = [row.procedure.assignments.get(open=True).post.role for row in (first, second)]
    assert owners == [Role.MEDIATOR, Role.MEDIATOR]


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (NIGHT, midnight(2026, 3, 5)),  # Tuesday night: until the end of Wednesday
        (datetime(2026, 3, 6, 16, tzinfo=SHANGHAI), midnight(2026, 3, 10)),  # Friday: until the end of Monday
        (datetime(2026, 2, 14, 12, tzinfo=SHANGHAI), midnight(2026, 2, 25)),  # before the Spring Festival
    ],
)
def test_it_is_answered_within_one_working_day_and_the_page_says_why(asked, at, due, client):
    question = asked(at=at).question

    assert clocks(question) == {"legal.answer": ("running", due)}
    assert lawbook.rule("legal.answer", on=at.date()).status == lawbook.Status.ASSUMPTION


def test_legal_aid_is_decided_in_seven_days_and_a_lawyer_named_in_three(street, asked):
    question = step(street, legal.take, asked().question)
    question = step(street, legal.apply_aid, question, text="Papers handed in.")
    applied = clocks(question)
    question = step(street, legal.grant_aid, question, at=NIGHT + timedelta(days=5))
    question = step(street, legal.appoint, question, at=NIGHT + timedelta(days=6), text="Office A, 12348.")

    assert applied["legal.answer"][0] == "dropped"
    assert applied["legal_aid.decide"] == ("running", midnight(2026, 3, 11))
    assert clocks(question)["legal_aid.decide"][0] == "met"
    assert clocks(question)["legal_aid.appoint"] == ("met", midnight(2026, 3, 12))


def test_a_no_of_the_centre_gives_its_reason(street, asked):
    question = step(street, legal.apply_aid, step(street, legal.take, asked().question), text="Papers handed in.")

    with pytest.raises(Invalid):
        step(street, legal.refuse_aid, question, reason=" ")
    assert step(street, legal.refuse_aid, question, reason="Not in its field.").procedure.state == "answered"


def test_who_asks_on_is_answered_in_time_again(street, asked):
    question = step(street, legal.answer, asked().question, text="Ask for mediation first.")
    then = datetime(2026, 3, 9, 10, tzinfo=SHANGHAI)
    question = legal.ask_on(
        question=question, version=question.procedure.version, text="And if he says no?", by=asker(question), at=then,
        action=uuid4(),
    )  # fmt: skip

    assert (question.procedure.state, legal.said(question)[0]) == (
        "answering", "他欠我的钱能要回来吗？\n\nAnd if he says no?",
    )  # fmt: skip
    running = Clock.objects.filter(procedure=question.pk, state="running").get()
    assert running.due == midnight(2026, 3, 11)


def test_the_same_submit_twice_is_one_question(asked):
    action = uuid4()
    first, second = asked(action=action), asked(action=action)

    assert (first.question.pk, first.code, LegalQuestion.objects.count()) == (second.question.pk, second.code, 1)


# --- who reads it


def test_nothing_of_it_lies_open_in_the_database(asked):
    question = asked().question

    assert "要回来".encode() not in bytes(question.words_sealed)
    assert question.procedure.sealed


@pytest.mark.parametrize("role", ["duty_officer", "committee_secretary", "administrator", "auditor", "outsider"])
def test_who_does_not_work_on_it_finds_nothing(role, street, asked, sign_in):
    number = asked().question.procedure.number
    client = sign_in(role)

    assert client.get(f"/legal/desk/{number}/").status_code in (403, 404)
    assert number not in client.get("/legal/desk/").content.decode()
    assert number not in client.get("/inbox/").content.decode()


def test_the_studio_opens_it_with_a_reason_that_the_log_keeps(street, asked, sign_in):
    account = street.accounts["resident"]
    question = asked(account=account).question
    client = sign_in("mediator")
    page = f"/legal/desk/{question.procedure.number}/"
    closed = client.get(page).content.decode()
    opened = client.post(page, {"step": "look", "reason": "to answer it"}).content.decode()

    assert ("要回来" in closed, "要回来" in opened, "13812345678" in opened) == (False, True, True)
    kept = ViewLog.objects.values_list("viewer", "subject", "field", "reason").order_by("field")
    assert list(kept) == [
        (street.accounts["mediator"].pk, account.pk, field, "to answer it")
        for field in ("legal.words", "party.contact")
    ]


def test_a_stranger_does_not_find_it_and_whoever_has_the_code_does(asked):
    made, client = asked(), Client(headers={"accept-language": "en"})
    number = made.question.procedure.number
    page = f"/legal/mine/{number}/"
    before = client.get(page).status_code
    wrong = client.post("/legal/find/", {"number": number, "code": "0000-0000"})
    wide = str.maketrans({chr(plain): chr(plain + 0xFEE0) for plain in range(0x21, 0x7F)})  # as Chinese keyboards write
    client.post("/legal/find/", {"number": number.translate(wide), "code": made.code.translate(wide)})

    assert (before, wrong.status_code) == (404, 422)
    assert "他欠我的钱能要回来吗？" in client.get(page).content.decode()


def test_who_takes_it_back_is_forgotten(asked):
    question = asked().question
    taken = legal.withdraw(question=question, version=1, by=asker(question), at=NIGHT, action=uuid4())

    assert (taken.procedure.state, legal.said(taken)) == ("withdrawn", ("", ""))
    assert Party.objects.get(procedure=taken.pk).contact_sealed is None


def test_purged_it_says_that_it_was_and_nothing_else(asked):
    question = asked().question
    audit.purge(procedure=question.procedure, rule="legal_question.keep", by=SETUP, at=NIGHT)

    assert legal.said(LegalQuestion.objects.get(pk=question.pk)) == ("", "")


def test_it_is_handed_to_another_post_of_the_studio_only(street, asked):
    question = asked().question
    with pytest.raises(Invalid) as told:
        step(street, legal.hand_over, question, to=street.posts["duty_officer"], reason="ill")

    assert list(told.value.fields) == ["to"]


@pytest.mark.parametrize("given", [{"words": "  "}, {"words": "x" * 3001}, {"topic": "nothing"}])
def test_an_empty_question_is_told_what_is_missing(asked, given):
    with pytest.raises(Invalid):
        asked(**given)
    assert Procedure.objects.filter(kind="legal_question").count() == 0


# --- pages


def asks(resident: Client):
    resident.post("/legal/ask/", {"topic": "home"})
    resident.post("/legal/ask/words/", {"words": "May they cut the lift card?"})
    resident.post("/legal/ask/reach/", {"none": "1"})
    page = resident.get("/legal/ask/check/")
    return resident.post("/legal/ask/check/", {"action": page.context["form"]["action"].value()})


def test_a_resident_asks_and_reads_the_answer(street, sign_in):
    resident, studio = Client(headers={"accept-language": "en"}), sign_in("mediator")
    sent = asks(resident)
    number = LegalQuestion.objects.get().procedure.number
    studio.post(f"/legal/desk/{number}/", {"step": "take", "version": 1, "action": uuid4()})
    studio.post(f"/legal/desk/{number}/",
                {"step": "answer", "version": 2, "action": uuid4(), "text": "No.", "cards": ["fees"]})  # fmt: skip
    page = resident.get(sent.headers["Location"]).content.decode()

    assert sent.headers["Location"] == f"/legal/mine/{number}/"
    assert ("No." in page, "/legal/cards/fees/" in page) == (True, True)
    resident.post(f"/legal/mine/{number}/close/", {"version": 3, "action": uuid4(), "content": "yes"})
    question = LegalQuestion.objects.select_related("procedure").get()
    assert (question.procedure.state, question.content) == ("closed", True)


def test_a_clerk_writes_it_down_and_gives_the_code(street, sign_in):
    page = sign_in("window_clerk").post(
        "/legal/desk/write/", {"topic": "money", "words": "Wages.", "action": uuid4()}
    )  # fmt: skip
    number = LegalQuestion.objects.get().procedure.number

    assert number in page.content.decode()
    found = legal.by_code(number=number, code=page.context["code"])
    assert found.procedure.number == number


def test_a_message_says_that_there_is_news_and_nothing_of_it(street, asked):
    now = timezone.now()
    question = step(street, legal.answer, asked(at=now).question, at=now, text="Ask for mediation first.")
    drain("station.legal_told")
    (delivery,) = Delivery.objects.filter(procedure=question.pk)

    assert "mediation" not in delivery.text
    assert question.procedure.number in delivery.text
    assert legal_telling.as_told(delivery)
    step_on = {"version": question.procedure.version, "by": asker(question), "at": now, "action": uuid4()}
    legal.ask_on(question=question, text="And then?", **step_on)
    assert not legal_telling.as_told(delivery)


# --- clause cards


def test_each_card_stands_on_a_rule_in_force_and_names_what_there_is():
    today = date(2026, 11, 26)
    codes = {row["code"] for row in starter()["class"]}
    disputes = set(types())
    for card in CARDS.values():
        assert shown(card.code, on=today).text
        assert card.topic in TOPICS
        assert set(card.classes) <= codes
        assert set(card.disputes) <= disputes


def test_a_card_says_the_law_of_its_day():
    before, after = (shown("noise-penalty", on=day) for day in (date(2025, 12, 31), date(2026, 1, 1)))

    assert (before.article, after.article, after.since) == ("58", "88", date(2026, 1, 1))


def test_cards_are_found_for_a_class_of_case_and_a_dispute(client, db):
    noise = [card.code for card in cards_for(on=date(2026, 11, 26), klass="noise")]
    page = client.get("/legal/cards/?class=noise", headers={"accept-language": "en"}).content.decode()

    assert noise == ["noise", "noise-penalty", "mediate"]
    assert all(f"/legal/cards/{code}/" in page for code in noise)
    assert client.get("/legal/cards/nothing/").status_code == 404


# --- lessons and the yearly check


def announce(street, band: str = Band.ADULTS, starts: datetime = NIGHT + 40 * HOUR, **more) -> Lesson:
    given = {
        "title": "Wills", "band": band, "starts": starts, "ends": starts + HOUR, "where": "Hub",
        "post": street.posts["mediator"], "by": street.by("committee_secretary"), "at": NIGHT,
        "action": uuid4(), **more,
    }  # fmt: skip
    return lessons.announce(**given)


def checked(street, on: date, role: str = "mediator") -> ChildWorkCheck:
    return lessons.record_check(
        account=street.accounts[role], checked_on=on, by=street.by("committee_secretary"), at=NIGHT
    )  # fmt: skip


@pytest.mark.parametrize(
    ("on", "ok"), [(None, False), (date(2025, 3, 5), False), (date(2025, 3, 6), True), (date(2026, 3, 3), True)]
)
def test_nobody_teaches_minors_who_was_not_checked_in_the_year_before(street, on, ok):
    if on:
        checked(street, on)
    if ok:
        assert announce(street, Band.PRIMARY).band == Band.PRIMARY
    else:
        with pytest.raises(Invalid) as told:
            announce(street, Band.PRIMARY)
        assert list(told.value.fields) == ["post"]
    assert announce(street, Band.AGED).band == Band.AGED


def test_a_check_is_written_down_by_somebody_else_and_not_ahead(street):
    with pytest.raises(Refused):
        lessons.record_check(
            account=street.accounts["mediator"], checked_on=date(2026, 3, 1), by=street.by("mediator"), at=NIGHT
        )  # fmt: skip
    with pytest.raises(Invalid):
        checked(street, date(2026, 3, 4))
    checked(street, date(2026, 3, 3))
    with pytest.raises(Conflict):
        checked(street, date(2026, 3, 3))


def test_a_check_that_ran_out_is_red_and_one_that_soon_does_amber(street):
    post = street.posts["mediator"]
    tones = {}
    for on in (date(2025, 3, 3), date(2025, 3, 20), date(2026, 1, 1)):
        checked(street, on)
        (row,) = lessons.checks(NIGHT, [post])
        tones[on.isoformat()] = (row.tone, row.due)

    assert tones == {
        "2025-03-03": ("late", date(2026, 3, 3)),
        "2025-03-20": ("waiting", date(2026, 3, 20)),
        "2026-01-01": ("done", date(2027, 1, 1)),
    }


def test_how_many_came_is_counted_by_band_and_only_once_it_began(street):
    lesson = announce(street, starts=NIGHT + HOUR)
    with pytest.raises(Conflict):
        lessons.count_attended(lesson=lesson, attended=12, by=street.by("mediator"), at=NIGHT)
    lessons.count_attended(lesson=lesson, attended=12, by=street.by("mediator"), at=NIGHT + 2 * HOUR)
    off = lessons.call_off(lesson=announce(street), by=street.by("mediator"), at=NIGHT)

    assert lessons.held(date(2026, 3, 1), date(2026, 3, 31)) == [lessons.Held("adults", 1, 12)]
    assert lessons.held(date(2026, 3, 4), date(2026, 3, 31)) == []
    assert off not in lessons.coming(NIGHT)
    with pytest.raises(Conflict):
        lessons.call_off(lesson=lesson, by=street.by("mediator"), at=NIGHT + 3 * HOUR)


def test_the_page_of_lessons_takes_one_and_keeps_what_was_typed(street, sign_in):
    secretary, post = sign_in("committee_secretary"), street.posts["mediator"]
    typed = {"title": "Bullies", "band": "middle", "day": "2027-05-04", "starts": "14:00", "ends": "15:00",
             "where": "School", "post": post.pk, "action": str(uuid4())}  # fmt: skip
    refused = secretary.post("/legal/desk/lessons/", typed)
    lessons.record_check(
        account=street.accounts["mediator"], checked_on=date(2026, 11, 1), by=street.by("committee_secretary"),
        at=datetime(2026, 11, 2, tzinfo=SHANGHAI),
    )  # fmt: skip
    taken = secretary.post("/legal/desk/lessons/", typed)

    assert (refused.status_code, "Bullies" in refused.content.decode(), taken.status_code) == (422, True, 302)
    assert Lesson.objects.get().starts == datetime(2027, 5, 4, 14, tzinfo=SHANGHAI)


def test_somebody_elses_question_is_not_found_by_its_number(street, asked):
    question = asked(account=street.accounts["resident"]).question
    with pytest.raises(NotFound):
        legal.own(question.procedure.number, street.accounts["mediator"], set())
    assert legal.own(question.procedure.number, street.accounts["resident"], set())[0] == question


# --- nothing that was written is lost


def test_an_answer_that_comes_second_is_kept_for_whoever_wrote_it(street, asked, sign_in):
    question = step(street, legal.take, asked().question)
    stale = {"step": "answer", "text": "先发律师函，再起诉。", "version": question.procedure.version}
    page, client = f"/legal/desk/{question.procedure.number}/", sign_in("mediator")
    Procedure.objects.filter(pk=question.pk).update(version=question.procedure.version + 1)

    late = client.post(page, {**stale, "action": uuid4()})
    form = next(form for each, form in late.context["steps"] if each.name == "answer")
    sent = client.post(page, {**stale, "version": form["version"].value(), "action": uuid4()})
    over = client.post(page, {**stale, "action": uuid4()})

    assert (late.status_code, form["text"].value(), sent.status_code) == (409, stale["text"], 302)
    assert (over.status_code, stale["text"] in over.content.decode()) == (409, True)


def test_who_asks_on_twice_from_two_pages_keeps_the_second_words(street, asked, sign_in):
    made = asked(account=street.accounts["resident"])
    answered = step(street, legal.answer, made.question, text="可以。")
    page, client = f"/legal/mine/{answered.procedure.number}/ask_on/", sign_in("resident")
    words = [
        {"text": text, "version": answered.procedure.version, "action": uuid4()} for text in ("一", "还有一个问题")
    ]

    first, second = (client.post(page, each) for each in words)

    assert (first.status_code, second.status_code) == (302, 409)
    assert "还有一个问题" in second.content.decode()
