"""Control charts: which point of a series is unusual, season and exposure taken out.

Every chart is set by how often it calls for nothing: `run_length` points lie between two false alarms on average.
"count" and "rate" look at each point by itself; "ewma" and "cusum" remember, and find a small change that lasts.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.engines.hotspots.points import Reals, columns
from linli.engines.hotspots.season import Usual, usual

COUNT, RATE, EWMA, CUSUM = "count", "rate", "ewma", "cusum"
STEPS = ("day", "week", "month")
FEWEST = 8  # points of a baseline
WEIGHT = 0.2  # of the newest point in an EWMA
SHIFT = 1.0  # standard deviations of the rise that the CUSUM is to find
RUNS, LONG = 400, 4  # simulated series, and how many run lengths each lasts


@dataclass(frozen=True)
class Chart:
    """One point of each array for each step.

    counts, expected: numbers; lower, upper: what is still usual, both included (for ewma and cusum: of `statistic`).
    statistic: what the chart draws.  high, low: the unusual points.  baseline: the points that say what is usual.
    run_length: points between two false alarms on average, as simulated or worked out for this very chart;
    spread: variance over mean; seasons: what was taken out.
    """

    method: str
    counts: Reals
    expected: Reals
    statistic: Reals
    lower: Reals
    upper: Reals
    high: NDArray[np.bool_]
    low: NDArray[np.bool_]
    baseline: NDArray[np.bool_]
    run_length: float
    spread: float
    seasons: tuple[str, ...]


def control_chart(
    *,
    counts: Any,
    days: Any,
    method: str = COUNT,
    step: str = "day",
    exposure: Any = None,
    baseline: int | None = None,
    run_length: float = 370.0,
    seed: int = 0,
) -> Chart:
    """The chart of a series of counts.

    counts: (n,) 0 or more.  days: (n,) first day of each step, as datetime64[D], ascending.  exposure: (n,) above 0,
    such as households or days at work; needed for "rate".  baseline: how many points from the beginning say what is
    usual; all but the last quarter by default.  run_length: points between two false alarms, 20 or more.

    Raises:
        ValueError: something does not fit, or the baseline has fewer than eight points.
    """
    counts, exposure, days = _checked(counts, days, exposure, method, step, run_length)
    number = len(counts)
    baseline = max(number * 3 // 4, min(number, FEWEST)) if baseline is None else baseline
    if not FEWEST <= baseline <= number:
        raise ValueError(f"what is usual is told by {FEWEST} points at least, and there are {min(baseline, number)}")
    base = np.arange(number) < baseline
    found = usual(counts, exposure, days, step=step, baseline=base)
    draw = {COUNT: _each, RATE: _each, EWMA: _ewma, CUSUM: _cusum}[method]
    statistic, lower, upper, length = draw(counts, found, run_length, seed)
    if method == RATE:
        statistic, lower, upper = statistic / exposure, lower / exposure, upper / exposure
    slack = 1e-9 * np.maximum(1.0, np.abs(statistic))
    return Chart(
        method, counts, found.expected, statistic, lower, upper, statistic > upper + slack, statistic < lower - slack,
        base, length, found.spread, found.seasons,
    )  # fmt: skip


def _checked(
    counts: Any, days: Any, exposure: Any, method: str, step: str, run_length: float
) -> tuple[Reals, Reals, Any]:
    if method not in (COUNT, RATE, EWMA, CUSUM) or step not in STEPS:
        raise ValueError(f"there is no chart {method!r} by {step!r}")
    if method == RATE and exposure is None:
        raise ValueError("a rate needs an exposure")
    counts, exposure = columns(
        counts, np.ones(len(counts)) if exposure is None else exposure, names=("counts", "exposure")
    )
    days = np.asarray(days, "datetime64[D]")
    if len(days) != len(counts) or (np.diff(days.astype(np.int64)) <= 0).any():
        raise ValueError("each count has a day of its own, and the days ascend")
    if (counts < 0).any() or (exposure <= 0).any():
        raise ValueError("counts are 0 or more, and the exposure is above 0")
    if run_length < 20:
        raise ValueError("more often than once in 20 points a false alarm is no help")
    return counts, exposure, days


Drawn = tuple[Reals, Reals, Reals, float]


def _each(counts: Reals, found: Usual, run_length: float, _seed: int) -> Drawn:
    """Each point by itself: limits such that a point beyond either comes once in `run_length` at most."""
    tail = 1 / run_length / 2
    mean = np.maximum(found.expected, 1e-12)
    law = _law(mean, found.spread)
    lower, upper = law.ppf(tail), law.ppf(1 - tail)
    lower = np.where(law.cdf(lower) > tail, lower, lower + 1)  # a point at the limit is still usual
    false = float((1 - law.cdf(upper) + law.cdf(lower - 1)).mean())
    return counts, lower, upper, 1 / false if false > 0 else float("inf")


def _law(mean: Reals, spread: float) -> Any:
    """Poisson, or negative binomial with the same mean and `spread` times its variance."""
    from scipy import stats

    if spread < 1.001:
        return stats.poisson(mean)
    return stats.nbinom(mean / (spread - 1), 1 / spread)


def _ewma(counts: Reals, found: Usual, run_length: float, seed: int) -> Drawn:
    """A mean that forgets: each point moves it a fifth of the way. Limits as simulated for this very series."""
    limit, length = _set_by_chance(lambda scores: np.abs(_smoothed(scores)), found, run_length, seed)
    statistic = _smoothed(_scores(counts, found)[:, None])[:, 0]
    return statistic, np.full(len(counts), -limit), np.full(len(counts), limit), length


def _cusum(counts: Reals, found: Usual, run_length: float, seed: int) -> Drawn:
    """What has come in beyond half a standard deviation more than usual, added up; never below 0."""
    limit, length = _set_by_chance(_summed, found, run_length, seed)
    statistic = _summed(_scores(counts, found)[:, None])[:, 0]
    return statistic, np.zeros(len(counts)), np.full(len(counts), limit), length


def _scores(counts: Reals, found: Usual) -> Reals:
    """Counts in standard deviations from what is expected."""
    mean = np.maximum(found.expected, 1e-12)
    scores: Reals = (counts - mean) / np.sqrt(found.spread * mean)
    return np.where(found.expected > 0, scores, np.where(counts > 0, 10.0, 0.0))


def _smoothed(scores: Reals) -> Reals:
    """(n, series): each in units of its own standard deviation at that point."""
    from scipy.signal import lfilter

    kept = lfilter([WEIGHT], [1, WEIGHT - 1], scores, axis=0)
    point = np.arange(1, len(scores) + 1)
    spread = np.sqrt(WEIGHT / (2 - WEIGHT) * (1 - (1 - WEIGHT) ** (2 * point)))
    found: Reals = kept / spread[:, None]
    return found


def _summed(scores: Reals) -> Reals:
    found = np.empty_like(scores)
    now = np.zeros(scores.shape[1])
    for point, row in enumerate(scores):
        now = np.maximum(0, now + row - SHIFT / 2)
        found[point] = now
    return found


def _set_by_chance(statistic: Any, found: Usual, run_length: float, seed: int) -> tuple[float, float]:
    """The limit at which series of pure chance call once in `run_length` points on average, and how often they do.

    The series have the means of the chart, over and over, and its spread. A call counts at the first point beyond.
    """
    steps = int(run_length * LONG)
    mean = np.resize(np.maximum(found.expected, 1e-12), steps)
    chance = np.random.default_rng(seed)
    series = _law(mean[:, None], found.spread).rvs(size=(steps, RUNS), random_state=chance)
    highest = np.maximum.accumulate(statistic(_scores(series, Usual(mean[:, None], found.spread, ()))), axis=0)
    low, high = 0.0, float(highest.max()) + 1
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _run_length(highest, middle) < run_length else (low, middle)
    return high, _run_length(highest, high)


def _run_length(highest: Reals, limit: float) -> float:
    """Points until the first call; where a series ends before it calls, what it lasted counts as time and no call."""
    beyond = highest > limit
    called = beyond.any(axis=0)
    waited = np.where(called, np.argmax(beyond, axis=0) + 1, len(highest)).sum()
    return float(waited / called.sum()) if called.any() else float("inf")
