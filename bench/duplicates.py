"""Near duplicates: found and wrongly found among real messages, some changed a little; and what a look-up costs.

Reads `messages/stream.csv` of the folder that LINLI_REAL_DATA names, otherwise messages of the same kind that are
invented. A text that stands there twice, by whatever time apart, is the truth; for changed copies it is their original.
"""

import csv
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import django

from bench.figure import Figure
from bench.installed import run, sizes

REAL = "LINLI_REAL_DATA"
CHANGED = 600
ROUNDS = 80
AIM = 10.0  # CPU-ms of a look-up
WITHOUT_PLACE = 10  # every tenth case has no place and is found by its words
WAYS = ("some words added", "a sentence left out", "one character in ten wrong")


def measure() -> list[Figure]:
    with TemporaryDirectory() as folder:
        name, texts = messages(Path(folder))
    figures = list(among(name, texts))
    for cases in sizes():
        for what, milliseconds in run("bench.duplicates", cases).items():
            figures.append(Figure(f"perhaps the same as {what}, among {cases:,}", milliseconds, "CPU-ms", AIM))
    return figures


def messages(folder: Path) -> tuple[str, list[str]]:
    """Where they come from, and their texts."""
    real = Path(os.environ.get(REAL, "")) / "messages" / "stream.csv"
    if os.environ.get(REAL) and real.exists():
        return "real", read(real)
    from linli.world.messages import write_messages

    path = folder / "messages.csv"
    write_messages(path, rows=4_000, until=datetime(2026, 11, 1, tzinfo=UTC))
    return "invented", read(path)


def read(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8-sig") as lines:
        return [row["text"] for row in csv.DictReader(lines)]


def among(name: str, texts: Sequence[str]) -> Iterator[Figure]:
    """What look-up by words finds among so many texts, with no limit in time."""
    finder = Finder(texts)
    twice = defaultdict(list)
    for at, text in enumerate(texts):
        twice["".join(text.split())].append(at)
    copies = [(at, other) for held in twice.values() for at in held for other in held if at != other]
    found = sum(other in finder.same(texts[at], but=at) for at, other in copies)
    of = f"{len(texts):,} {name} messages"
    yield Figure(f"copies found among {of}", 100 * found / len(copies), f"% of {len(copies)}", 99, more_is_better=True)
    yield from changed(texts, twice, finder)


def changed(texts: Sequence[str], twice: dict[str, list[int]], finder: "Finder") -> Iterator[Figure]:
    random = Random(1)
    original = {at: set(held) for held in twice.values() for at in held}
    picked = random.sample([at for at, text in enumerate(texts) if len(text) > 30], CHANGED)
    hits: dict[str, list[bool]] = defaultdict(list)
    right = proposed = 0
    for number, at in enumerate(picked):
        way = WAYS[number % len(WAYS)]
        same = finder.same(CHANGES[way](texts[at], random), but=-1)
        hits[way].append(at in same)
        proposed += len(same)
        right += len(same & original[at])
    for way, each in hits.items():
        yield Figure(f"changed messages found, {way}", 100 * sum(each) / len(each), "%", more_is_better=True)
    told = "of what is proposed for them, is the original or its copy"
    yield Figure(told, 100 * right / max(1, proposed), "%", more_is_better=True)


class Finder:
    """The look-up by words, in memory: shares a mark, and is alike enough."""

    def __init__(self, texts: Sequence[str]) -> None:
        from linli.engines.likeness import marks

        self.texts, self.marks = texts, marks
        self.by_mark: dict[int, list[int]] = defaultdict(list)
        for at, text in enumerate(texts):
            for mark in marks(text):
                self.by_mark[mark].append(at)

    def same(self, text: str, *, but: int) -> set[int]:
        from linli.cases.domain.duplicates import likeness, settings

        near = {at for mark in self.marks(text) for at in self.by_mark.get(mark, ())} - {but}
        return {at for at in near if likeness(text, self.texts[at]) >= settings().words_alike}


def _more(text: str, _random: Random) -> str:
    return f"您好，再次反映一下这个问题。{text}请尽快处理，谢谢！"


def _less(text: str, random: Random) -> str:
    parts = [part for part in text.replace("！", "。").split("。") if part]
    if len(parts) > 2:
        del parts[random.randrange(len(parts))]
    return "。".join(parts)


def _slips(text: str, random: Random) -> str:
    return "".join("的" if random.random() < 0.1 else character for character in text)


CHANGES = dict(zip(WAYS, (_more, _less, _slips), strict=True))


def main() -> dict[str, float]:
    """CPU milliseconds of a look-up on an installation: the median over many cases."""
    from django.utils.timezone import now

    from linli.cases.domain.duplicates import perhaps_the_same
    from linli.cases.domain.routing import desk_post
    from linli.people.actors import Viewer
    from linli.procedures.models import Procedure

    with TemporaryDirectory() as folder:
        _name, texts = messages(Path(folder))
    fill_marks(texts)
    newest = Procedure.objects.filter(kind="case").order_by("-opened")
    viewer = Viewer(posts=(desk_post(newest[0].place_path, now()),))
    placed = [one.case for one in newest.exclude(place=None).select_related("case", "place")[:ROUNDS]]
    asked = {"a case at a building": placed, "a case without a place": placeless(texts)}
    return {what: cost(lambda case: perhaps_the_same(case, viewer), cases) for what, cases in asked.items()}


def cost(look: Callable[[Any], object], cases: Sequence[Any]) -> float:
    spent = []
    for case in [*cases[:3], *cases]:  # the first few warm what the process keeps
        begun = process_time()
        look(case)
        spent.append((process_time() - begun) * 1000)
    return median(spent[3:])


def placeless(texts: Sequence[str]) -> list[Any]:
    """Cases that just came in without a place, never stored."""
    from django.utils.timezone import now

    from linli.cases.models import Case
    from linli.procedures.models import Procedure

    picked = Random(2).sample(list(texts), ROUNDS)
    return [Case(procedure=Procedure(kind="case", opened=now()), text=text) for text in picked]


def fill_marks(texts: Sequence[str]) -> None:
    """Give every tenth case the marks of one of these texts, once for each installation."""
    from django.db import transaction

    from linli.cases.domain.duplicates import day_of
    from linli.cases.models import TextMark
    from linli.engines.likeness import marks
    from linli.procedures.models import Procedure

    if TextMark.objects.exists():
        return
    known = [marks(text) for text in texts]
    keys = Procedure.objects.order_by("uuid").values_list("uuid", "opened")
    rows = (
        TextMark(procedure_id=uuid, mark=mark, day=day_of(opened))
        for number, (uuid, opened) in enumerate(keys.iterator())
        if number % WITHOUT_PLACE == 0
        for mark in known[number // WITHOUT_PLACE % len(known)]
    )
    with transaction.atomic():
        for batch in iter(lambda: list(islice(rows, 5_000)), []):
            TextMark.objects.bulk_create(batch, ignore_conflicts=True)


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main()))
    sys.exit(0)
