"""What indicators keep: later versions of a definition, figures from outside, daily looks, and the yearly reviews."""

from django.db import models
from django.db.models import F, Q

from linli.core.fields import PathField
from linli.insight.enums import Kept, Origin, Outcome, Telling
from linli.people.enums import Role
from linli.people.models import Account, Post
from linli.procedures.models import Procedure

PLACE_LENGTH = 20  # down to the estate; nothing is kept of a building


class IndicatorVersion(models.Model):
    """A definition as it stands from `since` on, written here. The delivered one is version 1 and stands in the code.

    code: of a delivered indicator, or a new one whose figures come from outside.  content: the words that differ from
    the delivered ones, by field and language.  Rows are never changed.
    """

    code = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()
    since = models.DateField()
    content = models.JSONField()
    owner = models.CharField(max_length=24, choices=Role)
    reason = models.CharField(max_length=200)
    author = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="indicator_version_once"),
            models.CheckConstraint(condition=Q(owner__in=Role.values), name="indicator_owner"),
        ]


class OutsideValue(models.Model):
    """One figure that Linli did not compute: from an office's own books, or reported in a publication.

    telling: the level of the period, or the change against a year before.  number: a count, a share of 1, or minutes;
    of a change, the share by which it rose (below nought: fell).  above, n: what it stands on, where the source says.
    place: the path it is of.  A correction makes a new row and closes the old one, which is kept.
    """

    code = models.SlugField(max_length=40)
    origin = models.CharField(max_length=8, choices=Origin)
    telling = models.CharField(max_length=6, choices=Telling, default=Telling.LEVEL)
    place = PathField(max_length=PLACE_LENGTH)
    first = models.DateField()
    last = models.DateField()
    number = models.FloatField()
    at_least = models.BooleanField(default=False, help_text="the source says: more than")
    above = models.PositiveIntegerField(null=True)
    n = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=200)
    source_url = models.URLField(max_length=300, blank=True)
    source_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    demo = models.BooleanField(default=False, help_text="made up for the demonstration")
    status = models.CharField(max_length=9, choices=Kept, default=Kept.IN_FORCE)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField(max_length=200, blank=True, help_text="why it replaces or was withdrawn")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    action = models.UUIDField(null=True, unique=True, help_text="the form that made it, so that it does so once")

    class Meta:
        ordering = ["code", "first", "last", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "origin", "telling", "place", "first", "last"],
                condition=Q(status=Kept.IN_FORCE),
                name="one_value_in_force",
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="outside_value_days"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="outside_value_origin"),
            models.CheckConstraint(condition=Q(status__in=Kept.values), name="outside_value_status"),
            models.CheckConstraint(
                condition=Q(above=None) | Q(n=None) | Q(n__gte=F("above")), name="outside_value_part_of_n"
            ),
        ]

    @property
    def is_reported(self) -> bool:
        return self.origin == Origin.REPORTED


class DailyCount(models.Model):
    """What is counted by looking, not by rows that stay: the sums over the looks of one day, by estate.

    above, n: of devices seen at each look, those that were as they should be, and all.
    """

    code = models.SlugField(max_length=40)
    day = models.DateField()
    place = PathField(max_length=PLACE_LENGTH)
    above = models.PositiveIntegerField(default=0)
    n = models.PositiveIntegerField(default=0)
    looks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "day", "place"], name="daily_count_once"),
            models.CheckConstraint(condition=Q(n__gte=F("above")), name="daily_count_part_of_n"),
        ]


class Review(models.Model):
    """The yearly look at one mechanism: is it worth keeping, what changes, or does it end."""

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="review")
    mechanism = models.SlugField(max_length=40)
    year = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    text = models.TextField(blank=True, help_text="the conclusion in words; it is about the mechanism, never a person")
    next_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mechanism", "year"], name="review_once_a_year"),
            models.CheckConstraint(condition=Q(outcome="") | Q(outcome__in=Outcome.values), name="review_outcome"),
        ]
