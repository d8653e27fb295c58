"""Plans: what is to be seen and what never, the answers that were worked out, and the work that follows."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q

from linli.cases.models import Case
from linli.people.models import Post
from linli.places.models import Place
from linli.riskmap.enums_plans import Act, Aim, AnswerKind, AnswerState, ItemStatus, PlanStatus, Spot
from linli.sensing.models import Device


class Plan(models.Model):
    """What was asked for. A plain row: its status is changed by `domain.plans` alone, by compare-and-swap on `version`.

    wishes: kinds of zone with density and views, tapped points, poles, money (`domain.plan_wishes.Wishes`).
    points: the sampled points that it is judged by, [lon, lat, kind] each, as they were when it was asked.
    before: one letter a point: 1 where it is seen well enough today, else 0.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=80)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=PlanStatus, default=PlanStatus.DRAFT)
    aim = models.CharField(max_length=8, choices=Aim, default=Aim.TURN)
    wishes = models.JSONField(default=dict)
    points = models.JSONField(default=list)
    before = models.TextField(blank=True)
    facts = models.JSONField(default=dict, help_text="cameras, sites, windows and what they see today")
    made_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_kind = models.CharField(max_length=8, choices=AnswerKind, blank=True, help_text="which answer")
    version = models.PositiveIntegerField(default=1)
    answers: Any
    items: Any

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["place", "status"], name="plan_place")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PlanStatus.values), name="plan_status"),
            models.CheckConstraint(condition=Q(aim__in=Aim.values), name="plan_aim"),
        ]

    def __str__(self) -> str:
        return self.name


class PlanAnswer(models.Model):
    """One way to do what a plan asks, with what is known of how good it is.

    value, cost: weight of the points seen well enough, and money.  bound: no plan does better than this, in weight
    where money is given, in money where weight is.  reached: the wanted weight is seen.
    choice: [device or None, site or None, bearing] of each camera that is not as it was.
    after: one letter a point.  history: [seconds, best, bound] while it was worked out.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=8, choices=AnswerKind)
    state = models.CharField(max_length=8, choices=AnswerState, default=AnswerState.WAITING)
    value = models.PositiveIntegerField(default=0)
    cost = models.PositiveIntegerField(default=0)
    bound = models.PositiveIntegerField(default=0)
    optimal = models.BooleanField(default=False)
    reached = models.BooleanField(default=True)
    seconds = models.FloatField(default=0)
    choice = models.JSONField(default=list)
    after = models.TextField(blank=True)
    history = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="answer_once"),
            models.CheckConstraint(condition=Q(kind__in=AnswerKind.values), name="answer_kind"),
            models.CheckConstraint(condition=Q(state__in=AnswerState.values), name="answer_state"),
        ]


class PlanItem(models.Model):
    """One piece of work of an accepted plan, in walking order.

    device: the camera to turn, or the one that was added here once it stands.  gained: points seen only through it.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=4, choices=Act)
    spot = models.CharField(max_length=4, choices=Spot, blank=True)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="plan_items")
    place = models.ForeignKey(Place, models.SET_NULL, null=True, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    bearing_from = models.FloatField(null=True)
    bearing_to = models.FloatField(null=True)
    gained = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=4, choices=ItemStatus, default=ItemStatus.OPEN)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="plan_item")
    done_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_item_once"),
            models.CheckConstraint(condition=Q(act__in=Act.values), name="plan_item_act"),
            models.CheckConstraint(condition=Q(status__in=ItemStatus.values), name="plan_item_status"),
            models.CheckConstraint(
                condition=Q(status=ItemStatus.CASE, case__isnull=False) | ~Q(status=ItemStatus.CASE),
                name="plan_item_case",
            ),
        ]
