"""Assistance: nothing without consent, urgent aid first, reasons, a hearing before less, and no list of anybody."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from django.utils.html import escape

from linli.cases.domain.handling import dispatch_case, file_case
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import Delivery, ViewLog
from linli.people.actors import Actor, Viewer
from linli.procedures.domain.audit import purge
from linli.procedures.domain.move import MissingEvidence
from linli.procedures.domain.queries import inbox
from linli.procedures.domain.referrals import destinations, refer
from linli.procedures.models import Clock, Party, Procedure
from linli.services.domain import assistance as domain
from linli.services.domain import assistance_file as files
from linli.services.domain import assistance_steps as steps
from linli.services.domain import thanks as notes
from linli.services.models_assistance import Assistance, Thanks
from tests.services.contract_assistance import application, assistance_in
from tests.test_access import addresses

STRANGERS = ["resident", "outsider", "duty_officer", "committee_secretary", "auditor", "administrator"]
WORDS, NAME = "老伴住院，这个月房租交不出。", "王阿姨"


@pytest.fixture
def act(street):
    """A function that takes a step as the window, or as somebody else."""

    def step(verb, assistance: Assistance, role: str = "window_clerk", **given) -> Assistance:
        given = {"by": street.by(role), "at": street.now, "action": uuid4(), **given}
        return verb(assistance=assistance, version=assistance.procedure.version, **given)

    return step


@pytest.fixture
def asked(street):
    """Mrs Wang asked by herself, in no account."""
    by_herself = application(street, consent_how="online", committee=None)
    return domain.apply_for_assistance(application=by_herself, by=None, at=street.now, action=uuid4())


def due(assistance: Assistance, rule: str) -> datetime | None:
    return Clock.objects.filter(procedure=assistance.pk, rule=rule).latest("start").due


# --- consent


def test_without_a_dated_consent_nothing_is_kept(street):
    for wrong in ({"consent_on": None}, {"consent_on": date(2026, 11, 24)}):  # none, and one of tomorrow
        with pytest.raises(Invalid) as told:
            domain.apply_for_assistance(
                application=application(street, **wrong), by=street.by("window_clerk"), at=street.now, action=uuid4()
            )
        assert set(told.value.fields) == {"consent_on"}
    assert (Procedure.objects.count(), Party.objects.count()) == (0, 0)


def test_a_committee_reports_need_and_only_how_to_ask_is_kept_until_the_answer(street, act):
    found = assistance_in(street, "found")

    assert (found.found_by, found.words_sealed, found.called_sealed, found.consent_on) == (
        "committee",
        None,
        None,
        None,
    )
    assert found.lead_sealed is not None
    assert due(found, "assistance.consent") == datetime(2026, 11, 30, 16, tzinfo=UTC)  # five working days, to midnight
    said_no = act(domain.decline, found)
    assert (said_no.procedure.state, said_no.lead_sealed) == ("declined", None)


def test_taking_the_consent_back_is_one_step_and_forgets(street, asked):
    assistance, person = asked.assistance, files.person_of(asked.assistance.procedure)

    after = domain.withdraw(
        assistance=assistance, version=assistance.procedure.version, by=Actor(party=str(person.uuid)), at=street.now,
        action=uuid4(),
    )  # fmt: skip

    person.refresh_from_db()
    assert after.procedure.state == "withdrawn"
    assert (after.called_sealed, after.words_sealed, person.contact_sealed) == (None, None, None)
    assert not Clock.objects.filter(procedure=after.pk, state="running").exists()


def test_the_words_and_the_name_lie_nowhere_in_clear(street, asked):
    row = Assistance.objects.values().get(pk=asked.assistance.pk)
    kept = repr(row) + repr(list(Procedure.objects.values())) + repr(list(Party.objects.values()))

    assert WORDS not in kept
    assert NAME not in kept
    assert "13812345678" not in kept
    assert files.own_words(asked.assistance) == {"called": NAME, "words": WORDS, "aid": ""}


# --- the law's order


def test_urgent_aid_comes_before_the_investigation_and_the_papers_after(street, act, asked):
    given = act(steps.give_urgent_aid, asked.assistance, text="米、油和500元")

    assert (given.procedure.state, due(given, "assistance.papers")) == (
        "received",
        datetime(2026, 12, 7, 16, tzinfo=UTC),
    )
    again = act(steps.give_urgent_aid, given, text="再加一晚旅馆")
    assert Clock.objects.filter(procedure=again.pk, rule="assistance.papers").count() == 1  # the first is still due
    action = uuid4()
    twice = [act(steps.give_urgent_aid, again, text="药", action=action).procedure.version for _twice in range(2)]
    assert twice == [again.procedure.version + 1] * 2
    again.procedure.refresh_from_db()
    done = act(steps.papers_in, again, text="表已补")
    assert Clock.objects.get(procedure=done.pk, rule="assistance.papers").state == "met"


def test_a_refusal_needs_its_reasons_and_the_person_reads_them_with_the_way_to_object(street, act, sign_in, asked):
    checked = act(steps.begin, asked.assistance)
    with pytest.raises(MissingEvidence):
        act(steps.refuse, checked, reason=" ")
    refused = act(steps.refuse, checked, reason="家庭人均收入高于标准。")
    client = Client(headers={"accept-language": "en"})
    client.post("/bookings/assistance/find/", {"number": refused.procedure.number, "code": asked.code})

    letter = client.get(f"/bookings/assistance/mine/{refused.pk}/letter/").content.decode()

    assert refused.procedure.state == "refused"
    assert "家庭人均收入高于标准。" in letter
    assert "art. 45" in letter
    assert "60 days" in letter


def test_nothing_is_reduced_before_the_person_was_told_and_heard(street, act):
    hearing = assistance_in(street, "hearing")
    for verb, given in ((steps.end_aid, {}), (steps.reduce, {"aid": "600元"})):
        with pytest.raises(MissingEvidence) as told:
            act(verb, hearing, reason="有收入", **given)
        assert told.value.facts["needs"] == ["hearing"]
    heard = act(steps.hear, hearing, text="一周只做两天")
    reduced = act(steps.reduce, heard, reason="一半自己挣", aid="每月600元")

    assert (reduced.procedure.state, files.own_words(reduced)["aid"]) == ("granted", "每月600元")
    again = act(steps.call_back, reduced, "committee_secretary", text="知道了")
    once_more = act(steps.plan_reduction, again, reason="全职了")
    with pytest.raises(MissingEvidence):  # the hearing of last time does not count for this time
        act(steps.end_aid, once_more, reason="全职了")


def test_somebody_else_calls_back_and_what_was_given_once_ends_with_it(street, act, asked):
    checked = act(steps.begin, asked.assistance)
    granted = act(steps.grant, checked, aid="2000元", one_off=True)

    assert due(granted, "assistance.call_back") == datetime(2026, 12, 7, 16, tzinfo=UTC)
    with pytest.raises(Refused):
        act(steps.call_back, granted, text="到了")
    assert act(steps.call_back, granted, "duty_officer", text="到了").procedure.state == "ended"


def test_the_decision_is_due_in_working_days_over_the_new_year_and_says_that_it_may_change(street, act, asked):
    checked = act(steps.begin, asked.assistance, at=datetime(2026, 12, 10, 2, tzinfo=UTC))
    clock = Clock.objects.get(procedure=checked.pk, rule="assistance.decide")

    assert (clock.due, clock.provisional, clock.source, clock.assumed) == (
        datetime(2027, 1, 21, 16, tzinfo=UTC), True, "assistance.decide", True,
    )  # fmt: skip


# --- who sees it


def test_it_is_seen_by_the_posts_that_work_on_it_and_by_nobody_by_place(street, asked):
    seen = {
        role
        for role, post in street.posts.items()
        if Procedure.objects.visible_to(Viewer((post,), street.accounts[role])).filter(pk=asked.assistance.pk).exists()
    }

    assert seen == {"window_clerk"}
    assert asked.assistance.procedure.sealed


def test_a_stranger_sees_nothing_whatever_they_try(street, asked, sign_in):
    key = asked.assistance.pk
    files = [f"/bookings/assistance/file/{key}/{page}" for page in ("", "letter/", "thanks/")]
    own = [f"/bookings/assistance/mine/{key}/{page}" for page in ("", "letter/", "take-back/", "thank/")]
    for role in STRANGERS:
        client = sign_in(role)
        statuses = {client.get(page).status_code for page in [*files, *own]}
        assert statuses <= {403, 404, 405}, role
        statuses = {client.post(page, {"step": "begin", "text": "x"}).status_code for page in [*files, *own]}
        assert statuses <= {403, 404, 405}, role
    assert {Client().get(page).status_code for page in own} == {404, 405}
    assert Procedure.objects.get(pk=key).version == asked.assistance.procedure.version


def test_there_is_no_page_that_lists_who_asks_for_help(street, asked, sign_in):
    """Every address without a key, for every role: none names an application but the inbox of who works on it."""
    number, lists = asked.assistance.procedure.number, []
    routes = [route for route, _pattern in addresses(get_resolver().url_patterns)]
    pages = [route for route in routes if route.startswith("bookings/") and "<" not in route]
    for role in ["nobody", "window_clerk", *STRANGERS]:
        client = Client() if role == "nobody" else sign_in(role)
        for route in [*pages, "inbox/", "cases/all/", "desk/", "audit/entries/"]:
            body = client.get(f"/{route}").content.decode(errors="replace")
            if any(word in body for word in (number, NAME, WORDS, str(asked.assistance.pk))):
                lists.append((role, route))

    assert lists == [("window_clerk", "inbox/")]


def test_what_is_sealed_opens_with_a_reason_that_is_written_down(street, asked):
    with pytest.raises(Invalid):
        files.open_words(assistance=asked.assistance, why=" ", by=street.by("window_clerk"), at=street.now)
    with pytest.raises(Refused):
        files.open_words(assistance=asked.assistance, why="看看", by=street.by("duty_officer"), at=street.now)
    opened = files.open_words(assistance=asked.assistance, why="上门", by=street.by("window_clerk"), at=street.now)

    assert opened == {"called": NAME, "words": WORDS, "contact": "13812345678"}
    assert set(ViewLog.objects.values_list("field", "reason")) == {
        ("assistance.called", "上门"), ("assistance.words", "上门"), ("party.contact", "上门"),
    }  # fmt: skip


def test_the_way_back_needs_number_and_code(asked):
    number = asked.assistance.procedure.number

    assert files.by_code(number=number.lower(), code=asked.code) == asked.assistance.pk
    for wrong in ({"number": number, "code": "AAAAAAAAAA"}, {"number": "ABCDEFGH1", "code": asked.code}):
        with pytest.raises(NotFound):
            files.by_code(**wrong)


def test_a_message_says_that_there_is_news_and_never_which(street, act):
    street.now = timezone.now()
    told = domain.apply_for_assistance(
        application=application(street, consent_on=date(2026, 11, 23)), by=street.by("window_clerk"), at=street.now,
        action=uuid4(),
    )  # fmt: skip
    act(steps.refuse, act(steps.begin, told.assistance), reason="家庭人均收入高于标准。")

    (message,) = Delivery.objects.filter(key__startswith="assistance.")
    assert told.assistance.procedure.number in message.text
    for word in ("救助", "assistance", "收入", "refus", NAME):
        assert word not in message.subject + message.text.replace("/bookings/assistance/", "")


def test_after_three_years_nothing_of_the_person_is_left(street, act, asked):
    ended = act(steps.refuse, act(steps.begin, asked.assistance), reason="家庭人均收入高于标准。")
    purge(
        procedure=ended.procedure, rule="retention", by=Actor.named("procedures.purge"),
        at=street.now + timedelta(days=1096),
    )  # fmt: skip

    row = Assistance.objects.get(pk=ended.pk)
    assert (row.called_sealed, row.words_sealed, row.aid_sealed, row.lead_sealed) == (None, None, None, None)


# --- from another matter, and thanks


def test_another_matter_passes_somebody_on_who_is_asked_first_and_its_story_keeps_silent(street, case_in):
    case = case_in("received")
    case = file_case(
        case=case, version=1, klass=case.klass, by=street.by("duty_officer"), at=street.now, action=uuid4()
    )  # fmt: skip
    case = dispatch_case(
        case=case, version=2, to=street.posts["property_manager"], reason="", by=street.by("duty_officer"),
        at=street.now, action=uuid4(),
    )  # fmt: skip
    by = street.by("duty_officer")
    assert "assistance" in [each.kind for each in destinations(case.procedure, by)]

    result = refer(case.procedure, to="assistance", text="底楼老人没有暖气。", by=by, at=street.now, action=uuid4())

    assert (result.kind, result.state, result.sealed) == ("assistance", "found", True)
    assert "referred" not in case.procedure.entries.values_list("kind", flat=True)
    (row,) = inbox([street.posts["window_clerk"]]).rows
    assert row.number == result.number


def test_thanks_are_shown_only_where_the_writer_agreed_and_staff_have_read_them(street, act, sign_in):
    granted = assistance_in(street, "running")
    person = Actor(party=str(files.person_of(granted.procedure).uuid))
    note = notes.write_thanks(
        procedure=granted.procedure, text="谢谢居委的小陈，雪中送炭。", public=True, by=person, at=street.now
    )

    assert notes.shown() == []
    with pytest.raises(Refused):
        notes.release_thanks(thanks=note, by=street.by("duty_officer"), at=street.now)
    notes.release_thanks(thanks=note, by=street.by("window_clerk"), at=street.now)
    page = Client(headers={"accept-language": "en"}).get("/bookings/assistance/thanks/").content.decode()
    assert escape("谢谢居委的小陈，雪中送炭。") in page
    assert NAME not in page
    notes.take_back(procedure=granted.procedure, by=person)
    assert (notes.shown(), Thanks.objects.count()) == ([], 1)


def test_a_note_without_consent_is_never_released(street, act):
    granted = assistance_in(street, "running")
    note = notes.write_thanks(
        procedure=granted.procedure, text="谢谢。", public=False, by=street.by("window_clerk"), at=street.now
    )
    with pytest.raises(Conflict):
        notes.release_thanks(thanks=note, by=street.by("window_clerk"), at=street.now)
