"""Between what numbers the next count lies, if nothing has changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.engines.effects.ratio import LEVEL

LEAST = 6  # earlier periods


@dataclass(frozen=True)
class Usual:
    """mean: of the earlier periods, for the size of this one.  low, high: 95 of 100 such counts lie between them."""

    mean: float
    low: float
    high: float

    def side(self, count: float) -> int:
        """1 above, -1 below, 0 within."""
        return int(count > self.high) - int(count < self.low)


def usual(
    earlier: Sequence[float], *, size: Sequence[float] | None = None, now: float = 1.0, least: int = LEAST
) -> Usual | None:
    """What is usual, from earlier periods; none where there are fewer than `least`, or nothing was ever counted.

    earlier: (k,) counts ≥ 0.  size: (k,) > 0, what each is proportional to (days).  now: the size of the period asked
    about.  The spread is quasi-Poisson, and the mean is known only from k periods. Whole numbers, rounded outwards.
    """
    from scipy.stats import t

    y = np.asarray(earlier, float)
    sizes = np.ones(len(y)) if size is None else np.asarray(size, float)
    if len(y) < least or y.sum() == 0:
        return None
    rate = y.sum() / sizes.sum()
    dispersion = max(1.0, float(np.sum((y - rate * sizes) ** 2 / (rate * sizes))) / (len(y) - 1))
    mean = float(rate * now)
    far = float(t.ppf((1 + LEVEL) / 2, len(y) - 1)) * float(np.sqrt(dispersion * mean * (1 + now / sizes.sum())))
    return Usual(mean, max(0.0, float(np.floor(mean - far))), float(np.ceil(mean + far)))
