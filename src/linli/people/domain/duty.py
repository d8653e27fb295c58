"""The duty roster: the one place from which everything reads who is on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role
from linli.people.models import Duty, Post
from linli.places.models import STEP, Place

LONGEST = timedelta(hours=36)


@dataclass(frozen=True)
class Shift:
    """A span of duty that comes every day: when it starts, in local time, and how long it lasts."""

    starts: time
    lasts: timedelta


PATTERNS: dict[str, tuple[Shift, ...]] = {
    "day": (Shift(time(9), timedelta(hours=8)),),
    "two": (Shift(time(8), timedelta(hours=12)), Shift(time(20), timedelta(hours=12))),
    "three": tuple(Shift(time(hour), timedelta(hours=8)) for hour in (0, 8, 16)),
    "round": (Shift(time(8), timedelta(hours=24)),),
}


def set_duty(*, post: Post, starts: datetime, ends: datetime, note: str = "", by: Actor, at: datetime) -> Duty:
    """Put a post on duty from `starts` (included) until `ends` (not included).

    Raises:
        Invalid: it ends before it starts, or lasts longer than 36 hours.
        Conflict: the post is on duty in this time already.
    """
    acts.require_reach(by=by, place=post.place)
    if not starts < ends <= starts + LONGEST:
        raise Invalid(fields={"ends": _("A duty ends after it starts, and within 36 hours.")})
    with transaction.atomic():
        if _overlapping(starts, ends).filter(post=post).exists():
            raise Conflict(_("This post is on duty in that time already."))
        duty = Duty.objects.create(post=post, starts=starts, ends=ends, note=note)
        acts.record("duty_set", target=post, detail=span(duty), by=by, at=at)
    return duty


def remove_duty(*, duty: Duty, by: Actor, at: datetime) -> None:
    """Take a duty off the roster that has not ended yet; one that has begun ends now.

    Raises:
        Conflict: it is over, and the roster of the past is not changed.
    """
    acts.require_reach(by=by, place=duty.post.place)
    if duty.ends <= at:
        raise Conflict(_("This duty is over. The roster of the past stays as it was."))
    with transaction.atomic():
        acts.record("duty_removed", target=duty.post, detail=span(duty), by=by, at=at)
        if duty.starts >= at:
            duty.delete()
        else:
            duty.ends = at
            duty.save(update_fields=["ends"])


def plan_duty(
    *, posts: Sequence[Post], shifts: Sequence[Shift], first: date, days: int, by: Actor, at: datetime
) -> list[Duty]:
    """Fill the roster from a pattern: day by day the posts take the shifts in turn.

    shifts: one of `PATTERNS`, or another.  first: a local date.  days: 1 to 92.  A shift in which its post is on duty
    already is left out, so that the same plan made twice adds nothing.
    """
    if not posts or not shifts or not 1 <= days <= 92:
        raise Invalid(_("Choose at least one post, and between 1 and 92 days."))
    for post in posts:
        acts.require_reach(by=by, place=post.place)
    turn = cycle(posts)
    planned = [_duty(next(turn), shift, first + timedelta(days=n)) for n in range(days) for shift in shifts]
    with transaction.atomic():
        taken = list(_overlapping(planned[0].starts, max(duty.ends for duty in planned)).filter(post__in=posts))
        new = [duty for duty in planned if not any(_meet(duty, other) for other in taken)]
        Duty.objects.bulk_create(new)
        names = ", ".join(str(post) for post in posts)
        acts.record("duty_planned", target=names, detail=_plan_words(first, days, len(new)), by=by, at=at)
    return new


def on_duty(*, role: Role | None = None, place: Place, at: datetime) -> list[Post]:
    """The posts on duty at an instant whose place contains `place`, the nearest first. One query.

    A duty counts from the instant it starts until just before it ends.
    """
    above = [place.path[:end] for end in range(STEP, len(place.path) + 1, STEP)]
    duties = (
        Duty.objects.filter(starts__lte=at, ends__gt=at, post__closed_at=None, post__place__path__in=above)
        .select_related("post__place", "post__organisation")
        .order_by("-post__place__path", "starts", "pk")
    )
    if role is not None:
        duties = duties.filter(post__role=role)
    return list({duty.post_id: duty.post for duty in duties}.values())


def duties_between(*, starts: datetime, ends: datetime, within: Place) -> list[Duty]:
    """The roster of a time, for posts whose place lies within `within`, in the order of time. One query."""
    return list(
        _overlapping(starts, ends)
        .filter(post__place__path__gte=within.path, post__place__path__lt=within.path + "~")
        .select_related("post__place", "post__organisation")
        .order_by("starts", "post__name", "pk")
    )


def span(duty: Duty) -> str:
    """A duty's time in words that sort: 2026-11-25 20:00 – 2026-11-26 08:00, local time."""
    starts, ends = timezone.localtime(duty.starts), timezone.localtime(duty.ends)
    return f"{starts:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}"


def _plan_words(first: date, days: int, duties: int) -> str:
    return _("%(days)d days from %(first)s: %(duties)d duties") % {"days": days, "first": first, "duties": duties}


def _overlapping(starts: datetime, ends: datetime) -> QuerySet[Duty]:
    return Duty.objects.filter(starts__lt=ends, ends__gt=starts)


def _meet(duty: Duty, other: Duty) -> bool:
    return duty.post_id == other.post_id and duty.starts < other.ends and other.starts < duty.ends


def _duty(post: Post, shift: Shift, day: date) -> Duty:
    starts = timezone.make_aware(datetime.combine(day, shift.starts))
    return Duty(post=post, starts=starts, ends=starts + shift.lasts)
