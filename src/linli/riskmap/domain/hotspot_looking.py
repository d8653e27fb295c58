"""Looking for hotspots: the four methods over events and the ground they lie on, and what each finds.

A finding holds five events at least. All distances are ours: buildings of an estate stand some twenty metres apart.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.core import kernels
from linli.engines.coverage.plane import to_plane
from linli.engines.hotspots.discovery import false_discovery
from linli.engines.hotspots.getis import gi_star, within
from linli.places.domain.kept import tree
from linli.places.models import Kind, Place
from linli.riskmap.domain.hotspot_surface import BANDWIDTH, HECTARE, bands, lattice
from linli.riskmap.domain.sources import Events
from linli.riskmap.enums_hotspots import Method, Unit

FEWEST = 5  # events in anything that is shown
SURE = 0.05  # share of findings that may be false, or p of a scan
NEAR = 45.0  # metres between buildings that count as neighbours: those in front, behind and beside
GI_DRAWS, SCAN_DRAWS, CLUSTER_DRAWS = 19_999, 999, 199
SCAN_RADIUS = {Unit.BUILDING.value: 150.0, Unit.CELL.value: 600.0}
SCAN_STEPS = 8  # of a cylinder at most
CLUSTER_RADIUS, CLUSTER_DAYS = 40.0, 3.0
MANY = 20_000  # events above which the chance of a cluster is told by fewer draws
TOLD = 20  # findings of one answer
SEED = 20_261_126
EPOCH = date(1970, 1, 1)


@dataclass
class Found:
    """A finding before it is stored. members: rows of the events; path: the place that names it."""

    path: str
    first: date
    last: date
    members: Sequence[int]
    facts: dict[str, Any]


@dataclass
class Ground:
    """The buildings or grid cells below a scope, in metres around the middle of all, and the events on them."""

    unit: str
    places: list[Place]
    events: Events
    first: date
    last: date
    counts: NDArray[np.int64] = field(init=False)
    of: NDArray[np.int64] = field(init=False)  # each event's unit, -1 for none

    def __post_init__(self) -> None:
        number = {place.path: index for index, place in enumerate(self.places)}
        self.of = np.array([number.get(path, -1) for path in self.events.unit(self.unit)], np.int64)
        self.counts = np.bincount(self.of[self.of >= 0], minlength=len(self.places)).astype(np.int64)

    @cached_property
    def middle(self) -> tuple[float, float]:
        if not self.places:
            return 0.0, 0.0
        return float(np.mean([each.lon for each in self.places])), float(np.mean([each.lat for each in self.places]))

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        """(units, 2)."""
        pairs = np.array([(each.lon, each.lat) for each in self.places], float).reshape(-1, 2)
        return to_plane(pairs, self.middle)

    @cached_property
    def points(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Metres of the events with a place, and which of the events they are."""
        pairs = np.column_stack([self.events.lon, self.events.lat]).astype(float).reshape(-1, 2)
        known = np.flatnonzero(np.isfinite(pairs).all(axis=1))
        return to_plane(pairs[known], self.middle), known

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def around(self) -> float:
        """How far apart neighbours are: 45 m between buildings; of cells half as far again as to the nearest."""
        if self.unit == Unit.BUILDING or len(self.places) < 2:
            return NEAR
        apart = np.hypot(*(self.metres[:, None] - self.metres).transpose(2, 0, 1))
        np.fill_diagonal(apart, np.inf)
        return float(np.median(apart.min(axis=1)) * 1.5)

    def members(self, units: Sequence[int], first: date | None = None, last: date | None = None) -> list[int]:
        """The events in these units, in these days where some are given."""
        inside = np.isin(self.of, list(units))
        if first is not None and last is not None:
            day = np.array(self.events.day, np.int64)
            inside &= (day >= (first - EPOCH).days) & (day <= (last - EPOCH).days)
        return [int(row) for row in np.flatnonzero(inside)]

    def named(self, units: Sequence[int], counts: Sequence[int] | None = None) -> list[list[Any]]:
        """Paths and numbers of units, the most first."""
        numbers = self.counts if counts is None else counts
        rows = [[self.places[unit].path, int(numbers[unit])] for unit in units]
        return sorted(rows, key=lambda row: (-row[1], row[0]))


