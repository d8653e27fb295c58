"""Points located a CPU-second, one by one as reports come, among the buildings of the synthetic neighbourhood."""

from collections.abc import Iterator
from datetime import date
from random import Random
from time import process_time

from bench.figure import Figure

POINTS = 2_000
ROUNDS = 40
AIMS = {1: 20_000, 20: None}  # by scale: areas of the model side by side


def measure() -> list[Figure]:
    return [figure for scale in AIMS for figure in at_scale(scale)]


def at_scale(scale: int) -> list[Figure]:
    from linli.places.domain.kept import Tree
    from linli.places.domain.locate import Locator
    from linli.world.neighbourhood import neighbourhood

    tree = Tree(rows(neighbourhood(as_of=date(2026, 11, 23), scale=scale)))
    begun = process_time()
    locator = Locator(tree)
    built = process_time() - begun
    buildings = sum(place.kind == "building" for place in tree.places)
    west, south, east, north = span(tree)
    random = Random(1)
    points = [(random.uniform(west, east), random.uniform(south, north)) for _ in range(POINTS)]

    def rate() -> float:
        begun = process_time()
        for lon, lat in points:
            locator.locate(lon, lat)
        return POINTS / (process_time() - begun)

    best = max(rate() for _ in range(ROUNDS))  # other programs share the processor
    return [
        Figure(f"points located among {buildings:,} buildings", best, "per CPU-s", AIMS[scale], more_is_better=True),
        Figure(f"R-trees over {buildings:,} buildings built", built, "CPU-s"),
    ]


def rows(draft: object, path: str = "0001") -> Iterator[object]:
    """The places of a draft as rows that were never stored, in the order of their paths."""
    from linli.places.domain.tree import drawn_up

    place = drawn_up(draft)
    place.path = path
    yield place
    for number, child in enumerate(draft.children, start=1):
        yield from rows(child, f"{path}{number:04}")


def span(tree: object) -> tuple[float, float, float, float]:
    """West, south, east and north of all areas together: most points lie on a lane or in a building."""
    from shapely import total_bounds
    from shapely.geometry import shape

    return total_bounds([shape(place.geometry) for place in tree.places if place.kind == "area"])
