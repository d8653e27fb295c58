"""Rows of the hall's queue: counters, hours, appointments, tickets, waiting list. Changed by `domain.hall` alone."""

from datetime import UTC, datetime
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.people.models import Post
from linli.places.models import Place
from linli.services.enums import Skill

CODE = 64  # hex digits of the hash of a claim code
DAY_MINUTES = 24 * 60


class CounterStatus(models.TextChoices):
    CLOSED = "closed", pgettext_lazy("counter", "closed")
    OPEN = "open", pgettext_lazy("counter", "open")
    PAUSED = "paused", pgettext_lazy("counter", "on a break")


class AppointmentStatus(models.TextChoices):
    OFFERED = "offered", pgettext_lazy("appointment", "offered to you")
    BOOKED = "booked", pgettext_lazy("appointment", "booked")
    ARRIVED = "arrived", pgettext_lazy("appointment", "checked in")
    CANCELLED = "cancelled", pgettext_lazy("appointment", "cancelled")
    LAPSED = "lapsed", pgettext_lazy("appointment", "the offer has ended")
    MISSED = "missed", pgettext_lazy("appointment", "nobody came")


HOLDING = (AppointmentStatus.OFFERED, AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)  # these keep others out


class TicketStatus(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("ticket", "waiting")
    CALLED = "called", pgettext_lazy("ticket", "called")
    SERVING = "serving", pgettext_lazy("ticket", "at the counter")
    ON_HOLD = "on_hold", pgettext_lazy("ticket", "on hold")
    DONE = "done", pgettext_lazy("ticket", "done")
    NO_SHOW = "no_show", pgettext_lazy("ticket", "not there when called")
    CANCELLED = "cancelled", pgettext_lazy("ticket", "given back")


AT_COUNTER = (TicketStatus.CALLED, TicketStatus.SERVING)
ACTIVE = (*AT_COUNTER, TicketStatus.WAITING, TicketStatus.ON_HOLD)


class EntryStatus(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("waiting list", "on the waiting list")
    OFFERED = "offered", pgettext_lazy("waiting list", "a time is offered")
    TAKEN = "taken", pgettext_lazy("waiting list", "taken")
    LAPSED = "lapsed", pgettext_lazy("waiting list", "ended")
    WITHDRAWN = "withdrawn", pgettext_lazy("waiting list", "withdrawn")


class Whom(models.TextChoices):
    SELF = "self", _("for myself")
    MOTHER_FATHER = "parent", _("for my mother or father")
    OTHER = "other", _("for somebody else")


class Hall(models.Model):
    """A service hall and the figures of its rule.

    step: minutes of one seat.  walk_in_share: percent of the seats that nobody can book.  most: how many later
    arrivals may overtake one person.  grace: minutes between the first call and 'not there'.  late: minutes after its
    time by which an appointment still counts.  cut_off: minutes before its time until which it can be cancelled.
    offer: minutes for which a freed time is kept for one person of the waiting list.  ahead: days that can be booked.
    """

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    where = models.CharField(max_length=120, blank=True)
    where_en = models.CharField(max_length=120, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField(default=20)
    walk_in_share = models.PositiveSmallIntegerField(default=40)
    most = models.PositiveSmallIntegerField(default=3)
    grace = models.PositiveSmallIntegerField(default=3)
    late = models.PositiveSmallIntegerField(default=10)
    cut_off = models.PositiveSmallIntegerField(default=120)
    offer = models.PositiveSmallIntegerField(default=120)
    ahead = models.PositiveSmallIntegerField(default=30)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(step__gte=5, step__lte=120), name="hall_step"),
            models.CheckConstraint(condition=Q(walk_in_share__gte=0, walk_in_share__lte=100), name="hall_share"),
            models.CheckConstraint(condition=Q(most__gte=1, most__lte=20), name="hall_most"),
            models.CheckConstraint(condition=Q(ahead__gte=1, ahead__lte=90), name="hall_ahead"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if _english() else self.name

    @property
    def where_title(self) -> str:
        return self.where_en if _english() else self.where


class Line(models.Model):
    """What one queues for: a skill, the letter of its tickets, and the minutes it is planned with."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="lines")
    skill = models.CharField(max_length=12, choices=Skill)
    letter = models.CharField(max_length=1)
    minutes = models.PositiveSmallIntegerField()
    about = models.CharField(max_length=120, blank=True)
    about_en = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["letter"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "skill"], name="line_skill"),
            models.UniqueConstraint(fields=["hall", "letter"], name="line_letter"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=120), name="line_minutes"),
        ]

    @property
    def about_title(self) -> str:
        return self.about_en if _english() else self.about


class Counter(models.Model):
    """A counter. skills: codes of what is done at it.  low: can be reached sitting.  post: who is at it now."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="counters")
    number = models.PositiveSmallIntegerField()
    skills = models.JSONField(default=list)
    low = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=CounterStatus, default=CounterStatus.CLOSED)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "number"], name="counter_number"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=99), name="counter_number_range"),
            models.CheckConstraint(condition=Q(status__in=CounterStatus.values), name="counter_status"),
        ]


class OpeningHours(models.Model):
    """One opening of one weekday; minutes since midnight."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hall_hours_weekday"),
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes"), closes__lte=DAY_MINUTES), name="hall_hours_in_order"
            ),
            models.UniqueConstraint(fields=["hall", "weekday", "opens"], name="hall_hours_once"),
        ]


class ShutDay(models.Model):
    """A day on which the hall stays shut. Public holidays are in the calendar and need none."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="shut_days")
    day = models.DateField()
    reason = models.CharField(max_length=80)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["hall", "day"], name="shut_day_once")]


