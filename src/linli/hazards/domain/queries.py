"""Reading: lists of hazards, inspections and premises as a viewer may see them, and figures by building."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from linli.hazards.enums import HazardKind, PremisesStatus
from linli.hazards.models import Hazard, Inspection, Premises, Talk
from linli.people.actors import Viewer
from linli.people.enums import Role
from linli.places.domain.kept import tree
from linli.places.models import STEP, Kind, Place
from linli.procedures.models import Assignment, Procedure

DAY = timedelta(days=1)
BUILDING_END = 6 * STEP
DISMISSED = "none"
REGISTER = (
    Role.GRID_WORKER, Role.COMMITTEE_SECRETARY, Role.AREA_LEAD, Role.DUTY_OFFICER, Role.DEPARTMENT_HANDLER,
)  # fmt: skip


def seen_hazards(viewer: Viewer) -> QuerySet[Hazard]:
    """Hazards whose procedures the viewer may see, with procedure and place."""
    seen = Procedure.objects.visible_to(viewer).filter(kind="hazard")
    return Hazard.objects.filter(procedure__in=seen).select_related("procedure__place")


def to_do(viewer: Viewer, *, most: int = 50) -> list[Hazard]:
    """The hazards on which one of the viewer's posts has something to do, what is due first on top."""
    mine = Assignment.objects.filter(post__in=[post.pk for post in viewer.posts], open=True)
    rows = seen_hazards(viewer).filter(procedure__closed=None, procedure__in=mine.values("procedure"))
    return list(rows.order_by(F("procedure__due").asc(nulls_last=True), "procedure__uuid")[:most])


@dataclass(frozen=True)
class Asked:
    """The filters of the list. state: a state, `open`, or empty for all; late: only what is past its time."""

    kind: str = ""
    state: str = "open"
    place: str = ""
    late: bool = False
    imminent: bool = False


def listed(viewer: Viewer, asked: Asked, *, at: datetime) -> QuerySet[Hazard]:
    """The hazards that these filters leave, the newest first."""
    rows = seen_hazards(viewer)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.state == "open":
        rows = rows.filter(procedure__closed=None)
    elif asked.state:
        rows = rows.filter(procedure__state=asked.state)
    if asked.place:
        rows = rows.filter(procedure__place_path__gte=asked.place, procedure__place_path__lt=asked.place + "~")
    if asked.late:
        rows = rows.filter(procedure__closed=None, procedure__due__lte=at)
    if asked.imminent:
        rows = rows.filter(imminent=True)
    return rows.order_by("-procedure__opened", "-procedure__uuid")


def older_than(number: str, rows: QuerySet[Hazard], viewer: Viewer) -> QuerySet[Hazard]:
    """The rows after the hazard with this number, in the order of `listed`; all of them where it is not seen.

    The hazards of one round were found at the same moment.
    """
    last = seen_hazards(viewer).filter(procedure__number=number).first()
    if last is None:
        return rows
    opened = last.procedure.opened
    return rows.filter(Q(procedure__opened__lt=opened) | Q(procedure__opened=opened, procedure__uuid__lt=last.pk))


def seen_inspections(viewer: Viewer) -> QuerySet[Inspection]:
    """Rounds at the places that these posts browse, and their own. With place, post and premises."""
    rows = Inspection.objects.filter(_browsed(viewer) | Q(post__in=[post.pk for post in viewer.posts]))
    return rows.select_related("place", "post", "premises").order_by("-at", "-uuid")


def seen_premises(viewer: Viewer) -> QuerySet[Premises]:
    """The premises of the places of posts that keep the register; nobody else finds any."""
    keepers = [post for post in viewer.posts if post.role in REGISTER]
    found = Q(pk__in=[])
    for post in keepers:
        if post.place.kind == Kind.CELL:
            found |= Q(cell=post.place_id)
        else:
            found |= Q(place_path__gte=post.place.path, place_path__lt=post.place.path + "~")
    return Premises.objects.filter(found).select_related("place").order_by("-pk")


def open_talks(viewer: Viewer, *, until: date) -> QuerySet[Talk]:
    """What was promised at premises that the viewer sees and is to be looked at by then."""
    rows = Talk.objects.filter(premises__in=seen_premises(viewer), status="open", follow_up_on__lte=until)
    return rows.select_related("premises__place").order_by("follow_up_on", "pk")


