"""One log, and the operator that has read it up to a position."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from linli.engines.rules import NEVER, Alert, Batch, Cleared, Operator, Outputs, Watermark
from linli.engines.rules.records import as_batch, streams_after, to_warm
from linli.sensing.domain.fired import FiredAlert
from linli.sensing.domain.instants import instant
from linli.sensing.domain.rule_library import name_and_beside
from linli.sensing.host import rules
from linli.sensing.segments import Frame, Log, Position, Store

SECOND = 1_000_000
LATENESS = 20 * SECOND  # how much out of order readings may come


class Shard:
    """Takes the frames of one log, one after the other, and says what the rules say.

    numbers: of the version that runs, by the engine's name of a rule.  position: after the last frame taken.
    """

    def __init__(self, store: Store, log: Log, *, lateness: int = LATENESS, kernel: bool = False) -> None:
        self.store, self.log = store, log
        self.operator = Operator([], [], store.installation, kernel=kernel)
        self.mark = Watermark(lateness)
        self.position: Position | None = None
        self.payload: Mapping[str, Any] = {"rules": [], "hours": {}}
        self.numbers: dict[str, int] = {}
        self._place: dict[str, str] = {}
        self._device: dict[int, int] = {}

    def take(self, frame: Frame) -> list[FiredAlert]:
        """What the rules say to one frame; frames that are no business of rules are passed by."""
        fired: list[FiredAlert] = []
        if frame.batch is not None:
            fired = self._rows(frame.batch)
        elif frame.payload is not None and frame.kind == "tick":
            fired = self._said(self.operator.tick(self.mark.tick(frame.payload["now"])))
        elif frame.payload is not None and frame.kind == "rules":
            self._rules(frame.payload)
        elif frame.payload is not None and frame.kind == "streams":
            self._streams(frame.payload)
        self.position = frame.position
        return fired

    def _rows(self, batch: pa.RecordBatch) -> list[FiredAlert]:
        rows = as_batch(batch)
        if not len(rows):
            return []
        watermark = self.mark.advance(rows.at, rows.received)  # type: ignore[arg-type]
        return self._said(self.operator.step(rows, watermark))

    def _rules(self, payload: Mapping[str, Any]) -> None:
        new, hours, numbers = rules.read(payload)
        asked, window = to_warm(new, self.operator.rules, self.operator.streams)
        history = list(self._history(asked, window, payload["at"])) if self.operator.watermark > NEVER else []
        self.operator = self.operator.with_rules(new, hours, history)
        self.payload, self.numbers = payload, numbers

    def _history(self, datastreams: list[int], window: int, before: int) -> Iterator[Batch]:
        """What had come before an instant and happened within the window up to the watermark."""
        if not datastreams:
            return
        until = self.operator.watermark + 1
        found = self.store.scan(
            datastreams=datastreams, since=until - window, until=until, streams=(self.log.stream,),
            estates=[self.log.estate], columns=["datastream", "at", "number", "text", "received"],
        )  # fmt: skip
        for batch in found:
            yield as_batch(batch.filter(pc.less_equal(batch.column("received"), before)))

    def _streams(self, payload: Mapping[str, Any]) -> None:
        self.operator = self.operator.with_streams(streams_after(self.operator.streams, payload))
        self.look_up()

    def look_up(self) -> None:
        """Where each device is, after the operator got other streams."""
        self._place = {f"device:{each.device}": each.path for each in self.operator.streams}
        self._place |= {f"datastream:{each.id}": each.path for each in self.operator.streams}
        self._device = {each.id: each.device for each in self.operator.streams}

    def _said(self, outputs: Outputs) -> list[FiredAlert]:
        """In order of time; at one instant an episode ends after what belongs to it."""
        if not outputs:
            return []
        said = [*map(self._fired, outputs.alerts), *map(self._over, outputs.cleared)]
        return sorted(said, key=lambda each: (each.at, each.cleared))

    def _fired(self, alert: Alert) -> FiredAlert:
        code, beside = name_and_beside(alert.rule)
        kind, _colon, name = alert.key.partition(":")
        device = self._device.get(alert.stream) if alert.stream is not None else None
        return FiredAlert(
            id=alert.id, rule=code, version=self.numbers[alert.rule], semantic=alert.version, key=alert.key,
            grade=alert.grade, at=instant(alert.at), late=alert.late, dry=beside,
            device=int(name) if kind == "device" else device,
            datastream=alert.stream,
            place=self._place.get(alert.key, "") if kind in ("device", "datastream") else name,
        )  # fmt: skip

    def _over(self, cleared: Cleared) -> FiredAlert:
        code, beside = name_and_beside(cleared.rule)
        return FiredAlert(
            id=f"{code}:{cleared.key}:{cleared.at}", rule=code, version=self.numbers[cleared.rule],
            semantic=cleared.version, key=cleared.key, grade="notice", at=instant(cleared.at), dry=beside, cleared=True,
        )  # fmt: skip
