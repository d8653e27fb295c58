"""A change of shift: what the next must know, who takes over, and that they read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.desk import CaseRow, Filters, desk
from linli.cases.domain.heaps import count_heaps
from linli.cases.domain.promises import OpenPromise, open_promises
from linli.cases.models import ShiftHandover
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.outbox import tell
from linli.people.actors import Actor, Viewer
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Duty, Holding, Post

NOTE_MOST = 4000
LISTED = 100
AHEAD = timedelta(hours=24)
DESK_ROLES = (Role.DUTY_OFFICER, Role.AREA_LEAD)


@dataclass(frozen=True)
class Shift:
    """The roster round a post at an instant: its own duty now, and who comes next.

    `gap` says from when on nobody is on the roster within the next day; `deputy` is who stands in then.
    """

    mine: Duty | None
    now: Sequence[Duty]
    following: Duty | None
    gap: datetime | None
    deputy: str


def shift_of(post: Post, at: datetime) -> Shift:
    """Two statements; a third, for the deputy, where nobody comes next."""
    duties = list(
        Duty.objects.filter(ends__gt=at, starts__lt=at + AHEAD, post__in=[one.pk for one in desk_posts(post)])
        .select_related("post__place", "post__organisation")
        .order_by("starts", "pk")
    )
    now = [duty for duty in duties if duty.starts <= at]
    mine = next((duty for duty in now if duty.post_id == post.pk), None)
    ends = mine.ends if mine else max((duty.ends for duty in now), default=at)
    # Who is on duty when this one ends, be it that they begin then or are on duty already.
    later = [duty for duty in duties if duty.ends > ends and duty.pk != (mine.pk if mine else None)]
    following = next((duty for duty in later if duty.starts <= ends), None)
    gap = None if following else ends
    return Shift(mine, now, following or next(iter(later), None), gap, _deputy(post, at) if gap else "")


def _deputy(post: Post, at: datetime) -> str:
    """The deputy of a post by name; without one, the post above it, or else another that keeps the same desk."""
    held = Holding.objects.filter(post=post, kind=Holding.Kind.DEPUTY, since__lte=at).exclude(until__lte=at)
    names = [str(holding.account) for holding in held.select_related("account")]
    others = [*directory().ladder(post), *desk_posts(post)]
    above = next((one for one in others if one.pk != post.pk), None)
    return ", ".join(names) or (above.title if above else "")


@dataclass(frozen=True)
class Sheet:
    """What lies on the desk at a change of shift."""

    numbers: dict[str, int]
    late: Sequence[CaseRow]
    soon: Sequence[CaseRow]
    promises: Sequence[OpenPromise]

    def as_data(self) -> dict[str, Any]:
        """As it is kept: numbers, places and dates, no words of persons."""

        def case(row: CaseRow) -> dict[str, Any]:
            return {"number": row.number, "klass": row.klass, "klass_en": row.klass_en, "place": row.place,
                    "due": row.due.isoformat() if row.due else None}  # fmt: skip

        return {
            "numbers": self.numbers,
            "late": [case(row) for row in self.late],
            "soon": [case(row) for row in self.soon],
            "promises": [
                {"number": one.number, "cases": one.cases, "due": one.due.isoformat()} for one in self.promises
            ],
        }


def read_sheet(viewer: Viewer, at: datetime) -> Sheet:
    """What is open, overdue, due soon and promised now. Six statements."""
    heaps = count_heaps(viewer, at, None)
    shows = {"open": "", "waiting": "waiting", "untaken": "untaken", "late": "late", "soon": "soon"}
    return Sheet(
        {name: heaps.count(show) for name, show in shows.items()},
        desk(viewer, Filters(show="late", at=at), size=LISTED).rows,
        desk(viewer, Filters(show="soon", at=at), size=LISTED).rows,
        open_promises(viewer),
    )


def hand_over(*, to: Post, note: str, sheet: Sheet, by: Actor, at: datetime) -> ShiftHandover:
    """Leave the desk to the next: the sheet as it stands, and what they must know. It is written once.

    Raises:
        Refused: the actor's post keeps no desk.
        Invalid: `to` keeps no desk here, or the note is too long.
    """
    if by.post is None or by.account is None or not by.has_role(*DESK_ROLES):
        raise Refused
    if to.role not in DESK_ROLES or not _of_one_desk(to, by.post):
        raise Invalid(fields={"to": _("Choose a post that keeps this desk.")})
    if len(note) > NOTE_MOST:
        raise Invalid(fields={"note": _("Write at most 4,000 characters.")})
    with transaction.atomic():
        made = ShiftHandover.objects.create(
            post=by.post, giver=by.account, to=to, note=note.strip(), sheet=sheet.as_data(), at=at
        )
        tell("desk.handed_over", None, {"post": by.post.pk, "to": to.pk}, at)
    return made


def take_over(*, handover: ShiftHandover, by: Actor, at: datetime) -> ShiftHandover:
    """The next has read it.

    Raises:
        Refused: this post is not the one it was left to, nor one that keeps the same desk.
        Conflict: somebody has confirmed it already.
    """
    if by.post is None or by.account is None or not may_take(by, handover):
        raise Refused
    with transaction.atomic():
        open_one = ShiftHandover.objects.filter(pk=handover.pk, taken_at=None)
        if not open_one.update(taker=by.account, taken_at=at):
            raise Conflict(_("Somebody has confirmed this handover already."))
        tell("desk.taken_over", None, {"post": by.post.pk}, at)
    handover.refresh_from_db()
    return handover


def may_take(by: Actor, handover: ShiftHandover) -> bool:
    """The post it was left to, or another that keeps the same desk; never the person who wrote it."""
    if by.post is None or by.account is None or by.account.pk == handover.giver_id:
        return False
    return by.post.pk == handover.to_id or (by.has_role(*DESK_ROLES) and _of_one_desk(by.post, handover.post))


def desk_posts(post: Post) -> list[Post]:
    """The posts a desk can be left to: the own one first, for the next person in it."""
    found = [one for one in directory().with_role(*DESK_ROLES) if _of_one_desk(one, post)]
    return sorted(found, key=lambda one: (one.pk != post.pk, one.pk))


def _of_one_desk(post: Post, other: Post) -> bool:
    """Whether the place of one holds the other's."""
    return post.place.path.startswith(other.place.path) or other.place.path.startswith(post.place.path)


def handovers(post: Post, *, size: int = 20) -> list[ShiftHandover]:
    """The latest changes of shift at this desk, the newest first. One statement."""
    keys = [one.pk for one in desk_posts(post)]
    found = ShiftHandover.objects.filter(post__in=keys).select_related("post", "to", "giver", "taker")
    return list(found.order_by("-at", "-pk")[:size])


def last_handover(post: Post, at: datetime) -> ShiftHandover | None:
    """The latest change of shift of the last day. One statement."""
    newest = next(iter(handovers(post, size=1)), None)
    return newest if newest and newest.at > at - AHEAD else None