def ground(events: Events, unit: str, scope: str, first: date, last: date) -> Ground:
    kind = Kind.CELL if unit == Unit.CELL else Kind.BUILDING
    places = [place for place in tree().of_kind(kind, below=scope) if place.lon is not None and place.lat is not None]
    return Ground(unit, places, events, first, last)


def look(method: str, on: Ground) -> tuple[dict[str, Any], list[Found]]:
    """Figures of the whole answer, and its findings, the surest or greatest first."""
    facts, found = LOOKING[Method(method)](on)
    kept = [each for each in found if len(each.members) >= FEWEST][:TOLD]
    numbers = {
        "events": len(on.events),
        "placed": int((on.of >= 0).sum()),
        "units": [[place.path, int(number)] for place, number in zip(on.places, on.counts, strict=True) if number],
        "ground": len(on.places),
    }
    return numbers | facts, kept


# --- Gi*


def _gi_star(on: Ground) -> tuple[dict[str, Any], list[Found]]:
    """Units whose neighbourhood holds more than as many drawn from anywhere; those that touch are one finding."""
    indptr, indices = within(x=on.metres[:, 0], y=on.metres[:, 1], radius=on.around())
    told = gi_star(values=on.counts, indptr=indptr, indices=indices, permutations=GI_DRAWS, seed=SEED)
    q = false_discovery(told["hot"])
    hot = np.flatnonzero((q <= SURE) & (told["z"] > 0))
    mean = float(on.counts.mean()) if len(on.counts) else 0.0
    found = [
        Found(
            path=on.places[max(area, key=lambda unit: on.counts[unit])].path,
            first=on.first,
            last=on.last,
            members=on.members(area),
            facts={
                "units": on.named(area),
                "expected": round(mean * len(area), 1),
                "z": round(float(told["z"][area].max()), 2),
                "p": float(told["hot"][area].min()),
                "q": float(q[area].max()),
            },
        )
        for area in _touching(hot, indptr, indices)
    ]
    found.sort(key=lambda each: (each.facts["q"], -len(each.members)))
    return {"mean": round(mean, 2), "radius": round(on.around()), "draws": GI_DRAWS}, found


def _touching(units: NDArray[np.int64], indptr: Any, indices: Any) -> list[list[int]]:
    """These units in groups of neighbours."""
    left, groups = {int(unit) for unit in units}, []
    while left:
        group, edge = [], [min(left)]
        while edge:
            unit = edge.pop()
            if unit in left:
                left.discard(unit)
                group.append(unit)
                edge += [int(near) for near in indices[indptr[unit] : indptr[unit + 1]] if int(near) in left]
        groups.append(sorted(group))
    return groups


# --- scan statistic


