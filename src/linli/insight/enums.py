"""By what figures are summed up, and over which periods they are shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Grain(models.TextChoices):
    DAY = "d", _("day")
    MONTH = "m", _("month")


class Span(models.TextChoices):
    """The kinds of period that a person may choose."""

    DAY = "day", _("day")
    WEEK = "week", _("week")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    HALF = "half", _("half-year")
    YEAR = "year", _("year")
    FREE = "free", _("from … to …")


class By(models.TextChoices):
    """By what the table below the figures is divided."""

    KLASS = "klass", _("by class")
    PLACE = "place", _("by place")
    ORGANISATION = "organisation", _("by organisation")
    POST = "post", _("workload by post")


class Group(models.TextChoices):
    """The three things that governance is measured by (DOMAIN 1G, 108)."""

    HARD = "hard", _("Hard governance: places and equipment")
    SOFT = "soft", _("Soft governance: working together")
    SERVICE = "service", _("Service to residents")


class Making(models.TextChoices):
    """Where the numbers of an indicator come from."""

    COMPUTED = "computed", _("computed by Linli")
    OUTSIDE = "outside", _("handed in from outside")
    WAITING = "waiting", _("not yet computed")


class Origin(models.TextChoices):
    """Who says a figure that Linli did not compute."""

    OFFICE = "office", _("from an office's own books")
    REPORTED = "reported", _("reported, not computed by Linli")


class Telling(models.TextChoices):
    LEVEL = "level", _("level of the period")
    CHANGE = "change", _("change against a year before")


class Kept(models.TextChoices):
    IN_FORCE = "in_force", _("in force")
    REPLACED = "replaced", _("replaced by a correction")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Outcome(models.TextChoices):
    """What a yearly review concludes."""

    KEEP = "keep", _("Keep as it is")
    CHANGE = "change", _("Keep and change")
    STOP = "stop", _("Stop")
