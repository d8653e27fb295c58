"""The rules of a resource, the days on which it is shut, and how many came: changed by the posts that keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.places.models import Place
from linli.procedures.domain.limits import calendar
from linli.services.domain import booking_news as news
from linli.services.domain.booking import keeps, offer_next, take_turn, turn_to
from linli.services.domain.opening_hours import MIDNIGHT, Hours, at_minute
from linli.services.models_bookings import OPEN, Attendance, Blackout, Booking, BookingStatus, Opening, Resource

MOST_CAME = 500
RULES = (
    "units", "step", "shortest", "longest", "buffer_before", "buffer_after", "notice", "ahead_days", "per_person",
    "approval", "cut_off", "offer_for", "keeps_holidays",
)  # fmt: skip
LIMITS = {"units": (1, 500), "step": (5, MIDNIGHT), "ahead_days": (1, 366), "cut_off": (0, 60 * 24 * 60)}


@dataclass(frozen=True)
class Draft:
    """A resource as content describes it. `rules` holds some of RULES; what is missing keeps its default."""

    code: str
    kind: str
    name: str
    name_en: str
    about: str
    about_en: str
    hours: tuple[Hours, ...]
    rules: Mapping[str, Any]


def create_resource(*, draft: Draft, place: Place, point: Any = None) -> Resource:
    """Lay down a resource with its hours, from content. One that is there already stays as it is.

    Raises:
        Invalid: its rules or hours contradict each other.
    """
    known = Resource.objects.filter(code=draft.code).first()
    if known is not None:
        return known
    resource = Resource(
        code=draft.code, kind=draft.kind, name=draft.name, name_en=draft.name_en, about=draft.about,
        about_en=draft.about_en, place=place, point=point, **draft.rules,
    )  # fmt: skip
    _check(resource, draft.hours)
    with transaction.atomic():
        resource.save(force_insert=True)
        _write_hours(resource, draft.hours)
    return resource


def change_rules(
    *, resource: Resource, version: int, rules: Mapping[str, Any], hours: Sequence[Hours], by: Actor, at: datetime
) -> Resource:
    """Change how a resource may be booked from now on. What is booked stays booked, with the buffers it had.

    rules: values for all of RULES.

    Raises:
        Refused: this post does not keep it.  Invalid: the rules contradict each other.
        Conflict: somebody else changed them since `version` was shown.
    """
    with transaction.atomic():
        now = take_turn(resource)
        if not keeps(by, now):
            raise Refused
        if now.version != version:
            raise Conflict
        for name in RULES:
            setattr(now, name, rules[name])
        _check(now, hours)
        now.version += 1
        now.save(update_fields=[*RULES, "version"])
        now.openings.all().delete()
        _write_hours(now, hours)
        acts.record("booking_rules_changed", target=now.code, detail=f"{now.name} {now.version}", by=by, at=at)
        offer_next(now, at)
    return now


def _write_hours(resource: Resource, hours: Sequence[Hours]) -> None:
    Opening.objects.bulk_create(
        Opening(resource=resource, weekday=weekday, opens=opens, closes=closes) for weekday, opens, closes in hours
    )


def _check(resource: Resource, hours: Sequence[Hours]) -> None:
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(resource, name) <= most:
            raise _out_of(name, least, most)
    if resource.longest < resource.shortest:
        raise Invalid(fields={"longest": _("The longest time is shorter than the shortest.")})
    check_hours(hours)


def _out_of(name: str, least: int, most: int) -> Invalid:
    told = _("Write a number from %(least)d to %(most)d.") % {"least": least, "most": most}
    return Invalid(fields={name: told})


def check_hours(hours: Sequence[Hours]) -> None:
    """Raises Invalid where an opening ends before it begins, or two overlap."""
    last: dict[int, int] = {}
    for weekday, opens, closes in sorted(hours):
        if not 0 <= opens < closes <= MIDNIGHT:
            raise Invalid(fields={"hours": _("An opening ends before it begins. Write for example 09:00-11:30.")})
        if opens < last.get(weekday, 0):
            raise Invalid(fields={"hours": _("Two openings of one day overlap.")})
        last[weekday] = closes


def shut_day(
    *, resource: Resource, day: date, why: str, why_en: str = "", by: Actor, at: datetime
) -> list[Booking]:  # fmt: skip
    """Close a resource for one day. What was booked or waited for that day is cancelled, and each person is told why.

    Returns what was cancelled.

    Raises:
        Refused: this post does not keep it.  Invalid: no reason.
    """
    if not why.strip():
        raise Invalid(fields={"why": _("Write why it is shut. Everybody reads it.")})
    tz, cancelled = calendar().tz, []
    with transaction.atomic():
        now = take_turn(resource)
        if not keeps(by, now):
            raise Refused
        Blackout.objects.update_or_create(
            resource=now, day=day, defaults={"why": why.strip()[:80], "why_en": why_en.strip()[:120]}
        )
        hit = Booking.objects.select_related("account").filter(
            resource=now, status__in=OPEN, ends__gt=max(at, at_minute(day, 0, tz)),
            starts__lt=at_minute(day, MIDNIGHT, tz),
        )  # fmt: skip
        for booking in hit:
            booking.reason, booking.decided_by = why.strip()[:300], by.post
            turn_to(booking, BookingStatus.CANCELLED, at)
            news.tell(booking, now, at)
            cancelled.append(booking)
        offer_next(now, at)  # what was lent over several days is free on the others
    return cancelled


def open_day(*, resource: Resource, day: date, by: Actor, at: datetime) -> None:
    """Take a closing back. Raises Refused; NotFound where the day was not closed."""
    with transaction.atomic():
        now = take_turn(resource)
        if not keeps(by, now):
            raise Refused
        if not Blackout.objects.filter(resource=now, day=day).delete()[0]:
            raise NotFound
        offer_next(now, at)


def write_attendance(*, resource: Resource, starts: datetime, number: int, by: Actor, at: datetime) -> Attendance:
    """Write down how many came to a session that has begun. Written again, it is corrected.

    Raises:
        Refused: this post does not keep it.  Invalid: the session has not begun, or the number cannot be.
    """
    if not keeps(by, resource) or by.post is None:
        raise Refused
    if not 0 <= number <= MOST_CAME:
        raise _out_of("number", 0, MOST_CAME)
    if not resource.counts or starts > at:
        raise Invalid(fields={"number": _("This session has not begun.")})
    came, _fresh = Attendance.objects.update_or_create(
        resource=resource, starts=starts, defaults={"number": number, "entered_by": by.post, "at": at}
    )
    return came


KEPT = timedelta(days=30)
BATCH = 200


def forget_bookings(*, at: datetime) -> int:
    """Forget, thirty days after its end, whose a booking was. That the time was taken stays, as a number."""
    old = Booking.objects.filter(ends__lt=at - KEPT).exclude(called="", who="", claim_hash="", contact_sealed=None)
    forgotten = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            forgotten += Booking.objects.filter(pk__in=batch).update(
                account=None, called="", what_for="", contact_sealed=None, claim_hash="", who="", reason=""
            )
    return forgotten


def forget_of(*, account: Any) -> int:
    """At the person's wish: their bookings that are over lose what is theirs. What is still to come, they cancel."""
    mine = Booking.objects.filter(account=account).exclude(status__in=OPEN)
    return mine.update(account=None, called="", what_for="", contact_sealed=None, claim_hash="", who="", reason="")
