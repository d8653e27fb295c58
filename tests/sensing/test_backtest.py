"""A version tried on the past calls what the host called, and whoever reads it is told in words."""

from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from linli.core.errors import Invalid, NotFound
from linli.core.jobs import Lease
from linli.core.models import Job
from linli.sensing import jobs_rules
from linli.sensing.domain import backtest, observations
from linli.sensing.domain.backtest import ask_backtest, forget_backtests, run_backtest
from linli.sensing.domain.rulebook import newest_version, rule_named, write_version
from linli.sensing.models import RuleVersion
from linli.sensing.rule_shown import by_place, told
from tests.alarm import make_device
from tests.neighbourhood import NOW, Street
from tests.sensing.rules import Net, make_bike

HOUR, DAY = 3600, 86_400
LATER = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.OBSERVATIONS, settings.SENSING = tmp_path / "observations", tmp_path / "sensing"
    observations._open.cache_clear()
    yield
    observations._open.cache_clear()


def past(here: Net, devices: list, seed: int = 5) -> None:
    """Eight days of smoke and of things in the way, in order of time."""
    random, at = Random(seed), 0.0
    while at < 8 * DAY:
        device = random.choice(devices)
        code, value = (
            ("smoke", random.choice([0, 3, 7, 15])) if device.type == "smoke" else ("blocked", random.random() < 0.7)
        )
        here.say(device, code, (at, float(value)))
        at += random.choice([300, 1200, 3 * HOUR])


def draft(street: Street, code: str, rule: dict) -> RuleVersion:
    before = newest_version(rule_named(code))
    content = before.content | {"rule": before.content["rule"] | rule}
    return write_version(
        code=code, after=before.number, content=content, reason="x", owner=rule_named(code).owner,
        by=street.by("duty_officer"), at=NOW, action=uuid4(),
    )  # fmt: skip


def run(street: Street, version: RuleVersion, days: int = 30) -> backtest.Backtest:
    asked = ask_backtest(version=version, days=days, by=street.by("duty_officer"), at=LATER, action=uuid4())
    return run_backtest(UUID(asked.uuid))


@pytest.mark.parametrize("code", ["smoke", "fire_lane", "device_silent"])
def test_the_version_at_work_calls_in_a_backtest_what_the_host_called(rulebook, net, code):
    devices = [make_device(rulebook, f"SM-{n}") for n in range(2)] + [
        make_device(rulebook, f"LN-{n}", type="lane", site="fire_lane", properties=["blocked"]) for n in range(2)
    ]
    here = net()
    past(here, devices)
    here.tick(8 * DAY + HOUR)
    live = [each for each in here.fired if each.rule == code and not each.cleared]
    assert live

    asked = ask_backtest(
        version=newest_version(rule_named(code)), days=30, by=rulebook.by("duty_officer"),
        at=NOW + timedelta(days=8, hours=1), action=uuid4(),
    )  # fmt: skip
    found = run_backtest(UUID(asked.uuid))

    calls = {(each.key, each.grade, each.at) for each in live}
    assert found.tried is not None
    assert found.live is not None
    assert {(key, grade, backtest.instant(at)) for at, grade, key, _path in found.tried.listed} == calls
    assert (found.tried.total, found.live.total) == (len(live), len(live))


def test_what_would_have_happened_is_told_in_words_and_by_place(rulebook, net):
    one = make_device(rulebook)
    other = make_device(rulebook, "SM-2", place=rulebook.places["building_15"])
    here = net()
    for hour in range(4):
        here.say(one, "smoke", (hour * HOUR, 7.0))
    here.say(other, "smoke", (HOUR, 12.0))
    louder = draft(rulebook, "smoke", {"pattern": {"kind": "threshold", "op": ">=", "grades": {"alarm": 6.0}}})

    found = run(rulebook, louder)

    with translation.override("en"):
        assert told(found) == [
            "In the last 30 days it would have called 5 times, for 5 separate troubles.",
            "4 of them at Leshan Estate 6, No. 12.",
            "Version 1, which is at work, would have called just as often.",
        ]
        assert by_place(found) == [("Leshan Estate 6, No. 12", 4, 4), ("Leshan Estate 6, No. 15", 1, 1)]
    assert found.rows == 5
    assert found.tried.by_grade == {"alarm": 5}
    assert found.live.by_grade == {"warning": 4, "alarm": 1}


def test_a_rule_over_alerts_is_tried_with_the_rule_whose_alerts_it_takes(rulebook, net):
    bike = make_bike(rulebook)
    here = net()
    for day in (0, 1, 2, 3):
        here.say(bike, "ebike", (day * DAY, 1.0), (day * DAY + 60, 0.0))
    sooner = draft(
        rulebook, "ebike_in_lift",
        {"pattern": {"kind": "count", "when": {"op": ">=", "value": 1.0}, "times": 2, "within": "7 d"}},
    )  # fmt: skip

    found = run(rulebook, sooner)

    assert (found.tried.total, found.live.total) == (1, 1)
    assert [at for at, *_ in found.tried.listed] != [at for at, *_ in found.live.listed]


def test_what_lies_before_the_span_only_warms_the_rule(rulebook, net):
    smoke = make_device(rulebook)
    here = net()
    here.say(smoke, "smoke", (0, 14.0), (9 * DAY, 14.0))

    found = run(rulebook, newest_version(rule_named("smoke")), days=7)

    assert found.tried.total == 1


def test_the_care_check_is_never_tried_on_the_past(rulebook):
    with pytest.raises(Invalid):
        run(rulebook, newest_version(rule_named("care_check")))


def test_a_backtest_is_one_job_however_often_it_is_sent_and_goes_after_two_weeks(rulebook):
    version, action = newest_version(rule_named("smoke")), uuid4()
    for _twice in range(2):
        ask_backtest(version=version, days=30, by=rulebook.by("duty_officer"), at=NOW, action=action)
    assert Job.objects.filter(name="sensing.backtest").count() == 1
    assert backtest.read(action).state == "waiting"

    assert forget_backtests(at=LATER + timedelta(days=365)) == 1
    with pytest.raises(NotFound):
        backtest.read(action)


def test_a_backtest_that_cannot_be_worked_out_says_so(rulebook):
    version, action = newest_version(rule_named("smoke")), uuid4()
    ask_backtest(version=version, days=30, by=rulebook.by("duty_officer"), at=NOW, action=action)
    broken = Lease(Job.objects.get(name="sensing.backtest"), NOW)
    RuleVersion.objects.filter(pk=version.pk).delete()

    with pytest.raises(RuleVersion.DoesNotExist):
        jobs_rules.backtest(broken, str(action))

    assert backtest.read(action).state == "failed"
