"""A synthetic Leshan: the published names and totals of the model area, on a layout that nobody surveyed.

Where a building stands, how many doors it has and what a cell is numbered is made up, the same for the same seed. Pure
data: no database. Everything is drawn in metres round the middle of the area and put on earth at the end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import ceil, cos, radians, sin, sqrt
from random import Random
from typing import Any

from linli.places.domain.draft import FigureDraft, PlaceDraft
from linli.places.domain.frame import Frame
from linli.world import layout, model
from linli.world.layout import STOREYS, Block, Box, Points, Slab
from linli.world.model import Committee, Estate

SEED = 2018
CENTRE = Frame(121.433, 31.193)
TURN = radians(7)  # the streets run a little off the compass
FRONT = model.FLAT / layout.DEPTH  # metres of front of one flat
MOST_AREAS = 190  # community numbers have three digits, and an area takes five
APART = 480.0, 620.0  # metres between the middles of neighbouring areas, where there are several


def neighbourhood(*, as_of: date, seed: int = SEED, scale: int = 1, units: bool = False) -> PlaceDraft:
    """The district and all that lies in it; equal for equal arguments.

    as_of: the date of the made-up figures.  scale: number of model areas, 1 to 190.  units: whether the flats are drawn
    up too, 6,458 in each area.
    """
    if not 1 <= scale <= MOST_AREAS:
        raise ValueError(f"scale is 1 to {MOST_AREAS}, not {scale}")
    areas = [
        _Area(number, as_of, Random(seed + number), units).model(_middle(number, scale)) for number in range(scale)
    ]
    _west, south, east, north = here = layout.around((box for box, _draft in areas), margin=200.0)
    there = (east, south, east + 400.0, north)
    next_door = _Area(0, as_of, Random(seed), units).next_door((east + 200.0, (south + north) / 2))
    shared = layout.corners([here, there])
    ours = _office("徐家汇街道", "Xujiahui Subdistrict", model.STREET, _polygon(here, shared))
    theirs = _office("邻街街道", "Next-door Subdistrict", model.NEXT_STREET, _polygon(there, shared))
    district = PlaceDraft(
        kind="district",
        name="徐汇区",
        name_en="Xuhui District",
        code=model.COUNTY,
        geometry=_polygon(layout.around([here, there], margin=300.0)),
        children=(
            replace(ours, children=tuple(draft for _box, draft in areas)),
            replace(theirs, children=(next_door,)),
        ),
    )
    return _on_earth(district)


def _office(name: str, name_en: str, street: str, geometry: dict[str, Any]) -> PlaceDraft:
    return PlaceDraft(kind="subdistrict", name=name, name_en=name_en, code=model.COUNTY + street, geometry=geometry)


@dataclass
class _Area:
    """Draws one area, in metres. Every choice is taken from `random`, in one order."""

    number: int  # counted from 0; names after the first area carry it
    as_of: date
    random: Random
    units: bool

    def model(self, middle: tuple[float, float]) -> tuple[Box, PlaceDraft]:
        """The model area round `middle`: its box, and its draft."""
        packed = {
            estate.name: layout.rows(estate.columns, FRONT, self.random)
            for committee in model.COMMITTEES
            for estate in committee.estates
        }
        slots = _slots(packed, middle)
        blocks = {name: layout.block(slot, packed[name], FRONT) for name, slot in slots.items()}
        box = layout.around(slots.values())
        touching = layout.corners(cell for block in blocks.values() for cell in block.cells)
        area = PlaceDraft(
            kind="area",
            name=self._named("乐山片区"),
            name_en=self._named("Leshan Area"),
            aliases=("乐山地区", "乐山"),
            geometry=_polygon(box, touching),
            figures=model.PUBLISHED if self.number == 0 else (),
            children=tuple(self._committees(model.COMMITTEES, model.STREET, blocks, slots, touching)),
        )
        return box, area

    def next_door(self, middle: tuple[float, float]) -> PlaceDraft:
        """The small area of the next street office, with one estate."""
        (estate,) = model.NEXT_DOOR.estates
        packed = layout.rows(estate.columns, FRONT, self.random)
        x, y = middle
        half = round(layout.height(len(packed)) / 2, 2)
        slot = (x - layout.SLOT / 2, y - half, x + layout.SLOT / 2, y + half)
        block = layout.block(slot, packed, FRONT)
        touching = layout.corners(block.cells)
        committees = self._committees(
            [model.NEXT_DOOR], model.NEXT_STREET, {estate.name: block}, {estate.name: slot}, touching
        )
        return PlaceDraft(
            kind="area",
            name="邻街片区",
            name_en="Next-door Area",
            geometry=_polygon(slot, touching),
            children=tuple(committees),
        )

    def _committees(
        self,
        committees: Sequence[Committee],
        street: str,
        blocks: Mapping[str, Block],
        slots: Mapping[str, Box],
        touching: Points,
    ) -> Iterator[PlaceDraft]:
        before = 0
        for number, committee in enumerate(committees, start=1 + self.number * len(committees)):
            code = f"{model.COUNTY}{street}{number:03}"
            estates = []
            for estate in committee.estates:
                estates.append(self._estate(estate, blocks[estate.name], before))
                before += estate.columns
            cells = [cell for estate in committee.estates for cell in blocks[estate.name].cells]
            yield PlaceDraft(
                kind="committee",
                name=self._named(committee.name),
                name_en=self._named(committee.name_en),
                code=code,
                aliases=(f"{committee.name}居委会", *committee.aliases),
                geometry=_polygon(layout.around(slots[estate.name] for estate in committee.estates), touching),
                children=(*estates, *_cells(cells, code, touching)),
            )

    def _estate(self, estate: Estate, block: Block, before: int) -> PlaceDraft:
        """before: columns of flats in the estates drawn so far, from which the shares of the floor area are counted."""
        built = 1980 + self.random.randrange(10)
        buildings = []
        for number, slab in enumerate(block.slabs, start=1):
            room = estate.room and number == 1
            buildings.append(self._building(number, slab, room, before, built))
            before += slab.columns
        lanes = tuple(_lane(number, ends) for number, ends in enumerate(block.lanes[:-1], start=1))
        return PlaceDraft(
            kind="estate",
            name=self._named(estate.name),
            name_en=self._named(estate.name_en),
            geometry=_polygon(block.box),
            figures=tuple(self._sum(buildings, name) for name in ("households", "floor_area")),
            children=(*buildings, *lanes, _lane(0, block.lanes[-1])),
        )

    def _building(self, number: int, slab: Slab, room: bool, before: int, built: int) -> PlaceDraft:
        """room: one flat of the first entrance is no household's."""
        flats = slab.columns * STOREYS
        return PlaceDraft(
            kind="building",
            name=f"{number}号楼",
            name_en=f"Building {number}",
            aliases=(f"{number}号",),
            geometry=_polygon(slab.box),
            figures=(
                self._figure("households", flats - room, "households"),
                self._figure("floor_area", _floor_area(before, slab.columns), "m2"),
                self._figure("storeys", STOREYS, "storeys"),
                self._figure("built", built, "year"),
            ),
            children=tuple(
                PlaceDraft(
                    kind="entrance",
                    name=f"{door}号门",
                    name_en=f"Entrance {door}",
                    geometry={"type": "Point", "coordinates": position},
                    children=tuple(_units(slab.flats, room and door == 1)) if self.units else (),
                )
                for door, position in enumerate(slab.doors, start=1)
            ),
        )

    def _figure(self, name: str, value: int, unit: str) -> FigureDraft:
        return FigureDraft(name, Decimal(value), unit, model.SYNTHETIC, self.as_of)

    def _sum(self, drafts: Sequence[PlaceDraft], name: str) -> FigureDraft:
        figures = [figure for draft in drafts for figure in draft.figures if figure.name == name]
        return replace(figures[0], value=sum((figure.value for figure in figures), Decimal(0)))

    def _named(self, name: str) -> str:
        return f"{name}·{self.number + 1}" if self.number else name


