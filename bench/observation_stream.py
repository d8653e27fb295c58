"""A stream of observations of an invented district, and twenty rules of all six kinds over it.

Seeded, so that whoever writes it twice writes the same.  Values swing slowly with a little noise, a few of them beyond
what the rules bear; every 40th datastream falls silent half-way; times come up to half a minute out of order.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from linli.engines.rules import (
    Absence,
    Condition,
    Count,
    Held,
    Pattern,
    Rule,
    Select,
    Sequence,
    Stream,
    Threshold,
    Together,
    to_mapping,
)

SECOND = 1_000_000
MINUTE, HOUR = 60 * SECOND, 3600 * SECOND
START = 1_780_000_000 * SECOND
PROPERTIES = 8
JITTER = 30 * SECOND
LATENESS = 2 * MINUTE  # microseconds
INSTALLATION = "bench"
GROUP = 25  # datastreams of one building


def estates(count: int) -> list[str]:
    """Paths of estates."""
    return [f"0101{number:04d}" for number in range(count)]


def streams(estate: str, first: int, count: int) -> list[Stream]:
    """The datastreams of one estate, with ids from `first` on."""
    return [
        Stream(
            id=first + number,
            property=f"p{number % PROPERTIES}",
            device=first + number,
            path=f"{estate}{number // GROUP:03d}",
            building=f"{estate}{number // GROUP:03d}",
            estate=estate,
        )
        for number in range(count)
    ]


def rules() -> list[Rule]:
    """Twenty: 4 thresholds, 4 counts, 3 held, 3 absences, 3 sequences, 3 of several devices."""

    def each(kind: str, offset: int, count: int, pattern: Pattern, key: str = "datastream") -> list[Rule]:
        return [
            Rule(f"{kind}-{number}", 1, Select(properties=(f"p{(number + offset) % PROPERTIES}",)), key, pattern,
                 suppress=12 * HOUR, clear=2 * HOUR)
            for number in range(count)
        ]  # fmt: skip

    high = Condition(">", 0.97)
    return [
        *each("threshold", 0, 4, Threshold(">", (("warning", 1.02), ("alarm", 1.05)))),
        *each("count", 0, 4, Count(high, 3, 90 * MINUTE)),
        *each("held", 2, 3, Held(Condition(">", 0.9), 3 * HOUR)),
        *each("absence", 4, 3, Absence(6 * HOUR)),
        *each("sequence", 0, 3, Sequence(high, Condition("<", 0.9), 3 * HOUR)),
        *each("together", 5, 3, Together(Condition(">", 0.82), 3, HOUR), "estate"),
    ]


def batches(
    first: int, count: int, rows: int, size: int, gap: int, seed: int, hot: float = 0.05
) -> Iterator[pa.RecordBatch]:
    """`rows` observations of one estate's `count` datastreams, `size` in a batch, in order of arrival.

    gap: microseconds from one observation of a datastream to its next, on average.
    hot: the share of datastreams that reach what rules tell of.
    """
    random = np.random.default_rng(seed)
    phase, height = random.random(count), np.where(random.random(count) < hot, 0.5, 0.35)
    step, silent_from = gap / count, START + rows * gap // (2 * count)
    for begin in range(0, rows, size):
        length = min(size, rows - begin)
        received = (START + (np.arange(begin, begin + length) * step)).astype(np.int64)
        which = random.integers(0, count, length)
        muted = (which % 40 == 36) & (received > silent_from)
        which[muted] -= 1
        at = received - random.integers(0, JITTER, length)
        swing = 0.5 + height[which] * np.sin(2 * np.pi * (phase[which] + at / (26 * HOUR)))
        yield pa.record_batch(
            {
                "datastream": (first + which).astype(np.int32),
                "at": at,
                "received": received,
                "number": np.round(swing + random.normal(0, 0.015, length), 4),
            }
        )


def set_up(log: Any, of: list[Stream]) -> None:
    """Write the rules and the datastreams into a log, as `linli sensing` does."""
    log.control("streams", {"put": [list(vars(stream).values()) for stream in of], "gone": []})
    numbered = [{"number": 1, "rule": to_mapping(rule)} for rule in rules()]
    log.control("rules", {"at": START, "rules": numbered, "hours": {}})
