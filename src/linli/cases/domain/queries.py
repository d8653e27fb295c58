"""Reading cases for pages. Each query returns plain rows made for its page; a template never touches the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import get_language, override

from linli.cases.domain.catalogue import CLASSES, catalogue
from linli.cases.domain.followed import photos_of
from linli.cases.enums import Publicity
from linli.cases.models import Case, CaseClass
from linli.cases.plain_words import STATES, TONES
from linli.core.errors import NotFound
from linli.core.models import File
from linli.people.actors import Viewer
from linli.people.models import Account
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.places.models import ESTATE_PATH as ESTATE_PATH
from linli.places.models import STEP, Kind, Place
from linli.procedures.domain.queries import PAGE, Page, read_cursor
from linli.procedures.enums import Audience
from linli.procedures.models import Procedure
from linli.procedures.numbers import read_number

MAP_MOST = 4000
FEWEST = 5  # a smaller number would point at persons
NEAR_DEGREES = 0.0006  # about 60 m at this latitude


def case_for(number: str, viewer: Viewer) -> Case:
    """One case for staff, by its number. One statement.

    Raises:
        NotFound: there is none, or these posts may not know of it.
    """
    return _case(Procedure.objects.visible_to(viewer), number)


def _case(procedures: QuerySet[Procedure], number: str) -> Case:
    typed = read_number(number)
    cases = Case.objects.select_related(
        "procedure", "procedure__place", "procedure__cell", "klass", "proposed", "proposed__place",
        "merged_into__procedure", "parent__procedure",
    )  # fmt: skip
    below = Case.objects.filter(Q(parent=OuterRef("pk")) | Q(merged_into=OuterRef("pk")))
    cases = cases.annotate(has_parts=Exists(below))
    found = cases.filter(procedure__in=procedures.filter(number=typed)).first() if typed else None
    if found is None:
        raise NotFound
    return found


def public_cases() -> QuerySet[Procedure]:
    """Cases of which the public may know class, place, state and dates."""
    return _countable().filter(case__klass__publicity=Publicity.PUBLIC)


def _countable() -> QuerySet[Procedure]:
    """Cases that somebody has accepted and nobody has sealed, each matter once."""
    return Procedure.objects.filter(kind="case", sealed=False, excludes=False).exclude(
        state__in=["received", "merged", "void"]
    )


@dataclass(frozen=True)
class PublicRow:
    """What the public reads of a case, in the active language. `text` only where staff released it."""

    number: str
    state: str
    opened: datetime
    closed: datetime | None
    klass: str
    place: str
    text: str

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def state_words(self) -> str:
        return str(STATES[self.state])


PUBLIC_COLUMNS = (
    "number", "state", "opened", "closed", "case__klass__name", "case__klass__name_en",
    "place__path", "place__name", "case__released", "case__text",
)  # fmt: skip


def _public_row(row: Sequence[Any]) -> PublicRow:
    number, state, opened, closed, name, name_en, path, place, released, text = row
    known = tree().by_path.get(path)
    return PublicRow(
        number=number,
        state=state,
        opened=opened,
        closed=closed,
        klass=_in_language(name or "", name_en or ""),
        place=full_title(known) if known else place or "",
        text=text if released else "",
    )


def _in_language(name: str, name_en: str) -> str:
    return name_en if name_en and (get_language() or "").startswith("en") else name


def my_reports(account: Account) -> list[PublicRow]:
    """What this person reported, for that person alone, the newest first. One statement."""
    found = Procedure.objects.of_account(account).filter(kind="case").order_by("-opened")
    return [_public_row(row) for row in found.values_list(*PUBLIC_COLUMNS)]


def public_list(
    *, klass: str = "", place: str = "", open_only: bool = False, after: str | None = None, size: int = PAGE
) -> Page:
    """The public list, the newest first. One statement."""
    found = public_cases().order_by("-opened", "uuid")
    if klass:
        found = found.filter(case__klass__code=klass)
    if place:
        found = found.filter(place_path__gte=place, place_path__lt=place + "~")
    if open_only:
        found = found.filter(closed=None)
    if cursor := read_cursor(after):
        at, key = cursor
        found = found.filter(Q(opened__lt=at) | Q(opened=at, uuid__gt=key), opened__lte=at)
    rows = list(found.values_list("uuid", *PUBLIC_COLUMNS)[: size + 1])
    cut = [_public_row(row[1:]) for row in rows[:size]]
    return Page(cut, f"{cut[-1].opened.isoformat()}~{rows[size - 1][0]}" if len(rows) > size else None)


@dataclass(frozen=True)
class PublicCase:
    """One case as its public page shows it, with the photographs that staff released."""

    row: PublicRow
    klass: str  # its code, "" for none
    closing: str
    supporters: int
    photos: Sequence[File]


def public_case(number: str) -> PublicCase:
    """One case for anybody. One statement, and one more for photographs where they are released.

    Raises:
        NotFound: there is none, or the public may not know of it; the two are not told apart.
    """
    typed = read_number(number)
    own = ("uuid", "case__klass__code", "case__klass__closing", "case__klass__closing_en", "case__supporters")
    found = public_cases().filter(number=typed).values_list(*own, *PUBLIC_COLUMNS).first()
    if found is None:
        raise NotFound
    uuid, klass, closing, closing_en, supporters, *row = found
    released = row[PUBLIC_COLUMNS.index("case__released")]
    photos = photos_of(uuid, [Audience.PUBLIC]) if released else []
    return PublicCase(_public_row(row), klass or "", _in_language(closing, closing_en), supporters, photos)


def supportable_case(number: str) -> Case:
    """An open case of which somebody may say 'this one too'. One statement.

    Raises:
        NotFound: there is none, it is closed, or the public may not know of it.
    """
    return _case(public_cases().filter(closed=None), number)


def nearby(*, klass: CaseClass | None, place: Place | None, lon: float | None, lat: float | None) -> list[PublicRow]:
    """Open public cases close by, for 'this one too': of the same building, or within about 60 m. One statement."""
    near = Q(pk__in=[])
    if place is not None:
        path = _building_path(place)
        near |= Q(place_path__gte=path, place_path__lt=path + "~")
    if lon is not None and lat is not None:
        near |= Q(
            case__lon__range=(lon - NEAR_DEGREES, lon + NEAR_DEGREES),
            case__lat__range=(lat - NEAR_DEGREES, lat + NEAR_DEGREES),
        )
    found = public_cases().filter(near, closed=None)
    if klass is not None:
        found = found.filter(case__klass=klass)
    return [_public_row(row) for row in found.order_by("-opened").values_list(*PUBLIC_COLUMNS)[:5]]


def _building_path(place: Place) -> str:
    """Neighbours of another entrance see the same lift and the same roof."""
    above = {Kind.ENTRANCE: 1, Kind.UNIT: 2}.get(Kind(place.kind), 0)
    return place.path[: len(place.path) - above * STEP]


@dataclass(frozen=True)
class EstateNumbers:
    """How many cases of each class one estate had, as (class, number); 1 to 4 is said as `<5`."""

    estate: str
    cells: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class EstateTable:
    """Numbers of the classes that are public as numbers only."""

    classes: Sequence[str]
    estates: Sequence[EstateNumbers]


def estate_numbers(*, since: datetime) -> EstateTable:
    """Cases since then, by estate and class. One statement.

    There are no totals, from which a small number could be worked out again.
    """
    shown = [klass for klass in classes() if klass.publicity == Publicity.ESTATE]
    found = (
        _countable()
        .filter(case__klass__in=[klass.pk for klass in shown], opened__gte=since)
        .annotate(estate=Substr("place_path", 1, ESTATE_PATH))
        .values_list("estate", "case__klass")
        .annotate(number=Count("pk"))
    )
    counted = {(estate, klass): number for estate, klass, number in found}
    estates = [place for place in tree().places if place.kind == Kind.ESTATE]
    return EstateTable(
        [klass.title for klass in shown],
        [
            EstateNumbers(
                place.title, [(klass.title, _guarded(counted.get((place.path, klass.pk), 0))) for klass in shown]
            )
            for place in estates
        ],
    )


def _guarded(number: int) -> str:
    return f"<{FEWEST}" if 0 < number < FEWEST else str(number)


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
    rows = found.values_list("number", "state", "case__klass", "place__lon", "place__lat")[:MAP_MOST]
    sql, params = rows.query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        read = cursor.fetchall()
    ends = _map_ends()[_in_language("zh", "en")]
    spots = {spot: f"[{spot[0]!r},{spot[1]!r}]" for spot in {row[3:] for row in read}}
    features = [
        f'{{"type":"Feature","geometry":{{"type":"Point","coordinates":{spots[lon, lat]}}},'
        f'"properties":{{"id":"{number}","href":"/cases/{number}/",{ends[klass, state]}}}}}'
        for number, state, klass, lon, lat in read
    ]
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()


@CLASSES.kept
def _map_ends() -> dict[str, dict[tuple[int, str], str]]:
    """What cases of one class and state have in common on the map, in either language, written out once."""
    classes = list(CaseClass.objects.values_list("pk", "code", "name", "name_en"))
    written = {}
    for language, tongue in (("zh", "zh-hans"), ("en", "en")):
        with override(tongue):
            written[language] = _ends(classes)
    return written


def _ends(classes: Sequence[tuple[int, str, str, str]]) -> dict[tuple[int, str], str]:
    return {
        (key, state): orjson.dumps(
            {
                "title": f"{_in_language(name, name_en)} – {words}",
                "state": state,
                "class": code,
                "tone": TONES[state],
            }
        ).decode()[1:-1]
        for key, code, name, name_en in classes
        for state, words in STATES.items()
    }


def classes(*, public_only: bool = False) -> Sequence[CaseClass]:
    """The classes in force, in their order. No statement."""
    return [klass for klass in catalogue().classes if not (public_only and klass.publicity == Publicity.NEVER)]
