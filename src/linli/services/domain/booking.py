"""Booking, waiting, cancelling, deciding. Whoever changes the bookings of a resource first takes its turn there.

The turn is an update of the resource's own row: on PostgreSQL the second writer waits for it and then reads what the
first one left, on SQLite there is one writer anyway. A unique index on unit and begin stands behind it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.domain.report import claim_code, claim_hash
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.sealed import keyed_hash, seal
from linli.people.actors import Actor
from linli.people.domain.contacts import Contact, read_contact
from linli.people.enums import Role
from linli.people.models import Account
from linli.procedures.domain.limits import calendar
from linli.procedures.numbers import new_number
from linli.services.domain import booking_news as news
from linli.services.domain.free_times import Rules, Taken, fault, free_units, is_open
from linli.services.domain.opening_hours import Span, is_holiday
from linli.services.models_bookings import HOLDING, OPEN, Blackout, Booking, BookingStatus, Resource

CONTACT_FIELD = "booking.contact"
KEEPERS = (Role.DUTY_OFFICER, Role.AREA_LEAD, Role.COMMITTEE_SECRETARY, Role.WINDOW_CLERK)
FAULTS: dict[str, Any] = {
    "past": gettext_lazy("This time is over. Choose a later one."),
    "soon": gettext_lazy("This is too soon: it has to be made ready. Choose a later time."),
    "far": gettext_lazy("This is too far ahead. Choose an earlier day."),
    "closed": gettext_lazy("It is not open then. Choose one of the times shown."),
    "length": gettext_lazy("It cannot be booked for so long, or so short. Choose one of the lengths shown."),
    "step": gettext_lazy("Choose one of the times shown."),
}


class Full(Conflict):
    """Nobody can have this time any more; whoever wants may wait for it."""

    code = "booking-full"
    message = gettext_lazy("Somebody else has taken this time. Choose another, or be put on the waiting list.")


@dataclass(frozen=True)
class Booked:
    """A booking, and the code that opens the way back to it without an account."""

    booking: Booking
    code: str


@dataclass(frozen=True)
class Person:
    """Who books. contact: as typed, or "" where somebody asks in person and leaves none."""

    called: str
    contact: str = ""
    account: Account | None = None


def rules_of(resource: Resource, first: date, last: date) -> Rules:
    """The rules of a resource, with the days between these two on which it is shut. Two statements."""
    day, shut, days = timedelta(days=1), set(), calendar()
    blackouts = Blackout.objects.filter(resource=resource, day__gte=first - 2 * day, day__lte=last + 2 * day)
    shut |= set(blackouts.values_list("day", flat=True))
    if resource.keeps_holidays:
        around = (first + n * day for n in range(-2, (last - first).days + 3))
        shut |= {each for each in around if is_holiday(each, days)}
    return Rules(
        hours=tuple(resource.openings.values_list("weekday", "opens", "closes")), shut=frozenset(shut), tz=days.tz,
        units=resource.units, step=resource.step, shortest=resource.shortest, longest=resource.longest,
        whole=resource.whole, overnight=resource.overnight, before=resource.buffer_before, after=resource.buffer_after,
        notice=resource.notice, ahead_days=resource.ahead_days,
    )  # fmt: skip


def rules_around(resource: Resource, span: Span) -> Rules:
    tz = calendar().tz
    return rules_of(resource, span.start.astimezone(tz).date(), span.end.astimezone(tz).date())


def taken(resource: Resource, span: Span) -> list[Taken]:
    """What is held of a resource while a span lasts, buffers included. One statement."""
    rows = Booking.objects.filter(
        resource=resource, status__in=HOLDING, holds_from__lt=span.end, holds_until__gt=span.start
    ).values_list("unit", "holds_from", "holds_until")
    return [Taken(unit, Span(start, end)) for unit, start, end in rows]


def keeps(by: Actor, resource: Resource) -> bool:
    """Whether this post keeps the bookings of a resource: it has the role, and the resource lies in its place."""
    return by.has_role(*KEEPERS) and by.post is not None and resource.place.path.startswith(by.post.place.path)


# --- taking


def book(
    *,
    resource: Resource,
    starts: datetime,
    ends: datetime,
    person: Person,
    what_for: str = "",
    wait: bool = False,
    by: Actor | None = None,
    at: datetime,
    action: UUID,
) -> Booked:
    """Take a time, or where it is full and `wait` says so, a place on the waiting list for it.

    by: the post that enters it for somebody who asks on paper, by telephone or at the window; such a booking is
    approved with it. A second call with the same action finds what the first one made.

    Raises:
        Full: it is taken, and `wait` is not set.
        Invalid: the rules do not allow this time, the person has as many as they may, or does not say who they are.
        Refused: this post does not keep the resource.
    """
    span, code = Span(starts, ends), claim_code(action)
    if (done := Booking.objects.filter(action=action).first()) is not None:
        return Booked(done, code)
    if by is not None and not keeps(by, resource):
        raise Refused
    contact = _who(person, by)
    try:
        with transaction.atomic():
            resource = take_turn(resource)
            if (done := Booking.objects.filter(action=action).first()) is not None:
                return Booked(done, code)
            lapse_offers(resource, at)
            made = _make(resource, span, person, contact, what_for, by, at, action)
            made.claim_hash = claim_hash(made.number, code)
            _place(made, resource, span, wait=wait, by=by, at=at)
            made.save(force_insert=True)
            news.tell(made, resource, at)
    except IntegrityError:  # the same submit came twice at once, and the other was first
        done = Booking.objects.filter(action=action).first()
        if done is None:
            raise Full from None
        return Booked(done, code)
    return Booked(made, code)


def take_turn(resource: Resource) -> Resource:
    """Wait for whoever changes the bookings of this resource now, and read it as they left it.

    Raises:
        NotFound: it is no longer there.
    """
    if not Resource.objects.filter(pk=resource.pk, retired_at=None).update(taken=F("taken") + 1):
        raise NotFound
    return Resource.objects.select_related("place").get(pk=resource.pk)


def _who(person: Person, by: Actor | None) -> Contact | None:
    if not person.called.strip():
        raise Invalid(fields={"called": _("Write how we should call you, for example Mrs Wang.")})
    if person.contact.strip():
        return read_contact(person.contact)
    if by is None and person.account is None:
        raise Invalid(fields={"contact": _("Write a mobile number or an e-mail address, so that we can reach you.")})
    return None


def _make(
    resource: Resource, span: Span, person: Person, contact: Contact | None, what_for: str, by: Actor | None,
    at: datetime, action: UUID,
) -> Booking:  # fmt: skip
    rules = rules_around(resource, span)
    if wrong := fault(rules, span, at):
        raise Invalid(fields={"start": FAULTS[wrong]})
    held = rules.held(span)
    made = Booking(
        number=new_number(), resource=resource, starts=span.start, ends=span.end, holds_from=held.start,
        holds_until=held.end, action=action, account=person.account, called=person.called.strip()[:40],
        what_for=what_for.strip()[:200] if resource.asks_what_for else "", entered_by=by.post if by else None,
        asked_at=at, who=_key(person, contact),
    )  # fmt: skip
    if contact is not None:
        made.contact_sealed = seal(contact.address, row=made.uuid, field=CONTACT_FIELD)
    _check_share(resource, made, at)
    return made


def _key(person: Person, contact: Contact | None) -> str:
    """What finds the same person's other bookings; nothing where somebody left neither account nor contact."""
    if person.account is not None:
        return keyed_hash(f"account:{person.account.uuid}", purpose="booking")
    return keyed_hash(f"contact:{contact.address}", purpose="booking") if contact else ""


