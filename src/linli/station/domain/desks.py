"""The five desks of the safety work station: what each does, whether it is open, and who is on duty, by post."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext

from linli.core.errors import NotFound
from linli.engines.queue.seats import day_hours
from linli.people.enums import OrganisationKind, Role
from linli.people.models import Duty, Post
from linli.places.domain.queries import governed_path
from linli.procedures.domain.limits import calendar
from linli.services.domain.opening_hours import Hours
from linli.station.domain.kept import STATION, contents, starters
from linli.station.domain.roster import is_of_station
from linli.station.enums import Kept

DATA = Path(__file__).parent.parent / "data" / "desks.toml"
WEEK = timedelta(days=7)
NOTICE = timedelta(days=14)
WORDS = ("name", "does", "reach", "more")
OFFICE = (Role.DUTY_OFFICER, Role.AREA_LEAD)


@dataclass(frozen=True)
class Desk:
    """One desk. `says` holds its words by field, Chinese and English. week: weekday and minutes from and until since
    midnight; round: open day and night. shut: days on which it stays shut, and why. outside: what whoever comes outside
    these hours can do."""

    code: str
    icon: str
    says: Mapping[str, tuple[str, str]]
    telephone: str
    week: tuple[Hours, ...]
    round: bool
    shut: Mapping[date, str]
    roles: frozenset[str]
    kinds: frozenset[str]
    station: bool
    outside: str

    def _said(self, name: str) -> str:
        chinese, english = self.says[name]
        return english if english and (get_language() or "").startswith("en") else chinese

    @property
    def title(self) -> str:
        return self._said("name")

    @property
    def does(self) -> str:
        return self._said("does")

    @property
    def hours(self) -> str:
        """Its hours in words, from the same rows by which it is open."""
        more = self._said("more")
        return hours_words(self.week, round_the_clock=self.round) + (f" · {more}" if more else "")

    @property
    def reach(self) -> str:
        return self._said("reach")

    def has(self, post: Post, at: datetime) -> bool:
        """Whether a post keeps this desk: by its role, by the kind of its organisation, or as the fire station."""
        if self.station:
            return post.role in self.roles and is_of_station(post, governed_path(), at)
        return post.role in self.roles or post.organisation.kind in self.kinds

    def is_open(self, at: datetime) -> bool:
        """Open from the first minute of its hours until just before the last. Shut on public holidays and on its own
        shut days; a weekend day that is worked instead has Monday's hours, as in the service hall."""
        days = calendar()
        local = at.astimezone(days.tz)
        if self.round:
            return local.date() not in self.shut
        minute = local.hour * 60 + local.minute
        return any(starts <= minute < ends for starts, ends in day_hours(local.date(), self.week, self.shut, days))

    def shut_soon(self, at: datetime) -> list[tuple[date, str]]:
        """Its shut days of the coming weeks, for the notice at the door."""
        today = timezone.localdate(at)
        return sorted((day, why) for day, why in self.shut.items() if today <= day <= today + NOTICE)


@cache
def _fixed() -> Mapping[str, Mapping[str, Any]]:
    """The five as they come with Linli, in the order of the page: who keeps each is no matter of a form."""
    return {row["code"]: row for row in tomllib.loads(DATA.read_text(encoding="utf-8"))["desk"]}


def _starter(row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a desk its lead may change."""
    spans = [] if row["open"] == "round" else [(_minute(starts), _minute(ends)) for starts, ends in row["open"]]
    words = {f"{name}{end}": row.get(f"{name}{end}", "") for name in WORDS for end in ("", "_en")}
    return {
        **words, "telephone": row.get("telephone", ""), "round": row["open"] == "round", "shut": [],
        "hours": [[day, starts, ends] for day in range(5) for starts, ends in spans],
    }  # fmt: skip


starters(Kept.DESK, lambda: {code: _starter(row) for code, row in _fixed().items()})


@STATION.kept
def desks() -> tuple[Desk, ...]:
    """The five, in the order of the page."""
    now = contents(Kept.DESK)
    return tuple(_read(row, now[code]) for code, row in _fixed().items())


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
class OnDuty:
    """A desk at an instant: the posts on duty, and the duties to come within the asked time."""

    desk: Desk
    now: Sequence[Post]
    duties: Sequence[Duty]
    is_open: bool
    shut: Sequence[tuple[date, str]] = ()

    @property
    def spans(self) -> list[tuple[datetime, datetime, list[Post]]]:
        """The duties by their time, with everybody who shares it."""
        found: dict[tuple[datetime, datetime], list[Post]] = {}
        for duty in self.duties:
            found.setdefault((duty.starts, duty.ends), []).append(duty.post)
        return [(starts, ends, posts) for (starts, ends), posts in found.items()]


def kept_at(at: datetime, *, ahead: timedelta = timedelta(hours=24)) -> list[OnDuty]:
    """Each desk, who keeps it now and who comes. One statement beside what is kept in the process."""
    root = governed_path()
    coming = list(
        Duty.objects.filter(starts__lt=at + ahead, ends__gt=at, post__closed_at=None)
        .filter(post__place__path__gte=root, post__place__path__lt=root + "~")
        .select_related("post__place", "post__organisation")
        .order_by("starts", "post__name", "pk")
    )
    return [_kept(desk, coming, at) for desk in desks()]


def kept_by(desk: Desk, at: datetime, *, ahead: timedelta = WEEK) -> OnDuty:
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


def _kept(desk: Desk, coming: Iterable[Duty], at: datetime) -> OnDuty:
    ours = [duty for duty in coming if desk.has(duty.post, at)]
    now = {duty.post_id: duty.post for duty in ours if duty.starts <= at}
    return OnDuty(desk, list(now.values()), ours, desk.is_open(at), desk.shut_soon(at))


def _read(row: Mapping[str, Any], content: Mapping[str, Any]) -> Desk:
    return Desk(
        code=row["code"],
        icon=row["icon"],
        says={name: (content[name], content[f"{name}_en"]) for name in WORDS},
        telephone=content["telephone"],
        week=tuple((day, starts, ends) for day, starts, ends in content["hours"]),
        round=content["round"],
        shut={date.fromisoformat(day): why for day, why in content["shut"]},
        roles=frozenset(Role(role) for role in row["roles"]),
        kinds=frozenset(OrganisationKind(kind) for kind in row.get("kinds", ())),
        station=row.get("station", False),
        outside=row["outside"],
    )


def hours_words(week: Sequence[Hours], *, round_the_clock: bool = False) -> str:
    """Hours of a week in words: days that follow each other with the same hours stand together."""
    if round_the_clock:
        return gettext("Round the clock")
    days = [[(starts, ends) for day, starts, ends in sorted(week) if day == number] for number in range(7)]
    told = []
    for spans, numbers in groupby(range(7), key=lambda number: days[number]):
        group = list(numbers)
        if spans:
            first, last = (str(WEEKDAYS_ABBR[group[end]]) for end in (0, -1))
            name = first if len(group) == 1 else gettext("{first} to {last}").format(first=first, last=last)
            told.append(f"{name} " + ", ".join(_span_words(*span) for span in spans))
    return "; ".join(told) or gettext("Shut at present")


def _span_words(starts: int, ends: int) -> str:
    return f"{starts // 60}:{starts % 60:02}–{ends // 60}:{ends % 60:02}"


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
