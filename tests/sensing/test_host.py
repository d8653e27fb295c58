"""The rules over what comes in: at once, in every order, after a kill, and while they are changed."""

import os
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event
from uuid import uuid4

import pytest
from django.db import OperationalError

from linli.sensing.domain.devices import take_down
from linli.sensing.domain.rulebook import newest_version, rule_named, switch_on, try_beside, write_version
from linli.sensing.host import Host, snapshots
from linli.sensing.host.host import record
from linli.sensing.host.recorder import Recorder
from linli.sensing.models import Alert, CareConsent, Device, Episode
from linli.sensing.segments import Store
from tests.alarm import alert, build_station, make_care, make_device
from tests.neighbourhood import NOW, Street
from tests.sensing.rules import Net, make_bike, rows

HOUR, DAY = 3600, 86_400


def lane(street: Street, code: str = "LN-1") -> Device:
    return make_device(
        street, code, type="lane", site="fire_lane", properties=["blocked"], purpose="消防通道畅通", sees="有无遮挡"
    )


def change(street: Street, code: str, **parts: dict) -> None:
    """A new version of a rule, at work at once; parts: what of its tables is other than before."""
    rule, before = rule_named(code), newest_version(rule_named(code))
    content = before.content | {name: before.content[name] | part for name, part in parts.items()}
    given = {"reason": "test", "by": street.by("duty_officer"), "at": NOW}
    version = write_version(
        code=code, after=before.number, content=content, owner=rule.owner, action=uuid4(), **given
    )  # fmt: skip
    switch_on(version=version, **given)


def test_a_smoke_alarm_is_told_with_the_row_that_brings_it(rulebook, net):
    smoke = make_device(rulebook)
    here = net()

    here.say(smoke, "smoke", (0, 2.0), (20, 14.0))

    assert here.told() == [("smoke", 1, 20, "alarm")]
    fired = here.fired[0]
    assert (fired.key, fired.device, fired.place) == (f"device:{smoke.pk}", smoke.pk, smoke.place.path)
    assert (fired.semantic, fired.late, fired.dry) == (1, False, False)


def test_an_alarm_becomes_an_episode_with_a_case(rulebook, net, tmp_path):
    build_station(rulebook, starts=NOW - timedelta(hours=1))
    smoke = make_device(rulebook)
    here = net()
    here.restart(NOW, record=record)

    here.say(smoke, "smoke", (20, 14.0))

    assert Alert.objects.values_list("rule__code", "grade", "dry").get() == ("smoke", "alarm", False)
    assert Episode.objects.get().case.klass.code == "fire"


def test_what_time_completes_is_told_when_time_comes_though_nothing_is_heard(rulebook, net):
    blocked = lane(rulebook)
    here = net()

    here.say(blocked, "blocked", (0, 1.0))
    here.tick(610)
    assert here.alerts("fire_lane") == []
    here.tick(640)

    assert here.told() == [("fire_lane", 1, 600, "warning")]


def test_an_e_bike_in_a_lift_is_a_notice_each_time_and_a_warning_the_third_time_in_a_week(rulebook, net):
    bike = make_bike(rulebook)
    here = net()

    for day in (0, 2, 6):
        here.say(bike, "ebike", (day * DAY, 1.0), (day * DAY + 30, 1.0), (day * DAY + 60, 0.0))
        here.tick(day * DAY + HOUR)

    assert [(rule, at) for rule, _n, at, grade in here.told() if grade and rule != "device_silent"] == [
        ("ebike_seen", 0), ("ebike_seen", 2 * DAY), ("ebike_seen", 6 * DAY), ("ebike_in_lift", 6 * DAY)
    ]  # fmt: skip


def stream_of(here: Net, devices: list[Device], seed: int) -> None:
    """A few hours in which a rule or another calls, in batches, with ticks between."""
    random, at = Random(seed), 0.0
    while at < 6 * HOUR:
        device = random.choice(devices)
        code = "smoke" if device.type == "smoke" else "blocked"
        value = random.choice([0.0, 3.0, 7.0, 15.0]) if code == "smoke" else float(random.random() < 0.8)
        here.say(device, code, (at, value), (at - random.choice([0, 5, 15]), value))
        at += random.choice([1, 30, 200, 400])
        if random.random() < 0.3:
            here.tick(at)


