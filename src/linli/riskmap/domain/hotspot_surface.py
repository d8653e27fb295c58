"""How densely events lie, as a surface for the map: four bands, from thin to the densest.

No part of it stands for fewer than five events: where fewer lie within two bandwidths, nothing is drawn.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from linli.core import kernels
from linli.engines.coverage.plane import to_lonlat

BANDWIDTH, SQUARE = 40.0, 10.0  # metres
SURFACE = 600  # squares of a side of the lattice at most
FEWEST = 5  # events near any part that is drawn
BANDS = (0.15, 0.35, 0.6, 0.85)  # shares of the densest square from which each band begins
DIGITS = 6  # of a degree: a decimetre
HECTARE = 10_000


@dataclass(frozen=True)
class Lattice:
    """Events per square metre on squares from the lower left corner on. near: events in the squares around each."""

    low: NDArray[np.float64]
    square: float
    bandwidth: float
    density: NDArray[np.float64]
    near: NDArray[np.int64]

    def at(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """The density at points, per hectare."""
        column, row = ((metres - self.low) / self.square).astype(int).T
        found: NDArray[np.float64] = self.density[row, column] * HECTARE
        return found


def lattice(metres: NDArray[np.float64], ground: NDArray[np.float64]) -> Lattice:
    """The density of events over the ground. Both (n, 2) metres, neither empty."""
    both = np.vstack([metres, ground])
    low, high = both.min(axis=0) - 3 * BANDWIDTH, both.max(axis=0) + 3 * BANDWIDTH
    square = max(SQUARE, float((high - low).max() / SURFACE))
    width, height = (int(number) for number in np.ceil((high - low) / square))
    bandwidth = max(BANDWIDTH, 2 * square)
    density = kernels.ask(
        "hotspots.kde", x=metres[:, 0], y=metres[:, 1], west=float(low[0]), south=float(low[1]), cell=square,
        width=width, height=height, bandwidth=bandwidth,
    )  # fmt: skip
    return Lattice(low, square, bandwidth, density, _near(metres, low, square, bandwidth, width, height))


def _near(
    metres: NDArray[np.float64], low: NDArray[np.float64], square: float, bandwidth: float, width: int, height: int
) -> NDArray[np.int64]:
    """How many events lie in the squares around each. The window is so small that all lie within two bandwidths of any
    point of the square in its middle."""
    side = int(0.75 * bandwidth / square)
    counts = np.zeros((height + 2 * side + 1, width + 2 * side + 1), np.int64)
    column, row = ((metres - low) / square).astype(int).T
    np.add.at(counts, (row + side + 1, column + side + 1), 1)
    sums = counts.cumsum(axis=0).cumsum(axis=1)
    across = 2 * side + 1
    found: NDArray[np.int64] = (
        sums[across:, across:] - sums[:-across, across:] - sums[across:, :-across] + sums[:-across, :-across]
    )
    return found


def bands(on: Lattice, middle: tuple[float, float]) -> dict[str, Any]:
    """The surface as it is kept: the highest density per hectare, and a GeoJSON geometry for each band that has one.

    middle: longitude and latitude of the lattice's origin. A band holds the denser ones, so that they lie one above
    the other.
    """
    shown = np.where(on.near >= FEWEST, on.density, 0.0)
    most = float(shown.max(initial=0.0))
    found = []
    for number, share in enumerate(BANDS, 1):
        shape = _outline(shown >= share * most, on) if most else shapely.Polygon()
        if not shape.is_empty:
            there = shapely.transform(shape, lambda pairs: to_lonlat(pairs, middle).round(DIGITS))
            found.append({"band": number, "geometry": shapely.geometry.mapping(there)})
    return {"most": round(most * HECTARE, 1), "within": round(2 * on.bandwidth), "bands": found}


def _outline(inside: NDArray[np.bool_], on: Lattice) -> Any:
    """These squares as one shape with rounded corners. What is narrower than a square is lost, and nothing is won but
    the inner corners."""
    edges = np.diff(np.pad(inside.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, begin = np.nonzero(edges == 1)
    _rows, end = np.nonzero(edges == -1)
    west, south = on.low
    runs = shapely.box(
        west + begin * on.square, south + rows * on.square, west + end * on.square, south + (rows + 1) * on.square
    )
    round_by = on.square * 0.8
    whole = shapely.union_all(runs).buffer(round_by).buffer(-2 * round_by).buffer(round_by)
    return whole.simplify(on.square * 0.05)
