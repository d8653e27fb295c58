"""Whether the grid cells of a committee cover it as the standard asks (GB/T 30428.1, DB11 for the codes).

Closed outlines, no gaps, no overlaps, no building cut, each cell in exactly one committee, codes of 15 digits.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import shapely
from django.utils.translation import gettext as _

from linli.places.domain.frame import Frame
from linli.places.domain.geometry import AREAS, outline
from linli.places.models import Kind, Place

SLIVER = 0.5  # square metres: what rounding leaves along a boundary is neither gap nor overlap
CODE = re.compile(r"\d{15}")  # 6 county + 3 street + 3 community + 3 sequence
COMMITTEE_CODE = re.compile(r"\d{12}")


@dataclass(frozen=True)
class Finding:
    """One fault of a grid: which rule, the places concerned, and how many square metres where it counts.

    `rule` is one of code, code-twice, gap, overlap, outside, cut.
    """

    rule: str
    places: tuple[Place, ...]
    square_metres: float = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(place.title for place in self.places)

    @property
    def words(self) -> str:
        words = {
            "code": _("%(names)s: the code is not the committee's 12 digits and 3 of its own."),
            "code-twice": _("%(names)s: two cells have the same code."),
            "gap": _("%(names)s: the cells leave %(area)s m² uncovered."),
            "overlap": _("%(names)s: the cells overlap by %(area)s m²."),
            "outside": _("%(names)s: %(area)s m² of the cell lie outside the committee."),
            "cut": _("%(names)s: the boundary of the cell cuts the building."),
        }
        return words[self.rule] % {"names": " / ".join(self.names), "area": f"{self.square_metres:.1f}"}


def check_cells(committee: Place) -> list[Finding]:
    """What is wrong with the grid of a committee; nothing, where it has no cells yet. Two statements."""
    cells = committee.children.filter(kind=Kind.CELL, retired_at=None).order_by("path")
    buildings = Place.objects.below(committee.path).filter(kind=Kind.BUILDING, retired_at=None).order_by("path")
    return grid_findings(committee, list(cells), list(buildings))


def grid_findings(committee: Place, cells: Sequence[Place], buildings: Iterable[Place]) -> list[Finding]:
    """The same for rows that need not be stored yet. Outlines are valid by themselves (`clean_geometry`)."""
    if not cells:
        return []
    findings = _codes(committee, cells)
    if committee.geometry is None:
        return findings
    frame = Frame(committee.lon or 0.0, committee.lat or 0.0)
    drawn = _drawn(cells, frame)
    return (
        findings
        + _cover((committee, frame.project(outline(committee.geometry))), drawn)
        + _overlaps(drawn)
        + _cuts(drawn, _drawn(buildings, frame))
    )


Drawn = tuple[Place, Any]
"""A place and its outline in metres."""


def _drawn(places: Iterable[Place], frame: Frame) -> list[Drawn]:
    return [
        (place, frame.project(outline(place.geometry)))
        for place in places
        if place.geometry and place.geometry["type"] in AREAS
    ]


def _codes(committee: Place, cells: Sequence[Place]) -> list[Finding]:
    start = committee.code if COMMITTEE_CODE.fullmatch(committee.code) else ""
    wrong = [
        Finding("code", (cell,)) for cell in cells if not CODE.fullmatch(cell.code) or not cell.code.startswith(start)
    ]
    times = Counter(cell.code for cell in cells)
    twice = [
        Finding("code-twice", tuple(cell for cell in cells if cell.code == code))
        for code, number in times.items()
        if number > 1
    ]
    return wrong + twice


def _cover(committee: Drawn, cells: Sequence[Drawn]) -> list[Finding]:
    place, whole = committee
    gap = shapely.difference(whole, shapely.union_all([drawn for _cell, drawn in cells])).area
    strays = [(cell, shapely.difference(drawn, whole).area) for cell, drawn in cells]
    gaps = [Finding("gap", (place,), gap)] if gap > SLIVER else []
    return gaps + [Finding("outside", (cell,), area) for cell, area in strays if area > SLIVER]


def _overlaps(cells: Sequence[Drawn]) -> list[Finding]:
    shared = (((one, other), shapely.intersection(a, b).area) for (one, a), (other, b) in combinations(cells, 2))
    return [Finding("overlap", places, area) for places, area in shared if area > SLIVER]


def _cuts(cells: Sequence[Drawn], buildings: Sequence[Drawn]) -> list[Finding]:
    """A cell cuts a building when it holds more than a sliver of it, and more than a sliver lies elsewhere."""
    index = shapely.STRtree([drawn for _building, drawn in buildings])
    return [
        Finding("cut", (cell, building))
        for cell, drawn in cells
        for building, built in (buildings[near] for near in sorted(index.query(drawn, predicate="intersects")))
        if SLIVER < shapely.intersection(drawn, built).area < built.area - SLIVER
    ]
