"""Drawing what stands around: obstacles and zones, put in, replaced and taken away, many at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from shapely import force_2d
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.validation import explain_validity, make_valid

from linli.core.errors import Invalid
from linli.people.actors import Actor
from linli.people.domain.acts import require_reach
from linli.places.models import Place
from linli.riskmap.domain.surroundings import SURROUNDINGS
from linli.riskmap.enums import ObstacleKind, ZoneKind
from linli.riskmap.models import Obstacle, Zone

HEIGHT_MOST = 700.0
POINTS_MOST = 20_000
BATCH = 200  # rows in one transaction: a writer of SQLite keeps nobody waiting
AREAS, LINES = ("Polygon", "MultiPolygon"), ("LineString", "MultiLineString")
SHAPES: dict[str, tuple[str, ...]] = {
    ObstacleKind.BUILDING: AREAS,
    ObstacleKind.TREE: AREAS,
    ObstacleKind.WALL: (*LINES, *AREAS),
    ObstacleKind.FENCE: (*LINES, *AREAS),
    ZoneKind.WINDOW: ("LineString",),
    ZoneKind.DOOR: ("LineString",),
    ZoneKind.PRIVATE: AREAS,
    ZoneKind.LANE: (*LINES, *AREAS),
    ZoneKind.FIRE_LANE: (*LINES, *AREAS),
    ZoneKind.ENTRANCE: ("Point", *AREAS),
    ZoneKind.SHED: ("Point", *AREAS),
}


@dataclass(frozen=True)
class Shape:
    """Something to be drawn. geometry: GeoJSON in WGS-84.  high: the height of an obstacle, in metres.

    reference: its id in the source; the same one sent again takes the place of what is there.
    """

    kind: str
    geometry: Mapping[str, Any]
    name: str = ""
    low: float = 0.0
    high: float = 0.0
    assumed: bool = False
    place: Place | None = None
    reference: str = ""
    density: float | None = None
    views: int = 1
    box: tuple[float, float, float, float] = field(default=(0, 0, 0, 0))


@dataclass(frozen=True)
class Drawn:
    added: int
    replaced: int


def checked(given: Shape) -> Shape:
    """The same shape, valid, in two dimensions, with its box.

    Raises:
        Invalid: in words for the person who drew it.
    """
    if given.kind not in SHAPES:
        raise Invalid(_("There is no such kind of thing on the map: %(kind)s.") % {"kind": given.kind})
    drawn = _outline(given)
    if given.kind in ObstacleKind.values and not 0 < given.high <= HEIGHT_MOST:
        raise Invalid(_("The height is a number of metres above 0 and at most %(most)d.") % {"most": HEIGHT_MOST})
    if given.low > given.high:
        raise Invalid(_("Its lower edge lies above its upper edge."))
    return Shape(**{**vars(given), "geometry": mapping(drawn), "box": drawn.bounds})


def _outline(given: Shape) -> Any:
    try:
        drawn = shape(given.geometry)
    except (ShapelyError, ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise Invalid(_("There is no GeoJSON geometry here that can be drawn.")) from error
    if drawn.is_empty:
        raise Invalid(_("The geometry is empty."))
    if drawn.geom_type not in SHAPES[given.kind]:
        facts = {"wanted": " / ".join(SHAPES[given.kind]), "type": drawn.geom_type}
        raise Invalid(_("It is to be drawn as %(wanted)s, not as %(type)s.") % facts)
    west, south, east, north = drawn.bounds
    if not (-180 <= west <= east <= 180 and -85 <= south <= north <= 85):
        raise Invalid(_("Longitude is between -180 and 180, latitude between -85 and 85: longitude comes first."))
    return _mended(force_2d(drawn))


def _mended(drawn: Any) -> Any:
    """A polygon that crosses itself is cut into the parts that it encloses."""
    if drawn.geom_type not in AREAS or drawn.is_valid:
        return drawn
    whole = make_valid(drawn)
    parts = [part for part in getattr(whole, "geoms", [whole]) if part.geom_type in AREAS and part.area > 0]
    if not parts:
        raise Invalid(_("Its outline encloses no ground: %(why)s.") % {"why": explain_validity(drawn)})
    return max(parts, key=lambda part: part.area)


def draw(
    *, shapes: Iterable[Shape], source: str, by: Actor, at: datetime, action: UUID | None = None, within: Place
) -> Drawn:
    """Draw obstacles and zones. Each batch is a transaction of its own; what has a reference replaces its like.

    within: the place for which the actor draws; nothing is asked of shapes outside it but the actor's reach.

    Raises:
        Invalid: one of the shapes cannot be drawn; nothing is written then.
        Refused: the place is outside the reach of the actor's post.
    """
    require_reach(by=by, place=within)
    ready = [checked(each) for each in shapes]
    added = replaced = 0
    for start in range(0, len(ready), BATCH):
        with transaction.atomic():
            known = _put(ready[start : start + BATCH], source)
            SURROUNDINGS.changed()
        replaced += known
        added += len(ready[start : start + BATCH]) - known
    return Drawn(added, replaced)


def _put(batch: Sequence[Shape], source: str) -> int:
    """Write one batch. Returns how many were there already under their reference."""
    mine = [each for each in batch if each.kind in ObstacleKind.values]
    others = [each for each in batch if each.kind not in ObstacleKind.values]
    return _write(Obstacle, [_obstacle(each, source) for each in mine], source) + _write(
        Zone, [_zone(each, source) for each in others], source
    )


def _write(model: type[Obstacle] | type[Zone], rows: Sequence[Any], source: str) -> int:
    references = [row.reference for row in rows if row.reference]
    there = dict(model.objects.filter(source=source, reference__in=references).values_list("reference", "pk"))
    changed = {row.reference: row for row in rows if row.reference in there}
    for row in changed.values():
        row.pk = there[row.reference]
    fresh = {row.reference or id(row): row for row in rows if row.reference not in there}
    names = [each.name for each in model._meta.concrete_fields if not each.primary_key]
    model.objects.bulk_create(
        changed.values(), update_conflicts=True, unique_fields=["id"], update_fields=names
    )  # one statement; bulk_update would write a case for every row and field
    model.objects.bulk_create(fresh.values())
    return len(changed)


def _common(given: Shape, source: str) -> dict[str, Any]:
    west, south, east, north = given.box
    return {
        "kind": given.kind, "geometry": given.geometry, "name": given.name[:120], "place": given.place,
        "source": source[:120], "reference": given.reference[:60], "west": west, "south": south, "east": east,
        "north": north,
    }  # fmt: skip


def _obstacle(given: Shape, source: str) -> Obstacle:
    return Obstacle(**_common(given, source), height=given.high, assumed=given.assumed)


def _zone(given: Shape, source: str) -> Zone:
    return Zone(
        **_common(given, source), low=given.low, high=given.high, density=given.density, views=given.views
    )  # fmt: skip


def erase(*, source: str, by: Actor, at: datetime, action: UUID | None = None, within: Place) -> int:
    """Take away everything that came from one source. Returns how much that was."""
    require_reach(by=by, place=within)
    with transaction.atomic():
        gone = sum(model.objects.filter(source=source).delete()[0] for model in (Obstacle, Zone))
        SURROUNDINGS.changed()
    return gone
