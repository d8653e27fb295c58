"""Rules as plain values, and hours as instants."""

import tomllib
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from linli.engines.rules import (
    DAY,
    HOUR,
    Condition,
    Count,
    Rule,
    RuleError,
    Schedule,
    Select,
    active_intervals,
    parse_rule,
    to_mapping,
)
from tests.engines.rules.streams import books

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXT = """
lineage = "ebike-in-lift"
key = "device"
grade = "notice"
suppress = "1.5 h"
clear = 7200
[select]
properties = ["ebike"]
sites = ["lift"]
[pattern]
kind = "count"
when = { op = "==", value = 1 }
times = 3
within = "7 d"
[schedule]
days = "workdays"
hours = [{ on = ["mon", "sun"], from = "22:00", to = "06:00" }]
"""


def test_a_rule_is_read_from_toml():
    assert parse_rule(tomllib.loads(TEXT)) == Rule(
        "ebike-in-lift",
        1,
        Select(("ebike",), sites=("lift",)),
        "device",
        Count(Condition("==", 1.0), 3, 7 * DAY),
        "notice",
        suppress=3 * HOUR // 2,
        clear=2 * HOUR,
        schedule=Schedule((((0, 6), 22 * 60, 30 * 60),), "workdays"),
    )


@settings(max_examples=100, deadline=None)
@given(books())
def test_what_is_written_is_read_again(book):
    assert [parse_rule(to_mapping(rule)) for rule in [*book, parse_rule(tomllib.loads(TEXT))]][:-1] == book
    assert parse_rule(to_mapping(parse_rule(tomllib.loads(TEXT)))) == parse_rule(tomllib.loads(TEXT))


GOOD = tomllib.loads(TEXT)
PATTERN = GOOD["pattern"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lineage": ""}, "lineage"),
        ({"colour": "red"}, "colour"),
        ({"key": "person"}, "key"),
        ({"grade": "loud"}, "grade"),
        ({"version": 0}, "version"),
        ({"version": True}, "version"),
        ({"suppress": "soon"}, "suppress"),
        ({"suppress": "5 years"}, "suppress"),
        ({"clear": -1}, "clear"),
        ({"select": []}, "select"),
        ({"select": {}}, "select"),
        ({"select": {"properties": ["a"], "alerts": ["b"]}}, "select"),
        ({"select": {"properties": "smoke"}}, "select.properties"),
        ({"select": {"properties": ["smoke", ""]}}, "select.properties"),
        ({"pattern": {}}, "pattern.kind"),
        ({"pattern": {"kind": "guess"}}, "pattern.kind"),
        ({"pattern": {"kind": "absence"}}, "pattern.lasting"),
        ({"pattern": {"kind": "absence", "lasting": 0}}, "pattern.lasting"),
        ({"pattern": {"kind": "absence", "lasting": "4000 d"}}, "pattern.lasting"),
        ({"pattern": PATTERN | {"times": 0}}, "pattern.times"),
        ({"pattern": PATTERN | {"times": 2.5}}, "pattern.times"),
        ({"pattern": PATTERN | {"when": {"op": "=~"}}}, "pattern.when.op"),
        ({"pattern": PATTERN | {"when": {"op": ">", "value": "5"}}}, "pattern.when.value"),
        ({"pattern": PATTERN | {"when": {"op": ">", "value": float("nan")}}}, "pattern.when.value"),
        ({"pattern": PATTERN | {"when": {"op": ">", "property": "smoke"}}}, "pattern.when.property"),
        ({"pattern": {"kind": "held", "when": {"op": "any"}, "lasting": 5}}, "pattern.when.op"),
        ({"pattern": {"kind": "together", "when": {"op": "any"}, "devices": 2, "within": 5}}, "key"),
        ({"pattern": {"kind": "threshold", "op": ">", "grades": {}}}, "pattern.grades"),
        ({"pattern": {"kind": "threshold", "op": ">", "grades": {"loud": 5}}}, "pattern.grades.loud"),
        ({"pattern": {"kind": "threshold", "op": "any", "grades": {"alarm": 5}}}, "pattern.op"),
        ({"schedule": {"hours": []}}, "schedule.hours"),
        ({"schedule": {"hours": [{"from": "25:00", "to": "06:00"}]}}, "schedule.hours.from"),
        ({"schedule": {"hours": [{"from": "22:00", "to": "06:00", "on": ["lundi"]}]}}, "schedule.hours.on"),
        ({"schedule": {"hours": [{"from": "22:00", "to": "06:00"}], "days": "mondays"}}, "schedule.days"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(change, field):
    with pytest.raises(RuleError) as refused:
        parse_rule(GOOD | change)

    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field}: ")


def instants(*texts: str) -> list[int]:
    return [int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()) * 1_000_000 for text in texts]


def test_a_night_belongs_to_the_day_on_which_it_begins():
    nights = Schedule((((4,), 22 * 60, 30 * 60),))  # Friday

    found = active_intervals(nights, date(2026, 11, 28), date(2026, 12, 6), SHANGHAI, [])

    assert found.tolist() == [
        instants("2026-11-28T00:00", "2026-11-28T06:00"),
        instants("2026-12-04T22:00", "2026-12-05T06:00"),
    ]


def test_workdays_are_those_of_the_calendar_and_the_others_are_holidays():
    office = (((0, 1, 2, 3, 4, 5, 6), 9 * 60, 17 * 60), ((0, 1, 2, 3, 4, 5, 6), 16 * 60, 18 * 60))
    workdays = {date(2026, 11, 28)}  # a Saturday that is worked

    on = active_intervals(Schedule(office, "workdays"), date(2026, 11, 28), date(2026, 11, 30), SHANGHAI, workdays)
    off = active_intervals(Schedule(office, "holidays"), date(2026, 11, 28), date(2026, 11, 30), SHANGHAI, workdays)

    assert on.tolist() == [instants("2026-11-28T09:00", "2026-11-28T18:00")]
    assert off.tolist() == [instants("2026-11-29T09:00", "2026-11-29T18:00")]
    assert active_intervals(Schedule(office), date(2026, 11, 28), date(2026, 11, 28), SHANGHAI, []).shape == (0, 2)
