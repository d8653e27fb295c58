"""The five desks of the safety work station: what each does, whether it is open, and who is on duty, by post."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from linli.core.errors import NotFound
from linli.people.enums import OrganisationKind, Role
from linli.people.models import Duty, Post
from linli.places.domain.queries import governed_path
from linli.procedures.domain.limits import calendar
from linli.station.domain.roster import is_of_station

DATA = Path(__file__).parent.parent / "data" / "desks.toml"
WEEK = timedelta(days=7)
OFFICE = (Role.DUTY_OFFICER, Role.AREA_LEAD)


@dataclass(frozen=True)
class Desk:
    """One desk. `says` holds its words by field, Chinese and English. open: local hours of a working day, or none for
    round the clock. outside: what whoever comes outside these hours can do."""

    code: str
    icon: str
    says: Mapping[str, tuple[str, str]]
    open: tuple[tuple[time, time], ...] | None
    roles: frozenset[str]
    kinds: frozenset[str]
    station: bool
    outside: str

    def _said(self, name: str) -> str:
        chinese, english = self.says[name]
        return english if (get_language() or "").startswith("en") else chinese

    @property
    def title(self) -> str:
        return self._said("name")

    @property
    def does(self) -> str:
        return self._said("does")

    @property
    def hours(self) -> str:
        return self._said("hours")

    @property
    def reach(self) -> str:
        return self._said("reach")

    def has(self, post: Post, at: datetime) -> bool:
        """Whether a post keeps this desk: by its role, by the kind of its organisation, or as the fire station."""
        if self.station:
            return post.role in self.roles and is_of_station(post, governed_path(), at)
        return post.role in self.roles or post.organisation.kind in self.kinds

    def is_open(self, at: datetime) -> bool:
        """Open from the first minute of its hours until just before the last, on working days."""
        if self.open is None:
            return True
        days = calendar()
        local = at.astimezone(days.tz)
        return days.is_working(local.date()) and any(starts <= local.time() < ends for starts, ends in self.open)


@cache
def desks() -> tuple[Desk, ...]:
    """The five, in the order of the page."""
    return tuple(_read(row) for row in tomllib.loads(DATA.read_text(encoding="utf-8"))["desk"])


def desk_named(code: str) -> Desk:
    """Raises NotFound: there is no such desk."""
    found = next((desk for desk in desks() if desk.code == code), None)
    if found is None:
        raise NotFound
    return found


def desks_of(post: Post, at: datetime) -> list[Desk]:
    """The desks that a post keeps."""
    return [desk for desk in desks() if desk.has(post, at)]


@dataclass(frozen=True)
class Kept:
    """A desk at an instant: the posts on duty, and the duties to come within the asked time."""

    desk: Desk
    now: Sequence[Post]
    duties: Sequence[Duty]
    is_open: bool

    @property
    def spans(self) -> list[tuple[datetime, datetime, list[Post]]]:
        """The duties by their time, with everybody who shares it."""
        found: dict[tuple[datetime, datetime], list[Post]] = {}
        for duty in self.duties:
            found.setdefault((duty.starts, duty.ends), []).append(duty.post)
        return [(starts, ends, posts) for (starts, ends), posts in found.items()]


def kept_at(at: datetime, *, ahead: timedelta = timedelta(hours=24)) -> list[Kept]:
    """Each desk, who keeps it now and who comes. One statement beside what is kept in the process."""
    root = governed_path()
    coming = list(
        Duty.objects.filter(starts__lt=at + ahead, ends__gt=at, post__closed_at=None)
        .filter(post__place__path__gte=root, post__place__path__lt=root + "~")
        .select_related("post__place", "post__organisation")
        .order_by("starts", "post__name", "pk")
    )
    return [_kept(desk, coming, at) for desk in desks()]


def kept_by(desk: Desk, at: datetime, *, ahead: timedelta = WEEK) -> Kept:
    """One desk, with the roster of the coming week."""
    return next(kept for kept in kept_at(at, ahead=ahead) if kept.desk == desk)


def in_reserve(at: datetime) -> list[Post]:
    """The posts of the office's desk that are on duty: they read what is sent while a desk is closed. One statement."""
    root = governed_path()
    now = Duty.objects.filter(starts__lte=at, ends__gt=at, post__closed_at=None, post__role__in=OFFICE)
    ours = now.filter(post__place__path__gte=root, post__place__path__lt=root + "~").select_related("post__place")
    return list({duty.post_id: duty.post for duty in ours.order_by("post__place__path", "pk")}.values())


def is_on_duty(post: Post, at: datetime) -> bool:
    """Whether the roster has this post on duty: from the instant a duty starts until just before it ends."""
    return Duty.objects.filter(post=post, starts__lte=at, ends__gt=at).exists()


def _kept(desk: Desk, coming: Iterable[Duty], at: datetime) -> Kept:
    ours = [duty for duty in coming if desk.has(duty.post, at)]
    now = {duty.post_id: duty.post for duty in ours if duty.starts <= at}
    return Kept(desk, list(now.values()), ours, desk.is_open(at))


def _read(row: Mapping[str, Any]) -> Desk:
    said = {name: (row[name], row[f"{name}_en"]) for name in ("name", "does", "hours", "reach")}
    hours = row["open"]
    times = None if hours == "round" else tuple((_time(starts), _time(ends)) for starts, ends in hours)
    return Desk(
        code=row["code"],
        icon=row["icon"],
        says=said,
        open=times,
        roles=frozenset(Role(role) for role in row["roles"]),
        kinds=frozenset(OrganisationKind(kind) for kind in row.get("kinds", ())),
        station=row.get("station", False),
        outside=row["outside"],
    )


def _time(text: str) -> time:
    return time.fromisoformat(text)
