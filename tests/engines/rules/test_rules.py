"""Each kind of rule by hand, with the instants at which it tells; the same from the reference and the operator."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from linli.engines.rules import (
    DAY,
    SECOND,
    Absence,
    Alert,
    Batch,
    Condition,
    Count,
    Held,
    Operator,
    Reference,
    Rule,
    RuleError,
    Select,
    Sequence,
    SnapshotError,
    Threshold,
    Together,
    Watermark,
    alert_id,
    is_semantic_change,
    longest_window,
)
from tests.engines.rules.streams import HIGH, STREAMS, batch, rule, stream, told

MACHINES = pytest.mark.parametrize("machine", [Reference, Operator])
END = 1000
Row = tuple[int, int, float]


def alerts(machine: type, book: list[Rule], rows: list[Row], streams=STREAMS, hours=None) -> list[tuple]:
    """(rule, key, grade, at, since) of every alert, and ("cleared", key, at, since), in order."""
    said = machine(book, streams, "here", hours).step(batch(rows), END)
    found = [(alert.at, alert.rule, alert.key, alert.grade, alert.since) for alert in said.alerts]
    found += [(end.at, end.rule, end.key, "cleared", end.since) for end in said.cleared]
    return sorted(found)


@MACHINES
def test_a_threshold_tells_the_highest_grade_that_a_reading_is_beyond(machine):
    book = [rule(Threshold(">=", (("notice", 3.0), ("warning", 5.0))))]

    said = alerts(machine, book, [(1, 3, 2.9), (2, 3, 3.0), (3, 3, 5.0)])

    assert said == [(2, "r", "device:1", "notice", 2), (3, "r", "device:1", "warning", 3)]


@MACHINES
def test_an_alarm_is_told_when_it_comes_however_late_and_a_lower_grade_waits(machine):
    operator = machine([rule(Threshold(">", (("warning", 5.0), ("alarm", 8.0))))], STREAMS, "here")

    first = operator.step(batch([(50, 3, 9.0), (51, 3, 6.0)]), 40)
    then = operator.step(batch([(40, 7, 9.0), (40, 7, 6.0)]), 60)

    assert told(first) == (
        {Alert(alert_id("here", "r", 1, "device:1", 50), "r", 1, "device:1", "alarm", 50, 50, 3, 9.0, False, True)},
        set(),
    )
    assert told(then) == (
        {
            Alert(alert_id("here", "r", 1, "device:2", 40), "r", 1, "device:2", "alarm", 40, 40, 7, 9.0, True, True),
            Alert(alert_id("here", "r", 1, "device:1", 51), "r", 1, "device:1", "warning", 51, 51, 3, 6.0),
        },
        set(),
    )
    assert operator.late == 2


@MACHINES
def test_alarms_on_arrival_have_the_same_ids_in_every_order(machine):
    book = [rule(Threshold(">", (("alarm", 8.0),)), suppress=10)]
    rows = [(12, 3, 9.0), (15, 3, 9.0), (21, 3, 9.0)]

    said = [machine(book, STREAMS).step(batch(order), END).alerts for order in (rows, rows[::-1])]

    assert [[alert.at for alert in each] for each in said] == [[12, 21], [21, 15]]
    assert {alert.id for alert in said[0]} == {alert.id for alert in said[1]}


@MACHINES
def test_the_third_hit_within_the_time_is_told_its_end_included(machine):
    book = [rule(Count(HIGH, 3, 10))]

    said = alerts(machine, book, [(0, 3, 9), (1, 3, 9), (2, 3, 0), (11, 3, 9), (12, 3, 9), (30, 3, 9)])

    assert said == []
    assert alerts(machine, book, [(0, 3, 9), (2, 3, 9), (10, 3, 9)]) == [(10, "r", "device:1", "warning", 0)]


@MACHINES
def test_a_condition_held_without_a_break_is_told_once(machine):
    book = [rule(Held(HIGH, 10))]

    said = alerts(
        machine, book, [(0, 3, 9), (9, 3, 1), (20, 3, 9), (25, 3, 9), (45, 3, 9), (50, 3, 0), (60, 3, 9), (70, 3, 0)]
    )

    assert said == [(30, "r", "device:1", "warning", 20)]


@MACHINES
def test_a_device_is_absent_after_the_time_and_not_when_it_speaks_just_then(machine):
    book = [rule(Absence(10), select=Select(("*",)))]

    said = alerts(machine, book, [(0, 3, 0), (10, 4, 0), (20, 3, 0), (31, 4, 0)], streams=STREAMS[:2])

    assert said == [(30, "r", "device:1", "warning", 20), (41, "r", "device:1", "warning", 31)]


@MACHINES
def test_one_and_then_another_within_the_time_is_told_and_used_up(machine):
    pattern = Sequence(Condition(">", 5, "heat"), Condition("==", 1, "door"), 10)
    book = [rule(pattern, select=Select(("heat", "door")))]

    said = alerts(machine, book, [(0, 3, 9), (10, 4, 1), (11, 4, 1), (20, 3, 9), (31, 4, 1)])

    assert said == [(10, "r", "device:1", "warning", 0)]


@MACHINES
def test_one_and_no_other_within_the_time_is_told_when_the_time_is_over(machine):
    pattern = Sequence(Condition(">", 5, "heat"), Condition("any", property="door"), 10, negated=True)
    book = [rule(pattern, select=Select(("heat", "door")))]

    said = alerts(machine, book, [(0, 3, 9), (10, 4, 0), (20, 3, 9), (25, 3, 9), (31, 4, 0)])

    assert said == [(30, "r", "device:1", "warning", 20)]


@MACHINES
def test_distinct_devices_of_one_building_are_counted_together(machine):
    book = [rule(Together(HIGH, 2, 10), key="building")]

    said = alerts(machine, book, [(0, 20, 9), (1, 21, 9), (5, 3, 9), (11, 12, 9), (16, 7, 9)])

    assert said == [(11, "r", "building:ec", "warning", 1)]


@MACHINES
def test_power_is_lost_where_several_devices_of_a_building_fall_silent(machine):
    silent = rule(Absence(10), "silent", select=Select(("*",)))
    power = rule(
        Together(Condition(">", 0), 2, 5), "power", select=Select(alerts=("silent",)), key="building", grade="alarm"
    )

    said = alerts(machine, [silent, power], [(0, 3, 0), (0, 12, 0), (4, 7, 0), (9, 20, 0)])

    assert [row for row in said if row[1] == "power"] == [(14, "power", "building:eb", "alarm", 10)]


@MACHINES
def test_nothing_more_is_told_for_a_while_but_for_a_higher_grade(machine):
    book = [rule(Threshold(">", (("notice", 3.0), ("warning", 6.0))), suppress=10)]

    said = alerts(machine, book, [(0, 3, 4), (5, 3, 7), (9, 3, 4), (14, 3, 4), (15, 3, 4)])

    assert [row[0] for row in said] == [0, 5, 15]


@MACHINES
def test_an_episode_ends_after_quiet_counted_from_the_last_hit(machine):
    book = [rule(Threshold(">", (("warning", 5.0),)), suppress=100, clear=10)]

    said = alerts(machine, book, [(0, 3, 9), (10, 3, 9), (15, 3, 0)])

    assert said == [(0, "r", "device:1", "warning", 0), (20, "r", "device:1", "cleared", 0)]


@MACHINES
def test_the_quiet_of_a_hold_and_of_a_silence_begins_when_they_end(machine):
    book = [rule(Held(HIGH, 5), "held", clear=3), rule(Absence(20), "silent", clear=3)]

    said = alerts(machine, book, [(0, 3, 9), (40, 3, 0)])

    assert said == [
        (5, "held", "device:1", "warning", 0),
        (20, "silent", "device:1", "warning", 0),
        (43, "held", "device:1", "cleared", 5),
        (43, "silent", "device:1", "cleared", 20),
        (60, "silent", "device:1", "warning", 40),
    ]


@MACHINES
def test_hours_hold_back_what_time_completes_and_leave_out_what_a_reading_does(machine):
    on = np.array([[20, 30]])
    book = [rule(Held(HIGH, 5), "held"), rule(Threshold(">", (("warning", 5.0),)), "high")]

    said = alerts(machine, book, [(10, 3, 9), (20, 3, 9), (30, 3, 9)], hours={"held": on, "high": on})

    assert said == [(20, "held", "device:1", "warning", 10), (20, "high", "device:1", "warning", 20)]


@MACHINES
def test_a_rule_looks_only_at_its_places_and_kinds_of_site(machine):
    high = Threshold(">", (("warning", 5.0),))
    book = [
        rule(high, "here", select=Select(("heat",), places=("eb2",))),
        rule(high, "lifts", select=Select(("*",), sites=("lift",))),
    ]

    said = alerts(machine, book, [(index, each.id, 9) for index, each in enumerate(STREAMS)])

    assert [row[1:3] for row in said] == [("here", "device:2"), ("lifts", "device:2"), ("lifts", "device:3")]


@MACHINES
def test_what_cannot_be_used_is_counted_and_what_is_no_number_refused(machine):
    operator = machine([rule(Absence(10))], STREAMS)
    operator.step(batch([(5, 3, 0.0)]), 5)

    operator.step(Batch.of([3, 99, 3], [5, 6, 2 * DAY], [0, 0, 0], [6, 6, 6]), 7)
    with pytest.raises(ValueError, match="finite number"):
        operator.step(batch([(8, 3, 0.0), (9, 3, float("nan"))]), END)

    assert (operator.late, operator.unknown, operator.ahead, operator.watermark) == (1, 1, 1, 7)
    assert [alert.at for alert in operator.tick(END).alerts] == [15]


@MACHINES
def test_a_rule_that_sees_something_else_must_have_another_version(machine):
    operator = machine([rule(Absence(10))], STREAMS)

    with pytest.raises(RuleError) as refused:
        operator.with_rules([rule(Absence(11))])

    assert refused.value.field == "version"


@MACHINES
def test_an_edit_of_what_is_told_keeps_timers_and_one_of_what_is_seen_replays_muted(machine):
    book = [rule(Absence(10), "silent"), rule(Count(HIGH, 3, 100), "count")]
    rows = batch([(1, 3, 9), (2, 3, 9), (3, 3, 9)])
    operator = machine(book, STREAMS)
    operator.step(rows, 5)

    edited = [replace(book[0], grade="alarm"), replace(book[1], pattern=Count(HIGH, 2, 50), version=2)]
    operator = operator.with_rules(edited, history=[rows])

    said = operator.step(batch([(7, 3, 9)]), END).alerts
    assert [(alert.rule, alert.version, alert.grade, alert.at, alert.since) for alert in said] == [
        ("count", 2, "warning", 7, 3),
        ("silent", 1, "alarm", 17, 7),
    ]


@MACHINES
def test_a_new_device_is_seen_from_then_on_and_no_timer_is_lost(machine):
    operator = machine([rule(Absence(10))], STREAMS[:1])
    operator.step(batch([(1, 3, 0), (8, 3, 0)]), 5)

    operator = operator.with_streams([*STREAMS[:1], stream(1, device=9)])

    said = operator.step(batch([(9, 1, 0)]), END)
    assert [(alert.key, alert.at) for alert in sorted(said.alerts, key=lambda each: each.at)] == [
        ("device:1", 18),
        ("device:9", 19),
    ]


def test_an_ordered_operator_refuses_rows_that_go_back():
    operator = Operator([rule(Absence(10))], STREAMS, ordered=True)

    with pytest.raises(ValueError, match="in order of time"):
        operator.step(batch([(5, 3, 0), (4, 3, 0)]), END)

    assert operator.step(batch([(5, 3, 0)]), 0).alerts == []
    assert operator.watermark == 5


def test_columns_of_any_owner_are_taken():
    columns = [np.array([3]), np.array([1], np.int32), np.array([9], np.float32)]
    for column in columns:
        column.setflags(write=False)

    said = Operator([rule(Threshold(">", (("warning", 5.0),)))], STREAMS).step(Batch(*columns), END)

    assert [(alert.at, alert.value, alert.stream) for alert in said.alerts] == [(1, 9.0, 3)]
    with pytest.raises(ValueError, match="one length"):
        Batch.of([1, 2], [1], [1])


def test_datastreams_of_any_number_are_known_uncompiled_too():
    numbers = [53_019, 60_001, 2**31 - 1]
    streams = [stream(number, device=place) for place, number in enumerate(numbers)]
    rows = Batch.of(np.array(numbers, np.int32), np.arange(1, 4), np.full(3, 9.0))

    said = Operator([rule(Threshold(">", (("warning", 5.0),)))], streams).step(rows, END)

    assert [(alert.at, alert.stream) for alert in said.alerts] == list(zip([1, 2, 3], numbers, strict=True))


def test_other_bytes_are_no_snapshot():
    data = Operator([rule(Absence(10))], STREAMS).snapshot()

    for other, why in [(b"", "no snapshot"), (data[:-9], "damaged"), (data[:13] + b"\xff" + data[14:], "format")]:
        with pytest.raises(SnapshotError, match=why):
            Operator.restore(other)


def test_only_select_key_and_pattern_make_another_version():
    old = rule(Absence(10))

    assert not is_semantic_change(old, replace(old, grade="alarm", suppress=5, clear=1))
    assert is_semantic_change(old, replace(old, key="entrance"))
    assert is_semantic_change(old, replace(old, select=Select(("door",))))
    assert is_semantic_change(old, replace(old, pattern=Absence(11)))
    assert longest_window(old) == 10


def test_an_id_names_every_part():
    parts = ("here", "smoke", 1, "device:1", 7)
    others = [("there", *parts[1:]), ("heresmoke", "", *parts[2:]), (*parts[:2], 2, *parts[3:]), (*parts[:4], 8)]

    assert len({alert_id(*parts), *(alert_id(*other) for other in others)}) == 5
    assert alert_id(*parts) == alert_id(*parts)
    assert len(alert_id(*parts)) == 32


def test_a_clock_that_is_ahead_moves_no_watermark_and_a_tick_does():
    mark = Watermark(lateness=10)

    assert mark.advance(np.array([100, 100 + 61 * SECOND]), np.array([90, 100])) == 90
    assert mark.advance(np.array([50]), np.array([101])) == 90
    assert mark.tick(120) == 110
    assert mark.tick(80) == 110


def test_numba_is_not_imported_before_an_operator_needs_it():
    said = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)

    assert said.stdout == "False 1 False\nTrue\n"


WITHOUT = """
import sys
from linli.engines.rules import *
imported = "numba" in sys.modules
book = [Rule("r", 1, Select(("heat",)), "device", Threshold(">", (("warning", 5.0),)))]
streams = [Stream(1, "heat", 1, "e")]
plain = Operator(book, streams, kernel=False)
told = len(plain.step(Batch.of([1], [1], [9.0]), 2).alerts)
print(imported, told, "numba" in sys.modules)
Operator(book, streams)
print("numba" in sys.modules)
"""
