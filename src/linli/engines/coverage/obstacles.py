"""Footprints and walls, made ready for looking along: overlaps merged, walls cut where they cross.

A solid is a polygon with one height, a wall a straight piece of a line with one height.  No two solids overlap: those
of one height that touch become one, and a higher one takes its ground away from a lower.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Reals = NDArray[np.float64]
Numbers = NDArray[np.int64]

REPEATED = 1e-6  # m; vertices nearer to each other than this are one
RUN = 16  # edges that share a box in the index


@dataclass(frozen=True, eq=False)
class Obstacles:
    """s solids and l straight pieces of walls.  Made by `of`, which merges, or `from_arrays`, which trusts.

    coords: (c, 2) vertices of all rings, each closed.  rings, polygons: offsets, as `shapely.to_ragged_array` gives
    them; outer rings run anticlockwise.  heights: (s,) m, infinite where it is not known.  sources: (c,) which given
    footprint the edge that begins at a vertex is of.  walls: (l, 4) x, y, x, y.  wall_heights, wall_sources: (l,);
    the lines are counted on after the footprints.
    """

    coords: Reals
    rings: Numbers
    polygons: Numbers
    heights: Reals
    sources: Numbers
    walls: Reals
    wall_heights: Reals
    wall_sources: Numbers

    @classmethod
    def of(
        cls,
        polygons: Sequence[ArrayLike | shapely.Polygon] = (),
        heights: ArrayLike | None = None,
        lines: Sequence[ArrayLike | shapely.LineString] = (),
        line_heights: ArrayLike | None = None,
    ) -> Self:
        """From footprints (each (k, 2), or a shapely polygon with holes) and lines, in metres, with their heights.

        A height that is missing or not a number counts as too high to look over.  A footprint without any area is left
        out; one that crosses itself is repaired.

        Raises ValueError where a coordinate is not a finite number, or the numbers of heights do not fit.
        """
        tall = _heights(heights, len(polygons), "footprints")
        given = [_footprint(one, number) for number, one in enumerate(polygons)]
        solids, solid_heights, alone = _apart(given, tall)
        coords, rings, parts = _ragged(solids)
        walls, wall_sources = _segments(lines, len(polygons))
        wall_heights = _heights(line_heights, len(lines), "lines")[wall_sources - len(polygons)]
        edges = np.hstack([coords[:-1], coords[1:]])[_real(coords, rings)]
        walls, cut = _cut(walls, np.vstack([edges, walls]))
        return cls(
            coords, rings, parts, solid_heights, _sources(coords, rings, parts, given, alone),
            walls, wall_heights[cut], wall_sources[cut],
        )  # fmt: skip

    @classmethod
    def from_arrays(cls, given: Mapping[str, Any]) -> Self:
        """The way back from `arrays`."""
        return cls(**{name: np.asarray(value) for name, value in given.items()})

    def arrays(self) -> dict[str, Any]:
        """As plain arrays, to be sent to another process."""
        return {name: getattr(self, name) for name in type(self).__dataclass_fields__}

    @cached_property
    def solids(self) -> NDArray[np.object_]:
        """(s,) polygons."""
        if not len(self.heights):
            return np.empty(0, object)
        return shapely.from_ragged_array(shapely.GeometryType.POLYGON, self.coords, (self.rings, self.polygons))

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.solids)

    @cached_property
    def wall_tree(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.linestrings(self.walls.reshape(-1, 2, 2)))

    @cached_property
    def edges(self) -> Reals:
        """(m, 4) x, y, x, y.  Whoever sees an edge stands at its right hand; a wall is there once for each side."""
        return np.ascontiguousarray(
            np.vstack(
                [np.hstack([self.coords[:-1], self.coords[1:]])[self._real], self.walls, self.walls[:, [2, 3, 0, 1]]]
            )
        )

    @cached_property
    def edge_heights(self) -> Reals:
        """(m,) metres."""
        return np.concatenate(
            [np.repeat(self.heights, np.diff(self.edge_starts)), self.wall_heights, self.wall_heights]
        )

    @cached_property
    def edge_sources(self) -> Numbers:
        """(m,) the footprint, or after those the line, that an edge is of, as they were given."""
        return np.concatenate([self.sources[self._real], self.wall_sources, self.wall_sources])

    @cached_property
    def edge_starts(self) -> Numbers:
        """(s + 1,) where the edges of each solid begin; the walls' are behind the last."""
        return self.rings[self.polygons] - self.polygons

    @cached_property
    def _real(self) -> Numbers:
        return _real(self.coords, self.rings)

    @cached_property
    def runs(self) -> tuple[Numbers, shapely.STRtree]:
        """(r + 1,) offsets of runs of edges, and an index of their boxes."""
        return _runs(self.edges, len(self._real))

    def near(self, x: float, y: float, radius: float) -> Self:
        """Those whose box comes within `radius` of a point: what has to be sent for looking about there."""
        chosen = np.sort(self.tree.query(shapely.box(x - radius, y - radius, x + radius, y + radius)))
        _, rings = spread(self.polygons[chosen], self.polygons[chosen + 1])
        _, points = spread(self.rings[rings], self.rings[rings + 1])
        low = np.minimum(self.walls[:, :2], self.walls[:, 2:]) - radius
        high = np.maximum(self.walls[:, :2], self.walls[:, 2:]) + radius
        walls = ((low <= (x, y)) & (high >= (x, y))).all(axis=1)
        return type(self)(
            self.coords[points], _offsets(np.diff(self.rings)[rings]), _offsets(np.diff(self.polygons)[chosen]),
            self.heights[chosen],
            self.sources[points], self.walls[walls], self.wall_heights[walls], self.wall_sources[walls],
        )  # fmt: skip


