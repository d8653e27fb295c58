"""How many pixels fall on a metre, and what that is enough for, in both editions of IEC 62676-4."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linli.engines.coverage.frame import FLAT

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Edition:
    """The levels of one edition, from the least: name and pixels per metre.

    verified: whether the figures were read in a source that quotes the standard; the standard itself is sold, and was
    read in neither edition.
    """

    year: str
    levels: tuple[tuple[str, float], ...]
    source: str
    verified: bool


EDITIONS = {
    "2014": Edition(
        "2014",
        (("monitor", 12.5), ("detect", 25.0), ("observe", 62.5), ("recognise", 125.0), ("identify", 250.0),
         ("inspect", 1000.0)),
        "IEC 62676-4:2014 (EN 62676-4:2015), as quoted by infinitioptics.com (DORI) and cctv-check.de; not inspect",
        verified=True,
    ),
    "2025": Edition(
        "2025",
        (("overview", 20.0), ("outline", 40.0), ("discern", 80.0), ("perceive", 125.0), ("characterise", 250.0),
         ("validate", 500.0), ("scrutinise", 1500.0)),
        "IEC 62676-4:2025; names as on a maker's test chart (mobotix.com), figures not verified",
        verified=False,
    ),
}  # fmt: skip


def pixel_density(distance: ArrayLike, fov: ArrayLike, pixels: ArrayLike) -> Reals:
    """Pixels per metre on a plane that faces the sensor, `distance` metres along its axis.

    Up to 150 degrees the picture is flat: pixels / (2 d tan(fov / 2)).  Wider ones share their pixels out over the
    angle: pixels / (d fov).  Infinite at distance 0.  Arrays are broadcast against each other.
    """
    distance, fov, pixels = np.broadcast_arrays(*(np.asarray(one, float) for one in (distance, fov, pixels)))
    if not ((distance >= 0) & (fov > 0) & (fov <= 360) & (pixels >= 0)).all():
        raise ValueError("A pixel density needs a distance of at least 0, a field of view above 0 and at most 360.")
    flat = fov < FLAT
    width = np.where(flat, 2 * distance * np.tan(np.radians(np.where(flat, fov, 0.0)) / 2), distance * np.radians(fov))
    return np.where(width > 0, pixels / np.where(width > 0, width, 1.0), np.inf)


def distance_for(density: ArrayLike, fov: ArrayLike, pixels: ArrayLike) -> Reals:
    """How far along the axis a density is still reached, in metres: `pixel_density` turned round."""
    density = np.asarray(density, float)
    if not (density > 0).all():
        raise ValueError("A pixel density must be above 0.")
    return pixel_density(1.0, fov, pixels) / density


def density_class(density: ArrayLike, edition: str | Edition = "2014") -> NDArray[np.str_]:
    """The highest level that each density reaches; empty text below the least.  Same shape as `density`."""
    levels = edition_of(edition).levels
    names = np.array(["", *(name for name, _ in levels)])
    return names[np.searchsorted([least for _, least in levels], np.asarray(density, float), side="right")]


def edition_of(edition: str | Edition) -> Edition:
    """An edition by its year, or one of the caller's own."""
    if isinstance(edition, Edition):
        return edition
    if edition not in EDITIONS:
        raise ValueError(f"There is no edition {edition} of IEC 62676-4 here, only {' and '.join(EDITIONS)}.")
    return EDITIONS[edition]
