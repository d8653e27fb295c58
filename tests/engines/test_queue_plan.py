"""The plan of a hall is its rule played to the end, and its intervals hold what they promise."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from linli.engines.queue import Desk, Rank, Visitor, Waiting, learn, plan, reference, still

NOW = 1_000
KINDS = {"short": learn([], planned=300), "long": learn([], planned=900)}
visitor = st.tuples(
    st.integers(0, NOW), st.sampled_from(Rank), st.integers(1, 7), st.sampled_from(sorted(KINDS)), st.integers(0, 3)
)


def bits(able: int) -> frozenset[int]:
    return frozenset(bit for bit in (1, 2, 4) if able & bit)


@given(drawn=st.lists(visitor, max_size=14), free=st.lists(st.integers(NOW, NOW + 500), min_size=3, max_size=3),
       most=st.integers(1, 3))  # fmt: skip
def test_the_plan_calls_in_the_order_of_the_reference(drawn, free, most):
    visitors = [
        Visitor(key, place, rank, able, kind, overtaken=min(overtaken, most))
        for key, (place, rank, able, kind, overtaken) in enumerate(drawn)
    ]
    desks = [Desk(bit, at) for bit, at in zip((1, 2, 4), free, strict=True)]
    waiting = {
        each.key: (Waiting(each.key, each.place, each.rank, each.overtaken), bits(each.able)) for each in visitors
    }
    played = reference.play(
        waiting, {desk.bit: desk.free_at for desk in desks}, lambda key: KINDS[drawn[key][3]].mean, most
    )

    found = plan(visitors, desks, KINDS, now=NOW, most=most)

    assert sorted((key, each.desk, round(each.seconds + NOW, 6)) for key, each in found.items()) == sorted(
        (key, desk, round(at, 6)) for key, desk, at in played
    )


def test_an_appointment_that_has_not_come_yet_is_planned_for_from_its_time_on():
    walks_in = [Visitor(key, 900 + key, Rank.ORDINARY, 1, "short") for key in range(3)]
    booked = Visitor(9, NOW + 400, Rank.ORDINARY, 1, "short", appointment=True, here=False)

    found = plan([*walks_in, booked], [Desk(1, NOW)], KINDS, now=NOW, most=3)

    assert [(key, each.seconds, each.before) for key, each in sorted(found.items())] == [
        (0, 0, 0), (1, 300, 1), (2, 900, 3), (9, 600, 2),
    ]  # fmt: skip


def test_who_no_counter_at_work_can_serve_is_told_no_time():
    assert plan([Visitor(1, 5, Rank.NEED, 2, "short")], [Desk(1, NOW)], KINDS, now=NOW, most=3) == {}


def test_four_in_five_are_called_within_their_interval():
    """The real times vary as a gamma distribution does; the plan knows a hundred of each kind."""
    random = Random(7)
    inside = told = 0
    for _ in range(40):
        draw = {kind: (lambda mean=mean: random.gammavariate(2.5, mean / 2.5)) for kind, mean in MEANS.items()}
        took = {kind: learn([draw[kind]() for _ in range(100)], planned=MEANS[kind]) for kind in MEANS}
        kinds = [random.choice(sorted(MEANS)) for _ in range(40)]
        visitors = [Visitor(key, key, Rank.ORDINARY, 7, kind) for key, kind in enumerate(kinds)]
        expected = plan(visitors, [Desk(bit, NOW) for bit in (1, 2, 4)], took, now=NOW, most=3)
        free = [0.0, 0.0, 0.0]
        for key, kind in enumerate(kinds):
            free.sort()
            if key > 5:
                told += 1
                inside += expected[key].low <= free[0] <= expected[key].high
            free[0] += draw[kind]()

    assert 0.72 <= inside / told <= 0.92


MEANS = {"short": 280.0, "long": 800.0}


def test_service_times_are_learnt_from_what_really_happened_and_slips_are_left_out():
    none = learn([], planned=600)
    many = learn([300.0] * 92 + [3.0, 9_000.0], planned=600)

    assert (none.mean, none.sd, none.n) == (600, 360, 0)
    assert (many.mean, many.n) == (324, 92)
    assert many.error < none.error / 3
    assert [still(none, passed) for passed in (0, 200, 590, 5_000)] == [600, 400, 150, 150]