class Appointment(models.Model):
    """A seat that somebody holds: one counter from one minute (since 1970, UTC) on.

    Who it is for is never written down: only whether it is for oneself or somebody else. need: whoever comes is to be
    called first, for a reason that nobody writes down either.  offer_until: for an offer to the waiting list.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="appointments")
    counter = models.ForeignKey(Counter, models.PROTECT, related_name="+")
    minute = models.PositiveIntegerField()
    skill = models.CharField(max_length=12, choices=Skill)
    item = models.ForeignKey("services.Item", models.PROTECT, null=True, related_name="+")
    whom = models.CharField(max_length=8, choices=Whom, default=Whom.SELF)
    need = models.BooleanField(default=False)
    contact_sealed = models.BinaryField(null=True)
    status = models.CharField(max_length=10, choices=AppointmentStatus, default=AppointmentStatus.BOOKED)
    code_hash = models.CharField(max_length=CODE, unique=True, null=True)
    action = models.UUIDField(unique=True)
    entered_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    offer_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["minute", "counter"]
        constraints = [
            models.UniqueConstraint(
                fields=["counter", "minute"], condition=Q(status__in=HOLDING), name="appointment_seat_once"
            ),
            models.CheckConstraint(condition=Q(status__in=AppointmentStatus.values), name="appointment_status"),
            models.CheckConstraint(condition=Q(whom__in=Whom.values), name="appointment_whom"),
            models.CheckConstraint(
                condition=~Q(status=AppointmentStatus.OFFERED) | Q(offer_until__isnull=False), name="appointment_offer"
            ),
        ]
        indexes = [models.Index(fields=["hall", "minute"], name="appointment_minute")]

    @property
    def starts_at(self) -> datetime:
        return datetime.fromtimestamp(self.minute * 60, UTC)


class HallDay(models.Model):
    """A day of a hall. `version` is raised by whatever happens in its queue, in the same transaction: whoever changes
    the queue waits there for whoever else does, and the display sees by it that something is new."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    day = models.DateField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hall", "day"], name="hall_day_once")]


class Ticket(models.Model):
    """A place in the queue of one day. Its number counts within the day and says nothing of anybody.

    place_at: the instant by which it stands in line.  only: the counter it was passed on to.  overtaken: by how many
    who came later.  calls: how often it was called.  served_seconds: at counters so far, without the time on hold.
    """

    day = models.ForeignKey(HallDay, models.CASCADE, related_name="tickets")
    letter = models.CharField(max_length=1)
    number = models.PositiveSmallIntegerField()
    skill = models.CharField(max_length=12, choices=Skill)
    item = models.ForeignKey("services.Item", models.PROTECT, null=True, related_name="+")
    appointment = models.OneToOneField(Appointment, models.SET_NULL, null=True, related_name="ticket")
    timed = models.BooleanField(default=False, help_text="by an appointment that was kept")
    need = models.BooleanField(default=False)
    place_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=TicketStatus, default=TicketStatus.WAITING)
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, related_name="tickets")
    only = models.ForeignKey(Counter, models.PROTECT, null=True, related_name="+")
    overtaken = models.PositiveSmallIntegerField(default=0)
    calls = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    last_called_at = models.DateTimeField(null=True)
    serving_since = models.DateTimeField(null=True)
    served_seconds = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    code_hash = models.CharField(max_length=CODE, unique=True, null=True)
    action = models.UUIDField(unique=True)

    class Meta:
        ordering = ["place_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["day", "letter", "number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["counter"], condition=Q(status__in=AT_COUNTER), name="ticket_one_at_a_counter"
            ),
            models.CheckConstraint(condition=Q(status__in=TicketStatus.values), name="ticket_status"),
            models.CheckConstraint(
                condition=~Q(status__in=AT_COUNTER) | Q(counter__isnull=False, called_at__isnull=False),
                name="ticket_at_counter",
            ),
            models.CheckConstraint(
                condition=~Q(status=TicketStatus.SERVING) | Q(serving_since__isnull=False), name="ticket_serving"
            ),
        ]
        indexes = [
            models.Index(fields=["day", "status"], name="ticket_day_status"),
            models.Index(fields=["skill", "-ended_at"], name="ticket_skill_ended"),
        ]

    @property
    def shown(self) -> str:
        """A012."""
        return f"{self.letter}{self.number:03}"


class WaitingListEntry(models.Model):
    """Somebody who takes a time of these days if one becomes free."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="waiting_list")
    skill = models.CharField(max_length=12, choices=Skill)
    item = models.ForeignKey("services.Item", models.PROTECT, null=True, related_name="+")
    whom = models.CharField(max_length=8, choices=Whom, default=Whom.SELF)
    need = models.BooleanField(default=False)
    first = models.DateField()
    last = models.DateField()
    contact_sealed = models.BinaryField(null=True)
    status = models.CharField(max_length=10, choices=EntryStatus, default=EntryStatus.WAITING)
    appointment = models.OneToOneField(Appointment, models.SET_NULL, null=True, related_name="entry")
    code_hash = models.CharField(max_length=CODE, unique=True)
    action = models.UUIDField(unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=EntryStatus.values), name="waiting_list_status"),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="waiting_list_days"),
            models.CheckConstraint(
                condition=~Q(status=EntryStatus.OFFERED) | Q(appointment__isnull=False), name="waiting_list_offer"
            ),
        ]
        indexes = [models.Index(fields=["hall", "status", "made_at"], name="waiting_list_line")]


def _english() -> bool:
    return (get_language() or "").startswith("en")
