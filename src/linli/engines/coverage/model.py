"""What looks, and what stands in its way.

All is in planar metres, x to the east and y to the north (`plane`); bearings in degrees clockwise from north.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Reals = NDArray[np.float64]

# What each field of a sensor may be: from, to, whether the lower end is allowed, and how a person is told.
LIMITS: dict[str, tuple[float, float, bool, str]] = {
    "x": (-1e7, 1e7, True, "The position must be in metres near the origin"),
    "y": (-1e7, 1e7, True, "The position must be in metres near the origin"),
    "height": (0, 500, True, "The height must be from 0 to 500 m above ground"),
    "bearing": (-720, 720, True, "The bearing must be in degrees"),
    "fov": (0, 360, False, "The field of view must be above 0 and at most 360 degrees"),
    "tilt": (-90, 90, True, "The tilt must be from -90 (up) to 90 (down) degrees"),
    "vertical_fov": (0, 180, False, "The vertical field of view must be above 0 and at most 180 degrees"),
    "near": (0, 5000, True, "The near end must be from 0 to 5,000 m"),
    "range": (0, 5000, True, "The range must be from 0 to 5,000 m"),
    "pixels": (0, 100_000, True, "The picture's width must be from 0 to 100,000 pixels"),
}


@dataclass(frozen=True)
class Sensors:
    """n sensors; each field is an array (n,), or becomes one where a single number is given for all of them.

    x, y: metres.  height: of the lens above ground, m.  bearing: where it looks, degrees clockwise from north.
    fov: horizontal field of view, degrees.  tilt: of the axis below the horizon, degrees.  vertical_fov: degrees.
    near, range: the distances between which it is of use, m.  pixels: width of its picture.

    Raises ValueError, which says which sensor (counted from 1) and what must be changed.
    """

    x: Reals
    y: Reals
    height: Reals = 3.0  # type: ignore[assignment]
    bearing: Reals = 0.0  # type: ignore[assignment]
    fov: Reals = 90.0  # type: ignore[assignment]
    tilt: Reals = 0.0  # type: ignore[assignment]
    vertical_fov: Reals = 180.0  # type: ignore[assignment]
    near: Reals = 0.0  # type: ignore[assignment]
    range: Reals = 30.0  # type: ignore[assignment]
    pixels: Reals = 1920.0  # type: ignore[assignment]

    def __post_init__(self) -> None:
        number = np.atleast_1d(np.asarray(self.x, float)).shape
        if len(number) != 1:
            raise ValueError("Sensors are given as flat arrays, one value for each.")
        for field in fields(self):
            values = np.asarray(getattr(self, field.name), float)
            if values.ndim and values.shape != number:
                raise ValueError(f"There are {number[0]} sensors, but {values.size} values of {field.name}.")
            values = np.ascontiguousarray(np.broadcast_to(values, number))
            low, high, closed, words = LIMITS[field.name]
            wrong = ~((values >= low if closed else values > low) & (values <= high))
            if wrong.any():
                first = int(np.argmax(wrong))
                raise ValueError(f"Sensor {first + 1}: {words}, not {values[first]:g}.")
            values.flags.writeable = False
            object.__setattr__(self, field.name, values)

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, chosen: Any) -> Self:
        """Some of them: an index, a slice, a mask or an array of indices."""
        some = slice(chosen, chosen + 1 or None) if isinstance(chosen, int | np.integer) else chosen
        return type(self)(**{field.name: getattr(self, field.name)[some] for field in fields(self)})

    def arrays(self) -> dict[str, Reals]:
        """As plain arrays, to be sent to another process; `Sensors(**arrays)` is the way back."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, given: Self | Mapping[str, ArrayLike]) -> Self:
        return given if isinstance(given, cls) else cls(**given)  # type: ignore[arg-type]
