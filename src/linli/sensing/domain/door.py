"""The door itself, in the one process that writes the observations. Used by one thread at a time.

`messages` and `columns` check and append; `commit` makes durable what they appended. Only then may anybody be told.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.db import DatabaseError, connection

from linli.sensing.domain.burst import Burst
from linli.sensing.domain.directory import DeviceEntry, Directory, directory
from linli.sensing.domain.doubles import HOUR, WINDOW, Seen
from linli.sensing.domain.kept import DEVICES
from linli.sensing.domain.rates import Buckets
from linli.sensing.domain.refusals import CODE, REASONS, Accepted, NotTaken, Reason, Refusal
from linli.sensing.domain.schema import SKEWED, Fault, check, number_of, truths_as_numbers
from linli.sensing.domain.sender import Sender, SenderKind
from linli.sensing.segments.schema import conform

if TYPE_CHECKING:
    from linli.sensing.segments import Log, Store

CARE_EVERY = 20 * HOUR


@dataclass
class Notes:
    """What the door noticed since it was last asked: for the register and for whoever looks after devices.

    refused: how many by (device id or None, reason).  seen: device id → µs.  battery: device id → (percent, µs).
    skew: device id → µs ahead, as last seen.
    """

    refused: Counter[tuple[int | None, Reason]] = field(default_factory=Counter)
    seen: dict[int, int] = field(default_factory=dict)
    battery: dict[int, tuple[int, int]] = field(default_factory=dict)
    skew: dict[int, int] = field(default_factory=dict)


class Door:
    """Checks readings against the directory and appends what is good to the store.

    clock: gives now, in µs.  read: gives the directory; it may fail where the database is away, and the last one stays.
    """

    def __init__(self, store: "Store", *, clock: Callable[[], int], read: Callable[[], Directory] = directory) -> None:
        self.store, self.clock, self._read = store, clock, read
        self.notes = Notes()
        self.seen = Seen()
        self.fresh: list[tuple[Log, pa.RecordBatch]] = []
        self._known = Directory()
        self._logs: dict[tuple[str, str], Log] = {}
        self._care: dict[int, int] = {}
        limits = settings.LIMITS["door"]
        self._devices, self._operators = Buckets(*limits["device"]), Buckets(*limits["operator"])
        self._remember()

    def messages(self, devices: Sequence[str], bodies: Sequence[bytes], received: Sequence[int]) -> Burst:
        """Take what devices sent in our own format: code, body and instant of arrival (µs) of each, in order."""
        known = self.known()
        burst = Burst([known.devices.get(code) for code in devices], list(received))
        over = self._over(devices, received)
        for index, body in enumerate(bodies):
            if index in over:
                burst.body_faults[index] = Fault(Reason.RATE)
            else:
                burst.read(index, body)
        codes = burst.check(known, self.clock())
        self._charge_lists(burst, devices)
        self._mark_doubled(burst, codes)
        self._mark_often(burst, codes, known)
        self._count_burst(burst, codes)
        burst.settle(codes)
        self._store_burst(burst, codes, known)
        return burst

    def columns(self, batch: pa.RecordBatch, sender: Sender, received: int) -> Accepted:
        """Take columns of SCHEMA without `received`; rows are refused one by one, and the rest is stored."""
        known, rows = self._known_with(batch)
        batch = truths_as_numbers(batch, rows, known)
        number = number_of(batch)
        codes = check(batch, rows, number, known, self.clock())
        self._hold_to_sender(codes, rows, sender, known, received)
        self._mark_rows_doubled(codes, batch, received)
        self._mark_rows_often(codes, rows, known, received)
        good, part = codes == 0, batch
        if codes.any():
            part = batch.filter(pa.array(good))
        ids = np.zeros(len(codes), np.int64)
        ids[good] = self._append(part, rows[good], np.full(part.num_rows, received, np.int64))
        self._count_columns(codes, rows, batch, known, received)
        return Accepted(ids, _refusals(codes), int((codes == CODE[Reason.DOUBLED]).sum()))

    def refuse(self, device: str, reason: Reason, times: int = 1) -> None:
        """Count what was refused before it came here."""
        self.notes.refused[_id(self._known.devices.get(device)), reason] += times

    def correct(self, number: int, changes: dict[str, object]) -> None:
        """Correct an observation.

        Raises:
            LookupError: there is none.
            NotTaken: the number is beyond the bounds of what its datastream observes.
        """
        known, value = self.known(), changes.get("number")
        if value is not None and "datastream" in changes:
            row = int(known.rows(np.array([changes["datastream"]], np.int64))[0])
            if row >= 0 and not known.low[row] <= value <= known.high[row]:
                raise NotTaken(Reason.RANGE)
        self.store.correct(number, changes)

    def delete(self, number: int) -> None:
        self.store.delete(number)

    def delete_all(self, numbers: Sequence[int]) -> None:
        """Take observations away; one that is gone already is passed by."""
        for number in numbers:
            with suppress(LookupError):
                self.store.delete(number)

    def commit(self) -> list[tuple["Log", pa.RecordBatch]]:
        """Make everything durable, and return what was appended since the last time, for the rules.

        Raises:
            StoreFailed: the disk did not take it. Nothing since the last commit may be acknowledged.
        """
        self.store.commit()
        fresh, self.fresh = self.fresh, []
        return fresh

    def known(self) -> Directory:
        """The directory as it is now; as it last was, where the database is away."""
        try:
            self._known = self._read()
        except DatabaseError:
            connection.close()
        return self._known

    def log(self, estate: str, stream: str) -> "Log":
        found = self._logs.get((estate, stream))
        if found is None:
            found = self._logs[estate, stream] = self.store.log(estate=estate, stream=stream)
        return found

    # --- what was there before

    def _remember(self) -> None:
        """Read back from the segments which messages came within the last day, and when each care check answered."""
        now = self.clock()
        hashes = [np.zeros(0, np.uint64)]
        for stream in ("main", "care"):
            columns = ["received", "message", "datastream"]
            for batch in self.store.scan(since=now - 2 * WINDOW, columns=columns, streams=(stream,)):
                came = batch.column("received").to_numpy(zero_copy_only=False)
                named = batch.column("message").is_valid().to_numpy(zero_copy_only=False) & (came > now - WINDOW)
                hashes.append(batch.column("message").fill_null(0).to_numpy(zero_copy_only=False)[named])
                if stream == "care":
                    self._care.update(zip(batch.column("datastream").to_pylist(), came.tolist(), strict=True))
        self.seen.add_column(np.concatenate(hashes), now)

    def _known_with(self, batch: pa.RecordBatch) -> tuple[Directory, np.ndarray]:
        """The directory, and the row of each datastream in it; asked for anew where one is unknown, for it may have
        been made a moment ago."""
        known, datastreams = self.known(), _datastreams(batch)
        rows = known.rows(datastreams)
        if (rows < 0).any():
            DEVICES.forget()
            known = self.known()
            rows = known.rows(datastreams)
        return known, rows

    # --- rates

    def _over(self, devices: Sequence[str], received: Sequence[int]) -> set[int]:
        """Bodies beyond what their device may send. Counted before anything is read."""
        whose: dict[str, list[int]] = {}
        for index, code in enumerate(devices):
            whose.setdefault(code, []).append(index)
        over: set[int] = set()
        for code, indexes in whose.items():
            given = self._devices.take_each(code, [received[index] for index in indexes])
            over.update(index for index, had in zip(indexes, given, strict=True) if not had)
        return over

    def _charge_lists(self, burst: Burst, devices: Sequence[str]) -> None:
        """A list in one body counts as its messages; what is beyond the rate becomes a debt."""
        if len(burst.body_of_message) <= len(devices):
            return
        for body, number in Counter(burst.body_of_message).items():
            if number > 1:
                self._devices.charge(devices[body], number - 1, burst.received[body])

    # --- bursts of messages

    def _mark_doubled(self, burst: Burst, codes: np.ndarray) -> None:
        hashes = burst.hash_of_message
        if not hashes:
            return
        doubled = np.zeros(len(hashes), bool)
        doubled[self.seen.have(hashes, self.clock())] = True
        if len(set(hashes)) < len(hashes):
            first: set[int] = set()
            for number, each in enumerate(hashes):
                doubled[number] |= each in first
                if not codes[number]:
                    first.add(each)
        codes[doubled & (codes == 0)] = CODE[Reason.DOUBLED]
        self.seen.add([hashes[number] for number in np.flatnonzero(codes == 0).tolist()])

    def _mark_often(self, burst: Burst, codes: np.ndarray, known: Directory) -> None:
        """The care check: one answer in twenty hours, to whoever has an open consent."""
        if not known.care.any() or not burst.row:
            return
        for index in np.flatnonzero(known.care[burst.row]).tolist():
            number = burst.message[index]
            came = burst.received[burst.body_of_message[number]]
            if not codes[number] and not self._care_fits(known.streams[burst.row[index]].id, came):
                codes[number] = CODE[Reason.OFTEN]

    def _care_fits(self, datastream: int, came: int) -> bool:
        if came - self._care.get(datastream, -CARE_EVERY) < CARE_EVERY:
            return False
        self._care[datastream] = came
        return True

    def _count_burst(self, burst: Burst, codes: np.ndarray) -> None:
        notes = self.notes
        for body, entry in enumerate(burst.entries):
            if entry is not None:
                notes.seen[entry.id] = burst.received[body]
        for body, fault in burst.body_faults.items():
            notes.refused[_id(burst.entries[body]), fault.reason] += 1
        for number in np.flatnonzero(codes).tolist():
            reason = REASONS[codes[number]]
            if reason is not None:
                notes.refused[_id(burst.entries[burst.body_of_message[number]]), reason] += 1
        for number in burst.skewed(codes):
            body = burst.body_of_message[number]
            if entry := burst.entries[body]:
                notes.refused[entry.id, Reason.SKEW] += 1
                notes.skew[entry.id] = burst.at_of_message[number] - burst.received[body]

    def _store_burst(self, burst: Burst, codes: np.ndarray, known: Directory) -> None:
        burst.ids = np.zeros(len(burst.row), np.int64)
        if not burst.row:
            return
        message = np.array(burst.message)
        good = np.flatnonzero(codes[message] == 0)
        message, rows = message[good], np.array(burst.row)[good]
        came = np.array(burst.received, np.int64)[np.array(burst.body_of_message)[message]]
        number = np.array(burst.number, float)[good]
        at = np.array(burst.at_of_message, np.int64)[message]
        texts = [burst.text.get(index) for index in good.tolist()] if burst.text else None
        batch = pa.RecordBatch.from_pydict(
            {
                "datastream": pa.array(known.ids[rows], pa.int32()),
                "at": pa.array(at),
                "number": pa.array(number, mask=np.isnan(number)),
                "text": pa.array(texts, pa.string()) if texts else pa.nulls(len(good), pa.string()),
                "message": pa.array(np.array(burst.hash_of_message, np.uint64)[message]),
            }
        )
        burst.ids[good] = self._append(batch, rows, came)
        self._note_battery(rows, number, at, known)

    # --- columns

    def _hold_to_sender(
        self, codes: np.ndarray, rows: np.ndarray, sender: Sender, known: Directory, received: int
    ) -> None:
        """A device sends for itself alone; it and an operator no more than their rate."""
        if sender.kind is SenderKind.SYSTEM:
            return
        buckets = self._operators if sender.kind is SenderKind.OPERATOR else self._devices
        if not buckets.take(sender.name, 1, received):
            codes[:] = CODE[Reason.RATE]
            return
        buckets.charge(sender.name, len(codes) - 1, received)
        if sender.kind is SenderKind.DEVICE:
            entry = known.devices.get(sender.name)
            whose = known.device[rows] if len(known.device) else np.zeros(len(rows), np.int64)
            codes[(whose != (entry.id if entry else -1)) | (rows < 0)] = CODE[Reason.SENDER]

    def _mark_rows_doubled(self, codes: np.ndarray, batch: pa.RecordBatch, received: int) -> None:
        if "message" not in batch.schema.names or batch.column("message").null_count == batch.num_rows:
            return
        named = np.flatnonzero(batch.column("message").is_valid().to_numpy(zero_copy_only=False) & (codes == 0))
        hashes = batch.column("message").take(pa.array(named)).to_numpy(zero_copy_only=False).astype(np.uint64)
        asked = np.unique(hashes)
        before = asked[self.seen.have(asked.tolist(), self.clock())]
        codes[named[np.isin(hashes, before)]] = CODE[Reason.DOUBLED]
        codes[named[_again(hashes, batch.column("datastream").take(pa.array(named)))]] = CODE[Reason.DOUBLED]
        self.seen.add(np.setdiff1d(asked, before).tolist())

    def _mark_rows_often(self, codes: np.ndarray, rows: np.ndarray, known: Directory, received: int) -> None:
        if not known.care.any():
            return
        for index in np.flatnonzero((codes == 0) & known.care[rows]).tolist():
            if not self._care_fits(known.streams[rows[index]].id, received):
                codes[index] = CODE[Reason.OFTEN]

    def _count_columns(
        self, codes: np.ndarray, rows: np.ndarray, batch: pa.RecordBatch, known: Directory, received: int
    ) -> None:
        notes, good, at = self.notes, codes == 0, batch.column("at").to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(np.bincount(rows + 1)[1:]).tolist():
            if device := _device(known, row):
                notes.seen[device] = received
        bad = np.flatnonzero(codes)
        for row, code in zip(rows[bad].tolist(), codes[bad].tolist(), strict=True):
            notes.refused[_device(known, row), REASONS[code]] += 1
        for row in rows[good & (at > received + SKEWED)].tolist():
            notes.refused[_device(known, row), Reason.SKEW] += 1
        if known.battery.any():
            self._note_battery(rows[good], number_of(batch)[good], at[good], known)

    # --- storing

    def _append(self, batch: pa.RecordBatch, rows: np.ndarray, came: np.ndarray) -> np.ndarray:
        """Append rows, each to the log of its estate. Returns their ids in the order given."""
        ids = np.zeros(batch.num_rows, np.int64)
        if not batch.num_rows:
            return ids
        known = self._known
        batch = conform(batch.append_column("received", pa.array(came, pa.int64())))
        logs = known.log[rows]
        for number in np.flatnonzero(np.bincount(logs)).tolist():
            mine = logs == number
            part = batch if mine.all() else batch.filter(pa.array(mine))
            log = self.log(*known.logs[number])
            ids[mine] = log.append(part)
            self.fresh.append((log, part))
        return ids

    def _note_battery(self, rows: np.ndarray, number: np.ndarray, at: np.ndarray, known: Directory) -> None:
        if not known.battery.any():
            return
        for index in np.flatnonzero(known.battery[rows]).tolist():
            if device := int(known.device[rows[index]]):
                self.notes.battery[device] = (round(number[index]), int(at[index]))


def _id(entry: DeviceEntry | None) -> int | None:
    return entry.id if entry else None


def _device(known: Directory, row: int) -> int | None:
    """The device of a datastream by its row; None where the datastream is unknown, or of no device."""
    return int(known.device[row]) or None if row >= 0 else None


def _datastreams(batch: pa.RecordBatch) -> np.ndarray:
    return batch.column("datastream").to_numpy(zero_copy_only=False).astype(np.int64)


def _again(hashes: np.ndarray, datastreams: pa.Array) -> np.ndarray:
    """Which rows repeat an earlier one of the same batch: the same message about the same datastream."""
    streams = datastreams.to_numpy(zero_copy_only=False)
    order = np.lexsort((streams, hashes))
    same = (np.diff(hashes[order]) == 0) & (np.diff(streams[order]) == 0)
    return order[1:][same]


def _refusals(codes: np.ndarray) -> list[Refusal]:
    """Every row that was refused; what came before is no refusal."""
    found = np.flatnonzero((codes != 0) & (codes != CODE[Reason.DOUBLED])).tolist()
    return [Refusal(index, REASONS[codes[index]]) for index in found]
