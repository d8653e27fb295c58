"""From one camera and the points about it to what it would see each way it may look.

All in metres around the camera, x to the east and y to the north; bearings in degrees clockwise from north. What hides
a point behind a building does not depend on the bearing: it is worked out once for a camera that looks all round
(`engines.coverage`), and only points in sight come here. What remains is whether a point lies in the picture, and how
densely: the picture's edges are those of `engines.coverage.frame`.
"""

from dataclasses import dataclass, field
from math import cos, inf, radians, sin, tan
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from linli.engines.coverage.frame import FLAT
from linli.engines.planner.problem import Numbers, Problem

MOST = 60_000.0  # pixels per metre: more says nothing
STEEPEST = 89.0  # degrees


@dataclass(frozen=True)
class Lens:
    """How a camera looks, but for its bearing: as in `engines.coverage.Sensors`, one number each.

    masks: sectors that it blacks out, (left, right) in degrees from the middle of its picture; they turn with it.
    """

    height: float
    tilt: float
    fov: float
    vertical_fov: float
    near: float
    range: float
    pixels: float
    masks: tuple[tuple[float, float], ...] = ()

    @property
    def flat(self) -> bool:
        return self.fov < FLAT and self.vertical_fov < FLAT


def ground_density(lens: Lens, points: Numbers, bearings: Numbers) -> Numbers:
    """(b, m) pixels per metre at each of m points (m, 2) of the ground, for each of b bearings; 0 off the picture."""
    ahead, aside = _turned(points, bearings)
    far = np.hypot(points[:, 0], points[:, 1])[None, :]
    low, high = lens.tilt + lens.vertical_fov / 2, lens.tilt - lens.vertical_fov / 2
    if low <= 0:
        return np.zeros(ahead.shape)
    if lens.flat:
        inside = _on_flat_picture(lens, ahead, aside, low, high)
    else:
        inside = (far >= _meets(lens.height, low)) & (far <= _meets(lens.height, high)) & _within(lens, ahead, aside)
    inside &= (far >= lens.near) & (far <= lens.range) & ~_masked(lens, ahead, aside)
    return np.where(inside, _pixels(lens, ahead, np.broadcast_to(far, ahead.shape)), 0.0)


def facade_density(
    lens: Lens, points: Numbers, outwards: Numbers, low: Numbers, high: Numbers, bearings: Numbers
) -> Numbers:
    """(b, m) pixels per metre along the façade at each of m points of windows; 0 where a window is not in the picture.

    points, outwards: (m, 2), the latter of length 1, away from the house.  low, high: (m,) metres above ground; some of
    that height must lie in the picture. A flat picture puts a point at f aside / ahead; its change along the façade is
    f |p · outwards| / ahead².
    """
    ahead, aside = _turned(points, bearings)
    far = np.hypot(points[:, 0], points[:, 1])
    across = -(points * outwards).sum(axis=1)  # above 0 before the house
    top = min(STEEPEST, lens.vertical_fov / 2 - lens.tilt)
    bottom = max(-STEEPEST, -lens.vertical_fov / 2 - lens.tilt)
    lowest, highest = (lens.height + far * tan(radians(angle)) for angle in (bottom, top))
    shown = (lowest <= high) & (highest >= low) & (across > 0) & (far <= lens.range)
    inside = shown[None, :] & _within(lens, ahead, aside) & ~_masked(lens, ahead, aside)
    if lens.fov >= FLAT:
        density = np.broadcast_to(lens.pixels / radians(lens.fov) * across / np.maximum(far**2, 1e-9), ahead.shape)
    else:
        sharp = lens.pixels / (2 * tan(radians(lens.fov / 2))) * across[None, :]
        density = np.divide(sharp, ahead**2, out=np.zeros(ahead.shape), where=ahead > 1e-6)
    return np.where(inside, np.minimum(density, MOST), 0.0)


def _turned(points: Numbers, bearings: Numbers) -> tuple[Numbers, Numbers]:
    """(b, m) metres ahead of and to the right of a camera with each bearing."""
    turn = np.radians(np.asarray(bearings, float))[:, None]
    x, y = points[:, 0][None, :], points[:, 1][None, :]
    return x * np.sin(turn) + y * np.cos(turn), x * np.cos(turn) - y * np.sin(turn)


