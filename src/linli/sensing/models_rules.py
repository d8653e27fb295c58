"""Rules at work, the alerts they give, the calls on duty phones, and what was found there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from linli.cases.models import Case
from linli.core.fields import PathField
from linli.people.models import Account, Post
from linli.places.models import Place
from linli.sensing.enums import Grade, RuleStatus, Verdict


class Rule(models.Model):
    """The lineage of a rule: it stays the same through all versions.

    floor: the share of judged alerts that must be true, in percent; below it the owner is asked to look.
    """

    code = models.SlugField(max_length=40, unique=True)
    owner = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    floor = models.PositiveSmallIntegerField(default=50)
    review_on = models.DateField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="since when its owner is asked to look at it")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.code


class RuleVersion(models.Model):
    """One version of a rule, never changed but for its status and `until`.

    content: titles, explanations, basis, recipients, deadline and the pattern (`sensing.domain.rulebook`).
    semantic: raised only where select, key or pattern differ from the version before.
    """

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    semantic = models.PositiveIntegerField(default=1)
    content = models.JSONField()
    status = models.CharField(max_length=8, choices=RuleStatus, default=RuleStatus.DRAFT)
    reason = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    action = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering = ["rule", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once"),
            models.UniqueConstraint(fields=["rule"], condition=Q(status=RuleStatus.LIVE), name="one_live_version"),
            models.UniqueConstraint(fields=["rule"], condition=Q(status=RuleStatus.DRY), name="one_dry_version"),
            models.CheckConstraint(condition=Q(status__in=RuleStatus.values), name="rule_status"),
        ]

    @property
    def title(self) -> str:
        english = (get_language() or "").startswith("en")
        return str(self.content.get("title_en" if english else "title") or self.content.get("title", self.rule.code))


class Episode(models.Model):
    """One trouble at one key, from the first alert until it was quiet again. All its alerts join one case."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="episodes")
    key = models.CharField(max_length=80)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    place_path = PathField(max_length=40, blank=True)
    device = models.ForeignKey("Device", models.PROTECT, null=True, related_name="episodes")
    grade = models.CharField(max_length=8, choices=Grade)
    opened_at = models.DateTimeField(help_text="event time of the first alert")
    last_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    alerts_count = models.PositiveIntegerField(default=1)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="episode")
    care = models.BooleanField(default=False)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "key"], condition=Q(cleared_at=None), name="one_open_episode")
        ]
        indexes = [models.Index(fields=["place_path", "-opened_at"], name="episode_place")]


class Alert(models.Model):
    """An alert: its id is the hash of installation, rule, semantic version, key and completing event time.

    evidence: the readings that led there, as [time in ms, value], at most 60; empty for the care check.
    """

    id = models.CharField(max_length=32, primary_key=True)
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="alerts")
    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="alerts")
    episode = models.ForeignKey(Episode, models.CASCADE, null=True, related_name="alerts", help_text="none when dry")
    key = models.CharField(max_length=80)
    device = models.ForeignKey("Device", models.PROTECT, null=True, related_name="alerts")
    place_path = PathField(max_length=40, blank=True)
    grade = models.CharField(max_length=8, choices=Grade)
    at = models.DateTimeField(help_text="event time")
    recorded = models.DateTimeField()
    late = models.BooleanField(default=False)
    dry = models.BooleanField(default=False)
    evidence = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "id"]
        indexes = [
            models.Index(fields=["rule", "-at"], name="alert_rule_at"),
            models.Index(fields=["place_path", "-at"], name="alert_place_at"),
        ]


class Call(models.Model):
    """A call to a duty phone: who was called when, until when they answer, and when they did.

    level: 0 the first post, then up the ladder. A call that nobody answers in time makes the next one.
    """

    episode = models.ForeignKey(Episode, models.CASCADE, related_name="calls")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    passed_on_at = models.DateTimeField(null=True, help_text="nobody answered in time, and the next one was called")

    class Meta:
        ordering = ["called_at", "id"]
        constraints = [models.UniqueConstraint(fields=["episode", "post", "level"], name="call_once")]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(answered_at=None, passed_on_at=None), name="call_waits")
        ]


class Judgement(models.Model):
    """What was found where an alert called. It says something about the rule, never about a person."""

    episode = models.OneToOneField(Episode, models.CASCADE, related_name="judgement")
    verdict = models.CharField(max_length=8, choices=Verdict)
    note = models.CharField(max_length=300, blank=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="verdict")]
