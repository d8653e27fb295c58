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
    YEAR = "year", _("year")
    FREE = "free", _("from … to …")


class By(models.TextChoices):
    """By what the table below the figures is divided."""

    KLASS = "klass", _("by class")
    PLACE = "place", _("by place")
    ORGANISATION = "organisation", _("by organisation")
    POST = "post", _("workload by post")