def _check_share(resource: Resource, made: Booking, at: datetime) -> None:
    if not made.who:
        return
    own = Booking.objects.filter(resource=resource, who=made.who, status__in=OPEN, ends__gt=at)
    spans = list(own.values_list("starts", "ends"))
    if any(start < made.ends and made.starts < end for start, end in spans):
        raise Invalid(fields={"start": _("You have this time already. Look under “My bookings”.")})
    if resource.per_person and len(spans) >= resource.per_person:
        raise Invalid(
            fields={"start": _("One person has at most %(n)d bookings here at a time. Cancel one to book another.")
                    % {"n": resource.per_person}}
        )  # fmt: skip


def _place(made: Booking, resource: Resource, span: Span, *, wait: bool, by: Actor | None, at: datetime) -> None:
    """Give it the lowest free unit, or a place on the waiting list."""
    units = free_units(rules_around(resource, span), span, taken(resource, Span(made.holds_from, made.holds_until)))
    if units:
        made.unit = units[0]
        made.status = BookingStatus.ASKED if resource.approval and by is None else BookingStatus.BOOKED
        return
    if not wait:
        raise Full
    made.status = BookingStatus.WAITING


# --- giving back


def cut_off(booking: Booking, resource: Resource) -> datetime:
    """The first instant at which it is too late to cancel by oneself."""
    return booking.starts - timedelta(minutes=resource.cut_off)


