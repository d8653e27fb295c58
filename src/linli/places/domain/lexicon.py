"""What each place may be called in a text, drawn from the tree: its names, its short forms, what people call it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from linli.places.domain.aliases import spoken
from linli.places.domain.kept import TREE, Tree, tree
from linli.places.domain.plain import plain
from linli.places.models import STEP, Kind, Place

ANCHORS = (Kind.COMMITTEE, Kind.ESTATE, Kind.BUILDING, Kind.LANE)
NUMBERED = re.compile(
    r"^第?(?:building|bldg|block|no\.?|entrance|gate|lane)?(\d{1,4}[a-z]?|[a-z])"
    r"(?:号楼|号房|号门|号通道|号|幢|栋|座|楼|单元|门|#)?$"
)
NOUNS = ("village", "estate")  # said one for the other
ENDS = ("小区", "新村", "estate", "居民区")
WIDE_ENDS = ("片区", "地区", "街道", "area", "subdistrict")
CHINESE = re.compile("[\u4e00-\u9fff]")
LONG = 4  # characters from which a misspelt name can still be told


class Entry(NamedTuple):
    """A place under one of its forms. how: name, alias, or short for a form that leaves something out."""

    place: Place
    how: str


@dataclass(frozen=True)
class Lexicon:
    """Forms in plain writing, the places they stand for, and the numbers of what lies in them."""

    entries: Mapping[str, list[Entry]]
    heads: Mapping[str, list[str]]  # the forms by their first two characters, the longest first
    bigrams: Mapping[str, set[str]]  # the forms that can be told when misspelt, by each two characters of theirs
    numbers: Mapping[str, Mapping[str, Place]]  # by path: the buildings of an estate, the entrances of a building
    estates: Mapping[str, list[Place]]  # by the path of their committee


def build(state: Tree, said: Mapping[str, Sequence[str]]) -> Lexicon:
    """said: what the office added, by path."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for place in state.places:
        if place.kind in ANCHORS or place.path in said:
            for form, how in _forms(place, said.get(place.path, ()), state):
                if all(entry.place is not place for entry in entries[form]):
                    entries[form].append(Entry(place, how))
    kept = {form: _most_particular(found) for form, found in entries.items()}
    return Lexicon(kept, _heads(kept), _bigrams(kept), _numbers(state), _estates(state))


def _forms(place: Place, said: Iterable[str], state: Tree) -> Iterator[tuple[str, str]]:
    """Every form of a place with how it stands for it, the best first."""
    # What is called by its number is found through the estate, so only names of its own are forms.
    names = [name for name in (place.name, place.name_en) if name and not number_of(name)]
    aliases = [alias for alias in (*place.aliases, *said) if not number_of(alias)]
    own = [(plain(name).text, "name") for name in names] + [(plain(alias).text, "alias") for alias in aliases]
    wide = _wider(place, state)
    shorter = [(short, "short") for form, _how in own for short in _shorter(form, wide)]
    if place.kind in {Kind.BUILDING, Kind.LANE}:
        shorter = []
        own = [pair for pair in own if pair[1] == "alias"]
    return ((form, how) for form, how in own + shorter if len(form) > 1 and not form.isdigit())


def _shorter(form: str, wide: Iterable[str]) -> Iterator[str]:
    """What is left without the area's name before it and the kind of place after it; English nouns exchanged."""
    whole = [form, *(form.removesuffix(end) for end in ENDS if form.endswith(end))]
    for one in whole:
        for name in ("", *wide):
            rest = one.removeprefix(name)
            if rest != form and _says_enough(rest):
                yield rest
    for noun in NOUNS:
        if noun in form:
            for other in NOUNS:
                yield from (said for said in (form.replace(noun, other), form.replace(noun, "")) if said != form)


def _says_enough(form: str) -> bool:
    if not CHINESE.search(form):
        return len(form) > LONG
    return len(form) > 2 or (len(form) == 2 and form[0].isdigit() != form[1].isdigit())


def _wider(place: Place, state: Tree) -> list[str]:
    """What the area is called, which people leave out, the longest first."""
    areas = [above for above in state.above(place.path) if above.kind in {Kind.AREA, Kind.SUBDISTRICT}]
    names = {plain(name).text for area in areas for name in (area.name, area.name_en, *area.aliases) if name}
    names |= {name.removesuffix(end) for name in names for end in WIDE_ENDS}
    return sorted(names, key=len, reverse=True)


def number_of(name: str) -> str:
    """The number that a building, entrance or lane is called by, or ""."""
    found = NUMBERED.match(plain(name).text)
    return found[1] if found else ""


def _most_particular(entries: list[Entry]) -> list[Entry]:
    """A committee gives way to its own estate of the same name."""
    paths = [entry.place.path for entry in entries]
    return [
        entry
        for entry in entries
        if not any(path != entry.place.path and path.startswith(entry.place.path) for path in paths)
    ]


def _heads(forms: Iterable[str]) -> dict[str, list[str]]:
    heads: dict[str, list[str]] = defaultdict(list)
    for form in sorted(forms, key=len, reverse=True):
        heads[form[:2]].append(form)
    return dict(heads)


def _bigrams(forms: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for form in forms:
        if len(form) >= LONG:
            for at in range(len(form) - 1):
                found[form[at : at + 2]].add(form)
    return dict(found)


def _numbers(state: Tree) -> dict[str, dict[str, Place]]:
    numbers: dict[str, dict[str, Place]] = defaultdict(dict)
    for place in state.places:
        if place.kind in {Kind.BUILDING, Kind.ENTRANCE}:
            for name in (place.name, *place.aliases):
                if number := number_of(name):
                    numbers[place.path[:-STEP]].setdefault(number, place)
    return dict(numbers)


def _estates(state: Tree) -> dict[str, list[Place]]:
    estates: dict[str, list[Place]] = defaultdict(list)
    for place in state.of_kind(Kind.ESTATE):
        estates[place.path[:-STEP]].append(place)
    return dict(estates)


@TREE.kept
def lexicon() -> Lexicon:
    """The lexicon of the tree as it stands. One statement when it has changed."""
    return build(tree(), spoken())
