"""Which place a point lies in. Answered in the process, from R-trees that are built anew when the tree changes."""

from collections.abc import Mapping, Sequence
from math import inf
from typing import NamedTuple

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from linli.core.errors import Invalid
from linli.places.domain.frame import Frame
from linli.places.domain.geometry import AREAS, outline
from linli.places.domain.kept import TREE, Tree, tree
from linli.places.models import STEP, Kind, Place

BESIDE = 15.0  # metres from a building at which a point on the lane still means that building


class Located(NamedTuple):
    """Where a point lies. The places are rows as they stood when the trees were built: to be read, never saved.

    `place` is the most particular of building, estate, committee, area, subdistrict and district; a cell is none of
    them, for it cuts across. `inside` says that a committee answers for the point. `distance_m` is 0 within `place`,
    the way to the building for a point on the lane, and for a point that is not inside the way to the nearest
    committee (infinite where there is none).
    """

    cell: Place | None
    building: Place | None
    estate: Place | None
    committee: Place | None
    area: Place | None
    place: Place | None
    inside: bool
    distance_m: float


def locate(lon: float, lat: float) -> Located:
    """The places at a point in WGS-84 degrees. On a boundary the first in the order of the tree has it.

    Raises Invalid where the numbers are no place on earth.
    """
    return _locator().locate(lon, lat)


class Locator:
    """One R-tree, in metres, over all outlines of one state of the tree: bounds first, then buildings."""

    def __init__(self, state: Tree) -> None:
        drawn = [place for place in state.places if place.geometry and place.geometry["type"] in AREAS]
        self._by_path = state.by_path
        self._places = sorted(drawn, key=lambda place: place.kind == Kind.BUILDING)
        self._first_building = sum(place.kind != Kind.BUILDING for place in drawn)
        self._frame = _frame(drawn)
        self._outlines = _outlines(self._places, self._frame)
        shapely.prepare(self._outlines)
        self._tree = shapely.STRtree(self._outlines)
        self._committees = shapely.STRtree(
            _outlines([place for place in drawn if place.kind == Kind.COMMITTEE], self._frame)
        )

    def locate(self, lon: float, lat: float) -> Located:
        """See `locate`."""
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # not a number is refused here too
            raise Invalid(_("%(lon)s, %(lat)s is no place on earth.") % {"lon": lon, "lat": lat}, code="out-of-range")
        x, y = self._frame.metres(lon, lat)
        window = shapely.box(x - BESIDE, y - BESIDE, x + BESIDE, y + BESIDE)
        near = self._tree.query(np.array([window]))[1]
        near.sort()  # in the order of the tree of places, so that on a boundary the first is taken
        at: dict[str, Place] = {}
        for index in near[shapely.intersects_xy(self._outlines[near], x, y)].tolist():
            at.setdefault(self._places[index].kind, self._places[index])
        committee = at.get("committee")
        if committee is None:
            return self._outside(x, y, at)
        estate = _within(committee, at.get("estate"))
        building, distance = _within(estate or committee, at.get("building")), 0.0
        if building is None:
            building, distance = self._beside(x, y, near.tolist(), estate or committee)
        if building is not None:
            estate = self._by_path[building.path[:-STEP]]
        return Located(
            cell=_within(committee, at.get("cell")),
            building=building,
            estate=estate,
            committee=committee,
            area=self._by_path[committee.path[:-STEP]],
            place=building or estate or committee,
            inside=True,
            distance_m=distance,
        )

    def _beside(self, x: float, y: float, near: list[int], within: Place) -> tuple[Place | None, float]:
        """The nearest building below `within` that is at most `BESIDE` metres away, and how far; else none, and 0."""
        near = [at for at in near if at >= self._first_building and within.contains(self._places[at])]
        if not near:
            return None, 0.0
        distances = shapely.distance(self._outlines[near], shapely.points((x, y)))
        nearest = int(distances.argmin())
        distance = float(distances[nearest])
        return (self._places[near[nearest]], distance) if distance <= BESIDE else (None, 0.0)

    def _outside(self, x: float, y: float, at: Mapping[str, Place]) -> Located:
        """A point that no committee answers for: at most an area, a subdistrict or a district is known."""
        area = at.get("area")
        _nearest, distances = self._committees.query_nearest(shapely.points((x, y)), return_distance=True)
        return Located(
            cell=None,
            building=None,
            estate=None,
            committee=None,
            area=area,
            place=area or at.get("subdistrict") or at.get("district"),
            inside=False,
            distance_m=float(distances[0]) if len(distances) else inf,
        )


def _within(whole: Place, place: Place | None) -> Place | None:
    """The place, if it lies in the whole. On a boundary the first of a kind may lie in the neighbour."""
    return place if place is not None and whole.contains(place) else None


def _outlines(places: Sequence[Place], frame: Frame) -> NDArray[np.object_]:
    drawn = np.empty(len(places), dtype=object)
    drawn[:] = [outline(place.geometry) for place in places if place.geometry]
    return frame.project(drawn)


def _frame(places: Sequence[Place]) -> Frame:
    """The frame round the middle of the committees; where there is none, of whatever is drawn."""
    points = [place for place in places if place.kind == Kind.COMMITTEE] or places
    if not points:
        return Frame(0.0, 0.0)
    lons, lats = zip(*((place.lon or 0.0, place.lat or 0.0) for place in points), strict=True)
    return Frame(sum(lons) / len(lons), sum(lats) / len(lats))


@TREE.kept
def _locator() -> Locator:
    return Locator(tree())
