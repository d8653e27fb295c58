"""How old estates are laid out: slabs in parallel rows facing south, lanes between them, grid cells along the lanes.

Pure geometry in metres, x to the east and y to the north. All numbers are rounded to a centimetre, so that what touches
has equal coordinates and not nearly equal ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import ceil
from random import Random

DEPTH = 10.0  # metres from the south front of a slab to its north front
PITCH = 27.0  # metres from row to row: six storeys and the sun of a winter's noon
STOREYS = 6
STREET = 6.0  # metres from the boundary of a committee to the estate's: half a street
VERGE = 4.0  # metres from the estate's boundary to its first slab
ALLEY = 5.0  # least metres between two slabs of one row
WIDEST_ALLEY = 12.0  # what room is left beyond that is a garden at the end of the row
SLOT = 144.0  # metres of width of an estate with its half streets
CELL_AREA = 10_000.0  # square metres: "ten thousand metres"

# A slab is so many entrances, with so many flats on each landing of them.
SHAPES = ((4, 3), (3, 3), (4, 2), (3, 2))

Box = tuple[float, float, float, float]
"""West, south, east, north."""
Points = frozenset[tuple[float, float]]


@dataclass(frozen=True)
class Slab:
    """One building. The doors are on its north front, from the west to the east."""

    box: Box
    entrances: int
    flats: int  # on each landing of each entrance

    @property
    def columns(self) -> int:
        """Flats side by side on one storey."""
        return self.entrances * self.flats

    @property
    def doors(self) -> list[tuple[float, float]]:
        west, _south, east, north = self.box
        width = (east - west) / self.entrances
        return [(round(west + width * (number + 0.5), 2), north) for number in range(self.entrances)]


@dataclass(frozen=True)
class Block:
    """One estate on its slot: its outline, its slabs from the north-west on, its lanes, and the cells of the slot."""

    box: Box
    slabs: tuple[Slab, ...]
    lanes: tuple[tuple[tuple[float, float], tuple[float, float]], ...]
    cells: tuple[Box, ...]


def rows(columns: int, front: float, random: Random) -> list[list[tuple[int, int]]]:
    """Shapes of slabs with so many columns in all, packed into rows. front: metres of front of one column of flats."""
    room = SLOT - 2 * (STREET + VERGE)
    packed: list[list[tuple[int, int]]] = []
    for shape in sorted(_shapes(columns, random), key=_columns, reverse=True):
        fitting = [row for row in packed if _length([*row, shape], front) <= room]
        if fitting:
            max(fitting, key=lambda row: _length(row, front)).append(shape)
        else:
            packed.append([shape])
    for row in packed:
        random.shuffle(row)
    random.shuffle(packed)
    return packed


def height(number: int) -> float:
    """Metres from south to north that an estate with so many rows takes, its half streets included."""
    return number * PITCH + 2 * (STREET + VERGE)


def block(slot: Box, packed: Sequence[Sequence[tuple[int, int]]], front: float) -> Block:
    """Lay the rows out over a slot, the first row in the north, spread evenly over what room there is."""
    west, south, east, north = slot
    bands = _bands(south + STREET + VERGE, north - STREET - VERGE, len(packed))
    slabs = [
        slab
        for (low, high), shapes in zip(bands, packed, strict=True)
        for slab in _row(west + STREET + VERGE, east - STREET - VERGE, (low + high) / 2, shapes, front)
    ]
    between = [low for low, _high in bands[:-1]]
    ends = round(west + STREET, 2), round(east - STREET, 2)
    spine = round(west + STREET + VERGE / 2, 2)
    lanes = [((ends[0], y), (ends[1], y)) for y in between]
    lanes.append(((spine, round(south + STREET, 2)), (spine, round(north - STREET, 2))))
    return Block(
        box=(ends[0], round(south + STREET, 2), ends[1], round(north - STREET, 2)),
        slabs=tuple(slabs),
        lanes=tuple(lanes),
        cells=tuple(_cells(slot, between)),
    )


def with_junctions(box: Box, corners: Points) -> list[tuple[float, float]]:
    """The closed outline of a box, counter-clockwise, with a point wherever a corner of a neighbour touches it.

    Turned and rounded, a point on a long edge would leave the edge by a hair, and with it a gap.
    """
    west, south, east, north = box
    on = {(x, y) for x, y in corners if west <= x <= east and south <= y <= north}
    on |= {(west, south), (east, south), (east, north), (west, north)}
    edges = (
        sorted(point for point in on if point[1] == south),
        sorted(point for point in on if point[0] == east),
        sorted((point for point in on if point[1] == north), reverse=True),
        sorted((point for point in on if point[0] == west), reverse=True),
    )
    ring = [point for edge in edges for point in edge[:-1]]
    return [*ring, ring[0]]


def corners(boxes: Iterable[Box]) -> Points:
    return frozenset((x, y) for west, south, east, north in boxes for x in (west, east) for y in (south, north))


def around(boxes: Iterable[Box], margin: float = 0.0) -> Box:
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests) - margin, min(souths) - margin, max(easts) + margin, max(norths) + margin


def _shapes(columns: int, random: Random) -> Iterator[tuple[int, int]]:
    """Shapes at random, the long ones more often, whose columns add up exactly."""
    while columns:
        possible = [shape for shape in SHAPES if _reachable(columns - _columns(shape))]
        shape = random.choices(possible, [_columns(shape) for shape in possible])[0]
        columns -= _columns(shape)
        yield shape


def _columns(shape: tuple[int, int]) -> int:
    return shape[0] * shape[1]


@cache
def _reachable(columns: int) -> bool:
    """Whether slabs can be found with so many columns in all."""
    return columns == 0 or any(columns >= _columns(shape) and _reachable(columns - _columns(shape)) for shape in SHAPES)


def _length(shapes: Sequence[tuple[int, int]], front: float) -> float:
    return sum(_columns(shape) for shape in shapes) * front + ALLEY * (len(shapes) - 1)


def _bands(south: float, north: float, number: int) -> list[tuple[float, float]]:
    """Equal strips from the north to the south."""
    edges = [round(north - (north - south) * step / number, 2) for step in range(number + 1)]
    return [(low, high) for high, low in pairwise(edges)]


def _row(west: float, east: float, middle: float, shapes: Sequence[tuple[int, int]], front: float) -> Iterator[Slab]:
    spare = (east - west) - _length(shapes, front)
    alley = min(ALLEY + spare / max(1, len(shapes) - 1), WIDEST_ALLEY)
    x, south, north = west, round(middle - DEPTH / 2, 2), round(middle + DEPTH / 2, 2)
    for entrances, flats in shapes:
        width = entrances * flats * front
        yield Slab((round(x, 2), south, round(x + width, 2), north), entrances, flats)
        x += width + alley


def _cells(slot: Box, lanes: Sequence[float]) -> Iterator[Box]:
    """The slot cut along some of its lanes into cells of about `CELL_AREA`, as many rows in each, north to south."""
    west, south, east, north = slot
    rows = len(lanes) + 1
    number = min(rows, max(1, round((east - west) * (north - south) / CELL_AREA)))
    cuts = [lanes[ceil(rows * step / number) - 1] for step in range(1, number)]
    for high, low in pairwise([north, *cuts, south]):
        yield west, low, east, high
