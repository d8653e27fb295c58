"""Reading procedures for pages: inboxes, one by its number, its clocks and its story."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from linli.core.errors import NotFound
from linli.people.actors import Viewer
from linli.people.models import Post
from linli.places.domain.queries import full_title
from linli.procedures.enums import Audience, ClockState
from linli.procedures.models import Assignment, Clock, Entry, Procedure, WorkCalendar, shut_to
from linli.procedures.numbers import read_number
from linli.procedures.registry import kind_of, kinds

PAGE = 50


@dataclass(frozen=True)
class InboxRow:
    """One piece of work of a post: what, where, in which part, and until when."""

    key: int
    number: str
    url: str
    kind: Any
    title: str
    gist: str
    place: str
    state: str
    part: str
    due: datetime | None
    amber: datetime | None
    since: datetime
    paused: bool
    keep: str  # the pages that a phone may keep of it, each with the version it was shown at


@dataclass(frozen=True)
class Page:
    """Rows of a list, and the cursor after which the next page begins (none on the last)."""

    rows: Sequence[Any]
    after: str | None


def inbox(posts: Sequence[Post], *, viewer: Viewer | None = None, after: str | None = None, size: int = PAGE) -> Page:
    """The open work of these posts, what is due first on top, paused last. Two statements, however many rows.

    viewer: who reads it, where that is known; work that is closed to them is not named.
    """
    viewer = viewer or Viewer(posts=tuple(posts))
    related = [f"procedure__{name}" for kind in kinds().values() for name in kind.related]
    rows = (
        Assignment.objects.filter(post__in=[post.pk for post in posts], open=True)
        .exclude(shut_to(viewer, procedure="procedure"))
        .select_related("procedure__place", *related)
        .order_by(F("due").asc(nulls_last=True), "id")
    )
    found = list(rows.filter(_later_than(after))[: size + 1] if after else rows[: size + 1])
    more = found[size - 1] if len(found) > size else None
    return Page([_inbox_row(row) for row in found[:size]], _cursor(more.due, more.pk) if more else None)


def _inbox_row(row: Assignment) -> InboxRow:
    procedure = row.procedure
    kind = kind_of(procedure.kind)
    return InboxRow(
        key=row.pk,
        number=procedure.number,
        url=kind.url(procedure),
        kind=kind.label,
        title=kind.title(procedure),
        gist=kind.gist(procedure),
        place=full_title(procedure.place) if procedure.place else "",
        state=str(kind.states.get(procedure.state, procedure.state)),
        part=row.get_part_display(),
        due=row.due,
        amber=row.amber,
        since=row.since,
        paused=row.due is None,
        keep=" ".join(f"{page}#{procedure.version}" for page in kind.pages_to_keep(procedure, row.part)),
    )


def _cursor(due: datetime | None, key: int) -> str:
    return f"{due.isoformat() if due else ''}~{key}"


def _later_than(cursor: str) -> Q:
    """What comes after a cursor. A cursor that nobody made begins at the start."""
    due, _, key = cursor.partition("~")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return Q()
    if not due:
        return Q(due=None, pk__gt=int(key))
    at = _instant(due)
    return Q(due__gt=at) | Q(due=at, pk__gt=int(key)) | Q(due=None) if at else Q()


def read_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The instant and the key of a cursor `instant~key`; one that nobody made begins at the start."""
    text, _, key = (cursor or "").partition("~")
    at = _instant(text)
    try:
        return (at, UUID(key)) if at else None
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    """An aware instant in ISO form that the calendar of UTC has, or none."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def visible_procedure(number: str, viewer: Viewer) -> Procedure:
    """One procedure by its public number, for staff.

    Raises:
        NotFound: there is none, or these posts may not know of it; the two are not told apart.
    """
    typed = read_number(number)
    procedures = Procedure.objects.visible_to(viewer)
    found = procedures.filter(number=typed).select_related("place", "cell").first() if typed else None
    if found is None:
        raise NotFound
    return found


def clocks_of(procedure: Procedure) -> list[Clock]:
    """All clocks, the running ones first."""
    return sorted(
        Clock.objects.filter(procedure=procedure), key=lambda clock: (clock.ended is not None, clock.start, clock.pk)
    )


def entries_for_audit(viewer: Viewer) -> QuerySet[Entry]:
    """Every line of the stories that the viewer may see, without what it says; sealed lines are left out."""
    seen = Procedure.objects.visible_to(viewer)
    return (
        Entry.objects.filter(procedure__in=seen)
        .exclude(audience=Audience.SEALED)
        .select_related("procedure", "post")
        .only(
            "kind",
            "actor",
            "at",
            "recorded",
            "rule",
            "seq",
            "procedure__number",
            "procedure__kind",
            "post__name",
            "post__name_en",
        )
    )


def numbers_of(procedures: Collection[UUID], viewer: Viewer) -> dict[UUID, str]:
    """The numbers of those of these procedures that the viewer may see."""
    return dict(Procedure.objects.visible_to(viewer).filter(pk__in=procedures).values_list("pk", "number"))


def provisional_clocks() -> int:
    """How many running clocks end where the calendar knows no holidays yet."""
    return Clock.objects.filter(state=ClockState.RUNNING, provisional=True).count()


def calendar_in_force() -> WorkCalendar | None:
    return WorkCalendar.objects.defer("data").order_by("-version").first()
