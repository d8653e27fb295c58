"""The call-outs of the mini fire station: who was called when, and when they were there."""

from django.db import models
from django.db.models import F, Q

from linli.cases.models import Case
from linli.people.models import Account, Post
from linli.station.enums import CallOutStatus
from linli.station.models_duty import Commitment, DeskHandover, Drill, EquipmentCheck, EquipmentFinding, StationVersion
from linli.station.models_legal import ChildWorkCheck, LegalQuestion, Lesson

__all__ = [
    "CallOut",
    "ChildWorkCheck",
    "Commitment",
    "DeskHandover",
    "Drill",
    "EquipmentCheck",
    "EquipmentFinding",
    "LegalQuestion",
    "Lesson",
    "StationVersion",
]


class CallOut(models.Model):
    """One call of the mini fire station to a case, measured against three minutes (DOMAIN E7).

    post: of the roster round the clock; whoever answers takes the place of whom was called first.
    account: who answered.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="call_out")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    called_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    on_scene_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=8, choices=CallOutStatus, default=CallOutStatus.CALLED)

    class Meta:
        ordering = ["-called_at", "-id"]
        indexes = [models.Index(fields=["-called_at"], name="call_out_called")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CallOutStatus.values), name="call_out_status"),
            models.CheckConstraint(
                condition=Q(status=CallOutStatus.CALLED) | Q(acknowledged_at__isnull=False), name="call_out_answered"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[CallOutStatus.CALLED, CallOutStatus.GOING, CallOutStatus.LEFT])
                | Q(on_scene_at__isnull=False),
                name="call_out_on_scene",
            ),
            models.CheckConstraint(condition=Q(left_at=None) | Q(status=CallOutStatus.LEFT), name="call_out_left"),
            models.CheckConstraint(
                condition=Q(on_scene_at=None) | Q(on_scene_at__gte=F("called_at")), name="call_out_in_order"
            ),
        ]