def _browsed(viewer: Viewer) -> Q:
    found = Q(cell__in=viewer.cells) if viewer.cells else Q(pk__in=[])
    for path in viewer.paths:
        found |= Q(place_path__gte=path, place_path__lt=path + "~")
    return found


# --- for maps and figures


@dataclass
class Events:
    """Columns of one length, one row a hazard. lon, lat: degrees or none; at: aware instants of finding; path: of the
    place; code: fire, building, gas or electricity; key: the procedure's uuid."""

    key: list[Any] = field(default_factory=list)
    lon: list[float | None] = field(default_factory=list)
    lat: list[float | None] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    cell: list[int | None] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.key)


LIST = "hazards:list"  # the page that shows the rows behind a figure; it takes ?place= and ?kind=


def events(viewer: Viewer | None, first: date, last: date, *, scope: str = "") -> Events:
    """Hazards found from `first` to `last`, both included; what turned out to be none is left out. One statement.

    viewer: whose eyes it is read for; none for what jobs count. Nothing sealed or closed to somebody is in it.
    """
    rows = seen_hazards(viewer) if viewer is not None else Hazard.objects.all()
    rows = rows.filter(
        procedure__opened__gte=_midnight(first), procedure__opened__lt=_midnight(last + DAY),
        procedure__sealed=False, procedure__excludes=False,
    ).exclude(procedure__state=DISMISSED)  # fmt: skip
    if scope:
        rows = rows.filter(procedure__place_path__gte=scope, procedure__place_path__lt=scope + "~")
    found = Events()
    columns = ("pk", "lon", "lat", "procedure__opened", "procedure__place_path", "procedure__cell", "kind")
    for key, lon, lat, opened, path, cell, kind in rows.order_by("procedure__opened", "pk").values_list(*columns):
        found.key.append(key)
        found.lon.append(lon)
        found.lat.append(lat)
        found.at.append(opened)
        found.path.append(path)
        found.cell.append(cell)
        found.code.append(kind)
    return found


@dataclass(frozen=True)
class BuildingRow:
    """Hazards of one building or estate: open now by kind, late among them, and all that were put right."""

    place: Place
    open: Mapping[str, int]
    late: int
    imminent: int
    closed: int

    @property
    def open_all(self) -> int:
        return sum(self.open.values())


def by_building(viewer: Viewer, at: datetime, *, scope: str = "") -> list[BuildingRow]:
    """Each building with a hazard that the viewer may see, the most open ones first. One statement.

    A hazard that lies in no building counts for the narrowest place that is known of it.
    """
    rows = seen_hazards(viewer).exclude(procedure__state=DISMISSED)
    if scope:
        rows = rows.filter(procedure__place_path__gte=scope, procedure__place_path__lt=scope + "~")
    opened: dict[str, Counter[str]] = {}
    late, imminent, closed = Counter[str](), Counter[str](), Counter[str]()
    columns = ("procedure__place_path", "kind", "procedure__closed", "procedure__due", "imminent")
    for path, kind, ended, due, danger in rows.values_list(*columns):
        building = path[:BUILDING_END]
        counted = opened.setdefault(building, Counter())
        if ended is not None:
            closed[building] += 1
            continue
        counted[kind] += 1
        late[building] += due is not None and due <= at
        imminent[building] += danger
    known = tree().by_path
    found = [
        BuildingRow(known[path], dict(kinds), late[path], imminent[path], closed[path])
        for path, kinds in opened.items()
        if path in known
    ]
    return sorted(found, key=lambda row: (-row.open_all, -row.closed, row.place.path))


def totals(rows: Sequence[BuildingRow]) -> dict[str, int]:
    """Open hazards by kind, over all rows."""
    found = Counter(dict.fromkeys(HazardKind.values, 0))
    for row in rows:
        found.update(row.open)
    return dict(found)


def premises_by_status(viewer: Viewer) -> dict[str, int]:
    """How many premises that the viewer sees have which status. One statement."""
    found = Counter(dict.fromkeys(PremisesStatus.values, 0))
    found.update(seen_premises(viewer).order_by().values_list("status", flat=True))
    return dict(found)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
