"""What was asked of the hotspots, what was found, and the very cases and alarms that each finding counts.

A run holds a question, never who asked it; a finding holds places, days and figures. No row is about a person.
"""

from django.db import models
from django.db.models import Q

from linli.core.fields import PathField
from linli.procedures.models import Procedure
from linli.riskmap.enums_hotspots import RunKind, RunStatus
from linli.sensing.models import Episode


class HotspotRun(models.Model):
    """One question about the places below `scope`, and its answer once a worker has found it.

    question: sources, class, days, method and ground, as `domain.hotspot_questions` writes it; key: its hash with the
    scope, so that two people who ask the same share one answer.  facts: figures of the whole answer.
    """

    kind = models.CharField(max_length=8, choices=RunKind)
    scope = PathField(max_length=40, blank=True)
    question = models.JSONField(default=dict)
    key = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=8, choices=RunStatus, default=RunStatus.WAITING)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["kind", "scope", "-asked_at"], name="hotspot_run_scope")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RunKind.values), name="hotspot_run_kind"),
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="hotspot_run_status"),
        ]


class HotspotFinding(models.Model):
    """One place, area, cluster or point in time that a run found. number: how many it counted when it was found."""

    run = models.ForeignKey(HotspotRun, models.CASCADE, related_name="findings")
    rank = models.PositiveSmallIntegerField()
    place_path = PathField(max_length=40, blank=True, help_text="the place that names it")
    first = models.DateField()
    last = models.DateField()
    number = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["run", "rank"]
        constraints = [models.UniqueConstraint(fields=["run", "rank"], name="hotspot_rank_once")]


class HotspotMember(models.Model):
    """That a finding counts this case (or what else is a procedure), or this alarm."""

    finding = models.ForeignKey(HotspotFinding, models.CASCADE, related_name="members")
    procedure = models.ForeignKey(Procedure, models.CASCADE, null=True, related_name="+")
    episode = models.ForeignKey(Episode, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(procedure__isnull=False, episode=None) | Q(procedure=None, episode__isnull=False),
                name="hotspot_member_is_one",
            ),
            models.UniqueConstraint(
                fields=["finding", "procedure"], condition=Q(procedure__isnull=False), name="hotspot_procedure_once"
            ),
            models.UniqueConstraint(
                fields=["finding", "episode"], condition=Q(episode__isnull=False), name="hotspot_episode_once"
            ),
        ]


class HazardWeight(models.Model):
    """How much one case of a class, or one alarm of a grade, weighs here. Without a row, our own proposal stands."""

    source = models.CharField(max_length=12)
    code = models.SlugField(max_length=40)
    weight = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["source", "code"]
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="hazard_weight_once"),
            models.CheckConstraint(condition=Q(weight__lte=100), name="hazard_weight_at_most_100"),
        ]
