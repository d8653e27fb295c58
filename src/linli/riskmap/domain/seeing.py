"""What cameras see of the ground, worked out by `engines.coverage` and kept while camera and surroundings stay.

Two answers for each camera. `flat` is the plan past everything that nobody looks over (buildings, high walls): what its
lens could see at eye height, and what windows are held to. `ground` is the ground itself: tilt, the dead ground at its
foot, low walls and trees reckoned with.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import shapely

from linli.engines.coverage import Obstacles, Sensors
from linli.engines.coverage.plane import to_lonlat, to_plane
from linli.riskmap.domain.looking import cover, cover_ground
from linli.riskmap.domain.privacy import SeenZone, private_seen, sector
from linli.riskmap.domain.surroundings import SURROUNDINGS, Thing, obstacles, zones
from linli.riskmap.domain.view import View
from linli.riskmap.enums import NEVER_SEEN, ObstacleKind

TALL = 4.0  # metres: a wall as high as that is not looked over from a common mounting
CELL = 0.001  # degrees: cameras of one cell share their surroundings
HALF = 75.0  # metres from the middle of a cell to its corners, at least
STEP = 25.0  # metres by which ranges are rounded up, so that a drawn-out range finds the same surroundings
KEPT = 20_000  # answers
SHARED = 64  # surroundings of cells
LINES = (ObstacleKind.WALL, ObstacleKind.FENCE)


@dataclass(frozen=True)
class Seen:
    """What one camera sees. cone, ground: shapely, in degrees; the cone is what nothing hides.

    flat: shapely, in metres around the camera.  area: square metres of ground.
    """

    cone: Any
    flat: Any
    ground: Any
    area: float


@dataclass(frozen=True)
class _Cell:
    """The surroundings of some cameras in metres around `origin`: all of them, and what nobody looks over."""

    origin: tuple[float, float]
    low: Obstacles
    tall: Obstacles


_seen: OrderedDict[tuple[Any, View], Seen] = OrderedDict()
_private: OrderedDict[tuple[Any, View], list[SeenZone]] = OrderedDict()
_cells: OrderedDict[tuple[Any, int, int, int], _Cell] = OrderedDict()


def see(view: View) -> Seen:
    """What one camera sees. No statement while nothing was drawn."""
    return see_all([view])[0]


def see_all(views: Sequence[View]) -> list[Seen]:
    """What each camera sees, in the order given; what was worked out before is at hand."""
    token = SURROUNDINGS.token()
    missing: dict[tuple[int, int, int], list[View]] = defaultdict(list)
    for view in dict.fromkeys(views):
        if (token, view) not in _seen:
            missing[_cell_of(view)].append(view)
    for where, some in missing.items():
        for view, seen in zip(some, _look(_cell(token, where), some), strict=True):
            _keep(_seen, (token, view), seen, KEPT)
    return [_seen[token, view] for view in views]


def private_of(view: View, seen: Seen) -> list[SeenZone]:
    """What a camera sees of homes, the sharpest first."""
    key = (SURROUNDINGS.token(), view)
    if key not in _private:
        near = [zone for zone in zones().near(view.lon, view.lat, view.range) if zone.kind in NEVER_SEEN]
        found = private_seen(view, seen.flat, near) if near and not seen.flat.is_empty else []
        _keep(_private, key, found, KEPT)
    return _private[key]


def _keep(held: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    held[key] = value
    while len(held) > most:
        held.popitem(last=False)


def _cell_of(view: View) -> tuple[int, int, int]:
    return round(view.lon / CELL), round(view.lat / CELL), ceil(view.range / STEP)


def _cell(token: Any, where: tuple[int, int, int]) -> _Cell:
    key = (token, *where)
    if key not in _cells:
        origin = (where[0] * CELL, where[1] * CELL)
        near = obstacles().near(*origin, where[2] * STEP + HALF)
        tall = [each for each in near if each.kind == ObstacleKind.BUILDING or _is_high_wall(each)]
        _keep(_cells, key, _Cell(origin, _obstacles(near, origin), _obstacles(tall, origin)), SHARED)
    return _cells[key]


def _is_high_wall(thing: Thing) -> bool:
    return thing.kind in LINES and thing.high >= TALL


def _obstacles(things: Sequence[Thing], origin: tuple[float, float]) -> Obstacles:
    areas: list[tuple[Any, float]] = []
    lines: list[tuple[Any, float]] = []
    for thing in things:
        for part in shapely.get_parts(_metres(thing.outline, origin)):
            (areas if part.geom_type == "Polygon" else lines).append((part, thing.high))
    return Obstacles.of(
        [part for part, _high in areas], [high for _part, high in areas],
        lines=[part for part, _high in lines], line_heights=[high for _part, high in lines],
    )  # fmt: skip


def _look(cell: _Cell, views: Sequence[View]) -> list[Seen]:
    """What the cameras of one cell see."""
    points = to_plane(np.array([(view.lon, view.lat) for view in views]), cell.origin)
    names = ("height", "bearing", "fov", "tilt", "vertical_fov", "near", "range", "pixels")
    given = {name: np.array([getattr(view, name) for view in views], float) for name in names}
    sensors = Sensors(x=points[:, 0], y=points[:, 1], **given)
    plans, grounds = cover(sensors, cell.tall), cover_ground(sensors, cell.low)
    return [
        _seen_of(view, shapely.transform(plan, lambda at, by=point: at - by), _degrees(ground, cell.origin))
        for view, point, plan, ground in zip(views, points, plans, grounds, strict=True)
    ]


def _seen_of(view: View, flat: Any, ground: Any) -> Seen:
    origin = (view.lon, view.lat)
    half = view.fov / 2
    cone = shapely.Polygon(sector(view.bearing - half, view.bearing + half, view.range))
    for left, right in view.masks:
        black = shapely.Polygon(sector(view.bearing + left, view.bearing + right, view.range + 1))
        cone, flat = shapely.difference(cone, black), shapely.difference(flat, black)
        ground = shapely.difference(ground, _degrees(black, origin))
    return Seen(_degrees(cone, origin), flat, ground, float(_metres(ground, origin).area))


def _metres(drawn: Any, origin: tuple[float, float]) -> Any:
    return shapely.transform(drawn, lambda lonlat: to_plane(lonlat, origin))


def _degrees(drawn: Any, origin: tuple[float, float]) -> Any:
    return shapely.transform(drawn, lambda metres: to_lonlat(metres, origin))
