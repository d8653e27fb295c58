"""Which windows, doors and private ground a camera sees, from where and how sharply."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, ceil, degrees, hypot, radians, tan
from typing import Any

import numpy as np
import shapely

from linli.engines.coverage.plane import to_plane
from linli.riskmap.domain.surroundings import Thing
from linli.riskmap.domain.view import View
from linli.riskmap.enums import ZoneKind

STEP = 0.5  # metres between two points of a façade that are looked at
OFF = 0.05  # metres before the façade, so that the wall itself hides nothing
STEEPEST = 89.0  # degrees
CLOSEST = 0.5  # metres: nearer than this a density means nothing


@dataclass(frozen=True)
class SeenZone:
    """A zone that a camera sees although it should not. density: pixels per metre across it, where it is sharpest."""

    pk: int
    kind: str
    name: str
    metres: float
    density: float


def private_seen(view: View, flat: Any, zones: Iterable[Thing]) -> list[SeenZone]:
    """Zones never to be seen that lie in what a camera sees, the sharpest first.

    flat: the ground plan of its sight past everything as high as itself, in metres around the camera.

    A window counts where some point of it lies in that plan, on the outer side of its wall, and some of its height in
    the picture's. Its density is that of the picture along the wall: a window seen along the wall shows nothing of the
    room.
    """
    origin = (view.lon, view.lat)
    shapely.prepare(flat)
    found = [
        _facade(view, flat, zone, origin) if zone.kind != ZoneKind.PRIVATE else _ground(view, flat, zone, origin)
        for zone in zones
    ]
    return sorted((seen for seen in found if seen), key=lambda seen: -seen.density)


def _facade(view: View, flat: Any, zone: Thing, origin: tuple[float, float]) -> SeenZone | None:
    line = to_plane(shapely.get_coordinates(zone.outline), origin)
    points, outwards = _stations(line)
    seen = shapely.contains_xy(flat, points[:, 0], points[:, 1])
    best: SeenZone | None = None
    for (x, y), out in zip(points[seen], outwards[seen], strict=True):
        metres = hypot(x, y)
        if not _in_picture(view, metres, zone.low, zone.high) or _masked(view, x, y):
            continue
        density = view.density(x, y, out)
        if x * out[0] + y * out[1] < 0 < density and (best is None or density > best.density):
            best = SeenZone(zone.pk, zone.kind, zone.name, metres, density)
    return best


def _stations(line: Any) -> tuple[Any, Any]:
    """Points along a façade a hand's breadth before it, and the direction outwards at each: right of the line."""
    points, outwards = [], []
    for (x1, y1), (x2, y2) in pairwise(line):
        length = hypot(x2 - x1, y2 - y1)
        if length < 1e-6:
            continue
        out = ((y2 - y1) / length, -(x2 - x1) / length)
        number = max(2, ceil(length / STEP) + 1)
        for part in np.linspace(0, 1, number):
            points.append((x1 + part * (x2 - x1) + OFF * out[0], y1 + part * (y2 - y1) + OFF * out[1]))
            outwards.append(out)
    return np.array(points).reshape(-1, 2), np.array(outwards).reshape(-1, 2)


def _ground(view: View, flat: Any, zone: Thing, origin: tuple[float, float]) -> SeenZone | None:
    area = shapely.transform(zone.outline, lambda lonlat: to_plane(lonlat, origin))
    common = shapely.intersection(flat, area)
    if common.is_empty or common.area < 1e-6:
        return None
    near = shapely.get_coordinates(shapely.shortest_line(shapely.Point(0, 0), common))[-1]
    metres = hypot(*near)
    if _masked(view, *common.representative_point().coords[0]):
        return None
    toward = (near[0] / max(metres, 1e-9), near[1] / max(metres, 1e-9))
    x, y = max(metres, CLOSEST) * toward[0], max(metres, CLOSEST) * toward[1]
    return SeenZone(zone.pk, zone.kind, zone.name, metres, view.density(x, y, toward))


def _in_picture(view: View, metres: float, low: float, high: float) -> bool:
    """Whether some height between low and high lies in the picture at this distance."""
    half = view.vertical_fov / 2
    top = min(STEEPEST, half - view.tilt)
    bottom = max(-STEEPEST, -half - view.tilt)
    lowest, highest = (view.height + metres * tan(radians(angle)) for angle in (bottom, top))
    return lowest <= high and highest >= low


def _masked(view: View, x: float, y: float) -> bool:
    """Whether a point in metres around the camera lies in a sector that it blacks out."""
    aside = (degrees(atan2(x, y)) - view.bearing + 180) % 360 - 180
    return any(left <= aside <= right for left, right in view.masks)


def sector(left: float, right: float, metres: float) -> Sequence[tuple[float, float]]:
    """A sector between two directions (degrees clockwise from north) as points in metres around its centre."""
    turns = np.radians(np.linspace(left, right, max(2, ceil((right - left) / 2) + 1)))
    return [(0.0, 0.0), *((metres * float(np.sin(turn)), metres * float(np.cos(turn))) for turn in turns)]
