"""The scene of a plan: which cameras and sites there are, which way each may look, and what it would see then.

What hides a point does not depend on the bearing: each camera looks all round once, and of what is in sight there the
picture of each bearing is cut out by the planner's own reckoning. A bearing is forbidden where the check over windows
(`checks.over_a_window`) would find something: the same façades, the same density, the same threshold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from linli.engines.coverage.plane import to_lonlat, to_plane
from linli.engines.planner import Gathering, Lens, Problem, facade_density, ground_density
from linli.places.models import Place
from linli.riskmap.domain.checks import RUNNING
from linli.riskmap.domain.plan_points import Point, ground_of
from linli.riskmap.domain.plan_wishes import Wishes
from linli.riskmap.domain.privacy import private_seen, sector, stations
from linli.riskmap.domain.queries import cameras_below
from linli.riskmap.domain.seeing import Seen, see_all
from linli.riskmap.domain.surroundings import SURROUNDINGS, Thing, obstacles, zones
from linli.riskmap.domain.view import View, view_of
from linli.riskmap.domain.yardsticks import yardsticks
from linli.riskmap.enums import Legal, ObstacleKind, ZoneKind
from linli.riskmap.enums_plans import Aim, Spot

BEARINGS = 36
WALL_EVERY = 15.0  # metres between two sites along façades
WALL_OFF = 0.3  # metres before the façade
WALL_NEAR = 20.0  # metres from something that is to be seen
WALLS_MOST = 120
SITE = {"tilt": 15.0, "fov": 90.0, "vertical_fov": 50.0, "near": 0.0, "range": 30.0, "pixels": 2560}
HEIGHTS = {Spot.WALL: 3.5, Spot.POLE: 4.5}


@dataclass(frozen=True)
class Eye:
    """A camera of the register, or a site where one may be added. view: as it looks today; a site looks north."""

    view: View
    device: int | None = None
    code: str = ""
    spot: str = ""

    @property
    def lens(self) -> Lens:
        names = ("height", "tilt", "fov", "vertical_fov", "near", "range", "pixels", "masks")
        return Lens(**{name: getattr(self.view, name) for name in names})


@dataclass(frozen=True)
class Scene:
    """Everything a planner needs. bearings: of each option.  before: which points are seen well enough today.

    windowed: the cameras that see a window today, as numbers of eyes.
    """

    eyes: Sequence[Eye]
    points: Sequence[Point]
    problem: Problem
    bearings: Sequence[float]
    today: Sequence[int]
    before: np.ndarray[Any, Any]
    windowed: Sequence[int]

    def seen(self, choice: Sequence[int] | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """(p,) whether each point is seen well enough when eyes look so; whether a way is allowed is not asked."""
        times = np.zeros(len(self.points), dtype=int)
        for option in choice:
            if option >= 0:
                span = slice(self.problem.starts[option], self.problem.starts[option + 1])
                points = self.problem.points[span]
                times[points[self.problem.levels[span] >= self.problem.need[points]]] += 1
        return times >= self.problem.views


def build_scene(place: Place, wishes: Wishes, aim: str, points: Sequence[Point]) -> Scene:
    """Look all round from each camera and site, and reckon what each bearing would show. Two statements."""
    eyes = eyes_of(place, wishes, aim, points)
    gathering, near = Gathering(), _Points(points)
    today: list[int] = []
    windowed: list[int] = []
    limit = yardsticks()["window_density"]
    for number, (eye, round_) in enumerate(zip(eyes, see_all([_round(eye.view) for eye in eyes]), strict=True)):
        bearings = np.arange(BEARINGS) * 360.0 / BEARINGS
        bearings = np.r_[eye.view.bearing, bearings] if eye.device else bearings
        clear = _clear(eye, round_, bearings, limit)
        today.append(len(gathering.bearing) if eye.device else -1)
        if eye.device and not clear[0]:
            windowed.append(number)
        chosen, metres = near.within(eye.view, round_.ground)
        gathering.add(
            idle=wishes.prices.dark if eye.device else 0, bearings=bearings, cost=_costs(eye, wishes, len(bearings)),
            allowed=clear, density=ground_density(eye.lens, metres, bearings), points=chosen,
        )  # fmt: skip
    problem = gathering.problem(
        weight=[point.weight for point in points], need=[point.need for point in points],
        views=[point.views for point in points],
    )  # fmt: skip
    scene = Scene(eyes, points, problem, gathering.bearing, today, np.zeros(0, dtype=bool), windowed)
    return replace(scene, before=scene.seen(today))


def _costs(eye: Eye, wishes: Wishes, number: int) -> Any:
    if eye.device is None:
        return np.full(number, wishes.prices.wall if eye.spot == Spot.WALL else wishes.prices.pole)
    costs = np.full(number, wishes.prices.turn)
    costs[0] = 0
    return costs


def eyes_of(place: Place, wishes: Wishes, aim: str, points: Sequence[Point]) -> list[Eye]:
    """The cameras of a place that may be turned, then the sites where some may be added. One statement.

    A private camera (a doorbell) is not the office's to turn.
    """
    rows = cameras_below(place.path).filter(device__status__in=RUNNING).exclude(legal=Legal.NON_PUBLIC)
    eyes = [
        Eye(view, optics.pk, optics.device.code)
        for optics in rows.order_by("device__code")
        if (view := view_of(optics)) is not None
    ]
    if aim == Aim.TURN:
        return eyes
    poles = [Eye(site_view(Spot.POLE, *spot), spot=Spot.POLE) for spot in wishes.poles]
    walls = [Eye(site_view(Spot.WALL, *spot), spot=Spot.WALL) for spot in _walls(place, points)] if wishes.walls else []
    return [*eyes, *poles, *walls]


def site_view(spot: str, lon: float, lat: float, bearing: float = 0.0) -> View:
    """How a camera looks that is added: a common one, at the height of its kind of site."""
    return View(lon=lon, lat=lat, height=HEIGHTS[Spot(spot)], bearing=bearing, **SITE)  # type: ignore[arg-type]


def _round(view: View) -> View:
    """The same camera looking all round, so that only walls hide anything."""
    return replace(view, bearing=0.0, fov=360.0, tilt=0.0, vertical_fov=180.0, near=0.0, masks=())


class _Points:
    """The points to be seen, with an index."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.lonlat = np.array([(point.lon, point.lat) for point in points], dtype=float).reshape(-1, 2)
        self.tree = shapely.STRtree(shapely.points(self.lonlat))

    def within(self, view: View, ground: Any) -> tuple[Any, Any]:
        """(which points lie on this ground, (m, 2) where they are in metres around the camera)."""
        if ground.is_empty:
            return np.zeros(0, dtype=np.int64), np.zeros((0, 2))
        chosen = np.sort(self.tree.query(ground, predicate="intersects"))
        return chosen, to_plane(self.lonlat[chosen], (view.lon, view.lat)).reshape(-1, 2)


