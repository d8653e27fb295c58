"""What cameras see among buildings: exact coverage in the plane and over low walls, their union, one camera moved.

Two cores are what the aims are for.  The machine may be busy, so rates count CPU seconds of all threads and say what
two idle cores would do: cameras * 2 / CPU-s.
"""

import math
import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

os.environ.setdefault("NUMBA_NUM_THREADS", "2")

import numpy as np
import shapely

from bench.figure import Figure
from linli.engines import coverage
from linli.engines.coverage import Obstacles, Sensors, reference

BUILDINGS, CAMERAS = 20_000, 10_000
CORES = 2
BLOCK = (230.0, 190.0)  # m from one estate to the next
PEERS = "prototype 56,200; shapely shadows 249, VisiLibity1 331, CGAL 45"


def measure() -> list[Figure]:
    from linli.engines.coverage import fast, kernels, relief

    kernels.warm()
    footprints, heights = estates(BUILDINGS)
    begun = process_time()
    obstacles = Obstacles.of(footprints, heights)
    made = process_time() - begun
    sensors = cameras(obstacles, CAMERAS)
    seen = coverage.polygons(fast.cover(sensors, obstacles))
    assert shapely.is_valid(seen).all()
    among = f"{CAMERAS:,} cameras among {BUILDINGS:,} buildings ({len(obstacles.edges):,} edges)"
    rate = CAMERAS * CORES
    few = sensors[:100]
    figures = [
        Figure(f"exact 2D coverage, {among}", rate / spent(lambda: fast.cover(sensors, obstacles)), "per s",
               50_000, more_is_better=True, peer=PEERS),
        Figure("2.5D coverage, the same", rate / spent(lambda: relief.cover_25d(sensors, obstacles)), "per s",
               more_is_better=True),
        Figure("façades with height and pixel density, the same",
               rate / spent(lambda: fast.exposure(sensors, obstacles)), "per s", more_is_better=True),
        Figure("2D by the reference (shapely shadows)",
               len(few) * CORES / spent(lambda: reference.cover(few, obstacles), 1), "per s", more_is_better=True),
        Figure("2.5D by the reference", len(few) * CORES / spent(lambda: reference.cover_25d(few, obstacles), 1),
               "per s", more_is_better=True),
        Figure(f"union of {CAMERAS:,}", spent(lambda: coverage.union(seen)), "CPU-s", 0.4, peer="union_all 3.9 s"),
        Figure("obstacles merged and indexed", made, "CPU-s"),
    ]  # fmt: skip
    return [*figures, *moved(sensors, obstacles), *real()]


