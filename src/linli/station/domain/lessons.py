"""Law lessons and lawyers' hours: announced, held, counted; and the yearly check of who works with children."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid, Refused
from linli.people.actors import Actor
from linli.people.domain.queries import holder_of
from linli.people.models import Account, Post
from linli.procedures.domain.limits import calendar
from linli.station.domain.desks import desk_named
from linli.station.models_legal import MINORS, Band, ChildWorkCheck, Lesson

YEAR = timedelta(days=365)
SOON = timedelta(days=30)
MOST_CAME = 2000


def announce(
    *, title: str, band: str, starts: datetime, ends: datetime, where: str, post: Post, by: Actor, at: datetime,
    action: UUID,
) -> Lesson:  # fmt: skip
    """Announce a lesson. A second call with the same action gives the same one.

    Raises:
        Invalid: it ends before it starts, or is for minors and whoever gives it was not checked in the year before
            (Law on the Protection of Minors art. 62).
    """
    account = holder_of(post, at=starts) or holder_of(post, at=at)
    wrong = {}
    if not title.strip():
        wrong["title"] = _("Write what the lesson is about.")
    if ends <= starts:
        wrong["ends"] = _("It ends after it starts. Put one of the two right.")
    if band in MINORS and not is_checked(account, on=local_day(starts)):
        wrong["post"] = _(
            "Whoever works with children is checked every year. Write down the check first, or choose somebody else."
        )
    if wrong:
        raise Invalid(fields=wrong)
    given = {"title": title.strip(), "band": band, "starts": starts, "ends": ends, "where": where.strip(),
             "post": post, "account": account}  # fmt: skip
    return Lesson.objects.get_or_create(action=action, defaults=given)[0]


def count_attended(*, lesson: Lesson, attended: int, by: Actor, at: datetime) -> Lesson:
    """Write down how many came, once it has begun. Who came is never written.

    Raises:
        Conflict: it has not begun, or was called off.  Invalid: a number that cannot be.
    """
    if not 0 <= attended <= MOST_CAME:
        raise Invalid(fields={"attended": _("Write how many came, 2,000 at most.")})
    begun = Lesson.objects.filter(pk=lesson.pk, cancelled=False, starts__lte=at)
    if not begun.update(attended=attended):
        raise Conflict(_("It has not begun yet, or was called off."))
    lesson.refresh_from_db()
    return lesson


def call_off(*, lesson: Lesson, by: Actor, at: datetime) -> Lesson:
    """A lesson that was not held yet does not take place.

    Raises:
        Conflict: it has begun, or was counted.
    """
    if not Lesson.objects.filter(pk=lesson.pk, attended=None, starts__gt=at).update(cancelled=True):
        raise Conflict(_("It has begun already."))
    lesson.refresh_from_db()
    return lesson


def coming(at: datetime, *, days: int = 60) -> Sequence[Lesson]:
    """The lessons of the next weeks."""
    rows = Lesson.objects.filter(ends__gte=at, starts__lt=at + timedelta(days=days), cancelled=False)
    return list(rows.select_related("post").order_by("starts", "pk"))


@dataclass(frozen=True)
class Held:
    """What was held for one band: lessons, and how many came, added up."""

    band: str
    lessons: int
    came: int

    @property
    def label(self) -> str:
        return str(Band(self.band).label)


def held(first: date, last: date) -> list[Held]:
    """Lessons held from `first` to `last`, local days, both included, by band; those that were counted."""
    zone = calendar().tz
    starts = datetime.combine(first, datetime.min.time(), zone)
    ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    rows = Lesson.objects.filter(starts__gte=starts, starts__lt=ends, attended__isnull=False)
    found = {
        band: (n, came) for band, n, came in rows.values_list("band").annotate(n=Count("pk"), came=Sum("attended"))
    }
    return [Held(band, *found[band]) for band in Band.values if band in found]


def local_day(at: datetime) -> date:
    return at.astimezone(calendar().tz).date()


# --- the yearly check


def record_check(*, account: Account, checked_on: date, by: Actor, at: datetime) -> ChildWorkCheck:
    """Write down on which day somebody's records were looked at. Nobody writes down their own.

    Raises:
        Refused: it is one's own.  Invalid: a day ahead.  Conflict: that day is written down.
    """
    if by.account is None or by.account == account:
        raise Refused(_("Somebody else writes down this check."))
    if checked_on > local_day(at):
        raise Invalid(fields={"checked_on": _("Write a day that is not ahead.")})
    try:
        with transaction.atomic():
            return ChildWorkCheck.objects.create(
                account=account, checked_on=checked_on, recorded_by=by.account, at=at
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(_("This check is written down already.")) from error


def is_checked(account: Account | None, *, on: date) -> bool:
    """Whether somebody was checked on that day or in the year before it."""
    if account is None:
        return False
    rows = ChildWorkCheck.objects.filter(account=account, checked_on__gt=on - YEAR, checked_on__lte=on)
    return rows.exists()


@dataclass(frozen=True)
class Checked:
    """A post of the studio and when its holder was checked last; due: by when again, none where never."""

    post: Post
    account: Account | None
    last: date | None
    due: date | None
    tone: str


def checks(at: datetime, posts: Sequence[Post]) -> list[Checked]:
    """For each post who holds it and how the check stands: red where it ran out or was never made, amber a month
    before."""
    today = local_day(at)
    held_by = {post.pk: holder_of(post, at=at) for post in posts}
    accounts = [account.pk for account in held_by.values() if account]
    rows = ChildWorkCheck.objects.filter(account__in=accounts).values("account").annotate(last=Max("checked_on"))
    last = {row["account"]: row["last"] for row in rows}
    return [_checked(post, held_by[post.pk], last, today) for post in posts]


def _checked(post: Post, account: Account | None, last: dict[int, date], today: date) -> Checked:
    day = last.get(account.pk) if account else None
    due = day + YEAR if day else None
    tone = "late" if due is None or due <= today else "waiting" if due - SOON <= today else "done"
    return Checked(post, account, day, due, tone)


def studio(at: datetime, posts: Sequence[Post]) -> list[Post]:
    """Those of these posts that keep the legal studio."""
    legal = desk_named("legal")
    return [post for post in posts if legal.has(post, at)]
