"""Holding the sums to the rows: every night what is counted is compared with what there is, and put right."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from linli.cases.workflow import WORKFLOW
from linli.core import acts, jobs
from linli.insight.domain.facts import FLAGS, facts_of, is_same, refresh
from linli.insight.domain.rollups import differences, months, next_month, put
from linli.insight.models import CaseFact, Comparison, Rollup
from linli.people.actors import Actor
from linli.procedures.models import Procedure

Step = Callable[[], AbstractContextManager[None]]
BATCH = 200
SHOWN = 50
FACT, CELL = "case", "sum"
COMPARE_NOW = "insight.compare_now"


def compare(*, at: datetime, step: Step = transaction.atomic) -> Comparison:
    """Read every case against its facts, and every month's sums against the facts; put right and write down.

    Only what is wrong is written, each batch in a step of its own, so that nobody waits for it.
    """
    done = Comparison(started_at=at)
    for keys in _all_cases():
        held = CaseFact.objects.in_bulk(keys)
        missing = [key for key in keys if key not in held]
        wrong = [fact.pk for fact in facts_of(keys) if fact.pk in held and not is_same(held[fact.pk], fact)]
        with step():
            refresh(missing + wrong)
        done.cases += len(keys)
        done.facts_missing += len(missing)
        done.facts_wrong += len(wrong)
        done.found += [[FACT, str(key)] for key in wrong]
    for month in months():
        _hold_month(month, done, step)
    done.found = done.found[:SHOWN]
    done.ended_at = timezone.now()
    with step():
        done.save(force_insert=True)
    return done


def rebuild() -> int:
    """Read every case anew and reckon all sums from that. Returns how many cases there are.

    The sums change only at the end, month by month, so that pages go on being served.
    """
    read = 0
    for keys in _all_cases(1000):
        with transaction.atomic():
            CaseFact.objects.bulk_create(
                facts_of(keys), update_conflicts=True, unique_fields=["procedure"], update_fields=FLAGS
            )
        read += len(keys)
    done = Comparison(started_at=timezone.now())
    for month in months():
        _hold_month(month, done, transaction.atomic)
    return read


def last_comparison() -> Comparison | None:
    return Comparison.objects.order_by("-started_at").first()


def _hold_month(month: date, done: Comparison, step: Step) -> None:
    """Compare a month, which keeps nobody waiting; only where something is wrong, look again and put it right."""
    if differences(month):
        with step():
            hold_still()
            found = differences(month)
            put(found)
        done.cells_wrong += len(found)
        done.found += [[CELL, f"{cell.grain} {cell.day} {cell.place}"] for cell in found]
    done.cells += Rollup.objects.filter(day__gte=month, day__lt=next_month(month)).count()


def hold_still() -> None:
    """Keep others from moving the sums until the transaction ends. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Rollup._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _all_cases(size: int = BATCH) -> Iterator[Sequence[UUID]]:
    """The keys of every case, a batch at a time."""
    after = UUID(int=0)
    found = Procedure.objects.filter(kind=WORKFLOW.kind).order_by("uuid").values_list("uuid", flat=True)
    while keys := list(found.filter(uuid__gt=after)[:size]):
        yield keys
        after = keys[-1]


def ask_to_compare(*, by: Actor, at: datetime) -> None:
    """Have the figures held to the cases as soon as a worker is free; the log says who asked."""
    with transaction.atomic():
        jobs.enqueue(COMPARE_NOW, at=at, unique=COMPARE_NOW)
        acts.record("figures_compared", target="", by=by, at=at)
