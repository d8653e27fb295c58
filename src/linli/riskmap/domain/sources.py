"""What hotspots are looked for in: cases, alarms of devices, and hazards.

A source gives events with a place and a day, never a person or a text, and says which of them a viewer may see. Left
out everywhere: what is sealed or closed to somebody, and classes of which nothing is ever public, for these mark homes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

import numpy as np
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from numpy.typing import NDArray

from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.hazards.domain import queries as hazards
from linli.hazards.enums import HazardKind
from linli.places.domain.kept import tree
from linli.places.domain.locate import locate
from linli.places.models import STEP, Kind, Place
from linli.procedures.models import Procedure
from linli.riskmap.enums_hotspots import Unit
from linli.sensing.models import Episode

Reals = NDArray[np.float64]
DAY = timedelta(days=1)
BUILDING_END = 6 * STEP  # of a path
NOT_COUNTED = ("void", "merged")  # what turned out to be nothing, or the same matter again
Member = Literal["procedure", "episode"]


@dataclass
class Events:
    """Columns of one length. lon, lat: degrees, not a number where nobody knows; at: days since 1970, with fraction;
    day: whole local days since 1970; building, cell: paths, empty where it lies in none; code: class or grade."""

    source: list[str] = field(default_factory=list)
    key: list[Any] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    building: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.key)

    def unit(self, unit: str) -> list[str]:
        return self.cell if unit == Unit.CELL else self.building

    def add(self, other: "Events") -> None:
        for name, column in vars(self).items():
            column.extend(getattr(other, name))

    def only(self, codes: frozenset[str]) -> "Events":
        kept = [number for number, code in enumerate(self.code) if code in codes]
        return Events(**{name: [column[number] for number in kept] for name, column in vars(self).items()})


@dataclass(frozen=True)
class Asked:
    """Places below `scope`, from `first` to `last`, both included; code: one class, empty for all; public: only of
    classes that everybody may read case by case."""

    scope: str
    first: date
    last: date
    code: str = ""
    public: bool = False

    @property
    def since(self) -> datetime:
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        return _midnight(self.last + DAY)


@dataclass(frozen=True)
class Source:
    """member: the column of `HotspotMember` that its keys go into.  reads: the events; one statement or two.
    codes: what its events can be narrowed to, with their titles."""

    name: str
    title: Any
    member: Member
    reads: Callable[[Asked], Events]
    codes: Callable[[], Sequence[tuple[str, Any]]]


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Offer a source; one of the same name takes the place of the first."""
    _sources[source.name] = source
    return source


def sources() -> Sequence[Source]:
    return list(_sources.values())


def source_named(name: str) -> Source:
    """Raises LookupError where nobody registered it."""
    return _sources[name]


def read(names: Sequence[str], asked: Asked) -> Events:
    """The events of these sources, one after the other."""
    found = Events()
    for name in names:
        found.add(source_named(name).reads(asked))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# --- cases


def counted_cases() -> QuerySet[Procedure]:
    """The cases that may be part of a hotspot."""
    classes = Q(case__klass=None) | ~Q(case__klass__publicity=Publicity.NEVER)
    return Procedure.objects.filter(classes, kind="case", sealed=False, excludes=False).exclude(state__in=NOT_COUNTED)


def _cases(asked: Asked) -> Events:
    rows = counted_cases().filter(
        opened__gte=asked.since, opened__lt=asked.until, place_path__gte=asked.scope, place_path__lt=asked.scope + "~"
    )
    if asked.code:
        rows = rows.filter(case__klass__code=asked.code)
    if asked.public:
        rows = rows.filter(case__klass__publicity=Publicity.PUBLIC)
    found = Events()
    columns = ("uuid", "opened", "place_path", "cell", "case__lon", "case__lat", "case__klass__code")
    for key, opened, path, cell, lon, lat, code in rows.values_list(*columns).iterator(chunk_size=5000):
        _append(found, "cases", key, opened, path, tree().by_key.get(cell), lon, lat, code or "")
    return found


def _append(
    found: Events, source: str, key: Any, at: datetime, path: str, cell: Place | None, lon: float | None,
    lat: float | None, code: str,
) -> None:  # fmt: skip
    building = building_of(path)
    at_least = building or tree().by_path.get(path)
    if (lon is None or lat is None) and building is not None:  # of a wider place nobody knows where in it
        lon, lat = building.lon, building.lat
    if cell is None and at_least is not None and lon is not None and lat is not None:
        cell = locate(lon, lat).cell
    found.source.append(source)
    found.key.append(key)
    found.lon.append(np.nan if lon is None else lon)
    found.lat.append(np.nan if lat is None else lat)
    found.at.append(at.timestamp() / 86_400)
    found.day.append((timezone.localdate(at) - date(1970, 1, 1)).days)
    found.building.append(building.path if building else "")
    found.cell.append(cell.path if cell else "")
    found.code.append(code)


def building_of(path: str) -> Place | None:
    place = tree().by_path.get(path[:BUILDING_END])
    return place if place is not None and place.kind == Kind.BUILDING else None


def _classes() -> Sequence[tuple[str, Any]]:
    known = CaseClass.objects.exclude(publicity=Publicity.NEVER).filter(retired_at=None)
    return [(klass.code, klass.title) for klass in known]


# --- alarms


def _alarms(asked: Asked) -> Events:
    """One event for each trouble, not for each alert of it. Nothing of the care check, and nothing for everybody."""
    if asked.public:
        return Events()
    rows = Episode.objects.filter(
        care=False, opened_at__gte=asked.since, opened_at__lt=asked.until, place_path__gte=asked.scope,
        place_path__lt=asked.scope + "~",
    )  # fmt: skip
    if asked.code:
        rows = rows.filter(grade=asked.code)
    found = Events()
    columns = ("pk", "opened_at", "place_path", "device__lon", "device__lat", "grade")
    for key, at, path, lon, lat, grade in rows.values_list(*columns).iterator(chunk_size=5000):
        _append(found, "alarms", key, at, path, None, lon, lat, grade)
    return found


def _grades() -> Sequence[tuple[str, Any]]:
    return Episode._meta.get_field("grade").choices or ()


# --- hazards


def _hazards(asked: Asked) -> Events:
    """What was found at inspections or pointed out. Nothing for everybody: a notice names whose it is to put right."""
    if asked.public:
        return Events()
    rows, found = hazards.events(None, asked.first, asked.last, scope=asked.scope), Events()
    columns = (rows.key, rows.at, rows.path, rows.cell, rows.lon, rows.lat, rows.code)
    for key, at, path, cell, lon, lat, code in zip(*columns, strict=True):
        if asked.code in ("", code):
            _append(found, "hazards", key, at, path, tree().by_key.get(cell) if cell else None, lon, lat, code)
    return found


CASES = register(Source("cases", pgettext_lazy("hotspots", "Cases"), "procedure", _cases, _classes))
ALARMS = register(Source("alarms", _("Alarms of devices"), "episode", _alarms, _grades))
HAZARDS = register(
    Source("hazards", pgettext_lazy("hotspots", "Hazards"), "procedure", _hazards, lambda: HazardKind.choices)
)
