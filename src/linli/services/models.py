"""The service hall: the catalogue of items with its versions, and the requests made by it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from linli.core.catalogue import personal
from linli.people.models import Account, Post
from linli.procedures.models import Procedure
from linli.services import (  # noqa: F401  more rows
    models_assistance,
    models_bookings,
    models_papers,
    models_points,
    models_queue,
)
from linli.services.enums import (
    Channel,
    Grade,
    Group,
    Half,
    Handing,
    Held,
    Mode,
    Skill,
    Unit,
    VisitState,
)


class Item(models.Model):
    """Something a resident can have done at the hall. The row holds what is in force; `ItemVersion` every version.

    days: promised, counted from acceptance in `unit`; 0 means at once, at the window.  department: who decides, in
    both languages.  skill: which counters can do it.
    """

    code = models.SlugField(max_length=40, unique=True)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    group = models.CharField(max_length=12, choices=Group)
    mode = models.CharField(max_length=12, choices=Mode)
    department = models.CharField(max_length=60)
    department_en = models.CharField(max_length=100)
    city_wide = models.BooleanField(default=False, help_text="any window of the city takes it")
    fee = models.PositiveIntegerField(default=0, help_text="in fen")
    days = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=12, choices=Unit, default=Unit.WORKING_DAY)
    skill = models.CharField(max_length=12, choices=Skill, default=Skill.GENERAL)
    confirmed = models.BooleanField(default=False, help_text="the office has checked this demonstration data")
    order = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="item_mode"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="item_unit"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if _english() else self.name

    @property
    def department_title(self) -> str:
        return self.department_en if _english() else self.department


class ItemVersion(models.Model):
    """An item as it stands from `effective_from` on. A request keeps the version it was made under. Never changed.

    content: see `domain.content`, which reads it; every text of it in Chinese and English.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    effective_from = models.DateField()
    days = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=12, choices=Unit, default=Unit.WORKING_DAY)
    content = models.JSONField()
    reason = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    action = models.UUIDField(null=True, unique=True, help_text="the form that made it, so that it does so once")

    class Meta:
        ordering = ["item", "-number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="item_version_once")]


class Request(models.Model):
    """A resident asks for an item: from the application to the result, and how they found it.

    applicant: the name of whose matter it is; proxy: who acts for them, with `relation`. Both are personal and stand
    in a sealed procedure: only the posts that have it read them.  choice: the answer to the item's own question.
    room: behind the building, for a home visit.  asked_at, answered_at: the one request for corrections.
    grade: 1 (very dissatisfied) to 5.  regraded_at: the one further rating after a bad one was put right.
    """

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="request")
    item = models.ForeignKey(Item, models.PROTECT, related_name="requests")
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    applicant = personal(models.CharField(max_length=60, blank=True))
    proxy = personal(models.CharField(max_length=60, blank=True))
    relation = personal(models.CharField(max_length=40, blank=True))
    choice = models.SlugField(max_length=20, blank=True)
    words = personal(models.TextField(blank=True))
    room = personal(models.CharField(max_length=40, blank=True))
    keep_papers = models.BooleanField(default=False, help_text="the person agrees that papers are used again")
    keep_until = models.DateField(null=True)
    missing = personal(models.TextField(blank=True, help_text="what was asked for, once and completely"))
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    at_first_visit = models.BooleanField(default=False)
    result = personal(models.TextField(blank=True))
    refusal = personal(models.TextField(blank=True, help_text="the written reasons"))
    remedy = personal(models.TextField(blank=True, help_text="where the person can turn against the refusal"))
    handing = models.CharField(max_length=8, choices=Handing, blank=True)
    ended_at = models.DateTimeField(null=True, help_text="result handed over, or refusal")
    grade = models.PositiveSmallIntegerField(choices=Grade, null=True)
    grade_words = personal(models.TextField(blank=True))
    graded_at = models.DateTimeField(null=True)
    first_grade = models.PositiveSmallIntegerField(choices=Grade, null=True, help_text="before it was graded again")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="request_channel"),
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__in=Grade.values), name="request_grade"),
        ]
        indexes = [models.Index(fields=["ended_at"], name="request_ended")]

    @property
    def uuid(self) -> Any:
        return self.procedure_id


class RequestMaterial(models.Model):
    """One paper of one request, and whether it is here. reused_from: the request in which it was given before."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="materials")
    key = models.SlugField(max_length=40)
    held = models.CharField(max_length=10, choices=Held, default=Held.ASKED)
    since = models.DateTimeField(null=True)
    reused_from = models.ForeignKey(Request, models.SET_NULL, null=True, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "key"], name="request_material_once"),
            models.CheckConstraint(condition=Q(held__in=Held.values), name="request_material_held"),
        ]


class HomeVisit(models.Model):
    """A clerk comes: on which day and in which half of it. The address is the request's place and room."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="visits")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    on = models.DateField()
    half = models.CharField(max_length=2, choices=Half)
    status = models.CharField(max_length=10, choices=VisitState, default=VisitState.PLANNED)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    action = models.UUIDField(unique=True, help_text="the form that made it, so that it does so once")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(status=VisitState.PLANNED), name="visit_planned_once"
            ),
            models.CheckConstraint(condition=Q(status__in=VisitState.values), name="visit_status"),
            models.CheckConstraint(condition=Q(half__in=Half.values), name="visit_half"),
        ]
        indexes = [models.Index(fields=["post", "on"], name="visit_day")]


def _english() -> bool:
    return (get_language() or "").startswith("en")
