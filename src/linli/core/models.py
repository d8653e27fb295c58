"""What every app needs and none owns: jobs, outbox, files, deliveries, the view log and the installation itself.

Rows that belong to a procedure carry its uuid and no foreign key: core knows nothing of procedures.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy


class Installation(models.Model):
    """The one row that says which office this database serves, and whether it is a demonstration."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    uuid = models.UUIDField(default=uuid4, editable=False)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    root_path = models.CharField(max_length=80, blank=True, help_text="the place whose subtree this office governs")
    demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_installation")]


class Watch(models.Model):
    """The state of a part of the database that processes keep in memory (`core.kept`), by a token.

    A random token, not a number: a change that was rolled back and another in its place never look the same.
    """

    name = models.CharField(max_length=30, primary_key=True)
    token = models.UUIDField()


class Job(models.Model):
    """Work to be done later, once. `run_at` is when it is due and, while somebody works on it, their lease."""

    name = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    run_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    unique = models.CharField(max_length=120, blank=True, help_text="at most one open job has this key")
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    dropped_because = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["run_at", "id"], condition=Q(done_at=None, dead_at=None), name="job_due"),
            models.Index(fields=["-id"], condition=Q(done_at=None, dead_at__isnull=False), name="job_dead"),
            models.Index(fields=["done_at"], name="job_done"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unique"], condition=Q(done_at=None, dead_at=None) & ~Q(unique=""), name="job_once"
            )
        ]


class Schedule(models.Model):
    """When a periodic job is due next. One row for each name registered in code."""

    name = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()


class Outbox(models.Model):
    """A typed message written in the transaction of what it tells of. Read in the order (xid, id) by name."""

    xid = models.BigIntegerField(default=0, help_text="PostgreSQL's transaction number; 0 on SQLite")
    topic = models.CharField(max_length=60)
    procedure = models.UUIDField(null=True)
    body = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["xid", "id"], name="outbox_order"),
            models.Index(fields=["at"], name="outbox_at"),
        ]


class Consumer(models.Model):
    """How far a reader of the outbox has come, and how often it failed on the message after that."""

    name = models.CharField(max_length=60, primary_key=True)
    xid = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)


class SearchRow(models.Model):
    """That a procedure can be found by its unsealed text. The index itself is each database's own (core.search)."""

    uuid = models.UUIDField(unique=True)


class File(models.Model):
    """A stored file. Bytes live under the data folder by `uuid`; pictures are re-encoded without their metadata."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    procedure = models.UUIDField(null=True, db_index=True)
    audience = models.CharField(max_length=8, default="staff")
    sealed = models.BooleanField(default=False, help_text="its bytes are sealed on the disk")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    purged_at = models.DateTimeField(null=True)


class Delivery(models.Model):
    """One message to one person: what is sent, by which channel, and what became of it."""

    class Channel(models.TextChoices):
        MAIL = "mail", pgettext_lazy("delivery", "mail")
        SMS = "sms", pgettext_lazy("delivery", "text message")
        PUSH = "push", pgettext_lazy("delivery", "push message")

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "waiting")
        SENT = "sent", pgettext_lazy("delivery", "sent")
        DROPPED = "dropped", pgettext_lazy("delivery", "no longer wanted")
        FAILED = "failed", pgettext_lazy("delivery", "failed")

    channel = models.CharField(max_length=4, choices=Channel)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    to_sealed = models.BinaryField(help_text="the address, sealed")
    subject = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    secret_sealed = models.BinaryField(null=True, help_text="a code that stands for {secret} until it is sent")
    wanted_if = models.CharField(max_length=60, blank=True, help_text="the check that is asked again when it is sent")
    procedure = models.UUIDField(null=True, db_index=True)
    key = models.CharField(max_length=120, unique=True, help_text="what makes sending it twice one delivery")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "sent", "dropped", "failed"]), name="delivery_status"
            )
        ]


class PushSubscription(models.Model):
    """A browser that asked to be told. The endpoint is an address, so it is sealed."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()


class PushWishes(models.Model):
    """What somebody wants to be told by push. Without a row: everything, and nothing at night."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    work = models.BooleanField(default=True, help_text="new work for a post")
    overdue = models.BooleanField(default=True, help_text="a clock of a post's work is missed")
    quiet = models.BooleanField(default=True, help_text="a resident hears nothing between 21:00 and 8:00")


class ViewLog(models.Model):
    """Who opened whose sealed field, when and why. The person concerned can read it."""

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post_title = models.CharField(max_length=120, blank=True)
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    procedure = models.UUIDField(null=True, db_index=True)
    field = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "-id"], name="viewlog_subject")]


class DataRequest(models.Model):
    """That a person asked to have data corrected or deleted, and what became of it, with the reason of a refusal."""

    class Kind(models.TextChoices):
        CORRECT = "correct", pgettext_lazy("wish", "correct")
        ERASE = "erase", pgettext_lazy("wish", "delete")

    class Outcome(models.TextChoices):
        DONE = "done", pgettext_lazy("wish", "done")
        REFUSED = "refused", pgettext_lazy("wish", "refused")

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="data_requests")
    kind = models.CharField(max_length=8, choices=Kind)
    part = models.CharField(max_length=60)
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(outcome="done") | ~Q(reason=""), name="refusal_has_reason")]


class ImpactAssessment(models.Model):
    """An assessment of what a processing of personal data risks. Kept three years (PIPL art. 55–56)."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("assessment", "draft")
        IN_FORCE = "in_force", pgettext_lazy("assessment", "in force")
        WITHDRAWN = "withdrawn", pgettext_lazy("assessment", "withdrawn")

    title = models.CharField(max_length=120)
    purpose = models.TextField()
    necessity = models.TextField()
    risks = models.TextField()
    measures = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    assessed_on = models.DateField()
    review_on = models.DateField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")


class TriesHour(models.Model):
    """The salt of the hour in which tries are counted; it goes with the hour, and what was counted with it."""

    hour = models.BigIntegerField(primary_key=True, help_text="hours since 1970")
    salt = models.BinaryField()


class Tries(models.Model):
    """How often somebody tried something in a window of time (core.limits). `name` is a hash under the hour's key."""

    name = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends = models.FloatField(help_text="seconds since 1970")
