"""What can be booked, when it is open, and who has booked it: plain rows, changed by `domain/booking.py` alone."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.catalogue import personal
from linli.people.models import Account, Post
from linli.places.models import Place
from linli.services.models_points import ServicePoint, either

DAY_END = 24 * 60  # minutes: an opening may last until midnight


class ResourceKind(models.TextChoices):
    ROOM = "room", _("room")
    CLINIC = "clinic", _("doctor's session")
    DAY_CARE = "day_care", _("day care")
    STALL = "stall", _("market stall")
    TOOL = "tool", _("tool to borrow")


class BookingStatus(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("booking", "on the waiting list")
    OFFERED = "offered", pgettext_lazy("booking", "a place is offered")
    ASKED = "asked", pgettext_lazy("booking", "to be approved")
    BOOKED = "booked", pgettext_lazy("booking", "booked")
    REFUSED = "refused", pgettext_lazy("booking", "refused")
    CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled")
    LAPSED = "lapsed", pgettext_lazy("booking", "lapsed")


HOLDING = (BookingStatus.OFFERED, BookingStatus.ASKED, BookingStatus.BOOKED)  # these keep others out
OPEN = (*HOLDING, BookingStatus.WAITING)


class Resource(models.Model):
    """Something that one party at a time can have, in as many pieces as `units` says.

    Minutes, all of them, but for `ahead_days`. `whole`: only whole openings are booked (a day of day care, a market
    day). `overnight`: it may be away while the place is closed (lending); only its begin and end lie in open hours.
    `taken` is raised by every change of its bookings, in their transaction: rivals wait for each other there.
    """

    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=ResourceKind)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", help_text="posts above it keep the bookings")
    point = models.ForeignKey(ServicePoint, models.PROTECT, null=True, related_name="resources")
    units = models.PositiveSmallIntegerField(default=1)
    step = models.PositiveSmallIntegerField(default=30, help_text="bookings begin every so many minutes")
    shortest = models.PositiveIntegerField(default=30)
    longest = models.PositiveIntegerField(default=120)
    whole = models.BooleanField(default=False)
    overnight = models.BooleanField(default=False)
    buffer_before = models.PositiveSmallIntegerField(default=0)
    buffer_after = models.PositiveSmallIntegerField(default=0)
    notice = models.PositiveIntegerField(default=0, help_text="booked at least so many minutes before")
    ahead_days = models.PositiveSmallIntegerField(default=28)
    per_person = models.PositiveSmallIntegerField(default=2, help_text="open bookings of one person; 0: no limit")
    approval = models.BooleanField(default=False)
    cut_off = models.PositiveIntegerField(default=24 * 60, help_text="cancelled until so many minutes before")
    offer_for = models.PositiveIntegerField(default=12 * 60, help_text="an offered place is kept so long")
    keeps_holidays = models.BooleanField(default=True, help_text="closed on public holidays")
    asks_what_for = models.BooleanField(default=False)
    counts = models.BooleanField(default=False, help_text="how many came is written down, as a number")
    version = models.PositiveIntegerField(default=1)
    taken = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ResourceKind.values), name="resource_kind"),
            models.CheckConstraint(condition=Q(units__gte=1, step__gte=5), name="resource_units"),
            models.CheckConstraint(condition=Q(shortest__gte=1, longest__gte=F("shortest")), name="resource_lengths"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return either(self.name, self.name_en)

    @property
    def about_text(self) -> str:
        return either(self.about, self.about_en)


class Opening(models.Model):
    """Each week on this day a resource is open from `opens` to `closes`, minutes since midnight, at most 24:00."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="openings")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday")
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, closes__lte=DAY_END, opens__lt=F("closes")), name="opening_in_a_day"
            ),
            models.UniqueConstraint(fields=["resource", "weekday", "opens"], name="opening_once"),
        ]


class Blackout(models.Model):
    """A day on which a resource is not to be had, and why, for everybody to read."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="blackouts")
    day = models.DateField()
    why = models.CharField(max_length=80)
    why_en = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "day"], name="blackout_once")]

    @property
    def because(self) -> str:
        return either(self.why, self.why_en)


class Booking(models.Model):
    """Somebody has, asks for, or waits for a piece of a resource from `starts` to `ends`.

    `holds_from` to `holds_until` is what it keeps others out of: the use itself and the buffers of the rules under
    which it was made. `unit` is 0 while it only waits. `who` is a keyed hash that finds the same person's other
    bookings; it goes, with all else of the person, when the booking is forgotten.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=9, unique=True)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="bookings")
    unit = models.PositiveSmallIntegerField(default=0)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    holds_from = models.DateTimeField()
    holds_until = models.DateTimeField()
    status = models.CharField(max_length=10, choices=BookingStatus)
    version = models.PositiveIntegerField(default=1)
    action = models.UUIDField(unique=True)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    called = personal(models.CharField(max_length=40, blank=True, help_text="how to call the person"))
    what_for = personal(models.CharField(max_length=200, blank=True))
    contact_sealed = models.BinaryField(null=True)
    claim_hash = models.CharField(max_length=64, blank=True)
    who = personal(models.CharField(max_length=64, blank=True, db_index=True))
    entered_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    reason = personal(models.CharField(max_length=300, blank=True))
    offer_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=BookingStatus.values), name="booking_status"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts"), holds_from__lte=F("starts"), holds_until__gte=F("ends")),
                name="booking_ends_later",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", unit=0) | ~Q(status="waiting"), name="booking_waits_without"
            ),
            models.UniqueConstraint(
                fields=["resource", "unit", "starts"], condition=Q(status__in=HOLDING), name="booked_once"
            ),
        ]
        indexes = [
            models.Index(fields=["resource", "holds_until"], condition=Q(status__in=HOLDING), name="booking_holds"),
            models.Index(fields=["resource", "asked_at"], condition=Q(status="waiting"), name="booking_waits"),
            models.Index(fields=["offer_until"], condition=Q(status="offered"), name="booking_offers"),
        ]

    @property
    def state_words(self) -> str:
        return str(BookingStatus(self.status).label)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class Attendance(models.Model):
    """How many came to one session. A number, nothing of anybody."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="attendance")
    starts = models.DateTimeField()
    number = models.PositiveSmallIntegerField()
    entered_by = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "starts"], name="attendance_once")]