def test_a_restart_in_the_middle_tells_what_an_uninterrupted_run_tells(rulebook, net, tmp_path, monkeypatch):
    devices = [make_device(rulebook, f"SM-{n}") for n in range(2)] + [lane(rulebook, f"LN-{n}") for n in range(2)]
    whole = Net(tmp_path / "whole")
    stream_of(whole, devices, 7)
    whole.tick(7 * HOUR)
    broken, say = Net(tmp_path / "broken"), Net.say
    random, said = Random(3), []

    def say_and_sometimes_die(self: Net, device: Device, code: str, *readings: tuple[float, float]) -> None:
        say(self, device, code, *readings)
        said.append(readings[0][0])
        if random.random() < 0.05:
            if random.random() < 0.5:
                self.host.snapshot(NOW + timedelta(seconds=readings[0][0]))
            self.restart(NOW + timedelta(seconds=readings[0][0]))

    monkeypatch.setattr(Net, "say", say_and_sometimes_die)
    stream_of(broken, devices, 7)
    broken.tick(7 * HOUR)
    whole.store.close()
    broken.store.close()

    assert len(whole.fired) > 20
    assert set(broken.fired) == set(whole.fired)
    assert len(broken.fired) > len(whole.fired)  # told anew after a kill, under the same ids


def test_a_change_of_who_comes_loses_no_timer(rulebook, net):
    blocked = lane(rulebook)
    here = net()
    here.say(blocked, "blocked", (0, 1.0))
    here.tick(300)

    change(rulebook, "fire_lane", then={"answer_within": 120})
    here.tick(310)
    here.tick(640)

    assert here.told() == [("fire_lane", 2, 600, "warning")]
    assert newest_version(rule_named("fire_lane")).semantic == 1


def test_a_change_of_the_pattern_looks_back_without_calling_for_what_is_past(rulebook, net):
    blocked = lane(rulebook)
    here = net()
    here.say(blocked, "blocked", (0, 1.0))
    here.tick(500)

    pattern = {"kind": "held", "when": {"op": "==", "value": 1.0}, "lasting": "15 min"}
    change(rulebook, "fire_lane", rule={"pattern": pattern})
    here.tick(510)
    here.tick(880)
    assert here.alerts("fire_lane") == []
    here.tick(930)

    assert here.told() == [("fire_lane", 2, 900, "warning")]
    assert here.fired[0].semantic == 2


def test_a_change_survives_a_kill_with_what_the_rules_had_seen(rulebook, net):
    blocked = lane(rulebook)
    here = net()
    here.say(blocked, "blocked", (0, 1.0))
    here.tick(300)
    change(rulebook, "fire_lane", then={"answer_within": 120})
    here.tick(310)

    here.restart(NOW + timedelta(seconds=320))
    here.tick(640)

    assert here.told() == [("fire_lane", 2, 600, "warning")]


def test_a_version_that_is_tried_beside_calls_nobody(rulebook, net):
    smoke, rule = make_device(rulebook), rule_named("smoke")
    before = newest_version(rule)
    content = before.content | {
        "rule": before.content["rule"] | {"pattern": {"kind": "threshold", "op": ">=", "grades": {"alarm": 5.0}}}
    }
    given = {"reason": "test", "by": rulebook.by("duty_officer"), "at": NOW}
    version = write_version(code="smoke", after=1, content=content, owner=rule.owner, action=uuid4(), **given)
    try_beside(version=version, **given)
    here = net()

    here.say(smoke, "smoke", (0, 7.0))
    here.tick(60)

    assert [(each.version, each.grade, each.dry) for each in here.fired] == [(2, "alarm", True), (1, "warning", False)]


def test_a_device_that_is_registered_meanwhile_is_heard_and_one_taken_down_is_not(rulebook, net):
    here = net()
    smoke = make_device(rulebook)
    here.tick(1)
    here.say(smoke, "smoke", (2, 14.0))
    take_down(device=smoke, version=smoke.version, reason="test", by=rulebook.by("administrator"), at=NOW)
    here.tick(700)
    here.say(smoke, "smoke", (1400, 14.0))

    assert here.alerts("smoke") == [2]


def test_the_care_check_has_a_log_of_its_own_and_ends_with_the_consent(rulebook, net):
    care = make_care(rulebook)
    here = net()
    here.say(care, "water_used", (0, 0.0))
    here.tick(60)
    assert [(each.rule, each.device) for each in here.fired] == [("care_check", care.pk)]
    assert [log.stream for log in here.store.logs()] == ["care"]

    CareConsent.objects.update(withdrawn_at=NOW)
    register_again(rulebook)
    here.tick(120)
    here.say(care, "water_used", (DAY, 0.0))
    here.tick(DAY + 60)

    assert len(here.fired) == 1


def register_again(street: Street) -> None:
    """Whatever changes the register tells the host to look again."""
    make_device(street, "SM-99")


def test_what_was_seen_of_a_care_check_stays_for_two_days_at_most(rulebook, net, tmp_path):
    make_care(rulebook)
    here = net()
    path = snapshots.path_of(tmp_path / "rules", here.store.logs()[0])
    assert path.exists()

    assert snapshots.forget_care(tmp_path / "rules", NOW + timedelta(hours=47)) == 0
    assert snapshots.forget_care(tmp_path / "rules", NOW + timedelta(hours=49)) == 1
    assert not path.exists()