def may_cancel(booking: Booking, resource: Resource, at: datetime) -> bool:
    """Whether the person may: what is booked until the cut-off, what is not settled yet until it begins."""
    until = cut_off(booking, resource) if booking.status == BookingStatus.BOOKED else booking.starts
    return booking.is_open and at < until


def cancel_own(*, booking: Booking, at: datetime) -> Booking:
    """The person gives it back. Whoever waits for the time is offered it. Done twice, it is done once.

    Raises:
        Conflict: it is over, or the cut-off has passed.
    """
    with transaction.atomic():
        resource, now = _turn_of(booking)
        if now.status == BookingStatus.CANCELLED:
            return now
        if not may_cancel(now, resource, at):
            raise Conflict(_("It is too late to cancel here. Please ring, so that nobody waits for you."))
        turn_to(now, BookingStatus.CANCELLED, at)
        offer_next(resource, at)
    return now


def cancel_for(*, booking: Booking, version: int, reason: str, by: Actor, at: datetime) -> Booking:
    """The office takes it back, at any time before the end, with a reason that the person reads.

    Raises:
        Refused, Conflict, Invalid: not this post's; it changed; no reason.
    """
    return _decide(booking, version, OPEN, BookingStatus.CANCELLED, by, at, reason=reason, needs_reason=True)


def take_offer(*, booking: Booking, at: datetime) -> Booking:
    """Accept the place that came free. Where it has to be approved, it is asked for with that.

    Raises:
        Conflict: the offer has ended.
    """
    with transaction.atomic():
        resource, now = _turn_of(booking)
        if now.status in (BookingStatus.BOOKED, BookingStatus.ASKED):
            return now
        if now.status != BookingStatus.OFFERED or now.offer_until is None or at >= now.offer_until:
            raise Conflict(_("The offer has ended, and the next in line has it. You can book another time."))
        turn_to(now, BookingStatus.ASKED if resource.approval else BookingStatus.BOOKED, at)
        news.tell(now, resource, at)
    return now


