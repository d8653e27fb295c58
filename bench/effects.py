"""Did it help?  Planted effects, 500 seeds each: how often the interval holds the truth, and how often it cries where
nothing happened. The aims are those of the issue: 93 of 100 at least, 7 of 100 at most."""

from collections.abc import Callable

import numpy as np

from bench.figure import Figure
from linli.engines.effects import Ratio, Step, did, interrupted

SEEDS = 500
EFFECT = 0.6


def counts(seed: int, effect: float, *, n: int, begins: int, mean: float, year: float, memory: float) -> np.ndarray:
    """One series with trend, season (from a year before on), memory of the level, and nearly twice chance's spread."""
    random, at = np.random.default_rng(seed), np.arange(n)
    passed = np.zeros(n)
    for point in range(1, n):
        passed[point] = memory * passed[point - 1] + random.normal(0, 0.08)
    season = 0.25 * np.sin(2 * np.pi * at / year + 1) if begins >= year else 0
    level = mean * np.exp(0.05 * at / year + season + passed) * np.where(at >= begins, effect, 1)
    return random.poisson(random.gamma(level / 0.8, 0.8))


def estates(
    seed: int, effect: float, *, units: int, treated: int, n: int, begins: int
) -> tuple[np.ndarray, np.ndarray]:
    """Estates of unlike size with a shared season and shared shocks, and a memory of their own."""
    random, at = np.random.default_rng(seed), np.arange(n)
    shared = np.exp(0.3 * np.sin(2 * np.pi * at / 12) + random.normal(0, 0.15, n))
    own = np.zeros((units, n))
    for point in range(1, n):
        own[:, point] = 0.3 * own[:, point - 1] + random.normal(0, 0.1, units)
    with_it = np.arange(units) < treated
    level = random.lognormal(1.6, 0.5, units)[:, None] * shared * np.exp(own)
    level = level * np.where(with_it[:, None] & (at >= begins), effect, 1)
    return random.poisson(random.gamma(level / 0.6, 0.6)), with_it


Series = {
    "5 years of months, no memory": (Step.MONTH, {"n": 60, "begins": 36, "mean": 40, "memory": 0.0}),
    "5 years of months, memory 0.5": (Step.MONTH, {"n": 60, "begins": 36, "mean": 40, "memory": 0.5}),
    "3 years of months": (Step.MONTH, {"n": 36, "begins": 26, "mean": 15, "memory": 0.3}),
    "30 weeks, no season known": (Step.WEEK, {"n": 30, "begins": 18, "mean": 4, "memory": 0.3}),
}
Sides = {
    "1 of 8 estates": {"units": 8, "treated": 1, "n": 60, "begins": 36},
    "3 of 8 estates": {"units": 8, "treated": 3, "n": 60, "begins": 36},
    "2 of 6 estates, 30 periods": {"units": 6, "treated": 2, "n": 30, "begins": 18},
}


def measure() -> list[Figure]:
    figures = []
    for name, (step, given) in Series.items():

        def one(seed: int, effect: float, step: Step = step, given: dict = given) -> Ratio:
            y = counts(seed, effect, year=step.per_year, **given)
            return interrupted(y, given["begins"], step=step).ratio

        figures += asked(f"interrupted series, {name}", one)
    for name, given in Sides.items():

        def two(seed: int, effect: float, given: dict = given) -> Ratio:
            return did(*estates(seed, effect, **given), given["begins"]).ratio

        figures += asked(f"compared, {name}", two)
    return figures


def asked(name: str, answer: Callable[[int, float], Ratio]) -> list[Figure]:
    ratios = [answer(seed, EFFECT) for seed in range(SEEDS)]
    none = [answer(seed, 1.0) for seed in range(SEEDS)]
    held = np.mean([each.low <= EFFECT <= each.high for each in ratios])
    cried = np.mean([each.is_clear for each in none])
    found = np.mean([each.is_clear for each in ratios])
    return [
        Figure(f"{name}: holds the truth", float(held) * 100, "%", 93, more_is_better=True),
        Figure(f"{name}: false alarms", float(cried) * 100, "%", 7),
        Figure(f"{name}: finds 40 % fewer", float(found) * 100, "%"),
    ]
