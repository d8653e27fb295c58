"""How many readings a second of one core carries through twenty rules, in large batches and in small ones."""

from collections.abc import Iterator
from time import process_time

import numpy as np

from bench.figure import Figure

DEVICES, GROUP, PROPERTIES, EVENTS = 10_000, 25, 8, 3_000_000
GAP = 120 * 60  # seconds between two readings of one device
LATENESS = 5 * 60
LARGE, SMALL, ROUNDS = 65_536, 100, 3
BOTH = "Bytewax with the same operator 5.6 M; per event: Bytewax 137 k, Node-RED 48 k, Flink 0.5 k"


def measure() -> list[Figure]:
    of = f"20 rules, {DEVICES:,} devices"
    rows = stream()
    mixed = shaken(rows)
    figures = [
        (f"operator, {of}, batches of 64k", run(rows, LARGE, ordered=True), 10e6, BOTH),
        (f"the same with the reorder buffer, {LATENESS} s late", run(mixed, LARGE, ordered=False), 8e6, BOTH),
        ("the same with episodes that end after two hours", run(mixed, LARGE, ordered=False, clear=True), None, ""),
        (f"operator, {of}, batches of 100", run(rows, SMALL, ordered=True), 2e6, "prototype 0.36 M"),
        ("the same with the reorder buffer", run(mixed, SMALL, ordered=False), None, ""),
    ]
    return [Figure(name, value, "events per CPU-s", aim, True, peer) for name, value, aim, peer in figures]


def stream() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(datastream, at, value): readings of devices that have one property each, in order of time."""
    chance = np.random.default_rng(7)
    span = EVENTS // DEVICES * GAP * 1_000_000
    at = np.sort(chance.integers(0, span, EVENTS)) + 1_780_000_000_000_000
    return chance.integers(0, DEVICES, EVENTS).astype(np.int32), at, chance.random(EVENTS)


def shaken(rows: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    """The same readings in the order in which they come: each up to the lateness after its time."""
    delay = np.random.default_rng(8).integers(0, LATENESS * 1_000_000, EVENTS)
    order = np.argsort(rows[1] + delay, kind="stable")
    return tuple(column[order] for column in rows)


def rules(clear: bool = False) -> list:
    """Four thresholds, four counts, three of each other kind, over eight properties: those of the peers."""
    from linli.engines.rules import HOUR, Absence, Condition, Count, Held, Rule, Select, Sequence, Threshold, Together

    above = [Condition(">", value) for value in (0.3, 0.5, 0.95, 0.8)]
    found: list[tuple[int, object]] = [(code, Threshold(">", (("warning", 0.98),))) for code in range(4)]
    found += [(code, Count(above[0], 3, HOUR // 2)) for code in range(4)]
    found += [(code + 2, Held(above[1], 4 * HOUR)) for code in range(3)]
    found += [(code + 4, Absence(24 * HOUR)) for code in range(3)]
    found += [(code, Sequence(above[2], above[1], 2 * HOUR)) for code in range(3)]
    found += [(code + 5, Together(above[3], 3, HOUR)) for code in range(3)]
    return [
        Rule(
            f"rule {number}", 1, Select((f"p{code}",)), "building" if isinstance(pattern, Together) else "device",
            pattern, suppress=HOUR, clear=2 * HOUR if clear else None,
        )
        for number, (code, pattern) in enumerate(found)
    ]  # fmt: skip


def streams() -> list:
    from linli.engines.rules import Stream

    return [
        Stream(number, f"p{number % PROPERTIES}", number, f"e/b{number // GROUP}", "", "", f"e/b{number // GROUP}", "e")
        for number in range(DEVICES)
    ]


def batches(rows: tuple[np.ndarray, ...], size: int) -> Iterator[tuple]:
    """(batch, watermark) after batch."""
    from linli.engines.rules import Batch, Watermark

    mark = Watermark(LATENESS * 1_000_000)
    for first in range(0, EVENTS, size):
        stream, at, value = (column[first : first + size] for column in rows)
        yield Batch(stream, at, value, at), mark.advance(at, at)


def run(rows: tuple[np.ndarray, ...], size: int, ordered: bool, clear: bool = False) -> float:
    """Readings per CPU second, warmed, the best of three; making the batches and the operator is not counted."""
    from linli.engines.rules import Operator

    given, best = list(batches(rows, size)), 0.0
    for _ in range(ROUNDS):
        operator = Operator(rules(clear), streams(), ordered=ordered)
        operator.warm()
        begun = process_time()
        told = sum(bool(operator.step(batch, watermark).told) for batch, watermark in given)
        best = max(best, EVENTS / (process_time() - begun))
        assert told
    return best
