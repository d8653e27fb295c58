"""The published names and figures of the model area, and what the synthetic layout adds to them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from linli.places.domain.draft import FigureDraft

HOUSEHOLDS = 6_458
FLOOR_AREA = 290_000  # m²
ROOMS = 4  # flats on the ground floor that serve the committees
FLAT = FLOOR_AREA / (HOUSEHOLDS + ROOMS)  # m² of floor area for one flat, its share of the stairs included

COUNTY, STREET, NEXT_STREET = "310104", "014", "900"

ARTICLE = "2022-08-02 公开发表的乐山治理文章 / article on Leshan published on 2022-08-02"
SYNTHETIC = "合成布局 / synthetic layout"


@dataclass(frozen=True)
class Estate:
    """`columns`: flats side by side on each storey, in all its slabs. `room`: one flat serves the committee."""

    name: str
    name_en: str
    columns: int
    room: bool = False


@dataclass(frozen=True)
class Committee:
    name: str
    name_en: str
    estates: tuple[Estate, ...]
    aliases: tuple[str, ...] = ()


# The first three lie one below the other, two estates side by side in each; the last two close the east.
COMMITTEES = (
    Committee(
        "乐山四五村",
        "Leshan Villages 4 and 5",
        (Estate("乐山四村", "Leshan Village 4", 120, room=True), Estate("乐山五村", "Leshan Village 5", 114)),
        ("四村", "五村"),
    ),
    Committee(
        "乐山二三村",
        "Leshan Villages 2 and 3",
        (Estate("乐山二村", "Leshan Village 2", 116, room=True), Estate("乐山三村", "Leshan Village 3", 112)),
        ("二村", "三村"),
    ),
    Committee(
        "乐山六七村",
        "Leshan Villages 6 and 7",
        (Estate("乐山六村", "Leshan Village 6", 121), Estate("乐山七村", "Leshan Village 7", 112, room=True)),
        ("六村", "七村"),
    ),
    Committee(
        "乐山八九村",
        "Leshan Villages 8 and 9",
        (Estate("乐山八九村小区", "Leshan Villages 8 and 9 Estate", 200, room=True),),
        ("八村", "九村"),
    ),
    Committee("虹二", "Hong'er", (Estate("虹二小区", "Hong'er Estate", 182),)),
)
NEXT_DOOR = Committee("邻街居民区", "Next-door Quarter", (Estate("邻街小区", "Next-door Estate", 40),))


def _published(name: str, value: int, unit: str) -> FigureDraft:
    return FigureDraft(name, Decimal(value), unit, ARTICLE, date(2022, 8, 2))


# Of the area as a whole; not one of them is an attribute of a person.
PUBLISHED = (
    _published("households", HOUSEHOLDS, "households"),
    _published("floor_area", FLOOR_AREA, "m2"),
    _published("aged_65", 30, "percent"),
    _published("disabled", 700, "persons"),
    _published("hardship", 197, "households"),
)
