"""The planner on 300 cameras, 36 bearings each, and 3,000 points among slab blocks: how near to the bound, how soon."""

import sys
from time import perf_counter, process_time

import numpy as np
import shapely

from bench.figure import Figure
from linli.engines import coverage
from linli.engines.planner import Gathering, Lens, Problem, ground_density, solve_instantly
from linli.engines.planner.exact import solve

CAMERAS, BEARINGS, POINTS, WINDOWS = 300, 36, 3000, 250
BLOCK, LANE = (52.0, 11.5), (8.0, 15.0)  # metres: length and depth of a slab, gaps beside and before it
COLUMNS, ROWS = 8, 15
TURN, ADD, DARK = 200, 2600, 100


def measure() -> list[Figure]:
    problem = estate(seed=7)
    began = perf_counter()
    instant = solve_instantly(problem)
    quick = perf_counter() - began
    began = process_time()
    exact = solve(problem, seconds=10)
    cpu = process_time() - began
    worse = (exact.bound - instant.value) / exact.bound * 100
    proved = next((moment.seconds for moment in exact.history if moment.bound == exact.bound), exact.seconds)
    said = [
        f"planner: {len(problem.camera):,} ways of {CAMERAS} cameras, {len(problem.points):,} lines of sight",
        f"instant {instant.value} of {problem.total} in {quick:.2f} s",
        f"exact {exact.value}, bound {exact.bound} after {proved:.1f} s, {cpu:.1f} CPU-s",
    ]
    print("; ".join(said), file=sys.stderr)
    return [
        Figure("planner: instant answer, 300 × 36 × 3,000", quick, "s", 1.0),
        Figure("planner: instant answer below the bound", worse, "%", None, peer="greedy 3-6 %"),
        Figure("planner: gap to the bound after 10 s", exact.gap * 100, "%", 0.2, peer="greedy 3-6 %"),
    ]


def estate(*, seed: int) -> Problem:
    """Slab blocks in rows, cameras on façades and poles, points on the ground between, windows never to be seen."""
    random = np.random.default_rng(seed)
    blocks = [
        shapely.box(x, y, x + BLOCK[0], y + BLOCK[1])
        for x in np.arange(COLUMNS) * (BLOCK[0] + LANE[0])
        for y in np.arange(ROWS) * (BLOCK[1] + LANE[1])
    ]
    solid = shapely.union_all(blocks)
    extent = (COLUMNS * (BLOCK[0] + LANE[0]), ROWS * (BLOCK[1] + LANE[1]))
    points, eyes = (_outside(solid, extent, number, random) for number in (POINTS, CAMERAS))
    windows = shapely.get_coordinates(
        [shapely.line_interpolate_point(block.exterior, random.uniform(0, 120, 1), False) for block in blocks * 3]
    )[:WINDOWS]
    reach, fov = random.choice([20.0, 30.0, 40.0, 60.0], CAMERAS), random.choice([54.0, 72.0, 90.0, 106.0], CAMERAS)
    sensors = coverage.Sensors(x=eyes[:, 0], y=eyes[:, 1], fov=360.0, range=reach)
    seen = coverage.polygons(coverage.cover(sensors, coverage.Obstacles.of(blocks)))
    gathering = Gathering()
    for number in range(CAMERAS):
        _one(gathering, number, eyes, seen[number], points, windows, (fov[number], reach[number]), random)
    return gathering.problem(weight=np.ones(POINTS), need=np.zeros(POINTS), views=np.ones(POINTS))


def _one(gathering, number, eyes, seen, points, windows, lens, random):  # type: ignore[no-untyped-def]
    lens = Lens(height=3.5, tilt=0, fov=lens[0], vertical_fov=140, near=0, range=lens[1], pixels=1920)
    bearings = np.arange(BEARINGS) * 360 / BEARINGS
    here = np.flatnonzero(shapely.contains_xy(seen, points))
    density = ground_density(lens, points[here] - eyes[number], bearings)
    near = shapely.distance(seen, shapely.points(windows)) < 0.1
    forbidden = (ground_density(lens, windows[near] - eyes[number], bearings) >= 62.5).any(axis=1)
    turned = np.where(np.arange(BEARINGS) == random.integers(BEARINGS), 0, TURN)
    gathering.add(idle=DARK, bearings=bearings, cost=turned, allowed=~forbidden, density=density, points=here)


def _outside(solid, extent, number, random):  # type: ignore[no-untyped-def]
    found = np.zeros((0, 2))
    while len(found) < number:
        more = random.uniform((-5, -5), extent, (2 * number, 2))
        found = np.concatenate([found, more[~shapely.contains_xy(solid, more)]])
    return found[:number]