def _slots(packed: Mapping[str, Sequence[Any]], middle: tuple[float, float]) -> dict[str, Box]:
    """Where each estate's slot lies: two columns of slots, equal in height side by side, and a third of two slots."""
    pairs = [[estate.name for estate in committee.estates] for committee in model.COMMITTEES[:3]]
    heights = [max(layout.height(len(packed[name])) for name in pair) for pair in pairs]
    west, top = round(middle[0] - 1.5 * layout.SLOT, 2), round(middle[1] + sum(heights) / 2, 2)
    slots, north = {}, top
    for pair, height in zip(pairs, heights, strict=True):
        for column, name in enumerate(pair):
            left = west + column * layout.SLOT
            slots[name] = (left, round(north - height, 2), left + layout.SLOT, north)
        north = round(north - height, 2)
    upper, lower = (committee.estates[0].name for committee in model.COMMITTEES[3:])
    rows = len(packed[upper]), len(packed[lower])
    cut = round(top - (top - north) * rows[0] / sum(rows), 2)
    left = west + 2 * layout.SLOT
    slots[upper] = (left, cut, left + layout.SLOT, top)
    slots[lower] = (left, north, left + layout.SLOT, cut)
    return slots


def _cells(cells: Sequence[Box], code: str, touching: Points) -> Iterator[PlaceDraft]:
    """Grid cells, numbered line by line from the west to the east and from the north to the south."""
    ordered = sorted(cells, key=lambda cell: (-cell[3], cell[0]))
    for number, cell in enumerate(ordered, start=1):
        yield PlaceDraft(
            kind="cell",
            name=f"第{number}网格",
            name_en=f"Grid cell {number}",
            code=f"{code}{number:03}",
            geometry=_polygon(cell, touching),
        )


