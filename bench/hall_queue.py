"""The queue of a hall's day planned again after an event: 600 visitors who all wait at once at ten counters."""

from random import Random
from statistics import median
from time import process_time

from bench.figure import Figure
from linli.engines.queue import Desk, Rank, Took, Visitor, learn, plan

VISITORS, COUNTERS, MOST, ROUNDS = 600, 10, 3, 30
NOW = 1_800_000_000
RANKS = (Rank.ORDINARY, Rank.ORDINARY, Rank.ORDINARY, Rank.NEED)
MINUTES = {"general": 8, "insurance": 12, "civil": 12, "housing": 15, "law": 20}


def measure() -> list[Figure]:
    return [Figure(f"the queue of {VISITORS} visitors planned again", planned() * 1000, "CPU-ms", aim=20)]


def planned() -> float:
    """The middle of some rounds, in CPU seconds."""
    visitors, desks, took = a_full_hall()
    spent = []
    for _ in range(ROUNDS):
        began = process_time()
        found = plan(visitors, desks, took, now=NOW, most=MOST)
        spent.append(process_time() - began)
        assert len(found) == VISITORS
    return median(spent)


def a_full_hall() -> tuple[list[Visitor], list[Desk], dict[str, Took]]:
    random, kinds = Random(1), sorted(MINUTES)
    skills = {kind: 1 | sum(1 << desk for desk in range(1, COUNTERS) if random.random() < 0.5) for kind in kinds}
    visitors = []
    for key in range(VISITORS):
        kind, booked = random.choice(kinds), random.random() < 0.4
        place = NOW + random.randrange(-7_200, 7_200 if booked else 0)
        visitors.append(
            Visitor(
                key,
                place,
                random.choice(RANKS),
                skills[kind],
                kind,
                random.randrange(MOST + 1),
                appointment=booked,
                here=place <= NOW,
            )
        )
    desks = [Desk(1 << desk, NOW + random.randrange(900)) for desk in range(COUNTERS)]
    return visitors, desks, {kind: learn([], planned=60.0 * MINUTES[kind]) for kind in kinds}
