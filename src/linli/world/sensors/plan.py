"""Which device stands where. The same places and seed give the same plan."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from linli.world.sensors.kinds import KINDS, Kind

SEED = 35


@dataclass(frozen=True)
class Planned:
    """One device: its code in the register, its kind, and the place it stands at (with a position on earth)."""

    code: str
    kind: Kind
    place: Any
    lon: float
    lat: float

    @property
    def seed(self) -> str:
        return f"{SEED}:{self.code}"


def plan(places: Sequence[Any]) -> list[Planned]:
    """Spread the kinds over the estates, buildings, entrances and lanes of an area.

    places: every place of the area, with `kind`, `path`, `lon` and `lat`.
    """
    return [planned for kind in KINDS for planned in _of_kind(kind, places)]


def spread(kinds: Mapping[str, Kind], places: Sequence[Any]) -> list[Planned]:
    """Spread devices whose codes and kinds are given over the places that suit their kind, in their order."""
    used: Counter[str] = Counter()
    planned = []
    for code, kind in kinds.items():
        spots = _spots(kind, places)
        place = spots[used[kind.site] % len(spots)]
        used[kind.site] += 1
        planned.append(Planned(code, kind, place, round(place.lon, 7), round(place.lat, 7)))
    return planned


def _of_kind(kind: Kind, places: Sequence[Any]) -> Iterator[Planned]:
    random = Random(f"{SEED}:{kind.site}")
    spots = _spots(kind, places)
    random.shuffle(spots)
    for number in range(kind.number):
        place = spots[number % len(spots)]
        # A few metres beside the middle of the place, so that points do not lie upon each other on a map.
        aside = Random(f"{SEED}:{kind.code}:{number}")
        yield Planned(
            code=f"{kind.code}-{number + 1:03}",
            kind=kind,
            place=place,
            lon=round(place.lon + aside.uniform(-3e-5, 3e-5), 7),
            lat=round(place.lat + aside.uniform(-3e-5, 3e-5), 7),
        )


def _spots(kind: Kind, places: Sequence[Any]) -> list[Any]:
    wanted = {
        "stairwell": "entrance", "corridor": "building", "kitchen": "entrance", "lift": "building", "shed": "building",
        "fire_lane": "lane", "exit": "entrance", "pump_room": "building", "manhole": "lane", "hall": "entrance",
        "yard": "building", "home": "entrance",
    }[kind.site]  # fmt: skip
    return [place for place in places if place.kind == wanted and place.lon is not None]
