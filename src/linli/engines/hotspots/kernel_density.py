"""`density` in machine code: the points are laid into the lattice by a plain loop, the rest is the same."""

from typing import Any

import numpy as np
from numba import njit

from linli.engines.hotspots.density import blur, check
from linli.engines.hotspots.points import Reals


def density(
    *, x: Any, y: Any, west: float, south: float, cell: float, width: int, height: int, bandwidth: float
) -> Reals:
    """See `linli.engines.hotspots.density.density`."""
    x, y = check(x, y, cell, width, height, bandwidth)
    return blur(_binned(x, y, float(west), float(south), float(cell), width, height), cell, bandwidth)


def warm() -> None:
    density(x=[1.0], y=[1.0], west=0.0, south=0.0, cell=1.0, width=4, height=4, bandwidth=2.0)


@njit(cache=True, nogil=True)
def _binned(x, y, west, south, cell, width, height):  # type: ignore[no-untyped-def]
    # One thread: two cost each other more cache than they save. An edge of one square all around saves asking of each
    # of the four middles whether it lies inside.
    found = np.zeros((height + 2, width + 2))
    for i in range(len(x)):
        across, up = (x[i] - west) / cell + 0.5, (y[i] - south) / cell + 0.5
        if not (0.0 <= across < width + 1 and 0.0 <= up < height + 1):
            continue
        left, below = int(across), int(up)
        p, q = across - left, up - below
        found[below, left] += (1 - p) * (1 - q)
        found[below, left + 1] += p * (1 - q)
        found[below + 1, left] += (1 - p) * q
        found[below + 1, left + 1] += p * q
    return found[1:-1, 1:-1].copy()
