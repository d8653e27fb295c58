"""How one camera looks: the numbers that decide what it sees, read from the register or tried out before saving."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from math import cos, isfinite, radians, sin, tan
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from linli.core.errors import Invalid
from linli.engines.coverage.frame import FLAT
from linli.riskmap.models import Optics

HEIGHT = 3.5  # metres, where the register says none
RANGE_MOST = 500.0
PIXELS_MOST = 20_000
MASKS_MOST = 8

# name → least, most. The bearing is turned round instead of refused.
BOUNDS: dict[str, tuple[float, float]] = {
    "tilt": (-30, 90),
    "fov": (1, 360),
    "vertical_fov": (1, 180),
    "near": (0, RANGE_MOST),
    "range": (1, RANGE_MOST),
    "pixels": (16, PIXELS_MOST),
    "height": (0, 200),
    "lon": (-180, 180),
    "lat": (-85, 85),
}
TURNED = ("bearing", "tilt", "fov", "vertical_fov", "near", "range", "pixels", "masks")
PLACED = ("lon", "lat", "height")


@dataclass(frozen=True)
class View:
    """lon, lat: degrees.  height, near, range: metres.  bearing: degrees clockwise from north.

    tilt: degrees below the horizon.  masks: blacked out sectors, (left, right) in degrees from the picture's middle.
    """

    lon: float
    lat: float
    height: float
    bearing: float
    tilt: float
    fov: float
    vertical_fov: float
    near: float
    range: float
    pixels: int
    masks: tuple[tuple[float, float], ...] = ()

    def density(self, x: Any, y: Any, normal: tuple[Any, Any]) -> Any:
        """Pixels per metre along façades whose normals are given, at points (x, y) in metres around the camera.

        A flat picture puts a point at f (p·right) / (p·axis); its change along the façade is f |p·normal| / (p·axis)².
        A picture that is wider than flat ones can be shares its pixels out over the angle.  0 where there is none.
        """
        across = np.abs(x * normal[0] + y * normal[1])
        if self.fov >= FLAT:
            return self.pixels / radians(self.fov) * across / np.maximum(x * x + y * y, 1e-9)
        turn = radians(self.bearing)
        ahead = x * sin(turn) + y * cos(turn)
        focal = self.pixels / (2 * tan(radians(self.fov / 2)))
        return np.where(ahead > 1e-6, focal * across / np.maximum(ahead, 1e-6) ** 2, 0.0)


def view_of(optics: Optics) -> View | None:
    """How a camera of the register looks; None while nobody said where it stands. Needs its device, with its place."""
    device = optics.device
    lon = device.lon if device.lon is not None else device.place.lon
    lat = device.lat if device.lat is not None else device.place.lat
    if lon is None or lat is None:
        return None
    return View(
        lon=lon, lat=lat, height=HEIGHT if device.height is None else device.height, bearing=optics.bearing,
        tilt=optics.tilt, fov=optics.fov, vertical_fov=optics.vertical_fov, near=optics.near, range=optics.range,
        pixels=optics.pixels, masks=tuple((left, right) for left, right in optics.masks),
    )  # fmt: skip


def tried(view: View, changes: Mapping[str, Any]) -> View:
    """The same camera, looking otherwise.

    changes: any of the fields of a view.

    Raises:
        Invalid: by field, with the bounds in words.
    """
    known = {each.name for each in fields(View)}
    given = {name: value for name, value in changes.items() if name in known}
    if wrong := wrong_in({**vars(view), **given}):
        raise Invalid(fields={name: words for name, words in wrong.items() if name in given} or wrong)
    if "bearing" in given:
        given["bearing"] = float(given["bearing"]) % 360
    return replace(view, **given)


def wrong_in(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the numbers of a camera, by field."""
    wrong: dict[str, str] = {}
    for name, (least, most) in BOUNDS.items():
        value = values.get(name)
        if value is not None and not (isfinite(value) and least <= value <= most):
            wrong[name] = _("Write a number from %(least)s to %(most)s.") % {"least": f"{least:g}", "most": f"{most:g}"}
    if not isfinite(values["bearing"]):
        wrong["bearing"] = _("Write the direction in degrees, for example 90 for east.")
    if not wrong and values["near"] >= values["range"]:
        wrong["near"] = _("It must see farther than it begins to see.")
    if len(values.get("masks") or ()) > MASKS_MOST:
        wrong["masks"] = _("Give at most %(most)d blacked out sectors.") % {"most": MASKS_MOST}
    elif any(not -180 <= left < right <= 180 for left, right in values.get("masks") or ()):
        wrong["masks"] = _("Write each sector as two numbers from -180 to 180, the left one first, for example -20 -5.")
    return wrong
