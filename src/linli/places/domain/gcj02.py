"""GCJ-02, the shifted datum of Chinese web maps, to WGS-84 and back.

The shift is the one that public implementations agree on (eviltransform, coordtransform): a few hundred metres, smooth,
and none outside a rectangle round China. There is no closed inverse; iterating the shift converges in a few steps.
"""

from math import cos, pi, sin, sqrt

AXIS = 6_378_245.0  # semi-major axis of Krasovsky 1940, in metres
ECCENTRICITY_SQUARED = 0.00669342162296594323
CLOSE_ENOUGH = 1e-10  # degrees: a hundredth of a millimetre


def to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """A point in GCJ-02 degrees, in WGS-84 degrees; exact to well below a centimetre."""
    guess = lon, lat
    for _ in range(10):
        shifted = from_wgs84(*guess)
        error = shifted[0] - lon, shifted[1] - lat
        guess = guess[0] - error[0], guess[1] - error[1]
        if max(abs(error[0]), abs(error[1])) < CLOSE_ENOUGH:
            break
    return guess


def from_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """A point in WGS-84 degrees, in GCJ-02 degrees."""
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return lon, lat
    east, north = _shift(lon - 105.0, lat - 35.0)
    phi = lat / 180.0 * pi
    magic = 1 - ECCENTRICITY_SQUARED * sin(phi) ** 2
    metres_north = AXIS * (1 - ECCENTRICITY_SQUARED) / (magic * sqrt(magic)) * pi / 180.0
    metres_east = AXIS / sqrt(magic) * cos(phi) * pi / 180.0
    return lon + east / metres_east, lat + north / metres_north


def _shift(x: float, y: float) -> tuple[float, float]:
    """Metres east and north, for a point x and y degrees from 105° E 35° N."""
    common = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    return east, north
