"""Degrees into metres and back, on a plane that touches the earth at one point.

Equirectangular with the ellipsoid's own radii at the origin (WGS-84).  What is lost grows with the distance from the
origin: at the latitude of Shanghai 1 cm at 300 m, 10 cm at 1 km, 40 cm at 2 km.  A neighbourhood fits; a city does not.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

EQUATOR = 6_378_137.0  # metres, WGS-84
FLATTENING = 1 / 298.257223563
Reals = NDArray[np.float64]


def to_plane(lonlat: ArrayLike, origin: tuple[float, float]) -> Reals:
    """(..., 2) longitudes and latitudes in degrees → (..., 2) metres east and north of `origin` (lon, lat)."""
    return (_checked(lonlat) - np.asarray(origin, float)) * _metres_per_degree(origin)


def to_lonlat(xy: ArrayLike, origin: tuple[float, float]) -> Reals:
    """(..., 2) metres east and north of `origin` → (..., 2) longitudes and latitudes in degrees."""
    return _checked(xy) / _metres_per_degree(origin) + np.asarray(origin, float)


def _checked(pairs: ArrayLike) -> Reals:
    values = np.asarray(pairs, float)
    if values.shape[-1:] != (2,):
        raise ValueError("Coordinates come in pairs, the last axis must have two values.")
    return values


def _metres_per_degree(origin: tuple[float, float]) -> Reals:
    longitude, latitude = origin
    if not (math.isfinite(longitude) and abs(latitude) < 89):
        raise ValueError("The origin must be a longitude and a latitude below 89 degrees.")
    squared = FLATTENING * (2 - FLATTENING)
    bent = 1 - squared * math.sin(math.radians(latitude)) ** 2
    across = EQUATOR / math.sqrt(bent) * math.cos(math.radians(latitude))
    along = EQUATOR * (1 - squared) / bent**1.5
    return np.radians([across, along])
