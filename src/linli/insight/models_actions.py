"""Dated actions whose effect is asked for, and the monthly reports that tell of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.people.models import Account, Post
from linli.places.models import Place

TITLE, TEXT = 80, 400


class Counted(models.TextChoices):
    """What an action is held to."""

    CASES = "cases", _("reports of a class")
    ALARMS = "alarms", _("alarms of a rule")
    INDICATOR = "indicator", _("an indicator")


class Action(models.Model):
    """Something that was done on a day, and what it should change, written down before anybody looks at the numbers.

    It cannot be changed, only withdrawn with a reason and written down anew: who could move the day or choose another
    count afterwards would find an effect of anything. code: of a class (empty for every class), of a rule, or of an
    indicator.
    """

    key = models.UUIDField(unique=True)
    title = models.CharField(max_length=TITLE)
    title_en = models.CharField(max_length=TITLE, blank=True)
    done = models.CharField(max_length=TEXT, blank=True, help_text="what was done, in Chinese")
    done_en = models.CharField(max_length=TEXT, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", help_text="where it was done")
    estates = models.ManyToManyField(Place, related_name="+", help_text="the estates that it reaches")
    day = models.DateField(help_text="the first day on which it could work")
    counted = models.CharField(max_length=10, choices=Counted)
    code = models.CharField(max_length=60, blank=True)
    rises = models.BooleanField(default=False, help_text="the count should rise, not fall")
    registered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_because=""), name="action_withdrawn_because"
            )
        ]

    @property
    def name(self) -> str:
        return self.title_en if self.title_en and _is_english() else self.title

    @property
    def story(self) -> str:
        return self.done_en if self.done_en and _is_english() else self.done

    @property
    def was_late(self) -> bool:
        """It was written down more than a month after its day."""
        return (self.registered_at.date() - self.day).days > 31


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


class Report(models.Model):
    """One version of the report of a month: its numbers as they were when it was made, and never again.

    office and public hold numbers and codes, no words; the words are made when it is read, in the reader's language.
    """

    month = models.DateField(help_text="its first day")
    version = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    office = models.JSONField()
    public = models.JSONField()

    class Meta:
        ordering = ["-month", "-version"]
        constraints = [models.UniqueConstraint(fields=["month", "version"], name="report_version")]


class ReportFile(models.Model):
    """A file of a report, as it was made with it."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="files")
    public = models.BooleanField()
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=4)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "public", "language", "kind"], name="report_file_once")
        ]
