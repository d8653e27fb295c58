"""What many sensors see together: union, overlap, and what nobody sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from linli.engines.coverage.density import Edition, distance_for, edition_of
from linli.engines.coverage.frame import FLAT, sector
from linli.engines.coverage.model import Reals, Sensors

Some = Sequence[Reals | shapely.Geometry]


def polygons(seen: Some) -> NDArray[np.object_]:
    """(n,) shapely polygons of rings as `cover` gives them; what is a shape already stays, nothing seen is empty."""
    made = np.array([one if isinstance(one, shapely.Geometry) else shapely.Polygon() for one in seen], object)
    full = [number for number, one in enumerate(seen) if not isinstance(one, shapely.Geometry) and len(one) >= 3]
    if full:
        rings = [np.asarray(seen[number], float) for number in full]
        index = np.repeat(np.arange(len(full)), [len(ring) for ring in rings])
        made[full] = shapely.polygons(shapely.linearrings(np.concatenate(rings), indices=index))
    return made


def union(seen: Some) -> shapely.Geometry:
    """All that at least one of them sees."""
    shapes = polygons(seen)
    return shapely.disjoint_subset_union_all(shapes[~shapely.is_empty(shapes)])


def overlap(seen: Some, at_least: int = 2) -> shapely.Geometry:
    """All that `at_least` so many of them see."""
    if at_least < 1:
        raise ValueError("At least one view must be asked for.")
    shapes = polygons(seen)
    tree = shapely.STRtree(shapes)
    parts, last = shapes, np.arange(len(shapes))
    for _ in range(at_least - 1):
        # Each set of views is met once, in the order of its numbers.
        one, other = tree.query(parts, predicate="intersects")
        later = other > last[one]
        parts, last = shapely.intersection(parts[one[later]], shapes[other[later]]), other[later]
        kept = shapely.area(parts) > 0
        parts, last = parts[kept], last[kept]
    return _faces(shapely.disjoint_subset_union_all(parts))


def views(points: ArrayLike, seen: Some) -> NDArray[np.int64]:
    """(p,) how many of them see each point (p, 2)."""
    at = shapely.points(np.asarray(points, float).reshape(-1, 2))
    found, _ = shapely.STRtree(polygons(seen)).query(at, predicate="intersects")
    return np.bincount(found, minlength=len(at))


@dataclass(frozen=True)
class Blind:
    """What of a line or an area nobody sees.

    whole, unseen: lengths in metres, or areas in square metres.  parts: the unseen stretches (k, 2), or for an area
    polygons.
    """

    whole: float
    unseen: float
    parts: tuple[Reals | shapely.Geometry, ...]

    @property
    def share(self) -> float:
        """Of the whole, 0 to 1; nothing of nothing is 0."""
        return self.unseen / self.whole if self.whole else 0.0


def blind(lines: Sequence[ArrayLike | shapely.LineString], seen: shapely.Geometry) -> list[Blind]:
    """The stretches of each line, a lane or a fire lane, that lie outside of what is seen (see `union`)."""
    shapely.prepare(seen)
    found = []
    for given in lines:
        line = given if isinstance(given, shapely.Geometry) else shapely.LineString(np.asarray(given, float))
        left = shapely.difference(line, seen)
        parts = shapely.get_parts(shapely.line_merge(left) if left.geom_type.startswith("Multi") else left)
        parts = parts[shapely.length(parts) > 0]
        found.append(Blind(line.length, float(shapely.length(parts).sum()), tuple(map(shapely.get_coordinates, parts))))
    return found


def blind_areas(areas: Some, seen: shapely.Geometry) -> list[Blind]:
    """What of each area, an entrance or a shed's forecourt, lies outside of what is seen."""
    shapely.prepare(seen)
    found = []
    for area in polygons(areas):
        parts = shapely.get_parts(_faces(shapely.difference(area, seen)))
        found.append(Blind(area.area, float(shapely.area(parts).sum()), tuple(parts)))
    return found


def bands(sensors: Sensors, seen: Some, edition: str | Edition = "2014") -> dict[str, list[shapely.Geometry]]:
    """For each level of an edition, what of each sensor's ground is seen at least so sharply.

    Up to 150 degrees a density is the same all over a plane across the axis, so that a level ends at a straight line;
    for wider ones at an arc.
    """
    shapes = polygons(seen)
    found: dict[str, list[shapely.Geometry]] = {}
    for name, least in edition_of(edition).levels:
        ends = distance_for(least, sensors.fov, sensors.pixels)
        within = np.array([_within(sensors, number, float(end)) for number, end in enumerate(ends)], object)
        found[name] = list(shapely.intersection(shapes, within))
    return found


def _within(sensors: Sensors, number: int, end: float) -> shapely.Polygon:
    x, y, looks, fov = (float(one[number]) for one in (sensors.x, sensors.y, sensors.bearing, sensors.fov))
    if fov >= FLAT or end <= 0:
        return sector(x, y, looks, 360.0, end)
    # A square whose far side lies across the axis: beside and behind the sensor nothing is seen anyhow.
    reach = 2 * float(sensors.range[number]) + 1
    ahead = np.array([np.sin(np.radians(looks)), np.cos(np.radians(looks))])
    aside = np.array([ahead[1], -ahead[0]])
    back, front = np.array([x, y]) - reach * ahead, np.array([x, y]) + end * ahead
    return shapely.Polygon([back - reach * aside, back + reach * aside, front + reach * aside, front - reach * aside])


def _faces(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