# --- what must not be seen


@dataclass(frozen=True)
class _Facades:
    """Points a hand's breadth before every window and door. outwards: away from the house.  low, high: metres."""

    lonlat: Any
    outwards: Any
    low: Any
    high: Any


@SURROUNDINGS.kept
def _facades() -> _Facades:
    found: list[tuple[Any, Any, Thing]] = []
    for zone in zones().things:
        if zone.kind in (ZoneKind.WINDOW, ZoneKind.DOOR):
            line = shapely.get_coordinates(zone.outline)
            origin = (float(line[0][0]), float(line[0][1]))
            points, outwards = stations(to_plane(line, origin))
            found.append((to_lonlat(points, origin), outwards, zone))
    sizes = [len(points) for points, _outwards, _zone in found]
    return _Facades(
        np.concatenate([points for points, *_rest in found] or [np.zeros((0, 2))]),
        np.concatenate([outwards for _points, outwards, _zone in found] or [np.zeros((0, 2))]),
        np.repeat([zone.low for *_rest, zone in found], sizes), np.repeat([zone.high for *_rest, zone in found], sizes),
    )  # fmt: skip


def _clear(eye: Eye, round_: Seen, bearings: Any, limit: float) -> Any:
    """(b,) whether a camera that looks so sees no home too sharply."""
    if round_.flat.is_empty:
        return np.ones(len(bearings), dtype=bool)
    return ~(_facing(eye, round_, bearings) >= limit) & ~_private(eye, round_, bearings, limit)


