"""What was done without signal: when it counts as done, which clocks that meets, and what the story says."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.cases.domain.handling import accept_case, hand_in_case, note_on_case
from linli.cases.domain.report import report_case
from linli.cases.enums import Source
from linli.procedures.domain.late import as_it_happened, happened
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, ClockState
from linli.procedures.jobs import watch_clocks
from linli.procedures.models import Clock, Procedure
from tests.neighbourhood import photo

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def clocks(case) -> dict[str, tuple[str, object]]:
    return {clock.rule: (clock.state, clock.start) for clock in Clock.objects.filter(procedure=case.pk)}


@pytest.mark.parametrize(
    ("seconds", "ago"),
    [
        ("7200", timedelta(hours=2)),
        ("259200", timedelta(hours=72)),
        ("259201", timedelta()),  # a phone that kept it for longer is not believed: it counts from its arrival
        ("59", timedelta()),
        ("-7200", timedelta()),
        ("", timedelta()),
        ("2h", timedelta()),
        ("٧٢٠٠", timedelta()),
        ("9" * 400, timedelta()),
    ],
)
def test_what_a_phone_kept_happened_so_long_ago_and_never_in_the_future(street, seconds, ago):
    assert happened(seconds, procedure=None, now=street.now) == street.now - ago


def test_nothing_happened_before_the_step_that_it_follows(street, case_in):
    case = case_in("handling")
    now = street.now + HOUR

    assert happened("7200", procedure=case.procedure, now=now) == street.now + timedelta(microseconds=1)
    assert happened("1800", procedure=case.procedure, now=now) == now - timedelta(minutes=30)


def test_a_handler_who_finished_in_time_on_a_dead_staircase_meets_the_clock(street, case_in):
    street.now = timezone.now() - timedelta(days=20)
    case = case_in("handling")
    clock = Clock.objects.get(procedure=case.pk, rule="case.handle")
    done, now = clock.due - MINUTE, clock.due + HOUR
    watch_clocks()  # the handling was reported as missed before the phone had signal again

    as_it_happened(
        hand_in_case, case=case, version=4, text="灯泡已换。", photos=[photo()], by=street.by("property_manager"),
        at=done, now=now, action=uuid4(),
    )  # fmt: skip

    assert clocks(case)["case.handle"][0] == ClockState.MET
    assert clocks(case)["case.verify"] == (ClockState.RUNNING, now)
    lines = story(case.procedure, [Audience.PARTIES, Audience.STAFF])
    assert [line.kind for line in lines][-3:] == ["missed", "hand_in", "late"]
    assert lines[-2].at == done
    assert (lines[-1].at, lines[-1].says) == (now, {"happened": done.isoformat(), "in_time": ["case.handle"]})


def test_a_handler_who_finished_too_late_does_not(street, case_in):
    street.now = timezone.now() - timedelta(days=20)
    case = case_in("handling")
    clock = Clock.objects.get(procedure=case.pk, rule="case.handle")
    done, now = clock.due, clock.due + HOUR

    as_it_happened(
        hand_in_case, case=case, version=4, text="灯泡已换。", photos=[photo()], by=street.by("property_manager"),
        at=done, now=now, action=uuid4(),
    )  # fmt: skip

    assert clocks(case)["case.handle"][0] == ClockState.MISSED
    assert story(case.procedure, [Audience.STAFF])[-1].says == {"happened": done.isoformat(), "in_time": []}


def test_what_comes_at_once_says_nothing_of_it(street, case_in):
    case = case_in("handling")

    as_it_happened(
        hand_in_case, case=case, version=4, text="灯泡已换。", photos=[photo()], by=street.by("property_manager"),
        at=street.now, now=street.now, action=uuid4(),
    )  # fmt: skip

    assert story(case.procedure, [Audience.STAFF])[-1].kind == "hand_in"


def test_sent_twice_it_is_said_once(street, case_in):
    case, action, now = case_in("handling"), uuid4(), street.now + HOUR

    for _ in range(2):
        as_it_happened(
            note_on_case, case=case, text="nobody in", to_reporter=False, by=street.by("property_manager"),
            at=street.now + MINUTE, now=now, action=action,
        )  # fmt: skip

    assert [line.kind for line in story(case.procedure, [Audience.STAFF])][-2:] == ["note", "late"]
    assert Procedure.objects.get(pk=case.pk).version == 4


def test_what_had_arrived_and_whose_answer_was_lost_was_not_late(street, case_in):
    case, action = case_in("handling"), uuid4()

    for at, now in ((street.now, street.now), (street.now + MINUTE, street.now + HOUR)):
        as_it_happened(
            note_on_case, case=case, text="nobody in", to_reporter=False, by=street.by("property_manager"),
            at=at, now=now, action=action,
        )  # fmt: skip

    assert story(case.procedure, [Audience.STAFF])[-1].kind == "note"


def test_nobody_gains_time_by_saying_that_it_was_long_ago(street, case_in):
    case = case_in("dispatched")
    before, now = clocks(case)["case.handle"], street.now + HOUR
    at = happened("259200", procedure=case.procedure, now=now)

    as_it_happened(accept_case, case=case, version=3, by=street.by("property_manager"), at=at, now=now, action=uuid4())

    assert clocks(case)["case.handle"] == before == (ClockState.RUNNING, street.now)


def test_a_report_from_a_dead_staircase_was_opened_then_and_is_to_be_filed_from_now(street):
    then, now = street.now, street.now + 2 * HOUR

    reported = as_it_happened(
        report_case, text="dark", source=Source.GRID_WORKER, place=street.places["building"],
        by=street.by("grid_worker"), at=then, now=now, action=uuid4(),
    )  # fmt: skip

    assert Procedure.objects.get(pk=reported.case.pk).opened == then
    assert clocks(reported.case) == {"case.file": (ClockState.RUNNING, now)}
