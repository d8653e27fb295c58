"""Hotspots: a million points and a city of cells, in CPU seconds, so that a busy machine does not decide.

The points: seven in ten anywhere in six by six kilometres and a year, three in ten around four hundred middles.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

import numpy as np

from bench.figure import Figure
from linli.engines.hotspots import kernel_density, kernel_scan, kernel_st_dbscan
from linli.engines.hotspots.discovery import false_discovery
from linli.engines.hotspots.getis import Hot, gi_star, within

POINTS, SIDE, YEAR = 1_000_000, 6000.0, 365.0
MIDDLES = 400
CELLS, EDGE = 5630, 50.0  # hexagons of fifty metres over that square
ROUNDS = 9
Column = np.ndarray


def measure() -> list[Figure]:
    x, y, t = points()
    cells = hexagons()
    counts = np.random.default_rng(2).poisson(6, CELLS).astype(float)
    indptr, indices = within(x=cells[:, 0], y=cells[:, 1], radius=EDGE * 3**0.5 * 1.1)
    lattice = {"west": 0.0, "south": 0.0, "cell": 10.0, "width": 600, "height": 600, "bandwidth": 50.0}
    table = np.random.default_rng(3).poisson(0.8, (160, 26))
    spots = np.random.default_rng(4).uniform(0, 900, (2, 160))

    def star(permutations: int) -> Hot:
        return gi_star(values=counts, indptr=indptr, indices=indices, permutations=permutations)

    return [
        took("kernel density, 600×600 of a million points", 0.05, "histogram + filter 0.16 s",
             lambda: kernel_density.density(x=x, y=y, **lattice)),
        took("Gi*, 999 permutations on 5,630 cells", 0.1, "esda 36 s",
             lambda: star(999)),
        took("Gi*, 19,999 permutations and false discovery", None, "",
             lambda: false_discovery(star(19_999)["hot"])),
        took("ST-DBSCAN, a million points", 4.0, "prototype 6.4–8.9 s",
             lambda: kernel_st_dbscan.st_dbscan(x=x, y=y, t=t, radius=40.0, days=3.0, least=10), rounds=3),
        took("scan statistic, 160 buildings × 26 weeks, 999 tables", None, "",
             lambda: kernel_scan.scan(counts=table, x=spots[0], y=spots[1], longest=8, radius=200.0), rounds=3),
    ]  # fmt: skip


def points() -> tuple[Column, Column, Column]:
    chance = np.random.default_rng(0)
    scattered = int(POINTS * 0.7)
    rest = POINTS - scattered
    reach = np.array([SIDE, SIDE, YEAR])
    middles = chance.uniform(0, reach, (MIDDLES, 3))[chance.integers(0, MIDDLES, rest)]
    near = middles + chance.normal(0, [25, 25, 3], (rest, 3))
    found = chance.permutation(np.vstack([chance.uniform(0, reach, (scattered, 3)), near]))
    x, y, t = found.T.copy()
    return x, y, t


def hexagons() -> Column:
    across, up = EDGE * 3**0.5, EDGE * 1.5
    columns, rows = int(SIDE / across) + 1, int(SIDE / up) + 1
    found = [(column * across + row % 2 * across / 2, row * up) for row in range(rows) for column in range(columns)]
    assert len(found) >= CELLS
    return np.array(found[:CELLS])


def took(name: str, aim: float | None, peer: str, act: Callable[[], object], *, rounds: int = ROUNDS) -> Figure:
    """The middle of some rounds, CPU seconds of all threads; the clock's time beside it."""
    act()
    spent, passed = [], []
    for _ in range(rounds):
        cpu, clock = process_time(), perf_counter()
        act()
        spent.append(process_time() - cpu)
        passed.append(perf_counter() - clock)
    beside = f"{median(passed):.3f} s by the clock"
    return Figure(name, median(spent), "CPU-s", aim, peer=f"{peer}; {beside}" if peer else beside)
