"""Kernel density: how many points lie around each place of a lattice, near ones counting more.

A lattice has `columns` × `rows` squares of `cell` metres, its lower left corner at (west, south); values belong to the
middles of the squares, as an array (rows, columns) from the south up.
"""

import math
from typing import Any

import numpy as np

from linli.engines.hotspots.points import Reals, columns, positive

REACH = 5.0  # bandwidths beyond which a Gaussian is nothing to float32 and to us
MOST = 4_000_000  # squares of a lattice


def density(
    *, x: Any, y: Any, west: float, south: float, cell: float, width: int, height: int, bandwidth: float
) -> Reals:
    """Points per square metre around the middle of each square, (height, width).

    x, y: (n,) metres.  bandwidth: standard deviation of the Gaussian, metres.  Points are divided among the four
    middles around them (linear binning) and these blurred by a product in the frequency domain. Against the sum of
    Gaussians it errs by about (cell / bandwidth)² / 8 of the peak: 0.5 % where the bandwidth is five cells.
    Nothing is divided by the number of points: the whole sums to that number, but for what lies outside.

    Raises:
        ValueError: a coordinate is no number, cell or bandwidth is not above 0, or the lattice is empty or too large.
    """
    x, y = check(x, y, cell, width, height, bandwidth)
    return blur(binned(x, y, west, south, cell, width, height), cell, bandwidth)


def check(x: Any, y: Any, cell: float, width: int, height: int, bandwidth: float) -> tuple[Reals, Reals]:
    positive(cell=cell, bandwidth=bandwidth)
    if width < 1 or height < 1 or width * height > MOST:
        raise ValueError(f"a lattice has between 1 and {MOST} squares, not {width} × {height}")
    x, y = columns(x, y)
    return x, y


def exact(
    *, x: Any, y: Any, west: float, south: float, cell: float, width: int, height: int, bandwidth: float
) -> Reals:
    """The same by the definition, one Gaussian after the other: what tests hold `density` to."""
    x, y = check(x, y, cell, width, height, bandwidth)
    east = west + (np.arange(width) + 0.5) * cell
    north = south + (np.arange(height) + 0.5) * cell
    found = np.zeros((height, width))
    for a, b in zip(x, y, strict=True):
        found += np.outer(
            np.exp(-((north - b) ** 2) / (2 * bandwidth**2)), np.exp(-((east - a) ** 2) / (2 * bandwidth**2))
        )
    return found / (2 * math.pi * bandwidth**2)


def binned(x: Reals, y: Reals, west: float, south: float, cell: float, width: int, height: int) -> Reals:
    """Each point divided among the four middles around it; what falls outside is left out."""
    across, up = (x - west) / cell - 0.5, (y - south) / cell - 0.5
    left, below = np.floor(across), np.floor(up)
    found = np.zeros(width * height)
    for right in (0, 1):
        share_x = across - left if right else 1 - (across - left)
        for above in (0, 1):
            share = share_x * (up - below if above else 1 - (up - below))
            column, row = left + right, below + above
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            place = (row[inside] * width + column[inside]).astype(np.int64)
            found += np.bincount(place, share[inside], minlength=width * height)
    return found.reshape(height, width)


def blur(counts: Reals, cell: float, bandwidth: float) -> Reals:
    """Counts in squares as density per square metre."""
    from scipy import fft

    if not counts.any():
        return np.zeros_like(counts)
    size = bandwidth / cell
    edge = math.ceil(REACH * size)
    shape = [fft.next_fast_len(length + edge, real=True) for length in counts.shape]
    up, across = fft.fftfreq(shape[0]), fft.rfftfreq(shape[1])
    damp_up, damp_across = (np.exp(-2 * (math.pi * size * each) ** 2) for each in (up, across))
    waves = fft.rfft2(counts, shape, workers=2)
    waves *= damp_up[:, None]
    waves *= damp_across[None, :]
    found: Reals = fft.irfft2(waves, shape, workers=2)[: counts.shape[0], : counts.shape[1]]
    return np.maximum(found, 0) / cell**2
