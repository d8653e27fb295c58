"""The compiled engine as the kernel worker calls it: `calls` says what goes in and comes out.

numba is imported when the first of these is called, so that naming them costs nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linli.engines.coverage.calls import Arrays, Rings, rings
from linli.engines.coverage.frame import ARC
from linli.engines.coverage.model import Reals, Sensors
from linli.engines.coverage.obstacles import Obstacles


def cover(sensors: Arrays, obstacles: Arrays, arc: float = ARC) -> list[Reals]:
    """`coverage.cover`: the ring (k, 2) that each sensor sees; (0, 2) where it sees nothing."""
    from linli.engines.coverage import fast

    return fast.cover(Sensors.of(sensors), Obstacles.from_arrays(obstacles), arc)


def cover_one(sensor: Arrays, obstacles: Arrays, arc: float = ARC) -> Reals:
    """`coverage.cover_one`: the ring of a single sensor, quickly."""
    from linli.engines.coverage import fast

    return fast.cover_one(Sensors.of(sensor), Obstacles.from_arrays(obstacles), arc)


def cover_25d(sensors: Arrays, obstacles: Arrays, arc: float = ARC) -> list[Rings]:
    """`coverage.cover_25d`: of each sensor its polygons, each a list of rings: the outer one first, then the holes."""
    from linli.engines.coverage import relief

    return [rings(one) for one in relief.cover_25d(Sensors.of(sensors), Obstacles.from_arrays(obstacles), arc)]


def exposure(
    sensors: Arrays, obstacles: Arrays, masks: ArrayLike = (), least: float = 0.0, arc: float = ARC
) -> dict[str, NDArray]:
    """`coverage.exposure`: the columns of `Exposed`."""
    from linli.engines.coverage import fast

    found = fast.exposure(Sensors.of(sensors), Obstacles.from_arrays(obstacles), masks=masks, least=least, arc=arc)
    return found.arrays()


def warm() -> None:
    """Compile all of it, or read it from the cache: for one sensor and for many."""
    obstacles = Obstacles.of([[(-5, 8), (5, 8), (5, 9), (-5, 9)]], [2.0]).arrays()
    for number in (1, 20):
        sensors = Sensors.of({"x": np.zeros(number), "y": np.zeros(number), "tilt": 20.0, "vertical_fov": 40.0})
        for kernel in (cover, cover_25d, exposure):
            kernel(sensors.arrays(), obstacles)
