"""Where a case comes from, who may read of it, and how it was judged."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    RESIDENT = "resident", _("resident")
    HOTLINE = "hotline", _("hotline")
    PATROL = "patrol", _("patrol")
    VOLUNTEER = "volunteer", _("volunteer")
    GRID_WORKER = "grid_worker", _("grid worker")
    SENSOR = "sensor", _("sensor")
    WINDOW = "window", _("service window")
    PETITION_DESK = "petition_desk", _("petition desk")
    OUTSIDE = "outside", _("another system")


class Publicity(models.TextChoices):
    """What the public may see of a class."""

    PUBLIC = "public", _("each case: class, place, state and dates")
    ESTATE = "estate", _("numbers for each estate only")
    NEVER = "never", _("nothing")


class Satisfaction(models.IntegerChoices):
    """The five grades of the good-or-bad review (DOMAIN 2.15). Not satisfied and below count as bad."""

    VERY_SATISFIED = 5, _("very satisfied")
    SATISFIED = 4, _("satisfied")
    FAIR = 3, _("fairly satisfied")
    DISSATISFIED = 2, _("dissatisfied")
    VERY_DISSATISFIED = 1, _("very dissatisfied")
