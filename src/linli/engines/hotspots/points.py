"""What all of them ask of their input."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]


def columns(*given: ArrayLike, names: Sequence[str] = ("x", "y", "t")) -> list[Reals]:
    """The columns as arrays of one length.

    Raises:
        ValueError: they are not of one length, or one of their values is no number; it says which.
    """
    found = [np.ascontiguousarray(column, dtype=np.float64).ravel() for column in given]
    if len({len(column) for column in found}) > 1:
        raise ValueError("the columns are not of one length")
    for name, column in zip(names, found, strict=False):
        if not np.isfinite(column).all():
            row = int(np.flatnonzero(~np.isfinite(column))[0])
            raise ValueError(f"point {row} has no number for {name}: leave out what has no place")
    return found


def positive(**given: float) -> None:
    """Raises ValueError for the first that is not a number above nought."""
    for name, value in given.items():
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be above 0, not {value}")
