"""One shard of the rules as a host runs it: a log of the segment store, an operator, and how far it has come.

Knows nothing of Flink and nothing of Django, so that a test can run the very same in its own process.  One frame of the
log is one step of the operator: whoever reads the same log in this way finds the same alerts.

The rules file is JSON::

    {"installation": "xjh", "lateness": 120000000,                      # microseconds
     "rules": [{"lineage": ..., ...}],                                  # as linli.engines.rules.parse_rule takes them
     "hours": {"<lineage>": [[from, until], ...]},                      # microseconds, for rules with a schedule
     "streams": [{"id": 17, "property": "smoke", "device": 3, "path": "...", "estate": "...", ...}]}
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from linli.engines.rules import Batch, Operator, Rule, Stream, Watermark, parse_rule
from linli.sensing.segments import Position, Store

SLICE = 1 << 18  # rows read in one go, about 30 ms of work; checkpoints wait no longer than that
UNSAVED = 1 << 21  # rows after which the state is written though there was nothing to tell

Saved = tuple[str, bytes]  # the position and the operator's snapshot


class Shard:
    """Reads a log on from where it was, and tells what its rules find.

    read_at: when it was last read, by the host's clock; for the host to set.
    """

    def __init__(self, key: str, log: Any, operator: Operator, lateness: int, position: Position | None) -> None:
        self.key, self._log, self.operator, self.position = key, log, operator, position
        self.watermark = Watermark(lateness, value=operator.watermark)
        self.read_at = 0.0
        self.rows = self._unsaved = 0
        self._caught_up = False

    def read(self, most: int = SLICE) -> list[dict[str, Any]]:
        """What the next frames give, as plain values; at their end, once, how far everything has been told.

        most: rows after which it stops, at the end of a frame.
        """
        events: list[dict[str, Any]] = []
        rows = frames = 0
        for frame in self._log.read(self.position):
            events += self._take(frame)
            self.position, frames = frame.position, frames + 1
            rows += len(frame.batch) if frame.kind == "rows" else 0
            if rows >= most:
                break
        self.rows += rows
        self._unsaved += rows
        if rows >= most or frames:
            self._caught_up = False
        if rows < most and not self._caught_up and self.position is not None:
            self._caught_up = True
            events.append({"kind": "reached", "shard": self.key, "position": str(self.position)})
        return events

    @property
    def must_save(self) -> bool:
        return self._unsaved >= UNSAVED

    def saved(self) -> Saved:
        self._unsaved = 0
        return str(self.position), self.operator.snapshot()

    def _take(self, frame: Any) -> list[dict[str, Any]]:
        if frame.kind == "rows":
            batch = to_batch(frame.batch)
            outputs = self.operator.step(batch, self.watermark.advance(batch.at, batch.received))
        elif frame.kind == "tick":
            outputs = self.operator.tick(self.watermark.tick(int(frame.payload["at"])))
        else:
            return []
        if not outputs:
            return []
        return [
            *({"kind": "alert", **asdict(alert)} for alert in outputs.alerts),
            *({"kind": "cleared", **asdict(cleared)} for cleared in outputs.cleared),
        ]


def to_batch(rows: Any) -> Batch:
    """The columns that rules look at; a result that is no number counts as 1."""
    number = rows["number"]
    value = number.fill_null(1.0) if number.null_count else number
    return Batch(
        rows["datastream"].to_numpy(),
        rows["at"].to_numpy(),
        value.to_numpy(),
        rows["received"].to_numpy(),
    )


class Host:
    """The stores and rules of some street offices, in one worker; finds logs and makes shards.

    offices: (folder of the segments, rules file) of each.  A shard's key is "<installation>/<number of the log>".
    """

    def __init__(self, offices: Sequence[tuple[str, str]]) -> None:
        self._offices = {office.installation: office for office in (Office(*map(Path, each)) for each in offices)}
        if len(self._offices) < len(offices):
            raise ValueError("Two offices have one installation id; give each rules file its own.")

    def keys(self) -> list[str]:
        """Every shard that there is now.  The care stream is in none: its readings stay in the house's own process."""
        return [
            f"{name}/{log.number}"
            for name, office in self._offices.items()
            for log in office.store.logs()
            if log.stream == "main"
        ]

    def shard(self, key: str, saved: Saved | None) -> Shard:
        """The shard of a key, from its beginning or from what was saved.

        Raises: LookupError where there is no such log.
        """
        installation, _slash, number = key.rpartition("/")
        office = self._offices[installation]
        log = next((log for log in office.store.logs() if log.number == int(number)), None)
        if log is None:
            raise LookupError(f"The store of {installation} has no log {number}.")
        if saved:
            return Shard(key, log, Operator.restore(saved[1]), office.lateness, Position.parse(saved[0]))
        return Shard(key, log, office.operator(log.estate), office.lateness, None)


class Office:
    """One street office: its store and its rules file."""

    def __init__(self, store: Path, rules: Path) -> None:
        given = json.loads(rules.read_text())
        self.store = Store(store, writable=False)
        self.installation: str = given["installation"]
        self.lateness: int = given["lateness"]
        self._rules: Sequence[Rule] = [parse_rule(each) for each in given["rules"]]
        self._hours = {lineage: np.array(each, np.int64) for lineage, each in given.get("hours", {}).items()}
        self._streams: dict[str, list[Stream]] = defaultdict(list)
        for each in given["streams"]:
            self._streams[each["estate"]].append(Stream(**each))

    def operator(self, estate: str) -> Operator:
        """A fresh operator for the datastreams of one estate."""
        streams = self._streams.get(estate, [])
        return Operator(self._rules, streams, installation=self.installation, hours=self._hours)
