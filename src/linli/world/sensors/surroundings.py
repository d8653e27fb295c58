"""What stands around in the synthetic neighbourhood: houses, their windows, fences, lanes, doors and sheds.

Drawn from the places themselves, in metres around the corner of each estate. A window stands for all the windows above
one another in one column of flats, from the sill of the ground floor to the top.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from random import Random
from typing import Any

from linli.engines.coverage.plane import to_lonlat, to_plane
from linli.riskmap.domain.drawing import Shape

STOREY = 2.8
SILL = 1.0
COLUMN = 3.7  # metres of front of one room
WINDOW = 1.7
FENCE = 2.0
GATE = 7.0  # metres of gap in the fence
SHED = (9.0, 3.0)
LONG = 15.0  # a side as long as this has windows
MAIN = "主通道"
STOREYS = (5, 6, 6, 6, 6, 7)

Point = tuple[float, float]


@dataclass(frozen=True)
class Estate:
    """One estate with what lies in it. origin: degrees; everything else is reckoned in metres around it."""

    place: Any
    buildings: Sequence[Any]
    lanes: Sequence[Any]
    main: Any
    doors: Sequence[Any]

    @property
    def origin(self) -> Point:
        lon, lat = self.place.geometry["coordinates"][0][0]
        return lon, lat

    def metres(self, points: Any) -> list[Point]:
        return [(float(x), float(y)) for x, y in to_plane(points, self.origin)]

    def degrees(self, points: Any) -> list[list[float]]:
        return [[round(float(lon), 7), round(float(lat), 7)] for lon, lat in to_lonlat(points, self.origin)]

    def along(self, lane: Any, share: float) -> tuple[Point, Point]:
        """The point at this share of a lane, and the direction of the lane there; both in metres."""
        first, last = self.metres(lane.geometry["coordinates"])[:: len(lane.geometry["coordinates"]) - 1]
        dx, dy = last[0] - first[0], last[1] - first[1]
        length = hypot(dx, dy)
        return (first[0] + share * dx, first[1] + share * dy), (dx / length, dy / length)


def estates(places: Sequence[Any]) -> list[Estate]:
    """The estates among the places of an area, in the order of their paths."""
    found = sorted((place for place in places if place.kind == "estate"), key=lambda place: place.path)
    return [_estate(place, [each for each in places if each.path.startswith(place.path)]) for place in found]


def _estate(place: Any, inside: Sequence[Any]) -> Estate:
    lanes = [each for each in inside if each.kind == "lane"]
    return Estate(
        place,
        [each for each in inside if each.kind == "building"],
        [lane for lane in lanes if lane.name != MAIN],
        next(lane for lane in lanes if lane.name == MAIN),
        [each for each in inside if each.kind == "entrance"],
    )


def shapes(estate: Estate) -> Iterator[Shape]:
    """All that is drawn of one estate; the same places give the same shapes."""
    for building in estate.buildings:
        storeys = Random(building.path).choice(STOREYS)
        yield _shape(estate, "building", building.geometry, building.name, building.path, high=storeys * STOREY + 0.6)
        yield from _windows(estate, building, storeys * STOREY)
    for lane in (*estate.lanes, estate.main):
        kind = "fire_lane" if lane is estate.main else "lane"
        yield _shape(estate, kind, lane.geometry, f"{estate.place.name}{lane.name}", lane.path)
    for door in estate.doors:
        building = next(each for each in estate.buildings if door.path.startswith(each.path))
        at = {"type": "Point", "coordinates": [door.lon, door.lat]}
        yield _shape(estate, "entrance", at, f"{estate.place.name}{building.name}{door.name}", door.path)
    sheds = _polygon(estate, shed(estate))
    yield _shape(estate, "shed", sheds, f"{estate.place.name}充电棚", estate.place.path)
    yield from _fence(estate)


def _shape(estate: Estate, kind: str, geometry: Any, name: str, reference: str, **more: Any) -> Shape:
    return Shape(kind, geometry, name, place=estate.place, reference=f"{kind}:{reference}", **more)


def _polygon(estate: Estate, ring: Sequence[Point]) -> dict[str, Any]:
    drawn = estate.degrees(ring)
    return {"type": "Polygon", "coordinates": [[*drawn, drawn[0]]]}


def _line(estate: Estate, points: Sequence[Point]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": estate.degrees(points)}


def _windows(estate: Estate, building: Any, top: float) -> Iterator[Shape]:
    """Windows along both fronts. Outlines run anticlockwise, so that outwards is at the right."""
    ring = estate.metres(building.geometry["coordinates"][0])
    for side, ((x1, y1), (x2, y2)) in enumerate(pairwise(ring)):
        length = hypot(x2 - x1, y2 - y1)
        number = int(length // COLUMN)
        if length < LONG:
            continue
        for column in range(number):
            start = (length * (column + 0.5) / number - WINDOW / 2) / length
            ends = [(x1 + at * (x2 - x1), y1 + at * (y2 - y1)) for at in (start, start + WINDOW / length)]
            yield _shape(
                estate, "window", _line(estate, ends), f"{estate.place.name}{building.name}的窗",
                f"{building.path}:{side}:{column}", low=SILL, high=top,
            )  # fmt: skip


def _fence(estate: Estate) -> Iterator[Shape]:
    """Around the estate, open where the main lane comes in."""
    ring = estate.metres(estate.place.geometry["coordinates"][0])
    gates = [estate.along(estate.main, end)[0] for end in (0.0, 1.0)]
    for number, (first, last) in enumerate(pairwise(ring)):
        for part, piece in enumerate(_without(first, last, gates)):
            yield _shape(
                estate, "fence", _line(estate, piece), "围栏", f"{estate.place.path}:{number}:{part}", high=FENCE
            )  # fmt: skip


def _without(first: Point, last: Point, gates: Sequence[Point]) -> list[list[Point]]:
    """A straight stretch of fence, cut where a gate lies on it."""
    dx, dy = last[0] - first[0], last[1] - first[1]
    length = hypot(dx, dy)
    cuts = []
    for x, y in gates:
        along = ((x - first[0]) * dx + (y - first[1]) * dy) / length
        aside = abs((x - first[0]) * dy - (y - first[1]) * dx) / length
        if aside < 1.0 and 0 <= along <= length:
            cuts.append((max(0.0, along - GATE / 2), min(length, along + GATE / 2)))
    kept, start = [], 0.0
    for low, high in sorted(cuts):
        kept.append((start, low))
        start = high
    kept.append((start, length))
    return [
        [(first[0] + at * dx / length, first[1] + at * dy / length) for at in piece]
        for piece in kept
        if piece[1] - piece[0] > 0.5
    ]


def shed(estate: Estate) -> list[Point]:
    """The charging shed: four corners beside the second lane, at its far end."""
    (x, y), (ax, ay) = estate.along(estate.lanes[min(1, len(estate.lanes) - 1)], 0.93)
    length, depth = SHED
    nx, ny = -ay, ax  # to the left of the lane
    corners = [(-length / 2, 3.0), (length / 2, 3.0), (length / 2, 3.0 + depth), (-length / 2, 3.0 + depth)]
    return [(x + along * ax + aside * nx, y + along * ay + aside * ny) for along, aside in corners]
