"""What a sensor sees, said plainly: its slice of the disc, less the shadow of every edge.

Slow, in shapely, and the measure for the kernel.  It answers while the kernel warms.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.engines.coverage.frame import ARC, frames, sector
from linli.engines.coverage.model import Reals, Sensors
from linli.engines.coverage.obstacles import Obstacles
from linli.engines.coverage.standing import placed

Shapes = NDArray[np.object_]
GRID = 1e-7  # m
ENDLESS = 1e6  # times as far as its edge: a shadow so long is taken as having no end


def cover(sensors: Sensors, obstacles: Obstacles, arc: float = ARC) -> list[Reals]:
    """The visible polygon of each sensor, every obstacle as high as the sky.

    Returns n arrays (k, 2), anticlockwise, the first point not repeated; (0, 2) for one that sees nothing: no range, or
    inside a building.  `near`, tilt and heights are for `cover_25d`.  arc: degrees between the vertices of an arc.
    """
    moved, blind = placed(sensors, obstacles)
    shapes = np.concatenate([obstacles.solids, shapely.linestrings(obstacles.walls.reshape(-1, 2, 2))])
    seen = []
    for number in range(len(moved)):
        x, y, looks, fov, reach = (
            float(values[number]) for values in (moved.x, moved.y, moved.bearing, moved.fov, moved.range)
        )
        seen.append(shapely.Polygon() if blind[number] else visible(sector(x, y, looks, fov, reach, arc), x, y, shapes))
    return [ring(shape) for shape in seen]


def cover_25d(sensors: Sensors, obstacles: Obstacles, arc: float = ARC) -> list[shapely.Geometry]:
    """The ground that each sensor sees, with the heights of the obstacles and of the sensor.

    Returns n polygons or multipolygons, with holes where something low hides the ground behind it.
    """
    moved, blind = placed(sensors, obstacles, over=True)
    shapes = np.concatenate([obstacles.solids, shapely.linestrings(obstacles.walls.reshape(-1, 2, 2))])
    heights = np.concatenate([obstacles.heights, obstacles.wall_heights])
    return [
        shapely.Polygon() if blind[number] else _lit(moved, number, shapes, heights, arc)
        for number in range(len(moved))
    ]


def _lit(sensors: Sensors, number: int, shapes: Shapes, heights: Reals, arc: float) -> shapely.Geometry:
    ground = _ground(sensors, number, arc)
    here = np.array([sensors.x[number], sensors.y[number]])
    beside = shapely.intersects(shapely.envelope(shapes), shapely.envelope(shapely.union(ground, shapely.Point(here))))
    if shapely.is_empty(ground) or not beside.any():
        return ground
    shapes, heights = shapes[beside], heights[beside]
    edges, owner = edges_of(shapes)
    factor = lengthening(float(sensors.height[number]), heights[owner])
    dark = shadows(edges - np.tile(here, 2), _farthest(ground, here), factor)
    return faces(_less(ground, [*_moved(dark, here), *shapes]))


def _ground(sensors: Sensors, number: int, arc: float) -> shapely.Geometry:
    """What is in the picture of one sensor, as if nothing stood on the ground."""
    seen, x, y = frames(sensors[number]), float(sensors.x[number]), float(sensors.y[number])
    ground = sector(x, y, float(sensors.bearing[number]), float(seen.fov[0]), float(seen.reach[0]), arc)
    if seen.shapes[0] is not None:
        ground = shapely.intersection(ground, seen.shapes[0])
    return shapely.difference(ground, sector(x, y, 0.0, 360.0, float(seen.near[0]), arc))


def lengthening(height: Reals | float, obstacle: Reals) -> Reals:
    """How many times farther than its edge the shadow of an obstacle ends, on flat ground: h / (h - H), else for ever.

    The sight line from a lens at h over a top at H, t away, meets the ground where t / d = (h - H) / h.
    """
    lower = obstacle < height * (1 - 1 / ENDLESS)
    return np.where(lower, height / np.where(lower, height - obstacle, 1.0), np.inf)


def visible(
    slice_: shapely.Polygon, x: float, y: float, shapes: Sequence[shapely.Geometry] | Shapes
) -> shapely.Geometry:
    """What of a slice is left when the shadows of all edges of the shapes, and the shapes, are taken away."""
    shapes, here = np.asarray(shapes, object), np.array([x, y])
    shapes = shapes[shapely.intersects(shapely.envelope(shapes), slice_)] if len(shapes) else shapes
    if shapely.is_empty(slice_) or not len(shapes):
        return slice_
    dark = shadows(edges_of(shapes)[0] - np.tile(here, 2), _farthest(slice_, here))
    parts = shapely.get_parts(_less(slice_, [*_moved(dark, here), *shapes]))
    # What is seen is one piece that touches the sensor; crumbs of rounding beside a shadow do not.
    return shapely.union_all(parts[shapely.distance(parts, shapely.Point(here)) < 1e-6])


def edges_of(shapes: Shapes) -> tuple[Reals, NDArray[np.int64]]:
    """(m, 4) the edges of all rings and lines, and (m,) which shape each is of."""
    outlines, shape = shapely.get_parts(
        np.where(shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING, shapes, shapely.boundary(shapes)),
        return_index=True,
    )
    points, outline = shapely.get_coordinates(outlines, return_index=True)
    same = outline[1:] == outline[:-1]
    return np.hstack([points[:-1], points[1:]])[same], shape[outline[:-1][same]]


def shadows(edges: Reals, reach: float, factor: Reals | float = np.inf) -> Shapes:
    """The ground behind each edge, seen from the origin, up to `factor` times as far away; for ever means past `reach`.

    An edge may take up nearly half of what is seen, so the far side has a third corner, in the middle direction.
    """
    first, second = edges[:, :2], edges[:, 2:]
    far = 4 * (reach + np.abs(edges).max(initial=0.0))
    units = [ends / np.maximum(np.hypot(*ends.T), 1e-12)[:, None] for ends in (first, second)]
    endless = np.isinf(np.broadcast_to(factor, len(edges)))[:, None]
    times = np.where(endless, 1.0, np.broadcast_to(factor, len(edges))[:, None])
    one, two = np.where(endless, far * units[0], times * first), np.where(endless, far * units[1], times * second)
    middle = units[0] + units[1]
    between = np.where(endless, far * middle / np.maximum(np.hypot(*middle.T), 1e-12)[:, None], one)
    return shapely.convex_hull(shapely.multipoints(np.stack([first, second, two, between, one], axis=1)))


def ring(shape: shapely.Geometry) -> Reals:
    """The outline of a polygon without holes, anticlockwise, the first point not repeated."""
    if shapely.is_empty(shape):
        return np.empty((0, 2))
    parts = shapely.get_parts(shape)
    largest = shapely.orient_polygons(parts[np.argmax(shapely.area(parts))])
    # What looks like a hole is a crumb of rounding between two shadows: seen ground has none.
    return shapely.get_coordinates(largest.exterior)[:-1] if shapely.area(largest) > 0 else np.empty((0, 2))


def faces(shape: shapely.Geometry) -> shapely.Geometry:
    """A shape less its points and lines, and less crumbs of rounding (under a square centimetre)."""
    parts = shapely.get_parts(shape)
    parts = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 1e-4)]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _less(ground: shapely.Geometry, dark: list[shapely.Geometry]) -> shapely.Geometry:
    """What is left of the ground when polygons are taken away.

    On a grid of a tenth of a micron: without one GEOS now and then gives up where sides of shadows nearly coincide.
    """
    shapes = np.array(dark, object)
    shapes = shapes[shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON]  # not walls, nor edges seen end on
    with np.errstate(divide="ignore", invalid="ignore"):  # GEOS divides by zero at parallel sides, and minds it itself
        return shapely.difference(ground, shapely.union_all(shapes, grid_size=GRID), grid_size=GRID)


def _farthest(shape: shapely.Geometry, here: Reals) -> float:
    return float(np.hypot(*(shapely.get_coordinates(shape) - here).T).max())


def _moved(shapes: Shapes, by: Reals) -> Shapes:
    return shapely.transform(shapes, lambda points: points + by)
