"""From an alert to a judged case: opened once, called to who is on duty, handled, looked at by somebody else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.cases.domain.closing import close_case, verify_case
from linli.cases.domain.handling import fresh, hand_in_case
from linli.cases.domain.together import ask_help, finish_help
from linli.cases.models import Case
from linli.core.errors import Conflict, Refused
from linli.core.models import Outbox
from linli.people.actors import Actor
from linli.people.domain.directory import PEOPLE
from linli.people.models import Post
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience, Part
from linli.procedures.models import Assignment
from linli.sensing.domain.alerts import open_missing
from linli.sensing.domain.calls import answer_call, arrive
from linli.sensing.domain.judging import hand_in_judged, judge_episode
from linli.sensing.models import Alert, Call, Episode, Judgement
from tests.alarm import NIGHT, act, alert, build_station, fire, make_device, make_rule, smoke_case

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def station(street) -> None:
    build_station(street)


def kinds(case: Case) -> list[str]:
    return [line.kind for line in story(case.procedure, (Audience.PUBLIC, Audience.PARTIES, Audience.STAFF))]


def parts(case: Case) -> set[tuple[str, str]]:
    rows = Assignment.objects.filter(procedure=case.pk, open=True).select_related("post")
    return {(row.part, row.post.name) for row in rows}


def test_a_smoke_alarm_at_night_becomes_a_judged_case(street):
    case = smoke_case(street)
    call = Call.objects.get()
    assert (case.procedure.state, case.grade, case.klass.code) == ("dispatched", "urgent", "fire")
    assert parts(case) == {("handler", "微型消防站一号队员"), ("helper", "六村物业经理")}
    assert (call.post.name, call.called_at, call.answer_by) == ("微型消防站一号队员", NIGHT, NIGHT + 45 * SECOND)

    case = answer_call(call=call, by=street.by("station_1"), at=NIGHT + 20 * SECOND)
    arrive(episode=case.episode, by=street.by("station_1"), at=NIGHT + 2 * MINUTE)
    case = finish_help(
        **act(fresh(case)), text="已断开楼道电源。", by=street.by("property_manager"), at=NIGHT + 5 * MINUTE
    )
    case = hand_in_judged(
        **act(case), text="纸板阴燃，已扑灭。", verdict="true", by=street.by("station_1"), at=NIGHT + 8 * MINUTE
    )
    with pytest.raises(Refused):
        verify_case(**act(case), by=street.by("station_1"), at=NIGHT + 9 * MINUTE)
    case = verify_case(**act(case), by=street.by("grid_worker"), at=NIGHT + 30 * MINUTE)
    case = close_case(**act(case), answer="已处理。", by=street.by("duty_officer"), at=NIGHT + 40 * MINUTE)

    assert case.procedure.state == "closed"
    assert Judgement.objects.get().verdict == "true"
    assert kinds(case) == [
        "received", "file", "dispatch", "ask_help", "call", "accept", "answered_call", "on_scene", "help_done",
        "judged", "hand_in", "verify", "close",
    ]  # fmt: skip
    assert {call.answered_at for call in Call.objects.all()} == {NIGHT + 20 * SECOND}


def test_the_text_says_place_what_since_when_and_by_which_rule_and_nobody(street):
    case = smoke_case(street)

    assert case.text.startswith("乐山六村12号 3层楼梯间，门上方")
    for word in ("烟感报警", "11月23日 周一 03:12", "烟雾浓度在十秒内超过每米10%。"):
        assert word in case.text
    assert (case.where, case.source) == ("3层楼梯间，门上方", "sensor")
    assert kinds_by(case)["file"] == "system:rule:smoke:3"


def kinds_by(case: Case) -> dict[str, str]:
    return {line.kind: line.actor for line in story(case.procedure, (Audience.STAFF, Audience.PARTIES))}


def test_the_same_alerts_twice_have_the_effect_of_one(street):
    make_rule()
    device = make_device(street)
    fired = [alert(device), alert(device, at=NIGHT + SECOND)]

    first, second = fire(*fired), fire(*fired)

    assert (first.new, first.cases, second.new, second.known) == (2, 1, 0, 2)
    assert (Alert.objects.count(), Episode.objects.get().alerts_count, Case.objects.count()) == (2, 2, 1)
    assert Call.objects.count() == 1


def test_an_episode_opens_a_case_only_once_it_is_loud_enough(street):
    make_rule()
    device = make_device(street)

    fire(alert(device, grade="warning"))
    assert (Case.objects.count(), Episode.objects.get().grade) == (0, "warning")
    fire(alert(device, grade="alarm", at=NIGHT + MINUTE), recorded=NIGHT + MINUTE)
    fire(alert(device, grade="notice", at=NIGHT + 2 * MINUTE), recorded=NIGHT + 2 * MINUTE)

    episode = Episode.objects.get()
    assert (episode.grade, episode.alerts_count, Case.objects.count()) == ("alarm", 3, 1)


def test_what_calls_again_joins_the_case_and_the_story_says_so_now_and_then(street):
    case = smoke_case(street)
    device = Alert.objects.get().device

    for minutes in (1, 2, 6, 7, 12):
        fire(alert(device, at=NIGHT + minutes * MINUTE), recorded=NIGHT + minutes * MINUTE)

    again = [line for line in story(case.procedure, (Audience.STAFF,)) if line.kind == "alerts"]
    assert [line.says["count"] for line in again] == [3, 2]
    assert (Case.objects.count(), Episode.objects.get().alerts_count) == (1, 6)


def test_quiet_ends_an_episode_and_the_next_is_new_unless_the_case_is_still_in_hand(street):
    case = smoke_case(street)
    device = Alert.objects.get().device
    quiet = alert(device, cleared=True, at=NIGHT + 5 * MINUTE)
    fire(quiet, quiet, recorded=NIGHT + 5 * MINUTE)
    assert Episode.objects.get().cleared_at == NIGHT + 5 * MINUTE

    fire(alert(device, at=NIGHT + 6 * MINUTE), recorded=NIGHT + 6 * MINUTE)
    episode = Episode.objects.get()
    assert (episode.cleared_at, episode.alerts_count, episode.case_id) == (None, 2, case.pk)

    fire(alert(device, cleared=True, at=NIGHT + 7 * MINUTE))
    answer_call(call=Call.objects.get(), by=street.by("station_1"), at=NIGHT + 7 * MINUTE)
    case = finish_help(**act(fresh(case)), text="好", by=street.by("property_manager"), at=NIGHT + 8 * MINUTE)
    hand_in_case(**act(case), text="已处理", by=street.by("station_1"), at=NIGHT + 8 * MINUTE)
    fire(alert(device, at=NIGHT + 9 * MINUTE), recorded=NIGHT + 9 * MINUTE)
    assert (Episode.objects.count(), Case.objects.count()) == (2, 2)


def test_a_late_alert_belongs_to_the_episode_that_is_over(street):
    make_rule(case_grade="alarm")
    device = make_device(street)
    fire(alert(device, grade="warning"), alert(device, cleared=True, at=NIGHT + 10 * MINUTE))

    fire(alert(device, grade="warning", at=NIGHT + 3 * MINUTE, late=True))

    episode = Episode.objects.get()
    assert (episode.alerts_count, episode.cleared_at) == (2, NIGHT + 10 * MINUTE)


def test_an_end_that_comes_again_ends_nothing_that_began_after_it(street):
    make_rule(case_grade="alarm")
    device = make_device(street)
    ended = alert(device, cleared=True, at=NIGHT + MINUTE)
    fire(alert(device, grade="warning"), ended, alert(device, grade="warning", at=NIGHT + 2 * MINUTE))

    fire(ended)

    assert Episode.objects.filter(cleared_at=None).count() == 1


def test_a_version_that_is_only_tried_keeps_its_alerts_apart(street):
    make_rule()
    device = make_device(street)
    tried, real = alert(device, dry=True), alert(device)
    same = real.id
    fire(tried)
    fire(alert(device, id=same, dry=True), real)

    assert (Case.objects.count(), Episode.objects.count()) == (1, 1)
    assert {(one.dry, one.episode is None) for one in Alert.objects.all()} == {(False, False), (True, True)}


def test_a_rule_never_calls_the_police_and_a_person_may(street):
    case = smoke_case(street)
    police, rule = street.posts["police_liaison"], Actor.named("rule:smoke:3")
    given = {"to": police, "text": "请协助警戒。", "at": NIGHT}

    with pytest.raises(Refused):
        ask_help(**act(case), by=rule, **given)
    ask_help(**act(case), by=street.by("station_1"), **given)

    assert Assignment.objects.filter(procedure=case.pk, post=police, part=Part.HELPER).exists()


def test_police_named_by_a_rule_are_passed_over(street):
    make_rule(
        recipients=[{"role": "police_liaison", "duty": False}], helpers=[{"role": "police_liaison", "duty": False}]
    )
    fire(alert(make_device(street)))

    assert not Assignment.objects.filter(post=street.posts["police_liaison"]).exists()
    assert Case.objects.get().procedure.state == "dispatched"


def test_a_rule_that_needs_a_person_waits_at_the_desk_on_a_clock_of_minutes(street):
    case = smoke_case(street, confirm=True)
    clock = case.procedure.clocks.get()
    call = Call.objects.get()

    assert (case.procedure.state, parts(case)) == ("received", {("desk", "街道值班长")})
    assert (clock.rule, clock.amount, clock.unit) == ("case.file", 5, "minute")
    assert (call.post, "第3版" in case.text or "version 3" in case.text) == (street.posts["duty_officer"], True)


def test_who_has_no_part_may_not_judge_and_a_closed_case_stays_as_it_was_said(street):
    case = smoke_case(street)
    given = {"episode": case.episode, "at": NIGHT, "action": uuid4()}

    for stranger in ("grid_worker_2", "administrator", "outsider", "police_liaison"):
        with pytest.raises(Refused):
            judge_episode(**given, verdict="false", by=street.by(stranger))
    judge_episode(**given, verdict="nuisance", by=street.by("property_manager"))
    judge_episode(**given | {"action": uuid4()}, verdict="false", by=street.by("station_1"))

    assert Judgement.objects.get().verdict == "false"


def test_who_is_called_hears_of_it_at_once(street):
    case = smoke_case(street)

    message = Outbox.objects.get(topic="sensing.call")

    assert message.body["seen_by"]["posts"] == [street.posts["station_1"].pk]
    assert message.procedure == case.pk


def test_what_cannot_be_opened_leaves_the_alert_and_is_tried_again(street):
    make_rule()
    officer = Post.objects.filter(pk=street.posts["duty_officer"].pk)
    officer.update(role="window_clerk")  # nobody is there to take a case
    PEOPLE.changed()
    fire(alert(make_device(street)))
    assert (Alert.objects.count(), Case.objects.count()) == (1, 0)

    officer.update(role="duty_officer")
    PEOPLE.changed()

    assert (open_missing(NIGHT + MINUTE), open_missing(NIGHT + MINUTE), Case.objects.count()) == (1, 0, 1)


def test_two_who_answer_at_once(street):
    case = smoke_case(street)
    call = Call.objects.get()
    second = Call.objects.create(
        episode=case.episode, post=street.posts["station_2"], level=1, called_at=NIGHT, answer_by=NIGHT + MINUTE
    )

    answer_call(call=second, by=street.by("station_2"), at=NIGHT + SECOND)
    with pytest.raises(Conflict):
        answer_call(call=call, by=street.by("station_1"), at=NIGHT + 2 * SECOND)
    with pytest.raises(Refused):
        answer_call(call=second, by=street.by("station_1"), at=NIGHT + 2 * SECOND)
    again = answer_call(call=second, by=street.by("station_2"), at=NIGHT + 3 * SECOND)

    assert again.procedure.state == "handling"
    assert parts(again) == {("handler", "微型消防站二号队员"), ("helper", "六村物业经理")}


def test_a_case_that_was_opened_and_not_sent_is_sent_later(street):
    make_rule()
    stopped = pytest.MonkeyPatch()
    stopped.setattr("linli.sensing.domain.alerts.send_case", lambda *_about, **_at: None)  # killed in between
    fire(alert(make_device(street)))
    stopped.undo()
    assert (Case.objects.get().procedure.state, Call.objects.count()) == ("filed", 0)

    assert (open_missing(NIGHT + MINUTE), open_missing(NIGHT + MINUTE)) == (1, 0)

    assert (Case.objects.get().procedure.state, Call.objects.count()) == ("dispatched", 1)
