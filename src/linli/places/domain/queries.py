"""Reading the tree: by what a place is called, for a page, for a choice."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linli.core.errors import NotFound
from linli.core.models import Installation
from linli.places.domain.aliases import spoken
from linli.places.domain.figures import FigureRow, figure_row
from linli.places.domain.kept import TREE, tree
from linli.places.models import STEP, Kind, Place

Called = dict[str, Place]

# What is called by its number alone, so that the estate must be said with it.
NUMBERED = frozenset({Kind.BUILDING, Kind.ENTRANCE, Kind.UNIT, Kind.LANE})

NUMERAL = re.compile("[一二三四五六七八九十]+")
DIGITS = {numeral: str(digit) for digit, numeral in enumerate("一二三四五六七八九", start=1)}
NUMBER_OR_CHARACTER = re.compile(r"\d+|\D")
CHINESE = re.compile("[\u4e00-\u9fff]")


def called(places: Iterable[Place]) -> Called:
    """Places by what they are called: a cell by its code, what lies in an estate with the estate before it.

    The places must be complete: with each place those that hold it.
    """
    by_path = {place.path: place for place in places}
    return {
        place.code if place.kind == Kind.CELL else "".join(step.name for step in _spoken(place, by_path)): place
        for place in by_path.values()
    }


def full_title(place: Place) -> str:
    """What a place is called among all: 乐山六村12号楼 / Leshan Village 6, Building 12. No statement."""
    titles = [step.title for step in _spoken(place, tree().by_path)]
    return (", " if all(title.isascii() for title in titles) else "").join(titles)


def governed_path() -> str:
    """The path of the place whose subtree this office governs; empty where that was not set. No statement once set."""
    return _root() or _read_root()


@TREE.kept
def _root() -> str:
    return _read_root()


def _read_root() -> str:
    return Installation.objects.values_list("root_path", flat=True).first() or ""


def find_places(text: str, *, limit: int = 10, below: str = "") -> list[Place]:
    """Places whose name, other name or code fits the text, the best and widest first. No statement.

    What begins so stands before what holds it, and that before what holds its characters in their order: 六村 finds
    乐山六七村. Numerals may be written either way. below: only places under this path.
    """
    wanted = _plain(text)
    if not wanted:
        return []
    known = ((place, words) for place, words in _names() if place.path.startswith(below))
    ranked = ((_rank(wanted, words), len(place.path), place.path, place) for place, words in known)
    best = sorted((fit for fit in ranked if fit[0] is not None), key=lambda fit: fit[:3])
    return [place for _rank, _depth, _path, place in best[:limit]]


@dataclass(frozen=True)
class PlacePage:
    """What the page of one place shows."""

    place: Place
    above: Sequence[Place]
    children: Sequence[tuple[Kind, Sequence[Place]]]
    figures: Sequence[FigureRow]
    names: Sequence[str] = ()  # that it also goes by


def place_page(path: str) -> PlacePage:
    """One place with what holds it, what lies in it (by kind) and its figures. Four statements; retired ones too."""
    above = list(Place.objects.above(path))
    if not above or above[-1].path != path:
        raise NotFound
    place = above.pop()
    children = place.children.filter(retired_at=None).defer("geometry").order_by("path")
    by_kind: dict[Kind, list[Place]] = {}
    for child in children:
        by_kind.setdefault(Kind(child.kind), []).append(child)
    figures = [figure_row(figure) for figure in place.sourced_figures.order_by("-as_of", "id")]
    names = [*place.aliases, *place.spoken.values_list("text", flat=True)]
    return PlacePage(place, above, list(by_kind.items()), figures, names)


def places_inside(place: Place) -> int:
    """How many places in use lie in this one. One statement."""
    return Place.objects.below(place.path).filter(retired_at=None).exclude(pk=place.pk).count()


@dataclass(frozen=True)
class Branch:
    """A place of the overview and what is shown below it; `buildings` counts those of an estate."""

    place: Place
    branches: Sequence["Branch"]
    buildings: int = 0


def overview() -> list[Branch]:
    """The tree from the districts down to the estates. No statement."""
    return [_branch(place) for place in tree().children("")]


def _branch(place: Place) -> Branch:
    if place.kind == Kind.ESTATE:
        return Branch(place, (), buildings=len(tree().children(place.path, Kind.BUILDING)))
    children = tree().children(place.path)
    return Branch(place, [_branch(child) for child in children if child.kind != Kind.CELL])


@dataclass(frozen=True)
class Choice:
    """A choice by list: what can be chosen at each step so far, and what was. `place` is the most particular chosen."""

    estates: Sequence[tuple[Place, Sequence[Place]]]  # by committee
    buildings: Sequence[Place]
    entrances: Sequence[Place]
    estate: Place | None
    building: Place | None
    entrance: Place | None

    @property
    def place(self) -> Place | None:
        return self.entrance or self.building or self.estate


def choice(*, estate: str = "", building: str = "", entrance: str = "", below: str = "") -> Choice:
    """Where the choice of estate, building and entrance stands; each given by its path. No statement.

    What does not lie in the step before, or is none of these kinds, counts as not chosen. below: the path of the place
    whose estates are offered.
    """
    state = tree()
    committees = state.of_kind(Kind.COMMITTEE, below=below)
    estates = [(committee, state.children(committee.path, Kind.ESTATE)) for committee in committees]
    chosen_estate = _chosen(estate, [place for _committee, places in estates for place in places])
    buildings = state.children(chosen_estate.path, Kind.BUILDING) if chosen_estate else []
    chosen_building = _chosen(building, buildings)
    entrances = state.children(chosen_building.path, Kind.ENTRANCE) if chosen_building else []
    return Choice(
        estates=[(committee, places) for committee, places in estates if places],
        buildings=buildings,
        entrances=entrances,
        estate=chosen_estate,
        building=chosen_building,
        entrance=_chosen(entrance, entrances),
    )


def _chosen(path: str, offered: Sequence[Place]) -> Place | None:
    return next((place for place in offered if place.path == path), None)


def _spoken(place: Place, by_path: Called) -> list[Place]:
    """The places whose names make up what this one is called, the widest first."""
    steps = [place]
    while steps[0].kind in NUMBERED and (holder := by_path.get(steps[0].path[:-STEP])):
        steps.insert(0, holder)
    return steps


@TREE.kept
def _names() -> list[tuple[Place, list[str]]]:
    """Each place with what it may be called, in plain form."""
    by_path, office = tree().by_path, spoken()
    return [(place, [*_words(place, by_path), *map(_plain, office.get(place.path, ()))]) for place in tree().places]


def _words(place: Place, by_path: Called) -> list[str]:
    steps = _spoken(place, by_path)
    names = ["".join(step.name for step in steps), "".join(step.name_en for step in steps), place.code, *place.aliases]
    return [_plain(name) for name in names if name]


def _rank(wanted: str, words: Sequence[str]) -> int | None:
    """0 for the name itself, then for its beginning, a part of it, its characters in their order; None for no fit."""
    if wanted in words:
        return 0
    if any(word.startswith(wanted) for word in words):
        return 1
    if any(wanted in word for word in words):
        return 2
    parts = NUMBER_OR_CHARACTER.findall(wanted)
    if CHINESE.search(wanted) and any(_in_order(parts, word) for word in words):
        return 3
    return None


def _in_order(parts: Sequence[str], word: str) -> bool:
    at = 0
    for part in parts:
        found = word.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _plain(text: str) -> str:
    """Letters, digits and Chinese characters alone, in one width and case, with numerals as digits."""
    kept = "".join(character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum())
    return NUMERAL.sub(lambda found: _digits(found[0]), kept)


def _digits(numeral: str) -> str:
    """十二 is 12 and 二十 is 20; numerals side by side, as in 六七村, are 67."""
    tens, ten, ones = numeral.partition("十")
    figures = "".join(DIGITS.get(character, "") for character in tens), "".join(DIGITS.get(c, "") for c in ones)
    return (figures[0] or "1") + (figures[1] or "0") if ten else figures[0]
