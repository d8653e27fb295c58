"""A database of many cases for measuring: rows copied from played stories, every chain reckoned anew.

Run as `python -m bench.fill 10000` with LINLI_DATA naming the folder. One case in twenty is a copy of one that was
lived through in the demonstration; the others are copies of messages taken over as history, as in an office that
brought its past along. `linli audit verify` passes on the result.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import django

LIVED, MESSAGES = 300, 400
SHARE = 20  # every twentieth copy is of a lived case
BATCH = 2000


@dataclass(frozen=True)
class Story:
    """The rows of one played case, as the database holds them."""

    procedure: dict[str, Any]
    case: dict[str, Any]
    entries: list[dict[str, Any]]
    bodies: list[tuple[bytes, bytes]]
    clocks: list[dict[str, Any]]
    assignments: list[dict[str, Any]]


def main(total: int) -> None:
    from linli.site.prepare import prepare

    prepare()
    from linli.procedures.models import Procedure
    from linli.world.seed import seed_first

    if seed_first():
        play_more()
    missing = total - Procedure.objects.count()
    if missing > 0:
        copy(missing)
    from linli.insight.domain.comparing import rebuild

    rebuild()


def play_more() -> None:
    """The stories that are copied: lived ones, and messages taken over."""
    from django.utils.timezone import now

    from linli.world.life import Life
    from linli.world.seed import occurrences

    at = now()
    for occurrence in occurrences(at, seed=3, number=LIVED):
        Life(at).play(occurrence)
    take_messages(at)


def take_messages(at: datetime) -> None:
    from django.conf import settings

    from linli.cases.domain.importing import begin_import, continue_import
    from linli.cases.domain.rows import Reading

    path = Path(settings.DATA) / "messages.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(_messages(at))
    columns = {"text": "text", "time": "time", "closed": "closed", "answer": "answer", "class": "class",
               "lon": "lon", "lat": "lat"}  # fmt: skip
    run = begin_import(path=path, name=path.name, reading=Reading(columns), mode="history", source="bench",
                       all_or_none=True, post=None, account=None, at=at)  # fmt: skip
    continue_import(run, at=at)


def _messages(at: datetime) -> Iterator[Sequence[object]]:
    from linli.places.domain.kept import tree
    from linli.world.stories import PLOTS

    yield ("text", "time", "closed", "answer", "class", "lon", "lat")
    random = Random(4)
    buildings = [place for place in tree().places if place.kind == "building"]
    for number in range(MESSAGES):
        plot, building = random.choice(PLOTS), random.choice(buildings)
        opened = at - timedelta(days=random.uniform(40, 700))
        closed = opened + timedelta(days=random.uniform(1, 12)) if number % 50 else ""
        yield (f"{random.choice(plot.reports)}（{number}）", opened, closed, plot.answer, plot.klass, building.lon,
               building.lat)  # fmt: skip


def copy(number: int) -> None:
    """Write so many copies."""
    from django.db import transaction

    lived, taken = _stories()
    random, numbers = Random(5), unused_numbers(number, Random(6))
    done = 0
    while done < number:
        with transaction.atomic():
            size = min(BATCH, number - done)
            picked = [random.choice(taken if (done + n) % SHARE else lived) for n in range(size)]
            write([Copy(story, random, next(numbers)) for story in picked])
            done += size
        if done % 100_000 < BATCH:
            print(f"{done} of {number} copies", file=sys.stderr, flush=True)


def unused_numbers(many: int, random: Random) -> Iterator[str]:
    """So many public numbers: among a million random ones some would be the same."""
    from linli.procedures.models import Procedure
    from linli.procedures.numbers import ALPHABET, LENGTH, check_character

    used = set(Procedure.objects.values_list("number", flat=True))
    drawn: set[str] = set()
    while len(drawn) < many:
        body = "".join(random.choices(ALPHABET, k=LENGTH))
        drawn |= {body + check_character(body)} - used
    return iter(sorted(drawn))


def _stories() -> tuple[list[Story], list[Story]]:
    from linli.procedures.models import Procedure

    found = [_story(procedure) for procedure in Procedure.objects.filter(kind="case").select_related("case")]
    lived = [story for story in found if story.case["import_key"] is None]
    return lived, [story for story in found if story.case["import_key"] is not None]


def _story(procedure: Any) -> Story:
    def row(instance: Any) -> dict[str, Any]:
        return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}

    entries = list(procedure.entries.select_related("body").order_by("seq"))
    return Story(
        row(procedure),
        row(procedure.case),
        [row(entry) for entry in entries],
        [(bytes(entry.body.salt), bytes(entry.body.data)) for entry in entries],
        [row(clock) for clock in procedure.clocks.all()],
        [row(assignment) for assignment in procedure.assignments.all()],
    )


class Copy:
    """A story with a name of its own, some time earlier, its chain reckoned anew. Parties are not copied."""

    def __init__(self, story: Story, random: Random, number: str) -> None:
        from linli.procedures.domain.story import entry_hash

        uuid = UUID(int=random.getrandbits(128), version=4)
        back = timedelta(seconds=random.uniform(0, 200 * 86400)) if story.procedure["closed"] else timedelta(0)
        earlier = {"back": back, "uuid": uuid}
        self.procedure = _moved(story.procedure, **earlier) | {"uuid": uuid, "number": number}
        self.case = story.case | {"procedure_id": uuid, "import_key": None}
        self.clocks = [_moved(row, **earlier) for row in story.clocks]
        self.assignments = [_moved(row, **earlier) for row in story.assignments]
        self.bodies = story.bodies
        self.entries, before = [], b""
        for row in story.entries:
            moved = _moved(row, **earlier) | {"actor": row["actor"]}
            # A party's line keeps the party's key in words; the party itself is not copied.
            before = entry_hash(SimpleNamespace(**moved | {"only_id": None}), before)
            self.entries.append(moved | {"only_id": None, "hash": before})
        self.procedure["head_hash"] = before


def _moved(row: dict[str, Any], *, back: timedelta, uuid: UUID) -> dict[str, Any]:
    """The row for another procedure, with every instant moved back."""
    kept = {name: value for name, value in row.items() if name != "id"}
    moved = {name: value - back if isinstance(value, datetime) else value for name, value in kept.items()}
    return moved | {"procedure_id": uuid} if "procedure_id" in row else moved


def write(copies: list[Copy]) -> None:
    """Write the rows with executemany: bulk work that only a bench may do."""
    from django.db.models import Max

    from linli.cases.models import Case
    from linli.procedures.models import Assignment, Clock, Entry, EntryBody, Procedure

    first = (Entry.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    entries, bodies = [], []
    for copy in copies:
        for row, (salt, data) in zip(copy.entries, copy.bodies, strict=True):
            key = first + len(entries)
            entries.append(row | {"id": key})
            bodies.append({"entry_id": key, "salt": salt, "data": data})
    _insert(Procedure, [copy.procedure for copy in copies])
    _insert(Case, [copy.case for copy in copies])
    _insert(Entry, entries)
    _insert(EntryBody, bodies)
    _insert(Clock, [row for copy in copies for row in copy.clocks])
    _insert(Assignment, [row for copy in copies for row in copy.assignments])


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    from django.db import connection

    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = list(rows[0])
    columns = ", ".join(f'"{fields[name].column}"' for name in names)
    marks = ", ".join(["%s"] * len(names))
    ready = [fields[name].get_db_prep_save for name in names]
    values = [[make(row[name], connection) for name, make in zip(names, ready, strict=True)] for row in rows]
    with connection.cursor() as cursor:
        statement = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608  our own names
        cursor.executemany(statement, values)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
