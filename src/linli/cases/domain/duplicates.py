"""Which other cases are perhaps the same matter: proposed with reasons, never merged by themselves.

Near by and at nearly the same time they are found by the index over place and time, in the places round the case;
where no place is known, by marks of their words (`engines.likeness`), which are kept for cases without a place alone.
What the viewer may not see is never proposed.
"""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from math import hypot
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rapidfuzz import fuzz

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.whereabouts import places_said
from linli.cases.models import Case, TextMark
from linli.engines.likeness import marks, plain_words
from linli.people.actors import Viewer
from linli.places.domain.frame import Frame
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.places.models import BUILDING_PATH, ESTATE_PATH, Kind, Place
from linli.procedures.models import Procedure

MOST = 5  # proposals
LOOKED_AT = 100  # cases compared at most, the newest first: a building has a handful in a day
HALF_BUILDING = 60.0  # metres from the middle of a long building to its end: how far its cases may lie from it
TOLD = 40  # per cent from which words in common are worth telling
DAY = 86_400

BESIDE, BUILDING, ESTATE, UNKNOWN = "beside", "building", "estate", ""
WEIGHT = {BUILDING: 40, BESIDE: 30, ESTATE: 15, UNKNOWN: 0}  # beside the per cent of words in common
SAME_CLASS = 20


@dataclass(frozen=True)
class Settings:
    """The numbers of `data/duplicates.toml`. alike: per cent by (place or estate, same or unknown or other class)."""

    metres: float
    near: timedelta
    alike: Mapping[tuple[str, str], int]
    words: timedelta
    words_alike: int


@cache
def settings() -> Settings:
    given = tomllib.loads((files("linli.cases") / "data" / "duplicates.toml").read_text(encoding="utf-8"))
    near, words = given["near"], given["words"]
    return Settings(
        metres=near["metres"],
        near=timedelta(hours=near["hours"]),
        alike={(where, klass): need for where, row in near["alike"].items() for klass, need in row.items()},
        words=timedelta(days=words["days"]),
        words_alike=words["alike"],
    )


@dataclass(frozen=True)
class Same:
    """Another case that is perhaps the same. where: building, beside (then `metres` apart), estate or ""; alike: per
    cent of the words in common."""

    number: str
    state: str
    opened: datetime
    title: str
    place: str
    text: str
    where: str
    metres: float
    apart: timedelta
    alike: int
    same_class: bool

    @property
    def weight(self) -> float:
        return self.alike + WEIGHT[self.where] + SAME_CLASS * self.same_class


def reasons(same: Same) -> str:
    """Why it is perhaps the same, in words of the active language: same building, 3 h apart, 84 % the same words."""
    told = {
        BUILDING: _("same building"),
        BESIDE: _("%(metres)d m apart") % {"metres": round(same.metres)},
        ESTATE: _("same estate"),
    }.get(same.where)
    words = _("%(alike)d %% the same words") % {"alike": same.alike} if same.alike >= TOLD else ""
    klass = _("same class") if same.same_class else ""
    return _(", ").join(filter(None, [told, klass, _apart(same.apart), words]))


