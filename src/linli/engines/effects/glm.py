"""Quasi-likelihood regression of counts, with intervals that allow for what one period passes on to the next.

Both families have their canonical link, so the score of a row is `x * (y - mean)` and one code serves both.
Sources: McCullagh & Nelder, Generalized Linear Models, ch. 9 (quasi-likelihood); Newey & West 1987 (Bartlett weights).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
ROUNDS, CLOSE = 60, 1e-10
HIGHEST_MEMORY = 0.9
LARGEST_STEP = 4.0  # of a linear predictor in one round


@dataclass(frozen=True)
class Family:
    """Mean and variance of a row, from the linear predictor; `size` is the offset's factor or the number of trials."""

    mean: Callable[[Floats, Floats], Floats]
    variance: Callable[[Floats, Floats], Floats]
    start: Callable[[Floats, Floats], Floats]


def _share(eta: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(eta, -30, 30)))


POISSON = Family(
    mean=lambda eta, size: size * np.exp(np.clip(eta, -30, 30)),
    variance=lambda mean, _size: mean,
    start=lambda y, size: np.log((y + 0.5) / size),
)
BINOMIAL = Family(
    mean=lambda eta, size: size * _share(eta),
    variance=lambda mean, size: mean * (1 - mean / size),
    start=lambda y, size: np.log((y + 0.5) / (size - y + 0.5)),
)


@dataclass(frozen=True)
class Fit:
    """x: (n, p).  beta: (p,).  mean, variance, residual (Pearson): (n,).  bread: (p, p), the inverse information."""

    x: Floats
    y: Floats
    beta: Floats
    mean: Floats
    variance: Floats
    bread: Floats

    @property
    def dof(self) -> int:
        return len(self.y) - len(self.beta)

    @property
    def residual(self) -> Floats:
        found: Floats = (self.y - self.mean) / np.sqrt(self.variance)
        return found

    @property
    def dispersion(self) -> float:
        """How many times the spread of chance alone; never less than 1, so that no interval is narrower than that."""
        return max(1.0, float(np.sum(self.residual**2)) / self.dof)

    @property
    def memory(self) -> float:
        """What a period passes on to the next: the correlation of neighbours, from 0 to 0.9.

        Residuals of a regression with p columns look less alike than the errors by about p in n; that is added.
        """
        r = self.residual
        whole = float(np.sum(r**2))
        if whole <= 1e-9 * len(r):  # nothing is left over but rounding
            return 0.0
        found = float(np.sum(r[1:] * r[:-1])) / whole + len(self.beta) / len(r)
        return min(max(found, 0.0), HIGHEST_MEMORY)

    @cached_property
    def covariances(self) -> tuple[Floats, Floats]:
        """Of beta: by Newey and West, and by the memory between neighbours. Two of (p, p)."""
        return newey_west(self, usual_lags(len(self.y))), with_memory(self, self.memory)


def fit(x: Floats, y: Floats, size: Floats, family: Family = POISSON) -> Fit:
    """Fit by iteratively reweighted least squares.

    x: (n, p) of full column rank.  y: (n,) ≥ 0.  size: (n,) > 0, by which the mean is multiplied (days of a month), or
    the number of trials.

    Raises:
        ValueError: the columns say the same twice, or the counts fix no estimate (all nought on one side).
    """
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("the columns of the regression depend on each other")
    eta, beta = family.start(y, size), np.full(x.shape[1], np.nan)
    for _ in range(ROUNDS):
        mean = family.mean(eta, size)
        weight = np.maximum(family.variance(mean, size), 1e-12)
        root = np.sqrt(weight)[:, None]
        new = np.linalg.lstsq(root * x, root[:, 0] * (eta + (y - mean) / weight), rcond=None)[0]
        done = np.allclose(new, beta, rtol=0, atol=CLOSE)
        beta = new
        eta = np.clip(x @ beta, eta - LARGEST_STEP, eta + LARGEST_STEP)
        if done:
            break
    else:
        raise ValueError("the counts fix no estimate")
    mean = family.mean(x @ beta, size)
    variance = np.maximum(family.variance(mean, size), 1e-12)
    bread = np.asarray(np.linalg.inv((x * variance[:, None]).T @ x), float)
    return Fit(x, y, np.asarray(beta, float), mean, variance, bread)


def newey_west(fitted: Fit, lags: int) -> Floats:
    """Covariance of beta that holds under unequal spread and memory over `lags` periods, times n / (n - p). (p, p)."""
    score = fitted.x * (fitted.y - fitted.mean)[:, None]
    meat = score.T @ score
    for lag in range(1, lags + 1):
        part = score[lag:].T @ score[:-lag]
        meat += (1 - lag / (lags + 1)) * (part + part.T)
    found: Floats = fitted.bread @ meat @ fitted.bread * len(fitted.y) / fitted.dof
    return found


def with_memory(fitted: Fit, memory: float) -> Floats:
    """Covariance of beta where periods k apart are alike by memory**k, and spread is quasi-Poisson. (p, p)."""
    far = np.abs(np.subtract.outer(np.arange(len(fitted.y)), np.arange(len(fitted.y))))
    rooted = fitted.x * np.sqrt(fitted.variance)[:, None]
    meat = rooted.T @ (memory**far) @ rooted * fitted.dispersion
    found: Floats = fitted.bread @ meat @ fitted.bread
    return found


def usual_lags(n: int) -> int:
    """Newey and West's own rule."""
    return max(1, int(4 * (n / 100) ** (2 / 9)))


def spread(fitted: Fit, contrast: Floats) -> float:
    """The standard error of `contrast @ beta`: the greater of the two covariances, so that neither has to be right."""
    return float(np.sqrt(max(float(contrast @ way @ contrast) for way in fitted.covariances)))
