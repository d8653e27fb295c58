"""The tree of places as this process keeps it: read once, and anew after a change."""

from collections import defaultdict
from collections.abc import Iterable

from linli.core.kept import Watched
from linli.places.models import STEP, Kind, Place

TREE = Watched("places")


class Tree:
    """Every place that is not retired, but for the units, in the order of the paths. To be read, never to be saved."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = sorted(places, key=lambda place: place.path)
        self.by_path = {place.path: place for place in self.places}
        self.by_key = {place.pk: place for place in self.places}
        self._children: dict[str, list[Place]] = defaultdict(list)
        self._by_kind: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            self._children[place.path[:-STEP]].append(place)
            self._by_kind[place.kind].append(place)

    def children(self, path: str, *kinds: Kind) -> list[Place]:
        """What lies directly in a place; of these kinds only, where some are given."""
        return [place for place in self._children.get(path, ()) if not kinds or place.kind in kinds]

    def of_kind(self, kind: Kind, *, below: str = "") -> list[Place]:
        """All places of a kind, in the order of the paths. below: only those under this path."""
        return [place for place in self._by_kind.get(kind, ()) if place.path.startswith(below)]

    def above(self, path: str) -> list[Place]:
        """The places that hold this one, the widest first, and itself."""
        paths = (path[:end] for end in range(STEP, len(path) + 1, STEP))
        return [self.by_path[path] for path in paths if path in self.by_path]


@TREE.kept
def tree() -> Tree:
    """The tree as it stands."""
    return Tree(Place.objects.filter(retired_at=None).exclude(kind=Kind.UNIT))
