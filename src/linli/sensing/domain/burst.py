"""Messages of devices that came together, as columns: read one by one, checked and stored at once."""

from dataclasses import dataclass, field

import msgspec
import numpy as np

from linli.sensing.domain.directory import ANY, CATEGORY, TRUTH, DeviceEntry, Directory, Stream
from linli.sensing.domain.doubles import message_hash
from linli.sensing.domain.forbidden import is_forbidden_text
from linli.sensing.domain.refusals import CODE, REASONS, Accepted, Reason, Refusal
from linli.sensing.domain.schema import (
    AHEAD_MOST,
    EARLIEST,
    MESSAGE_MOST,
    SKEWED,
    Fault,
    Message,
    decode,
    unknown_reading,
)

NAN = float("nan")


@dataclass
class Burst:
    """Columns of a burst. Lists by body, by message (`*_of_message`) and by reading (`row`, `number`, …)."""

    entries: list[DeviceEntry | None]
    received: list[int]
    body_faults: dict[int, Fault] = field(default_factory=dict)
    body_of_message: list[int] = field(default_factory=list)
    hash_of_message: list[int] = field(default_factory=list)
    at_of_message: list[int] = field(default_factory=list)
    faults: dict[int, Fault] = field(default_factory=dict)  # by message
    message: list[int] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    number: list[float] = field(default_factory=list)
    text: dict[int, str] = field(default_factory=dict)  # by reading, as JSON
    doubled: set[int] = field(default_factory=set)  # messages
    ids: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))  # by reading

    def read(self, index: int, body: bytes) -> None:
        """Take one body apart. What is wrong with it is noted, and nothing raised."""
        entry = self.entries[index]
        if entry is None:
            self.body_faults[index] = Fault(Reason.SENDER)
            return
        if entry.retired:
            self.body_faults[index] = Fault(Reason.RETIRED)
            return
        if len(body) > MESSAGE_MOST and body[:1] != b"[":
            self.body_faults[index] = Fault(Reason.SIZE)
            return
        found = decode(body)
        if type(found) is Fault:
            self.body_faults[index] = found
            return
        for message in found:  # type: ignore[union-attr]
            self._take(index, entry, message)

    def _take(self, index: int, entry: DeviceEntry, message: Message) -> None:
        number = len(self.body_of_message)
        self.body_of_message.append(index)
        self.hash_of_message.append(message_hash(entry.code, message.id))
        self.at_of_message.append(message.instant())
        streams = entry.streams
        for name, value in message.readings.items():
            stream = streams.get(name)
            if stream is None:
                self.faults[number] = unknown_reading(name, value)
                return
            kind, given = stream.kind, type(value)
            if (kind < TRUTH and given is float) or (kind == TRUTH and given is bool):
                self.number.append(value)  # type: ignore[arg-type]
            elif (said := _as_text(stream, value)) is not None:
                self.text[len(self.row)] = said
                self.number.append(NAN)
            elif kind == ANY and given is float:
                self.number.append(value)  # type: ignore[arg-type]
            else:
                self.faults[number] = _wrong(stream, value)
                return
            self.message.append(number)
            self.row.append(stream.row)

    def check(self, known: Directory, now: int) -> np.ndarray:
        """A code for each message, 0 where it is taken. One bad reading refuses its whole message."""
        codes = np.zeros(len(self.body_of_message), np.int8)
        if not len(codes):
            return codes
        at = np.array(self.at_of_message, np.int64)
        codes[(at < EARLIEST) | (at > now + AHEAD_MOST)] = CODE[Reason.TIME]
        for number, fault in self.faults.items():
            codes[number] = CODE[fault.reason]
        if self.row:
            self._check_readings(codes, known)
        return codes

    def _check_readings(self, codes: np.ndarray, known: Directory) -> None:
        rows, number = np.array(self.row), np.array(self.number, float)
        message = np.array(self.message)
        wrong = (number < known.low[rows]) | (number > known.high[rows])
        broken = (known.kind[rows] == 1) & (number != np.floor(number))  # a count
        # A text is NaN here, and no number.
        broken[list(self.text)] = False
        for where, reason in ((known.closed[rows], Reason.CONSENT), (wrong, Reason.RANGE), (broken, Reason.TYPE)):
            for each in np.flatnonzero(where):
                if not codes[message[each]]:
                    codes[message[each]] = CODE[reason]
                    self.faults[int(message[each])] = Fault(reason, known.streams[rows[each]].property)

    def skewed(self, codes: np.ndarray) -> list[int]:
        """Taken messages whose time is more than a minute after their arrival."""
        at = np.array(self.at_of_message, np.int64)
        came = np.array([self.received[body] for body in self.body_of_message], np.int64)
        return np.flatnonzero((codes == 0) & (at > came + SKEWED)).tolist()

    def settle(self, codes: np.ndarray) -> None:
        """Note why each message that is not taken is not."""
        for number in np.flatnonzero(codes).tolist():
            reason = REASONS[codes[number]]
            if reason is Reason.DOUBLED:
                self.doubled.add(number)
            elif number not in self.faults and reason is not None:
                self.faults[number] = Fault(reason, "at" if reason is Reason.TIME else "")

    def accepted(self, index: int) -> Accepted:
        """What became of one body."""
        if fault := self.body_faults.get(index):
            return Accepted(refused=[Refusal(0, fault.reason, fault.where)])
        first, end = np.searchsorted(self.body_of_message, [index, index + 1]).tolist()
        rows = slice(*np.searchsorted(self.message, [first, end]).tolist())
        refused = [
            Refusal(number - first, self.faults[number].reason, self.faults[number].where)
            for number in range(first, end)
            if number in self.faults
        ]
        ids = self.ids[rows]
        return Accepted(ids[ids > 0], refused, sum(number in self.doubled for number in range(first, end)))


def _as_text(stream: Stream, value: object) -> str | None:
    if stream.kind == CATEGORY and isinstance(value, str) and value in stream.words:
        return msgspec.json.encode(value).decode()
    if stream.kind == ANY and isinstance(value, str | bool) and not (isinstance(value, str) and _bad(value)):
        return msgspec.json.encode(value).decode()
    return None


def _bad(text: str) -> bool:
    return is_forbidden_text(text)


def _wrong(stream: Stream, value: object) -> Fault:
    if isinstance(value, str):
        if is_forbidden_text(value):
            return Fault(Reason.FORBIDDEN, stream.property)
        if stream.kind == CATEGORY:
            return Fault(Reason.RANGE, stream.property)
    return Fault(Reason.TYPE, stream.property)