def spread(since: Numbers, until: Numbers) -> tuple[Numbers, Numbers]:
    """All numbers of many ranges, one range after the other: which range each is of, and the number."""
    lengths = until - since
    which = np.repeat(np.arange(len(since)), lengths)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + since[which]


def _heights(given: ArrayLike | None, number: int, what: str) -> Reals:
    values = np.full(number, np.inf) if given is None else np.asarray(given, float)
    values = np.broadcast_to(values, (number,)) if not values.ndim else values
    if values.shape != (number,):
        raise ValueError(f"There are {number} {what}, but {values.size} heights.")
    return np.where(np.isnan(values), np.inf, values)


def _footprint(given: ArrayLike | shapely.Polygon, number: int) -> shapely.Geometry:
    """A valid polygon or multipolygon, perhaps empty."""
    if not isinstance(given, shapely.Geometry):
        ring = np.asarray(given, float)
        if ring.ndim != 2 or ring.shape[1] != 2:
            raise ValueError(f"Footprint {number + 1}: a list of points with two coordinates each is needed.")
        _finite(ring, f"Footprint {number + 1}")
        if len(ring) < 3:
            return shapely.Polygon()
        given = shapely.Polygon(ring)
    _finite(shapely.get_coordinates(given), f"Footprint {number + 1}")
    given = shapely.remove_repeated_points(given, REPEATED)
    return given if shapely.is_valid(given) else _faces(shapely.make_valid(given))


def _finite(points: Reals, what: str) -> None:
    if not np.isfinite(points).all():
        raise ValueError(f"{what}: a coordinate is not a number.")


