"""Which windows, doors and private ground a camera sees, from where and how sharply."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, hypot, radians, tan
from typing import Any

import numpy as np
import shapely

from linli.engines.coverage.plane import to_plane
from linli.riskmap.domain.surroundings import Thing
from linli.riskmap.domain.view import View
from linli.riskmap.enums import ZoneKind

STATIONS = 5  # points of a straight piece of façade that are looked at, its ends among them
STEP = 0.5  # metres between two of them for the planner
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


def private_seen(view: View, flat: Any, zones: Sequence[Thing]) -> list[SeenZone]:
    """Zones never to be seen that lie in what a camera sees, the sharpest first.

    flat: the ground plan of its sight past everything that nobody looks over, in metres around the camera.

    A window counts where some point of it lies in that plan, on the outer side of its wall, and some of its height in
    the picture's. Its density is that of the picture along the wall: a window seen along the wall shows nothing of the
    room.
    """
    origin = (view.lon, view.lat)
    shapely.prepare(flat)
    facades = [zone for zone in zones if zone.kind != ZoneKind.PRIVATE]
    grounds = [_ground(view, flat, zone, origin) for zone in zones if zone.kind == ZoneKind.PRIVATE]
    found = [*_facades(view, flat, facades, origin), *(seen for seen in grounds if seen)]
    return sorted(found, key=lambda seen: (-seen.density, seen.pk))


def _facades(view: View, flat: Any, zones: Sequence[Thing], origin: tuple[float, float]) -> Iterator[SeenZone]:
    """Windows and doors in sight, all at once: m straight pieces of façade with `STATIONS` points on each."""
    if not zones:
        return
    lines, zone = shapely.get_coordinates([each.outline for each in zones], return_index=True)
    points = to_plane(lines, origin)
    piece = np.flatnonzero(zone[1:] == zone[:-1])
    along = points[piece + 1] - points[piece]
    length = np.maximum(np.hypot(*along.T), 1e-9)
    out = np.column_stack([along[:, 1], -along[:, 0]]) / length[:, None]
    parts = np.linspace(0, 1, STATIONS)[None, :, None]
    x, y = np.moveaxis(points[piece][:, None] + parts * along[:, None] + OFF * out[:, None], -1, 0)
    metres, normal = np.hypot(x, y), (out[:, :1], out[:, 1:])
    owner = zone[piece]
    low, high = (np.array([getattr(zones[each], name) for each in owner]) for name in ("low", "high"))
    seen = shapely.contains_xy(flat, x, y) & (x * normal[0] + y * normal[1] < 0)
    seen &= _in_picture(view, metres, low[:, None], high[:, None]) & ~_masked(view, x, y)
    density = np.where(seen, view.density(x, y, normal), 0.0)
    sharpest = density.argmax(axis=1)
    order = np.argsort(density.max(axis=1), kind="stable")
    best = {int(owner[at]): at for at in order if density[at].max() > 0}  # the sharpest piece of a zone comes last
    for number, at in best.items():
        thing, station = zones[number], sharpest[at]
        yield SeenZone(thing.pk, thing.kind, thing.name, float(metres[at, station]), float(density[at, station]))


def stations(line: Any, *, step: float = STEP) -> tuple[Any, Any]:
    """Points along a façade a hand's breadth before it, (n, 2), and the direction outwards at each, (n, 2): right of
    the line. line: (k, 2) metres.  step: metres between two points, at most."""
    points, outwards = [], []
    for (x1, y1), (x2, y2) in pairwise(line):
        length = hypot(x2 - x1, y2 - y1)
        if length < 1e-6:
            continue
        out = ((y2 - y1) / length, -(x2 - x1) / length)
        for part in np.linspace(0, 1, max(2, ceil(length / step) + 1)):
            points.append((x1 + part * (x2 - x1) + OFF * out[0], y1 + part * (y2 - y1) + OFF * out[1]))
            outwards.append(out)
    return np.array(points).reshape(-1, 2), np.array(outwards).reshape(-1, 2)


def _ground(view: View, flat: Any, zone: Thing, origin: tuple[float, float]) -> SeenZone | None:
    area = shapely.transform(zone.outline, lambda lonlat: to_plane(lonlat, origin))
    common = shapely.intersection(flat, area)
    if common.is_empty or common.area < 1e-6 or _masked(view, *np.array(common.representative_point().coords[0])):
        return None
    near = shapely.get_coordinates(shapely.shortest_line(shapely.Point(0, 0), common))[-1]
    metres = max(float(np.hypot(*near)), CLOSEST)
    toward = near / max(float(np.hypot(*near)), 1e-9)
    x, y = metres * toward
    density = float(view.density(x, y, (toward[0], toward[1])))
    return SeenZone(zone.pk, zone.kind, zone.name, metres, density)


def _in_picture(view: View, metres: Any, low: Any, high: Any) -> Any:
    """Whether some height between low and high lies in the picture at these distances."""
    half = view.vertical_fov / 2
    top, bottom = min(STEEPEST, half - view.tilt), max(-STEEPEST, -half - view.tilt)
    lowest, highest = (view.height + metres * tan(radians(angle)) for angle in (bottom, top))
    return (lowest <= high) & (highest >= low)


def _masked(view: View, x: Any, y: Any) -> Any:
    """Whether points in metres around the camera lie in a sector that it blacks out."""
    aside = (np.degrees(np.arctan2(x, y)) - view.bearing + 180) % 360 - 180
    hidden = np.zeros(np.shape(aside), bool)
    for left, right in view.masks:
        hidden |= (left <= aside) & (aside <= right)
    return hidden


def sector(left: float, right: float, metres: float) -> Sequence[tuple[float, float]]:
    """A sector between two directions (degrees clockwise from north) as points in metres around its centre."""
    turns = np.radians(np.linspace(left, right, max(2, ceil((right - left) / 2) + 1)))
    return [(0.0, 0.0), *((metres * float(np.sin(turn)), metres * float(np.cos(turn))) for turn in turns)]
