"""The operator equals the reference, whatever happens on the way."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.rules import NEVER, Absence, Batch, Operator, Reference, Rule, Threshold, is_semantic_change
from tests.engines.rules.streams import STREAMS, batch, books, hours, readings, rule, rules, told, union

many = settings(max_examples=80, deadline=None)
few = settings(max_examples=40, deadline=None)
END = 100


@st.composite
def worlds(draw: st.DrawFn) -> tuple:
    book = draw(books())
    return book, draw(hours(book)), draw(readings)


@st.composite
def arrivals(draw: st.DrawFn, lateness: int) -> tuple:
    """(rules, hours, the readings in an order in which none is late, the same in another such order)."""
    book, on, rows = draw(worlds())
    delays = st.lists(st.integers(0, lateness - 1), min_size=len(rows), max_size=len(rows))
    orders = [[row for _come, row in sorted(zip(draw(delays), rows, strict=True), key=come)] for _ in range(2)]
    return book, on, *orders


def come(pair: tuple) -> int:
    return pair[0] + pair[1][0]


def steps(rows: list, cuts: list[int], lateness: int) -> list[tuple[Batch, int]]:
    """The rows in batches, and the watermark after each."""
    found, watermark = [], NEVER
    edges = [0, *sorted(cut % (len(rows) + 1) for cut in cuts), len(rows)]
    for first, end in pairwise(edges):
        watermark = max([watermark, *(at - lateness for at, _stream, _value in rows[first:end])])
        found.append((batch(rows[first:end]), watermark))
    return [*found, (batch([]), END)]


def all_told(machine: Operator | Reference, given_: list[tuple[Batch, int]]) -> tuple[set, set]:
    return union([machine.step(rows, watermark) for rows, watermark in given_])


def named(pair: tuple[set, set]) -> tuple[set, set]:
    """What is the same in every order of arrival: of an alarm on arrival, its id."""
    alerts, cleared = pair
    return {alert.id if alert.arrival else alert for alert in alerts}, cleared


cuts = st.lists(st.integers(0, 60), max_size=5)


@many
@given(worlds(), cuts, st.integers(0, 20), st.randoms(use_true_random=False))
def test_the_operator_says_what_the_reference_says_at_every_step(world, cut, lateness, chance):
    book, on, rows = world
    chance.shuffle(rows)
    reference, operator = Reference(book, STREAMS, "here", on), Operator(book, STREAMS, "here", on)

    for given_, watermark in steps(rows, cut, lateness):
        assert told(operator.step(given_, watermark)) == told(reference.step(given_, watermark))

    counts = (operator.late, operator.unknown, operator.ahead, operator.watermark)
    assert counts == (reference.late, reference.unknown, reference.ahead, reference.watermark)


@many
@given(arrivals(lateness=9), cuts, cuts)
def test_neither_the_batches_nor_the_order_within_the_lateness_change_what_is_told(world, cut, other_cut):
    book, on, rows, others = world
    in_time = Reference(book, STREAMS, "here", on)

    expected = named(all_told(in_time, steps(sorted(rows), [], 0)))

    operator = Operator(book, STREAMS, "here", on)
    assert named(all_told(operator, steps(rows, cut, 9))) == expected
    assert named(all_told(Operator(book, STREAMS, "here", on), steps(others, other_cut, 9))) == expected
    assert operator.late == 0


@few
@given(worlds(), cuts)
def test_rows_in_order_need_no_buffer(world, cut):
    book, on, rows = world
    rows = sorted(rows)

    operator = Operator(book, STREAMS, "here", on, ordered=True)

    expected = all_told(Reference(book, STREAMS, "here", on), steps(rows, [], 0))
    in_order = [(given_, NEVER) for given_, _watermark in steps(rows, cut, 0)]
    # Rows of one instant may fall into two batches: then the second part is late to an operator that waits for nothing.
    whole = [(batch(rows), NEVER), (batch([]), END)] if instants_cut(rows, cut) else [*in_order[:-1], (batch([]), END)]
    assert all_told(operator, whole) == expected


def instants_cut(rows: list, cut: list[int]) -> bool:
    edges = [edge % (len(rows) + 1) for edge in cut]
    return any(0 < edge < len(rows) and rows[edge - 1][0] == rows[edge][0] for edge in edges)


@few
@given(worlds(), cuts)
def test_one_shard_for_each_estate_tells_what_one_for_all_tells(world, cut):
    book, on, rows = world

    apart = [
        Operator(book, [stream for stream in STREAMS if stream.estate == estate], "here", on) for estate in ("e", "f")
    ]

    together = all_told(Operator(book, STREAMS, "here", on), steps(rows, cut, 50))
    pairs = [all_told(operator, steps(rows, cut, 50)) for operator in apart]
    assert tuple(first | second for first, second in zip(*pairs, strict=True)) == together


@few
@given(worlds(), cuts, st.integers(0, 20), st.randoms(use_true_random=False))
def test_an_operator_restored_at_any_point_goes_on_as_if_nothing_had_been(world, cut, lateness, chance):
    book, on, rows = world
    chance.shuffle(rows)
    reference, operator = Reference(book, STREAMS, "here", on), Operator(book, STREAMS, "here", on)

    for given_, watermark in steps(rows, cut, lateness):
        operator = Operator.restore(operator.snapshot())
        assert told(operator.step(given_, watermark)) == told(reference.step(given_, watermark))


@st.composite
def edited(draw: st.DrawFn, book: list[Rule]) -> list[Rule]:
    """The book with some rules taken out, some edited in what they see or only in how they tell, and new ones."""
    found = []
    for index, each in enumerate(book):
        change = draw(st.sampled_from(["none", "none", "seen", "told"]))
        if change == "seen" and not each.second_stage:
            other = draw(rules(each.lineage))
            each = replace(other, version=1 + is_semantic_change(each, other))
        elif change == "told":
            each = replace(
                each,
                clear=draw(st.sampled_from([None, 0, 3])),
                suppress=draw(st.sampled_from([0, 5])),
                grade=draw(st.sampled_from(["notice", "alarm"])),
            )
        # The first stays, so that a each over alerts has something to take.
        if index == 0 or each.second_stage or draw(st.integers(0, 4)) != 0:
            found.append(each)
    firsts = [each.lineage for each in found if not each.second_stage]
    found = [each for each in found if set(each.select.alerts) <= set(firsts)]
    return [*found, *[draw(rules("new")) for _ in range(draw(st.integers(0, 1)))]]


@many
@given(worlds(), st.data(), st.integers(0, 60), st.integers(0, 20), st.randoms(use_true_random=False))
def test_an_edit_keeps_what_it_does_not_touch_and_replays_the_rest_muted(world, data, cut, lateness, chance):
    book, on, rows = world
    chance.shuffle(rows)
    new, streams = data.draw(edited(book)), STREAMS[data.draw(st.integers(0, 3)) :]
    new_hours = data.draw(hours(new))
    pair = [Reference(book, STREAMS, "here", on), Operator(book, STREAMS, "here", on)]
    before, *after = steps(rows, [cut], lateness)

    assert told(pair[0].step(*before)) == told(pair[1].step(*before))
    pair = [machine.with_rules(new, new_hours, [before[0]]) for machine in pair]
    assert told(pair[0].step(*after[0])) == told(pair[1].step(*after[0]))
    pair = [machine.with_streams(streams).with_streams(STREAMS) for machine in pair]

    for step in [*after[1:], (batch([]), END + 50)]:
        assert told(pair[1].step(*step)) == told(pair[0].step(*step))


@few
@given(worlds(), cuts, st.integers(0, 20), st.randoms(use_true_random=False))
def test_the_code_as_it_stands_says_the_same_and_may_be_compiled_meanwhile(world, cut, lateness, chance):
    book, on, rows = world
    chance.shuffle(rows)
    reference, operator = Reference(book, STREAMS, "here", on), Operator(book, STREAMS, "here", on, kernel=False)

    for index, (given_, watermark) in enumerate(steps(rows, cut, lateness)):
        if index == 2:
            operator.warm()
        assert told(operator.step(given_, watermark)) == told(reference.step(given_, watermark))


def test_more_is_told_at_once_than_there_was_room_for():
    book = [rule(Threshold(">", (("notice", 5.0), ("alarm", 8.0))), "high"), rule(Absence(10), "silent")]
    rows = [(at, stream.id, 9.0) for at in range(5000) for stream in STREAMS[:3]]
    reference, operator = Reference(book, STREAMS), Operator(book, STREAMS)

    expected = told(reference.step(batch(rows), 4000))

    assert len(expected[0]) > len(operator.first.k.told)
    assert told(operator.step(batch(rows), 4000)) == expected
    assert told(operator.tick(9000)) == told(reference.tick(9000))
    assert len(operator.waiting) == 0


def test_ten_thousand_keys_fall_due_at_once():
    streams = [replace(STREAMS[0], id=number, device=number) for number in range(10_000)]
    operator = Operator([rule(Absence(10))], streams)
    operator.step(Batch.of(np.arange(10_000), np.full(10_000, 7), np.zeros(10_000)), 8)

    alerts = operator.tick(10**9).alerts

    assert sorted(alert.key for alert in alerts) == sorted(f"device:{number}" for number in range(10_000))
    assert {(alert.at, alert.since) for alert in alerts} == {(17, 7)}
