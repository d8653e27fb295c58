"""What of flat ground lies in a sensor's picture, as if nothing stood on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely

from linli.engines.coverage.model import Reals, Sensors

FLAT = 150.0  # degrees; a wider view is a dome's or a fish-eye's, whose picture is no flat plane
ARC = 2.0  # degrees between the vertices of an arc


@dataclass(frozen=True)
class Frame:
    """The ground in the picture of one sensor.

    shape: polygon, perhaps empty.  fov: the field of view that is needed from the sensor's foot to see all of it, in
    degrees; reach: how far, in metres.
    """

    shape: shapely.Polygon
    fov: float
    reach: float


def sector(x: float, y: float, bearing: float, fov: float, reach: float, arc: float = ARC) -> shapely.Polygon:
    """A slice of a disc as a polygon whose vertices lie on the disc; empty where it has no area."""
    if reach <= 0:
        return shapely.Polygon()
    steps = max(2 if fov < 360 else 3, math.ceil(fov / arc - 1e-9))
    angles = math.radians(90 - bearing - fov / 2) + math.radians(fov) * np.arange(steps + (fov < 360)) / steps
    ring = np.column_stack([x + reach * np.cos(angles), y + reach * np.sin(angles)])
    return shapely.Polygon(ring if fov >= 360 else np.vstack([[(x, y)], ring]))


def frame(sensors: Sensors, number: int, arc: float = ARC) -> Frame:
    """The ground between the lower and the upper edge of the picture, within `near` and `range`.

    Up to 150 degrees in both directions the lens is taken as drawing straight lines straight: the lower, upper and side
    edges of its picture are straight lines on the ground.  Wider ones see a ring between two distances.
    """
    one = {name: float(values[number]) for name, values in sensors.arrays().items()}
    low, high = one["tilt"] + one["vertical_fov"] / 2, one["tilt"] - one["vertical_fov"] / 2
    if low <= 0 or one["range"] <= 0:
        return Frame(shapely.Polygon(), one["fov"], 0.0)
    if one["fov"] < FLAT and one["vertical_fov"] < FLAT:
        return _straight(one, low, high, arc)
    near = max(one["near"], _ground(one["height"], low))
    reach = min(one["range"], _ground(one["height"], high))
    shape = sector(one["x"], one["y"], one["bearing"], one["fov"], reach, arc)
    return Frame(_without(shape, one, near, arc), one["fov"], reach)


def _ground(height: float, below: float) -> float:
    """How far away a sight line that points `below` the horizon meets the ground; infinite where it never does."""
    return max(height / math.tan(math.radians(below)), 0.0) if 0 < below < 90 else (0.0 if below >= 90 else math.inf)


def _without(shape: shapely.Polygon, one: dict[str, float], near: float, arc: float) -> shapely.Polygon:
    if near <= 0:
        return shape
    return shapely.difference(shape, sector(one["x"], one["y"], 0.0, 360.0, near, arc))


def _straight(one: dict[str, float], low: float, high: float, arc: float) -> Frame:
    """The picture of a lens that keeps straight lines straight, laid on the ground.

    With the axis `tilt` below the horizon a point of the ground X ahead and Y aside lies X cos(tilt) + h sin(tilt)
    along the axis, and is in the picture where |Y| <= that times tan(fov / 2), and X lies between h cot(low) and
    h cot(high).
    """
    height, tilt, reach = one["height"], math.radians(one["tilt"]), one["range"]
    nearest = max(height / math.tan(math.radians(low)) if low < 180 else -reach, -reach)
    farthest = min(height / math.tan(math.radians(high)) if high > 0 else reach, reach)
    ahead = np.array([max(nearest, _behind(height, tilt)), farthest])
    if ahead[1] <= ahead[0]:
        return Frame(shapely.Polygon(), one["fov"], 0.0)
    aside = (ahead * math.cos(tilt) + height * math.sin(tilt)) * math.tan(math.radians(one["fov"] / 2))
    corners = np.array([[ahead[0], -aside[0]], [ahead[1], -aside[1]], [ahead[1], aside[1]], [ahead[0], aside[0]]])
    turned = math.radians(90 - one["bearing"])
    turn = np.array([[math.cos(turned), math.sin(turned)], [-math.sin(turned), math.cos(turned)]])
    shape = shapely.Polygon(corners @ turn + (one["x"], one["y"]))
    shape = shapely.intersection(shape, sector(one["x"], one["y"], one["bearing"], 360.0, reach, arc))
    shape = _without(shape, one, one["near"], arc)
    wide = 360.0 if ahead[0] <= 0 else 2 * float(np.degrees(np.arctan2(aside, ahead).max())) + 1e-6
    return Frame(shape, min(wide, 360.0), min(reach, float(np.hypot(ahead, aside).max())))


def _behind(height: float, tilt: float) -> float:
    """The ground nearer than this lies behind the lens."""
    return -height * math.tan(tilt) if tilt < math.pi / 2 - 1e-9 else -math.inf


__all__ = ["ARC", "FLAT", "Frame", "Reals", "frame", "sector"]
