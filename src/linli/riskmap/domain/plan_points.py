"""The points by which a plan is judged: lanes and areas sampled, entrances and what was tapped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape

from linli.core.errors import Invalid
from linli.engines.coverage.plane import to_lonlat, to_plane
from linli.places.domain.kept import tree
from linli.places.models import Place
from linli.riskmap.domain.plan_wishes import TAPPED, WEIGHTS, Wishes
from linli.riskmap.domain.surroundings import Thing, zones
from linli.riskmap.enums import TO_BE_SEEN

STEP = 2.0  # metres between two points, at first
MOST = 3000  # points of one plan
COARSER = 1.5  # times as far apart where there would be more
COARSEST = 100.0  # metres: farther apart, points say nothing of the ground between them


@dataclass(frozen=True)
class Point:
    """need: pixels per metre at least.  views: from how many cameras."""

    lon: float
    lat: float
    kind: str
    need: float
    views: int

    @property
    def weight(self) -> int:
        return WEIGHTS[self.kind]

    def as_json(self) -> list[Any]:
        return [round(self.lon, 7), round(self.lat, 7), self.kind, self.need, self.views]


def ground_of(place: Place) -> Any:
    """The ground of a place as a shapely polygon in degrees; empty where nothing beneath it is drawn."""
    drawn = [
        shape(each.geometry)
        for each in tree().places
        if each.path.startswith(place.path) and each.geometry and each.geometry["type"] in ("Polygon", "MultiPolygon")
    ]
    return shapely.union_all([each for each in drawn if each.is_valid]) if drawn else shapely.Polygon()


def points_of(place: Place, wishes: Wishes) -> list[Point]:
    """Every point that is to be seen, at most `MOST` of them: the more ground, the farther apart.

    Raises:
        Invalid: there is too much ground for one plan.

    The points are in the order in which the zones were drawn, so that the same wishes give the same points.
    """
    ground = ground_of(place)
    wanted = [zone for zone in zones_of(place, ground) if zone.kind in wishes.kinds]
    tapped = [_tapped(spot, wishes) for spot in wishes.points] if TAPPED in wishes.kinds else []
    step = STEP
    while step <= COARSEST:
        points = [point for zone in wanted for point in _sampled(zone, wishes, step)]
        if len(points) + len(tapped) <= MOST:
            return [*tapped, *points]
        step *= COARSER
    raise Invalid(_("There is too much to be seen for one plan. Choose a smaller area, or fewer kinds of ground."))


def zones_of(place: Place, ground: Any) -> list[Thing]:
    """The zones to be seen that belong to a place, or lie on its ground."""
    return [
        zone
        for zone in zones().things
        if zone.kind in TO_BE_SEEN
        and (zone.place.startswith(place.path) if zone.place else ground.intersects(zone.outline))
    ]


def _tapped(spot: tuple[float, float], wishes: Wishes) -> Point:
    want = wishes.kinds[TAPPED]
    return Point(*spot, TAPPED, want.density, want.views)


def _sampled(zone: Thing, wishes: Wishes, step: float) -> Iterable[Point]:
    want = wishes.kinds[zone.kind]
    need, views = max(want.density, zone.density or 0.0), max(want.views, zone.views)
    origin = shapely.get_coordinates(zone.outline)[0]
    drawn = shapely.transform(zone.outline, lambda lonlat: to_plane(lonlat, tuple(origin)))
    spots = np.concatenate([_spots(part, step) for part in shapely.get_parts(drawn)])
    for lon, lat in to_lonlat(spots, tuple(origin)):
        yield Point(float(lon), float(lat), zone.kind, need, views)


def _spots(drawn: Any, step: float) -> Any:
    """(k, 2) points of one simple geometry in metres: of a line at equal distances, of an area on a grid."""
    if drawn.geom_type == "Point":
        return shapely.get_coordinates(drawn)
    if drawn.geom_type == "LineString":
        pieces = max(1, ceil(drawn.length / step))
        middles = (np.arange(pieces) + 0.5) / pieces
        return shapely.get_coordinates(shapely.line_interpolate_point(drawn, middles, normalized=True))
    west, south, east, north = drawn.bounds
    x, y = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    grid = np.column_stack([x.ravel(), y.ravel()])
    inside = grid[shapely.contains_xy(drawn, grid)]
    return inside if len(inside) else shapely.get_coordinates(drawn.representative_point())


@dataclass(frozen=True)
class Figure:
    """Of one kind of ground: how many points there are, and how many are seen well enough."""

    kind: str
    total: int
    before: int
    after: int

    @property
    def more(self) -> int:
        return self.after - self.before


def figures(points: Sequence[Sequence[Any]], before: str, after: str) -> list[Figure]:
    """By kind, in the order of the weights. before, after: one letter a point, 1 where it is seen."""
    kinds = [row[2] for row in points]
    return [
        Figure(
            kind, kinds.count(kind), *(_seen(kinds, bits, kind) for bits in (before, after))
        )
        for kind in WEIGHTS
        if kind in kinds
    ]  # fmt: skip


def _seen(kinds: Sequence[str], bits: str, kind: str) -> int:
    return sum(each == kind and bit == "1" for each, bit in zip(kinds, bits, strict=True)) if bits else 0


def read_points(rows: Iterable[Sequence[Any]]) -> list[Point]:
    """What a plan kept, by `Point.as_json`."""
    return [Point(float(lon), float(lat), kind, float(need), int(views)) for lon, lat, kind, need, views in rows]
