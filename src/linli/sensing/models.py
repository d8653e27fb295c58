"""Devices and what the standard SensorThings calls entities. Observations are no rows: they lie in segments."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from linli.core.fields import PathField
from linli.people.models import Account, Organisation, Post
from linli.places.models import Place
from linli.sensing.enums import Conformity, DeviceStatus, DeviceType, ResultType, Site


def _english() -> bool:
    return (get_language() or "").startswith("en")


class ObservedProperty(models.Model):
    """What is observed, and which results are possible: the schema that the door holds each reading to.

    low, high: bounds of a number, both included.  values: the words of a category.
    parameters: name → "number" | "text" | "truth", the only members that `parameters` of an observation may have.
    code: the short name by which rules and devices speak of it; a property that came through SensorThings without one
    gets `p<id>`.
    """

    code = models.SlugField(max_length=40, unique=True, null=True)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=80, blank=True)
    definition = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)
    properties = models.JSONField(null=True)
    result_type = models.CharField(max_length=12, choices=ResultType, default=ResultType.ANY)
    unit = models.CharField(max_length=40, blank=True, help_text="symbol, such as °C")
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    values = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    care = models.BooleanField(default=False, help_text="goes to the stream of the care check, kept for 48 hours")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "observed properties"

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name if _english() or not self.name_zh else self.name_zh


class Thing(models.Model):
    """A thing of SensorThings. One that stands in the neighbourhood also has a row in the register: `device`."""

    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    properties = models.JSONField(null=True)
    locations: Any = models.ManyToManyField("Location", related_name="things")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Location(models.Model):
    """Where a thing stands. `location` is GeoJSON (WGS-84), or any JSON of another encoding."""

    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    encoding = models.CharField(max_length=100, default="application/geo+json")
    location = models.JSONField()
    properties = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]


class HistoricalLocation(models.Model):
    """That a fixed device was moved: at most one a day, so that nothing can be followed on its way."""

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="historical_locations")
    time = models.DateTimeField()
    locations: Any = models.ManyToManyField(Location, related_name="historical_locations")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["thing", "time"], name="historical_location_time")]


class Sensor(models.Model):
    """The instrument and its data sheet."""

    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    encoding = models.CharField(max_length=100, default="text/html")
    metadata = models.JSONField(default=str)
    properties = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]


class Datastream(models.Model):
    """One property of one thing through one sensor. `estate` is the path that names the log its observations lie in."""

    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    observation_type = models.CharField(max_length=200)
    unit_of_measurement = models.JSONField(default=dict)
    observed_area = models.JSONField(null=True)
    properties = models.JSONField(null=True)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="datastreams")
    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="datastreams")
    observed_property = models.ForeignKey(ObservedProperty, models.CASCADE, related_name="datastreams")
    estate = PathField(max_length=40, blank=True)
    care = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]


class FeatureOfInterest(models.Model):
    """What an observation is about; made from the thing's location where nobody names one."""

    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    encoding = models.CharField(max_length=100, default="application/geo+json")
    feature = models.JSONField()
    properties = models.JSONField(null=True)
    location = models.ForeignKey(Location, models.SET_NULL, null=True, related_name="+", help_text="it was made from")

    class Meta:
        ordering = ["id"]


