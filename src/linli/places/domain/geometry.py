"""Reading a GeoJSON geometry: what is wrong with it, in words, or the same geometry made regular."""

from collections.abc import Callable, Mapping
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import Point, shape

from linli.core.errors import Invalid
from linli.places.models import Kind

MOST_POINTS = 20_000  # of one outline; the boundary of a whole district has some thousands
DECIMALS = 7  # of a degree: about a centimetre
METRE = 1e-5  # of a degree, roughly

AREAS = frozenset({"Polygon", "MultiPolygon"})
TYPES = {Kind.ENTRANCE: frozenset({"Point"}), Kind.UNIT: frozenset({"Point"}), Kind.LANE: frozenset({"LineString"})}
DEPTH = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPolygon": 3}

Convert = Callable[[float, float], tuple[float, float]]


def as_given(lon: float, lat: float) -> tuple[float, float]:
    """The conversion of coordinates that are in WGS-84 already."""
    return lon, lat


def clean_geometry(value: Any, *, kind: Kind, convert: Convert = as_given) -> dict[str, Any]:
    """A geometry of a type that fits the kind of place, valid, in two dimensions and rounded to a centimetre.

    convert: takes a longitude and a latitude of the file to WGS-84.
    Raises Invalid, with words for the person who drew it.
    """
    types = TYPES.get(kind, AREAS)
    if not isinstance(value, Mapping) or value.get("type") not in DEPTH:
        raise Invalid(_("There is no GeoJSON geometry here."), code="no-geometry")
    if value["type"] not in types:
        facts = {"wanted": " / ".join(sorted(types)), "type": value["type"]}
        raise Invalid(_("This kind of place is drawn as %(wanted)s, not as %(type)s.") % facts, code="wrong-type")
    depth = DEPTH[value["type"]]
    coordinates = _positions(value.get("coordinates"), depth, convert)
    if len(coordinates) == 0 or _count(coordinates) > MOST_POINTS:
        raise Invalid(_("The geometry is empty, or has more than %(most)s points.") % {"most": MOST_POINTS})
    clean = {"type": value["type"], "coordinates": coordinates}
    if depth:
        _check_valid(shape(clean))
    return clean


def outline(geometry: Mapping[str, Any]) -> Any:
    """The shapely geometry of one that is stored."""
    return shape(geometry)


def middle(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """A point to stand for the geometry: its centroid, or where that lies outside, a point within."""
    drawn = shape(geometry)
    centre = drawn.centroid
    if not drawn.intersects(centre):
        centre = drawn.representative_point()
    return round(centre.x, DECIMALS), round(centre.y, DECIMALS)


def lies_in(geometry: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    """Whether the middle of a geometry lies in another, or within a metre of it: a door is on the front, not behind."""
    return bool(shape(whole).distance(Point(middle(geometry))) <= METRE)


def _positions(value: Any, depth: int, convert: Convert) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise Invalid(_("A position is a longitude and a latitude, in numbers."), code="not-numbers")
    if depth == 0:
        return _position(value, convert)
    parts = [_positions(part, depth - 1, convert) for part in value]
    if depth == 2:
        for ring in parts:
            _check_ring(ring)
    if depth == 1 and len(parts) < 2:
        raise Invalid(_("A line has at least two points."), code="too-few")
    return parts


def _position(value: Any, convert: Convert) -> list[float]:
    if len(value) < 2 or not all(_is_number(part) for part in value[:2]):
        raise Invalid(_("A position is a longitude and a latitude, in numbers."), code="not-numbers")
    lon, lat = value[:2]
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Invalid(
            _("%(lon)s, %(lat)s is no place on earth. The longitude stands first, such as 121.433, 31.193.")
            % {"lon": lon, "lat": lat},
            code="out-of-range",
        )
    lon, lat = convert(lon, lat)
    return [round(lon, DECIMALS), round(lat, DECIMALS)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_ring(ring: list[list[float]]) -> None:
    if not ring or ring[0] != ring[-1]:
        raise Invalid(_("The outline is not closed: its last point must be its first."), code="not-closed")
    if len(ring) < 4:
        raise Invalid(_("An outline has at least three corners, and its first point again at the end."), code="too-few")


def _check_valid(drawn: Any) -> None:
    if not drawn.is_valid:
        where = shapely.is_valid_reason(drawn).partition("[")[2].rstrip("]")
        raise Invalid(_("The outline crosses or touches itself near %(where)s.") % {"where": where}, code="crossing")


def _count(coordinates: Any) -> int:
    return sum(_count(part) for part in coordinates) if isinstance(coordinates[0], list) else 1
