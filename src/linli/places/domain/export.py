"""The tree as GeoJSON, in the form that `intake` reads."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from linli.places.domain.aliases import names_by_place
from linli.places.models import STEP, Alias, Place


def export_places() -> Iterator[bytes]:
    """A FeatureCollection of every place in use, parents first, in parts that together are one JSON text."""
    yield b'{"type":"FeatureCollection","features":[\n'
    separator = b""
    names = names_by_place()
    for place in Place.objects.filter(retired_at=None).order_by("path").iterator(chunk_size=500):
        yield separator + orjson.dumps(_feature(place, names.get(place.pk, ())))
        separator = b",\n"
    yield b"\n]}\n"


def _feature(place: Place, names: Iterable[Alias]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": place.path,
        "properties": {
            "kind": place.kind,
            "name": place.name,
            "name_en": place.name_en,
            "code": place.code,
            "aliases": place.aliases,
            "spoken": [{"text": alias.text, "source": alias.source} for alias in names],
            "parent": place.path[:-STEP] or None,
        },
        "geometry": place.geometry,
    }
