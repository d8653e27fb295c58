"""World-made files of surroundings with the dirt that real exports have: words for numbers, roofs, kerbs, half rows."""

import json
from typing import Any

WEST, SOUTH = 121.4331, 31.1921


def box(dx: float, dy: float, wide: float = 0.0002, high: float = 0.0001) -> dict[str, Any]:
    west, south = WEST + dx, SOUTH + dy
    ring = [[west, south], [west + wide, south], [west + wide, south + high], [west, south + high], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def way(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[WEST + dx, SOUTH + dy] for dx, dy in points]}


def point(dx: float, dy: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [WEST + dx, SOUTH + dy]}


def collection(*rows: tuple[dict[str, Any] | None, dict[str, Any] | None]) -> bytes:
    features = [{"type": "Feature", "properties": tags, "geometry": geometry} for tags, geometry in rows]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


BOWTIE = {
    "type": "Polygon",
    "coordinates": [[[WEST, SOUTH], [WEST + 1e-4, SOUTH + 1e-4], [WEST + 1e-4, SOUTH], [WEST, SOUTH + 1e-4],
                     [WEST, SOUTH]]],
}  # fmt: skip
BUILDINGS = collection(
    ({"osm_id": 1, "osm_type": "way", "building": "apartments", "building:levels": "6", "name": "1号楼"}, box(0, 0)),
    ({"osm_id": 2, "osm_type": "way", "building": "yes", "height": "45.58"}, box(0.0004, 0)),
    ({"osm_id": 3, "osm_type": "way", "building": "yes", "height": "39 ft"}, box(0.0008, 0)),
    ({"osm_id": 4, "osm_type": "way", "building": "yes", "building:levels": "RDC"}, box(0, 0.0003)),
    ({"osm_id": 5, "osm_type": "way", "building": "yes"}, box(0.0004, 0.0003)),
    ({"osm_id": 6, "osm_type": "way", "building": "roof"}, box(0.0008, 0.0003)),
    ({"id": "7", "height": "275.0", "min_height": "120.0"}, box(0, 0.0006)),
    ({"osm_id": 8, "osm_type": "way", "building": "yes"}, BOWTIE),
    ({"osm_id": 9, "osm_type": "way", "building": "yes", "height": "tall"}, box(0.0004, 0.0006)),
    ({"osm_id": 10, "osm_type": "way", "building": "yes"}, None),
    ({"osm_id": 11, "osm_type": "way", "building": "yes"}, point(0, 0)),
    ({"osm_id": 12, "osm_type": "way", "building": "yes"}, {"type": "Polygon", "coordinates": [[[31.1, 121.4]] * 4]}),
    ({"osm_id": 1, "osm_type": "way", "building": "yes"}, box(0.0008, 0.0006)),
    (None, {"type": "Polygon"}),
)
BARRIERS = collection(
    ({"osm_id": 21, "barrier": "wall", "height": "2.4"}, way((0, 0), (0.0004, 0))),
    ({"osm_id": 22, "barrier": "retaining_wall"}, way((0, 0.0002), (0.0004, 0.0002))),
    ({"osm_id": 23, "barrier": "hedge"}, way((0, 0.0004), (0.0004, 0.0004))),
    ({"osm_id": 24, "barrier": "kerb"}, way((0, 0.0006), (0.0004, 0.0006))),
    ({"osm_id": 25, "barrier": "moat"}, way((0, 0.0007), (0.0004, 0.0007))),
)
ROADS = collection(
    ({"osm_id": 31, "highway": "service", "name": "弄堂"}, way((0, 0.0005), (0.001, 0.0005))),
    ({"osm_id": 32, "highway": "service", "service": "emergency_access"}, way((0, 0.0006), (0.001, 0.0006))),
    ({"osm_id": 33, "highway": "primary"}, way((0, 0.0007), (0.001, 0.0007))),
    ({"osm_id": 34, "highway": "footway", "tunnel": "yes"}, way((0, 0.0008), (0.001, 0.0008))),
)
FIXED = {"surveillance:type": "camera", "camera:type": "fixed"}
CAMERAS = collection(
    ({"osm_id": 41, **FIXED, "direction": "240", "height": "4"}, point(1e-4, 5e-4)),
    ({"osm_id": 42, **FIXED, "camera:direction": "NW"}, point(2e-4, 5e-4)),
    ({"osm_id": 43, "surveillance:type": "camera", "camera:type": "dome"}, point(3e-4, 5e-4)),
    ({"osm_id": 44, **FIXED, "direction": "350-10"}, point(4e-4, 5e-4)),
    ({"osm_id": 45, **FIXED}, point(5e-4, 5e-4)),
    ({"osm_id": 46, **FIXED, "direction": "forward"}, point(6e-4, 5e-4)),
    ({"osm_id": 47, "surveillance:type": "ALPR"}, point(7e-4, 5e-4)),
    ({"osm_id": 48, **FIXED, "direction": "90"}, box(0, 0)),
)  # fmt: skip