def _apart(apart: timedelta) -> str:
    minutes = round(abs(apart).total_seconds() / 60)
    if minutes < 60:
        return ngettext("%(n)d minute apart", "%(n)d minutes apart", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(n)d hour apart", "%(n)d hours apart", hours) % {"n": hours}
    return ngettext("%(n)d day apart", "%(n)d days apart", round(hours / 24)) % {"n": round(hours / 24)}


def perhaps_the_same(case: Case, viewer: Viewer) -> list[Same]:
    """Cases that are perhaps this one, what speaks most for it first. Three statements at most."""
    spot = _spot(case)
    rows = {row["uuid"]: row for row in [*_near(case, spot, viewer), *_by_words(case, viewer)]}
    found = filter(None, (_compared(case, spot, row) for row in rows.values()))
    return sorted(found, key=lambda same: (-same.weight, same.number))[:MOST]


@dataclass(frozen=True)
class _Spot:
    """Where a case is, as exactly as is known: the path of the place and a point in degrees."""

    path: str
    point: tuple[float, float] | None


def _spot(case: Case) -> _Spot:
    """The case's own place; where it has none, what its text says for sure."""
    place: Place | None = case.procedure.place
    if place is None:
        said = places_said(case, below="")
        place = said[0].place if len(said) == 1 else None
    return _Spot(
        place.path if place else "", _point(case.lon, case.lat) or (_point(place.lon, place.lat) if place else None)
    )


def _point(lon: float | None, lat: float | None) -> tuple[float, float] | None:
    return (lon, lat) if lon is not None and lat is not None else None


COLUMNS = (
    "uuid", "number", "state", "opened", "place_path", "place__lon", "place__lat", "case__lon", "case__lat",
    "case__klass_id", "case__text",
)  # fmt: skip


def _near(case: Case, spot: _Spot, viewer: Viewer) -> Iterable[dict[str, Any]]:
    """Cases of nearly the same time in the places round this one."""
    paths = list(_paths_round(spot))
    if not paths:
        return ()
    opened, near = case.procedure.opened, settings().near
    return _rows(case, viewer, place_path__in=paths, opened__range=(opened - near, opened + near))


def _by_words(case: Case, viewer: Viewer) -> Iterable[dict[str, Any]]:
    """Cases without a place of their own that share a mark of their words."""
    own = marks(case.text)
    if not own:
        return ()
    opened, words = case.procedure.opened, settings().words
    days = day_of(opened - words), day_of(opened + words)
    marked = TextMark.objects.filter(mark__in=own, day__range=days).exclude(procedure=case.pk)
    keys = set(marked.order_by("-day").values_list("procedure", flat=True)[: 4 * LOOKED_AT])
    return _rows(case, viewer, pk__in=keys) if keys else ()


def _rows(case: Case, viewer: Viewer, **where: Any) -> QuerySet[Procedure, dict[str, Any]]:
    found = Procedure.objects.visible_to(viewer).filter(kind="case", **where).exclude(pk=case.pk).exclude(state="void")
    return found.order_by("-opened").values(*COLUMNS)[:LOOKED_AT]


def _paths_round(spot: _Spot) -> Iterator[str]:
    """The paths of the estate, and of what lies in it and beside it so near that a case there can be this one.

    Without a point that is everything in the estate.
    """
    estate = spot.path[:ESTATE_PATH] if len(spot.path) >= ESTATE_PATH else ""
    if estate:
        yield estate
    frame, reach = Frame(*spot.point) if spot.point else None, settings().metres + HALF_BUILDING
    for place in tree().places:
        if len(place.path) <= ESTATE_PATH or place.kind == Kind.CELL:
            continue
        if frame is None or place.lon is None or place.lat is None:
            if estate and place.path.startswith(estate):
                yield place.path
        elif hypot(*frame.metres(place.lon, place.lat)) <= reach:
            yield place.path


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    return hypot(*Frame(*one).metres(*other))


def _compared(case: Case, spot: _Spot, row: Mapping[str, Any]) -> Same | None:
    """The other case with what speaks for it; none where that is too little."""
    limits = settings()
    apart = row["opened"] - case.procedure.opened
    where, metres = _where(spot, row) if abs(apart) <= limits.near else (UNKNOWN, 0.0)
    theirs, ours = row["case__klass_id"], case.klass_id
    klass = "unknown" if theirs is None or ours is None else "same" if theirs == ours else "other"
    need = limits.alike["estate" if where == ESTATE else "place", klass] if where else limits.words_alike
    alike = likeness(case.text, row["case__text"])
    if alike < need or abs(apart) > limits.words:
        return None
    known = tree().by_path.get(row["place_path"])
    kind = next((one for one in catalogue().classes if one.pk == theirs), None)
    return Same(
        number=row["number"], state=row["state"], opened=row["opened"], title=kind.title if kind else "",
        place=full_title(known) if known and len(known.path) >= ESTATE_PATH else "", text=row["case__text"],
        where=where, metres=metres, apart=apart, alike=alike, same_class=klass == "same",
    )  # fmt: skip


def _where(spot: _Spot, row: Mapping[str, Any]) -> tuple[str, float]:
    """How near the other is, and how many metres apart where that is what speaks for it."""
    ours, theirs = spot.path, row["place_path"]
    if len(ours) >= BUILDING_PATH and ours[:BUILDING_PATH] == theirs[:BUILDING_PATH]:
        return BUILDING, 0.0
    point = _point(row["case__lon"], row["case__lat"]) or _point(row["place__lon"], row["place__lat"])
    if spot.point and point:
        metres = _metres(spot.point, point)
        exact = min(len(ours), len(theirs)) >= BUILDING_PATH
        if metres <= settings().metres:
            return BESIDE, metres
        if exact:
            return UNKNOWN, 0.0
    same = len(ours) >= ESTATE_PATH and ours[:ESTATE_PATH] == theirs[:ESTATE_PATH]
    return (ESTATE, 0.0) if same else (UNKNOWN, 0.0)


def likeness(one: str, other: str) -> int:
    """Per cent of two texts that is the same, character by character in their order; signs and blanks do not count."""
    return round(fuzz.ratio(plain_words(one), plain_words(other)))


def day_of(moment: datetime) -> int:
    """The day since 1970 in UTC, as the marks carry it."""
    return int(moment.timestamp() // DAY)


def mark_texts(keys: Collection[UUID]) -> None:
    """Keep the marks of cases that have no place and are not sealed. Those that have theirs keep them."""
    placeless = Case.objects.filter(pk__in=keys, procedure__place=None, procedure__sealed=False)
    rows: Sequence[TextMark] = [
        TextMark(procedure_id=key, mark=mark, day=day_of(opened))
        for key, text, opened in placeless.values_list("pk", "text", "procedure__opened")
        for mark in marks(text)
    ]
    TextMark.objects.bulk_create(rows, ignore_conflicts=True)


def forget_marks(procedure: UUID) -> None:
    """Delete the marks of a text that is forgotten."""
    TextMark.objects.filter(procedure=procedure).delete()
