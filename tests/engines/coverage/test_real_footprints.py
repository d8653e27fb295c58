"""Coverage among buildings that nobody here drew: all valid, all within their discs, as the reference says.

They are read from the folder that LINLI_REAL_DATA names; without it only a file of the same kind, made here, is read.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import shapely

from linli.engines.coverage import Obstacles, Sensors, fast, polygons, reference, relief
from linli.engines.coverage.plane import to_lonlat, to_plane
from tests.engines.coverage.scenes import alike, house

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")


def twin(folder: Path) -> Path:
    """Houses wall to wall, one inside another, one twice, one that crosses itself, one without area, some heights."""
    random = np.random.default_rng(5)
    shapes = [house(x, y, 10, 8) for x in (0, 10, 20, 45) for y in (0, 8, 30, 45)]
    shapes += [house(2, 2, 3, 3), shapes[0], np.array([(60, 0), (70, 10), (70, 0), (60, 10)], float)]
    shapes += [np.array([(80, 0), (90, 0), (80, 0)], float), house(15, 4, 10, 30)]
    features = []
    for shape in shapes:
        ring = to_lonlat(np.vstack([shape, shape[:1]]), (7.42, 43.73)).round(7).tolist()
        height = float(random.integers(2, 20)) if random.random() < 0.5 else None
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"height": height}, "geometry": geometry})
    path = folder / "buildings.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def obstacles_of(path: Path) -> Obstacles:
    """Polygons of a file as they are, with the heights that some have."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    features = [feature for feature in features if feature["geometry"]["type"] == "Polygon"]
    origin = tuple(np.mean([feature["geometry"]["coordinates"][0][0] for feature in features], axis=0))
    shapes = [
        shapely.Polygon(to_plane(outer, origin), [to_plane(hole, origin) for hole in holes])
        for outer, *holes in (feature["geometry"]["coordinates"] for feature in features)
    ]
    return Obstacles.of(shapes, [feature["properties"].get("height") or np.nan for feature in features])


def cameras(obstacles: Obstacles, number: int) -> Sensors:
    """On façades, before them, on their very corners, and anywhere."""
    random = np.random.default_rng(3)
    edges = obstacles.edges[random.integers(0, len(obstacles.edges), number)]
    share = random.choice([0.0, 0.3, 0.5], number)[:, None]
    out = np.column_stack([edges[:, 3] - edges[:, 1], edges[:, 0] - edges[:, 2]])
    out /= np.maximum(np.hypot(*out.T), 1e-9)[:, None]
    at = edges[:, :2] + share * (edges[:, 2:] - edges[:, :2]) + random.choice([0.0, 0.25, 6.0], number)[:, None] * out
    return Sensors(
        at[:, 0], at[:, 1], height=random.choice([3.0, 5.0, 12.0], number), bearing=random.uniform(0, 360, number),
        fov=random.choice([60.0, 90.0, 180.0, 360.0], number), tilt=random.uniform(0, 40, number),
        vertical_fov=random.choice([40.0, 70.0, 170.0], number), range=random.choice([20.0, 40.0, 60.0], number),
    )  # fmt: skip


def hold(path: Path, number: int, compared: int) -> None:
    obstacles = obstacles_of(path)
    sensors = cameras(obstacles, number)
    here = np.column_stack([sensors.x, sensors.y])

    seen = polygons(fast.cover(sensors, obstacles))
    ground = np.array(relief.cover_25d(sensors, obstacles), object)

    for shapes in (seen, ground):
        assert shapely.is_valid(shapes).all()
        at, whose = shapely.get_coordinates(shapes, return_index=True)
        # Two centimetres is what one that hangs on a wall was moved.
        beyond = np.hypot(*(at - here[whose]).T) - sensors.range[whose]
        assert beyond.max() <= 0.0201
    assert shapely.area(seen).sum() > 0
    some = sensors[:compared]
    for one, other in zip(polygons(fast.cover(some, obstacles, 0.2)),
                          polygons(reference.cover(some, obstacles, 0.2)), strict=True):  # fmt: skip
        assert alike(one, other) >= 0.99999


def test_houses_wall_to_wall_with_all_their_dirt(tmp_path):
    hold(twin(tmp_path), 300, 40)


@real
@pytest.mark.parametrize("file", ["monaco/buildings", "shanghai/shanghai_bund_lujiazui_buildings"])
def test_real_buildings(file):
    hold(Path(FOLDER) / "map" / f"{file}.geojson", 2000, 40)
