"""The sums: moved by the difference when a case changes, compared with the rows at night, built anew on demand."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from linli.insight.domain.measures import COLUMNS, DUE, REPORTED, Sums, add, counted, sums_of
from linli.insight.enums import Grain
from linli.insight.models import CaseFact, Rollup


class Cell(NamedTuple):
    """The key of one row of sums."""

    grain: str
    day: date
    klass: int
    place: str
    organisation: int
    post: int


KEYS = ("klass", "place", "organisation", "post")
Cells = dict[Cell, Sums]


def move_sums(*, gone: Iterable[CaseFact], come: Iterable[CaseFact]) -> None:
    """Take out what these cases counted as and put in what they count as now. One statement.

    Called inside the transaction that saves the facts.
    """
    moved: Cells = {}
    for facts, sign in ((gone, -1), (come, 1)):
        for fact in facts:
            for cell, sums in cells_of(fact):
                add(moved.setdefault(cell, {}), {name: sign * number for name, number in sums.items()})
    put({cell: sums for cell, sums in moved.items() if any(sums.values())})


def cells_of(fact: CaseFact) -> Iterator[tuple[Cell, Sums]]:
    """The cells that a case is counted in, and what it adds there: none where it is not countable."""
    if not fact.countable:
        return
    for name in (REPORTED, DUE):
        day = getattr(fact, name)
        if day is not None:
            sums = sums_of(fact, name)
            for grain, start in ((Grain.DAY, day), (Grain.MONTH, day.replace(day=1))):
                yield Cell(grain.value, start, fact.klass, fact.place, fact.organisation, fact.post), sums


def put(moved: Mapping[Cell, Mapping[str, int]]) -> None:
    """Add to the sums, making the rows that are missing. One statement for every 200 cells."""
    names = (*Cell._fields, *COLUMNS)
    more = ", ".join(f"{name} = {TABLE}.{name} + excluded.{name}" for name in COLUMNS)
    row = f"({', '.join(['%s'] * len(names))})"
    cells = sorted(moved.items())
    for start in range(0, len(cells), 200):
        batch = cells[start : start + 200]
        values = [_plain(value) for cell, sums in batch for value in (*cell, *(sums.get(name, 0) for name in COLUMNS))]
        statement = (
            f"INSERT INTO {TABLE} ({', '.join(names)}) VALUES {', '.join([row] * len(batch))} "  # noqa: S608  our names
            f"ON CONFLICT ({', '.join(Cell._fields)}) DO UPDATE SET {more}"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, values)


TABLE = Rollup._meta.db_table


def _plain(value: Any) -> Any:
    """SQLite keeps a date as its text."""
    return value.isoformat() if isinstance(value, date) and connection.vendor == "sqlite" else value


def reckon_month(month: date) -> Cells:
    """The sums of a month and of each of its days, counted from the facts. Two statements."""
    until = next_month(month)
    found: Cells = {}
    for name in (REPORTED, DUE):
        facts = CaseFact.objects.filter(countable=True, **{f"{name}__gte": month, f"{name}__lt": until})
        for (day, *key), sums in counted(facts, name, name, *KEYS):
            for grain, start in ((Grain.DAY, day), (Grain.MONTH, month)):
                add(found.setdefault(Cell(grain.value, start, *key), {}), sums)
    return found


def held_month(month: date) -> Cells:
    """The sums of a month and of each of its days, as they are kept. One statement."""
    rows = Rollup.objects.filter(day__gte=month, day__lt=next_month(month)).values(*Cell._fields, *COLUMNS)
    return {Cell(*(row[name] for name in Cell._fields)): {name: row[name] for name in COLUMNS} for row in rows}


def differences(month: date) -> Cells:
    """What is to be added to the sums of a month so that they say what the facts say."""
    kept, right = held_month(month), reckon_month(month)
    found: Cells = {}
    for cell in kept.keys() | right.keys():
        is_, should = kept.get(cell, {}), right.get(cell, {})
        more = {name: should.get(name, 0) - is_.get(name, 0) for name in COLUMNS}
        if any(more.values()):
            found[cell] = more
    return found


def months() -> list[date]:
    """Every month for which there is a fact or a sum. Three statements."""
    found: set[date] = set(Rollup.objects.filter(grain=Grain.MONTH).values_list("day", flat=True).distinct())
    found |= {day.replace(day=1) for day in Rollup.objects.values_list("day", flat=True).distinct()}
    for name in (REPORTED, DUE):
        days = CaseFact.objects.filter(**{f"{name}__isnull": False}).values_list(name, flat=True).distinct()
        found |= {day.replace(day=1) for day in days}
    return sorted(found)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
