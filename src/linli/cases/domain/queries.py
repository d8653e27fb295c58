"""Reading cases for pages. Each query returns plain rows made for its page; a template never touches the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Count, Q, QuerySet

from linli.cases.enums import Publicity
from linli.cases.models import Case, CaseClass
from linli.core import search
from linli.core.errors import NotFound
from linli.people.actors import Viewer
from linli.people.models import Account
from linli.places.models import Place
from linli.procedures.domain.queries import PAGE, Page
from linli.procedures.models import Procedure
from linli.procedures.numbers import read_number

MAP_MOST = 4000
NEAR_DEGREES = 0.0006  # about 60 m at this latitude


@dataclass(frozen=True)
class Filters:
    """What a staff list is narrowed to. Empty means all."""

    state: str = ""
    klass: str = ""
    place: str = ""
    words: str = ""
    open_only: bool = False
    overdue_at: datetime | None = None


COLUMNS = (
    "number", "state", "version", "opened", "due", "amber", "closed",
    "case__klass__name", "case__klass__name_en", "place__name", "place__name_en", "case__text", "case__source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a staff list."""

    number: str
    state: str
    version: int
    opened: datetime
    due: datetime | None
    amber: datetime | None
    closed: datetime | None
    klass: str | None
    klass_en: str | None
    place: str | None
    place_en: str | None
    text: str
    source: str


def listed(viewer: Viewer, filters: Filters, *, after: str | None = None, size: int = PAGE) -> Page:
    """Cases that the viewer may see, the newest first. One statement, whatever the number of cases."""
    found = _filtered(Procedure.objects.visible_to(viewer), filters).order_by("-opened", "uuid")
    if cursor := _read_cursor(after):
        at, key = cursor
        found = found.filter(Q(opened__lt=at) | Q(opened=at, uuid__gt=key), opened__lte=at)
    return _page(found, "opened", size)


def desk(viewer: Viewer, filters: Filters, *, after: str | None = None, size: int = PAGE) -> Page:
    """Open cases below the viewer's place, what is due first on top, what has no clock last. Two statements at most."""
    found = _filtered(Procedure.objects.visible_to(viewer), filters).filter(closed=None)
    if after and after.startswith("~"):
        key = UUID(after[1:])
        return _page(found.filter(due=None, uuid__gt=key).order_by("uuid"), "due", size)
    timed = found.filter(due__isnull=False).order_by("due", "uuid")
    if cursor := _read_cursor(after):
        at, key = cursor
        timed = timed.filter(Q(due__gt=at) | Q(due=at, uuid__gt=key), due__gte=at)
    page = _page(timed, "due", size)
    if page.after or len(page.rows) == size:
        return page
    rest = _page(found.filter(due=None).order_by("uuid"), "due", size - len(page.rows))
    return Page([*page.rows, *rest.rows], rest.after)


def _filtered(procedures: QuerySet[Procedure], filters: Filters) -> QuerySet[Procedure]:
    found = procedures.filter(kind="case")
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.klass:
        found = found.filter(case__klass__code=filters.klass)
    if filters.place:
        found = found.filter(place_path__gte=filters.place, place_path__lt=filters.place + "~")
    if filters.open_only:
        found = found.filter(closed=None)
    if filters.overdue_at:
        found = found.filter(closed=None, due__lte=filters.overdue_at)
    if filters.words:
        number = read_number(filters.words)
        found = found.filter(number=number) if number else found.filter(pk__in=search.matching(filters.words))
    return found


def _page(found: QuerySet[Procedure], key: str, size: int) -> Page:
    rows = list(found.values_list("uuid", *COLUMNS)[: size + 1])
    cut = [CaseRow(*row[1:]) for row in rows[:size]]
    if len(rows) <= size:
        return Page(cut, None)
    last = getattr(cut[-1], key)
    return Page(cut, f"{last.isoformat() if last else ''}~{rows[size - 1][0]}")


def _read_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """A cursor's instant and key; one that nobody made begins at the start."""
    at, _, key = (cursor or "").partition("~")
    try:
        return datetime.fromisoformat(at), UUID(key)
    except ValueError:
        return None


def case_for(number: str, viewer: Viewer) -> Case:
    """One case for staff, by its number. One statement.

    Raises:
        NotFound: there is none, or these posts may not know of it.
    """
    return _case(Procedure.objects.visible_to(viewer), number)


def own_case(number: str, account: Account) -> Case:
    """One case for the person who reported it."""
    return _case(Procedure.objects.of_account(account), number)


def _case(procedures: QuerySet[Procedure], number: str) -> Case:
    typed = read_number(number)
    cases = Case.objects.select_related(
        "procedure", "procedure__place", "procedure__cell", "klass", "proposed", "proposed__place"
    )
    found = cases.filter(procedure__in=procedures.filter(number=typed)).first() if typed else None
    if found is None:
        raise NotFound
    return found