def _faces(shape: shapely.Geometry) -> shapely.Geometry:
    """What of a shape has an area."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _apart(given: list[shapely.Geometry], heights: Reals) -> tuple[NDArray[np.object_], Reals, Numbers]:
    """Polygons that do not overlap, the height of each, and which footprint it is, -1 where it is of several."""
    kept = np.array([number for number, shape in enumerate(given) if not shapely.is_empty(shape)], np.int64)
    shapes, heights = np.array(given, object)[kept], heights[kept]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    alone = np.bincount(first, minlength=len(shapes)) == 1
    done, tall, whose = list(shapes[alone]), list(heights[alone]), list(kept[alone])
    for members in _groups(first, second, np.flatnonzero(~alone)):
        taken: shapely.Geometry = shapely.Polygon()
        for height in sorted(set(heights[members]), reverse=True):
            level = shapely.union_all(shapes[members][heights[members] == height])
            done.append(shapely.difference(level, taken))
            tall.append(height)
            whose.append(-1)
            taken = shapely.union(taken, level)
    parts, number = shapely.get_parts(np.array(done, object), return_index=True)
    flat = shapely.remove_repeated_points(parts, REPEATED)
    keep = (shapely.get_type_id(flat) == shapely.GeometryType.POLYGON) & (shapely.area(flat) > REPEATED)
    number = number[keep]
    return shapely.orient_polygons(flat[keep]), np.asarray(tall, float)[number], np.asarray(whose, np.int64)[number]


def _groups(first: Numbers, second: Numbers, members: Numbers) -> list[Numbers]:
    """What hangs together, of things of which each pair that touches is named."""
    head = {int(one): int(one) for one in members}

    def root(one: int) -> int:
        while head[one] != one:
            head[one] = head[head[one]]
            one = head[one]
        return one

    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one < other:
            head[root(one)] = root(other)
    together: dict[int, list[int]] = {}
    for one in head:
        together.setdefault(root(one), []).append(one)
    return [np.array(group) for group in together.values()]


def _ragged(solids: NDArray[np.object_]) -> tuple[Reals, Numbers, Numbers]:
    if not len(solids):
        return np.empty((0, 2)), np.zeros(1, np.int64), np.zeros(1, np.int64)
    _, coords, (rings, polygons) = shapely.to_ragged_array(solids)
    return np.ascontiguousarray(coords[:, :2]), rings.astype(np.int64), polygons.astype(np.int64)


def _real(coords: Reals, rings: Numbers) -> Numbers:
    """The vertices at which an edge begins: all but the last of each ring."""
    begins = np.ones(len(coords), bool)
    begins[rings[1:] - 1] = False
    return np.flatnonzero(begins)


def _offsets(lengths: Numbers) -> Numbers:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _sources(
    coords: Reals, rings: Numbers, polygons: Numbers, given: list[shapely.Geometry], alone: Numbers
) -> Numbers:
    """(c,) the footprint of each vertex: its solid's, or of several the one whose outline is nearest to the middle of
    the edge that begins there."""
    sources = np.repeat(alone, np.diff(rings[polygons]))
    begins = _real(coords, rings)
    begins = begins[sources[begins] < 0]
    if len(begins):
        middles = shapely.points((coords[begins] + coords[begins + 1]) / 2)
        outlines = shapely.boundary(np.array(given, object))
        kept = np.flatnonzero(~shapely.is_empty(outlines))
        at, found = shapely.STRtree(outlines[kept]).query_nearest(middles, all_matches=False)
        sources[begins[at]] = kept[found]
    return sources


def _segments(lines: Sequence[ArrayLike | shapely.LineString], counted: int) -> tuple[Reals, Numbers]:
    """(l, 4) the straight pieces of the lines, and (l,) which line each is of, counted on from `counted`."""
    pieces, numbers = [np.empty((0, 4))], [np.empty(0, np.int64)]
    for number, line in enumerate(lines):
        points = shapely.get_coordinates(line) if isinstance(line, shapely.Geometry) else np.asarray(line, float)
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"Line {number + 1}: a list of points with two coordinates each is needed.")
        _finite(points, f"Line {number + 1}")
        piece = np.hstack([points[:-1], points[1:]])
        piece = piece[np.hypot(piece[:, 2] - piece[:, 0], piece[:, 3] - piece[:, 1]) > REPEATED]
        pieces.append(piece)
        numbers.append(np.full(len(piece), counted + number, np.int64))
    return np.vstack(pieces), np.concatenate(numbers)


def _cut(walls: Reals, others: Reals) -> tuple[Reals, Numbers]:
    """The walls cut where another edge crosses them, and which wall each piece was.

    It is enough that one of two edges that cross is cut there: the sweep looks anew at every end.
    """
    if not len(walls):
        return walls, np.empty(0, np.int64)
    boxes = shapely.box(
        np.minimum(others[:, 0], others[:, 2]), np.minimum(others[:, 1], others[:, 3]),
        np.maximum(others[:, 0], others[:, 2]), np.maximum(others[:, 1], others[:, 3]),
    )  # fmt: skip
    wall, other = shapely.STRtree(boxes).query(shapely.linestrings(walls.reshape(-1, 2, 2)))
    along, across, apart = (walls[wall, 2:] - walls[wall, :2], others[other, 2:] - others[other, :2],
                            others[other, :2] - walls[wall, :2])  # fmt: skip
    turn = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (apart[:, 0] * across[:, 1] - apart[:, 1] * across[:, 0]) / turn
        meets = (apart[:, 0] * along[:, 1] - apart[:, 1] * along[:, 0]) / turn
    slack = REPEATED / np.hypot(along[:, 0], along[:, 1])
    crossed = (share > slack) & (share < 1 - slack) & (meets > -1e-9) & (meets < 1 + 1e-9)
    number = np.concatenate([np.arange(len(walls)), np.arange(len(walls)), wall[crossed]])
    shares = np.concatenate([np.zeros(len(walls)), np.ones(len(walls)), share[crossed]])
    order = np.lexsort((shares, number))
    number, shares = number[order], shares[order]
    points = walls[number, :2] + shares[:, None] * (walls[number, 2:] - walls[number, :2])
    piece = (number[:-1] == number[1:]) & (np.hypot(*(points[1:] - points[:-1]).T) > REPEATED)
    return np.hstack([points[:-1], points[1:]])[piece], number[:-1][piece]


def _runs(edges: Reals, solid: int) -> tuple[Numbers, shapely.STRtree]:
    starts = np.unique(np.concatenate([np.arange(0, solid, RUN), np.arange(solid, len(edges), 4)])).astype(np.int64)
    if not len(starts):
        return np.zeros(1, np.int64), shapely.STRtree(np.empty(0, object))
    low, high = np.minimum(edges[:, :2], edges[:, 2:]), np.maximum(edges[:, :2], edges[:, 2:])
    low, high = np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
    return np.append(starts, len(edges)), shapely.STRtree(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
