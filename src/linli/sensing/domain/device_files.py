"""The register as a file: exported, and taken in again with each bad row named. A row of a known code changes it.

`place` is the path of a place, or what it is called; `place_name` is for reading only. An export that is taken in
changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.utils.translation import gettext as _

from linli.cases.domain.sheets import Row, open_sheet
from linli.core import tables
from linli.core.errors import DomainError, Invalid, TooLarge
from linli.people.actors import Actor
from linli.people.models import Organisation
from linli.places.domain.kept import tree
from linli.places.domain.queries import Called, called, full_title
from linli.places.models import Place
from linli.sensing.domain.device_queries import devices_below
from linli.sensing.domain.device_rules import CHANGEABLE, check_values, is_slug, settle
from linli.sensing.domain.devices import change_device, move_device, register_device
from linli.sensing.enums import DeviceStatus, DeviceType, Site
from linli.sensing.models import Device, ObservedProperty

HEADING = (
    "code", "type", "site", "place", "place_name", "spot", "lon", "lat", "height", "owner", "operator", "purpose",
    "purpose_en", "basis", "sees", "sees_en", "days", "standard", "installed_on", "next_check", "expected", "status",
    "public", "properties", "confirms",
)  # fmt: skip
NEEDED = ("code", "type", "site", "place", "owner", "operator", "purpose", "sees", "properties")
MOVES = ("place", "site", "lon", "lat", "height", "spot")
NUMBERS, WHOLE, DAYS = ("lon", "lat", "height"), ("days", "expected"), ("installed_on", "next_check")
TRUTHS = {"1": True, "true": True, "yes": True, "是": True, "0": False, "false": False, "no": False, "否": False}
MOST_ROWS, MOST_BYTES = 5000, 16 * 2**20


def devices_csv(*, below: str, care: bool) -> Iterator[str]:
    """Lines of CSV under `HEADING`: every device beneath a place that was not taken down. Two statements."""
    found = devices_below(below, care=care).exclude(status=DeviceStatus.RETIRED).order_by("code")
    rows = found.select_related("place", "owner", "operator", "thing")
    rows = rows.prefetch_related("thing__datastreams__observed_property")
    return tables.lines(HEADING, (_cells(device) for device in rows))


def _cells(device: Device) -> Sequence[object]:
    codes = [stream.observed_property.code or "" for stream in device.thing.datastreams.all()]
    special = {
        "place": device.place.path, "place_name": full_title(device.place), "owner": device.owner.name,
        "operator": device.operator.name, "public": "yes" if device.public else "no", "properties": " ".join(codes),
        "confirms": "",
    }  # fmt: skip
    cells = [special[name] if name in special else getattr(device, name) for name in HEADING]
    return ["" if cell is None else cell for cell in cells]


@dataclass
class Candidate:
    """One row on its way into the register. `fault` says why it cannot be taken, in words for whoever made the file."""

    line: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    properties: list[str] = field(default_factory=list)
    existing: Device | None = None
    fault: str = ""

    @property
    def code(self) -> str:
        return self.cells.get("code", "")

    @property
    def changes(self) -> dict[str, Any]:
        """What the file says otherwise than the register. An empty cell changes nothing."""
        if self.existing is None:
            return {}
        return {name: value for name, value in self.values.items() if getattr(self.existing, name) != value}

    @property
    def new_properties(self) -> list[str]:
        if self.existing is None:
            return self.properties
        has = {stream.observed_property.code for stream in self.existing.thing.datastreams.all()}
        return [code for code in self.properties if code not in has]


@dataclass(frozen=True)
class Reading:
    """A file, read and checked; nothing is written yet."""

    candidates: Sequence[Candidate]

    @property
    def bad(self) -> list[Candidate]:
        return [each for each in self.candidates if each.fault]

    @property
    def new(self) -> list[Candidate]:
        return [each for each in self.candidates if not each.fault and each.existing is None]

    @property
    def changed(self) -> list[Candidate]:
        known = [each for each in self.candidates if not each.fault and each.existing is not None]
        return [each for each in known if each.changes or each.new_properties]

    @property
    def same(self) -> int:
        return len(self.candidates) - len(self.bad) - len(self.new) - len(self.changed)


def read_devices(data: bytes, *, below: str) -> Reading:
    """Read CSV or XLSX and check each row. below: the path outside which nothing is taken. Five statements.

    Raises:
        Invalid: it is no table, or a column is missing.
        TooLarge: more than 16 MB or 5,000 rows.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge
    with NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        with open_sheet(Path(file.name)) as sheet:
            if missing := [name for name in NEEDED if name not in sheet.heading]:
                words = _("These columns are missing: %(names)s") % {"names": ", ".join(missing)}
                raise Invalid(fields={"file": words})
            rows = [(row, _named(row, sheet.heading)) for row in sheet.rows]
    if len(rows) > MOST_ROWS:
        raise TooLarge(_("A file may hold %(most)d rows. Send it in parts.") % {"most": MOST_ROWS})
    return Reading(_Checking(below, [cells.get("code", "") for _row, cells in rows]).check(rows))


def _named(row: Row, heading: Sequence[str]) -> dict[str, str]:
    pairs = zip(heading, row.cells, strict=False)
    return {name: tables.as_typed(cell.strip()) for name, cell in pairs if name in HEADING}