def my_reports(account: Account) -> list[CaseRow]:
    """What this person reported, for that person alone, the newest first."""
    found = Procedure.objects.of_account(account).filter(kind="case").order_by("-opened")
    return [CaseRow(*row) for row in found.values_list(*COLUMNS)]


def public_cases() -> QuerySet[Procedure]:
    """Cases of which the public may know class, place, state and dates."""
    return Procedure.objects.filter(
        kind="case", sealed=False, excludes=False, case__klass__publicity=Publicity.PUBLIC
    ).exclude(state__in=["received", "void"])


@dataclass(frozen=True)
class PublicRow:
    """What the public reads of a case. `text` only where staff released it."""

    number: str
    state: str
    opened: datetime
    closed: datetime | None
    klass: str
    klass_en: str
    place: str | None
    place_en: str | None
    text: str


PUBLIC_COLUMNS = (
    "number", "state", "opened", "closed", "case__klass__name", "case__klass__name_en",
    "place__name", "place__name_en", "case__released", "case__text",
)  # fmt: skip


def public_list(*, klass: str = "", place: str = "", after: str | None = None, size: int = PAGE) -> Page:
    """The public list, the newest first. One statement."""
    found = public_cases().order_by("-opened", "uuid")
    if klass:
        found = found.filter(case__klass__code=klass)
    if place:
        found = found.filter(place_path__gte=place, place_path__lt=place + "~")
    if cursor := _read_cursor(after):
        at, key = cursor
        found = found.filter(Q(opened__lt=at) | Q(opened=at, uuid__gt=key), opened__lte=at)
    rows = list(found.values_list("uuid", *PUBLIC_COLUMNS)[: size + 1])
    cut = [PublicRow(*row[1:9], text=row[10] if row[9] else "") for row in rows[:size]]
    return Page(cut, f"{cut[-1].opened.isoformat()}~{rows[size - 1][0]}" if len(rows) > size else None)


def nearby(*, klass: CaseClass | None, place: Place | None, lon: float | None, lat: float | None) -> list[PublicRow]:
    """Open public cases close by, for 'this one too': of the same building, or within about 60 m. One statement."""
    near = Q(pk__in=[])
    if place is not None:
        near |= Q(place_path__gte=place.path, place_path__lt=place.path + "~")
    if lon is not None and lat is not None:
        near |= Q(
            case__lon__range=(lon - NEAR_DEGREES, lon + NEAR_DEGREES),
            case__lat__range=(lat - NEAR_DEGREES, lat + NEAR_DEGREES),
        )
    found = public_cases().filter(near, closed=None)
    if klass is not None:
        found = found.filter(case__klass=klass)
    rows = found.order_by("-opened").values_list(*PUBLIC_COLUMNS)[:5]
    return [PublicRow(*row[:8], text=row[9] if row[8] else "") for row in rows]


def public_geojson(*, bbox: tuple[float, float, float, float] | None = None, since: datetime | None = None) -> bytes:
    """At most 4,000 public cases as a GeoJSON FeatureCollection; the point is that of the building, not the reporter's.

    The rows are read past the ORM's converters, which would cost more than the rest.
    """
    found = public_cases().filter(place__lon__isnull=False).order_by("-opened")
    if bbox:
        west, south, east, north = bbox
        found = found.filter(place__lon__range=(west, east), place__lat__range=(south, north))
    if since:
        found = found.filter(opened__gte=since)
    rows = found.values_list("number", "state", "case__klass__code", "place__lon", "place__lat")[:MAP_MOST]
    sql, params = rows.query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": (lon, lat)},
                "properties": {"number": number, "state": state, "class": klass},
            }
            for number, state, klass, lon, lat in cursor
        ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


@dataclass(frozen=True)
class DeskCounts:
    """What a duty officer must know at once."""

    waiting: int
    amber: int
    late: int
    due_today: int


def desk_counts(viewer: Viewer, at: datetime) -> DeskCounts:
    """Counts over the open cases the viewer may see. One statement; capped work: only open cases are counted."""
    found = Procedure.objects.visible_to(viewer).filter(kind="case", closed=None)
    counts = found.aggregate(
        waiting=Count("pk", filter=Q(state__in=["received", "filed"])),
        amber=Count("pk", filter=Q(amber__lte=at, due__gt=at)),
        late=Count("pk", filter=Q(due__lte=at)),
        due_today=Count("pk", filter=Q(due__gt=at, due__lte=at + timedelta(days=1))),
    )
    return DeskCounts(**counts)


def classes(*, public_only: bool = False) -> Sequence[CaseClass]:
    """The classes in force, in their order."""
    found = CaseClass.objects.filter(retired_at=None)
    return list(found.exclude(publicity=Publicity.NEVER) if public_only else found)