def _on_flat_picture(lens: Lens, ahead: Numbers, aside: Numbers, low: float, high: float) -> Numbers:
    """Whether points of the ground lie in a picture that keeps straight lines straight (`coverage.frame`)."""
    tilt = radians(lens.tilt)
    nearest = max(lens.height / tan(radians(low)) if low < 180 else -inf, -lens.range)
    nearest = max(nearest, -lens.height * tan(tilt)) if lens.tilt < 90 else nearest
    farthest = min(lens.height / tan(radians(high)) if high > 0 else lens.range, lens.range)
    wide = (ahead * cos(tilt) + lens.height * sin(tilt)) * tan(radians(lens.fov / 2))
    return (ahead >= nearest) & (ahead <= farthest) & (np.abs(aside) <= wide)


def _meets(height: float, below: float) -> float:
    """How far away a line that points `below` the horizon meets the ground."""
    return max(height / tan(radians(below)), 0.0) if 0 < below < 90 else (0.0 if below >= 90 else inf)


def _angle(ahead: Numbers, aside: Numbers) -> Numbers:
    return np.degrees(np.arctan2(aside, ahead))


def _within(lens: Lens, ahead: Numbers, aside: Numbers) -> Numbers:
    return np.abs(_angle(ahead, aside)) <= lens.fov / 2 + 1e-9


def _masked(lens: Lens, ahead: Numbers, aside: Numbers) -> Numbers:
    hidden = np.zeros(ahead.shape, dtype=bool)
    if lens.masks:
        angle = _angle(ahead, aside)
        for left, right in lens.masks:
            hidden |= (angle >= left) & (angle <= right)
    return hidden


def _pixels(lens: Lens, ahead: Numbers, far: Numbers) -> Numbers:
    """Pixels per metre on a plane across the axis; up to 150 degrees of view the same all over such a plane."""
    if lens.fov >= FLAT:
        return np.minimum(lens.pixels / np.maximum(far * radians(lens.fov), 1e-9), MOST)
    return np.minimum(lens.pixels / np.maximum(2 * ahead * tan(radians(lens.fov / 2)), 1e-9), MOST)


@dataclass
class Gathering:
    """The options of many cameras, gathered one camera after the other into a Problem. idle: one for each camera."""

    idle: list[int] = field(default_factory=list)
    bearing: list[float] = field(default_factory=list)
    _camera: list[Numbers] = field(default_factory=list)
    _cost: list[Numbers] = field(default_factory=list)
    _allowed: list[Numbers] = field(default_factory=list)
    _sizes: list[Numbers] = field(default_factory=list)
    _points: list[Numbers] = field(default_factory=list)
    _levels: list[Numbers] = field(default_factory=list)

    def add(
        self, *, idle: int, bearings: Numbers, cost: Numbers, allowed: Numbers, density: Numbers, points: Numbers
    ) -> None:
        """One camera more.

        idle: money for having it show nothing.  bearings, cost, allowed: (b,).  density: (b, m), of `ground_density`.
        points: (m,) which of all points these are, each once.
        """
        way, column = np.nonzero(density >= 1)
        self._camera.append(np.full(len(bearings), len(self.idle)))
        self.idle.append(idle)
        self.bearing += np.asarray(bearings, float).tolist()
        self._cost.append(np.asarray(cost, dtype=np.int64))
        self._allowed.append(np.asarray(allowed, dtype=bool))
        self._sizes.append(np.bincount(way, minlength=len(bearings)))
        self._points.append(np.asarray(points, dtype=np.int64)[column])
        self._levels.append(density[way, column].astype(np.uint16))

    def problem(self, *, weight: ArrayLike, need: ArrayLike, views: ArrayLike, **aim: Any) -> Problem:
        """aim: `budget` or `target`. Option i looks at `bearing[i]`."""
        return Problem(
            camera=_joined(self._camera), cost=_joined(self._cost), allowed=_joined(self._allowed).astype(bool),
            starts=np.r_[0, np.cumsum(_joined(self._sizes))], points=_joined(self._points),
            levels=_joined(self._levels), weight=np.asarray(weight, dtype=np.int64),
            need=np.ceil(np.asarray(need, float)), views=np.asarray(views, dtype=np.int64),
            idle=np.array(self.idle, dtype=np.int64), **aim,
        )  # fmt: skip


def _joined(parts: list[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def smallest_turn(before: float, after: float) -> float:
    """Degrees from one bearing to another, the short way round: -90 is a quarter turn to the left."""
    turned = (after - before + 180) % 360 - 180
    return 180.0 if turned == -180 else turned


__all__ = ["Gathering", "Lens", "facade_density", "ground_density", "smallest_turn"]
