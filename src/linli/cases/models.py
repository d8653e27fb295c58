"""A case: something about a place that somebody must put right."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.cases.enums import Flaw, Publicity, Satisfaction, Source
from linli.people.enums import Role
from linli.people.models import Account, Organisation, Post
from linli.places.models import Place
from linli.procedures.models import Procedure


class CaseClass(models.Model):
    """A class of case, as a row of the case standard (DOMAIN G7): when it is filed, who acts, when it is closed."""

    code = models.SlugField(max_length=40, unique=True)
    standard_code = models.CharField(max_length=12, blank=True, help_text="major class of GB/T 30428, where known")
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    icon = models.CharField(max_length=30, blank=True)
    filing = models.CharField(max_length=200)
    filing_en = models.CharField(max_length=200)
    closing = models.CharField(max_length=200)
    closing_en = models.CharField(max_length=200)
    basis = models.CharField(max_length=40, blank=True, help_text="lawbook id")
    publicity = models.CharField(max_length=8, choices=Publicity, default=Publicity.PUBLIC)
    photo_needed = models.BooleanField(default=True, help_text="the handler shows a photograph of the work done")
    sealed = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if _english() else self.name

    @property
    def filing_text(self) -> str:
        return self.filing_en if _english() else self.filing

    @property
    def closing_text(self) -> str:
        return self.closing_en if _english() else self.closing


def _english() -> bool:
    return (get_language() or "").startswith("en")


class ClassLimit(models.Model):
    """A time limit that a class sets for one clock, before local rules and the lawbook are asked."""

    klass = models.ForeignKey(CaseClass, models.CASCADE, related_name="limits")
    clock = models.CharField(max_length=40)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["klass", "clock"], name="class_limit_once")]


class Responsibility(models.Model):
    """Who answers for a class at a place. The most particular place wins; an empty class stands for every class."""

    klass = models.ForeignKey(CaseClass, models.CASCADE, null=True, related_name="responsibilities")
    place = models.ForeignKey(Place, models.CASCADE)
    role = models.CharField(max_length=24, choices=Role)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["klass", "place", "role", "organisation"], name="responsible_once", nulls_distinct=False
            )
        ]


class Case(models.Model):
    """The particulars of one case; its life is the procedure's."""

    procedure = models.OneToOneField(Procedure, models.PROTECT, primary_key=True, related_name="case")
    klass = models.ForeignKey(CaseClass, models.PROTECT, null=True, related_name="cases")
    source = models.CharField(max_length=14, choices=Source)
    text = models.TextField(max_length=4000)
    where = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    outside = models.BooleanField(default=False, help_text="the point lies outside the area; a person must place it")
    released = models.BooleanField(default=False, help_text="staff released text and photographs to the public")
    proposed = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="+")
    proposed_why = models.JSONField(default=dict, help_text="facts; told in words by domain.routing.why_text")
    answer = models.TextField(max_length=2000, blank=True)
    satisfaction = models.PositiveSmallIntegerField(choices=Satisfaction, null=True)
    rated_at = models.DateTimeField(null=True)
    reworks = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    hops = models.PositiveSmallIntegerField(default=0, help_text="how often somebody said that it is not theirs")
    asked_at = models.DateTimeField(null=True, help_text="since when the reporter owes an answer")
    supervised_at = models.DateTimeField(null=True, help_text="since when the handler owes a report from above")
    deferred_until = models.DateField(null=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    supporters = models.PositiveIntegerField(default=0, help_text="others who said: this one too")
    import_key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="satisfaction_grade"
            ),
            models.CheckConstraint(condition=~Q(parent=F("procedure")), name="case_is_not_its_own_parent"),
            models.CheckConstraint(condition=~Q(merged_into=F("procedure")), name="case_is_not_merged_into_itself"),
        ]

    @property
    def uuid(self) -> UUID:
        return self.procedure_id


class ImportRun(models.Model):
    """One reading of a file of messages: how far it came, and which rows it could not take.

    `position` is the line up to which the file was read; `rows` counts those read, `total` those there are.
    """

    class Status(models.TextChoices):
        PREVIEW = "preview", _("not started")
        RUNNING = "running", _("being read")
        DONE = "done", _("done")
        FAILED = "failed", _("not taken")

    class Mode(models.TextChoices):
        HISTORY = "history", _("Past messages")
        LIVE = "live", _("Received now")
        REPLAY = "replay", _("Played again")

    class Error(models.TextChoices):
        BAD_ROWS = "bad-rows", _("Some rows are bad, so nothing was taken. Correct them and send the file again.")
        DAMAGED = "damaged", _("The file is damaged from there on. Save it again, or as CSV, and send it again.")
        GIVEN_UP = "given-up", _("It stood still for a month. Send the file again: what was taken stays one case.")

    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField(default=dict, help_text="columns, zone, datum and source, and the file's heading")
    mode = models.CharField(max_length=8, choices=Mode)
    all_or_none = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.PREVIEW)
    total = models.PositiveIntegerField(null=True)
    rows = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    started_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=12, choices=Error, blank=True)


class ImportRow(models.Model):
    """A row that could not be taken, and why. `raw` is the row as a list in JSON, until the run is a month old."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="bad_rows")
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=20, choices=Flaw)
    about = models.CharField(max_length=40, blank=True)
    raw = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="bad_row_once")]
