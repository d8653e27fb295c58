"""Which stretches of which walls a sensor sees, how high up, how near, how sharply; and which windows lie in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from linli.engines.coverage.frame import ARC, FLAT, is_flat
from linli.engines.coverage.model import Reals, Sensors
from linli.engines.coverage.obstacles import Obstacles
from linli.engines.coverage.standing import placed, standing, towards

Numbers = NDArray[np.int64]
NARROW = 1e-9  # radians
SAME = 1e-9  # m; walls so near to each other do not hide each other


@dataclass(frozen=True, eq=False)
class Stretches:
    """k stretches of walls that are seen.

    sensor: (k,) which one.  edge: (k,) row of `Obstacles.edges`.  angles: (k, 2) radians anticlockwise from east.
    start, end: (k, 2) metres.  bottom, top: (k,) between which heights something is seen, m.
    """

    sensor: Numbers
    edge: Numbers
    angles: Reals
    start: Reals
    end: Reals
    bottom: Reals
    top: Reals


@dataclass(frozen=True, eq=False)
class Exposed:
    """k stretches of façades with what can be made out on them.

    sensor, source: (k,) which sensor, and which footprint or line.  start, end: (k, 2) m.  bottom, top: (k,) m.
    distance: (k,) to the nearest point on the ground plan, m.  density: (k,) pixels per metre of the wall where it is
    sharpest.  incidence: (k,) degrees from square on, at the middle.
    """

    sensor: Numbers
    source: Numbers
    start: Reals
    end: Reals
    bottom: Reals
    top: Reals
    distance: Reals
    density: Reals
    incidence: Reals

    def __len__(self) -> int:
        return len(self.sensor)

    def __getitem__(self, chosen: NDArray) -> Self:
        return type(self)(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})

    def arrays(self) -> dict[str, NDArray]:
        """As plain arrays, to be sent to another process."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def exposure(
    sensors: Sensors, obstacles: Obstacles, *, masks: ArrayLike = (), least: float = 0.0, arc: float = ARC
) -> Exposed:
    """The stretches of walls that the sensors see, looking over what is lower.

    masks: (m, 3) privacy masks: sensor, and the bearings clockwise from which to which it sees nothing.  least: pixels
    per metre below which a stretch is left out.  What is higher than a wall in front of it is seen above that wall;
    heights are looked at every `arc` degrees and wherever another wall begins or ends.
    """
    return measured(sensors, obstacles, seen_stretches(sensors, obstacles, arc), masks=masks, least=least)


def seen_stretches(sensors: Sensors, obstacles: Obstacles, arc: float = ARC) -> Stretches:
    """For each sensor and each direction all walls on the way, and of each what the others leave free of it."""
    moved, blind = placed(sensors, obstacles, over=True)
    found = [_one(moved, int(number), obstacles, math.radians(arc)) for number in np.flatnonzero(~blind)]
    rows = np.concatenate([*found, np.empty((0, 10))])
    return Stretches(
        rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), rows[:, 2:4], rows[:, 4:6], rows[:, 6:8], rows[:, 8],
        rows[:, 9],
    )  # fmt: skip


def _one(sensors: Sensors, number: int, obstacles: Obstacles, arc: float) -> Reals:
    """Rows of sensor, edge, angles, start, end, bottom, top."""
    here, reach = np.array([sensors.x[number], sensors.y[number]]), float(sensors.range[number])
    width = np.radians(sensors.fov[number])
    first = towards(sensors.bearing[number]) - width / 2
    edge, ends, spans = _facing(obstacles.edges - np.tile(here, 2), reach, first)
    if not len(edge):
        return np.empty((0, 10))
    cuts = np.concatenate([spans, spans - 2 * np.pi]).ravel()
    cuts = np.unique(np.concatenate([[0.0, width], cuts[(cuts > 0) & (cuts < width)]]))
    parts = np.maximum(np.ceil(np.diff(cuts) / arc - 1e-9).astype(int), 1)
    within = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
    step = np.repeat(np.diff(cuts) / parts, parts)
    low = np.repeat(cuts[:-1], parts) + step * within
    low, step = low[step > NARROW], step[step > NARROW]
    middle = low + step / 2
    meets = ((middle[:, None] > spans[:, 0]) & (middle[:, None] < spans[:, 1])) | (
        (middle[:, None] > spans[:, 0] - 2 * np.pi) & (middle[:, None] < spans[:, 1] - 2 * np.pi)
    )
    away = np.where(meets, _along(ends, first + middle), np.inf)
    bottom, top = _heights(sensors, number, obstacles.edge_heights[edge], away, middle - width / 2)
    direction, wall = np.nonzero(meets & (top > bottom))
    seen = (bottom[direction, wall], top[direction, wall])
    return _joined(number, edge, ends, here, first, wall, low[direction], (low + step)[direction], *seen)


