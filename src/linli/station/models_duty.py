"""What the station keeps of its duty: handovers of a desk, checks of the equipment, drills, and public promises."""

from django.db import models
from django.db.models import F, Q

from linli.cases.models import Case
from linli.core.catalogue import personal
from linli.people.models import Account, Post
from linli.station.enums import DrillKind, Kept, Outcome


class DeskHandover(models.Model):
    """What one post of a desk left to the next; written once, and only ever signed off. Nothing in it is changed later:
    who was wrong writes the next one.

    action: the submit that wrote it, so that a doubled one has one effect.
    """

    action = models.UUIDField(unique=True)
    desk = models.SlugField(max_length=20, help_text="code of one of the five desks")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    giver = models.ForeignKey(Account, models.PROTECT, related_name="+")
    open_work = personal(models.TextField(max_length=2000, blank=True, help_text="what is open"))
    told = personal(models.TextField(max_length=2000, blank=True, help_text="what was told to whom"))
    at = models.DateTimeField()
    taken_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    taker = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["desk", "-at"], name="desk_handover_last")]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by=None, taker=None, taken_at=None)
                | Q(taken_by__isnull=False, taker__isnull=False, taken_at__isnull=False),
                name="desk_handover_taken",
            ),
            models.CheckConstraint(
                condition=Q(taker=None) | ~Q(taker=F("giver")), name="desk_handover_taken_by_another"
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(taken_at__gte=F("at")), name="desk_handover_in_order"
            ),
        ]


class StationVersion(models.Model):
    """One version of what the station's lead keeps: the data of a desk, or of a thing among the equipment.

    The newest of a code is in force; none is ever changed. demo: an example that came with Linli, by nobody.
    gone: from this version on the thing is not kept any more.
    """

    action = models.UUIDField(unique=True)
    what = models.CharField(max_length=5, choices=Kept)
    code = models.SlugField(max_length=30)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    gone = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["what", "code", "number"], name="station_version_once"),
            models.CheckConstraint(condition=Q(what__in=Kept.values), name="station_version_what"),
            models.CheckConstraint(condition=Q(number__gte=1), name="station_version_counts_from_one"),
            models.CheckConstraint(
                condition=Q(demo=True, post=None) | Q(demo=False, post__isnull=False),
                name="station_version_by_somebody",
            ),
        ]


class EquipmentCheck(models.Model):
    """One monthly look at the whole equipment of the mini fire station."""

    action = models.UUIDField(unique=True)
    month = models.DateField(help_text="the first day of the month that it is for")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-month", "-at"], name="equipment_check_month")]


class EquipmentFinding(models.Model):
    """What was found of one kind of thing. A fault opens a case, which says whether it was put right."""

    check_up = models.ForeignKey(EquipmentCheck, models.CASCADE, related_name="findings")
    item = models.SlugField(max_length=30, help_text="its code in data/equipment.toml")
    outcome = models.CharField(max_length=5, choices=Outcome)
    note = personal(models.CharField(max_length=200, blank=True))
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_up", "item"], name="equipment_looked_at_once"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="equipment_outcome"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.GOOD, case=None) | Q(outcome=Outcome.FAULT, case__isnull=False),
                name="equipment_fault_has_a_case",
            ),
        ]


class Drill(models.Model):
    """A drill of the mini fire station, with its times from the alarm, in seconds."""

    action = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12, choices=DrillKind)
    alarm_at = models.DateTimeField()
    turned_out = models.PositiveIntegerField(help_text="seconds until they left the station")
    on_scene = models.PositiveIntegerField(help_text="seconds until they were there")
    people = models.PositiveSmallIntegerField()
    where = models.CharField(max_length=120)
    note = personal(models.CharField(max_length=300, blank=True))
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    recorded = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-alarm_at"], name="drill_last")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DrillKind.values), name="drill_kind"),
            models.CheckConstraint(condition=Q(on_scene__gte=F("turned_out")), name="drill_in_order"),
            models.CheckConstraint(condition=Q(people__gte=1), name="drill_by_somebody"),
        ]


class Commitment(models.Model):
    """What a desk promises in public, from a day on. How often it keeps it is worked out from real procedures.

    measure: code of a source of procedures.promise_sources.  amount, unit: within what time; none where each matter is
    held to its own clock.  period: over how many days the figure goes back.
    """

    action = models.UUIDField(unique=True)
    desk = models.SlugField(max_length=20)
    measure = models.SlugField(max_length=30)
    amount = models.PositiveSmallIntegerField(null=True)
    unit = models.CharField(max_length=12, blank=True)
    period = models.PositiveSmallIntegerField(default=90, help_text="days")
    text = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, help_text="the last day on which it holds")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["desk", "since"], name="commitment_desk")]
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="commitment_ends_later"),
            models.CheckConstraint(
                condition=(Q(amount__isnull=False, amount__gte=1) & ~Q(unit="")) | Q(amount=None, unit=""),
                name="commitment_has_a_time",
            ),
            models.CheckConstraint(condition=Q(period__gte=1), name="commitment_has_a_period"),
        ]