class Device(models.Model):
    """A device in the register: what it is, why it is there, what it may see, and who answers for it.

    `code` names it on its label, in topics and in credentials; it tells nothing of the place.
    days: how long its observations stay.  expected: seconds between two messages, 0 where it speaks only in need.
    """

    thing = models.OneToOneField(Thing, models.PROTECT, related_name="device")
    code = models.SlugField(max_length=20, unique=True)
    type = models.CharField(max_length=12, choices=DeviceType)
    site = models.CharField(max_length=12, choices=Site, default=Site.OTHER)
    place = models.ForeignKey(Place, models.PROTECT, related_name="devices")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    height = models.FloatField(null=True, help_text="metres above the ground")
    spot = models.CharField(max_length=120, blank=True, help_text="where exactly: third floor, above the door")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="owned_devices")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="operated_devices")
    purpose = models.CharField(max_length=200)
    purpose_en = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=40, blank=True, help_text="lawbook id")
    sees = models.CharField(max_length=200, help_text="what it may see, for residents")
    sees_en = models.CharField(max_length=300, blank=True)
    days = models.PositiveIntegerField(default=90)
    standard = models.CharField(max_length=120, blank=True, help_text="the siting standard")
    conformity = models.CharField(max_length=8, choices=Conformity, default=Conformity.OPEN)
    conformity_note = models.CharField(max_length=200, blank=True)
    checked_on = models.DateField(null=True)
    installed_on = models.DateField(null=True)
    next_check = models.DateField(null=True)
    retired_on = models.DateField(null=True)
    expected = models.PositiveIntegerField(default=0)
    battery = models.PositiveSmallIntegerField(null=True, help_text="percent, as last told")
    battery_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="the last message, written at most every few minutes")
    status = models.CharField(max_length=8, choices=DeviceStatus, default=DeviceStatus.PLANNED)
    public = models.BooleanField(default=True, help_text="on the public register")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["place", "status"], name="device_place")]
        constraints = [
            models.CheckConstraint(condition=Q(type__in=DeviceType.values), name="device_type"),
            models.CheckConstraint(condition=Q(status__in=DeviceStatus.values), name="device_status"),
            models.CheckConstraint(condition=~Q(type=DeviceType.CARE, public=True), name="care_check_is_never_public"),
            models.CheckConstraint(condition=Q(battery=None) | Q(battery__lte=100), name="device_battery"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def purpose_text(self) -> str:
        return self.purpose_en if _english() and self.purpose_en else self.purpose

    @property
    def sees_text(self) -> str:
        return self.sees_en if _english() and self.sees_en else self.sees


class DeviceNote(models.Model):
    """What happened to a device: registered, moved, checked, given a key, taken down. Never changed."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="notes")
    what = models.CharField(max_length=20)
    detail = models.CharField(max_length=300, blank=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]


class DeviceKey(models.Model):
    """A device's key. Only its keyed hash is kept; `kid` finds it. Several may be valid while one takes over."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="keys")
    kid = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, help_text="revoked, or replaced, from then on")
    used_on = models.DateField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]


class OperatorToken(models.Model):
    """A key by which an operator's system reads and writes SensorThings, in the name of a post."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="sensing_tokens")
    kid = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)


class CareConsent(models.Model):
    """That somebody asked for the care check, and withdrew. Without an open row its gateway is refused at the door.

    `contact` is the post that is called; the case it opens is sealed.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    device = models.ForeignKey(Device, models.PROTECT, related_name="consents")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    contact = models.ForeignKey(Post, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    contact_sealed = models.BinaryField(null=True, help_text="whom to ring, as the person wrote it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device"], condition=Q(withdrawn_at=None), name="one_open_care_consent")
        ]


class DoorCount(models.Model):
    """How many readings of a day were refused at the door for one reason, per device where it is known."""

    day = models.DateField()
    device = models.ForeignKey(Device, models.CASCADE, null=True, related_name="door_counts")
    reason = models.CharField(max_length=24)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "device", "reason"], name="door_count_once", nulls_distinct=False)
        ]


from linli.sensing.models_rules import Alert as Alert  # noqa: E402  models of this app, in a file of their own
from linli.sensing.models_rules import Call as Call  # noqa: E402
from linli.sensing.models_rules import Episode as Episode  # noqa: E402
from linli.sensing.models_rules import Judgement as Judgement  # noqa: E402
from linli.sensing.models_rules import Rule as Rule  # noqa: E402
from linli.sensing.models_rules import RuleVersion as RuleVersion  # noqa: E402
