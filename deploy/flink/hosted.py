"""One shard of the rules as a host runs it: a log of the segment store, an operator, and how far it has come.

Knows nothing of Flink and nothing of Django, so that a test can run the very same in its own process.  All that it
needs stands in the log: observations, and among them the records "tick" {"now"}, "rules" {"at", "rules", "hours"} and
"streams" {"put", "gone"}, with instants in microseconds.  One frame of the log is one step of the operator: whoever
reads the same log in this way, as `linli sensing` does, finds the same alerts.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from linli.engines.rules import NEVER, Batch, Operator, Rule, Watermark
from linli.engines.rules.records import as_batch, read_rules, streams_after, to_warm
from linli.sensing.segments import Position, Store

SLICE = 1 << 18  # rows read in one go, about a tenth of a second of work; checkpoints wait no longer than that
UNSAVED = 1 << 21  # rows after which the state is written though there was nothing to tell
SAVE = 60.0  # seconds after which it is, by default
COLUMNS = ["datastream", "at", "number", "received"]

Saved = tuple[str, bytes]  # the position and the operator's snapshot


class Shard:
    """Reads a log on from where it was, and tells what its rules find.

    save: seconds after which the state is due to be written though there was nothing to tell.
    read_at, saved_at: when it was last read and saved, by the host's clock; for the host to set.
    """

    def __init__(
        self, key: str, store: Store, log: Any, lateness: int, saved: Saved | None, save: float = SAVE
    ) -> None:
        self.key, self._store, self._log, self._save = key, store, log, save
        self.operator = Operator.restore(saved[1]) if saved else Operator([], [], installation=store.installation)
        self.position = Position.parse(saved[0]) if saved else None
        self.watermark = Watermark(lateness, value=self.operator.watermark)
        self.read_at = self.saved_at = 0.0
        self._unsaved_rows = self._unsaved_frames = 0
        self._at_end = False

    def read(self, most: int = SLICE) -> list[dict[str, Any]]:
        """What the next frames give, as plain values.

        most: rows after which it stops, at the end of a frame.
        """
        events: list[dict[str, Any]] = []
        rows = 0
        for frame in self._log.read(self.position):
            events += self._take(frame)
            self.position = frame.position
            self._unsaved_frames += 1
            rows += len(frame.batch) if frame.batch is not None else 0
            if rows >= most:
                break
        self._unsaved_rows += rows
        self._at_end = rows < most
        return events

    def is_due(self, now: float) -> bool:
        """Whether the state should be written though there is nothing to tell.  now: by the host's clock."""
        waited = now - self.saved_at >= self._save
        return self._unsaved_rows >= UNSAVED or (self._unsaved_frames > 0 and waited)

    def reached(self) -> list[dict[str, Any]]:
        """Where everything has been told up to, when the log's end is reached; none amid it."""
        return [{"kind": "reached", "shard": self.key, "position": str(self.position)}] if self._at_end else []

    def saved(self, now: float) -> Saved:
        self.saved_at = now
        self._unsaved_rows = self._unsaved_frames = 0
        return str(self.position), self.operator.snapshot()

    def _take(self, frame: Any) -> list[dict[str, Any]]:
        if frame.kind == "rows":
            batch = as_batch(frame.batch)
            outputs = self.operator.step(batch, self.watermark.advance(batch.at, batch.received))
        elif frame.kind == "tick":
            outputs = self.operator.tick(self.watermark.tick(frame.payload["now"]))
        else:
            if change := {"rules": self._rules, "streams": self._streams}.get(frame.kind):
                change(frame.payload)
            return []
        if not outputs:
            return []
        return [
            *({"kind": "alert", **vars(alert)} for alert in outputs.alerts),
            *({"kind": "cleared", **vars(cleared)} for cleared in outputs.cleared),
        ]

    def _rules(self, payload: Mapping[str, Any]) -> None:
        """Other rules from here on; changed ones are warmed, muted, by what came within their windows."""
        rules, hours = read_rules(payload)
        begun = self.operator.watermark > NEVER
        history = list(self._history(rules, payload["at"])) if begun else []
        self.operator = self.operator.with_rules(rules, hours, history)

    def _history(self, rules: Sequence[Rule], before: int) -> Iterator[Batch]:
        """What had come before an instant, and happened within the windows of changed rules until the watermark."""
        streams, window = to_warm(rules, self.operator.rules, self.operator.streams)
        if not streams:
            return
        until = self.operator.watermark + 1
        found = self._store.scan(
            datastreams=streams, since=until - window, until=until, streams=(self._log.stream,),
            estates=[self._log.estate], columns=COLUMNS,
        )  # fmt: skip
        for batch in found:
            yield as_batch(batch.filter(pc.less_equal(batch.column("received"), before)))

    def _streams(self, payload: Mapping[str, Any]) -> None:
        self.operator = self.operator.with_streams(streams_after(self.operator.streams, payload))


class Host:
    """The stores of some street offices, in one worker; finds logs and makes shards.

    A shard's key is "<installation>/<number of the log>".  lateness: microseconds that readings may come out of order.
    """

    def __init__(self, stores: Sequence[str], lateness: int, save: float = SAVE) -> None:
        self._opened = [Store(Path(each), writable=False) for each in stores]
        self._lateness, self._save = lateness, save

    def _stores(self) -> dict[str, Store]:
        """Those that have a log by now, by their installation.

        Raises: ValueError where two have the same one.
        """
        found = [store for store in self._opened if store.logs()]
        named = {store.installation: store for store in found}
        if len(named) < len(found):
            raise ValueError("Two stores have one installation id; name each store once.")
        return named

    def keys(self) -> list[str]:
        """Every shard that there is now.  The care stream is in none: its readings stay in the house's own process."""
        return [
            f"{name}/{log.number}"
            for name, store in self._stores().items()
            for log in store.logs()
            if log.stream == "main"
        ]

    def shard(self, key: str, saved: Saved | None) -> Shard:
        """The shard of a key, from its beginning or from what was saved.

        Raises: LookupError where there is no such log.
        """
        installation, _slash, number = key.rpartition("/")
        store = self._stores()[installation]
        log = next((log for log in store.logs() if log.number == int(number)), None)
        if log is None:
            raise LookupError(f"The store of {installation} has no log {number}.")
        return Shard(key, store, log, self._lateness, saved, self._save)