def _facing(eye: Eye, round_: Seen, bearings: Any) -> Any:
    """(b,) pixels per metre on the window or door that is seen most sharply."""
    facades, view = _facades(), eye.view
    metres = to_plane(facades.lonlat, (view.lon, view.lat)).reshape(-1, 2)
    near = np.flatnonzero((np.abs(metres) <= view.range).all(axis=1))
    near = near[shapely.contains_xy(round_.flat, metres[near])]
    density = facade_density(
        eye.lens, metres[near], facades.outwards[near], facades.low[near], facades.high[near], bearings
    )
    return density.max(axis=1, initial=0.0)


def _private(eye: Eye, round_: Seen, bearings: Any, limit: float) -> Any:
    """(b,) whether private ground is seen too sharply. Areas are few: each bearing is looked at as the check does."""
    view = eye.view
    near = [zone for zone in zones().near(view.lon, view.lat, view.range) if zone.kind == ZoneKind.PRIVATE]
    if not near:
        return np.zeros(len(bearings), dtype=bool)
    found = []
    for bearing in bearings:
        half, tried = view.fov / 2, replace(view, bearing=float(bearing))
        cone = shapely.Polygon(sector(bearing - half, bearing + half, view.range + 1))
        flat = shapely.intersection(round_.flat, cone) if view.fov < 360 else round_.flat
        found.append(any(seen.density >= limit for seen in private_seen(tried, flat, near)))
    return np.array(found)


# --- where one may be added


def _walls(place: Place, points: Sequence[Point]) -> list[tuple[float, float]]:
    """Spots along the façades of a place that are near to what is to be seen, at most `WALLS_MOST`, evenly thinned."""
    ground = ground_of(place)
    buildings = [
        thing
        for thing in (obstacles().inside(ground.bounds) if not ground.is_empty else [])
        if thing.kind == ObstacleKind.BUILDING and ground.intersects(thing.outline)
    ]
    spots = np.array([spot for building in buildings for spot in _along(building)]).reshape(-1, 2)
    if not len(spots) or not points:
        return []
    origin = (float(spots[0][0]), float(spots[0][1]))
    wanted = shapely.STRtree(shapely.points(to_plane([(point.lon, point.lat) for point in points], origin)))
    (chosen, _nearest), apart = wanted.query_nearest(
        shapely.points(to_plane(spots, origin)), return_distance=True, all_matches=False
    )
    near = spots[chosen[apart <= WALL_NEAR]]
    kept = np.unique(np.linspace(0, max(len(near) - 1, 0), min(len(near), WALLS_MOST)).astype(int))
    return [(float(lon), float(lat)) for lon, lat in near[kept]]


def _along(building: Thing) -> list[tuple[float, float]]:
    """Spots just before the outline of a building, at equal distances."""
    origin = tuple(shapely.get_coordinates(building.outline)[0])
    metres = shapely.transform(building.outline, lambda lonlat: to_plane(lonlat, origin))
    outlines = [shapely.get_exterior_ring(part) for part in shapely.get_parts(shapely.buffer(metres, WALL_OFF))]
    spots = [
        shapely.get_coordinates(shapely.line_interpolate_point(line, np.arange(0, line.length, WALL_EVERY)))
        for line in outlines
    ]
    return [(float(lon), float(lat)) for lon, lat in to_lonlat(np.concatenate(spots), origin)]
