"""A case: something about a place that somebody must put right."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.cases.enums import Flaw, Grade, Hotline, Publicity, Satisfaction, Share, Source
from linli.people.enums import Role
from linli.people.models import Account, Organisation, Post
from linli.places.models import Place
from linli.procedures.models import Procedure


class CaseClass(models.Model):
    """A class of case, as a row of the case standard (DOMAIN G7): when it is filed, who acts, when it is closed.

    The row holds the version in force; every version there was stands in `ClassVersion`.
    """

    code = models.SlugField(max_length=40, unique=True)
    version = models.PositiveIntegerField(default=1)
    standard_code = models.CharField(max_length=12, blank=True, help_text="major class of GB/T 30428 (standard.toml)")
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    icon = models.CharField(max_length=30, blank=True)
    filing = models.CharField(max_length=200)
    filing_en = models.CharField(max_length=200)
    closing = models.CharField(max_length=200)
    closing_en = models.CharField(max_length=200)
    next = models.CharField(max_length=200, blank=True, help_text="what happens next, for the resident")
    next_en = models.CharField(max_length=300, blank=True)
    elsewhere = models.CharField(max_length=200, blank=True, help_text="where else to turn, and what to do in danger")
    elsewhere_en = models.CharField(max_length=300, blank=True)
    danger = models.BooleanField(default=False, help_text="`elsewhere` is said before anything else is asked")
    grade = models.CharField(max_length=8, choices=Grade, default=Grade.ORDINARY, help_text="where no rule says more")
    basis = models.CharField(max_length=40, blank=True, help_text="lawbook id")
    publicity = models.CharField(max_length=8, choices=Publicity, default=Publicity.PUBLIC)
    photo_needed = models.BooleanField(default=True, help_text="the handler shows a photograph of the work done")
    before_needed = models.BooleanField(default=False, help_text="and one of how it was before")
    sealed = models.BooleanField(default=False)
    confirmed = models.BooleanField(default=False, help_text="the office has checked this demonstration data")
    order = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

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

    @property
    def photos_asked(self) -> int:
        """How many photographs the handler shows: of the work done, and of how it was before."""
        return self.photo_needed + (self.photo_needed and self.before_needed)

    @property
    def next_text(self) -> str:
        return self.next_en if _english() else self.next

    @property
    def elsewhere_text(self) -> str:
        return self.elsewhere_en if _english() else self.elsewhere


def _english() -> bool:
    return (get_language() or "").startswith("en")


class ClassLimit(models.Model):
    """A time limit that a class sets for one clock and grade, before local rules and the lawbook are asked."""

    klass = models.ForeignKey(CaseClass, models.CASCADE, related_name="limits")
    clock = models.CharField(max_length=40)
    grade = models.CharField(max_length=8, choices=Grade, default=Grade.ORDINARY)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["klass", "clock", "grade"], name="class_limit_once")]


class ClassVersion(models.Model):
    """A class as it stood from `at` on. A case that was filed under it keeps its limits and texts. Never changed.

    content: the values of `domain.versions.FIELDS`, and the limits as [clock, grade, amount, unit].
    """

    klass = models.ForeignKey(CaseClass, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    action = models.UUIDField(null=True, unique=True, help_text="the form that made it, so that it does so once")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["klass", "number"], name="class_version_once")]
        ordering = ["klass", "-number"]


class Responsibility(models.Model):
    """Who answers for a class at a place, or helps, from a day up to another, that one not included.

    The most particular place wins; an empty class stands for every class; empty days for always.
    """

    klass = models.ForeignKey(CaseClass, models.CASCADE, null=True, related_name="responsibilities")
    place = models.ForeignKey(Place, models.CASCADE)
    share = models.CharField(max_length=8, choices=Share, default=Share.LEAD)
    role = models.CharField(max_length=24, choices=Role)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True)
    why = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=40, blank=True, help_text="lawbook id")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["klass", "place", "role", "organisation", "since"],
                name="responsible_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gt=models.F("since")), name="responsible_some_days"
            ),
        ]


class RoutingRule(models.Model):
    """One version of a rule that says where a case goes, how urgent it is, or which limit of the hotline it has.

    Rows are never changed but for `until`: the one without it is the version in force, which works while `on`.
    conditions: see `engines.routing.Conditions`; at most one of role, organisation and post says where to.
    """

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    order = models.PositiveSmallIntegerField(default=0)
    on = models.BooleanField(default=False)
    conditions = models.JSONField(default=dict)
    role = models.CharField(max_length=24, choices=Role, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    grade = models.CharField(max_length=8, choices=Grade, blank=True)
    hotline = models.CharField(max_length=8, choices=Hotline, blank=True)
    note = models.CharField(max_length=120)
    note_en = models.CharField(max_length=160)
    advice = models.CharField(max_length=200, blank=True, help_text="said to whoever reports it, at once")
    advice_en = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=40, blank=True, help_text="lawbook id")
    author = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    action = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering = ["order", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="routing_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(until=None), name="routing_one_in_force"),
        ]

    @property
    def title(self) -> str:
        return self.note_en if _english() else self.note


class Case(models.Model):
    """The particulars of one case; its life is the procedure's."""

    procedure = models.OneToOneField(Procedure, models.PROTECT, primary_key=True, related_name="case")
    klass = models.ForeignKey(CaseClass, models.PROTECT, null=True, related_name="cases")
    standard = models.ForeignKey(
        ClassVersion, models.PROTECT, null=True, related_name="cases", help_text="the version it was filed under"
    )
    grade = models.CharField(max_length=8, choices=Grade, default=Grade.ORDINARY)
    hotline = models.CharField(max_length=8, choices=Hotline, blank=True, help_text="only from the hotline")
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
        # Lists that ask for the class alone need not read the text.
        indexes = [models.Index(fields=["procedure", "klass"], name="case_klass")]
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="satisfaction_grade"
            ),
            models.CheckConstraint(condition=~Q(parent=F("procedure")), name="case_is_not_its_own_parent"),
            models.CheckConstraint(condition=~Q(merged_into=F("procedure")), name="case_is_not_merged_into_itself"),
            models.CheckConstraint(condition=Q(hotline="") | Q(source=Source.HOTLINE), name="hotline_kind_of_hotline"),
        ]

    @property
    def uuid(self) -> UUID:
        return self.procedure_id


class TextMark(models.Model):
    """A mark of the words of a case without a place, so that one of nearly the same words is found. See likeness."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+", db_index=False)
    mark = models.BigIntegerField()
    day = models.IntegerField(help_text="on which it was opened, since 1970")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "mark"], name="text_mark_once")]
        indexes = [models.Index(fields=["mark", "day"], name="text_mark")]


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


from linli.cases.models_shift import Promise as Promise  # noqa: E402  models of this app, in a file of their own
from linli.cases.models_shift import ShiftHandover as ShiftHandover  # noqa: E402
from linli.cases.models_triage import TriageModel as TriageModel  # noqa: E402
from linli.cases.models_triage import TriageReading as TriageReading  # noqa: E402
