"""Small neighbourhoods for the tests of this folder, and what sees and what hides, said from first principles."""

import math
from collections.abc import Sequence

import numpy as np
import shapely
from hypothesis import strategies as st

from linli.engines.coverage import Obstacles, Sensors

SQUARE = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])


def house(x: float, y: float, width: float, depth: float) -> np.ndarray:
    """A footprint whose south-west corner is at (x, y)."""
    return np.array([x, y]) + SQUARE * [width, depth]


def camera(x: float = 0.0, y: float = 0.0, **given: float) -> Sensors:
    return Sensors.of({"x": np.array([x]), "y": np.array([y]), **given})


@st.composite
def footprints(draw: st.DrawFn) -> np.ndarray:
    """Houses on whole and half metres, so that many touch, cross and lie on one line, and crooked ones."""
    corner = np.array([draw(st.integers(-30, 30)), draw(st.integers(-30, 30))]) / 1.0
    if draw(st.booleans()):
        return corner + SQUARE * [draw(st.integers(1, 12)) / 2, draw(st.integers(1, 12)) / 2]
    angles = draw(st.lists(st.integers(0, 359), min_size=3, max_size=7, unique=True))
    turns = np.radians(sorted(angles))
    size = draw(st.floats(1.0, 8.0))
    return corner + size * np.column_stack([np.cos(turns), np.sin(turns)])


points = st.tuples(st.integers(-30, 30), st.integers(-30, 30))
heights = st.sampled_from([0.5, 1.2, 2.0, 2.5, 3.0, 6.0, 15.0, math.inf])


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[np.ndarray], list[float], list[np.ndarray], list[float]]:
    houses = draw(st.lists(footprints(), max_size=8))
    lines = draw(st.lists(st.lists(points, min_size=2, max_size=4).map(lambda at: np.array(at, float)), max_size=3))
    tall = [draw(heights) for _ in houses]
    return houses, tall, lines, [draw(heights) for _ in lines]


@st.composite
def lookers(draw: st.DrawFn, number: int = 2) -> Sensors:
    places = st.one_of(st.integers(-30, 30).map(float), st.floats(-30, 30, allow_subnormal=False))
    one = st.fixed_dictionaries({
        "x": places, "y": places, "height": st.sampled_from([2.0, 2.5, 3.5, 6.0]),
        "bearing": st.one_of(st.integers(0, 359).map(float), st.floats(0, 360)),
        "fov": st.sampled_from([0.5, 40.0, 90.0, 149.0, 180.0, 270.0, 359.9, 360.0]),
        "tilt": st.sampled_from([-10.0, 0.0, 15.0, 35.0, 60.0, 90.0]),
        "vertical_fov": st.sampled_from([20.0, 45.0, 90.0, 170.0]), "near": st.sampled_from([0.0, 0.0, 2.0]),
        "range": st.sampled_from([0.0, 3.0, 12.0, 25.0, 60.0]),
    })  # fmt: skip
    many = [draw(one) for _ in range(number)]
    return Sensors.of({name: np.array([each[name] for each in many]) for name in many[0]})


def made(scene: tuple[list[np.ndarray], list[float], list[np.ndarray], list[float]]) -> Obstacles:
    return Obstacles.of(*scene)


def alike(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Intersection over union; two that see nothing to speak of (under a square millimetre) are alike."""
    both = shapely.area(shapely.union(one, other, grid_size=1e-8))
    if both < 1e-6:
        return 1.0
    # What differs is measured, not what agrees: nothing is lost to rounding.
    return 1.0 - shapely.area(shapely.symmetric_difference(one, other, grid_size=1e-8)) / both


def in_picture(sensors: Sensors, point: Sequence[float], z: float = 0.0) -> bool:
    """Whether a point is drawn by an ideal lens that keeps straight lines straight; one sensor."""
    east, north = point[0] - sensors.x[0], point[1] - sensors.y[0]
    looks, tilt = math.radians(sensors.bearing[0]), math.radians(sensors.tilt[0])
    ahead, aside = east * math.sin(looks) + north * math.cos(looks), east * math.cos(looks) - north * math.sin(looks)
    up = z - sensors.height[0]
    depth = ahead * math.cos(tilt) - up * math.sin(tilt)
    rise = ahead * math.sin(tilt) + up * math.cos(tilt)
    away = math.hypot(east, north)
    return (
        sensors.near[0] <= away <= sensors.range[0]
        and depth > 0
        and abs(aside) <= depth * math.tan(math.radians(sensors.fov[0]) / 2)
        and abs(rise) <= depth * math.tan(math.radians(sensors.vertical_fov[0]) / 2)
    )


def hidden(sensors: Sensors, point: Sequence[float], scene: tuple, z: float = 0.0, short: float = -1e-6) -> bool:
    """Whether a block or a wall stands in the straight line from the lens to a point; `short` of it nothing counts.

    A point under a roof is hidden by its own block: the line ends within it.
    """
    houses, tall, lines, low = scene
    eye = (sensors.x[0], sensors.y[0])
    sight = shapely.LineString([eye, point])
    lens, whole = sensors.height[0], sight.length
    for shape, top in zip([*map(shapely.Polygon, houses), *map(shapely.LineString, lines)], [*tall, *low], strict=True):
        meets = shapely.get_coordinates(shapely.intersection(sight, shape))
        # The line rises or falls evenly, so that its lowest place above a shape is at one of the ends.
        along = np.hypot(*(meets - eye).T)
        along = along[along < whole - short]
        if len(along) and (lens + (z - lens) * along / whole).min() <= top:
            return True
    return False