def moved(sensors: Sensors, obstacles: Obstacles) -> list[Figure]:
    """One camera turned on the map, as the kernel worker is asked: what is near is sent along."""
    from linli.engines.coverage import kernels

    def asked(call: Callable[..., Any], one: Sensors) -> float:
        begun = perf_counter()
        near = obstacles.near(float(one.x[0]), float(one.y[0]), float(one.range[0]))
        call(one.arrays(), near.arrays())
        return (perf_counter() - begun) * 1000

    some = [sensors[number] for number in range(0, CAMERAS, CAMERAS // 100)]
    return [
        Figure("one camera moved, 2D", median(asked(kernels.cover_one, one) for one in some), "ms", 10),
        Figure("one camera moved, 2.5D", median(asked(kernels.cover_25d, one) for one in some), "ms", 10),
        Figure("one camera moved, façades", median(asked(kernels.exposure, one) for one in some), "ms", 10),
    ]


def real() -> list[Figure]:
    """Buildings that nobody here drew, with cameras on their façades and beside them."""
    from linli.engines.coverage import fast
    from linli.engines.coverage.plane import to_plane

    folder = Path(os.environ.get("LINLI_REAL_DATA", ""))
    figures = []
    for place, file in (("Monaco", "monaco/buildings"), ("Shanghai", "shanghai/shanghai_bund_lujiazui_buildings")):
        path = folder / "map" / f"{file}.geojson"
        if not os.environ.get("LINLI_REAL_DATA") or not path.exists():
            print(f"{place}: LINLI_REAL_DATA names no folder of real input, not measured")
            continue
        shapes = shapely.get_parts(shapely.from_geojson(path.read_text(encoding="utf-8")))
        shapes = shapes[shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON]
        origin = tuple(shapely.get_coordinates(shapes).mean(axis=0))
        obstacles = Obstacles.of(list(shapely.transform(shapes, lambda at, o=origin: to_plane(at, o))))
        sensors = cameras(obstacles, CAMERAS)
        name = f"exact 2D coverage, {CAMERAS:,} cameras among {len(shapes):,} buildings of {place}"
        rate = CAMERAS * CORES / spent(lambda s=sensors, o=obstacles: fast.cover(s, o))
        figures.append(Figure(name, rate, "per s", more_is_better=True))
    return figures


def spent(call: Callable[[], object], rounds: int = 5) -> float:
    """CPU seconds of all threads, the least of some rounds after one that is not counted."""
    call()
    least = math.inf
    for _ in range(rounds):
        begun = process_time()
        call()
        least = min(least, process_time() - begun)
    return least


def estates(number: int, seed: int = 0) -> tuple[list[np.ndarray], np.ndarray]:
    """Footprints and heights of old estates: rows of slabs with staircases and balconies, sheds between them."""
    random = np.random.default_rng(seed)
    footprints: list[np.ndarray] = []
    heights: list[float] = []
    across = math.ceil(math.sqrt(number / 20))
    for block in range(across * across * 2):
        if len(footprints) >= number:
            break
        slabs = rows_of_slabs(random)
        sheds = [shed for shed in some_sheds(random) if not any(overlap(shed, slab) for slab in slabs)]
        turn = math.radians(random.normal(0, 4))
        spin = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
        corner = np.array([block % across, block // across]) * BLOCK
        footprints += [(shape - np.array(BLOCK) / 2) @ spin + corner for shape in (*slabs, *sheds)]
        heights += [15.0 + random.integers(0, 3)] * len(slabs) + [2.4] * len(sheds)
    return footprints[:number], np.array(heights[:number])


def rows_of_slabs(random: np.random.Generator) -> list[np.ndarray]:
    length, depth, gap = random.uniform(42, 62), random.uniform(10, 12.5), random.uniform(12, 19)
    slabs, y = [], 12.0
    while y + depth < BLOCK[1] - 8:
        x = 12 + random.uniform(0, 4)
        while x + length < BLOCK[0] - 12:
            own = length * random.choice([1.0, 1.0, 0.7])
            slabs.append(slab(x, y, own, depth))
            x += own + random.uniform(6, 10)
        y += depth + gap
    return slabs


def slab(x: float, y: float, length: float, depth: float) -> np.ndarray:
    """Anticlockwise: balconies stand out to the south, staircases to the north."""
    south, north = [(x, y)], [(x + length, y + depth)]
    for at in np.arange(x + 6, x + length - 8, 14.0):
        south += [(at + 4, y), (at + 4, y - 1.3), (at + 8, y - 1.3), (at + 8, y)]
        stair = [(at + 3, y + depth), (at + 3, y + depth + 1.2), (at, y + depth + 1.2), (at, y + depth)]
        north = [north[0], *stair, *north[1:]]
    return np.array([*south, (x + length, y), *north, (x, y + depth)])


def some_sheds(random: np.random.Generator) -> list[np.ndarray]:
    corners = random.uniform((5, 5), (BLOCK[0] - 15, BLOCK[1] - 12), (4, 2))
    sizes = random.uniform((3, 2.5), (9, 5), (4, 2))
    return [
        corner + size * np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) for corner, size in zip(corners, sizes, strict=True)
    ]


def overlap(one: np.ndarray, other: np.ndarray) -> bool:
    return bool((one.min(0) < other.max(0) + 1).all() and (other.min(0) < one.max(0) + 1).all())


def cameras(obstacles: Obstacles, number: int, seed: int = 1) -> Sensors:
    """Half on façades, looking out within 60 degrees, half on poles that look anywhere."""
    random = np.random.default_rng(seed)
    edges = obstacles.edges
    along = edges[:, 2:] - edges[:, :2]
    length = np.hypot(along[:, 0], along[:, 1])
    wall = random.choice(len(edges), number, p=length / length.sum())
    out = np.column_stack([along[wall, 1], -along[wall, 0]]) / length[wall, None]
    on_wall = edges[wall, :2] + random.uniform(0.02, 0.98, (number, 1)) * along[wall] + 0.25 * out
    looks = np.degrees(np.arctan2(out[:, 0], out[:, 1])) + random.uniform(-60, 60, number)
    low, high = edges[:, :2].min(axis=0), edges[:, :2].max(axis=0)
    on_pole = random.uniform(low, high, (2 * number, 2))
    at = np.concatenate([on_wall, on_pole])
    looks = np.concatenate([looks, random.uniform(0, 360, 2 * number)])
    taken = obstacles.tree.query(shapely.points(at), predicate="dwithin", distance=0.05)[0]
    free = np.setdiff1d(np.arange(len(at)), taken)
    walls, poles = free[free < number], free[free >= number]
    chosen = random.permutation(np.concatenate([walls[: number // 2], poles[: number - min(len(walls), number // 2)]]))
    return Sensors(
        at[chosen, 0], at[chosen, 1], height=random.choice([3.0, 4.0, 6.0], number), bearing=looks[chosen] % 360,
        fov=random.choice([54.0, 72.0, 90.0, 106.0], number), tilt=random.uniform(5, 30, number),
        vertical_fov=random.choice([34.0, 45.0, 60.0], number), range=random.choice([20.0, 30.0, 40.0, 60.0], number),
        pixels=random.choice([1920.0, 2560.0, 3840.0], number),
    )  # fmt: skip
