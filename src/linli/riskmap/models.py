"""What a camera can see, what stands in its way, what it must and must not see, and what is wrong with it.

There is no picture here and no place for one: optics are the numbers on a data sheet and on a mounting.
"""

from django.db import models
from django.db.models import F, Q

from linli.cases.models import Case
from linli.places.models import Place
from linli.riskmap.enums import FindingState, Legal, ObstacleKind, Room, Sign, ZoneKind
from linli.sensing.models import Device


class Optics(models.Model):
    """How one camera of the register looks at the ground, and how it keeps Decree 799. Its place is the device's.

    bearing: degrees clockwise from north.  tilt: degrees below the horizon.  fov, vertical_fov: degrees.
    near, range: metres.  pixels: across the picture.
    masks: sectors blacked out in the camera, [left, right] in degrees from the middle of the picture, left negative.
    days: how long recordings stay; 0 where nothing is recorded.  deletes: they go by themselves after that.
    """

    device = models.OneToOneField(Device, models.CASCADE, primary_key=True, related_name="optics")
    bearing = models.FloatField()
    tilt = models.FloatField(default=15)
    fov = models.FloatField(default=90)
    vertical_fov = models.FloatField(default=50)
    near = models.FloatField(default=0)
    range = models.FloatField(default=30)
    pixels = models.PositiveIntegerField(default=1920)
    masks = models.JSONField(default=list)
    legal = models.CharField(max_length=12, choices=Legal, default=Legal.OTHER_PUBLIC)
    room = models.CharField(max_length=12, choices=Room, default=Room.NONE, blank=True)
    first_used = models.DateField(null=True)
    filed = models.DateField(null=True, help_text="with the county's police")
    sign = models.CharField(max_length=8, choices=Sign, default=Sign.UNKNOWN)
    sign_text = models.CharField(max_length=200, blank=True)
    sign_checked = models.DateField(null=True)
    days = models.PositiveIntegerField(default=30)
    deletes = models.BooleanField(default=False)
    access_log = models.BooleanField(default=False)
    inspected = models.DateField(null=True)
    next_inspection = models.DateField(null=True)
    source = models.CharField(max_length=120, blank=True, help_text="where these numbers come from")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "optics"
        ordering = ["device__code"]
        constraints = [
            models.CheckConstraint(condition=Q(bearing__gte=0, bearing__lt=360), name="optics_bearing"),
            models.CheckConstraint(condition=Q(fov__gt=0, fov__lte=360), name="optics_fov"),
            models.CheckConstraint(condition=Q(tilt__gte=-30, tilt__lte=90), name="optics_tilt"),
            models.CheckConstraint(condition=Q(near__gte=0, range__gt=F("near")), name="optics_range"),
            models.CheckConstraint(condition=Q(pixels__gt=0), name="optics_pixels"),
            models.CheckConstraint(condition=Q(legal__in=Legal.values), name="optics_legal"),
            models.CheckConstraint(condition=Q(sign__in=Sign.values), name="optics_sign"),
        ]

    def __str__(self) -> str:
        return f"optics {self.device_id}"


class Drawn(models.Model):
    """Something drawn on the map, with the box around it for quick finding. All in WGS-84."""

    geometry = models.JSONField(help_text="GeoJSON geometry")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    name = models.CharField(max_length=120, blank=True)
    place = models.ForeignKey(Place, models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=60, blank=True, help_text="its id in the source, by which it is replaced")

    class Meta:
        abstract = True


class Obstacle(Drawn):
    """What hides the ground behind it: a polygon (building, trees) or a line (wall, fence). height: metres."""

    kind = models.CharField(max_length=12, choices=ObstacleKind)
    height = models.FloatField()
    assumed = models.BooleanField(default=False, help_text="nobody measured the height")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["west", "east"], name="obstacle_box")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ObstacleKind.values), name="obstacle_kind"),
            models.CheckConstraint(condition=Q(height__gt=0), name="obstacle_height"),
            models.UniqueConstraint(
                fields=["source", "reference"], condition=~Q(reference=""), name="obstacle_once_in_source"
            ),
        ]


class Zone(Drawn):
    """Ground or a stretch of façade: to be seen (lane, fire lane, entrance, shed) or never (window, door, private).

    A window or door is a line on the façade from `low` to `high` metres; outwards is at the right of the line as it is
    drawn. density: pixels per metre that are wanted there at least, None where the plan decides.  views: how many
    cameras are to see each point.
    """

    kind = models.CharField(max_length=12, choices=ZoneKind)
    low = models.FloatField(default=0)
    high = models.FloatField(default=0)
    density = models.FloatField(null=True)
    views = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["kind"], name="zone_kind"),
            models.Index(fields=["west", "east"], name="zone_box"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ZoneKind.values), name="zone_kind_known"),
            models.CheckConstraint(condition=Q(high__gte=F("low")), name="zone_low_below_high"),
            models.UniqueConstraint(
                fields=["source", "reference"], condition=~Q(reference=""), name="zone_once_in_source"
            ),
        ]


class Finding(models.Model):
    """That one camera does not pass one check (`domain.checks`). It settles itself when the check passes again.

    measured, limit: the figure found and the figure allowed, where the check has figures.  detail: what the words of
    the check are filled with.
    """

    device = models.ForeignKey(Device, models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=FindingState, default=FindingState.OPEN)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="when it was last found so")
    settled_at = models.DateTimeField(null=True)
    measured = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    detail = models.JSONField(default=dict)
    zone = models.ForeignKey(Zone, models.SET_NULL, null=True, related_name="findings", help_text="the worst of them")
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="finding")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [models.Index(fields=["state", "rule"], name="finding_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FindingState.values), name="finding_state_known"),
            models.UniqueConstraint(
                fields=["device", "rule"], condition=Q(state=FindingState.OPEN), name="one_open_finding"
            ),
        ]


class Yardstick(models.Model):
    """A threshold of the checks that this office chose; without a row that of `domain.yardsticks` stands."""

    name = models.CharField(max_length=40, unique=True)
    value = models.FloatField()
    reason = models.CharField(max_length=200)
    changed_at = models.DateTimeField()


from linli.riskmap.models_hotspots import HazardWeight as HazardWeight  # noqa: E402
from linli.riskmap.models_hotspots import HotspotFinding as HotspotFinding  # noqa: E402
from linli.riskmap.models_hotspots import HotspotMember as HotspotMember  # noqa: E402
from linli.riskmap.models_hotspots import HotspotRun as HotspotRun  # noqa: E402
from linli.riskmap.models_plans import Plan as Plan  # noqa: E402  models of this app, in a file of their own
from linli.riskmap.models_plans import PlanAnswer as PlanAnswer  # noqa: E402
from linli.riskmap.models_plans import PlanItem as PlanItem  # noqa: E402