class _Checking:
    """Holds each row to the register's own rules."""

    def __init__(self, below: str, codes: Sequence[str]) -> None:
        self._below = below
        found = Device.objects.filter(code__in=codes).select_related("place", "thing", "owner", "operator")
        self._known = {row.code: row for row in found.prefetch_related("thing__datastreams__observed_property")}
        self._organisations = {row.name: row for row in Organisation.objects.filter(closed_at=None)}
        self._properties = {str(row.code): row for row in ObservedProperty.objects.filter(code__isnull=False)}
        self._called: Called = called(tree().places)
        self._seen: set[str] = set()

    def check(self, rows: Sequence[tuple[Row, dict[str, str]]]) -> list[Candidate]:
        return [self._candidate(row, cells) for row, cells in rows]

    def _candidate(self, row: Row, cells: dict[str, str]) -> Candidate:
        candidate = Candidate(row.line, cells)
        if row.flaw:
            candidate.fault = str(row.flaw.label)
            return candidate
        try:
            self._fill(candidate)
        except Invalid as told:
            candidate.fault = "; ".join(f"{name}: {words}" for name, words in told.fields.items()) or str(told.message)
        return candidate

    def _fill(self, candidate: Candidate) -> None:
        code = candidate.code
        if code in self._seen:
            raise Invalid(fields={"code": _("The same device stands further up.")})
        self._seen.add(code)
        candidate.existing = self._known.get(code)
        if candidate.existing is not None and candidate.existing.status == DeviceStatus.RETIRED:
            raise Invalid(fields={"code": _("This device was taken down. It can be changed no more.")})
        candidate.values = self._values(candidate.cells)
        candidate.properties = candidate.cells.get("properties", "").split()
        self._check_properties(candidate)
        if candidate.existing is None:
            self._check_new(candidate)
        else:
            self._check_known(candidate.existing, candidate)

    def _check_properties(self, candidate: Candidate) -> None:
        care = candidate.values["type"] == DeviceType.CARE
        unknown = [code for code in candidate.properties if code not in self._properties]
        if unknown:
            words = _("Nobody has registered: %(names)s.") % {"names": ", ".join(unknown)}
            raise Invalid(fields={"properties": words})
        if not care and any(self._properties[code].care for code in candidate.properties):
            raise Invalid(fields={"properties": _("Only the care check may observe this.")})

    def _check_new(self, candidate: Candidate) -> None:
        if not is_slug(candidate.code):
            raise Invalid(fields={"code": _("Use 2 to 20 letters, digits and hyphens, for example SM-7K3Q.")})
        confirms = candidate.cells.get("confirms", "").split()
        if wrong := check_values(settle(candidate.values), confirms):
            raise Invalid(fields=wrong)

    def _check_known(self, device: Device, candidate: Candidate) -> None:
        if candidate.values["type"] != device.type:
            raise Invalid(fields={"type": _("A device stays what it is. Register another one.")})
        if not device.place.path.startswith(self._below):
            raise Invalid(fields={"place": _("It stands outside what your post may change.")})
        now = {name: getattr(device, name) for name in CHANGEABLE | {"type", "site", "place", "lon", "lat"}}
        if wrong := check_values(now | candidate.values, confirms=None):
            raise Invalid(fields=wrong)

    def _values(self, cells: Mapping[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        wrong: dict[str, Any] = {}
        for name, text in cells.items():
            if name in ("code", "place_name", "properties", "confirms") or (not text and name not in NEEDED):
                continue
            try:
                values[name] = self._value(name, text)
            except (KeyError, ValueError, OverflowError):
                wrong[name] = _("Unknown: “%(value)s”") % {"value": text[:60]}
        if wrong:
            raise Invalid(fields=wrong)
        return values

    def _value(self, name: str, text: str) -> Any:
        """Raises KeyError, ValueError or OverflowError for what no such cell may hold."""
        readers = {
            "type": DeviceType, "site": Site, "status": DeviceStatus, "place": self._place,
            "owner": self._organisations.__getitem__, "operator": self._organisations.__getitem__,
            "public": lambda cell: TRUTHS[cell.casefold()],
            **dict.fromkeys(NUMBERS, float), **dict.fromkeys(WHOLE, lambda cell: int(float(cell))),
            **dict.fromkeys(DAYS, lambda cell: date.fromisoformat(cell[:10])),
        }  # fmt: skip
        return readers[name](text) if name in readers else text

    def _place(self, text: str) -> Place:
        place = tree().by_path.get(text) or self._called[text]
        if not place.path.startswith(self._below):
            raise Invalid(fields={"place": _("It stands outside what your post may change.")})
        return place


@dataclass(frozen=True)
class Taken:
    """What a file did. late: rows that could no longer be taken, for the register had moved on."""

    added: int
    changed: int
    late: Sequence[Candidate]


def take_devices(reading: Reading, *, by: Actor, at: datetime) -> Taken:
    """Take what is good in a file; each device is a transaction of its own. Bad rows are left out."""
    done, late = {"added": 0, "changed": 0}, []
    for candidate in (*reading.new, *reading.changed):
        try:
            _take(candidate, by, at)
        except DomainError as told:
            candidate.fault = str(told.message)
            late.append(candidate)
        else:
            done["added" if candidate.existing is None else "changed"] += 1
    return Taken(**done, late=late)


def _take(candidate: Candidate, by: Actor, at: datetime) -> None:
    device = candidate.existing
    if device is None:
        confirms = candidate.cells.get("confirms", "").split()
        register_device(
            code=candidate.code, properties=candidate.properties, confirms=confirms, by=by, at=at, **candidate.values
        )
        return
    changes, version = candidate.changes, device.version
    moves = {name: changes.pop(name) for name in MOVES if name in changes}
    if moves.keys() & {"place", "site", "lon", "lat"}:
        stands = {name: getattr(device, name) for name in MOVES} | moves
        device = move_device(device=device, version=version, by=by, at=at, **stands)
        version = device.version
    else:
        changes |= moves
    if changes or candidate.new_properties:
        change_device(
            device=device, version=version, changes=changes, properties=candidate.new_properties, by=by, at=at
        )