def _facing(edges: Reals, reach: float, first: float) -> tuple[Numbers, Reals, Reals]:
    """Edges that face the origin and come within reach: their numbers, their ends within the disc, and the angles of
    these counted anticlockwise from `first`, the second perhaps beyond a full turn."""
    begin, along = edges[:, :2], edges[:, 2:] - edges[:, :2]
    cross = edges[:, 0] * edges[:, 3] - edges[:, 1] * edges[:, 2]
    squared, dot = (along**2).sum(axis=1), (begin * along).sum(axis=1)
    room = dot**2 - squared * ((begin**2).sum(axis=1) - reach**2)
    kept = np.flatnonzero((cross < -1e-12) & (room > 0))
    root = np.sqrt(room[kept])
    low = np.clip((-dot[kept] - root) / squared[kept], 0, 1)
    high = np.clip((-dot[kept] + root) / squared[kept], 0, 1)
    inside_ = high - low > 1e-12
    kept, low, high = kept[inside_], low[inside_], high[inside_]
    # An edge that faces the origin runs clockwise about it; turned round, the angles grow.
    ends = np.hstack([begin[kept] + high[:, None] * along[kept], begin[kept] + low[:, None] * along[kept]])
    start = (np.arctan2(ends[:, 1], ends[:, 0]) - first) % (2 * np.pi)
    span = (np.arctan2(ends[:, 3], ends[:, 2]) - first - start) % (2 * np.pi)
    return kept, ends, np.column_stack([start, start + span])


def _along(ends: Reals, angles: Reals) -> Reals:
    """(angles, edges) how far away each ray meets each edge's straight line."""
    along = ends[:, 2:] - ends[:, :2]
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return (ends[:, 0] * along[:, 1] - ends[:, 1] * along[:, 0]) / (cosine * along[:, 1] - sine * along[:, 0])


def _heights(sensors: Sensors, number: int, walls: Reals, away: Reals, aside: Reals) -> tuple[Reals, Reals]:
    """(directions, edges) between which heights each wall is seen: over what stands before it, within the picture.

    A sight line from a lens at h over a top at H, t away, passes h + (H - h) d / t where it is d away.
    """
    lens = float(sensors.height[number])
    with np.errstate(invalid="ignore"):
        over = lens + (walls[None, :, None] - lens) * away[:, None, :] / away[:, :, None]
    before = away[:, :, None] < away[:, None, :] - SAME
    hidden = np.where(before, over, -np.inf).max(axis=1)
    flat = is_flat(sensors)[number]
    depth = away * np.cos(aside)[:, None] if flat else away
    low, high = (np.radians(sensors.tilt[number] + side * sensors.vertical_fov[number] / 2) for side in (1, -1))
    with np.errstate(invalid="ignore"):
        floor = lens - depth * np.tan(low) if low < np.pi / 2 - 1e-9 else np.full_like(away, -np.inf)
        ceiling = lens - depth * np.tan(high) if high > -np.pi / 2 + 1e-9 else np.full_like(away, np.inf)
    return np.maximum(np.maximum(hidden, floor), 0.0), np.minimum(ceiling, walls)


