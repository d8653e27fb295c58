"""The compiled sweep over arrays: `cover` for many sensors at once, `cover_one` for one that is being turned.

numba is imported with this module; a web process asks the kernel worker instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from linli.engines.coverage import sweep
from linli.engines.coverage.exposure import Exposed, Stretches, measured
from linli.engines.coverage.frame import ARC, BELOW, is_flat
from linli.engines.coverage.model import Reals, Sensors
from linli.engines.coverage.obstacles import Obstacles
from linli.engines.coverage.standing import placed, towards

Numbers = NDArray[np.int64]
AT_ONCE = 2000  # sensors whose outlines lie in memory at once
POINTS = 256  # of an outline; who needs more is done again with more
FEWER, ROWS = 500, 512  # the same for stretches of walls
BLOCKS = 64
ALONE = 8  # so few are done in this thread


@dataclass(frozen=True, eq=False)
class Outlines:
    """n outlines in one array.  points: (k, 2).  offsets: (n + 1,).  along: (k,) the edge that the outline runs along
    from each point on, or less than 0."""

    points: Reals
    offsets: Numbers
    along: Numbers

    def rings(self) -> list[Reals]:
        return np.split(self.points, self.offsets[1:-1])


def cover(sensors: Sensors, obstacles: Obstacles, arc: float = ARC) -> list[Reals]:
    """As `reference.cover`, by the compiled sweep."""
    return outlines(sensors, obstacles, arc).rings() if len(sensors) else []


def cover_one(sensor: Sensors, obstacles: Obstacles, arc: float = ARC) -> Reals:
    """The ring of a single sensor, in this thread: a parallel kernel costs milliseconds to start."""
    if len(sensor) != 1:
        raise ValueError(f"One sensor is needed, not {len(sensor)}.")
    return outlines(sensor, obstacles, arc).points


def outlines(sensors: Sensors, obstacles: Obstacles, arc: float = ARC) -> Outlines:
    """The outlines of what many sensors see of the plane, and what they run along."""
    moved, blind = placed(sensors, obstacles)
    return swept(moved, obstacles, arc, fov=moved.fov, reach=np.where(blind, 0.0, moved.range))


def swept(
    moved: Sensors, obstacles: Obstacles, arc: float, *, fov: Reals, reach: Reals, over: bool = False
) -> Outlines:
    """The outlines for sensors that are `placed` already.  over: obstacles lower than the lens hide nothing."""
    eyes, lows = _eyes(moved, fov, reach), moved.height * (1 - 1e-6) if over else np.full(len(moved), -np.inf)
    made = [
        _chunk(eyes[at : at + AT_ONCE], lows[at : at + AT_ONCE], obstacles, math.radians(arc), POINTS)
        for at in range(0, len(moved), AT_ONCE)
    ]
    counts = np.concatenate([np.empty(0, np.int64), *(one[2] for one in made)])
    offsets = np.concatenate([[0], np.cumsum(counts)])
    points, along = np.concatenate([np.empty((0, 2)), *(one[0] for one in made)]), [one[1] for one in made]
    return Outlines(points, offsets, np.concatenate([np.empty(0, np.int64), *along]))


def _chunk(eyes: Reals, lows: Reals, obstacles: Obstacles, arc: float, room: int) -> tuple[Reals, Numbers, Numbers]:
    offsets, run, most = _beside(eyes, obstacles)
    points, along = np.empty((len(eyes), room, 2)), np.empty((len(eyes), room), np.int64)
    counts = np.zeros(len(eyes), np.int64)
    given = (eyes, lows, arc, obstacles.runs[0], offsets, run, obstacles.edges, obstacles.edge_heights, most)
    if len(eyes) > ALONE:
        sweep.many_outlines(min(BLOCKS, len(eyes)), *given, points, along, counts)
    else:
        sweep.block_of_outlines(0, 1, *given, points, along, counts)
    if counts.min() < 0:
        return _chunk(eyes, lows, obstacles, arc, 4 * room)
    filled = np.arange(room) < counts[:, None]
    return points[filled], along[filled], counts


def _beside(eyes: Reals, obstacles: Obstacles) -> tuple[Numbers, Numbers, int]:
    """The runs of edges in the box about each sensor: offsets, runs, and more than the most edges of any sensor."""
    starts, tree = obstacles.runs
    x, y, reach = eyes[:, 0], eyes[:, 1], eyes[:, 2]
    sensor, run = tree.query(shapely.box(x - reach, y - reach, x + reach, y + reach))
    order = np.lexsort((run, sensor))
    sensor, run = sensor[order], run[order]
    edges = np.bincount(sensor, weights=starts[run + 1] - starts[run], minlength=1)
    return np.searchsorted(sensor, np.arange(len(eyes) + 1)), run, int(edges.max(initial=0)) + 1


def seen_stretches(sensors: Sensors, obstacles: Obstacles, arc: float = ARC) -> Stretches:
    """As `exposure.seen_stretches`, by the compiled sweep."""
    moved, blind = placed(sensors, obstacles, over=True)
    eyes = _eyes(moved, moved.fov, np.where(blind, 0.0, moved.range))
    low, high = moved.tilt + moved.vertical_fov / 2, moved.tilt - moved.vertical_fov / 2
    lenses = np.column_stack([
        moved.height, np.where(low < BELOW, np.tan(np.radians(np.minimum(low, BELOW))), np.inf),
        np.where(high > -BELOW, np.tan(np.radians(np.maximum(high, -BELOW))), -np.inf), is_flat(moved),
    ])  # fmt: skip
    made = [np.empty((0, sweep.SEEN + 1))]
    for at in range(0, len(moved), FEWER):
        some = _walls(eyes[at : at + FEWER], lenses[at : at + FEWER], obstacles, math.radians(arc), ROWS)
        some[:, 0] += at
        made.append(some)
    rows = np.concatenate(made)
    rows = rows[np.lexsort((rows[:, 1 + sweep.FROM], rows[:, 1 + sweep.WALL], rows[:, 0]))]
    sensor, edge = rows[:, 0].astype(np.int64), rows[:, 1 + sweep.WALL].astype(np.int64)
    angles = eyes[sensor, 3][:, None] + rows[:, [1 + sweep.FROM, 1 + sweep.TO]]
    start, end = (rows[:, 1 + column : 3 + column] for column in (sweep.START_X, sweep.END_X))
    return Stretches(sensor, edge, angles, start, end, rows[:, 1 + sweep.BOTTOM], rows[:, 1 + sweep.TOP])


def _walls(eyes: Reals, lenses: Reals, obstacles: Obstacles, arc: float, room: int) -> Reals:
    """Rows of sensor and the columns of `sweep`."""
    offsets, run, most = _beside(eyes, obstacles)
    rows, counts = np.zeros((len(eyes), room, sweep.SEEN)), np.zeros(len(eyes), np.int64)
    given = (eyes, lenses, arc, obstacles.runs[0], offsets, run, obstacles.edges, obstacles.edge_heights, most)
    if len(eyes) > ALONE:
        sweep.many_stretches(min(BLOCKS, len(eyes)), *given, rows, counts)
    else:
        sweep.block_of_stretches(0, 1, *given, rows, counts)
    if counts.max() > room:
        return _walls(eyes, lenses, obstacles, arc, int(counts.max()))
    return np.column_stack([np.repeat(np.arange(len(eyes)), counts), rows[np.arange(room) < counts[:, None]]])


def exposure(
    sensors: Sensors, obstacles: Obstacles, *, masks: ArrayLike = (), least: float = 0.0, arc: float = ARC
) -> Exposed:
    """As `exposure.exposure`, by the compiled sweep."""
    return measured(sensors, obstacles, seen_stretches(sensors, obstacles, arc), masks=masks, least=least)


def _eyes(sensors: Sensors, fov: Reals, reach: Reals) -> Reals:
    """(n, 5) x, y, range, the first side and the width, in radians."""
    width = np.radians(fov)
    return np.column_stack([sensors.x, sensors.y, reach, towards(sensors.bearing) - width / 2, width])
