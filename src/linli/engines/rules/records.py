"""What stands in a log, as the rules take it: rows, and the records "rules" and "streams".

Everything that runs the rules over a log reads it by these few functions, the sensing service and a cluster alike, so
that the same log gives the same alerts. Payloads are plain values, as they were read from the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.engines.rules.model import Rule, Stream, longest_window
from linli.engines.rules.outputs import Batch
from linli.engines.rules.parsing import parse_rule

Hours = dict[str, NDArray[np.int64]]


def as_batch(rows: Any) -> Batch:
    """Columns of observations, by name, as the operator takes them.

    rows: an Arrow batch with datastream, at, number and received.  A result that is no number counts as 1, one that is
    not finite is left out.
    """
    value = rows.column("number").fill_null(1.0).to_numpy(zero_copy_only=False)
    columns = [rows.column(name).to_numpy(zero_copy_only=False) for name in ("datastream", "at", "received")]
    if not (finite := np.isfinite(value)).all():
        value, columns = value[finite], [column[finite] for column in columns]
    return Batch.of(columns[0], columns[1], value, columns[2])


def read_rules(payload: Mapping[str, Any]) -> tuple[tuple[Rule, ...], Hours]:
    """The rules of a record "rules", and the hours of those that have a schedule, by lineage: int64 µs (n, 2)."""
    rules = tuple(parse_rule(row["rule"]) for row in payload["rules"])
    return rules, {name: np.array(span, np.int64).reshape(-1, 2) for name, span in payload["hours"].items()}


def streams_after(now: Iterable[Stream], payload: Mapping[str, Any]) -> tuple[Stream, ...]:
    """The streams after a record "streams", in order of their ids."""
    gone = set(payload["gone"])
    found = {stream.id: stream for stream in now if stream.id not in gone}
    found |= {row[0]: Stream(*row) for row in payload["put"]}
    return tuple(found[number] for number in sorted(found))


def to_warm(rules: Iterable[Rule], before: Iterable[Rule], streams: Iterable[Stream]) -> tuple[list[int], int]:
    """Which datastreams the rules that are new or changed look at, and how far back, in microseconds.

    A rule that takes the alerts of others needs what those look at, over both windows.
    """
    old, by_name = {rule.lineage: rule.version for rule in before}, {rule.lineage: rule for rule in rules}
    asked: dict[str, int] = {}
    for rule in by_name.values():
        if old.get(rule.lineage) == rule.version:
            continue
        for name in rule.select.alerts or (rule.lineage,):
            if name in by_name:
                window = longest_window(rule) + (longest_window(by_name[name]) if rule.second_stage else 0)
                asked[name] = max(asked.get(name, 0), window)
    found = {stream.id for name in asked for stream in streams if looks_at(by_name[name], stream)}
    return sorted(found), max(asked.values(), default=0)


def looks_at(rule: Rule, stream: Stream) -> bool:
    """Whether a rule selects a datastream."""
    select = rule.select
    return (
        select.takes(stream.property)
        and (not select.sites or stream.site in select.sites)
        and (not select.places or stream.path.startswith(select.places))
    )
