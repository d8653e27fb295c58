"""Outlines for the map component, as GeoJSON that is put together once for each state of the tree."""

from collections.abc import Collection
from dataclasses import dataclass

import orjson
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.core.errors import Invalid
from linli.places.domain.geometry import outline
from linli.places.domain.kept import TREE, tree
from linli.places.models import Kind, Place

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

SHOWN = frozenset(Kind.values) - {Kind.UNIT}


@dataclass(frozen=True)
class _Feature:
    kind: str
    path: str
    box: Box
    text: bytes
    text_en: bytes

    def touches(self, box: Box) -> bool:
        west, south, east, north = self.box
        return west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1]


def map_features(*, kinds: Collection[str], box: Box | None = None, below: str = "") -> bytes:
    """A FeatureCollection of the places of these kinds that touch the box, in the active language. No statement.

    below: only places under this path.
    """
    english = (get_language() or "").startswith("en")
    shown = (
        feature.text_en if english else feature.text
        for feature in _features()
        if feature.kind in kinds and feature.path.startswith(below) and (box is None or feature.touches(box))
    )
    return b'{"type":"FeatureCollection","features":[' + b",".join(shown) + b"]}"


def map_mark(place: Place) -> bytes:
    """A FeatureCollection of the point that stands for one place; empty for a place that has none."""
    point = {"type": "Point", "coordinates": [place.lon, place.lat]}
    feature = {"type": "Feature", "properties": {"title": place.title, "tone": "active"}, "geometry": point}
    return orjson.dumps({"type": "FeatureCollection", "features": [feature] if place.lon is not None else []})


def map_etag(below: str = "") -> str:
    """Changes with the tree, the language and the place below which is drawn."""
    return f'"{TREE.token() or 0}-{get_language()}-{below}"'


def read_kinds(text: str) -> frozenset[str]:
    """`estate,building` as kinds; raises Invalid for others than may be shown."""
    kinds = frozenset(text.split(",")) if text else frozenset({Kind.ESTATE, Kind.BUILDING})
    if not kinds <= SHOWN:
        raise Invalid(_("Kinds are some of: %(kinds)s.") % {"kinds": ", ".join(sorted(SHOWN))}, code="wrong-kind")
    return kinds


def read_box(text: str) -> Box | None:
    """`west,south,east,north` in degrees; none for an empty text."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise Invalid(_("A box is west, south, east and north in degrees."), code="wrong-box") from error
    return west, south, east, north


@TREE.kept
def _features() -> list[_Feature]:
    return [_drawn(place) for place in tree().places if place.geometry and place.kind in SHOWN]


def _drawn(place: Place) -> _Feature:
    assert place.geometry is not None
    return _Feature(
        kind=place.kind,
        path=place.path,
        box=outline(place.geometry).bounds,
        text=_text(place, place.name),
        text_en=_text(place, place.name_en or place.name),
    )


def _text(place: Place, title: str) -> bytes:
    return orjson.dumps(
        {
            "type": "Feature",
            "id": place.pk,
            "properties": {"kind": place.kind, "path": place.path, "title": title},
            "geometry": place.geometry,
        }
    )
