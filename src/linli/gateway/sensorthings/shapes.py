"""GeoJSON, and what a filter asks of shapes. Degrees are taken as they are, on a plane, as in the standard."""

import json
from collections.abc import Callable
from typing import Any

import shapely

KINDS = {
    kind.lower(): kind
    for kind in (
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    )
}


def as_shape(value: Any) -> shapely.Geometry | None:
    """The shape of a literal or of GeoJSON, a feature's too; None for whatever else."""
    if isinstance(value, shapely.Geometry):
        return value
    if not isinstance(value, dict):
        return None
    if value.get("type") == "Feature":
        return as_shape(value.get("geometry"))
    try:
        return shapely.from_geojson(json.dumps(_well_named(value)))
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        return None


def _well_named(value: dict[str, Any]) -> dict[str, Any]:
    """The standard's own examples write POINT and POLYGON."""
    said = value.get("type")
    known = KINDS.get(said.lower()) if isinstance(said, str) else None
    return value if known in (None, said) else {**value, "type": known}


def _valid(shape: shapely.Geometry) -> shapely.Geometry:
    return shape if shapely.is_valid(shape) else shapely.make_valid(shape)


def _asked(name: str) -> Callable[[Any, Any], bool | None]:
    """A predicate of shapely over two values; None where one is no shape."""
    predicate = getattr(shapely, name)

    def ask(left: Any, right: Any) -> bool | None:
        one, other = as_shape(left), as_shape(right)
        if one is None or other is None:
            return None
        try:
            return bool(predicate(_valid(one), _valid(other)))
        except shapely.errors.ShapelyError:
            return None

    return ask


def distance(left: Any, right: Any) -> float | None:
    """Degrees between two shapes."""
    one, other = as_shape(left), as_shape(right)
    if one is None or other is None or one.is_empty or other.is_empty:
        return None
    return float(shapely.distance(one, other))


def length(value: Any) -> float | None:
    """Degrees along a line; 0 for a point, and for a polygon, which has a border and no length."""
    shape = as_shape(value)
    if shape is None:
        return None
    return 0.0 if shapely.get_dimensions(shape) != 1 else float(shapely.length(shape))


def relate(left: Any, right: Any, pattern: Any) -> bool | None:
    """Whether the two meet as the pattern of DE-9IM says."""
    one, other = as_shape(left), as_shape(right)
    if one is None or other is None or not isinstance(pattern, str):
        return None
    try:
        return bool(shapely.relate_pattern(_valid(one), _valid(other), pattern))
    except (shapely.errors.ShapelyError, ValueError):
        return None


SHAPE_FUNCTIONS: dict[str, Callable[[Any, Any], bool | None]] = {
    "geo.intersects": _asked("intersects"),
    "st_equals": _asked("equals"),
    "st_disjoint": _asked("disjoint"),
    "st_touches": _asked("touches"),
    "st_within": _asked("within"),
    "st_overlaps": _asked("overlaps"),
    "st_crosses": _asked("crosses"),
    "st_intersects": _asked("intersects"),
    "st_contains": _asked("contains"),
}
