"""What stands around: obstacles and zones of the map, read once and kept in the process until somebody draws anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from linli.core.kept import Watched
from linli.riskmap.models import Obstacle, Zone

SURROUNDINGS = Watched("surroundings")
METRES = 111_320.0  # of one degree of latitude; only for boxes, never for what is measured


@dataclass(frozen=True)
class Thing:
    """An obstacle or a zone without what a page needs only later. outline: shapely, in degrees.

    low, high: metres above the ground; an obstacle stands from the ground to `high`.
    """

    pk: int
    kind: str
    name: str
    outline: Any
    low: float
    high: float
    place: str = ""  # the path of the place it belongs to
    density: float | None = None
    views: int = 1


@dataclass(frozen=True)
class Layer:
    """Things of one sort with an index over their boxes."""

    things: Sequence[Thing]
    index: Any

    def near(self, lon: float, lat: float, metres: float) -> list[Thing]:
        """Those whose box touches the box of so many metres around a point, in the order in which they were drawn."""
        high = metres / METRES
        wide = high / max(cos(radians(lat)), 0.01)
        return self.inside((lon - wide, lat - high, lon + wide, lat + high))

    def inside(self, box: tuple[float, float, float, float]) -> list[Thing]:
        """Those whose box touches a box of west, south, east and north."""
        return [self.things[at] for at in sorted(self.index.query(shapely.box(*box)))]


def _layer(things: Sequence[Thing]) -> Layer:
    return Layer(things, shapely.STRtree(np.array([thing.outline for thing in things], dtype=object)))


@SURROUNDINGS.kept
def obstacles() -> Layer:
    """Everything that hides ground. One statement where something was drawn since it was last asked for."""
    rows = Obstacle.objects.values_list("pk", "kind", "name", "geometry", "height", "place__path")
    return _layer(
        [Thing(pk, kind, name, shape(drawn), 0.0, high, path or "") for pk, kind, name, drawn, high, path in rows]
    )


@SURROUNDINGS.kept
def zones() -> Layer:
    """Everything to be seen, and never to be seen. One statement, as above."""
    names = ("pk", "kind", "name", "geometry", "low", "high", "place__path", "density", "views")
    return _layer(
        [
            Thing(pk, kind, name, shape(drawn), low, high, path or "", density, views)
            for pk, kind, name, drawn, low, high, path, density, views in Zone.objects.values_list(*names)
        ]
    )
