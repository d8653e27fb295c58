"""What the one screen may count, and the rows behind each of its numbers.

The screen hangs on a wall, so it counts only what may be known of there: nothing sealed, nothing that is closed to
somebody, no class of which the public knows nothing (domestic violence, tips), no care check. What is left is seen by
every post that browses the place, so one picture serves all screens of a place; the lists behind its numbers go through
`Procedure.visible_to` all the same, and hold as many rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.cases.domain.catalogue import CLASSES
from linli.cases.domain.desk import COLUMNS, CaseRow
from linli.cases.domain.heaps import UNFILED
from linli.cases.enums import Publicity
from linli.cases.models import CaseClass
from linli.people.actors import Viewer
from linli.people.domain.directory import directory
from linli.people.models import Duty, Post
from linli.procedures.domain.queries import PAGE, Page, read_cursor
from linli.procedures.models import Assignment, Entry, Procedure
from linli.sensing.domain.alert_queries import seen_by
from linli.sensing.models import Episode

WEEK = timedelta(days=7)
MOST = 500  # rows of a list that has no pages
OF_CASES = ("open", "waiting", "late", "soon", "came", "closed", "week_came", "week_closed")


def start_of_day(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


@CLASSES.kept
def never_told() -> frozenset[int]:
    """The classes of which nothing is public, those no longer in force too."""
    return frozenset(CaseClass.objects.filter(publicity=Publicity.NEVER).values_list("pk", flat=True))


@CLASSES.kept
def drawn_classes() -> frozenset[int]:
    """The classes whose single cases everybody may know of: only these stand on the map."""
    return frozenset(CaseClass.objects.filter(publicity=Publicity.PUBLIC).values_list("pk", flat=True))


def within(path: str, *, field: str = "place_path") -> Q:
    return Q(**{f"{field}__gte": path, f"{field}__lt": path + "~"})


def on_screen(path: str) -> Q:
    """The cases below a place that a screen may count.

    The place is no range here: most of what is asked for is open, late or of today, and has an index of its own, which
    a range over all of a neighbourhood would keep from being used.
    """
    return (
        Q(place_path__startswith=path) & Q(kind="case", sealed=False, excludes=False) & ~Q(case__klass__in=never_told())
    )


def calls_on_screen(path: str) -> Q:
    """The episodes below a place that a screen may count: without a case, or with one that it may count."""
    known = Q(case__procedure__sealed=False, case__procedure__excludes=False) & ~Q(case__klass__in=never_told())
    return within(path) & Q(care=False) & (Q(case=None) | known)


def conditions(at: datetime) -> Mapping[str, Q]:
    """What each figure of cases counts at an instant. The day begins at midnight of the place."""
    day = start_of_day(at)
    first, last = week(at)
    return {
        "open": Q(closed=None),
        "waiting": Q(closed=None, state__in=UNFILED),
        "late": Q(closed=None, due__lte=at),
        "soon": Q(closed=None, amber__lte=at, due__gt=at),
        "came": Q(opened__gte=day, opened__lte=at),
        "closed": closed_between(day, at),
        "week_came": Q(opened__gte=first, opened__lt=last),
        "week_closed": closed_between(first, last - timedelta(microseconds=1)),
    }


def week(at: datetime) -> tuple[datetime, datetime]:
    """The last seven whole days: from when, and the midnight at which they end."""
    last = start_of_day(at)
    return start_of_day(last - WEEK + timedelta(hours=1)), last


def closed_between(first: datetime, last: datetime) -> Q:
    """Cases closed with an answer in this time, and still closed. The story's index finds them among a million."""
    ended = Entry.objects.filter(kind="close", at__gte=first, at__lte=last)
    return Q(state="closed", closed__gte=first, closed__lte=last, pk__in=ended.values("procedure"))


# --- the rows behind a number


def cases(viewer: Viewer, path: str, figure: str, at: datetime, *, place: str = "", post: int | None = None) -> Any:
    """The cases that a figure counts, as the viewer may see them.

    place: only below this path.  post: only those whose turn it is; 0 for those that nobody has.
    """
    found = Procedure.objects.visible_to(viewer).filter(on_screen(path), conditions(at)[figure])
    if place:
        found = found.filter(within(place))
    if post is not None:
        found = found.filter(held_by(post))
    return found


def held_by(post: int) -> Q:
    turn = Assignment.objects.filter(procedure=OuterRef("pk"), open=True)
    return Q(Exists(turn.filter(post=post))) if post else ~Q(Exists(turn))


def listed(found: QuerySet[Procedure], *, after: str | None = None, size: int = PAGE) -> Page:
    """A page of these cases, the newest first. One statement."""
    rows = found.order_by("-opened", "uuid")
    if cursor := read_cursor(after):
        at, key = cursor
        rows = rows.filter(Q(opened__lt=at) | Q(opened=at, uuid__gt=key), opened__lte=at)
    read = list(rows.values_list(*COLUMNS)[: size + 1])
    cut = [CaseRow(*row) for row in read[:size]]
    return Page(cut, f"{cut[-1].opened.isoformat()}~{cut[-1].key}" if len(read) > size else None)


def alarms(viewer: Viewer, path: str, at: datetime, *, since_midnight: bool = False) -> QuerySet[Episode]:
    """What devices call for now, or called for today, the newest first."""
    found = seen_by(viewer).filter(calls_on_screen(path), calling(at, since_midnight=since_midnight))
    return found.select_related("place", "device", "case__procedure").order_by("-opened_at", "-pk")


def calling(at: datetime, *, since_midnight: bool) -> Q:
    return Q(opened_at__gte=start_of_day(at), opened_at__lte=at) if since_midnight else Q(cleared_at=None)


@dataclass(frozen=True)
class OnDuty:
    """A post on duty by the roster, until when, and whether anybody holds it."""

    post: Post
    until: datetime
    held: bool


def on_duty(path: str, at: datetime) -> list[OnDuty]:
    """Which posts of a place the roster has on duty now, the widest place first. One statement; it names no person."""
    rows = (
        Duty.objects.filter(within(path, field="post__place__path"), starts__lte=at, ends__gt=at, post__closed_at=None)
        .order_by("post__place__path", "post__name", "post", "-ends")
        .values_list("post", "ends")
    )
    until: dict[int, datetime] = {}
    for key, ends in rows:
        until.setdefault(key, ends)
    known = directory()
    return [
        OnDuty(known.by_key[key], ends, known.is_staffed(known.by_key[key], at))
        for key, ends in until.items()
        if key in known.by_key
    ]
