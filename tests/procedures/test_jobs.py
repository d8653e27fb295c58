"""What the system does by itself: clocks told once, vacant posts relieved, dates recounted, persons forgotten."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.cases.domain.asking import ask_reporter
from linli.cases.domain.handling import accept_case, fresh, hand_in_case
from linli.cases.domain.more_time import ask_time
from linli.cases.domain.together import ask_help
from linli.core.jobs import enqueue, work_once
from linli.core.models import Outbox
from linli.core.outbox import Cursor, Message
from linli.lawbook.calendars import calendar_from_chinesecalendar
from linli.people.actors import Actor
from linli.people.domain.holdings import vacate
from linli.people.models import Holding, Post
from linli.procedures import jobs
from linli.procedures.domain.assignments import pass_up
from linli.procedures.domain.limits import load_calendar
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.models import Assignment, Clock, EntryBody, Escalation, Exclusion, Party, Procedure
from tests.neighbourhood import photo


@pytest.fixture
def at(monkeypatch):
    """Set the clock that the jobs read: they are the edge."""
    return lambda moment: monkeypatch.setattr(jobs, "now", lambda: moment)


def kinds(procedure: Procedure) -> list[str]:
    return [line.kind for line in story(procedure, list(Audience))]


def purge() -> None:
    """Have the job done that forgets, as a worker does it."""
    enqueue("procedures.purge", at=timezone.now())
    while work_once():
        continue


def test_a_clock_is_told_amber_and_missed_once_each(case_in, street, at):
    procedure = case_in("received").procedure
    clock = Clock.objects.get(procedure=procedure)

    for moment in (clock.amber - timedelta(seconds=1), clock.amber, clock.amber, clock.due, clock.due):
        at(moment)
        jobs.watch_clocks()

    assert kinds(procedure) == ["received", "amber", "missed"]
    told = Outbox.objects.filter(procedure=procedure.pk).values_list("topic", flat=True)
    assert list(told) == ["case.opened", "case.amber", "case.missed"]
    assert Procedure.objects.get(pk=procedure.pk).version == 1


@pytest.mark.parametrize("meanwhile", [accept_case, ask_reporter], ids=["stopped", "paused"])
def test_a_clock_that_stopped_since_it_was_read_is_not_told_as_missed(case_in, street, meanwhile):
    case = case_in("dispatched")
    read = Clock.objects.get(procedure=case.pk, rule="case.take")
    asks = {"question": "which floor?"} if meanwhile is ask_reporter else {}
    meanwhile(case=case, version=3, by=street.by("property_manager"), at=street.now, action=uuid4(), **asks)

    assert not jobs.escalate(read, jobs.RED, "missed", read.due)

    assert "missed" not in kinds(case.procedure)
    assert not Escalation.objects.filter(clock=read).exists()


def test_what_is_told_of_a_missed_clock_is_how_its_case_stands_now(case_in, street):
    case = case_in("dispatched")
    read = Clock.objects.select_related("procedure").get(procedure=case.pk, rule="case.handle")
    accept_case(case=case, version=3, by=street.by("property_manager"), at=street.now, action=uuid4())

    assert jobs.escalate(read, jobs.RED, "missed", read.due)

    told = Outbox.objects.get(procedure=case.pk, topic="case.missed").body
    assert (told["state"], told["version"]) == ("handling", 4)


def test_work_that_reached_a_vacant_post_goes_up(case_in, street, at):
    case = case_in("dispatched")
    Holding.objects.filter(post=street.posts["property_manager"]).update(until=street.now)
    vacate(post=street.posts["mediator"], account=street.accounts["mediator"], by=Actor.named("test"), at=street.now)
    at(street.now + timedelta(minutes=1))

    jobs.sweep_vacant()
    jobs.sweep_vacant()

    assert list(Assignment.objects.filter(procedure=case.pk, open=True).values_list("post", "part")) == [
        (street.posts["area_lead"].pk, "handler")
    ]
    assert kinds(case.procedure)[-1] == "reassigned"


def test_a_date_beyond_the_calendar_is_recounted_once_the_year_is_loaded(case_in, street, at):
    last_day = street.now.replace(month=12, day=31)
    load_calendar(data=calendar_from_chinesecalendar([2025]).as_data(), source="test", at=street.now)
    procedure = case_in("received", at=last_day).procedure
    assert Clock.objects.get(procedure=procedure).provisional

    load_calendar(data=calendar_from_chinesecalendar([2025, 2026]).as_data(), source="test", at=street.now)
    at(last_day)
    jobs.recount_provisional()

    assert not Clock.objects.get(procedure=procedure).provisional
    assert kinds(procedure) == ["received", "recounted"]


def test_a_vacant_post_with_two_parts_in_one_case_passes_on_both(case_in, street):
    case = case_in("handling")
    lead = street.posts["area_lead"]
    ask_time(
        case=case, version=4, amount=1, reason="the part is ordered", by=street.by("property_manager"), at=street.now,
        action=uuid4(),
    )  # fmt: skip
    ask_help(
        case=fresh(case), version=5, to=lead, text="hold the ladder", by=street.by("property_manager"), at=street.now,
        action=uuid4(),
    )  # fmt: skip
    vacate(post=lead, account=street.accounts["area_lead"], by=Actor.named("test"), at=street.now)

    passed = pass_up(post=lead, by=Actor.named("vacancy"), at=street.now)

    assert passed == [case.pk, case.pk]
    rows = Assignment.objects.filter(procedure=case.pk, part__in=["approver", "helper"], open=True)
    assert set(rows.values_list("post", "part")) == {
        (street.posts["duty_officer"].pk, "approver"), (street.posts["duty_officer"].pk, "helper")
    }  # fmt: skip


def test_in_an_office_without_a_duty_officers_post_the_work_of_a_vacant_one_stays_there(case_in, street, at):
    case_in("dispatched")
    Post.objects.filter(role__in=["duty_officer", "area_lead"]).update(closed_at=street.now)
    vacate(
        post=street.posts["property_manager"], account=street.accounts["property_manager"], by=Actor.named("test"),
        at=street.now,
    )  # fmt: skip
    at(street.now + timedelta(minutes=1))

    jobs.sweep_vacant()
    jobs.pass_on_vacancy(Message(Cursor(0, 0), "", None, {"post": street.posts["property_manager"].pk}, street.now))

    work = Assignment.objects.get(part="handler")
    assert (work.post, work.open) == (street.posts["property_manager"], True)


@pytest.mark.parametrize("meanwhile", ["stopped", "moved"])
def test_recounting_takes_nothing_back_that_happened_since_the_clock_was_read(case_in, street, meanwhile):
    last_day = street.now.replace(month=12, day=31)
    load_calendar(data=calendar_from_chinesecalendar([2025]).as_data(), source="test", at=street.now)
    case = case_in("dispatched", at=last_day)
    read = Clock.objects.select_related("procedure").get(procedure=case.pk, rule="case.take")
    accept_case(case=case, version=3, by=street.by("property_manager"), at=street.now, action=uuid4())
    load_calendar(data=calendar_from_chinesecalendar([2025, 2026]).as_data(), source="test", at=street.now)
    if meanwhile == "moved":
        read = Clock.objects.select_related("procedure").get(procedure=case.pk, rule="case.handle")
        hand_in_case(
            case=fresh(case), version=4, text="done", photos=[photo()], by=street.by("property_manager"), at=street.now,
            action=uuid4(),
        )  # fmt: skip
    stands = Clock.objects.filter(pk=read.pk).values_list("state", "ended").get()

    jobs.recount(read, street.now)

    assert stands == ("met", street.now)
    assert Clock.objects.filter(pk=read.pk).values_list("state", "ended").get() == stands
    assert "recounted" not in kinds(case.procedure)


def test_a_date_at_the_end_of_the_last_known_day_is_known(case_in, street, at):
    load_calendar(data=calendar_from_chinesecalendar([2025]).as_data(), source="test", at=street.now)
    procedure = case_in("received").procedure
    clock = Clock.objects.get(procedure=procedure)
    Clock.objects.filter(pk=clock.pk).update(
        unit="working_day", amount=1, start=datetime(2026, 12, 30, 4, tzinfo=UTC),
        due=datetime(2026, 12, 31, 16, tzinfo=UTC), provisional=True,
    )  # fmt: skip

    load_calendar(data=calendar_from_chinesecalendar([2025, 2026]).as_data(), source="test", at=street.now)
    at(street.now)
    jobs.recount_provisional()
    jobs.recount_provisional()

    clock.refresh_from_db()
    assert (clock.due, clock.provisional) == (datetime(2026, 12, 31, 16, tzinfo=UTC), False)
    assert kinds(procedure) == ["received", "recounted"]


def test_what_a_closed_case_says_of_persons_is_forgotten_after_its_days(case_in, street, at):
    case = case_in("closed", contact="13800138000", text="独一无二的文字")
    at(case.procedure.closed + timedelta(days=1095))
    Exclusion.objects.create(
        procedure=case.procedure, account=street.accounts["resident"], reason="李四的弟弟", since=street.now
    )
    purge()
    assert kinds(case.procedure)[-1] == "close"

    at(case.procedure.closed + timedelta(days=1097))
    purge()
    purge()

    assert kinds(case.procedure)[-2:] == ["close", "purged"]
    assert not EntryBody.objects.filter(entry__procedure=case.pk).exclude(entry__kind="purged").exists()
    assert Party.objects.get(procedure=case.pk).contact_sealed is None
    assert [row.reason for row in Exclusion.objects.filter(procedure=case.pk)] == [""]
    case.refresh_from_db()
    assert (case.text, case.answer) == ("", "")


def test_however_many_are_old_enough_all_are_forgotten_in_one_day(case_in, street, at, monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 2)
    closed = [case_in("closed") for _ in range(3)]
    at(street.now + timedelta(days=1097))

    purge()

    assert [kinds(case.procedure)[-1] for case in closed] == ["purged"] * 3
