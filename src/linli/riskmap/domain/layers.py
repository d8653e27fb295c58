"""What the map shows of all cameras together: density, overlap, blind spots, homes in sight. GeoJSON in degrees."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from linli.engines.coverage import Sensors, bands, union
from linli.engines.coverage import overlap as shared
from linli.engines.coverage.plane import to_lonlat, to_plane
from linli.riskmap.domain.privacy import SeenZone, sector
from linli.riskmap.domain.seeing import Seen, private_of
from linli.riskmap.domain.surroundings import SURROUNDINGS, Thing, obstacles, zones
from linli.riskmap.domain.view import View
from linli.riskmap.enums import TO_BE_SEEN, ZoneKind

Feature = dict[str, Any]
_blind_spots: OrderedDict[Any, list["Blind"]] = OrderedDict()
WIDE = 3.0  # metres before a lane or an entrance that must be seen
MAPS = 32  # answers to what nobody sees that are kept
SLIVER = 0.5  # metres or square metres below which nothing is said


@dataclass(frozen=True)
class Watched:
    """A camera with how it looks and what it sees."""

    code: str
    view: View
    seen: Seen


def feature(geometry: Any, **properties: Any) -> Feature:
    drawn = None if geometry is None else mapping(shapely.set_precision(geometry, 1e-8, mode="pointwise"))
    return {"type": "Feature", "geometry": drawn, "properties": properties}


def density(cameras: Sequence[Watched], edition: str) -> list[Feature]:
    """The ground of each camera, once for each class of pixel density that it reaches, the sharpest last."""
    found: list[Feature] = []
    for camera in cameras:
        view, origin = camera.view, (camera.view.lon, camera.view.lat)
        given = {name: np.array([getattr(view, name)], float) for name in ("bearing", "fov", "range", "pixels")}
        look = Sensors(x=np.zeros(1), y=np.zeros(1), **given)
        ground = shapely.transform(camera.seen.ground, lambda lonlat, at=origin: to_plane(lonlat, at))
        for level, (part,) in bands(look, [ground], edition).items():
            if shapely.area(part) > SLIVER:
                drawn = shapely.transform(part, lambda metres, at=origin: to_lonlat(metres, at))
                found.append(feature(drawn, camera=camera.code, kind="density", grade=level))
    return found


def overlap(cameras: Sequence[Watched]) -> Any:
    """Ground that two cameras or more see; shapely, in degrees."""
    return shared([camera.seen.ground for camera in cameras])


@dataclass(frozen=True)
class Blind:
    """A place to be seen, how much of it there is and how much nobody sees: metres of a lane, square metres of ground.

    hidden: shapely, in degrees; empty where all of it is seen.
    """

    zone: Thing
    whole: float
    missing: float
    hidden: Any

    @property
    def title(self) -> str:
        return str(ZoneKind(self.zone.kind).label)

    @property
    def is_line(self) -> bool:
        return "Line" in self.zone.outline.geom_type

    @property
    def percent(self) -> int:
        return round(100 * self.missing / self.whole) if self.whole else 0


def blind_spots(cameras: Sequence[Watched], below: str) -> list[Blind]:
    """Lanes, fire lanes, entrances and sheds below a place that are not seen as a whole, the worst first."""
    key = (SURROUNDINGS.token(), below, tuple(camera.view for camera in cameras))
    if key not in _blind_spots:
        seen = union([camera.seen.ground for camera in cameras])
        shapely.prepare(seen)
        wanted = [each for each in to_be_seen() if each.zone.place.startswith(below)]
        found = [blind for each in wanted if (blind := _blind(each, seen)) is not None]
        _blind_spots[key] = sorted(found, key=lambda blind: (-blind.missing / blind.whole, -blind.missing))
        while len(_blind_spots) > MAPS:
            _blind_spots.popitem(last=False)
    return _blind_spots[key]


@dataclass(frozen=True)
class Unseen:
    """How much of one kind of place an estate has, and how much of it nobody sees: metres, or numbers of places."""

    missing: float
    whole: float


def by_estate(cameras: Sequence[Watched], below: str, length: int) -> dict[str, dict[str, Unseen]]:
    """What nobody sees, by the path of the estate and the kind: metres of lanes and fire lanes, entrances, sheds.

    An entrance or shed counts where less than half of it is seen.  length: characters of the path of an estate.
    """
    blind = {each.zone.pk: each for each in blind_spots(cameras, below)}
    found: dict[str, dict[str, Unseen]] = {}
    for each in to_be_seen():
        zone = each.zone
        if not zone.place.startswith(below):
            continue
        kinds = found.setdefault(zone.place[:length], {kind: Unseen(0.0, 0.0) for kind in TO_BE_SEEN})
        so_far, hidden = kinds[zone.kind], blind.get(zone.pk)
        if "Line" in zone.outline.geom_type:
            one = Unseen(hidden.missing if hidden else 0.0, each.whole)
        else:
            one = Unseen(float(hidden is not None and hidden.missing > hidden.whole / 2), 1.0)
        kinds[zone.kind] = Unseen(so_far.missing + one.missing, so_far.whole + one.whole)
    return found


@dataclass(frozen=True)
class Wanted:
    """A zone to be seen and the ground that it means; shapely, in degrees. whole: metres or square metres."""

    zone: Thing
    ground: Any
    whole: float


@SURROUNDINGS.kept
def to_be_seen() -> list[Wanted]:
    """Every zone to be seen. A point stands for the ground before a door: what is house around it needs no eye."""
    found = []
    for zone in zones().things:
        if zone.kind in TO_BE_SEEN:
            ground = zone.outline if zone.outline.geom_type != "Point" else _before(zone.outline)
            found.append(Wanted(zone, ground, _size(ground)))
    return [each for each in found if each.whole > 0]


def _before(point: Any) -> Any:
    disc = shapely.Polygon(to_lonlat(sector(0, 360, WIDE / 2)[1:], (point.x, point.y)))
    houses = [each.outline for each in obstacles().near(point.x, point.y, WIDE)]
    return shapely.difference(disc, shapely.union_all(houses)) if houses else disc


def _blind(wanted: Wanted, seen: Any) -> Blind | None:
    hidden = wanted.ground if not seen.intersects(wanted.ground) else shapely.difference(wanted.ground, seen)
    missing = _size(hidden)
    return Blind(wanted.zone, wanted.whole, missing, hidden) if missing > SLIVER else None


def _size(drawn: Any) -> float:
    """Metres of a line, square metres of an area."""
    if drawn.is_empty:
        return 0.0
    middle = drawn.centroid
    flat = shapely.transform(drawn, lambda lonlat: to_plane(lonlat, (middle.x, middle.y)))
    return float(flat.area or flat.length)


def homes(cameras: Iterable[Watched], limit: float) -> list[Feature]:
    """Windows, doors and private ground in sight, each once, with the camera that sees it sharpest."""
    best: dict[int, tuple[SeenZone, str]] = {}
    for camera in cameras:
        for seen in private_of(camera.view, camera.seen):
            if seen.pk not in best or best[seen.pk][0].density < seen.density:
                best[seen.pk] = (seen, camera.code)
    outlines = {zone.pk: zone.outline for zone in zones().things}
    return [
        feature(
            outlines[pk], kind="private", zone=seen.kind, camera=code, density=round(seen.density, 1),
            grade="over" if seen.density >= limit else "under", area=seen.kind == ZoneKind.PRIVATE,
        )
        for pk, (seen, code) in best.items()
    ]  # fmt: skip


def collection(features: Sequence[Feature]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}
