"""What the system does by itself: clocks told once, vacant posts relieved, dates recounted, persons forgotten."""

from datetime import timedelta

import pytest

from linli.core.models import Outbox
from linli.lawbook.calendars import calendar_from_chinesecalendar
from linli.people.actors import Actor
from linli.people.domain.holdings import vacate
from linli.people.models import Holding
from linli.procedures import jobs
from linli.procedures.domain.limits import load_calendar
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.models import Assignment, Clock, EntryBody, Party, Procedure


@pytest.fixture
def at(monkeypatch):
    """Set the clock that the jobs read: they are the edge."""
    return lambda moment: monkeypatch.setattr(jobs, "now", lambda: moment)


def kinds(procedure: Procedure) -> list[str]:
    return [line.kind for line in story(procedure, list(Audience))]


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


def test_what_a_closed_case_says_of_persons_is_forgotten_after_its_days(case_in, street, at):
    case = case_in("closed", contact="13800138000", text="独一无二的文字")
    at(case.procedure.closed + timedelta(days=1095))
    jobs.purge_old()
    assert kinds(case.procedure)[-1] == "close"

    at(case.procedure.closed + timedelta(days=1097))
    jobs.purge_old()
    jobs.purge_old()

    assert kinds(case.procedure)[-2:] == ["close", "purged"]
    assert not EntryBody.objects.filter(entry__procedure=case.pk).exclude(entry__kind="purged").exists()
    assert Party.objects.get(procedure=case.pk).contact_sealed is None
    case.refresh_from_db()
    assert (case.text, case.answer) == ("", "")
