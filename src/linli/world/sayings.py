"""How people say where something is: written out, short, misspelt, in slang, half, in English; with the truth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from linli.world.stories import PLOTS

NUMERALS = "零一二三四五六七八九"
OLD = str.maketrans("楼号栋区门单园村乐", "樓號棟區門單園邨樂")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SLIPS = "善区曲存城园元山里东"  # characters that a thumb or an input method puts for another

# Names that people of the synthetic neighbourhood use for its estates; nobody surveyed them.
SLANG = {
    "乐山四村": ("老四村",),
    "乐山六村": ("老六村", "桂花路33弄"),
    "乐山七村": ("桂花路45弄",),
    "乐山八九村小区": ("八九连村",),
    "虹二小区": ("红房子",),
}

# {e} the estate, {s} its short name, {n} the building, {z} the same in Chinese numerals, {d} the entrance,
# {a} what people call the estate, {en} its English name, {p} what happened.
WAYS: dict[str, Sequence[str]] = {
    "written out": ("{e}{n}号楼，{p}", "{p}地址：{e}{n}号楼{d}号门。", "徐家汇街道{e}{n}号楼{d}号门：{p}"),
    "short": ("{s}{n}号{p}", "{s}{n}号楼，{p}", "你好，{s}{n}幢{p}", "{s}{n}栋楼下，{p}"),
    "numerals": ("{s}{z}号{p}", "{e}{z}号楼{p}"),
    "with a flat": ("{s}{n}号302，{p}", "{s}{n}-{d}-302 {p}", "{s}{n}号楼{d}单元501室{p}"),
    "half": ("{s}{n}，{p}", "{s} {n} {p}"),
    "apart": ("我住在{s}，{p}就在{n}号楼。", "{s}的居民，{p}位置是{n}幢门口。"),
    "before the estate": ("{n}号楼（{e}）{p}", "{n}号，{s}，{p}"),
    "slang": ("{a}{n}号{p}", "{a}{n}号楼{d}号门，{p}"),
    "old characters": ("{o}{n}號，{p}", "{e} {w}号，{p}"),
    "misspelt": ("{t}{n}号楼，{p}", "{p}在{t}{n}号。"),
    "English": ("Building {n}, {en}: the light is broken.", "No. {n} {en}. Water is leaking on the stairs.",
                "Entrance {d}, Building {n}, {en}. Somebody blocks the door.", "{en}, building {n}, no light"),
}  # fmt: skip
UNCLEAR = (
    "三楼灯不亮。",
    "{n}号楼{p}",
    "小区门口{p}",
    "隔壁小区太吵了。",
    "{p}",
    "第三中学{n}号楼有问题。",
    "请打电话给我，302。",
)


@dataclass(frozen=True)
class Saying:
    """A text, the way it says where, and the path of the building it means; "" where nobody could tell."""

    text: str
    way: str
    building: str


@dataclass(frozen=True)
class _Estate:
    name: str
    name_en: str
    buildings: Sequence[Any]


def sayings(places: Sequence[Any], *, number: int, seed: int = 1) -> Iterator[Saying]:
    """So many texts about buildings of these places; one in eight says nothing clear. Same seed, same texts."""
    random = Random(seed)
    by_path = {place.path: place for place in places}
    estates: dict[str, list[Any]] = {}
    for place in places:
        if place.kind == "building":
            estates.setdefault(place.path[:-4], []).append(place)
    known = [_Estate(by_path[path].name, by_path[path].name_en, held) for path, held in sorted(estates.items())]
    for index in range(number):
        estate = random.choice(known)
        building = random.choice(estate.buildings)
        if index % 8 == 0:
            yield Saying(_filled(random.choice(UNCLEAR), estate, building, random), "unclear", "")
            continue
        way = random.choice([way for way in WAYS if way != "slang" or estate.name in SLANG])
        yield Saying(_filled(random.choice(WAYS[way]), estate, building, random), way, building.path)


def _filled(form: str, estate: _Estate, building: Any, random: Random) -> str:
    number = int("".join(filter(str.isdigit, building.name)))
    what = random.choice(random.choice(PLOTS).reports).replace("{n}", str(random.randint(2, 6)))
    return form.format(
        e=estate.name, s=_short(estate.name), n=number, z=_numeral(number), d=random.randint(1, 3),
        a=random.choice(SLANG.get(estate.name, (estate.name,))), en=estate.name_en, p=what,
        o=estate.name.translate(OLD), w=str(number).translate(WIDE), t=_slip(estate.name, random),
    )  # fmt: skip


def _short(name: str) -> str:
    return name.removeprefix("乐山").removesuffix("小区")


def _slip(name: str, random: Random) -> str:
    """The name with one character wrong, but none that is a number: that would be another estate."""
    at = random.choice([at for at, character in enumerate(name) if character not in NUMERALS])
    return name[:at] + random.choice([slip for slip in SLIPS if slip != name[at]]) + name[at + 1 :]


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else NUMERALS[tens] + "十"
    return ten + (NUMERALS[ones] if ones or not tens else "")
