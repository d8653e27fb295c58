"""The rule of the queue against its plain reference, and the two promises that hang on the wall of the hall."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from linli.engines.queue import Rank, Waiting, choose, overtaken_by, rank_of, reference

ABLE = st.sets(st.integers(0, 2), min_size=1).map(frozenset)  # which of three counters can serve somebody


def people(most: int = 12) -> st.SearchStrategy[list[Waiting]]:
    each = st.tuples(st.integers(0, 20), st.sampled_from(Rank), st.integers(0, 4))
    return st.lists(each, max_size=most).map(
        lambda drawn: sorted((Waiting(key, *told) for key, told in enumerate(drawn)), key=lambda one: one.turn)
    )


@given(line=people(), most=st.integers(0, 4))
def test_whom_a_counter_calls_is_whom_the_reference_calls(line, most):
    assert choose(line, most=most) == reference.choose(line, most=most)


# What happens in a hall: somebody comes, a counter calls, or the first who was put on hold comes back into the line.
events = st.lists(
    st.one_of(
        st.tuples(st.just("come"), ABLE, st.sampled_from(Rank), st.integers(0, 15)),
        st.tuples(st.just("call"), st.integers(0, 2)),
        st.tuples(st.just("hold"), st.integers(0, 2)),
        st.tuples(st.just("back")),
    ),
    max_size=60,
)


@given(events=events, most=st.integers(0, 3))
def test_nobody_is_overtaken_by_more_than_so_many_and_an_ordinary_walk_in_overtakes_nobody(events, most):
    waiting, held, able = {}, [], {}
    overtaken, passed_by = Counter(), Counter()
    for now, event in enumerate(events):
        if event[0] == "come":
            _, who, rank, before = event
            # An appointment may check in late: its place lies before those of others who wait already.
            key = now
            waiting[key] = Waiting(key, now - before if rank == Rank.DUE else now, rank)
            able[key] = who
        elif event[0] == "back" and held:
            one = held.pop(0)
            waiting[one.key] = one
        elif event[0] in ("call", "hold"):
            line = sorted((one for one in waiting.values() if event[1] in able[one.key]), key=lambda one: one.turn)
            chosen = choose(line, most=most)
            if chosen is None:
                continue
            del waiting[chosen.key]
            if event[0] == "hold":
                held.append(chosen)
            for one in line:  # counted here from what happened, not from what the rule says of it
                if one.turn < chosen.turn:
                    overtaken[one.key] += 1
                    passed_by[chosen.key] += 1
            for one in overtaken_by(line, chosen):
                waiting[one.key] = replace(one, overtaken=one.overtaken + 1)
            assert chosen.rank != Rank.ORDINARY or passed_by[chosen.key] == 0

    assert all(number <= most for number in overtaken.values())
    assert all(one.overtaken == overtaken[one.key] for one in waiting.values())


@given(line=people(), most=st.integers(0, 3), newcomers=st.lists(st.sampled_from(Rank), min_size=40, max_size=40))
def test_nobody_waits_for_ever_however_many_with_a_right_to_be_first_keep_coming(line, most, newcomers):
    waiting = {one.key: replace(one, overtaken=0) for one in line}
    last = max(line, key=lambda one: one.turn, default=None)
    calls = 0
    for number, rank in enumerate(newcomers):
        if last is None or last.key not in waiting:
            break
        waiting[100 + number] = Waiting(100 + number, 100 + number, rank)
        queue = sorted(waiting.values(), key=lambda one: one.turn)
        chosen = choose(queue, most=most)
        del waiting[chosen.key]
        for one in overtaken_by(queue, chosen):
            waiting[one.key] = replace(one, overtaken=one.overtaken + 1)
        calls += 1

    assert last is None or calls <= min(len(line) + most, 40)


def test_an_appointment_is_first_from_its_time_on_and_before_it_like_anybody_else():
    assert rank_of(place=100, now=99, appointment=True, need=False) == Rank.ORDINARY
    assert rank_of(place=100, now=99, appointment=True, need=True) == Rank.NEED
    assert rank_of(place=100, now=100, appointment=True, need=False) == Rank.DUE
    assert rank_of(place=100, now=200, appointment=False, need=True) == Rank.NEED
    assert rank_of(place=100, now=200, appointment=False, need=False) == Rank.ORDINARY


def test_with_the_bound_reached_the_first_in_line_is_called_before_everybody():
    line = [Waiting(1, 10, Rank.ORDINARY, overtaken=3), Waiting(2, 20, Rank.DUE), Waiting(3, 30, Rank.NEED)]

    assert choose(line, most=3) == line[0]
    assert choose(line, most=4) == line[1]
    assert choose([], most=3) is None
