"""The place that a column of a file names: by its whole name or another name it has, never by a part of one."""

from collections import defaultdict
from collections.abc import Mapping

from linli.places.domain.aliases import spoken
from linli.places.domain.kept import TREE, tree
from linli.places.domain.plain import plain
from linli.places.models import Place


def place_called(name: str) -> Place | None:
    """The place of this name. Of several the one that holds all others; none where no place is meant for sure."""
    return _by_name().get(plain(name).text)


@TREE.kept
def _by_name() -> Mapping[str, Place]:
    """Each name in plain writing, and the one place it stands for. One statement when the tree has changed."""
    found: dict[str, list[Place]] = defaultdict(list)
    said = spoken()
    for place in tree().places:  # the wider first
        for name in {place.name, place.name_en, *place.aliases, *said.get(place.path, ())} - {""}:
            found[plain(name).text].append(place)
    return {
        name: places[0] for name, places in found.items() if name and all(places[0].contains(each) for each in places)
    }