def test_a_snapshot_that_is_being_written_is_left_to_whoever_writes_it(tmp_path):
    half, left = tmp_path / "0001.care.new", tmp_path / "0002.care.new"
    half.write_bytes(b'{"format": 1, "wri')
    left.write_bytes(b"")
    now = datetime.now(UTC)
    long_ago = (now - timedelta(hours=49)).timestamp()
    os.utime(left, (long_ago, long_ago))

    assert snapshots.forget_care(tmp_path, now) == 1
    assert list(tmp_path.iterdir()) == [half]


def test_a_damaged_snapshot_has_its_log_read_from_the_beginning(rulebook, net, tmp_path, caplog):
    smoke = make_device(rulebook)
    here = net()
    here.say(smoke, "smoke", (0, 14.0))
    here.host.close(NOW)
    told = set(here.fired)
    path = snapshots.path_of(tmp_path / "rules", here.log(smoke))
    path.write_bytes(path.read_bytes()[:-100])

    here.fired.clear()
    here.restart(NOW + timedelta(seconds=60))

    assert set(here.fired) == told
    assert "cannot be read" in caplog.text


def test_a_restart_in_which_nothing_changed_writes_nothing_into_the_log(rulebook, net):
    smoke = make_device(rulebook)
    here = net()
    here.say(smoke, "smoke", (0, 2.0))
    before = here.log(smoke).end

    here.restart(NOW + timedelta(seconds=1))
    here.tick(2)

    assert here.log(smoke).end == before


@pytest.mark.django_db(transaction=True)
def test_with_threads_of_its_own_it_takes_what_is_committed_and_stops_with_everything_told(rulebook, tmp_path):
    smoke = make_device(rulebook)
    stream, fired, told = smoke.thing.datastreams.get(), [], Event()

    def record(some):
        fired.extend(some)
        told.set()

    with Store(tmp_path / "observations", "test") as store:
        host = Host(store, tmp_path / "rules", record=record)
        host.start()
        log = store.log(stream.estate, "main")
        log.append(rows([(stream.pk, 0.0, 14.0)]))
        store.commit()
        host.wake(log)
        assert told.wait(20)
        log.append(rows([(stream.pk, 3600.0, 14.0)]))
        store.commit()
        host.stop()

    assert host.failed is None
    assert [(each.rule, (each.at - NOW).total_seconds()) for each in fired if not each.cleared] == [
        ("smoke", 0.0), ("smoke", 3600.0)
    ]  # fmt: skip


def test_a_row_of_a_device_that_is_not_in_the_register_is_passed_over(rulebook, net):
    smoke = make_device(rulebook)
    here = net()
    log = here.log(smoke)
    log.append(rows([(9_999, 0.0, 99.0)]))
    here.store.commit()
    here.host.rows(log)

    assert here.fired == []


def test_what_the_database_cannot_take_waits_in_order_and_is_taken_later(street):
    device, taken, trouble = make_device(street), [], [True]

    def record(fired):
        if trouble:
            trouble.pop()
            raise OperationalError("database is locked")
        taken.extend(fired)

    recorder = Recorder(record)
    first, second = alert(device, grade="warning"), alert(device, grade="warning")
    recorder.put([first, second])

    assert not recorder.work()
    assert recorder.work()
    assert taken == [first, second]


def test_an_alarm_goes_before_what_waits_but_not_before_what_is_told_of_the_same_key(street):
    one, two = make_device(street), make_device(street, "SM-2")
    taken: list = []
    recorder = Recorder(taken.extend)
    warning, end, alarm, same = (
        alert(one, grade="warning"), alert(one, cleared=True), alert(two), alert(one)
    )  # fmt: skip
    recorder.put([warning, end, alarm, same])
    recorder.work()

    assert taken == [alarm, warning, end, same]


def test_a_disk_that_takes_no_snapshot_does_not_stop_the_alerts_behind_it(street, tmp_path, caplog):
    taken, one = [], alert(make_device(street))
    in_the_way = tmp_path / "rules"
    in_the_way.write_bytes(b"a file where a folder belongs")
    recorder = Recorder(taken.extend)
    recorder.put((in_the_way / "0001.main.rules", b"{}"))
    recorder.put([one])

    assert recorder.work()
    assert taken == [one]
    assert "0001.main.rules was not written" in caplog.text


def test_one_alert_that_cannot_be_recorded_does_not_stop_the_others(street, caplog):
    device, taken = make_device(street), []
    wrong, right = alert(device, grade="warning"), alert(device, grade="warning")

    def record(fired):
        if wrong in fired:
            raise ValueError("no such thing")
        taken.extend(fired)

    recorder = Recorder(record)
    recorder.put([wrong, right])
    recorder.work()

    assert taken == [right]
    assert wrong.id in caplog.text
