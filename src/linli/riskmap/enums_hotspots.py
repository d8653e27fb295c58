"""The choices of the hotspots: how it is looked for, on what ground, over which days, and how a question stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Method(models.TextChoices):
    """Each answers a question of its own; `domain.hotspot_words` says which."""

    GI_STAR = "gi-star", _("More than elsewhere (Gi*)")
    SCAN = "scan", _("A place and a time that stand out (scan)")
    CLUSTERS = "clusters", _("Close in space and time (ST-DBSCAN)")
    DENSITY = "density", _("Densest (kernel density)")


class Unit(models.TextChoices):
    BUILDING = "building", pgettext_lazy("ground", "building")
    CELL = "cell", pgettext_lazy("ground", "grid cell")


class Window(models.TextChoices):
    """Days that end with yesterday, for today is not over; or from a day to a day."""

    MONTH = "30", _("30 days")
    QUARTER = "90", _("90 days")
    HALF = "182", _("half a year")
    YEAR = "365", _("a year")
    FREE = "free", _("from … to …")


class ChartMethod(models.TextChoices):
    COUNT = "count", _("Number (Poisson)")
    RATE = "rate", _("Number a day (u)")
    EWMA = "ewma", _("Small lasting change (EWMA)")
    CUSUM = "cusum", _("Lasting rise (CUSUM)")


class Step(models.TextChoices):
    DAY = "day", pgettext_lazy("step", "by day")
    WEEK = "week", pgettext_lazy("step", "by week")
    MONTH = "month", pgettext_lazy("step", "by month")


class RunKind(models.TextChoices):
    """What a run works out: hotspots, a control chart, hazard levels, or the public's small version of hotspots."""

    HOTSPOTS = "hotspots", _("hotspots")
    CHART = "chart", _("control chart")
    HAZARD = "hazard", _("hazard levels")
    PUBLIC = "public", _("hotspots for everybody")


class RunStatus(models.TextChoices):
    WAITING = "waiting", _("being worked out")
    DONE = "done", _("worked out")
    FAILED = "failed", _("could not be worked out")
