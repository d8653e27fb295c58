"""Visible ground over low walls, for many sensors: the compiled sweep among what is high, less the shadows of the rest.

An obstacle at least as high as the lens hides all behind it: among those the plane sweep is right.  A lower one hides
itself and a strip behind each side that faces away, h / (h - H) times as far as the side.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.engines.coverage.fast import swept
from linli.engines.coverage.frame import ARC, frames
from linli.engines.coverage.model import Reals, Sensors
from linli.engines.coverage.obstacles import Obstacles, spread
from linli.engines.coverage.reference import GRID, lengthening
from linli.engines.coverage.standing import placed

Shapes = NDArray[np.object_]
Numbers = NDArray[np.int64]
CRUMB = 1e-4  # m²


def cover_25d(sensors: Sensors, obstacles: Obstacles, arc: float = ARC) -> list[shapely.Geometry]:
    """As `reference.cover_25d`: n polygons or multipolygons of visible ground."""
    moved, blind = placed(sensors, obstacles, over=True)
    seen = frames(moved)
    found = swept(moved, obstacles, arc, fov=seen.fov, reach=np.where(blind, 0.0, seen.reach), over=True)
    lit = _polygons(found.points, found.offsets)
    ground = _framed(lit, seen.shapes, moved, seen.near, arc)
    dark, whose = _shadows(moved, lit, obstacles)
    chosen, group = np.unique(whose, return_inverse=True)
    with np.errstate(divide="ignore", invalid="ignore"):  # GEOS divides by zero at parallel sides, and minds it itself
        together = shapely.union_all(shapely.geometrycollections(dark, indices=group)[:, None], axis=1, grid_size=GRID)
        ground[chosen] = shapely.difference(ground[chosen], together, grid_size=GRID)
    return _faces(ground)


def _polygons(points: Reals, offsets: Numbers) -> Shapes:
    counts = np.diff(offsets)
    made = np.full(len(counts), shapely.Polygon(), object)
    full = np.flatnonzero(counts)
    index = np.repeat(np.arange(len(full)), counts[full])
    made[full] = shapely.polygons(shapely.linearrings(points, indices=index)) if len(full) else made[full]
    return made


def _framed(lit: Shapes, shapes: Shapes, sensors: Sensors, near: Reals, arc: float) -> Shapes:
    ground = lit.copy()
    cut = np.array([shape is not None for shape in shapes], bool)
    ground[cut] = shapely.intersection(lit[cut], shapes[cut])
    discs = np.flatnonzero(near > 0)
    if len(discs):
        steps = max(3, int(np.ceil(360 / arc)))
        angles = 2 * np.pi * np.arange(steps) / steps
        circle = np.column_stack([np.cos(angles), np.sin(angles)])
        centres = np.column_stack([sensors.x, sensors.y])[discs]
        blind = shapely.polygons(centres[:, None, :] + near[discs, None, None] * circle)
        ground[discs] = shapely.difference(ground[discs], blind)
    return ground


def _shadows(sensors: Sensors, lit: Shapes, obstacles: Obstacles) -> tuple[Shapes, Numbers]:
    """What the low obstacles within sight hide, and whose sight it is, in the order of the sensors."""
    sensor, solid = obstacles.tree.query(lit, predicate="intersects")
    low = np.isfinite(lengthening(sensors.height[sensor], obstacles.heights[solid]))
    sensor, solid = sensor[low], solid[low]
    pair, edge = spread(obstacles.edge_starts[solid], obstacles.edge_starts[solid + 1])
    strips, kept = _strips(sensors, sensor[pair], obstacles.edges[edge], obstacles.heights[solid[pair]], both=False)
    watcher, wall = obstacles.wall_tree.query(lit, predicate="intersects")
    behind, held = _strips(sensors, watcher, obstacles.walls[wall], obstacles.wall_heights[wall], both=True)
    dark = np.concatenate([obstacles.solids[solid], strips, behind])
    whose = np.concatenate([sensor, sensor[pair][kept], watcher[held]])
    order = np.argsort(whose, kind="stable")
    return dark[order], whose[order]


def _strips(sensors: Sensors, number: Numbers, edges: Reals, heights: Reals, *, both: bool) -> tuple[Shapes, Numbers]:
    """Shadows behind edges as quadrangles, and which edges have one: those that face away, or with `both` all."""
    here = np.column_stack([sensors.x, sensors.y])[number]
    first, second = edges[:, :2] - here, edges[:, 2:] - here
    factor = lengthening(sensors.height[number], heights)
    cross = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    kept = np.flatnonzero(np.isfinite(factor) & ((np.abs(cross) if both else cross) > 1e-9))
    times, at = factor[kept, None], here[kept]
    first, second = first[kept], second[kept]
    corners = np.stack([first, second, times * second, times * first], axis=1) + at[:, None, :]
    return shapely.polygons(corners), kept


def _faces(ground: Shapes) -> list[shapely.Geometry]:
    """Shapes less their points, lines and crumbs of rounding."""
    parts, whose = shapely.get_parts(ground, return_index=True)
    kept = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > CRUMB)
    parts, whose = parts[kept], whose[kept]
    made = np.full(len(ground), shapely.MultiPolygon(), object)
    chosen, first, number = np.unique(whose, return_index=True, return_counts=True)
    several = np.isin(whose, chosen[number > 1])
    made[chosen] = parts[first]
    if several.any():
        _, index = np.unique(whose[several], return_inverse=True)
        made[chosen[number > 1]] = shapely.multipolygons(parts[several], indices=index)
    return list(made)
