"""Readings that somebody else wrote down, spoken anew as if they were made now, with all their dirt.

A folder holds CSV files of two forms, told apart by their first line: car parks (SystemCodeNumber, Occupancy,
LastUpdated), each of which becomes a device that counts bays, and a room (Date, Temperature, Humidity, Light, CO2),
which becomes one that measures a hall's climate. Nothing is mended: what stands twice is said twice, what is out of
range, no number or no time is said as it stands, and the door has to deal with it. Whether somebody was in the room is
left out, for no device of ours may say that.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from typing import Any

from linli.world.sensors.kinds import KINDS, Kind

TIME = "%Y-%m-%d %H:%M:%S"
BAYS = next(kind for kind in KINDS if kind.code == "bay")
CLIMATE = next(kind for kind in KINDS if kind.code == "climate")


class NothingRecorded(RuntimeError):
    """The folder holds no file that can be spoken."""


@dataclass(frozen=True)
class Form:
    """One form of file. source: the column that names what was observed; without one a file is one source."""

    kind: Kind
    time: str
    source: str
    readings: dict[str, str]

    @property
    def columns(self) -> set[str]:
        return {self.time, *self.readings.values()} | ({self.source} if self.source else set())


FORMS = (
    Form(replace(BAYS, code="rec-bay", every=1800), "LastUpdated", "SystemCodeNumber", {"occupied_bays": "Occupancy"}),
    Form(
        replace(CLIMATE, code="rec-room", site="hall", every=60, properties=("temperature", "humidity", "light", "co2"),
                spot="活动室"),
        "Date", "", {"temperature": "Temperature", "humidity": "Humidity", "light": "Light", "co2": "CO2"},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One row. after: seconds since the first row of its file.  time: what stands there, where it is no time."""

    after: float
    code: str
    readings: dict[str, float | str]
    mark: str
    time: str = ""


@dataclass
class Recording:
    """kinds: device code → its kind.  said: all rows of all files, in the order in which they are due."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)


def read(folder: Path) -> Recording:
    """Every file of the folder whose form is known.

    Raises:
        NothingRecorded: there is none.
    """
    recording = Recording()
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            rows = csv.DictReader(file)
            form = next((form for form in FORMS if form.columns <= set(rows.fieldnames or ())), None)
            if form is not None:
                recording.said += _said(form, path.stem, rows, recording.kinds)
    if not recording.said:
        raise NothingRecorded(f"{folder} holds no CSV file of car parks or of a room that could be replayed.")
    recording.said.sort(key=attrgetter("after"))
    return recording


def _said(form: Form, name: str, rows: Iterable[dict[str, Any]], kinds: dict[str, Kind]) -> Iterator[Said]:
    codes: dict[str, str] = {}
    number = sum(code.startswith(form.kind.code) for code in kinds)
    listed = list(rows)
    first = min((at for row in listed if (at := _instant(row[form.time])) is not None), default=0.0)
    before = first
    for row in listed:
        source = str(row[form.source]) if form.source else name
        if source not in codes:
            number += 1
            codes[source] = f"{form.kind.code}-{number:03}"
            kinds[codes[source]] = form.kind
        at = _instant(row[form.time])
        readings = {code: _number(row[column]) for code, column in form.readings.items()}
        mark = blake2b(repr((name, sorted(row.items(), key=str))).encode(), digest_size=8).hexdigest()
        before = before if at is None else at
        yield Said(before - first, codes[source], readings, mark, str(row[form.time]) if at is None else "")


def _instant(text: str | None) -> float | None:
    """Seconds of a time without a zone; only the time between two of them matters."""
    try:
        return (datetime.strptime(text or "", TIME) - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001, DTZ007
    except ValueError:
        return None


def _number(text: str | None) -> float | str:
    try:
        value = float(text or "")
    except ValueError:
        return text or ""
    return int(value) if value.is_integer() else value


def body(said: Said, begins: float, speed: float) -> bytes:
    """The row in the door's own form. begins: seconds since 1970 at which the first row is spoken."""
    at: int | str = said.time or int((begins + said.after / speed) * 1000)
    # The same row said twice in one replay has one id; in the next replay it is another message.
    told = {"id": f"{said.mark}-{int(begins):x}", "at": at, "readings": said.readings}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
