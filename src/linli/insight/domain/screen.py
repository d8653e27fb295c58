"""One place as the screen shows it: what is open and where, what is red and who has it, what calls, who is on duty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Substr

from linli.cases.domain.queries import ESTATE_PATH
from linli.insight.domain.screen_rows import (
    OnDuty,
    calling,
    calls_on_screen,
    conditions,
    drawn_classes,
    held_by,
    on_duty,
    on_screen,
)
from linli.insight.domain.screen_usual import Today, today
from linli.people.domain.directory import directory
from linli.people.models import Post
from linli.places.domain.kept import tree
from linli.places.models import STEP, Kind, Place
from linli.procedures.models import Assignment, Entry, Procedure
from linli.sensing.models import Episode

BUILDING_PATH = ESTATE_PATH + STEP
COMMITTEE_PATH = ESTATE_PATH - STEP
DRAWN = 1500  # cases on the map at most, what is due first before the others
NAMED = 6  # cases named at one building
LATEST, CALLING = 8, 12
NEWEST = 200  # lines of stories among which the latest are looked for


@dataclass(frozen=True, slots=True)
class Spot:
    """What stands open at one building: how many cases, how many overdue or soon due, and the most pressing."""

    place: Place
    open: int
    late: int
    soon: int
    named: tuple[tuple[str, int, str], ...]  # number, class, state


@dataclass(frozen=True, slots=True)
class Part:
    """The open and overdue cases of one committee or estate."""

    place: Place
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Red:
    """A post that has overdue cases, and since when the oldest is overdue; none where nobody has them."""

    post: Post | None
    number: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Calling:
    """One device's call that is not quiet yet."""

    key: int
    rule: int
    place: Place | None
    grade: str
    since: datetime


@dataclass(frozen=True, slots=True)
class News:
    """That something happened to a case: its class, its estate and where it stands now."""

    key: UUID
    at: datetime
    klass: int | None
    path: str
    state: str


@dataclass(frozen=True)
class Picture:
    """One place at one instant."""

    path: str
    at: datetime
    numbers: Mapping[str, int]
    parts: Sequence[Part]
    red: Sequence[Red]
    calling: Sequence[Calling]
    duty: Sequence[OnDuty]
    spots: Sequence[Spot]
    latest: Sequence[News]
    today: Mapping[str, Today]

    @property
    def drawn(self) -> int:
        return sum(spot.open for spot in self.spots)


def picture(path: str, at: datetime) -> Picture:
    """The place as it is. Twelve statements, and four more once an hour, for what is usual."""
    seen, which = Procedure.objects.filter(on_screen(path)), conditions(at)
    parts, numbers = _open(seen, which)
    calls = Episode.objects.filter(calls_on_screen(path))
    duty, compared = on_duty(path, at), today(path, at)
    numbers |= {kind: one.number for kind, one in compared.items()}
    numbers |= {"alarms": calls.filter(calling(at, since_midnight=False)).count(), "duty": len(duty)}
    late = seen.filter(which["late"])
    return Picture(
        path=path, at=at, numbers=numbers, parts=parts, red=_red(late) if numbers["late"] else [],
        calling=_calls(calls), duty=duty, spots=_spots(seen.filter(which["open"]), at), latest=_latest(path),
        today=compared,
    )  # fmt: skip


def _open(seen: QuerySet[Procedure], which: Mapping[str, Q]) -> tuple[list[Part], dict[str, int]]:
    """The open cases by estate and committee, and all together. One statement; only open cases are read."""
    names = ("open", "waiting", "late", "soon")
    rows = (
        seen.filter(which["open"])
        .values_list(Substr("place_path", 1, ESTATE_PATH))
        .annotate(**{f"n_{name}": Count("pk", filter=which[name]) for name in names})
        .order_by()
    )
    whole, by_path = dict.fromkeys(names, 0), dict[str, list[int]]()
    for estate, *found in rows:
        for name, number in zip(names, found, strict=True):
            whole[name] += number
        for path in {estate[:COMMITTEE_PATH], estate}:
            held = by_path.setdefault(path, [0, 0])
            held[0], held[1] = held[0] + found[0], held[1] + found[2]
    known = tree().by_path
    kinds = (Kind.COMMITTEE, Kind.ESTATE)
    parts = [Part(known[path], *held) for path, held in by_path.items() if path in known and known[path].kind in kinds]
    return sorted(parts, key=lambda part: part.place.path), whole


def _red(late: QuerySet[Procedure]) -> list[Red]:
    """Who has what is overdue, most first. Two statements."""
    turns = (
        Assignment.objects.filter(open=True, procedure__in=late)
        .values_list("post")
        .annotate(n=Count("procedure", distinct=True), oldest=Min("procedure__due"))
        .order_by("-n", "oldest")
    )
    posts = directory().by_key
    found = [Red(posts[key], number, oldest) for key, number, oldest in turns if key in posts]
    alone = late.filter(held_by(0)).aggregate(n=Count("pk"), oldest=Min("due"))
    return ([Red(None, alone["n"], alone["oldest"])] if alone["n"] else []) + found


def _calls(calls: QuerySet[Episode]) -> list[Calling]:
    rows = calls.filter(cleared_at=None).order_by("-opened_at", "-pk")
    known = tree()
    return [
        Calling(key, rule, known.by_key.get(place) or _holder(path), grade, since)
        for key, rule, place, path, grade, since in rows.values_list(
            "pk", "rule", "place", "place_path", "grade", "opened_at"
        )[:CALLING]
    ]


def _holder(path: str) -> Place | None:
    """The building of a flat, or what else is known above a place."""
    above = tree().above(path[:BUILDING_PATH])
    return above[-1] if above else None


def _spots(seen: QuerySet[Procedure], at: datetime) -> list[Spot]:
    """The open cases by building, as far as their class is public and their building known. One statement."""
    rows = seen.order_by(F("due").asc(nulls_last=True), "uuid").values_list(
        "number", "case__klass", "state", "due", "amber", "place_path"
    )[:DRAWN]
    known, drawn = tree().by_path, drawn_classes()
    held: dict[str, list[Any]] = {}
    for number, klass, state, due, amber, path in rows:
        building = known.get(path[:BUILDING_PATH])
        if klass not in drawn or building is None or building.kind != Kind.BUILDING or building.lon is None:
            continue
        spot = held.setdefault(building.path, [building, 0, 0, 0, []])
        spot[1] += 1
        if due is not None and due <= at:
            spot[2] += 1
        elif due is not None and amber is not None and amber <= at:
            spot[3] += 1
        if len(spot[4]) < NAMED:
            spot[4].append((number, klass, state))
    return [Spot(place, number, late, soon, tuple(named)) for place, number, late, soon, named in held.values()]


def _latest(path: str) -> list[News]:
    """What happened last, one line for each case. Two statements, which read the newest lines of all stories."""
    newest: dict[UUID, datetime] = {}
    for key, at in Entry.objects.order_by("-pk").values_list("procedure", "recorded")[:NEWEST]:
        newest.setdefault(key, at)
    rows = Procedure.objects.filter(on_screen(path), pk__in=list(newest), case__klass__isnull=False)
    found = [
        News(key, newest[key], klass, place[:ESTATE_PATH], state)
        for key, klass, place, state in rows.values_list("pk", "case__klass", "place_path", "state")
    ]
    return sorted(found, key=lambda news: news.at, reverse=True)[:LATEST]
