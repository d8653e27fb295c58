"""Where computed indicators get their numbers besides the sums over cases: stories, alarms, call-outs, looks."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from linli.cases.domain.watching import supervise_case
from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.insight.domain.indicators import course, courses, list_url
from linli.insight.domain.looking import look
from linli.insight.domain.periods import period_of
from linli.insight.enums import Span
from linli.insight.models import DailyCount
from linli.people.actors import Viewer
from linli.sensing.domain.calls import answer_call, arrive
from linli.sensing.enums import DeviceStatus, Verdict
from linli.sensing.models import Call, Device, Episode, Judgement
from tests.alarm import NIGHT, alert, build_station, fire, make_care, make_device, make_rule

TODAY = date(2026, 11, 25)
NOVEMBER = date(2026, 11, 1)
MONTH = period_of(Span.MONTH, NOVEMBER, TODAY)


@pytest.fixture
def viewer(street):
    return lambda role: Viewer((street.posts[role],), street.accounts[role])


def november(code: str, whose, **more) -> tuple:
    (point,) = course(code, whose, NOVEMBER, TODAY, today=TODAY, **more)
    return point.value, point.above, point.n


def test_a_story_is_counted_by_what_was_written_and_by_whom_it_may_be_seen(street, report, case_in, tell, viewer):
    for _ in range(6):
        case = case_in("handling")
        supervise_case(
            case=case, version=case.procedure.version, text="等什么？", by=street.by("area_lead"), at=street.now,
            action=uuid4(),
        )  # fmt: skip
    tell()

    assert november("supervised", viewer("duty_officer")) == (6.0, 6, 6)
    assert november("supervised", viewer("committee_secretary")) == (6.0, 6, 6)
    assert november("supervised", viewer("duty_officer"), place=street.places["cell_02"].path) == (0.0, 0, 0)
    assert november("together", viewer("duty_officer")) == (0.0, 0, 0)


@pytest.fixture
def alarms(street, tell):
    """Six smoke alarms: five answered, after 10 to 50 seconds; three reached in time, one late; four judged."""
    build_station(street)
    make_rule()
    for number in range(6):
        device = make_device(street, f"SM-{number}")
        fire(alert(device, at=NIGHT + timedelta(hours=number)), recorded=NIGHT + timedelta(hours=number))
    episodes = list(Episode.objects.order_by("opened_at"))
    for number, episode in enumerate(episodes[:5], 1):
        call = Call.objects.filter(episode=episode).earliest("called_at")
        answer_call(call=call, by=street.by("station_1"), at=call.called_at + timedelta(seconds=10 * number))
        if number <= 4:
            late = 400 if number == 4 else 0
            arrive(episode=episode, by=street.by("station_1"), at=call.called_at + timedelta(seconds=100 + late))
    for number, episode in enumerate(episodes[:4]):
        verdict = Verdict.TRUE if number < 3 else Verdict.FALSE
        Judgement.objects.create(episode=episode, verdict=verdict, at=NIGHT + timedelta(hours=9))
    tell()
    return episodes


def test_alarms_are_counted_judged_and_answered(street, alarms, viewer):
    found = courses(
        ["alarms", "alarms_needed", "alarm_answer", "call_outs", "on_scene", "scene_time"], viewer("duty_officer"),
        NOVEMBER, TODAY, today=TODAY,
    )  # fmt: skip
    told = {code: (point.value, point.above, point.n, point.few) for code, (point,) in found.items()}

    assert told == {
        "alarms": (6.0, 6, 6, False),
        "alarms_needed": (None, 3, 4, True),  # so few point at single visits
        "alarm_answer": (0.5, 5, 5, False),  # the mean of 10, 20 … 50 seconds, in minutes
        "call_outs": (6.0, 6, 6, False),
        "on_scene": (0.5, 3, 6, False),
        "scene_time": (None, 4, 4, True),
    }


@pytest.mark.parametrize("code", ["alarms", "alarm_answer", "call_outs", "on_scene"])
def test_what_stands_behind_an_alarms_number_is_as_many(code, alarms, viewer, sign_in):
    (point,) = course(code, viewer("duty_officer"), NOVEMBER, TODAY, today=TODAY)
    client = sign_in("duty_officer")
    for part, number in (("above", point.above), ("n", point.n)):
        page = client.get(list_url(code, part, MONTH)).content.decode()
        assert f'<span class="count-of">{number}</span>' in page
        assert len(re.findall(r'<th scope="row"><a href="/case/', page)) == number


def test_a_class_that_is_never_public_is_in_no_public_number(alarms, viewer):
    assert november("alarms", viewer("duty_officer"))[0] == 6.0
    whole = period_of(Span.MONTH, NOVEMBER, date(2026, 12, 1))
    public = {"first": NOVEMBER, "last": NOVEMBER, "today": date(2026, 12, 1)}
    (point,) = course("alarms", None, **public)
    assert (point.period, point.value) == (whole, 6.0)

    CaseClass.objects.update(publicity=Publicity.NEVER)
    (point,) = course("alarms", None, **public)
    assert point.value == 0.0


def test_the_five_disorders_are_hidden_where_the_rest_of_the_reports_would_be_few(street, report, tell):
    for _ in range(6):
        report(klass=street.klass("parking"))
    for _ in range(3):
        report()
    tell()
    public = {"first": NOVEMBER, "last": NOVEMBER, "today": date(2026, 12, 1)}
    found = courses(["five_disorders", "reported"], None, **public)

    assert [(point.value, point.few) for (point,) in found.values()] == [(None, True), (9.0, False)]
    for _ in range(2):
        report()
    tell()
    found = courses(["five_disorders", "reported"], None, **public)
    assert [(point.value, point.few) for (point,) in found.values()] == [(6.0, False), (11.0, False)]
    assert courses(["rework"], None, **public) == {"rework": []}
    running = courses(["reported"], None, NOVEMBER, TODAY, today=TODAY)
    assert running == {"reported": []}


def test_each_look_is_added_once_and_the_care_check_is_left_out(street, viewer):
    at = street.now
    make_device(street, "SM-1")
    make_device(street, "SM-2")
    make_care(street)
    running = {"expected": 3600, "seen_at": at, "status": DeviceStatus.ACTIVE}
    Device.objects.update(**running, next_check=at.date() + timedelta(days=30))
    Device.objects.filter(code="SM-2").update(
        seen_at=at - timedelta(days=1), next_check=at.date() - timedelta(days=1)
    )  # fmt: skip

    for hour in range(3):
        assert look(at=at + timedelta(minutes=hour)) == 2

    rows = DailyCount.objects.order_by("code").values_list("code", "day", "place", "above", "n", "looks")
    estate = street.places["estate"].path
    assert list(rows) == [
        ("devices_checked", date(2026, 11, 23), estate, 3, 6, 3),
        ("devices_heard", date(2026, 11, 23), estate, 3, 6, 3),
    ]  # fmt: skip
    assert november("devices_heard", viewer("duty_officer")) == (0.5, 3, 6)
    assert november("devices_checked", viewer("property_manager")) == (0.5, 3, 6)
    assert november("devices_heard", viewer("duty_officer"), place=street.places["cell_02"].path) == (None, 0, 0)


def test_before_the_first_row_there_is_nothing_and_the_first_period_is_partial(street, viewer, report, tell):
    for _ in range(5):
        report()
    tell()
    october, november_ = course("reported", viewer("duty_officer"), date(2026, 10, 1), TODAY, today=TODAY)

    assert (october.value, october.n) == (None, None)
    assert (november_.value, november_.partial) == (5.0, True)
