"""How numbers are said beside a place: 12号楼, 12幢2单元, 12-2-302, No. 12, Entrance 2 of Building 12.

All patterns are over plain texts (see `plain`). They end before the flat, whatever follows.
"""

import re
from typing import NamedTuple

GAP = r"[\s,，、.。;；:：\-—_/·()（）“”\"']*"
LEAD = rf"{GAP}(?:小区|居民区|居委会|居委|里面|那边|这边|的|里|内|in|at|of|the)?{GAP}第?"
COUNTER = r"(?:号楼|号房|号(?![门线院井桌窗床车码])|幢|栋|座|#楼?|楼(?=\d+(?:号门|单元|门|室)))"
SAID = r"(?:building|bldg|block|blk|number|no\.?|#)"
DOOR = r"(?:entrance|staircase|stair|gate|door|unit)"
# What may follow a bare number that counts buildings: not a word that says it counts something else.
UNCOUNTED = r"(?=$|[^\d.a-z号幢栋座#楼层室单年月日点个人次天户米元岁分块台辆棵只])"


def _building(name: str) -> str:
    counted = rf"(?P<{name}>\d{{1,4}}[a-z]?|[a-z]){COUNTER}"
    said = rf"{SAID}(?P<{name}_said>\d{{1,4}}[a-z]?)"
    return rf"(?:{counted}|{said}|-?(?P<{name}_bare>\d{{1,3}}){UNCOUNTED})"


def _entrance(name: str) -> str:
    counted = rf"(?P<{name}>\d{{1,2}})(?:号门|单元|门(?![口卫])|号梯|梯)"
    said = rf"{DOOR}(?P<{name}_said>\d{{1,2}})"
    return rf"(?:{counted}|{said}|-(?P<{name}_bare>\d{{1,2}})(?=-\d))"


AFTER = re.compile(rf"{LEAD}(?:{_building('building')}(?:{GAP}{_entrance('entrance')})?|{_entrance('only')})")
BEFORE = re.compile(
    rf"(?:{DOOR}(?P<entrance>\d{{1,2}}){GAP}(?:of)?{GAP})?"
    rf"(?:{SAID}(?P<building_said>\d{{1,4}}[a-z]?)|(?P<building>\d{{1,4}}[a-z]?){COUNTER})"
    rf"{GAP}(?:of|in|at|the|的)*{GAP}$"
)
# A number that can only be a building's, wherever it stands.
ANYWHERE = re.compile(
    r"(?<![\d弄])(?P<building>\d{1,4}[a-z]?)(?:号楼|幢|栋|#楼)|(?:building|bldg|block)(?P<building_said>\d{1,4}[a-z]?)"
)
# A number that may be a building's: beside it a misspelt name is looked for.
MARK = re.compile(rf"\d{{1,4}}{COUNTER}|{SAID}\d{{1,4}}")


class Said(NamedTuple):
    """Which numbers stand there, "" for none. how: counted (12号), bare (12), door (a door of no building named)."""

    building: str
    entrance: str
    how: str
    start: int
    end: int


def read(found: re.Match[str], *, shift: int = 0) -> Said:
    """The numbers of a match of one of these patterns. shift: where the text it was found in begins."""
    groups = found.groupdict()
    span = shift + found.start(), shift + found.end()
    counted = groups.get("building") or groups.get("building_said")
    bare = groups.get("building_bare")
    if counted or bare:
        entrance = next((groups[name] for name in ENTRANCES if groups.get(name)), "")
        return Said(counted or bare or "", entrance, "counted" if counted else "bare", *span)
    return Said("", next(groups[name] for name in DOORS if groups.get(name)), "door", *span)


ENTRANCES = ("entrance", "entrance_said", "entrance_bare")
DOORS = ("only", "only_said", "only_bare")
