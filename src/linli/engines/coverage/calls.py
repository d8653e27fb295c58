"""The engine as the kernel worker calls it: only arrays, numbers, lists and dicts go in and come out.

`sensors` is `Sensors.arrays()`, `obstacles` is `Obstacles.arrays()` or that of `Obstacles.near`.  Each kernel has its
reference of the same form, which answers while the kernel is compiled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from linli.engines.coverage import exposure as exposures
from linli.engines.coverage import reference
from linli.engines.coverage.frame import ARC
from linli.engines.coverage.model import Reals, Sensors
from linli.engines.coverage.obstacles import Obstacles

Arrays = dict[str, Any]
Rings = list[list[Reals]]


def cover_reference(sensors: Arrays, obstacles: Arrays, arc: float = ARC) -> list[Reals]:
    """`coverage.cover`: the ring (k, 2) that each sensor sees; (0, 2) where it sees nothing."""
    return reference.cover(Sensors.of(sensors), Obstacles.from_arrays(obstacles), arc)


def cover_one_reference(sensor: Arrays, obstacles: Arrays, arc: float = ARC) -> Reals:
    """`coverage.cover_one`: the ring of a single sensor."""
    return cover_reference(sensor, obstacles, arc)[0]


def cover_25d_reference(sensors: Arrays, obstacles: Arrays, arc: float = ARC) -> list[Rings]:
    """`coverage.cover_25d`: of each sensor its polygons, each a list of rings: the outer one first, then the holes."""
    return [rings(one) for one in reference.cover_25d(Sensors.of(sensors), Obstacles.from_arrays(obstacles), arc)]


def exposure_reference(
    sensors: Arrays, obstacles: Arrays, masks: ArrayLike = (), least: float = 0.0, arc: float = ARC
) -> dict[str, NDArray]:
    """`coverage.exposure`: the columns of `Exposed`."""
    found = exposures.exposure(Sensors.of(sensors), Obstacles.from_arrays(obstacles), masks=masks, least=least, arc=arc)
    return found.arrays()


def rings(shape: shapely.Geometry) -> Rings:
    """A polygon or multipolygon as rings, closed, as GeoJSON wants them."""
    parts = shapely.get_parts(shapely.orient_polygons(shape))
    return [
        [shapely.get_coordinates(ring) for ring in (part.exterior, *part.interiors)]
        for part in parts
        if not shapely.is_empty(part)
    ]


def shape(given: Rings) -> shapely.Geometry:
    """The way back from `rings`."""
    made = [shapely.Polygon(np.asarray(outer), [np.asarray(hole) for hole in holes]) for outer, *holes in given]
    return made[0] if len(made) == 1 else shapely.MultiPolygon(made)
