"""The ground of the one screen: outlines of places, and buildings with the height that they are drawn with."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from django.utils.translation import get_language

from linli.places.domain.kept import TREE, tree
from linli.places.models import Kind, Place, PlaceFigure

DRAWN = frozenset({Kind.COMMITTEE, Kind.ESTATE, Kind.BUILDING, Kind.LANE})
STOREY, PLAIN = 3.0, 18.0  # metres: of one storey; of a building of which nobody said how many it has


@dataclass(frozen=True)
class _Drawn:
    path: str
    text: bytes
    text_en: bytes


def ground(below: str) -> bytes:
    """A FeatureCollection of what lies below a path, in the active language. No statement."""
    english = (get_language() or "").startswith("en")
    shown = (one.text_en if english else one.text for one in _features() if one.path.startswith(below))
    return b'{"type":"FeatureCollection","features":[' + b",".join(shown) + b"]}"


def ground_etag(below: str) -> str:
    """Changes with the tree, the language and the place below which is drawn; fit for a header, whatever was asked."""
    return f'"screen-{TREE.token() or 0}-{get_language()}-{quote(below, safe="")}"'


@TREE.kept
def _features() -> list[_Drawn]:
    """One statement, for the storeys."""
    storeys = dict(
        PlaceFigure.objects.filter(name="storeys", place__kind=Kind.BUILDING)
        .order_by("as_of")
        .values_list("place__path", "value")
    )
    found = []
    for place in tree().places:
        if place.geometry and place.kind in DRAWN:
            height = float(storeys[place.path]) * STOREY if place.path in storeys else PLAIN
            names = (place.name, place.name_en or place.name)
            found.append(_Drawn(place.path, *(_text(place, name, height) for name in names)))
    return found


def _text(place: Place, title: str, height: float) -> bytes:
    properties: dict[str, Any] = {"kind": place.kind, "path": place.path, "title": title}
    if place.kind == Kind.BUILDING:
        properties["height"] = height
    return orjson.dumps({"type": "Feature", "id": place.pk, "properties": properties, "geometry": place.geometry})