def _scan(on: Ground) -> tuple[dict[str, Any], list[Found]]:
    """Cylinders of units and steps that hold more than the usual of these units and of these steps explain."""
    length = 7 if on.days >= 56 else 1
    steps = on.days // length
    begin = on.last - timedelta(days=steps * length - 1)  # whole steps, up to the last day
    day = np.array(on.events.day, np.int64) - (begin - EPOCH).days
    inside = (on.of >= 0) & (day >= 0)
    counts = np.zeros((len(on.places), max(steps, 1)), np.int64)
    np.add.at(counts, (on.of[inside], day[inside] // length), 1)
    longest = max(1, min(steps // 2, SCAN_STEPS))
    told = kernels.ask(
        "hotspots.scan", counts=counts, x=on.metres[:, 0], y=on.metres[:, 1], longest=longest,
        radius=SCAN_RADIUS[on.unit], permutations=SCAN_DRAWS, seed=SEED,
    )  # fmt: skip
    found = []
    for each in told["cylinders"]:
        if each["p"] > SURE:
            continue
        first = begin + timedelta(days=each["first"] * length)
        last = begin + timedelta(days=(each["last"] + 1) * length - 1)
        units = each["places"]
        inside_of = counts[:, each["first"] : each["last"] + 1].sum(axis=1)
        told_units = [unit for unit in units if inside_of[unit]]
        found.append(
            Found(
                path=on.places[max(units, key=lambda unit: inside_of[unit])].path,
                first=first,
                last=last,
                members=on.members(units, first, last),
                facts={
                    "units": on.named(told_units, inside_of),
                    "expected": round(each["expected"], 1),
                    "ratio": round(each["ratio"], 2),
                    "p": each["p"],
                },
            )
        )
    strongest = min((each["p"] for each in told["cylinders"]), default=None)
    return {"draws": SCAN_DRAWS, "step": length, "strongest": strongest, "radius": SCAN_RADIUS[on.unit]}, found


# --- clusters


def _clusters(on: Ground) -> tuple[dict[str, Any], list[Found]]:
    """Events close in space and time; how large a cluster comes by chance is told by dealing out the days anew."""
    metres, rows = on.points
    at = np.array(on.events.at, float)[rows]
    labels = _labelled(metres, at)
    sizes = Counter(int(label) for label in labels if label >= 0)
    draws = CLUSTER_DRAWS if len(rows) <= MANY else 19
    chance = np.random.default_rng(SEED)
    largest = np.zeros(draws if sizes else 0)
    for draw in range(len(largest)):
        dealt = _labelled(metres, chance.permutation(at))
        largest[draw] = np.bincount(dealt[dealt >= 0]).max(initial=0)
    found = []
    for label, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        members = [int(row) for row in rows[labels == label]]
        days = [EPOCH + timedelta(days=on.events.day[row]) for row in members]
        units = Counter(int(on.of[row]) for row in members if on.of[row] >= 0)
        if not units:
            continue
        numbers = np.bincount([on.of[row] for row in members if on.of[row] >= 0], minlength=len(on.places))
        found.append(
            Found(
                path=on.places[units.most_common(1)[0][0]].path,
                first=min(days),
                last=max(days),
                members=members,
                facts={
                    "units": on.named(list(units), [int(number) for number in numbers]),
                    "p": float(1 + (largest >= size).sum()) / (draws + 1),
                },
            )
        )
    facts = {"draws": draws, "radius": CLUSTER_RADIUS, "days": CLUSTER_DAYS, "located": len(rows)}
    return facts, found


def _labelled(metres: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.int64]:
    found = kernels.ask(
        "hotspots.st_dbscan", x=metres[:, 0], y=metres[:, 1], t=at, radius=CLUSTER_RADIUS, days=CLUSTER_DAYS,
        least=FEWEST,
    )  # fmt: skip
    labels: NDArray[np.int64] = found["labels"]
    return labels


# --- density


def _density(on: Ground) -> tuple[dict[str, Any], list[Found]]:
    """The units around which events lie densest. It says where, and not whether that is chance."""
    metres, rows = on.points
    if not len(on.places) or not len(rows):
        return {"bandwidth": BANDWIDTH}, []
    on_lattice = lattice(metres, on.metres)
    dense = on_lattice.at(on.metres)
    mean = float(len(rows) / (on_lattice.density.size * on_lattice.square**2 / HECTARE))
    found = [
        Found(
            path=on.places[unit].path,
            first=on.first,
            last=on.last,
            members=on.members([unit]),
            facts={
                "units": on.named([unit]),
                "density": round(float(dense[unit]), 1),
                "mean": round(mean, 1),
            },
        )
        for unit in np.argsort(-dense, kind="stable").tolist()
        if on.counts[unit] >= FEWEST
    ]
    return {"bandwidth": BANDWIDTH, "located": len(rows)}, found


def surface(on: Ground) -> dict[str, Any] | None:
    """How densely the events lie, for the map; none where nothing has a place."""
    metres, rows = on.points
    if not len(on.places) or len(rows) < FEWEST:
        return None
    found = bands(lattice(metres, on.metres), on.middle)
    return found if found["bands"] else None


LOOKING: dict[Method, Callable[[Ground], tuple[dict[str, Any], list[Found]]]] = {
    Method.GI_STAR: _gi_star,
    Method.SCAN: _scan,
    Method.CLUSTERS: _clusters,
    Method.DENSITY: _density,
}
