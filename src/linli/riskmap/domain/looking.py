"""The one door to the coverage engine: what sensors see among obstacles, as shapely polygons in their metres.

The kernel worker answers, and where it is away or warming, the reference in this process.
"""

from collections.abc import Sequence
from typing import Any

from linli.core import kernels
from linli.engines.coverage import Obstacles, Sensors, polygons
from linli.engines.coverage.calls import shape


def cover(sensors: Sensors, obstacles: Obstacles) -> Sequence[Any]:
    """The plan that each sensor sees where nobody looks over an obstacle; an empty polygon where it sees nothing."""
    looks, around = sensors.arrays(), obstacles.arrays()
    if len(sensors) == 1:
        return list(polygons([kernels.ask("coverage.cover_one", sensor=looks, obstacles=around)]))
    return list(polygons(kernels.ask("coverage.cover", sensors=looks, obstacles=around)))


def cover_ground(sensors: Sensors, obstacles: Obstacles) -> Sequence[Any]:
    """The ground that each sensor sees: tilt, the dead ground at its foot and low walls reckoned with."""
    found = kernels.ask("coverage.cover_25d", sensors=sensors.arrays(), obstacles=obstacles.arrays())
    return [shape(each) for each in found]
