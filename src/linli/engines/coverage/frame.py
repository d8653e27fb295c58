"""What of flat ground lies in a sensor's picture, as if nothing stood on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.engines.coverage.model import Reals, Sensors

FLAT = 150.0  # degrees; a wider view is a dome's or a fish-eye's, whose picture is no flat plane
ARC = 2.0  # degrees between the vertices of an arc
BELOW = 90.0 - 1e-7  # degrees; what points farther down looks straight down or behind itself


@dataclass(frozen=True, eq=False)
class Frames:
    """The ground in the pictures of n sensors: a slice of a disc, cut to a shape where there is one, less a disc.

    fov: (n,) degrees.  reach: (n,) m, 0 where no ground is in the picture.  shapes: (n,) polygon, or None where the
    slice is all.  near: (n,) m.
    """

    fov: Reals
    reach: Reals
    shapes: NDArray[np.object_]
    near: Reals


def sector(x: float, y: float, bearing: float, fov: float, reach: float, arc: float = ARC) -> shapely.Polygon:
    """A slice of a disc as a polygon whose vertices lie on the disc; empty where it has no area."""
    if reach <= 0:
        return shapely.Polygon()
    steps = max(2 if fov < 360 else 3, math.ceil(fov / arc - 1e-9))
    angles = math.radians(90 - bearing - fov / 2) + math.radians(fov) * np.arange(steps + (fov < 360)) / steps
    ring = np.column_stack([x + reach * np.cos(angles), y + reach * np.sin(angles)])
    return shapely.Polygon(ring if fov >= 360 else np.vstack([[(x, y)], ring]))


def is_flat(sensors: Sensors) -> NDArray[np.bool_]:
    """(n,) whether a lens draws straight lines straight: up to 150 degrees in both directions it is taken so."""
    return (sensors.fov < FLAT) & (sensors.vertical_fov < FLAT)


def frames(sensors: Sensors) -> Frames:
    """The ground between the lower and the upper edge of each picture, within `near` and `range`.

    In a flat picture the lower, upper and side edges are straight lines on the ground, too; a wide one sees a ring
    between two distances.
    """
    low, high = sensors.tilt + sensors.vertical_fov / 2, sensors.tilt - sensors.vertical_fov / 2
    since, until = _meets_ground(sensors.height, low), _meets_ground(sensors.height, high)
    flat = is_flat(sensors)
    fov, reach, corners = _straight(sensors, low, high)
    shapes = np.full(len(sensors), None, object)
    shapes[flat] = shapely.polygons(corners[flat])
    reach = np.where(flat, reach, np.minimum(sensors.range, until))
    near = np.where(flat, sensors.near, np.maximum(sensors.near, since))
    any_ground = (low > 0) & (near < reach)
    fov, reach = np.where(flat, fov, sensors.fov), np.where(any_ground, reach, 0.0)
    return Frames(fov, reach, shapes, np.where(any_ground, near, 0.0))


def _meets_ground(height: Reals, below: Reals) -> Reals:
    """How far away sight lines that point `below` the horizon meet the ground: 0 straight down, infinite upwards."""
    steep = np.tan(np.radians(np.clip(below, 1e-7, BELOW)))
    return np.where(below <= 0, np.inf, np.where(below >= BELOW, 0.0, height / steep))


def _straight(sensors: Sensors, low: Reals, high: Reals) -> tuple[Reals, Reals, Reals]:
    """The pictures of lenses that keep straight lines straight, laid on the ground: fov, reach and (n, 4, 2) corners.

    With the axis `tilt` below the horizon a point of the ground X ahead and Y aside lies X cos(tilt) + h sin(tilt)
    along the axis, and is in the picture where |Y| <= that times tan(fov / 2), and X lies between h cot(low) and
    h cot(high).
    """
    height, tilt, reach = sensors.height, np.radians(sensors.tilt), sensors.range
    cosine, sine = np.cos(tilt), np.sin(tilt)
    # Behind the lens there is no picture.
    behind = np.where(cosine > 1e-9, -height * sine / np.where(cosine > 1e-9, cosine, 1.0), -np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        nearest = np.where(low > 0, height / np.tan(np.radians(low)), reach)
        farthest = np.where(high > 0, height / np.tan(np.radians(high)), reach)
    nearest = np.clip(np.maximum(nearest, behind), -reach, reach)
    farthest = np.clip(farthest, nearest, reach)
    ahead = np.stack([nearest, farthest], axis=1)
    aside = (ahead * cosine[:, None] + (height * sine)[:, None]) * np.tan(
        np.radians(np.minimum(sensors.fov, FLAT)) / 2
    )[:, None]
    aside = np.maximum(aside, 0.0)
    along, across = ahead[:, [0, 1, 1, 0]], aside[:, [0, 1, 1, 0]] * [1, 1, -1, -1]
    looks = np.radians(sensors.bearing)[:, None]
    corners = np.stack(
        [
            sensors.x[:, None] + along * np.sin(looks) + across * np.cos(looks),
            sensors.y[:, None] + along * np.cos(looks) - across * np.sin(looks),
        ],
        axis=2,
    )
    wide = 2 * np.degrees(np.arctan2(aside, ahead).max(axis=1)) + 1e-6
    fov = np.where(nearest <= 0, 360.0, np.minimum(wide, 360.0))
    empty = farthest - nearest <= 0
    return fov, np.where(empty, 0.0, np.minimum(reach, np.hypot(ahead, aside).max(axis=1))), corners
