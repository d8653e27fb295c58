"""A ratio with its interval of 95 in 100."""

from dataclasses import dataclass
from math import exp

LEVEL = 0.95


@dataclass(frozen=True)
class Ratio:
    """How many times as many; 1 is no change. low and high: the interval of 95 in 100."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """The interval leaves out 1."""
        return self.high < 1 or self.low > 1


def ratio_of(log: float, error: float, dof: float) -> Ratio:
    """log: the logarithm of the ratio.  error: its standard error.  dof: degrees of freedom of Student's t."""
    from scipy.stats import t

    far = float(t.ppf((1 + LEVEL) / 2, dof)) * error
    return Ratio(exp(log), exp(max(log - far, -30)), exp(min(log + far, 30)))