def _joined(
    number: int, edge: Numbers, ends: Reals, here: Reals, first: float, wall: Numbers, low: Reals, high: Reals,
    bottom: Reals, top: Reals,
) -> Reals:  # fmt: skip
    """Pieces of one wall that follow upon each other made one row, from its lowest to its highest seen height."""
    order = np.lexsort((low, wall))
    wall = wall[order]
    low, high, bottom, top = (column[order] for column in (low, high, bottom, top))
    new = np.ones(len(wall), bool)
    new[1:] = (wall[1:] != wall[:-1]) | (low[1:] - high[:-1] > 2 * NARROW)
    starts = np.flatnonzero(new)
    if not len(starts):
        return np.empty((0, 10))
    low, high, wall = low[starts], np.maximum.reduceat(high, starts), wall[starts]
    bottom, top = np.minimum.reduceat(bottom, starts), np.maximum.reduceat(top, starts)
    points = []
    for angle in (first + low, first + high):
        away = np.diagonal(_along(ends[wall], angle))
        points.append(here + away[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
    return np.column_stack([np.full(len(wall), number), edge[wall], first + low, first + high, *points, bottom, top])


def measured(
    sensors: Sensors, obstacles: Obstacles, seen: Stretches, *, masks: ArrayLike = (), least: float = 0.0
) -> Exposed:
    """What can be made out on stretches, less what masks hide and what is less sharp than `least` pixels per metre."""
    seen = _unmasked(seen, sensors, obstacles, masks)
    moved = standing(sensors, obstacles)
    here = np.column_stack([moved.x, moved.y])[seen.sensor]
    along = seen.end - seen.start
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-12)
    share = np.clip(((here - seen.start) * along).sum(axis=1) / length**2, 0, 1)
    nearest = seen.start + share[:, None] * along
    middle = (seen.start + seen.end) / 2
    density = np.max([_sharpness(moved, seen.sensor, at - here, along / length[:, None])
                      for at in (seen.start, middle, nearest, seen.end)], axis=0, initial=0.0)  # fmt: skip
    sight = middle - here
    found = Exposed(
        seen.sensor, obstacles.edge_sources[seen.edge], seen.start, seen.end, seen.bottom, seen.top,
        np.hypot(*(nearest - here).T), density, _incidence(sight, along),
    )  # fmt: skip
    return found[found.density >= least]


def _incidence(sight: Reals, along: Reals) -> Reals:
    """Degrees between a line of sight and square on to a wall that runs `along`."""
    across = sight[:, 0] * along[:, 1] - sight[:, 1] * along[:, 0]
    return np.degrees(np.arctan2(np.abs((sight * along).sum(axis=1)), np.abs(across)))


def _sharpness(sensors: Sensors, number: Numbers, sight: Reals, along: Reals) -> Reals:
    """Pixels per metre of the wall at a point of it, `sight` away.

    A metre of wall takes up cos(incidence) / d radians.  A flat picture gives f / cos² of the angle from the axis
    pixels to a radian, f = pixels / (2 tan(fov / 2)); a wide one shares them out evenly.
    """
    away = np.maximum(np.hypot(*sight.T), 1e-9)
    fov, pixels = sensors.fov[number], sensors.pixels[number]
    aside = np.arctan2(sight[:, 1], sight[:, 0]) - towards(sensors.bearing[number])
    square = np.abs(sight[:, 0] * along[:, 1] - sight[:, 1] * along[:, 0]) / away
    flat = fov < FLAT
    focus = pixels / (2 * np.tan(np.radians(np.where(flat, fov, 90)) / 2))
    to_radian = np.where(flat, focus / np.maximum(np.cos(aside) ** 2, 1e-6), pixels / np.radians(fov))
    return to_radian * square / away


def _unmasked(seen: Stretches, sensors: Sensors, obstacles: Obstacles, masks: ArrayLike) -> Stretches:
    """The stretches less what lies in a mask; one mask after the other, each may cut a stretch in two."""
    given = np.asarray(masks, float).reshape(-1, 3)
    moved = standing(sensors, obstacles)
    for sensor, since, until in given:
        if not 0 <= sensor < len(sensors):
            raise ValueError(f"A mask is for sensor {sensor:g}, but there are only {len(sensors)}.")
        width = 360.0 if abs(until - since) >= 360 else (until - since) % 360
        last = float(towards(np.array(since)))
        seen = _less(seen, seen.sensor == sensor, last - np.radians(width), np.radians(width), moved)
    return seen


def _less(seen: Stretches, chosen: NDArray[np.bool_], first: float, width: float, sensors: Sensors) -> Stretches:
    low, high = seen.angles.T
    begin = (first - low) % (2 * np.pi)  # from the stretch's start to where the mask begins
    before = np.minimum(begin, high - low)  # left over ahead of the mask ...
    resumed = np.where(begin + width > 2 * np.pi, begin + width - 2 * np.pi, 0.0)  # (the mask covers the start)
    after = np.where(resumed > 0, resumed, begin + width)
    pieces = [(low + np.where(resumed > 0, resumed, 0), low + before), (low + after, high)]
    rows, angles = [np.flatnonzero(~chosen)], [seen.angles[~chosen]]
    for number, (one, other) in enumerate(pieces):
        # A mask that covers the start leaves one piece only, between its end and where it begins anew.
        kept = chosen & (other - one > 1e-9) & ~((number == 1) & (resumed > 0))
        rows.append(np.flatnonzero(kept))
        angles.append(np.column_stack([one, other])[kept])
    row, angle = np.concatenate(rows), np.concatenate(angles)
    order = np.lexsort((angle[:, 0], row))
    row, angle = row[order], angle[order]
    here = np.column_stack([sensors.x, sensors.y])[seen.sensor[row]]
    start, end = (_at(seen, row, here, angle[:, side]) for side in (0, 1))
    return Stretches(seen.sensor[row], seen.edge[row], angle, start, end, seen.bottom[row], seen.top[row])


def _at(seen: Stretches, row: Numbers, here: Reals, angle: Reals) -> Reals:
    """Where a ray from the sensor meets each stretch."""
    start, along = seen.start[row] - here, seen.end[row] - seen.start[row]
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = cosine * along[:, 1] - sine * along[:, 0]
    away = (start[:, 0] * along[:, 1] - start[:, 1] * along[:, 0]) / np.where(np.abs(turn) > 1e-15, turn, 1e-15)
    return here + away[:, None] * np.column_stack([cosine, sine])


@dataclass(frozen=True, eq=False)
class Sightings:
    """k times a sensor sees a window: which sensor, which window, what share of its width, its nearest distance (m),
    its sharpness (pixels per metre of wall) and incidence (degrees from square on)."""

    sensor: Numbers
    window: Numbers
    share: Reals
    distance: Reals
    density: Reals
    incidence: Reals


def windows(
    sensors: Sensors, found: Exposed, given: Sequence[ArrayLike] | Reals, *, low: ArrayLike = 0.0,
    high: ArrayLike = np.inf, least: float = 0.0, slack: float = 0.5,
) -> Sightings:  # fmt: skip
    """Which windows lie in the exposed stretches.

    given: (w, 4) x, y, x, y of windows on the ground plan, at most `slack` metres from their wall.  low, high: of sill
    and lintel, m.  least: pixels per metre below which a window does not count as seen.
    """
    panes = np.asarray(given, float).reshape(-1, 4)
    low, high = (np.broadcast_to(np.asarray(one, float), len(panes)) for one in (low, high))
    lines = shapely.linestrings(np.stack([found.start, found.end], axis=1))
    row, pane = shapely.STRtree(shapely.linestrings(panes.reshape(-1, 2, 2))).query(
        lines, predicate="dwithin", distance=slack
    )
    along = found.end[row] - found.start[row]
    length = np.maximum(np.hypot(*along.T), 1e-12)
    unit = along / length[:, None]
    one, other = (((panes[pane, side : side + 2] - found.start[row]) * unit).sum(axis=1) for side in (0, 2))
    width = np.hypot(*(panes[pane, 2:] - panes[pane, :2]).T)
    begin, end = np.maximum(np.minimum(one, other), 0), np.minimum(np.maximum(one, other), length)
    # As good as parallel: a pane round the corner of its wall shows no width along it.
    level = np.abs(other - one) > 0.9 * width
    kept = level & (end - begin > 1e-6) & (found.top[row] > low[pane]) & (found.bottom[row] < high[pane])
    row, pane, unit, begin, end, width = (column[kept] for column in (row, pane, unit, begin, end, width))
    here = np.column_stack([sensors.x, sensors.y])[found.sensor[row]]
    ends = (found.start[row] + begin[:, None] * unit, found.start[row] + end[:, None] * unit)
    foot = np.clip(((here - ends[0]) * unit).sum(axis=1), 0, end - begin)
    nearest = ends[0] + foot[:, None] * unit
    points = (ends[0], (ends[0] + ends[1]) / 2, nearest, ends[1])
    density = np.max([_sharpness(sensors, found.sensor[row], at - here, unit) for at in points], axis=0, initial=0.0)
    sight = points[1] - here
    sharp = density >= least
    return Sightings(*(column[sharp] for column in (
        found.sensor[row], pane, (end - begin) / width, np.hypot(*(nearest - here).T), density,
        _incidence(sight, unit),
    )))  # fmt: skip
