"""Service points and what happens there: content that everybody reads. Nothing of a person."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.places.models import Place


class PointKind(models.TextChoices):
    HUB = "hub", _("neighbourhood hub")
    HALL = "hall", _("service hall")
    CLINIC = "clinic", _("health point")
    MEALS = "meals", _("meals")
    CARE = "care", _("day care")
    MARKET = "market", _("market")
    REPAIRS = "repairs", _("repairs")
    LEGAL = "legal", _("legal help")
    OTHER = "other", _("other")


class HappeningKind(models.TextChoices):
    DOCTOR = "doctor", _("doctor's day")
    MARKET = "market", _("market day")
    COURSE = "course", _("course")
    MEETING = "meeting", _("get-together")
    ADVICE = "advice", _("advice")


def either(zh: str, en: str) -> str:
    """The English name where there is one and English is read."""
    return en if en and (get_language() or "").startswith("en") else zh


class ServicePoint(models.Model):
    """A place of everyday services. `lon` and `lat`: WGS-84 degrees, both or neither."""

    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=PointKind)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    address = models.CharField(max_length=120, blank=True)
    address_en = models.CharField(max_length=160, blank=True)
    telephone = models.CharField(max_length=30, blank=True, help_text="of the point, never a person's own")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    step_free = models.BooleanField(default=True)
    keeps_holidays = models.BooleanField(default=True, help_text="closed on public holidays")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PointKind.values), name="point_kind"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="point_position",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return either(self.name, self.name_en)

    @property
    def about_text(self) -> str:
        return either(self.about, self.about_en)

    @property
    def where(self) -> str:
        return either(self.address, self.address_en)


class PointHours(models.Model):
    """Each week on this day a point is open, in minutes since midnight, at most until 24:00."""

    point = models.ForeignKey(ServicePoint, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday")
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, closes__lte=24 * 60, opens__lt=F("closes")), name="hours_in_a_day"
            ),
            models.UniqueConstraint(fields=["point", "weekday", "opens"], name="hours_once"),
        ]


class PointClosure(models.Model):
    """A day on which a point stays shut, and why."""

    point = models.ForeignKey(ServicePoint, models.CASCADE, related_name="closures")
    day = models.DateField()
    why = models.CharField(max_length=80)
    why_en = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "day"], name="closure_once")]

    @property
    def because(self) -> str:
        return either(self.why, self.why_en)


class Happening(models.Model):
    """One line of the programme: every week on a day, from `first` on and until `last` where that is known.

    What can be booked (doctor's sessions, market stalls) is in the programme by itself; this is for all else.
    """

    code = models.SlugField(max_length=40, unique=True)
    point = models.ForeignKey(ServicePoint, models.CASCADE, related_name="happenings")
    kind = models.CharField(max_length=10, choices=HappeningKind)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday")
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()
    first = models.DateField()
    last = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, closes__lte=24 * 60, opens__lt=F("closes")), name="happening_in_a_day"
            ),
            models.CheckConstraint(condition=Q(kind__in=HappeningKind.values), name="happening_kind"),
        ]

    @property
    def title(self) -> str:
        return either(self.name, self.name_en)
