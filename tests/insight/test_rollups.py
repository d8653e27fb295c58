"""The sums say what the rows say: after any moves, messages twice or out of order, and what happens past the moves."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.cases.workflow import WORKFLOW
from linli.core import jobs, outbox
from linli.core.errors import Invalid, Refused
from linli.core.models import Consumer, Outbox
from linli.insight.domain.comparing import compare, last_comparison, rebuild
from linli.insight.domain.facts import refresh
from linli.insight.domain.measures import COLUMNS
from linli.insight.domain.rollups import differences, held_month, months
from linli.insight.jobs import NAME, count
from linli.insight.models import CaseFact, Rollup
from linli.people.actors import Actor
from linli.procedures.domain.audit import purge
from linli.procedures.models import Procedure
from tests.insight.conftest import Walk


def kept() -> dict:
    """Every sum that is not nought."""
    cells = {}
    for month in months():
        cells |= {cell: sums for cell, sums in held_month(month).items() if any(sums.values())}
    return cells


def recounted() -> dict:
    """The same, from the rows alone."""
    CaseFact.objects.all().delete()
    Rollup.objects.all().delete()
    rebuild()
    return kept()


STEPS = ("file", "dispatch", "accept", "hand_back", "hand_in", "rework", "verify", "close", "reopen", "void", "rate")


def go(walk: Walk, random: Random, hours: float) -> None:
    """One step that the case can go now, if there is any."""
    open_to = [move.name for move in WORKFLOW.moves_from(walk.case.procedure.state) if move.name in STEPS]
    if walk.case.procedure.state == "closed" and walk.case.satisfaction is None:
        open_to.append("rate")
    if open_to:
        step = random.choice(sorted(open_to))
        try:
            getattr(walk, step)(hours=hours, **({"grade": random.randint(1, 5)} if step == "rate" else {}))
        except (Invalid, Refused):  # it cannot be handed back for ever
            assert step == "hand_back"


@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), read_now=st.lists(st.booleans(), min_size=12, max_size=12))
def test_after_any_moves_the_sums_are_those_that_a_recount_gives(street, walk, tell, seed, read_now):
    """Whenever the messages were read between."""
    random = Random(seed)
    begun = street.now
    street.now = begun + timedelta(days=random.randint(0, 40))
    cases = [walk(klass=street.klass(random.choice(["lighting", "leak", "facility"]))) for _ in range(2)]
    for number, reads in enumerate(read_now):
        go(random.choice(cases), random, hours=(number + 1) * random.choice([1, 6, 30]) + number * 40)
        if reads:
            tell()
    tell()
    street.now = begun

    assert kept() == recounted()


def test_a_message_given_twice_counts_once(walk, tell):
    walk().done(4)
    tell()
    before = kept()

    Consumer.objects.filter(name=NAME).update(xid=0, last=0)

    assert tell() > 0
    assert kept() == before
    assert before == recounted()


def test_messages_out_of_order_have_no_other_effect_than_the_last(walk, tell):
    walk().done(4)
    for row in Outbox.objects.order_by("-id"):
        count(outbox.Message(outbox.Cursor(row.xid, row.pk), row.topic, row.procedure, row.body, row.at))

    assert kept() == recounted()


def test_a_case_leaves_its_cells_when_it_is_moved_or_put_into_another_class(street, walk, tell):
    case = walk().file().dispatch().case
    tell()
    Procedure.objects.filter(pk=case.pk).update(place_path=street.places["cell_02"].path)
    type(case).objects.filter(pk=case.pk).update(klass=street.klass("leak"))

    refresh([case.pk])

    assert {(cell.place, cell.klass) for cell in kept()} == {(street.places["cell_02"].path, street.klass("leak").pk)}
    assert kept() == recounted()


@pytest.mark.parametrize("closed_to", ["sealed", "excludes"])
def test_what_is_sealed_or_closed_to_somebody_later_leaves_the_sums(walk, closed_to):
    case = walk().done().case
    rebuild()
    Procedure.objects.filter(pk=case.pk).update(**{closed_to: True})

    refresh([case.pk])

    assert kept() == {}
    assert CaseFact.objects.get().countable is False


def test_a_class_that_is_never_public_is_not_in_the_sums(street, walk, tell):
    CaseClass.objects.filter(code="lighting").update(publicity=Publicity.NEVER)
    walk().done()
    tell()

    assert kept() == {}


def test_a_purged_case_stays_counted_for_nothing_of_it_is_personal(street, walk, tell):
    case = walk().done(5).case
    tell()
    before = kept()

    purge(procedure=case.procedure, rule="retention", by=Actor.named("retention"), at=street.now)
    rebuild()

    assert kept() == before != {}


def test_the_nightly_comparison_finds_what_is_wrong_and_puts_it_right(street, walk, tell):
    wrong, right = walk().done().case, walk().done().case
    tell()
    before = kept()
    CaseFact.objects.filter(pk=wrong.pk).update(closed=False, in_time=False)
    cell = Rollup.objects.filter(grain="d", due__gt=0).get()
    Rollup.objects.filter(pk=cell.pk).update(due=99)

    first = compare(at=street.now)
    second = compare(at=street.now)

    assert (first.cases, first.facts_wrong, first.found[0]) == (2, 1, ["case", str(wrong.pk)])
    assert first.cells_wrong > 0
    assert (second.cases, second.facts_wrong, second.cells_wrong, second.found) == (2, 0, 0, [])
    assert kept() == before
    assert right.pk not in [key for _what, key in first.found]


def test_the_comparison_reads_first_what_only_waits_to_be_counted(walk):
    walk().file()
    jobs.enqueue("insight.compare", at=timezone.now())
    assert jobs.work_once()

    found = last_comparison()
    assert found is not None
    assert (found.cases, found.facts_missing, found.facts_wrong, found.cells_wrong) == (1, 0, 0, 0)


def test_a_case_that_no_message_told_of_is_counted_by_the_comparison(walk, street):
    walk().file()

    found = compare(at=street.now)

    assert (found.cases, found.facts_missing, found.facts_wrong, found.found) == (1, 1, 0, [])
    assert kept() == recounted() != {}


def test_counting_a_case_costs_the_same_few_statements_whether_one_or_many(walk):
    cases = [walk().file().dispatch().case.pk for _ in range(4)]
    spent = []
    for keys in (cases[:1], cases[1:]):
        with CaptureQueriesContext(connection) as caught:
            assert refresh(keys) == len(keys)
        spent.append(len([row for row in caught if "SAVEPOINT" not in row["sql"]]))

    assert spent == [7, 7]


def test_sums_keep_the_day_and_the_month(walk, tell):
    walk().file().dispatch()
    tell()

    assert sorted((row.grain, row.day, row.reported, row.due) for row in Rollup.objects.all()) == [
        ("d", date(2026, 11, 23), 1, 0), ("d", date(2026, 11, 25), 0, 1), ("m", date(2026, 11, 1), 1, 1),
    ]  # fmt: skip
    assert differences(date(2026, 11, 1)) == {}
    assert set(COLUMNS) <= {column.name for column in Rollup._meta.fields}
