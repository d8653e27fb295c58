"""Where a sensor really stands: one that is drawn on a wall hangs just before it, one in a building sees nothing."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.engines.coverage.model import Reals, Sensors
from linli.engines.coverage.obstacles import Obstacles, spread

AT_WALL = 0.01  # m; nearer than this it hangs on the wall
BEFORE = 0.02  # m; how far it then stands before it


def standing(sensors: Sensors, obstacles: Obstacles) -> Sensors:
    """The same sensors, those within a centimetre of a wall moved two before it.

    In a corner they move away from both sides; at a wall that is a mere line, to the side to which they look.
    """
    points, edges = shapely.points(sensors.x, sensors.y), obstacles.edges
    at, solid = obstacles.tree.query(points, predicate="dwithin", distance=AT_WALL)
    pair, edge = spread(obstacles.edge_starts[solid], obstacles.edge_starts[solid + 1])
    by, line = obstacles.wall_tree.query(points, predicate="dwithin", distance=AT_WALL)
    first, walls = int(obstacles.edge_starts[-1]), len(obstacles.walls)
    who = np.concatenate([at[pair], by, by])
    edge = np.concatenate([edge, first + line, first + walls + line])
    if not len(who):
        return sensors
    begin, along = edges[edge, :2], edges[edge, 2:] - edges[edge, :2]
    measure = np.hypot(along[:, 0], along[:, 1])
    from_begin = np.column_stack([sensors.x, sensors.y])[who] - begin
    share = np.clip((from_begin * along).sum(axis=1) / np.maximum(measure, 1e-12) ** 2, 0, 1)
    off = from_begin - share[:, None] * along
    normal = np.column_stack([along[:, 1], -along[:, 0]]) / np.maximum(measure, 1e-12)[:, None]
    looks = np.column_stack([np.sin(np.radians(sensors.bearing)), np.cos(np.radians(sensors.bearing))])[who]
    wall = edge >= first
    close = (np.hypot(off[:, 0], off[:, 1]) < AT_WALL) & (measure > 0)
    close &= ~wall | ((normal * looks).sum(axis=1) >= 0)
    away = np.zeros((len(sensors), 2))
    np.add.at(away, who[close], normal[close])
    size = np.hypot(away[:, 0], away[:, 1])
    away = np.where(size[:, None] > 1e-9, BEFORE * away / np.maximum(size, 1e-9)[:, None], 0)
    return Sensors(**sensors.arrays() | {"x": sensors.x + away[:, 0], "y": sensors.y + away[:, 1]})


def placed(sensors: Sensors, obstacles: Obstacles, *, over: bool = False) -> tuple[Sensors, NDArray[np.bool_]]:
    """Where they really stand, and (n,) whether that is in a building.  `over`: one above its roof is not in it."""
    moved = standing(sensors, obstacles)
    at, solid = obstacles.tree.query(shapely.points(moved.x, moved.y), predicate="intersects")
    if over:
        at = at[obstacles.heights[solid] >= moved.height[at]]
    found = np.zeros(len(sensors), bool)
    found[at] = True
    return moved, found


def inside(sensors: Sensors, obstacles: Obstacles, *, over: bool = False) -> NDArray[np.bool_]:
    """(n,) whether each stands in a building and sees nothing.  `over`: one above its roof is not in it."""
    return placed(sensors, obstacles, over=over)[1]


def towards(bearing: Reals) -> Reals:
    """Bearings clockwise from north, degrees → angles anticlockwise from east, radians."""
    return np.radians(90.0 - bearing)
