"""Who is called when nobody answers: one after the other, each once, never who must not know; then from above."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.utils import timezone

from linli.cases.domain.handling import accept_case
from linli.cases.models import Case
from linli.core.errors import Conflict
from linli.core.models import Delivery, PushSubscription
from linli.people.domain.duty import set_duty
from linli.people.domain.holdings import vacate
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.models import Assignment, Exclusion, Procedure
from linli.sensing.domain.calls import answer_call, arrive, escalate_calls, still_rings
from linli.sensing.models import Alert, Call, Episode
from linli.station.models import CallOut
from tests.alarm import NIGHT, act, alert, build_station, fire, make_device, make_rule, smoke_case
from tests.neighbourhood import SETUP, build_street

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def station(request) -> None:
    if "transactional_db" not in request.fixturenames:
        build_station(request.getfixturevalue("street"))


def called() -> list[str]:
    return [call.post.name for call in Call.objects.order_by("level").select_related("post")]


def test_what_nobody_answers_goes_up_the_ladder_and_at_its_end_somebody_asks_from_above(street):
    case = smoke_case(street)
    at, rounds = NIGHT, 0

    assert escalate_calls(NIGHT + 44 * SECOND) == 0
    while rounds < 10 and Call.objects.filter(passed_on_at=None).exists():
        at, rounds = at + 45 * SECOND, rounds + 1
        escalate_calls(at)
        escalate_calls(at)

    case.refresh_from_db()
    assert called() == ["微型消防站一号队员", "微型消防站二号队员", "微型消防站站长", "街道值班长", "片区长"]
    assert case.supervised_at == NIGHT + 5 * 45 * SECOND
    kinds = [line.kind for line in story(case.procedure, (Audience.STAFF,))]
    assert (kinds.count("call"), kinds.count("no_answer"), kinds.count("supervise")) == (5, 5, 1)


def test_who_must_not_know_of_it_is_passed_over(street):
    case = smoke_case(street)
    for key in ("station_2", "duty_officer"):
        Exclusion.objects.create(procedure=case.procedure, post=street.posts[key], reason="Bruder", since=NIGHT)
    Procedure.objects.filter(pk=case.pk).update(excludes=True)

    for number in range(1, 6):
        escalate_calls(NIGHT + number * 45 * SECOND)

    assert called() == ["微型消防站一号队员", "微型消防站站长", "片区长"]


def test_an_empty_post_is_passed_over(street):
    smoke_case(street)
    vacate(post=street.posts["station_2"], account=street.accounts["station_2"], by=SETUP, at=NIGHT)
    escalate_calls(NIGHT + 45 * SECOND)

    assert called() == ["微型消防站一号队员", "微型消防站站长"]


def test_whoever_answers_further_up_has_the_case_and_the_first_may_still_be_the_one(street):
    case = smoke_case(street)
    first = Call.objects.get()
    escalate_calls(NIGHT + 45 * SECOND)
    second = Call.objects.exclude(pk=first.pk).get()

    answer_call(call=second, by=street.by("station_2"), at=NIGHT + 60 * SECOND)
    with pytest.raises(Conflict) as told:
        answer_call(call=first, by=street.by("station_1"), at=NIGHT + 61 * SECOND)

    assert "微型消防站二号队员" in str(told.value.message) or "station" in str(told.value.message)
    handler = Assignment.objects.get(procedure=case.pk, part="handler")
    assert (handler.post.name, CallOut.objects.get().post.name) == ("微型消防站二号队员", "微型消防站二号队员")
    assert escalate_calls(NIGHT + 600 * SECOND) == 0


def test_the_first_may_answer_late_while_nobody_else_did(street):
    smoke_case(street)
    first = Call.objects.get()
    escalate_calls(NIGHT + 45 * SECOND)

    case = answer_call(call=first, by=street.by("station_1"), at=NIGHT + 50 * SECOND)

    assert case.procedure.state == "handling"
    assert escalate_calls(NIGHT + 600 * SECOND) == 0


def test_a_case_that_was_accepted_on_its_page_calls_nobody_else(street):
    case = smoke_case(street)
    accept_case(**act(case), by=street.by("station_1"), at=NIGHT + 5 * SECOND)

    assert escalate_calls(NIGHT + 60 * SECOND) == 0
    assert len(called()) == 1


def test_who_waits_for_a_person_is_called_at_the_desk_and_then_the_deputy(street):
    smoke_case(street, confirm=True)

    escalate_calls(NIGHT + 45 * SECOND)
    assert called() == ["街道值班长", "片区长"]
    case = answer_call(call=Call.objects.get(level=1), by=street.by("area_lead"), at=NIGHT + 50 * SECOND)

    desk = Assignment.objects.get(procedure=case.pk, part="desk")
    assert (case.procedure.state, desk.post.name) == ("received", "片区长")


def test_a_push_says_that_somebody_is_called_and_nothing_else_and_is_dropped_once_answered(street):
    account = street.accounts["station_1"]
    PushSubscription.objects.create(account=account, created_at=NIGHT, sealed=b"x")
    now = timezone.now()  # what lies days back is told to nobody
    set_duty(post=street.posts["station_1"], starts=now, ends=now + 3600 * SECOND, by=SETUP, at=NIGHT)
    case = smoke_case(street, at=now)
    delivery = Delivery.objects.get()

    assert (case.klass.name in delivery.text, "12" in delivery.text, delivery.text.splitlines()[-1]) == (
        False, False, "/phone/",
    )  # fmt: skip
    assert still_rings(delivery)
    answer_call(call=Call.objects.get(), by=street.by("station_1"), at=now + SECOND)
    assert not still_rings(delivery)


def test_being_there_is_said_once_and_by_who_was_sent(street):
    case = smoke_case(street)
    answer_call(call=Call.objects.get(), by=street.by("station_1"), at=NIGHT + 10 * SECOND)
    episode = Episode.objects.get()

    arrive(episode=episode, by=street.by("station_1"), at=NIGHT + 100 * SECOND)
    arrive(episode=episode, by=street.by("station_1"), at=NIGHT + 200 * SECOND)

    lines = [line for line in story(case.procedure, (Audience.STAFF,)) if line.kind == "on_scene"]
    assert [line.at for line in lines] == [NIGHT + 100 * SECOND]


def in_threads(*works) -> list[object]:
    """Do works at the same moment, each with a connection of its own; what each answered or raised."""
    answers: list[object] = [None] * len(works)
    start = Barrier(len(works))

    def run(number: int) -> None:
        start.wait()
        try:
            answers[number] = works[number]()
        except Exception as error:  # the test looks at it
            answers[number] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_at_once_record_one_alert_open_one_case_and_call_once(transactional_db):
    street = build_street()
    build_station(street)
    make_rule()
    device = make_device(street)
    fired = [alert(device, at=NIGHT + n * SECOND) for n in range(5)]

    answers = in_threads(lambda: fire(*fired), lambda: fire(*fired))

    assert [error for error in answers if isinstance(error, Exception)] == []
    assert (Alert.objects.count(), Episode.objects.count(), Case.objects.count(), Call.objects.count()) == (5, 1, 1, 1)
    assert Episode.objects.get().alerts_count == 5

    later = NIGHT + 45 * SECOND
    in_threads(lambda: escalate_calls(later), lambda: escalate_calls(later))
    assert Call.objects.count() == 2
    assert connection.vendor in ("sqlite", "postgresql")
