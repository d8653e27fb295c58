"""The one door to the coverage engine: what sensors see among obstacles, as shapely polygons in their metres."""

from collections.abc import Sequence
from typing import Any

from linli.engines import coverage
from linli.engines.coverage import Obstacles, Sensors


def cover(sensors: Sensors, obstacles: Obstacles) -> Sequence[Any]:
    """The plan that each sensor sees where nobody looks over an obstacle; an empty polygon where it sees nothing."""
    return list(coverage.polygons(coverage.cover(sensors, obstacles)))


def cover_ground(sensors: Sensors, obstacles: Obstacles) -> Sequence[Any]:
    """The ground that each sensor sees: tilt, the dead ground at its foot and low walls reckoned with."""
    return list(coverage.cover_25d(sensors, obstacles))