def _lane(number: int, ends: Sequence[tuple[float, float]]) -> PlaceDraft:
    """number: 0 for the lane that joins the others."""
    return PlaceDraft(
        kind="lane",
        name=f"{number}号通道" if number else "主通道",
        name_en=f"Lane {number}" if number else "Main lane",
        geometry={"type": "LineString", "coordinates": list(ends)},
    )


def _units(flats: int, room: bool) -> Iterator[PlaceDraft]:
    """The flats of one entrance; without the first where it serves the committee."""
    for storey in range(1, STOREYS + 1):
        for flat in range(1, flats + 1):
            if room and storey == flat == 1:
                continue
            yield PlaceDraft(kind="unit", name=f"{storey}{flat:02}室", name_en=f"Flat {storey}{flat:02}")


def _floor_area(before: int, columns: int) -> int:
    """Square metres of a slab, so rounded that all slabs together have exactly the area's."""
    return round((before + columns) * STOREYS * model.FLAT) - round(before * STOREYS * model.FLAT)


def _middle(number: int, scale: int) -> tuple[float, float]:
    side = ceil(sqrt(scale))
    return number % side * APART[0], -(number // side) * APART[1]


def _polygon(box: Box, touching: Points = frozenset()) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [layout.with_junctions(box, touching)]}


def _on_earth(draft: PlaceDraft) -> PlaceDraft:
    """The same with every geometry turned, in degrees and rounded to a centimetre."""
    geometry = draft.geometry
    if geometry is not None:
        geometry = {"type": geometry["type"], "coordinates": _degrees(geometry["coordinates"])}
    return replace(draft, geometry=geometry, children=tuple(_on_earth(child) for child in draft.children))


def _degrees(coordinates: Any) -> Any:
    if not isinstance(coordinates[0], float):
        return [_degrees(part) for part in coordinates]
    x, y = coordinates
    lon, lat = CENTRE.degrees(x * cos(TURN) - y * sin(TURN), x * sin(TURN) + y * cos(TURN))
    return [round(lon, 7), round(lat, 7)]
