"""How long a matter takes at the counter, learnt from real service times."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

BELIEVED = 8  # the planned time counts as much as so many real ones
SPREAD = 0.6  # and is believed to vary by this share of itself
SHORTEST, LONGEST = 20.0, 5.0  # seconds below which a call was a slip; times the plan above which it was forgotten


@dataclass(frozen=True)
class Took:
    """Seconds of one service: their mean, their spread, and how far the mean itself may be off (standard error)."""

    mean: float
    sd: float
    error: float
    n: int


def learn(seconds: Sequence[float], *, planned: float) -> Took:
    """Weigh real service times against the planned one, which speaks alone where there are none.

    seconds: of services that ended; those that were plainly slips or forgotten are left out.  planned: > 0.
    Method: the mean of a normal sample with a conjugate prior of `BELIEVED` observations.
    """
    real = [each for each in seconds if SHORTEST <= each <= LONGEST * planned]
    weight = BELIEVED + len(real)
    mean = (BELIEVED * planned + sum(real)) / weight
    squares = BELIEVED * ((SPREAD * planned) ** 2 + (planned - mean) ** 2) + sum((each - mean) ** 2 for each in real)
    sd = sqrt(squares / weight)
    return Took(mean=mean, sd=sd, error=sd / sqrt(weight), n=len(real))


def still(took: Took, passed: float) -> float:
    """Seconds that a service which has run for `passed` is likely to go on: never less than a quarter of the usual."""
    return max(took.mean - passed, took.mean / 4)
