"""Kinds of device and of the spot one stands at; states of the register and of rules; what became of alarms."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeviceType(models.TextChoices):
    """What a device is. None of them can hold a face, a voice, a number plate or the way somebody went."""

    SMOKE = "smoke", _("smoke detector")
    HEAT = "heat", _("heat detector")
    GAS = "gas", _("gas detector")
    CHARGING = "charging", _("charging monitor")
    EBIKE = "ebike", _("e-bike detector in a lift")
    LANE = "lane", _("fire lane sensor")
    EXIT = "exit", _("exit sensor")
    LIFT = "lift", _("lift monitor")
    PUMP = "pump", _("pump monitor")
    LEAK = "leak", _("water leak sensor")
    MANHOLE = "manhole", _("manhole cover sensor")
    DOOR = "door", _("door sensor")
    NOISE = "noise", _("noise meter")
    BAY = "bay", _("parking bay sensor")
    CARE = "care", _("care check gateway")
    GATEWAY = "gateway", _("gateway")
    CAMERA = "camera", _("camera")
    CLIMATE = "climate", _("climate sensor")
    OTHER = "other", _("other device")


class Site(models.TextChoices):
    """What kind of spot a device stands at; rules choose by it."""

    STAIRWELL = "stairwell", _("staircase")
    CORRIDOR = "corridor", _("corridor")
    LIFT = "lift", pgettext_lazy("site", "lift")
    EXIT = "exit", _("exit")
    FIRE_LANE = "fire_lane", _("fire lane")
    SHED = "shed", _("charging shed")
    PUMP_ROOM = "pump_room", _("pump room")
    ROOF_TANK = "roof_tank", _("roof tank")
    MANHOLE = "manhole", pgettext_lazy("site", "manhole")
    KITCHEN = "kitchen", _("shared kitchen")
    HALL = "hall", _("entrance hall")
    YARD = "yard", _("yard")
    SHOP = "shop", _("shop front")
    HOME = "home", pgettext_lazy("site", "home")
    STREET = "street", pgettext_lazy("site", "street")
    OTHER = "other", _("another spot")


class DeviceStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("device", "planned")
    ACTIVE = "active", pgettext_lazy("device", "in use")
    FAULTY = "faulty", pgettext_lazy("device", "faulty")
    RETIRED = "retired", pgettext_lazy("device", "taken down")


class Conformity(models.TextChoices):
    """Whether somebody looked that a device stands where and as its siting standard says."""

    OPEN = "open", _("not checked yet")
    CONFORMS = "conforms", _("as the standard says")
    DIFFERS = "differs", _("differs from the standard")


class ResultType(models.TextChoices):
    """What an observation's result is; the OGC's observation types stand in `sensing.domain.properties`."""

    MEASUREMENT = "measurement", _("a measured number")
    COUNT = "count", _("a whole number")
    TRUTH = "truth", _("yes or no")
    CATEGORY = "category", _("one of a few words")
    ANY = "any", _("any plain value")


class Grade(models.TextChoices):
    """How loud an alert is, the quietest first."""

    NOTICE = "notice", pgettext_lazy("alert", "notice")
    WARNING = "warning", pgettext_lazy("alert", "warning")
    ALARM = "alarm", pgettext_lazy("alert", "alarm")


class RuleStatus(models.TextChoices):
    """A version of a rule: written, running beside without consequences, at work, or replaced."""

    DRAFT = "draft", pgettext_lazy("rule", "draft")
    DRY = "dry", pgettext_lazy("rule", "tried beside")
    LIVE = "live", pgettext_lazy("rule", "at work")
    ENDED = "ended", pgettext_lazy("rule", "ended")


class Verdict(models.TextChoices):
    """What whoever went there says of an alert."""

    TRUE = "true", _("it was so")
    FALSE = "false", _("nothing was there")
    NUISANCE = "nuisance", _("it was so, but needed nobody")
