"""What pages of bookings show, made in few statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.cases.domain.report import claim_hash
from linli.core.errors import NotFound
from linli.people.actors import Actor, Viewer
from linli.people.models import Account
from linli.procedures.domain.limits import calendar
from linli.procedures.numbers import read_number
from linli.services.domain.booking import KEEPERS, rules_of
from linli.services.domain.free_times import Rules, Slot, Taken, openings, slots
from linli.services.domain.opening_hours import Span, at_minute
from linli.services.models_bookings import HOLDING, OPEN, Attendance, Blackout, Booking, BookingStatus, Resource

DAY = timedelta(days=1)


def resources() -> list[Resource]:
    """Everything that can be booked, by kind and name. One statement."""
    found = Resource.objects.filter(retired_at=None).select_related("place", "point")
    return sorted(found, key=lambda each: (each.kind, each.code))


def resource_of(code: str) -> Resource:
    """Raises NotFound."""
    found = Resource.objects.filter(code=code, retired_at=None).select_related("place", "point").first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class DayShown:
    """One day on which a resource can be booked or not: how many times are free, or why it is shut.

    places: how many units are free at the best of its times.
    """

    day: date
    times: int
    free: int
    shut: str = ""
    places: int = 0


def days_of(resource: Resource, minutes: int, at: datetime, first: date, many: int = 14) -> list[DayShown]:
    """So many days from `first` on, as the choice of a day shows them. Five statements, however many days."""
    last = first + (many - 1) * DAY
    rules = rules_of(resource, first, last)
    held = _held(resource, rules, first, last)
    shut = {each.day: each.because for each in Blackout.objects.filter(resource=resource, day__range=(first, last))}
    shown = []
    for day in (first + n * DAY for n in range(many)):
        offered = slots(rules, day, minutes, held, at)
        free = [slot.free for slot in offered if slot.free]
        shown.append(DayShown(day, len(offered), len(free), shut.get(day, ""), max(free, default=0)))
    return shown


def times_of(resource: Resource, day: date, minutes: int, at: datetime) -> list[Slot]:
    """The times of one day, the full ones among them."""
    rules = rules_of(resource, day, day + (minutes // (24 * 60) + 1) * DAY)
    return slots(rules, day, minutes, _held(resource, rules, day, day + (minutes // (24 * 60) + 1) * DAY), at)


def _held(resource: Resource, rules: Rules, first: date, last: date) -> list[Taken]:
    start, end = at_minute(first - DAY, 0, rules.tz), at_minute(last + 2 * DAY, 0, rules.tz)
    rows = Booking.objects.filter(resource=resource, status__in=HOLDING, holds_from__lt=end, holds_until__gt=start)
    return [Taken(unit, Span(a, b)) for unit, a, b in rows.values_list("unit", "holds_from", "holds_until")]


# --- a person's own


def own_bookings(account: Account | None, known: Sequence[UUID]) -> list[Booking]:
    """What this person booked, or this browser; for that person alone. What is next stands first."""
    mine = Q(pk__in=list(known)) | (Q(account=account) if account else Q(pk__in=[]))
    found = Booking.objects.filter(mine).select_related("resource", "resource__point", "resource__place")
    return sorted(found, key=lambda each: (not each.is_open, each.starts))


def own_booking(key: UUID, account: Account | None, known: Sequence[UUID]) -> Booking:
    """Raises NotFound where it is not theirs, or not there; the two are not told apart."""
    found = Booking.objects.filter(pk=key).select_related("resource", "resource__point", "account").first()
    if found is None or not (found.pk in known or (account is not None and found.account_id == account.pk)):
        raise NotFound
    return found


def booking_by_code(*, number: str, code: str) -> Booking:
    """The way back with number and code. Raises NotFound."""
    typed = read_number(number)
    found = Booking.objects.filter(number=typed).exclude(claim_hash="").first() if typed else None
    if found is None or found.claim_hash != claim_hash(found.number, code):
        raise NotFound(_("No booking has this number and code. Look at the message or the paper again."))
    return found


def ahead_of(booking: Booking) -> int:
    """How many wait for the same time and came earlier."""
    return Booking.objects.filter(
        Q(asked_at__lt=booking.asked_at) | Q(asked_at=booking.asked_at, uuid__lt=booking.uuid),
        resource=booking.resource_id, status=BookingStatus.WAITING, starts__lt=booking.ends, ends__gt=booking.starts,
    ).count()  # fmt: skip


# --- staff


def kept_by(viewer: Viewer) -> list[Resource]:
    """The resources whose bookings these posts keep. One statement."""
    paths = [post.place.path for post in viewer.posts if post.role in KEEPERS]
    return [each for each in resources() if any(each.place.path.startswith(path) for path in paths)]


def kept_booking(key: UUID, by: Actor) -> Booking:
    """One booking for a post that keeps its resource. Raises NotFound."""
    found = Booking.objects.filter(pk=key).select_related("resource__place", "account", "entered_by", "decided_by")
    booking = found.first()
    if booking is None or booking.resource not in kept_by(Viewer(posts=(by.post,) if by.post else ())):
        raise NotFound
    return booking


@dataclass(frozen=True)
class WeekDay:
    """One day of the week page: its openings with what is booked in each, and why it is shut where it is."""

    day: date
    sessions: list["Session"]
    shut: str


@dataclass(frozen=True)
class Session:
    """One opening: what is held, how many wait, how many came. came: none where nobody has written it down."""

    span: Span
    bookings: list[Booking]
    waiting: int
    came: int | None
    begun: bool


def week_of(resource: Resource, monday: date, at: datetime) -> list[WeekDay]:
    """Seven days from a Monday on. Seven statements, however many bookings."""
    last = monday + 6 * DAY
    rules = rules_of(resource, monday, last)
    start, end = at_minute(monday, 0, rules.tz), at_minute(last + DAY, 0, rules.tz)
    within = Booking.objects.filter(resource=resource, starts__lt=end, ends__gt=start, status__in=OPEN)
    rows = sorted(within.select_related("entered_by"), key=lambda each: (each.starts, each.unit))
    came = dict(
        Attendance.objects.filter(resource=resource, starts__range=(start - DAY, end)).values_list("starts", "number")
    )
    shut = {each.day: each.because for each in Blackout.objects.filter(resource=resource, day__range=(monday, last))}
    by_day: dict[date, list[Session]] = defaultdict(list)
    for span in openings(rules, monday, last):
        day = span.start.astimezone(rules.tz).date()
        inside = [row for row in rows if span.start <= row.starts < span.end]
        by_day[day].append(
            Session(
                span, [row for row in inside if row.status in HOLDING],
                sum(1 for row in inside if row.status == BookingStatus.WAITING), came.get(span.start), span.start <= at,
            )
        )  # fmt: skip
    return [WeekDay(day, by_day[day], shut.get(day, "")) for day in (monday + n * DAY for n in range(7))]


def to_decide(kept: Sequence[Resource], at: datetime) -> list[Booking]:
    """What waits for a yes or a no, what begins first on top. One statement."""
    found = Booking.objects.filter(resource__in=[each.pk for each in kept], status=BookingStatus.ASKED, ends__gt=at)
    return list(found.select_related("resource").order_by("starts", "asked_at")[:100])


def waiting_for(resource: Resource, at: datetime) -> list[Booking]:
    """Who waits, in the order in which they came. One statement."""
    found = Booking.objects.filter(resource=resource, status=BookingStatus.WAITING, starts__gt=at)
    return list(found.order_by("asked_at", "uuid")[:100])


def busy(resource: Resource, first: datetime, last: datetime) -> list[Span]:
    """When a resource is held, for its calendar feed: times, nothing of anybody. One statement."""
    rows = Booking.objects.filter(
        resource=resource, status__in=(BookingStatus.BOOKED, BookingStatus.ASKED), starts__lt=last, ends__gt=first
    ).order_by("starts", "unit")
    return [Span(start, end) for start, end in rows.values_list("starts", "ends")]


def hours_of(resource: Resource) -> list[tuple[int, int, int]]:
    return list(resource.openings.order_by("weekday", "opens").values_list("weekday", "opens", "closes"))


def today(at: datetime) -> date:
    return at.astimezone(calendar().tz).date()
