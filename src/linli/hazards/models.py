"""Hazards with their notices, inspections by list, and the register of premises with visits and talks."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from linli.core.catalogue import personal
from linli.core.fields import PathField
from linli.hazards.enums import (
    Answers,
    Concern,
    Handed,
    HazardKind,
    Kept,
    Origin,
    PremisesKind,
    PremisesStatus,
    TalkWith,
)
from linli.people.models import Account, Post
from linli.places.models import Place
from linli.procedures.models import Procedure


class Premises(models.Model):
    """Rooms that people visit, never the people. On no public page, map or count.

    name: of the rooms, as the door says it, or what they are.  version: raised by each change, compared and swapped.
    operator_sealed: whom to ring; opened with a reason that is written down.
    """

    number = models.CharField(max_length=9, unique=True)
    kind = models.CharField(max_length=10, choices=PremisesKind)
    name = models.CharField(max_length=80)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    place_path = PathField(max_length=40)
    cell = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    where = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=10, choices=PremisesStatus, default=PremisesStatus.OPEN)
    since = models.DateTimeField(help_text="when this status began")
    version = models.PositiveIntegerField(default=1)
    operator_sealed = models.BinaryField(null=True)
    visit_on = models.DateField(null=True, help_text="when somebody goes there next")
    added_at = models.DateTimeField()
    action = models.UUIDField(unique=True, help_text="the form that made it, so that it does so once")

    class Meta:
        indexes = [models.Index(fields=["place_path", "-id"], name="premises_place")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PremisesStatus.values), name="premises_status"),
            models.CheckConstraint(condition=Q(kind__in=PremisesKind.values), name="premises_kind"),
        ]


class Visit(models.Model):
    """Somebody went there. text: what was seen of the rooms. after: the status from then on."""

    premises = models.ForeignKey(Premises, models.CASCADE, related_name="visits")
    at = models.DateTimeField()
    concerns = models.JSONField(default=list)
    text = personal(models.CharField(max_length=1000, blank=True))
    after = models.CharField(max_length=10, choices=PremisesStatus)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    action = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-at", "-id"]


class Talk(models.Model):
    """A talk with landlord or operator, and what was promised by when. It is followed up by a visit."""

    premises = models.ForeignKey(Premises, models.CASCADE, related_name="talks")
    at = models.DateTimeField()
    talked_with = models.CharField(max_length=10, choices=TalkWith)
    promised = personal(models.CharField(max_length=1000))
    follow_up_on = models.DateField()
    status = models.CharField(max_length=8, choices=Kept, default=Kept.OPEN)
    looked_at = models.DateTimeField(null=True)
    found = personal(models.CharField(max_length=500, blank=True))
    signed_name = personal(models.CharField(max_length=60, blank=True))
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    action = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Kept.values), name="talk_status"),
            models.CheckConstraint(condition=Q(talked_with__in=TalkWith.values), name="talk_with"),
        ]


class Inspection(models.Model):
    """One round with one list at one place. ticks: by line: good, bad or absent; notes: what was written to it."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    list = models.SlugField(max_length=30)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    place_path = PathField(max_length=40)
    cell = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    premises = models.ForeignKey(Premises, models.PROTECT, null=True, related_name="inspections")
    where = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    ticks = models.JSONField()
    good = models.PositiveSmallIntegerField()
    bad = models.PositiveSmallIntegerField()
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    action = models.UUIDField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["place_path", "-at"], name="inspection_place")]
        ordering = ["-at", "uuid"]


class Hazard(models.Model):
    """What is wrong, where, who answers for it, and by when it is put right.

    line: the line of an inspection list, `list.line`; empty where nobody inspected.  imminent: nothing is waited for.
    blocks: a way out is concerned.  days: set in the notice that runs.  answer: what the resident reads at the end.
    """

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="hazard")
    kind = models.CharField(max_length=12, choices=HazardKind)
    origin = models.CharField(max_length=12, choices=Origin)
    line = models.CharField(max_length=60, blank=True)
    imminent = models.BooleanField(default=False)
    secured_at = models.DateTimeField(null=True, help_text="when measures were taken against imminent danger")
    blocks = models.BooleanField(default=False)
    text = personal(models.TextField(help_text="what is wrong"))
    where = models.CharField(max_length=120, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    premises = models.ForeignKey(Premises, models.PROTECT, null=True, related_name="hazards")
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, related_name="hazards")
    answers = models.CharField(max_length=10, choices=Answers, blank=True)
    answers_name = personal(models.CharField(max_length=80, blank=True))
    demand = personal(models.TextField(blank=True, help_text="what is to be put right"))
    days = models.PositiveSmallIntegerField(null=True)
    notices = models.PositiveSmallIntegerField(default=0)
    answer = personal(models.TextField(blank=True))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=HazardKind.values), name="hazard_kind"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="hazard_origin"),
            models.CheckConstraint(condition=Q(days=None) | Q(days__gte=1, days__lte=30), name="hazard_days"),
        ]


class Notice(models.Model):
    """A notice of rectification as it was served; it is printed again word for word."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="hazard_notices")
    number = models.PositiveSmallIntegerField()
    answers = models.CharField(max_length=10, choices=Answers)
    answers_name = personal(models.CharField(max_length=80))
    found = personal(models.TextField())
    demand = personal(models.TextField())
    until = models.DateTimeField()
    served_at = models.DateTimeField()
    handed = models.CharField(max_length=10, choices=Handed)
    signed_name = personal(models.CharField(max_length=60, blank=True))
    signature = models.UUIDField(null=True, help_text="the sealed file with what was drawn")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="notice_once"),
            models.CheckConstraint(condition=Q(handed__in=Handed.values), name="notice_handed"),
        ]


__all__ = ["Concern", "Hazard", "Inspection", "Notice", "Premises", "Talk", "Visit"]