def offer_next(resource: Resource, at: datetime) -> list[Booking]:
    """Offer what is free to those who wait, in the order in which they came. In the caller's turn.

    Whoever waits for a time at which it is not open any more waits in vain, and is told so.
    """
    offered: list[Booking] = []
    waiting = list(Booking.objects.filter(resource=resource, status=BookingStatus.WAITING).order_by("asked_at", "uuid"))
    if not waiting:
        return offered
    whole = Span(min(each.starts for each in waiting), max(each.ends for each in waiting))
    rules = rules_around(resource, whole)
    for each in waiting:
        span = Span(each.starts, each.ends)
        if each.starts <= at:
            turn_to(each, BookingStatus.LAPSED, at)
        elif not is_open(rules, span):
            each.reason = _("It is not open at that time any more.")
            turn_to(each, BookingStatus.CANCELLED, at)
            news.tell(each, resource, at)
        elif units := free_units(rules, span, taken(resource, rules.held(span))):
            each.unit = units[0]
            each.offer_until = min(at + timedelta(minutes=resource.offer_for), each.starts)
            turn_to(each, BookingStatus.OFFERED, at)
            news.tell(each, resource, at)
            offered.append(each)
    return offered


def lapse_offers(resource: Resource, at: datetime) -> int:
    """End the offers that nobody took in time; the next in line get them. In the caller's turn."""
    over = list(Booking.objects.filter(resource=resource, status=BookingStatus.OFFERED, offer_until__lte=at))
    for each in over:
        turn_to(each, BookingStatus.LAPSED, at)
        news.tell(each, resource, at)
    if over:
        offer_next(resource, at)
    return len(over)


def lapse_all(*, at: datetime) -> int:
    """End every offer whose time is over, and every wait for a time that has begun. Returns how many ended."""
    ended = 0
    late = Booking.objects.filter(status=BookingStatus.OFFERED, offer_until__lte=at)
    past = Booking.objects.filter(status=BookingStatus.WAITING, starts__lte=at)
    keys = {*late.values_list("resource", flat=True), *past.values_list("resource", flat=True)}
    for resource in Resource.objects.filter(pk__in=keys, retired_at=None):
        with transaction.atomic():
            resource = take_turn(resource)
            ended += lapse_offers(resource, at)
            offer_next(resource, at)
    return ended


# --- deciding


def approve(*, booking: Booking, version: int, by: Actor, at: datetime) -> Booking:
    """Say yes to what was asked for. Raises Refused, Conflict."""
    return _decide(booking, version, (BookingStatus.ASKED,), BookingStatus.BOOKED, by, at)


def refuse(*, booking: Booking, version: int, reason: str, by: Actor, at: datetime) -> Booking:
    """Say no, with the reason that the person reads. The time is free again. Raises Refused, Conflict, Invalid."""
    return _decide(
        booking, version, (BookingStatus.ASKED,), BookingStatus.REFUSED, by, at, reason=reason, needs_reason=True
    )


def _decide(
    booking: Booking, version: int, sources: Iterable[str], target: BookingStatus, by: Actor, at: datetime, *,
    reason: str = "", needs_reason: bool = False,
) -> Booking:  # fmt: skip
    if needs_reason and not reason.strip():
        raise Invalid(fields={"reason": _("Write the reason in a sentence. The person reads it.")})
    with transaction.atomic():
        resource, now = _turn_of(booking)
        if not keeps(by, resource):
            raise Refused
        if now.version != version or now.status not in sources or now.ends <= at:
            raise Conflict
        now.reason, now.decided_by = reason.strip()[:300], by.post
        turn_to(now, target, at)
        news.tell(now, resource, at)
        if target != BookingStatus.BOOKED:
            offer_next(resource, at)
    return now


def _turn_of(booking: Booking) -> tuple[Resource, Booking]:
    resource = take_turn(booking.resource)
    return resource, Booking.objects.select_related("account").get(pk=booking.pk)


def turn_to(booking: Booking, status: BookingStatus, at: datetime) -> None:
    """Write a new status by compare-and-swap on the version."""
    shown = booking.version
    booking.status, booking.version, booking.decided_at = status, shown + 1, at
    changed = Booking.objects.filter(pk=booking.pk, version=shown).update(
        status=status, version=booking.version, decided_at=at, unit=booking.unit, offer_until=booking.offer_until,
        reason=booking.reason, decided_by=booking.decided_by,
    )  # fmt: skip
    if not changed:
        raise Conflict
